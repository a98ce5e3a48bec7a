"""The formats of many samples in a file, read by the programs that train on them."""

import io
import json
import re
import subprocess
import sys
import tarfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mygenerator import ImageDataset, NlpDataset, TextToImage
from mygenerator.errors import InputError
from mygenerator.save import read_manifest
from mygenerator.sinks import sink_class
from mygenerator.sinks.truth import sample_to_plain

COUNT = 25
LABELS = [f"{7**number % 10**6:0{2 + number % 6}d}" for number in range(COUNT)]
FORMATS = ["arrow", "npy", "parquet", "tfrecord", "webdataset"]


def strips(labels=LABELS):
    return TextToImage(spacing_range=(1, 6), image_width=150).fit_transform(NlpDataset(labels, seed=4))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder in each format, in three shards; not to be changed."""
    folder = tmp_path_factory.mktemp("saved")
    for name in FORMATS:
        strips().save(folder / name, format=name, shard_size=10)
    return folder


def pixels(png):
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        assert image.mode == "L"
        return np.asarray(image)


def check(images, labels):
    ds = strips()
    assert list(labels) == LABELS
    assert len(images) == COUNT
    assert all(np.array_equal(image, ds[row].image) for row, image in enumerate(images))


def test_webdataset_streams_them(saved):
    webdataset = pytest.importorskip("webdataset")
    found = list(webdataset.WebDataset(str(saved / "webdataset" / "img_{000000..000002}.tar"), shardshuffle=False))
    assert [one["__key__"] for one in found] == [f"{index:09d}" for index in range(COUNT)]
    check([pixels(one["png"]) for one in found], [one["txt"].decode() for one in found])
    assert [json.loads(one["json"]) for one in found] == [sample_to_plain(sample) for sample in strips()]


def test_tar_files_are_those_that_python_writes(saved):
    for path in sorted((saved / "webdataset").glob("*.tar")):
        again = io.BytesIO()
        with tarfile.open(path) as tar, tarfile.open(fileobj=again, mode="w", format=tarfile.USTAR_FORMAT) as copy:
            for member in tar:
                assert (member.mtime, member.uid, member.uname, member.isfile()) == (0, 0, "", True)
                data = tar.extractfile(member).read()
                plain = tarfile.TarInfo(member.name)
                plain.size = len(data)
                copy.addfile(plain, io.BytesIO(data))
        assert path.read_bytes() == again.getvalue()


def test_tfrecord_reads_them_with_and_without_the_index(saved):
    tfrecord = pytest.importorskip("tfrecord")
    files = sorted((saved / "tfrecord").glob("*.tfrecord"))
    found = [one for path in files for one in tfrecord.tfrecord_loader(str(path), None)]
    check([pixels(bytes(one["image"])) for one in found], [bytes(one["label"]).decode() for one in found])
    for one, sample in zip(found, strips(), strict=True):
        assert int(one["index"][0]) == sample.index
        assert one["boxes"].reshape(-1, 4).tolist() == sample.boxes.tolist()
        assert one["gaps"].tolist() == sample.gaps.tolist()
        assert one["glyphs"].tolist() == sample.glyphs.tolist()
    halves = [
        list(tfrecord.tfrecord_loader(str(files[0]), str(files[0].with_suffix(".tfindex")), shard=(k, 2)))
        for k in range(2)
    ]
    assert [bytes(one["label"]).decode() for half in halves for one in half] == LABELS[:10]


def test_tfrecord_checksums_and_index_are_those_of_its_own_tools(saved, tmp_path):
    writer = pytest.importorskip("tfrecord.writer").TFRecordWriter
    create_index = pytest.importorskip("tfrecord.tools.tfrecord2idx").create_index
    for path in (saved / "tfrecord").glob("*.tfrecord"):
        data, at = path.read_bytes(), 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 8], "little")
            assert writer.masked_crc(data[at : at + 8]) == data[at + 8 : at + 12]
            assert writer.masked_crc(data[at + 12 : at + 12 + size]) == data[at + 12 + size : at + 16 + size]
            at += 16 + size
        create_index(str(path), str(tmp_path / "index"))
        assert (tmp_path / "index").read_bytes() == path.with_suffix(".tfindex").read_bytes()


def test_pandas_reads_parquet_with_text_for_labels(saved):
    pytest.importorskip("pyarrow")
    table = pd.read_parquet(saved / "parquet" / "img_000000.parquet")
    assert table["label"].tolist() == LABELS[:10]
    whole = pd.concat([pd.read_parquet(path) for path in sorted((saved / "parquet").glob("*.parquet"))])
    check([pixels(image["bytes"]) for image in whole["image"]], whole["label"])
    assert [image["path"] for image in whole["image"]] == [f"img_{index}.png" for index in range(COUNT)]
    for row, sample in zip(whole.itertuples(), strips(), strict=True):
        assert np.stack(row.boxes).tolist() == sample.boxes.tolist()
        assert row.gaps.tolist() == sample.gaps.tolist()


def test_parquet_says_what_its_columns_are_as_datasets_reads_it(saved):
    parquet = pytest.importorskip("pyarrow.parquet")
    schema = parquet.read_schema(saved / "parquet" / "img_000001.parquet")
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert list(features) == schema.names
    assert features["image"] == {"_type": "Image"}
    assert features["label"] == {"dtype": "string", "_type": "Value"}
    # The types of an Image: `path` has to be text, too.
    assert str(schema.field("image").type) == "struct<bytes: binary, path: string>"


def test_kraken_reads_arrow(saved):
    """What `ArrowIPCRecognitionDataset` of kraken does with a file."""
    pa = pytest.importorskip("pyarrow")
    images, labels = [], []
    for path in sorted((saved / "arrow").glob("*.arrow")):
        with pa.memory_map(str(path), "rb") as source:
            table = pa.ipc.open_file(source).read_all()
        about = json.loads(table.schema.metadata[b"lines"])
        assert about["type"] in ("kraken_recognition_bbox", "kraken_recognition_baseline")
        assert about["counts"] == {"all": table.num_rows, "train": 0, "validation": 0, "test": 0}
        assert (about["text_type"], about["image_type"], about["im_mode"]) == ("raw", "raw", "L")
        lines = table.column("lines").to_pylist()
        assert sum(about["alphabet"].values()) == sum(len(line["text"]) for line in lines)
        assert not any(any(table.column(name).to_pylist()) for name in ("train", "validation", "test"))
        images += [pixels(line["im"]) for line in lines]
        labels += [line["text"] for line in lines]
    check(images, labels)


def test_numpy_maps_them(saved):
    images = [np.load(path, mmap_mode="r") for path in sorted((saved / "npy").glob("*images*.npy"))]
    labels = [np.load(path, mmap_mode="r") for path in sorted((saved / "npy").glob("*labels*.npy"))]
    assert [array.shape for array in images] == [(10, 28, 150), (10, 28, 150), (5, 28, 150)]
    assert all(array.dtype == np.uint8 for array in images)
    check(np.concatenate(images), np.concatenate(labels).tolist())
    boxes, lengths = np.load(saved / "npy" / "img_boxes_000000.npy"), list(map(len, LABELS[:10]))
    assert boxes.shape == (10, max(lengths), 4)
    assert ((boxes[:, :, 0] >= 0).sum(axis=1) == lengths).all()


@pytest.mark.parametrize("name", FORMATS)
def test_a_shard_of_its_own_default_size_holds_more_than_a_thousand(tmp_path, name):
    strips().save(tmp_path, format=name)
    _, shards = read_manifest(tmp_path)
    assert [shard.rows for shard in shards] == [COUNT]
    assert (
        json.loads((tmp_path / "recipe.json").read_bytes())["save"]["shard_size"] == sink_class(name).shard_rows > 1000
    )


@pytest.mark.parametrize("name", FORMATS)
def test_the_files_of_a_shard_of_any_number_are_known_by_their_names(tmp_path, name):
    sink, names = sink_class(name)("a.b_images_1"), []
    for number in (0, 999_999, 1_000_000):
        shard = Names(number)
        sink.write_shard(shard, strips().batches())
        assert all(re.fullmatch(sink.name_pattern(), file) for file in shard.files)
        names += shard.files
    assert len(set(names)) == len(names)


class Names:
    """A ShardWriter that keeps the names alone."""

    def __init__(self, number):
        self.number, self.count, self.rows, self.files = number, number + 1, range(COUNT), []

    def file(self, name, data):
        self.files.append(name)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "npy"])
def test_a_label_that_is_no_utf8_is_an_error_that_names_its_sample(tmp_path, name):
    table = pd.DataFrame({"label": ["7", "\ud800"]}, dtype=object)
    ds = ImageDataset(get_image_fn=lambda row: np.zeros((4, 5), np.uint8), meta=table, seed=1)
    with pytest.raises(InputError, match=r"UTF-8") as caught:
        ds.save(tmp_path, format=name)
    assert "sample 1" in str(caught.value)


def test_images_of_any_size_are_no_arrays(tmp_path):
    ds = ImageDataset(get_image_fn=lambda row: np.zeros((4, 5 + row), np.uint8), meta=NlpDataset(LABELS).meta, seed=1)
    with pytest.raises(InputError, match="object"):
        ds.save(tmp_path / "out", format="npy")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "module"),
    [("parquet", "pyarrow"), ("arrow", "pyarrow"), ("tfrecord", "google_crc32c"), ("webdataset", "orjson")],
)
def test_a_format_that_is_not_installed_names_the_command(tmp_path, name, module):
    """In a process where the module cannot be found, as it is without the extra."""
    program = f"""
import sys
sys.modules[{module!r}] = None
from mygenerator.cli.main import main
sys.exit(main(["run", "meter_readings", "--count", "3", "--format", {name!r}, "--output_path", "out"]))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f'pip install "mygenerator[{sink_class(name).extra}]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
