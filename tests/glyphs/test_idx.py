"""The idx reader: names, packing, and that no file whatsoever breaks it."""

import gzip
import struct
import tracemalloc

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from mygenerator.errors import InputError
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.glyphs.idx import IdxSource

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def test_an_idx_pair_gives_its_digits_with_their_rows(idx_folder, digits):
    images, labels = digits(100)
    glyphs = load_glyphs(idx_folder)
    assert glyphs.source == "digits"
    assert glyphs.characters == "0123456789"
    assert np.array_equal(glyphs.images, images[glyphs.rows])
    assert np.array_equal(np.repeat(np.arange(10), np.diff(glyphs.starts)), labels[glyphs.rows])


@pytest.mark.parametrize(
    ("images_name", "labels_name"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("emnist-digits-test-images-idx3-ubyte", "emnist-digits-test-labels-idx1-ubyte"),
        ("x", "y"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_pair_is_found_whatever_its_names(tmp_path, digits, idx_bytes, images_name, labels_name, packed):
    for name, values in zip((images_name, labels_name), digits(20), strict=True):
        data = idx_bytes(values)
        (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    (tmp_path / "README.txt").write_text("not idx")
    assert len(load_glyphs(tmp_path)) == 20


def test_plain_and_gzip_are_the_same_content(tmp_path, digits, write_idx):
    plain = load_glyphs(write_idx(tmp_path / "a", *digits(30)))
    packed = load_glyphs(write_idx(tmp_path / "b", *digits(30), packed=True))
    assert plain == packed
    assert (plain.source, packed.source) == ("a", "b")


def label_rows(*rows, columns=8):
    """A label file as QMNIST has it: rows of big-endian int32, the digit first."""
    head = struct.pack(">4B2I", 0, 0, 12, 2, len(rows), columns)
    return head + b"".join(struct.pack(f">{columns}i", digit, *range(1, columns)) for digit in rows)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("columns", [1, 8])
def test_labels_in_rows_of_whole_numbers_are_read_by_their_first_column(
    tmp_path, digits, idx_bytes, write_idx, packed, columns
):
    images, labels = digits(40)
    files = {
        "qmnist-test-images-idx3-ubyte": idx_bytes(images),
        "qmnist-test-labels-idx2-int": label_rows(*labels.tolist(), columns=columns),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    assert load_glyphs(tmp_path) == load_glyphs(write_idx(tmp_path / "plain", images, labels))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (label_rows(*[3] * 19, 10), "the label in row 19 is 10; allowed: the digits 0 to 9"),
        (label_rows(*[3] * 19, -1), "the label in row 19 is -1"),
        (label_rows(*[3] * 19, 259), "the label in row 19 is 259"),
        (label_rows(*[3] * 20)[:-1], "header promises 20 x 8 x 4 = 640 bytes, but the file holds 639"),
        (label_rows(*[3] * 20) + b"-", "the file holds more"),
        (label_rows(*[3] * 19), "20 images, but 19 labels"),
        (struct.pack(">4B2I", 0, 0, 12, 2, 20, 0), "empty"),
    ],
)
def test_wrong_labels_in_rows_are_an_error_that_names_the_file(tmp_path, digits, idx_bytes, data, message):
    (tmp_path / "images").write_bytes(idx_bytes(digits(20)[0]))
    (tmp_path / "labels").write_bytes(data)
    with pytest.raises(InputError, match=message) as error:
        load_glyphs(tmp_path)
    assert str(tmp_path / "labels") in str(error.value)


def test_qmnist_s_two_files_of_labels_are_one_pair_with_its_images(tmp_path, digits, idx_bytes):
    images, labels = digits(20)
    (tmp_path / "qmnist-test-images-idx3-ubyte").write_bytes(idx_bytes(images))
    (tmp_path / "qmnist-test-labels-idx1-ubyte").write_bytes(idx_bytes(labels))
    (tmp_path / "qmnist-test-labels-idx2-int").write_bytes(label_rows(*labels.tolist()))
    assert len(load_glyphs(tmp_path)) == 20


def test_images_that_lie_on_their_side_are_set_upright_and_are_other_content(tmp_path, digits, write_idx):
    images, labels = digits(20)
    folder = write_idx(tmp_path, images, labels)
    pair = {"name": "x", "images": folder / IMAGES, "labels": folder / LABELS}
    lying, upright = IdxSource(**pair, transposed=True), IdxSource(**pair)
    assert np.array_equal(lying.read().images, images.transpose(0, 2, 1))
    assert lying.read().content != upright.read().content
    assert lying.key != upright.key


def test_a_pair_that_lies_there_plain_and_gzipped_is_one_pair(idx_folder, digits, write_idx):
    write_idx(idx_folder, *digits(100), packed=True)
    assert len(load_glyphs(idx_folder)) == 100


def test_several_pairs_are_an_error_that_names_them(idx_folder, digits, write_idx):
    write_idx(idx_folder, *digits(20), prefix="more")
    with pytest.raises(InputError, match=f"more-images-idx3-ubyte with more-labels-idx1-ubyte; {IMAGES} with {LABELS}"):
        load_glyphs(idx_folder)


@pytest.mark.parametrize("alone", [IMAGES, LABELS])
def test_a_file_without_its_partner_is_an_error_that_names_it(idx_folder, alone):
    (idx_folder / (LABELS if alone == IMAGES else IMAGES)).unlink()
    with pytest.raises(InputError, match=f"{alone}: the idx file has no partner"):
        load_glyphs(idx_folder)


def test_folders_beside_a_pair_do_not_matter(idx_folder):
    (idx_folder / "notes").mkdir()
    (idx_folder / "notes" / "x.txt").touch()
    assert len(load_glyphs(idx_folder)) == 100


def test_mnist_is_known_by_its_content_packed_or_not(tmp_path, mnist_folder):
    for path in mnist_folder.glob("t10k-*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    packed, plain = load_glyphs(mnist_folder), load_glyphs(tmp_path)
    assert packed.source == plain.source == "mnist:test"
    assert packed == plain
    assert packed.licence.startswith("MNIST")


def with_shape(*shape):
    return lambda data: struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape) + data[4 + 4 * len(shape) :]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (IMAGES, lambda data: data[:-1], "header promises 100 x 28 x 28 = 78,400 bytes, but the file holds 78,399"),
        (LABELS, lambda data: data[:-7], "header promises 100 bytes, but the file holds 93"),
        (IMAGES, lambda data: data + b"\0", "promises 100 x 28 x 28 = 78,400 bytes, but the file holds more"),
        (
            IMAGES,
            lambda data: b"\0\0\x0d\3" + data[4:],
            "named like an idx file, but it is an idx file of float32 with 3",
        ),
        (IMAGES, lambda data: data[:2], "named like an idx file, but it is (a gzip file of )?zeros"),
        (IMAGES, lambda data: data[:11], "the header ends after 11 bytes"),
        (
            IMAGES,
            lambda data: b"",
            "named like an idx file, but it is (an empty file|a gzip file that is truncated or empty)",
        ),
        (
            IMAGES,
            with_shape(2**31, 28, 28),
            "promises 2147483648 x 28 x 28 = 1,683,627,180,032 bytes; allowed: up to 1,000,000,000",
        ),
        (IMAGES, with_shape(1, 2**31, 2**31), "the glyph image is 2147483648 x 2147483648 pixels"),
        (IMAGES, with_shape(100, 129, 28), "the glyph image is 129 x 28 pixels.*allowed: 1 x 1 to 128 x 128"),
        (IMAGES, with_shape(100, 0, 28), "the glyph image is 0 x 28 pixels"),
        (IMAGES, with_shape(0, 28, 28), "empty"),
        (LABELS, lambda data: with_shape(99)(data[:-1]), f"100 images, but 99 labels in .*{LABELS}"),
        (LABELS, lambda data: data[:-1] + b"\x0a", "the label in row 99 is 10; allowed: the digits 0 to 9"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_it(idx_folder, name, change, message, packed):
    path = idx_folder / name
    data = change(path.read_bytes())
    path.write_bytes(gzip.compress(data) if packed else data)
    with pytest.raises(InputError, match=message) as error:
        load_glyphs(idx_folder)
    assert name in str(error.value)


@pytest.mark.parametrize("keep", [1, 5, 300, -4])
def test_a_torn_gzip_file_is_an_error_that_names_it(tmp_path, digits, write_idx, keep):
    path = write_idx(tmp_path / "digits", *digits(100), packed=True) / f"{IMAGES}.gz"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=IMAGES):
        load_glyphs(path.parent)


def test_what_a_gzip_file_unpacks_to_beyond_its_header_is_not_read(tmp_path, digits, write_idx, idx_bytes):
    folder = write_idx(tmp_path / "bomb", *digits(10), packed=True)
    bomb = gzip.compress(idx_bytes(digits(10)[0]) + bytes(200_000_000), 1)
    (folder / f"{IMAGES}.gz").write_bytes(bomb)
    tracemalloc.start()
    with pytest.raises(InputError, match="the file holds more"):
        load_glyphs(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.fixture(scope="module")
def sound_files(digits, idx_bytes):
    """Images and labels, plain and gzipped."""
    plain = [idx_bytes(values) for values in digits(6)]
    return {False: plain, True: [gzip.compress(data) for data in plain]}


@hypothesis.given(
    packed=strategies.booleans(),
    file=strategies.integers(0, 1),
    changes=strategies.lists(
        strategies.tuples(
            strategies.one_of(strategies.integers(0, 20), strategies.integers(0, 5000)), strategies.binary(max_size=4)
        ),
        min_size=1,
        max_size=4,
    ),
    cut=strategies.one_of(strategies.none(), strategies.integers(0, 5000)),
)
def test_changed_bytes_give_a_result_or_an_input_error(tmp_path_factory, sound_files, packed, file, changes, cut):
    data = bytearray(sound_files[packed][file])
    for position, new in changes:
        position %= len(data) + 1
        data[position : position + len(new)] = new
    folder = tmp_path_factory.mktemp("changed")
    contents = sound_files[packed].copy()
    contents[file] = bytes(data[:cut])
    source = IdxSource("changed", folder / "images", folder / "labels")
    for path, content in zip(source.files, contents, strict=True):
        path.write_bytes(content)
    said = None
    try:
        assert len(GlyphSet.from_raw(source.read())) > 0
    except InputError as error:
        said = str(error)
    assert said is None or str(folder) in said or "changed: no glyph" in said
