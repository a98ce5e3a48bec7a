"""The png format by itself: what it writes for a shard, and that it reads back what was saved."""

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from mygenerator import twins
from mygenerator.batch import Batch
from mygenerator.errors import InputError
from mygenerator.registry import kinds
from mygenerator.rng import Stream
from mygenerator.save import SavedFolder
from mygenerator.sinks import PngSink
from mygenerator.sinks.image_files.rows import truth_rows
from mygenerator.sinks.image_files.table import csv_rows, truth_columns
from mygenerator.sinks.png import ENCODER_VERSION, encode_png
from mygenerator.strip.ink import LEVELS_LOST
from mygenerator.util_image import image_read
from tests.save.program import strips

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["a\rb", "\r\n", "\n", ",", '"', '""', " ", "'"]
)


class Kept:
    """A ShardWriter that keeps what it is given."""

    def __init__(self, number=0, count=1, rows=range(0)):
        self.number, self.count, self.rows = number, count, rows
        self.files, self.parts = {}, []

    def file(self, name, data):
        self.files[name] = data

    def part(self, data):
        self.parts.append(data)


def written(ds, cuts):
    """What the sink writes for samples 0 to the last cut, made in batches that end at the cuts."""
    writer = Kept()
    batches = [ds.batch(range(start, stop)) for start, stop in zip([0, *cuts], cuts, strict=False)]
    PngSink().write_shard(writer, batches)
    return writer.files, b"".join(writer.parts)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5))
def test_rows_of_any_text_are_read_back_by_a_csv_reader(rows):
    text = csv_rows(rows).decode("utf-8")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [list(row) for row in rows]


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6), st.integers(0, 6))
def test_rows_are_the_same_bytes_in_whatever_pieces_they_are_written(rows, cut):
    assert csv_rows(rows[:cut]) + csv_rows(rows[cut:]) == csv_rows(rows)


def test_plain_rows_are_not_quoted():
    assert csv_rows([("img_0.png", "007"), ("img_1.png", "1,2")]) == b'img_0.png,007\nimg_1.png,"1,2"\n'


def test_what_is_no_utf8_is_an_error_that_names_the_file():
    with pytest.raises(InputError, match=r"img_1\.png: '\\udc80' cannot be written as UTF-8"):
        csv_rows([("img_0.png", "ok"), ("img_1.png", "\udc80")])


def by_csv(names, batch):
    """The rows as json and the csv module write them."""
    return csv_rows(zip(names, batch.labels.tolist(), *truth_columns(batch), strict=True))


@st.composite
def batches(draw):
    """Batches with any truth: labels of several lengths, numbers of many digits."""
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=6))
    labels = [draw(st.text(st.sampled_from("0159 -+'ab"), min_size=n, max_size=n).map(str.strip)) for n in lengths]
    there = np.arange(max(lengths)) < np.array(lengths)[:, None]
    seed = draw(st.integers(0, 1000))
    sizes = [draw(st.sampled_from([1, 9, 10, 300, 9_999, 10_000, 123_456_789, 2**31 - 1])) for _ in range(3)]

    def numbers(step, most, *shape):
        values = Stream(seed, step).integers(np.arange(np.prod(shape, dtype=int)), 0, low=0, high=most)
        return values.reshape(shape)

    count, longest = there.shape
    boxes = np.where(there[:, :, None], numbers("boxes", sizes[0], count, longest, 4), -1).astype(np.int32)
    gaps = np.where(there[:, 1:], numbers("gaps", sizes[1], count, longest - 1), -1).astype(np.int32)
    glyphs = np.where(there, numbers("glyphs", sizes[2], count, longest), -1)
    source = draw(st.sampled_from(["mnist", "mnist:test", 'my "own"', "数字", "a\\b\rc", ""]))
    index = np.arange(count) + draw(st.sampled_from([0, 95, 10**12]))
    return Batch("strip", index, np.array(labels), None, 255, boxes, gaps, glyphs, source)


@given(batches(), st.sampled_from(["numpy", "numba"]))
def test_rows_of_a_whole_batch_are_what_json_and_csv_write(batch, which):
    names = [f"img_{index}.png" for index in batch.index.tolist()]
    with twins.forced(which):
        assert truth_rows(names, batch) == by_csv(names, batch)


