"""What a message advises: each says what to do about the very thing that somebody brought."""

from __future__ import annotations

import gzip
import io
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset, NlpDataset, PatternNlpDataset, Recipe, TextToImage
from mygenerator.errors import InputError, SaveError
from mygenerator.glyphs import load_glyphs
from mygenerator.inspection.verify import verify_folder
from mygenerator.save import read_manifest
from mygenerator.sinks.png import encode_png
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused


def digit() -> bytes:
    image = np.full((28, 28), 255, np.uint8)
    image[5:22, 8:12] = 0
    return encode_png(image, "digit")


def pair(folder: Path, cut: int | None = None) -> Path:
    """An idx pair of ten blocks; its images end after `cut` bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 5:20, 8:18] = 255
    data = b"\0\0\x08\x03" + np.array(images.shape, ">u4").tobytes() + images.tobytes()
    (folder / "train-images-idx3-ubyte").write_bytes(data[:cut])
    labels = b"\0\0\x08\x01" + np.array([10], ">u4").tobytes() + bytes(range(10))
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)
    return folder


def characters(folder: Path, names: str = "0123456789") -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "a.png").write_bytes(digit())
    return folder


def packed_pair(place: Path) -> Path:
    folder = pair(place / "pair")
    images = folder / "train-images-idx3-ubyte"
    data = gzip.compress(images.read_bytes())
    images.unlink()
    (folder / "train-images-idx3-ubyte.gz").write_bytes(data[:-30])
    return folder


def arrays(place: Path) -> Path:
    file = io.BytesIO()
    np.savez(file, x_train=np.zeros((10, 28, 28), np.uint8), y_train=np.arange(10))
    (place / "digits.npz").write_bytes(file.getvalue()[:3000])
    return place / "digits.npz"


def zipped(place: Path, name: str = "digits.zip", cut: int | None = None, backslash: bool = False) -> Path:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for character in "0123456789":
            member = zipfile.ZipInfo()
            member.filename = f"digits\\{character}\\a.png" if backslash else f"digits/{character}/a.png"
            archive.writestr(member, digit())
    (place / name).write_bytes(file.getvalue()[:cut])
    return place / name


def nested(place: Path) -> Path:
    inner = zipped(place, "inner.zip")
    with zipfile.ZipFile(place / "outer.zip", "w") as archive:
        archive.write(inner, "inner.zip")
    inner.unlink()
    return place / "outer.zip"


def table_alone(place: Path) -> Path:
    (place / "digits").mkdir()
    (place / "digits" / "train.csv").write_text("label,pixel0\n7,0\n", encoding="utf-8")
    return place / "digits"


def link_to_itself(place: Path) -> Path:
    folder = characters(place / "digits", "12")
    os.symlink("self.png", folder / "1" / "self.png")
    return folder


AGAIN = "copy or download it again"
SOURCES = [
    Case(
        "half an idx file", "broken download", lambda place: pair(place / "pair", 4000), refused("holds 3,984", AGAIN)
    ),
    Case("half a header", "broken download", lambda place: pair(place / "pair", 10), refused("header ends", AGAIN)),
    Case("half a gzip", "broken download", packed_pair, refused("truncated or damaged", AGAIN)),
    Case("half an .npz", "broken download", arrays, refused("truncated or damaged", AGAIN)),
    Case("half a zip", "broken download", lambda place: zipped(place, cut=900), refused("truncated or dam", AGAIN)),
    Case(
        "a zip with backslashes",
        "old zip program",
        lambda place: zipped(place, backslash=True),
        refused("a backslash", "unpack it with the program that made it"),
    ),
    Case("a zip in a zip", "person", nested, refused(r"outer\.zip: .*no glyphs", r"unpack it, and give inner\.zip")),
    Case(
        "the folder of one digit",
        "person",
        lambda place: characters(place / "digits") / "7",
        refused("nothing says which characters", "give the folder above it, .*digits, which holds"),
    ),
    Case(
        "a folder with a table",
        "Kaggle",
        table_alone,
        refused("holds no glyphs", r"train\.csv is a table: save"),
    ),
    *(
        [Case("a link to itself", "broken copy", link_to_itself, refused("leads to itself", "mend it or remove it"))]
        if os.name != "nt"  # links need a right there
        else []
    ),
]


@each(SOURCES)
def test_a_source_that_cannot_be_used_is_refused_with_what_to_do(case, tmp_path):
    check(case, lambda: load_glyphs(case.bring(tmp_path)))


def test_of_an_idx_pair_beside_folders_of_characters_the_pair_is_taken_and_that_is_said(tmp_path, caplog):
    folder = characters(pair(tmp_path / "digits"))
    assert load_glyphs(folder).characters == "0123456789"
    assert "holds an idx pair, which is taken, and sub-folders 0, 1, 2" in caplog.text


def test_what_icloud_keeps_elsewhere_and_empty_folders_are_counted(tmp_path, caplog):
    folder = characters(tmp_path / "digits", "12")
    (folder / "1" / ".b.png.icloud").write_bytes(b"bplist00")
    (folder / "7").mkdir()
    assert load_glyphs(folder).characters == "12"
    assert ImageDataset(folder).labels().tolist() == ["1", "2"]
    for message in (record.getMessage() for record in caplog.records):
        assert "1 image that iCloud has not downloaded to this disk (1/b.png)" in message
        assert "1 label (7)" in message
    assert caplog.records


def test_a_pattern_that_takes_every_file_takes_no_text(tmp_path):
    folder = characters(tmp_path / "digits", "12")
    (folder / "1" / "scan.0").write_bytes(digit())
    assert len(ImageDataset(folder, image_suffix="*")) == 3
    (folder / "2" / "notes.txt").write_text("write neatly")
    with pytest.raises(InputError, match=r"notes\.txt: this is not an image but text, and image_suffix '\*' takes ev"):
        ImageDataset(folder, image_suffix="*")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("labels.yaml", "- '007'\n", r"a file \.yaml is not read"),
        ("labels.yml", "- '007'\n", r"a file \.yml is not read"),
        ("labels.txt", "label\n007\n", r"the first line is 'label', as the header .*name the file \.csv"),
    ],
)
def test_a_list_of_labels_in_another_form_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        NlpDataset(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text: {pattern: \u201c[0-9]{3}\u201d}", "\u201c \u201d, which are no quotes in YAML: write straight ones"),
        ("text: {labels: '007, 008'}", r'write labels: \["007", "008"\]'),
    ],
)
def test_a_recipe_that_a_word_processor_or_a_person_wrote_is_refused_with_what_to_write(text, said):
    with pytest.raises(InputError, match=said):
        Recipe.from_yaml(f"{text}\nsteps: [text_to_image: {{}}]\n")


def test_records_that_were_copied_as_text_are_told_so(tmp_path):
    strips(PatternNlpDataset("[0-9]{3}", 6, seed=1)).save(tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(SaveError, match=r"lines end in CR LF, as after a copy as text.*made the folder makes it whole"):
        read_manifest(tmp_path / "out")


AS_TEXT = "its lines end in CR LF, as after a copy as text: copy it again as it is"


@pytest.mark.parametrize("name", ["recipe.json", "manifest.json", "meta.csv"])
def test_a_file_that_was_copied_as_text_is_told_so_by_the_validator_and_by_verify(tmp_path, name):
    strips(PatternNlpDataset("[0-9]{3}", 6, seed=1)).save(tmp_path / "out")
    file = tmp_path / "out" / name
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"\n", b"\r\n"))
    (finding,) = validate_folder(tmp_path / "out").findings
    assert (finding.file, AS_TEXT in finding.reason) == (name, True)
    assert re.search(f"{name}.*: .*{AS_TEXT}", str(verify_folder(tmp_path / "out", samples=0)))
    file.write_bytes(whole.replace(b"\n", b"\r\n").replace(b"1", b"2"))
    changed = [finding.reason for finding in validate_folder(tmp_path / "out").findings if finding.kind == "hash"]
    assert AS_TEXT not in " ".join(changed)


def strips(texts):
    return TextToImage("optdigits", (2, 5), 100).fit_transform(texts)


def test_columns_that_are_not_saved_are_said(tmp_path, caplog):
    caplog.set_level("INFO", logger="mygenerator")
    table = pandas.DataFrame({"label": ["12", "34"], "note": ["a", "b"], "page": [1, 2]})
    strips(NlpDataset(table, seed=1)).save(tmp_path / "out")
    assert "columns of the table that are not saved: note, page" in caplog.text
    caplog.clear()
    strips(NlpDataset(["12", "34"], seed=1)).save(tmp_path / "more")
    assert "not saved" not in caplog.text


def test_a_table_that_cannot_be_read_is_one_finding(tmp_path):
    strips(PatternNlpDataset("[0-9]{3}", 30, seed=1)).save(tmp_path / "out")
    table = tmp_path / "out" / "meta.csv"
    table.write_bytes(b"\xff" + table.read_bytes()[1:])
    assert dict(validate_folder(tmp_path / "out").counts) == {"hash": 1, "unreadable": 1}


def test_a_finished_folder_that_cannot_be_written_is_finished_before(tmp_path, monkeypatch):
    texts = PatternNlpDataset("[0-9]{3}", 30, seed=1)
    strips(texts).save(tmp_path / "out")
    real = os.access
    # Root may write everywhere, whatever a folder says.
    monkeypatch.setattr(os, "access", lambda path, mode: real(path, mode) and not (mode & os.W_OK))
    assert strips(texts).save(tmp_path / "out").made == 0
    with pytest.raises(InputError, match="cannot be written to"):
        strips(PatternNlpDataset("[0-9]{3}", 40, seed=1)).save(tmp_path / "out")
    (tmp_path / "out" / "img_3.png").unlink()
    with pytest.raises(InputError, match="cannot be written to"):
        strips(texts).save(tmp_path / "out")
