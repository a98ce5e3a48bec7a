"""Folders as Windows, macOS, NAS boxes and people leave them: what is passed over, what is taken, what is said."""

from __future__ import annotations

import logging
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas
import pytest

from mygenerator import GlyphSet, NlpDataset, TextToImage
from mygenerator.dataset import ImageDataset
from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs
from mygenerator.glyphs.archive import unpack
from mygenerator.glyphs.character_folder import find_characters
from mygenerator.inspection.replay import replay
from mygenerator.litter import is_litter
from mygenerator.pipeline import run_generate_numbers_sequence
from mygenerator.recipes import Recipe
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))


def digit(suffix: str = ".png") -> bytes:
    image = np.full((20, 14), 255, np.uint8)
    image[3:17, 6:9] = 0
    return cv2.imencode(suffix, image)[1].tobytes()


def folder_of(place: Path, *names: str) -> Path:
    """A folder of digits: each name is an image by its ending, other files hold text, and `name/` is a folder."""
    for name in names:
        path = place / "digits" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        ending = path.suffix.lower()
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(digit(ending) if ending in (".png", ".jpg", ".bmp", ".webp") else b"no image\n")
    return place / "digits"


def named(*names: str) -> Callable[[Path], Path]:
    return lambda place: folder_of(place, *names)


# What is passed over

LITTER = (
    *("Thumbs.db", "thumbs.DB", "desktop.ini", "Desktop.ini", "ehthumbs.db"),
    *(".DS_Store", "._a.png", ".Spotlight-V100", ".fseventsd", ".Trashes", "__MACOSX", "Icon\r"),
    *("@eaDir", "@Recycle", "#recycle", "#snapshot", "lost+found", "$RECYCLE.BIN", "System Volume Information"),
)
DATA = ("7", "#", "@", "$", "~", "a.png", "A.PNG", "recycle", "thumbs", "U+002E", "icon", "desktop")


def litter_everywhere(place: Path, name: str) -> Path:
    """A folder of digits with litter of this name as a file, and as a folder with an image in it."""
    folder = folder_of(place, "1/a.png", "7/a.png")
    for label in ("1", "7"):
        (folder / label / name).write_bytes(b"\0\x05\x16\x07 no image")
    (folder / name).mkdir()
    (folder / name / "z.png").write_bytes(digit())
    return folder


PASSED_OVER = [
    Case(repr(name), "desktop or NAS", lambda place, name=name: litter_everywhere(place, name), ["1", "7"])
    for name in LITTER
]


@each(PASSED_OVER)
def test_what_systems_leave_behind_is_passed_over_by_every_reader_without_a_word(case, tmp_path, caplog):
    folder = case.bring(tmp_path)
    caplog.set_level(logging.WARNING)
    check(case, lambda: ImageDataset(folder).labels().tolist())
    check(case, lambda: list(load_glyphs(folder).characters))
    assert not caplog.records


@pytest.mark.parametrize("name", LITTER)
def test_what_systems_leave_behind_is_no_fault_of_a_data_set(tmp_path, name):
    run_generate_numbers_sequence("17", output_path=str(tmp_path / "out"))
    (tmp_path / "out" / name).write_bytes(b"?")
    assert validate_folder(tmp_path / "out").ok


@pytest.mark.parametrize("name", LITTER)
def test_what_systems_leave_behind_is_not_unpacked(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "digits.zip", "w") as archive:
        for member in ("scans/7/a.png", f"scans/7/{name}", f"{name}/x.png", f"scans/{name}/x.png"):
            archive.writestr(member, digit())
    unpack(tmp_path / "digits.zip", tmp_path / "out")
    files = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files == ["scans/7/a.png"]


@pytest.mark.parametrize("name", DATA)
def test_no_name_of_data_is_taken_for_litter(name):
    assert not is_litter(name)


def test_characters_that_litter_begins_with_are_characters(tmp_path):
    folder = folder_of(tmp_path, "#/a.png", "@/a.png", "$/a.png", "~/a.png", "U+002E/a.png")
    assert load_glyphs(folder).characters == "#$.@~"


# What an images: recipe takes, and what it says of the rest

