"""Steps on labels: what is written is the changed label, in images, tables and recipes."""

from dataclasses import replace

import numpy as np
import pytest

from mygenerator import LabelTransform, NlpDataset, PatternNlpDataset, PhoneNlpDataset, Pipeline, TextToImage
from mygenerator.errors import InputError
from mygenerator.testing import ContractError, check_transform
from mygenerator.validate import validate_folder


class Grouped(LabelTransform):
    """Writes a hyphen between the third and the fourth character."""

    def apply(self, labels, drawn):
        return [f"{label[:3]}-{label[3:]}" for label in labels]

    def facts(self, before):
        low, high = before.label_lengths
        characters = "".join(sorted({*before.characters, "-"}))
        return replace(super().facts(before), characters=characters, label_lengths=(low + 1, high + 1))


class Turned(LabelTransform):
    """Turns some labels round, by a draw."""

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=0, high=1)

    def apply(self, labels, drawn):
        return np.array([label[::-1] if turn else label for label, turn in zip(labels, drawn, strict=True)])


class Lies(LabelTransform):
    """Makes what its facts do not allow."""

    def __init__(self, label: str = "99999999999"):
        self.label = label

    def apply(self, labels, drawn):
        return np.full(len(labels), self.label)


NUMBERS = PhoneNlpDataset(20, "JP", seed=7)
DOTTED = "0123456789-"


def hyphens():
    """Glyphs of digits and a hyphen."""
    from mygenerator.testing.blocks import block_glyphs

    return block_glyphs(DOTTED)


def test_labels_change_everywhere_and_the_caller_s_table_does_not():
    texts = NlpDataset({"label": ["0901234", "08099"], "note": ["a", "b"]}, seed=1)
    changed = Grouped().fit_transform(texts)
    assert changed.labels().tolist() == ["090-1234", "080-99"]
    assert changed.labels([1]).tolist() == [changed[1].label] == ["080-99"]
    assert changed.get_image_only(0) == "090-1234"
    assert changed.meta["label"].tolist() == ["0901234", "08099"]
    assert (changed.facts.characters, changed.facts.label_lengths) == ("-0123489", (6, 8))


def test_the_image_shows_the_changed_label():
    ds = TextToImage(hyphens(), (2, 4), 400).fit_transform(Grouped().fit_transform(NUMBERS))
    batch = ds.batch(range(20))
    assert all(label[3] == "-" and len(label) == 12 for label in batch.labels)
    assert (batch.lengths == 12).all()
    assert batch.labels.tolist() == ds.labels().tolist()
    # Two glyphs for each character, sorted.
    shown = ["".join(sorted(DOTTED)[row // 2] for row in rows) for rows in batch.glyphs.tolist()]
    assert shown == batch.labels.tolist()


def test_a_character_that_the_glyphs_lack_is_found_before_anything_is_made():
    with pytest.raises(InputError, match="'-'"):
        TextToImage("optdigits", image_width=300).fit(Grouped().fit_transform(NUMBERS))


def test_a_width_that_the_longer_labels_do_not_fit_is_refused():
    texts = NlpDataset(["1" * 20], seed=1)
    step = TextToImage(hyphens(), (10, 10), 230)
    step.fit(texts)
    with pytest.raises(InputError, match="image_width 230 cannot hold"):
        step.fit(Grouped().fit_transform(texts))


@pytest.mark.parametrize("step", [Grouped(), Turned()], ids=repr)
def test_a_step_on_labels_keeps_every_contract(step):
    check_transform(step)


@pytest.mark.parametrize(
    ("label", "words"),
    [("x" * 11, "makes labels with 'x'"), ("1" * 12, "of 12 characters; allowed: 11 to 11 characters"), ("", "of 0 ")],
)
def test_labels_that_the_facts_do_not_allow_are_refused_when_they_are_made(label, words):
    lies = Lies(label).fit_transform(NUMBERS)
    for ask in (lambda: lies[0], lies.labels, lambda: lies.batch([1, 2])):
        with pytest.raises(InputError, match=words):
            ask()


@pytest.mark.parametrize("made", [lambda labels: labels[:1], lambda labels: [], lambda labels: list(labels) * 2])
def test_another_number_of_labels_is_refused(made):
    step = type("Counts", (LabelTransform,), {"apply": lambda self, labels, drawn: made(labels)})()
    changed = step.fit_transform(NUMBERS)
    for ask in (changed.labels, lambda: changed.batch(range(20))):
        with pytest.raises(InputError, match=r"Counts\(\) made \d+ labels? from 20; allowed: one for each"):
            ask()
    with pytest.raises(InputError, match=r"made .* labels? from 20"):
        TextToImage(image_width=300).fit_transform(changed).batch(range(20))


def test_a_replay_tells_the_label_that_is_written_and_what_it_was_made_of(tmp_path):
    from mygenerator.inspection.explanation import account_of

    ds = TextToImage(hyphens(), (2, 4), 400).fit_transform(Grouped().fit_transform(NUMBERS))
    told = account_of(ds, 3)
    before = str(NUMBERS.labels([3])[0])
    assert told.startswith(f"label '{before[:3]}-{before[3:]}'")
    assert f"makes '{before[:3]}-{before[3:]}' of '{before}'" in told


def test_what_is_no_text_is_refused():
    step = type("Counts", (LabelTransform,), {"apply": lambda self, labels, drawn: list(range(len(labels)))})()
    with pytest.raises(InputError, match=r"Counts\(\) makes labels that are not text"):
        step.fit_transform(NUMBERS).labels()


def test_a_label_that_depends_on_its_neighbours_is_found():
    step = type("Shifts", (LabelTransform,), {"apply": lambda self, labels, drawn: np.roll(labels, 1)})()
    with pytest.raises(ContractError):
        check_transform(step)


def test_drawn_labels_stay_in_every_epoch_unless_texts_are_drawn_anew():
    ds = TextToImage(image_width=300).fit_transform(Turned().fit_transform(NUMBERS))
    labels = ds.labels().tolist()
    assert ds.with_epoch(5).labels().tolist() == labels == ds.with_epoch(5).batch(range(20)).labels.tolist()
    assert ds.with_epoch(5, texts=True).labels().tolist() != labels


def test_a_folder_of_changed_labels_is_judged_by_what_the_step_writes(tmp_path):
    codes = PatternNlpDataset("[0-9]{5}", 30, seed=1)
    ds = Pipeline([Grouped(), TextToImage(hyphens(), (3, 8), 260)]).fit_transform(codes)
    ds.save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert sum(report.gaps.values()) == 30 * 5
    table = tmp_path / "meta.csv"
    first = table.read_text().splitlines()[1].split(",")[1]
    table.write_text(table.read_text().replace(first, first.replace("-", "x"), 1))
    report = validate_folder(tmp_path)
    assert "'x', which step 'grouped' never writes" in str(report)


@pytest.mark.parametrize("made", [None, "007", 7])
def test_labels_that_are_not_a_list_are_refused(made):
    class Wrong(LabelTransform):
        def apply(self, labels, drawn):
            return made

    with pytest.raises(InputError, match=r"Wrong\(\) makes labels that are a (NoneType|str|int); allowed: an array"):
        Wrong().fit_transform(NUMBERS).labels()
