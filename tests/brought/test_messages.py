"""What a person is told who gave something that cannot be used: the right thing is blamed, and there is a way on."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata

import pytest

from mygenerator import (
    ImageDataset,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    Recipe,
    TextToImage,
    ValidatePadding,
)
from mygenerator.cli.main import main
from mygenerator.errors import FolderConflictError, InputError
from mygenerator.inspection import doctor
from mygenerator.inspection.replay import replay
from mygenerator.save.single import check_sequence_folder
from mygenerator.text.patterns import Pattern
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused


def made(folder, name, text=""):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def recipe(folder, text):
    return Recipe.read(made(folder, "recipe.yaml", text)).dataset()


TOLD = [
    Case(
        "a folder of images that is not there",
        "slip of the pen",
        lambda tmp: ImageDataset(path=tmp / "nowhere"),
        refused(r"nowhere: (this is not a|there is no such) folder", "sub-folder for each label"),
    ),
    Case(
        "a file in place of a folder of images",
        "file dialog",
        lambda tmp: ImageDataset(path=made(tmp, "a.png")),
        refused(r"a\.png: this is not a folder"),
    ),
    Case(
        "a pattern of file names that is none",
        "shell habit",
        lambda tmp: ImageDataset(path=tmp, image_suffix="**.png"),
        refused("image_suffix is .*pattern"),
    ),
    Case(
        "a folder to validate that is not there",
        "slip of the pen",
        lambda tmp: validate_folder(tmp / "nowhere"),
        refused(r"^\S+nowhere: there is no such folder; allowed: a folder of images$"),
    ),
    Case(
        "a file to validate",
        "file dialog",
        lambda tmp: validate_folder(made(tmp, "a.png")),
        refused(r"^\S+a\.png: this is a file; allowed: a folder of images$"),
    ),
    Case(
        "a path with a NUL to validate",
        "broken script",
        lambda tmp: validate_folder(f"{tmp}/a\0b"),
        refused("is not a path", "NUL"),
    ),
    Case(
        "an empty folder to replay",
        "run that was never started",
        lambda tmp: replay(tmp, 0),
        refused(r"neither a recipe\.json nor a meta\.csv; allowed: a folder that mygenerator wrote$"),
    ),
    Case(
        "a table of another encoding to replay",
        "spreadsheet export",
        lambda tmp: (tmp / "meta.csv").write_bytes(b"file_name,label\nimg_\xe9.png,7\n") and replay(tmp, 0),
        refused(r"meta\.csv: there is no recipe\.json, and meta\.csv cannot be read: .*not text in UTF-8"),
    ),
    Case(
        "more phone numbers than a region has",
        "training job",
        lambda tmp: PhoneNlpDataset(10**9, "PM"),
        refused(
            "^1,000,000,000 different phone numbers were asked for, but region PM has [0-9,]+; allowed: 1 to [0-9]+$"
        ),
    ),
    Case(
        "more phone numbers than a region with a long pattern has",
        "training job",
        lambda tmp: PhoneNlpDataset(10**10, "AR"),
        refused("^.{1,150}$", "region AR has"),
    ),
    Case(
        "no phone numbers at all",
        "loop that starts at 0",
        lambda tmp: PhoneNlpDataset(0),
        refused("size is 0; allowed: whole numbers of at least 1"),
    ),
    Case(
        "more rows than a pattern has strings",
        "training job",
        lambda tmp: PatternNlpDataset("[0-9]{2}", 101),
        refused(r"101 different rows .* pattern '\[0-9\]\{2\}' has 100 strings; allowed: 1 to 100$"),
    ),
    Case(
        "a pattern with # for a digit",
        "spreadsheet format",
        lambda tmp: PatternNlpDataset("0120-###-###", 10),
        refused("has 1 string;", r"write \[0-9\] where any digit may stand"),
    ),
    Case(
        "a pattern of 1,000 characters and too many rows",
        "generated pattern",
        lambda tmp: PatternNlpDataset("7" * 900, 10),
        refused("^.{1,250}$"),
    ),
    Case(
        "a pattern with a star",
        "regex habit",
        lambda tmp: Pattern("[0-9]*"),
        refused("character 6", "give a maximum"),
    ),
    Case(
        "a class in place of a step",
        "scikit-learn habit",
        lambda tmp: Pipeline([TextToImage]).fit(NlpDataset(["1"])),
        refused("a Transform, or a pair", r"write TextToImage\(\.\.\.\)"),
    ),
    Case(
        "texts in place of a data set",
        "scikit-learn habit",
        lambda tmp: TextToImage().fit(["12"]),
        refused("was given a list", "NlpDataset"),
    ),
    Case(
        "a check before there are images",
        "order of steps",
        lambda tmp: ValidatePadding((1, 2)).fit(NlpDataset(["12"])),
        refused("put TextToImage between them"),
    ),
    Case(
        "a width that is too small",
        "small images",
        lambda tmp: TextToImage(image_width=5).fit(NlpDataset(["12"])),
        refused("image_width 5 cannot hold 2 characters", "allowed: [0-9]+ to [0-9]+ pixels"),
    ),
    Case(
        "a glyph folder that is not there",
        "slip of the pen",
        lambda tmp: TextToImage(str(tmp / "nowhere")).fit(NlpDataset(["1"])),
        refused(r"nowhere: the glyph source does not exist"),
    ),
    Case(
        "a glyph source with a slip",
        "slip of the pen",
        lambda tmp: TextToImage("optdigit").fit(NlpDataset(["1"])),
        refused("unknown glyph source 'optdigit'", "did you mean 'optdigits'"),
    ),
    Case(
        "UK in a recipe",
        "YAML",
        lambda tmp: recipe(tmp, "text: {phone: {region: UK, count: 3}}\nsteps: [text_to_image: {}]\n"),
        refused(r"recipe\.yaml:1: unknown region 'UK'", "did you mean 'GB'"),
    ),
    Case(
        "a misspelt parameter in a recipe",
        "YAML",
        lambda tmp: recipe(tmp, "text: {phone: JP, count: 3}\nsteps:\n- text_to_image: {image_widht: 300}\n"),
        refused(r"recipe\.yaml:3: unknown parameter", "did you mean 'image_width'"),
    ),
    Case(
        "a file of labels that a recipe names and nobody has",
        "YAML",
        lambda tmp: recipe(tmp, "text: {file: nope.csv}\nsteps: [text_to_image: {}]\n"),
        refused(r"recipe\.yaml:1: \S*nope\.csv: .*"),
    ),
]


@each(TOLD)
def test_the_message_blames_what_was_wrong_and_says_what_to_do(case, tmp_path):
    check(case, lambda: case.bring(tmp_path))


@pytest.fixture
def data_set(tmp_path):
    TextToImage().fit_transform(NlpDataset(["12", "34"], seed=1)).save(tmp_path / "out")
    return tmp_path / "out"


def test_a_folder_in_the_way_is_told_with_the_flag_that_replaces_it(data_set):
    with pytest.raises(FolderConflictError, match=r"seed: 1 there, 2 now.*--overwrite \(overwrite=True\)"):
        TextToImage().fit_transform(NlpDataset(["12", "34"], seed=2)).save(data_set)


def test_a_sequence_for_the_folder_of_a_data_set_is_told_to_choose_another_folder(data_set):
    with pytest.raises(FolderConflictError, match=r"holds a data set.*choose another folder$"):
        check_sequence_folder(data_set)


def test_fewer_samples_than_a_folder_holds_are_told_with_the_ways_on(data_set):
    with pytest.raises(FolderConflictError, match=r"more than the 1 asked for.*ask for as many or more.*--overwrite"):
        TextToImage().fit_transform(NlpDataset(["12", "34"], seed=1)).save(data_set, nrows=1)


REQUIRED = [
    "numpy>=2.0",
    "PyYAML>=6",
    'pytest>=8; extra == "test"',
    'ruff>=0.17; extra == "dev"',
    "Sphinx>=9; extra == 'docs'",
    'nowhere-to-be-found>=1; extra == "maps"',
]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("numpy", True), ("PyYAML", True), ("pytest", False), ("ruff", False), ("Sphinx", False), ("nowhere", True)],
)
def test_the_doctor_lists_what_users_need_or_can_use_and_no_tools_of_developers(monkeypatch, name, shown):
    monkeypatch.setattr(metadata, "requires", lambda _: REQUIRED)
    monkeypatch.setattr(doctor, "_speed", lambda faults: {"images": 0, "size": [1, 1], "folder": "", **NOTHING})
    # Only these lines: a path of this machine can have any name in it.
    lines = [line for line in str(doctor.examine()).splitlines() if line.startswith(("needed", "optional"))]
    assert len(lines) == 2
    assert (name in "".join(lines)) == shown


NOTHING = {"in_memory_per_second": None, "on_disk_per_second": None, "complaint": "not measured in this test"}


def test_the_doctor_speaks_of_what_formats_need_and_not_of_what_developers_need():
    environment = os.environ | {"MYGENERATOR_HOME": os.devnull}
    done = subprocess.run(
        [sys.executable, "-m", "mygenerator", "doctor"], env=environment, capture_output=True, text=True, check=False
    )
    (optional,) = [line for line in done.stdout.splitlines() if line.lstrip().startswith("optional")]
    assert all(name in optional for name in ("google-crc32c", "orjson", "pyarrow"))
    assert not any(name in done.stdout for name in ("pytest", "selenium", "Sphinx", "mypy"))


def test_a_wrong_region_on_the_command_line_is_one_message_and_status_2(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mygenerator", "generate-phone-numbers", "--region", "UK"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "unknown region 'UK'" in done.stderr
    assert done.stderr.rstrip().endswith("did you mean 'GB' (United Kingdom)?")
    assert list(tmp_path.iterdir()) == []


NAMES = [
    Case("an escape sequence", "hostile archive", "a\x1b[2Jb", r"a\x1b[2Jb"),
    Case("a new line", "pasted name", "a\nb", r"a\nb"),
    Case("a carriage return", "Windows script", "a\rb", r"a\rb"),
    Case("a C1 control", "Latin-1 name", "a\x9bb", r"a\u009bb"),
    Case("text that runs backwards", "hostile archive", "a\u202eb", r"a\u202eb"),
    Case("letters of other scripts", "Japan", "数字é", "数字é"),
]


@each(NAMES)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_message_shows_control_characters_of_a_name_as_escapes(tmp_path, case, capsys):
    with pytest.raises(InputError) as caught:
        ImageDataset(tmp_path / case.bring)
    assert f"{case.right}: this is not a folder" in str(caught.value)
    (tmp_path / case.bring).mkdir()
    words = ["validate-phone-sequence", "--input_path", str(tmp_path / case.bring)]
    assert main(words) == 2
    shown = capsys.readouterr().err
    assert case.right in shown
    assert len(shown.splitlines()) == 1