TAKEN = [
    Case("names in capitals", "digital camera", named("1/a.png", "7/A.PNG"), [["1", "7"], ""]),
    Case(
        "one label in another format",
        "phone",
        named("1/a.png", "8/b.jpg"),
        [
            ["1"],
            r"1 image of other names than '\*\.png' \(8/b\.jpg\); no image .* 1 label \(8\); image_suffix='\*' takes",
        ],
    ),
    Case(
        "formats side by side",
        "scanner",
        named("1/a.png", "1/b.jpg", "1/c.bmp", "1/d.webp"),
        [["1"], r"3 images of other names .*\(1/b\.jpg, 1/c\.bmp, 1/d\.webp\); image_suffix='\*' takes"],
    ),
    Case(
        "photos of an iPhone",
        "iPhone",
        named("1/a.png", "1/IMG_1.HEIC"),
        [["1"], r"1 image of other names .*\(1/IMG_1\.HEIC\)"],
    ),
    Case(
        "a folder for each writer",
        "school class",
        named("1/a.png", "9/anna/c.png", "9/ben/2019/d.jpg"),
        [["1"], r"2 images in a folder below a label's \(9/anna/c\.png, 9/ben/2019/d\.jpg\); .*\(9\); move .* up"],
    ),
    Case(
        "rejects in a folder below",
        "careful person",
        named("7/a.png", "7/rejected/b.png"),
        [["7"], r"1 image in a folder below a label's \(7/rejected/b\.png\)"],
    ),
    Case("notes beside images", "careful person", named("7/a.png", "7/notes.txt", "README.md"), [["7"], ""]),
    Case(
        "images beside the labels",
        "scanner",
        named("7/a.png", "page.png"),
        [["7"], r"1 image beside the labels' folders \(page\.png\); put each image into the folder of its label"],
    ),
    Case("an empty label", "careful person", named("7/a.png", "8/"), [["7"], r"no image is taken for 1 label \(8\)"]),
    Case("an empty folder below", "careful person", named("7/a.png", "7/new/"), [["7"], ""]),
]


@each(TAKEN)
def test_an_images_recipe_takes_what_it_says_and_says_what_it_does_not_take(case, tmp_path, caplog):
    labels, said = case.right
    folder = case.bring(tmp_path)
    caplog.set_level(logging.WARNING)
    assert ImageDataset(folder).labels().tolist() == labels
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == bool(said)
    if said:
        assert messages[0].startswith(f"{folder}: ")
        with pytest.raises(AssertionError, match=said):
            raise AssertionError(messages[0])


@pytest.mark.parametrize(
    ("suffix", "taken"),
    [
        ("*.png", ["A.PNG", "a.png"]),
        ("*.PNG", ["A.PNG", "a.png"]),
        ("*.jpg", ["b.jpg"]),
        ("*", ["A.PNG", "a.png", "b.jpg"]),
        ("a.*", ["A.PNG", "a.png"]),
        ("[b-z]*", ["b.jpg"]),
        ("._*.png", ["._x.png"]),
    ],
)
def test_a_pattern_of_names_is_the_same_in_capitals(tmp_path, suffix, taken):
    folder = folder_of(tmp_path, "1/A.PNG", "1/a.png", "1/b.jpg", "1/._x.png")
    ds = ImageDataset(folder, image_suffix=suffix)
    assert [Path(uri).name for uri in ds.meta["uri"]] == taken


@pytest.mark.parametrize("suffix", ["png", ".png", "PNG", "jpeg"])
def test_an_ending_in_place_of_a_pattern_is_refused_with_the_pattern(tmp_path, suffix):
    with pytest.raises(InputError, match=rf"image_suffix is '{suffix}'.*write '\*\.{suffix.lstrip('.')}'"):
        ImageDataset(folder_of(tmp_path, "1/a.png"), image_suffix=suffix)


def test_the_name_of_one_file_is_a_pattern(tmp_path):
    assert ImageDataset(folder_of(tmp_path, "1/a.png", "7/b.png"), image_suffix="a.png").labels().tolist() == ["1"]


