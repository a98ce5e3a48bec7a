"""The public checks find what they are for: each thing that is made here breaks one contract."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mygenerator import GlyphSet, NlpDataset, TextToImage, Transform, ValidatePadding
from mygenerator.batch import Batch
from mygenerator.dataset.base import copy_with
from mygenerator.engines import SerialEngine
from mygenerator.errors import InputError
from mygenerator.save.execute import run
from mygenerator.save.job import Job
from mygenerator.save.output_folder import OutputFolder
from mygenerator.sinks import PngSink, Sink
from mygenerator.testing import (
    ContractError,
    check_dataset,
    check_engine,
    check_glyph_set,
    check_sink,
    check_transform,
)
from tests.made_glyphs import made_glyphs
from tests.save.program import strips

COUNTER = itertools.count()


class Good(Transform):
    """Keeps every contract: each strip a little darker, each by its own."""

    takes = ("strip",)

    def __init__(self, most: int = 20):
        self.most = most

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=0, high=self.most)

    def apply(self, images, drawn):
        return np.maximum(images.astype(int) - drawn[:, None, None], 0).astype(np.uint8)


class CountsCalls(Good):
    def draw(self, rng, batch):
        return np.full(len(batch), next(COUNTER) % 256)


class DrawsByPlaceInTheBatch(Good):
    def draw(self, rng, batch):
        return np.arange(len(batch))


class ChangesItsInput(Good):
    def apply(self, images, drawn):
        images[:, 0, 0] = 3
        return images


class MakesSamplesInFit(Good):
    def check(self, ds):
        ds.batch([0])


class ChangesItsParameters(Good):
    def __init__(self, most: int = 20):
        self.most = most + 1


class TakesAnyParameter(Good):
    def set_params(self, **params):
        for name, value in params.items():
            setattr(self, name, value)
        return self


class CannotBePickled(Good):
    def __init__(self, most: int = 20):
        self.most = most
        self.function = lambda: most


class SharesItself(Good):
    def __deepcopy__(self, memo):
        return self

    def draw(self, rng, batch):
        return np.full(len(batch), self.most if isinstance(self.most, int) else 1)


class ChangesLabels(Good):
    def run(self, batch: Batch, rng):
        return super().run(batch, rng).replace(labels=np.full(len(batch), "0"))


class MakesAnotherKind(Good):
    gives = "object"

    def run(self, batch, rng):
        return super().run(batch, rng).replace(kind="strip")


class MakesFloats(Good):
    def apply(self, images, drawn):
        return images / 2


class DeclaresAnotherSize(Good):
    def facts(self, before):
        return replace(super().facts(before), image_shape=(1, 1))


class PromisesGapsThatItFills(Good):
    keeps = ("boxes", "gaps")

    def apply(self, images, drawn):
        return np.zeros_like(images)


class ShiftsByColumns(Good):
    """Says that boxes are kept, and moves the ink out of them."""

    keeps = ("boxes",)
    columns = 7

    def apply(self, images, drawn):
        return np.roll(images, self.columns, axis=2)


class ShiftsByOneColumn(ShiftsByColumns):
    columns = 1


class ShiftsByOneRow(ShiftsByColumns):
    def apply(self, images, drawn):
        return np.roll(images, 1, axis=1)


class ShiftsAndKeepsGaps(ShiftsByColumns):
    keeps = ("boxes", "gaps")


class Spreads(ShiftsByColumns):
    """Ink that runs out of its box."""

    def apply(self, images, drawn):
        return np.minimum.reduce([np.roll(images, shift, axis=2) for shift in (-2, -1, 0, 1, 2)])


class Mirrors(ShiftsByColumns):
    def apply(self, images, drawn):
        return images[:, :, ::-1]


class ShiftsSome(ShiftsByColumns):
    """Moves the ink of one sample in so many."""

    every = 2

    def draw(self, rng, batch):
        return batch.index % self.every == self.every - 1

    def apply(self, images, drawn):
        return np.where(drawn[:, None, None], np.roll(images, 7, axis=2), images)


class ShiftsFew(ShiftsSome):
    every = 30


class ShiftsEveryOtherRow(ShiftsByColumns):
    def apply(self, images, drawn):
        shifted = images.copy()
        shifted[:, ::2] = np.roll(images[:, ::2], 4, axis=2)
        return shifted


class Wipes(ShiftsByColumns):
    def apply(self, images, drawn):
        return np.full_like(images, 255)


class InksMargins(ShiftsByColumns):
    """Says that gaps are kept too, and draws a line above everything."""

    keeps = ("boxes", "gaps")

    def apply(self, images, drawn):
        ruled = images.copy()
        ruled[:, 0] = 0
        return ruled


class DescribesItselfByMemory(Good):
    def describe(self):
        return {"most": repr(object())}


class CannotBeCloned(Good):
    def __init__(self, most=(1, 2)):
        self.most = list(most)

    def draw(self, rng, batch):
        return np.zeros(len(batch), int)


BROKEN = [
    (CountsCalls, "made twice"),
    (DrawsByPlaceInTheBatch, "on the samples"),
    (ChangesItsInput, "changed what it was handed"),
    (MakesSamplesInFit, "made samples before"),
    (ChangesItsParameters, "not kept as given"),
    (TakesAnyParameter, "accepts the parameter"),
    (SharesItself, "was changed after it was applied"),
    (CannotBePickled, "pickle"),
    (ChangesLabels, "changes labels"),
    (MakesAnotherKind, "makes samples of kind 'strip', and its facts say 'object'"),
    (MakesFloats, "makes strips that are float64"),
    (DeclaresAnotherSize, "its facts say"),
    (ShiftsByColumns, "ShiftsByColumns.* keeps boxes, but ink does not end at their"),
    (ShiftsByOneColumn, "keeps boxes, but ink does not end at their"),
    (ShiftsByOneRow, "keeps boxes, but ink does not end at their"),
    (ShiftsAndKeepsGaps, "ink is in columns"),
    (Spreads, "keeps boxes, but ink does not end at their"),
    (Mirrors, "keeps boxes, but ink does not end at their"),
    (ShiftsSome, "keeps boxes, but ink does not end at their"),
    (ShiftsFew, "keeps boxes, but ink does not end at their"),
    (ShiftsEveryOtherRow, "keeps boxes, but ink does not end at their"),
    (Wipes, "holds no ink"),
    (InksMargins, "ink is in columns"),
    (PromisesGapsThatItFills, "gaps are measured, but"),
    (DescribesItselfByMemory, "describes itself"),
    (CannotBeCloned, "Cannot clone"),
]


def test_a_step_that_keeps_the_contracts_passes():
    check_transform(Good())
    strips = TextToImage(made_glyphs(), (1, 4), 150).fit_transform(NlpDataset(["12", "345"] * 10, seed=1))
    check_transform(Good(most=3), strips)


@pytest.mark.parametrize(("kind", "words"), BROKEN, ids=[kind.__name__ for kind, _ in BROKEN])
def test_a_step_that_breaks_a_contract_is_found(kind, words):
    # What pickle, scikit-learn or a measured gap raises tells as much as ContractError.
    with pytest.raises(Exception, match=words):
        check_transform(kind())


def test_a_step_of_nothing_is_found():
    class Nothing(Good):
        takes = ()

    with pytest.raises(ContractError, match="takes no kind of sample"):
        check_transform(Nothing())


class Forgetful(NlpDataset):
    def labels(self, indices=None):
        labels = super().labels(indices)
        return labels if indices is None else labels[np.argsort(labels)]


class Mislabelled(NlpDataset):
    def _make(self, index):
        return Batch("text", index, self.labels()[::-1][index])


class Endless(NlpDataset):
    def _row(self, index):
        return index % len(self)


class Shared(NlpDataset):
    @property
    def meta(self):
        return self._table


class Stubborn(NlpDataset):
    def with_seed(self, seed):
        return self


class Lying(NlpDataset):
    kind = "strip"


class Reseeded(NlpDataset):
    def with_seed(self, seed):
        self.seed = seed
        return copy_with(self, seed=seed)


class Unpicklable(NlpDataset):
    def __init__(self, meta, seed=None):
        super().__init__(meta, seed)
        self.function = lambda: None


class Copied(NlpDataset):
    def __deepcopy__(self, memo):
        return copy_with(self)


class Vague(NlpDataset):
    def describe(self):
        return {"text": str(object())}


@pytest.mark.parametrize(
    "kind", [Forgetful, Mislabelled, Endless, Shared, Stubborn, Lying, Reseeded, Unpicklable, Copied, Vague]
)
def test_a_data_set_that_breaks_a_contract_is_found(kind):
    good = NlpDataset(["31", "2", "14"], seed=1)
    check_dataset(good)
    with pytest.raises((ContractError, AttributeError)) as found:
        check_dataset(kind(["31", "2", "14"], seed=1))
    assert isinstance(found.value, ContractError) or kind is Unpicklable


class Nameless(PngSink):
    """Writes the number of the call into every file."""

    def write_shard(self, writer, batches):
        super().write_shard(writer, batches)
        writer.part(b"%d,0,,,\n" % next(COUNTER))


class Blind(PngSink):
    def read(self, shard, rows):
        return (replace(sample, image=sample.image // 2) for sample in super().read(shard, rows))


class Deaf(PngSink):
    def read(self, shard, rows):
        return (replace(sample, label="0") for sample in super().read(shard, rows))


class Untrue(PngSink):
    def read(self, shard, rows):
        return (replace(sample, boxes=sample.boxes + 1) for sample in super().read(shard, rows))


class Whole(PngSink):
    def read(self, shard, rows):
        return super().read(shard, shard.rows)


class Orderly(PngSink):
    def read(self, shard, rows):
        return super().read(shard, sorted(rows))


class Counting(PngSink):
    """Writes how many shards there are, and does not say so."""

    def write_shard(self, shard, batches):
        super().write_shard(shard, batches)
        shard.file(f"{self.prefix}-{shard.number}-of-{shard.count}.txt", b"")


class Lost(PngSink):
    def file_of(self, shard, index):
        return f"{index}.png"


class Repeated(PngSink):
    def write_shard(self, shard, batches):
        super().write_shard(shard, batches)
        shard.file("about.txt", b"")


class Dark(PngSink):
    """Says that it is lossy, and loses everything."""

    lossy = True

    def encode_batch(self, batch, names):
        return super().encode_batch(batch.replace(images=np.zeros_like(batch.images)), names)


@pytest.mark.parametrize("kind", [Nameless, Blind, Deaf, Untrue, Whole, Orderly, Counting, Lost, Repeated, Dark])
def test_a_format_that_breaks_a_contract_is_found(kind):
    with pytest.raises(ContractError, match=kind.__name__):
        check_sink(kind)


class Secret(PngSink):
    """Changes levels, and does not say so."""

    def encode_batch(self, batch, names):
        return super().encode_batch(batch.replace(images=batch.images // 8 * 8), names)


class Softer(Secret):
    lossy = True


def test_a_format_that_says_so_may_change_levels_a_little():
    check_sink(Softer)
    with pytest.raises(ContractError, match="Secret reads another image"):
        check_sink(Secret)


class CountsOpenly(Counting):
    extends = False


def test_a_format_whose_names_depend_on_the_number_of_shards_may_say_so():
    check_sink(CountsOpenly)


class Twice(PngSink):
    def write_shard(self, shard, batches):
        super().write_shard(shard, batches)
        shard.file(self.file_name(shard.rows.start), b"")


class Outside(PngSink):
    def write_shard(self, shard, batches):
        super().write_shard(shard, batches)
        shard.file(f"../{shard.number}.txt", b"")


class Partial(PngSink):
    joined = None


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Twice, "two files of shard 0 one name"),
        (Outside, "calls a file '../0.txt'"),
        (Partial, "names no file that they are joined to"),
    ],
)
def test_a_format_that_writes_what_cannot_be_is_told_and_nothing_stands_outside_of_its_folder(tmp_path, kind, says):
    ds = strips(3)
    job = Job(ds, kind(), OutputFolder(tmp_path / "out"), 3, 2)
    with pytest.raises(InputError, match=says):
        run(job)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["recipe.json", "shards"]


class Lazy(SerialEngine):
    def run(self, task, shards):
        for shard in list(shards)[1:]:
            yield task(shard)


class Eager(SerialEngine):
    def run(self, task, shards):
        for shard in shards:
            task(shard)
            yield task(shard) + 1


class Silent(SerialEngine):
    def run(self, task, shards):
        for shard in shards:
            try:
                yield task(shard)
            except ValueError:
                continue


class Twice(SerialEngine):
    def run(self, task, shards):
        for shard in shards:
            task(shard)
            yield task(shard)


class Vain(SerialEngine):
    def run(self, task, shards):
        try:
            yield from super().run(task, shards)
        except ValueError as error:
            raise ValueError("something went wrong") from error


@pytest.mark.parametrize("kind", [Lazy, Eager, Silent, Twice, Vain])
def test_an_engine_that_breaks_a_contract_is_found(kind):
    with pytest.raises(ContractError):
        check_engine(kind())


@pytest.mark.parametrize("change", ["box", "column", "order", "starts", "rows"])
def test_glyphs_that_cannot_be_drawn_from_are_found(change):
    good = made_glyphs("0123", 3)
    check_glyph_set(good)
    fields = {
        name: np.array(getattr(good, name)) if isinstance(getattr(good, name), np.ndarray) else getattr(good, name)
        for name in good.__dataclass_fields__
    }
    if change == "box":
        fields["boxes"][2, 2] += 1
    elif change == "column":
        x0, _, x1, _ = fields["boxes"][1]
        fields["images"][1, :, (x0 + x1) // 2] = 0
    elif change == "order":
        fields["characters"] = "3210"
    elif change == "starts":
        fields["starts"][1] = 0
    else:
        fields["rows"][1] = fields["rows"][0]
    with pytest.raises(ContractError):
        check_glyph_set(GlyphSet(**fields))


def test_validate_padding_is_not_fooled_by_its_own_range():
    with pytest.raises(Exception, match="gap"):
        check_transform(ValidatePadding((0, 0)))


@pytest.mark.parametrize("made", [list, iter, tuple])
def test_an_engine_may_give_its_results_in_any_way(made):
    class Mapped(SerialEngine):
        def run(self, task, shards):
            return made(map(task, shards))

    check_engine(Mapped())


@pytest.mark.parametrize(
    ("check", "given", "words"),
    [
        (check_engine, SerialEngine, "is not an instance of a class that extends Engine"),
        (check_transform, ValidatePadding, "is not an instance of a class that extends Transform"),
        (check_sink, PngSink(), "is not a class that extends Sink"),
    ],
)
def test_a_class_in_the_place_of_an_instance_is_told(check, given, words):
    with pytest.raises(ContractError, match=words):
        check(given)


class Numbers(PngSink):
    """Takes labels for numbers."""

    def read(self, shard, rows):
        for sample in super().read(shard, rows):
            yield replace(sample, label=sample.label.lstrip("0"))


class WritesOnly(PngSink):
    read = Sink.read


def test_a_format_without_a_name_or_without_a_reader_is_told():
    with pytest.raises(ContractError, match="Nameless has no format"):
        check_sink(type("Nameless", (PngSink,), {"format": ""}))
    with pytest.raises(ContractError, match=r"WritesOnly has no method read\(shard, rows\)"):
        check_sink(WritesOnly)


def test_a_format_that_loses_leading_zeros_is_found():
    with pytest.raises(ContractError, match="reads label of sample"):
        check_sink(Numbers)