@given(batches(), cells)
def test_rows_with_a_label_of_any_text_are_those_of_csv_or_left_to_it(batch, label):
    batch = batch.replace(labels=np.array([label, *batch.labels.tolist()[1:]]))
    names = [f"数_{index}.png" if label == "," else f"img_{index}.png" for index in batch.index.tolist()]
    rows = truth_rows(names, batch)
    assert rows is None or rows == by_csv(names, batch)
    plain = label.isascii() and label.isprintable() and not set(label) & set('",')
    assert (rows is not None) == (plain and not label.endswith("\0"))


@pytest.mark.parametrize("wrong", ["a hole", "below nothing", "no whole numbers", "another shape"])
def test_truth_that_is_not_as_ours_is_left_to_json_and_csv(wrong):
    batch = strips(3).batch(range(3))
    changes = {
        "a hole": {"glyphs": np.where(np.arange(4) == 1, -1, batch.glyphs)},
        "below nothing": {"boxes": batch.boxes - 5},
        "no whole numbers": {"gaps": batch.gaps.astype(float)},
        "another shape": {"gaps": batch.gaps[:, :1]},
    }
    assert truth_rows(["a", "b", "c"], batch) is not None
    assert truth_rows(["a", "b", "c"], batch.replace(**changes[wrong])) is None


def test_the_bytes_of_strips_change_with_the_version_of_the_encoder_alone():
    files, rows = written(strips(8), [8])
    stored = {"1": "1976b175dd2be403fcff682344eafaa9"}
    digest = xxhash.xxh3_128(b"".join(files.values()))
    digest.update(rows)
    assert digest.hexdigest() == stored[ENCODER_VERSION]


def test_strips_are_written_without_opencv():
    script = (
        "import sys; from tests.save.program import strips; from mygenerator.sinks import PngSink\n"
        "from tests.sinks.test_png import Kept; batch = strips(3).batch(range(3)); sys.modules['cv2'] = None\n"
        "PngSink().write_shard(Kept(), [batch])"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@given(st.lists(st.integers(1, 20), unique=True, max_size=5).map(sorted))
def test_a_shard_is_the_same_however_it_was_batched(cuts):
    ds = strips(20, pattern="[0-9]{1,3}")
    assert written(ds, [*(cut for cut in cuts if cut < 20), 20]) == written(ds, [20])


def test_a_batch_without_the_truth_that_its_data_set_promises_is_an_error():
    batch = Batch("strip", np.array([3]), np.array(["7"]), np.zeros((1, 4, 5), np.uint8))
    with pytest.raises(InputError, match="sample 3"):
        truth_columns(batch)


def test_an_image_is_encoded_without_loss():
    image = (np.arange(600) % 256).astype(np.uint8).reshape(10, 20, 3)
    assert np.array_equal(image_read(encode_png(image, "x")), image)
    assert np.array_equal(image_read(encode_png(image[:, :, 0], "x")), image[:, :, 0])


def test_every_format_reads_back_what_was_saved(tmp_path):
    for name in kinds("format"):
        ds = strips(12)
        ds.save(tmp_path / name, format=name, shard_size=5)
        read = SavedFolder(tmp_path / name).read([9, 3, 4, 11])
        assert [sample.label for sample in read] == ds.labels([9, 3, 4, 11]).tolist()
        most = LEVELS_LOST if kinds("format")[name].lossy else 0
        assert all(np.abs(sample.image.astype(int) - ds[sample.index].image).max() <= most for sample in read)
        assert all(np.array_equal(sample.boxes, ds[sample.index].boxes) for sample in read)


@pytest.mark.parametrize("prefix", ["img", "a.b-c_d", "-x", "数字", "x" * 200])
def test_a_prefix_that_a_file_name_can_begin_with_is_accepted(prefix):
    assert PngSink(prefix).file_name(7) == f"{prefix}_7.png"


@pytest.mark.parametrize("prefix", ["", ".x", "a/b", "a b", "a\\b", "a\n", "x" * 201, None])
def test_any_other_prefix_is_refused(prefix):
    with pytest.raises(InputError, match="prefix"):
        PngSink(prefix)