NOTHING = [
    Case("only JPEG", "phone", named("1/a.jpg", "7/b.jpg"), refused("no image '.*png'.*2 images of other", r"\*\.jpg")),
    Case(
        "images without labels",
        "scanner",
        named("a.png", "b.png"),
        refused("2 images beside", "put each image.*or give meta, a table"),
    ),
    Case("writers below labels", "class", named("1/anna/a.png"), refused("in a folder below a label's .1/anna/a.png")),
    Case(
        "the folder above",
        "typing",
        named("scans/1/a.png", "scans/7/a.png"),
        refused("move images up into their label's folder, or give /.*/scans, if its sub-folders are the labels$"),
    ),
    Case("no image at all", "editor", named("1/notes.txt"), refused("no image '.*png' in any sub-folder")),
    Case("no folder", "typing", lambda place: place / "digits", refused("digits: this is not a folder: it does not")),
    Case("a file", "typing", lambda place: folder_of(place, "a.png") / "a.png", refused("a.png: this is not a fold")),
]


@each(NOTHING)
def test_a_folder_of_which_nothing_can_be_taken_is_refused_with_what_is_there(case, tmp_path):
    folder = case.bring(tmp_path)
    check(case, lambda: ImageDataset(folder))


# Glyphs

GLYPHS = [
    Case("one in each format", "phone", named("1/a.jpg", "2/b.PNG", "3/c.webp", "4/d.bmp"), "1234"),
    Case("no ending", "Linux", lambda place: without_ending(place), "1"),
    Case(
        "a folder for each writer",
        "school class",
        named("9/anna/c.png"),
        refused("9/anna: a folder of a character holds image files only.*1 file; move them up"),
    ),
    Case("notes", "person", named("1/a.png", "1/n.txt"), refused("n.txt: this is not an image but text; remove the f")),
    Case("several digits", "person", named("1/a.png", "10/b.png"), refused("'10' is not a character")),
    Case(
        "several other files",
        "person",
        named("1/a.png", "1/n.txt", "1/m.txt", "7/a.png", "7/o.svg"),
        refused(
            "^/.*digits: 3 of 5 files cannot be read as images: 1/m.txt: this is not an image but text; 1/n.txt: .*"
            "7/o.svg: .*; save .* remove the others, or hide them with a leading dot"
        ),
    ),
    Case(
        "many other files",
        "person",
        named(*(f"1/{number:02d}.txt" for number in range(30))),
        refused("30 of 30 files .* 1/09.txt: .* and 20 more"),
    ),
    Case(
        "words for digits",
        "person",
        named("one/a.png", "zero/a.png"),
        refused("the names of 2 folders are not characters: 'one', 'zero'; allowed: one character"),
    ),
    Case(
        "many words",
        "person",
        named(*(f"word{number:02d}/a.png" for number in range(30))),
        refused("the names of 30 folders .*'word00', .*'word09' and 20 more"),
    ),
    Case("the folder above", "person", named("scans/1/a.png", "scans/7/a.png"), refused("'scans'.* give .*/scans$")),
    Case(
        "the folder above writers",
        "school class",
        named("anna/1/a.png", "ben/1/a.png", "notes/a.txt"),
        refused("3 folders are not char.*'anna', 'ben', 'notes'.* give one of the folders in it, such as .*/anna$"),
    ),
    Case(
        "images in no sub-folder",
        "scanner",
        named("a.png", "b.png"),
        refused(
            "^/.*digits: the glyph source holds 2 images side by side, and nothing says which characters they show",
            "allowed: an idx image and label pair or one sub-folder of images for each character",
            "put each image into a sub-folder named by its character, as in .*/7/a.png",
        ),
    ),
    Case("nothing", "mkdir", named("n.txt"), refused("digits: the glyph source holds no glyphs; allowed: an idx")),
]


def without_ending(place: Path) -> Path:
    folder = folder_of(place, "1/a.png")
    (folder / "1" / "a.png").rename(folder / "1" / "0001")
    return folder


@each(GLYPHS)
def test_a_folder_of_characters_gives_its_characters(case, tmp_path):
    folder = case.bring(tmp_path)
    check(case, lambda: load_glyphs(folder).characters)


def test_images_beside_the_characters_are_said(tmp_path, caplog):
    folder = folder_of(tmp_path, "1/a.png", "page.png", "LICENCE.txt")
    caplog.set_level(logging.WARNING)
    assert load_glyphs(folder).characters == "1"
    assert [record.getMessage() for record in caplog.records] == [
        f"{folder}: not all is taken: 1 image beside the labels' folders (page.png); put each image into the folder of "
        "its character"
    ]


# Links, pipes and names

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of Unix")


def linked(name: str, target: str) -> Callable[[Path], Path]:
    def bring(place: Path) -> Path:
        folder = folder_of(place, "1/a.png", "7/a.png")
        (folder / name).symlink_to(target)
        return folder

    return bring


def piped(place: Path) -> Path:
    folder = folder_of(place, "1/a.png", "7/a.png")
    os.mkfifo(folder / "7" / "b.png")
    return folder


def moved(place: Path) -> Path:
    """Labels that are links to folders on another disk."""
    folder = folder_of(place, "1/a.png", "7/a.png")
    (folder / "7").rename(place / "seven")
    (folder / "7").symlink_to(place / "seven")
    return folder


def latin_1(place: Path) -> Path:
    folder = folder_of(place, "1/a.png")
    try:
        (folder / os.fsdecode(b"\xe9")).mkdir()
    except OSError:
        pytest.skip("this file system allows no such name")
    (folder / os.fsdecode(b"\xe9") / "a.png").write_bytes(digit())
    return folder


def not_utf_8(place: Path, make: Callable[[Path], object]) -> Path:
    """A folder whose name is not UTF-8, with what `make` puts into it."""
    folder = place / os.fsdecode(b"digits\xff")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system allows no such name")
    make(folder)
    return folder


def characters(folder: Path) -> None:
    for label in ("1", "7"):
        (folder / label).mkdir()
        (folder / label / "a.png").write_bytes(digit())


def pair(folder: Path) -> None:
    image = np.zeros((20, 14), np.uint8)
    image[3:17, 6:9] = 255
    (folder / "a-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 2, 20, 14) + image.tobytes() * 2)
    (folder / "a-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, 2) + b"\x01\x07")


@needs_posix
@pytest.mark.parametrize("make", [characters, pair])
def test_a_source_whose_folder_s_name_is_not_utf_8_is_refused_before_anything_is_written(make, tmp_path):
    folder = not_utf_8(tmp_path, make)
    for use in (
        lambda: load_glyphs(folder),
        lambda: run_generate_numbers_sequence("17", glyphs=str(folder), output_path=str(tmp_path / "out")),
        lambda: TextToImage(folder, image_width=200).fit_transform(NlpDataset(["17"], seed=1)).save(tmp_path / "out"),
    ):
        with pytest.raises(InputError, match=r"'digits\\udcff' is not UTF-8.*; rename it"):
            use()
    assert not (tmp_path / "out").exists()


@needs_posix
@pytest.mark.parametrize("make", [characters, pair])
def test_every_other_folder_may_have_a_name_that_is_not_utf_8(make, tmp_path):
    above = not_utf_8(tmp_path, lambda folder: (folder / "digits").mkdir())
    make(above / "digits")
    ds = TextToImage(above / "digits", image_width=200).fit_transform(NlpDataset(["17"], seed=1))
    ds.save(above / "out")
    assert validate_folder(above / "out").ok
    assert replay(above / "out", 0, glyphs=above / "digits").difference == ""
    run_generate_numbers_sequence("17", glyphs=str(above / "digits"), output_path=str(above / "single"))
    assert validate_folder(above / "single").ok


def test_glyphs_in_memory_have_a_name_that_a_table_can_hold():
    with pytest.raises(InputError, match=r"source: the name 'a\\ud800' is not UTF-8"):
        GlyphSet.from_images([np.zeros((4, 4), np.uint8)], ["1"], source="a\ud800")


LEADS_NOWHERE = "this is a link that leads"
ODD = [
    Case("an image's link to nothing", "other disk", linked("7/b.png", "gone.png"), refused(f"b.png: {LEADS_NOWHERE}")),
    Case("a label's link to nothing", "other disk", linked("9", "/nowhere"), refused(f"9: {LEADS_NOWHERE}", "mend it")),
    Case("a link to itself", "script", linked("7/b.png", "b.png"), refused(f"b.png: {LEADS_NOWHERE}")),
    Case("a link to an image", "other disk", linked("7/b.png", "../1/a.png"), ["1", "7", "7"]),
    Case("a label that is a link", "other disk", moved, ["1", "7"]),
    Case("a pipe named like an image", "script", piped, refused("b.png: this is a pipe, a socket or a device")),
    Case("a label in Latin-1", "old archive", latin_1, refused("name is not UTF-8, so it cannot be a label; rename")),
]


@needs_posix
@each(ODD)
def test_links_and_pipes_are_followed_or_refused_and_never_waited_for(case, tmp_path):
    folder = case.bring(tmp_path)
    check(case, lambda: ImageDataset(folder).labels().tolist())
    check(case, lambda: [character for character, _ in find_characters(folder, "digits").characters])


@needs_posix
@pytest.mark.parametrize("target", ["digits", "other", "gone"])
def test_a_folder_that_is_a_link_to_itself_or_to_nothing_is_called_so(target, tmp_path, monkeypatch):
    (tmp_path / "digits").symlink_to(target)
    (tmp_path / "other").symlink_to("digits")
    monkeypatch.chdir(tmp_path)
    said = "a link that leads " + ("nowhere" if target == "gone" else "to itself")
    for use in (load_glyphs, ImageDataset):
        for path in ("digits", tmp_path / "digits"):
            with pytest.raises(InputError, match=f"digits: .*{said}; mend it or remove it"):
                use(path)


@needs_posix
def test_a_link_from_a_label_to_its_parent_ends(tmp_path, caplog):
    folder = linked("8", ".")(tmp_path)
    assert ImageDataset(folder).labels().tolist() == ["1", "7"]
    assert "no image is taken for 1 label (8)" in caplog.text


@needs_posix
def test_a_pipe_in_a_table_is_refused_by_name_and_not_waited_for(tmp_path):
    import pandas

    os.mkfifo(tmp_path / "a.png")
    ds = ImageDataset(tmp_path, meta=pandas.DataFrame({"label": ["7"], "uri": ["a.png"]}))
    for use in (lambda: ds[0].image, ds.describe):
        with pytest.raises(InputError, match=r"a\.png: the image cannot be read \(it is a pipe, a socket or a device"):
            use()


def test_ten_thousand_images_below_a_label_are_counted_and_no_more(tmp_path, caplog):
    folder = folder_of(tmp_path, "1/a.png", "9/x/a.png")
    for number in range(40):
        deep = folder / "9" / "x" / "/".join(["d"] * number)
        deep.mkdir(exist_ok=True)
        (deep / "b.png").touch()
    assert ImageDataset(folder).labels().tolist() == ["1"]
    assert "41 images in a folder below a label's" in caplog.text


def test_the_command_says_what_an_images_recipe_did_not_take_once(tmp_path):
    folder_of(tmp_path, "1/a.png", "7/A.PNG", "8/b.jpg", "9/anna/c.png", "1/._a.png", "1/Thumbs.db")
    (tmp_path / "r.yaml").write_text("seed: 1\nimages: digits\nsave: {path: out, format: png}\n")
    run = subprocess.run(
        [sys.executable, "-m", "mygenerator", "run", "r.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stderr.count("digits: not all is taken: 1 image of other names") == 1
    rows = (tmp_path / "out" / "meta.csv").read_text().splitlines()[1:]
    assert [row.split(",")[1] for row in rows] == ["1", "7"]


@pytest.mark.parametrize("name", ["Label", "label ", "LABEL", "\ufefflabel"])
def test_a_table_whose_labels_are_called_otherwise_does_not_give_empty_ones(name, tmp_path):
    table = pandas.DataFrame({name: ["007"], "uri": [str(tmp_path / "a.png")]})
    with pytest.raises(InputError, match=r"rename .* to 'label'"):
        ImageDataset(meta=table)


def test_a_label_s_folder_called_tilde_is_not_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder, level in ((tmp_path / "here" / "~", 10), (tmp_path / "home", 222)):
        folder.mkdir(parents=True)
        assert cv2.imwrite(str(folder / "a.png"), np.full((4, 4), level, np.uint8))
    monkeypatch.chdir(tmp_path / "here")
    ds = ImageDataset(".")
    monkeypatch.chdir(tmp_path)  # where the data set is used does not matter
    assert (ds[0].label, int(ds[0].image[0, 0])) == ("~", 10)


@pytest.mark.parametrize("uri", ["~x.png", "./~x.png"])
def test_an_image_whose_name_begins_with_a_tilde_is_found_in_the_folder_that_is_given(uri, tmp_path):
    assert cv2.imwrite(str(tmp_path / "~x.png"), np.full((4, 4), 30, np.uint8))
    assert ImageDataset(tmp_path, meta=pandas.DataFrame({"label": ["7"], "uri": [uri]}))[0].image[0, 0] == 30


# Data sets that lie in a folder of labels


def saved_into(place: Path, where: str) -> Path:
    """A folder of digits, with a data set of them at this path inside, as copied there."""
    folder = folder_of(place, "7/a.png", "7/b.png")
    ImageDataset(folder, seed=1).save(place / "made")
    (folder / where).parent.mkdir(parents=True, exist_ok=True)
    (place / "made").rename(folder / where)
    return folder


def sequence_in(place: Path) -> Path:
    folder = folder_of(place, "7/a.png")
    run_generate_numbers_sequence("12", 3, 3, 60, str(folder / "8"))
    return folder


def begun(place: Path) -> Path:
    folder = saved_into(place, "8")
    (folder / "8" / "manifest.json").unlink()
    return folder


def without_recipe(place: Path) -> Path:
    folder = saved_into(place, "8")
    (folder / "8" / "recipe.json").unlink()
    return folder


SAVED = refused("holds images that mygenerator saved", "8: this folder", "move it elsewhere")
IN_LABELS = [
    Case("a data set", "own run", lambda place: saved_into(place, "8"), SAVED),
    Case("one that was stopped", "own run", begun, SAVED),
    Case("one without its recipe", "own run", without_recipe, SAVED),
    Case("single sequences", "own run", sequence_in, SAVED),
    Case("files of the same names", "own export", named(*(f"8/{n}" for n in ("a.png", "recipe.json", "meta.csv"))), 1),
]


@each(IN_LABELS)
def test_a_data_set_that_was_saved_is_no_label(case, tmp_path):
    folder = case.bring(tmp_path)
    check(case, lambda: len(ImageDataset(folder).get_label_list("8")))


@each(IN_LABELS[:4])
def test_a_data_set_that_was_saved_is_no_character(case, tmp_path):
    folder = case.bring(tmp_path)
    check(case, lambda: load_glyphs(folder))


def from_a_recipe(folder: Path, output: Path) -> None:
    (folder.parent / "r.yaml").write_text(f"images: {{path: '{folder}'}}\nsave: {{path: '{output}'}}\n")
    Recipe.read(folder.parent / "r.yaml").plan()


def written_with(glyphs: object, output: Path) -> None:
    TextToImage(glyphs, image_width=60).fit_transform(NlpDataset(["7"], seed=1)).save(output)


SAVES = {
    "images": lambda folder, output: ImageDataset(folder).save(output),
    "images of a recipe": from_a_recipe,
    "glyphs": lambda folder, output: written_with(str(folder), output),
    "glyphs that are loaded": lambda folder, output: written_with(load_glyphs(folder), output),
    "glyphs of a data set": lambda folder, output: written_with(ImageDataset(folder), output),
    "one sequence": lambda folder, output: run_generate_numbers_sequence(
        "7", 3, 3, 60, str(output), glyphs=str(folder)
    ),
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
@pytest.mark.parametrize("place", [".", "out", "7", "7/out", "../digits/out", "../linked/out"])
def test_nothing_is_saved_in_the_folder_of_the_images_that_are_taken(save, place, tmp_path):
    folder = folder_of(tmp_path, "7/a.png")
    (tmp_path / "linked").symlink_to(folder)
    before = sorted(folder.rglob("*"))
    with pytest.raises(InputError, match=r"the output path lies in .*digits, from which images are taken"):
        save(folder, folder / place)
    assert sorted(folder.rglob("*")) == before


def test_a_data_set_can_be_saved_beside_the_images_and_among_those_of_a_table(tmp_path):
    folder = folder_of(tmp_path, "7/a.png")
    assert ImageDataset(folder).save(tmp_path / "digits-2").count == 1
    table = pandas.DataFrame({"uri": ["7/a.png"], "label": ["7"]})
    assert ImageDataset(folder, meta=table).save(folder / "out").count == 1
