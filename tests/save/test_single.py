"""Single sequences: images that are added one by one, each with the row of meta.csv that it can be made again from."""

import csv
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mygenerator import GlyphSet, NlpDataset, TextToImage
from mygenerator.errors import FolderConflictError, InputError
from mygenerator.save.single import SETTING_COLUMNS, add_sequence, add_sequences, check_sequence_folder
from tests.save.crash import DIES, run_forked, with_fork
from tests.save.program import strips, strokes


def add(folder, label="007", seed=7, **options):
    step = TextToImage(strokes(), **({"spacing_range": (3, 8), "image_width": 100} | options))
    return add_sequence(NlpDataset([label], seed=seed), step, folder)


def rows_of(folder):
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made_again(row):
    """The image that a row of meta.csv describes, by way of a data set in which it is sample `index`."""
    step = TextToImage(
        strokes(),
        spacing_range=(int(row["min_spacing"]), int(row["max_spacing"])),
        image_width=int(row["image_width"]),
        sizing=row["sizing"],
        image_height=int(row["image_height"]),
        align=row["align"],
        invert=row["invert"] == "1",
        spacing=row.get("spacing", "uniform"),
        where=row.get("where", "between"),
    )
    index = int(row["index"])
    text = NlpDataset([row["label"]] * (index + 1), seed=int(row["seed"]))
    return step.fit_transform(text)[index]


def test_each_addition_takes_the_next_number_and_another_look(tmp_path):
    paths = [add(tmp_path / "new") for _ in range(3)]
    assert [path.name for path in paths] == ["img_007_0.png", "img_007_1.png", "img_007_2.png"]
    assert len({path.read_bytes() for path in paths}) == 3
    assert add(tmp_path / "new", "12").name == "img_12_0.png"
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["img_007_0.png", "img_007_1.png", "img_007_2.png", "img_12_0.png", "meta.csv"]


def test_several_at_once_are_those_of_as_many_additions_with_the_seed(tmp_path):
    step, text = TextToImage(strokes(), (3, 8), 100), NlpDataset(["007"], seed=7)
    at_once = list(add_sequences(text, step, tmp_path / "once", 250))
    one_by_one = [add(tmp_path / "single") for _ in range(250)]
    assert [path.name for path in at_once] == [f"img_007_{number}.png" for number in range(250)]
    assert [path.read_bytes() for path in at_once] == [path.read_bytes() for path in one_by_one]
    assert (tmp_path / "once" / "meta.csv").read_bytes() == (tmp_path / "single" / "meta.csv").read_bytes()


def test_several_take_the_free_numbers_and_leave_what_is_there(tmp_path):
    there = [tmp_path / f"img_007_{number}.png" for number in (0, 2, 3)]
    for path in there:
        path.write_bytes(b"mine")
    made = list(add_sequences(NlpDataset(["007"], seed=7), TextToImage(strokes(), (3, 8), 100), tmp_path, 3))
    assert [path.name for path in made] == ["img_007_1.png", "img_007_4.png", "img_007_5.png"]
    assert all(path.read_bytes() == b"mine" for path in there)
    assert [row["file_name"] for row in rows_of(tmp_path)] == [path.name for path in made]


def test_a_name_that_is_taken_while_images_are_made_is_passed_over(tmp_path):
    images = add_sequences(NlpDataset(["007"], seed=7), TextToImage(strokes(), (3, 8), 100), tmp_path, 4)
    first = next(images)
    (tmp_path / "img_007_1.png").write_bytes(b"another's")
    names = [first.name, *(path.name for path in images)]
    assert names == ["img_007_0.png", "img_007_2.png", "img_007_3.png", "img_007_4.png"]
    assert (tmp_path / "img_007_1.png").read_bytes() == b"another's"
    assert [row["file_name"] for row in rows_of(tmp_path)] == names


def test_what_cannot_be_drawn_is_refused_before_the_first_of_several(tmp_path):
    with pytest.raises(InputError, match="image_width 10000 cannot hold"):
        add_sequences(NlpDataset(["007"], seed=7), TextToImage(strokes(), (3, 8), 10_000), tmp_path / "new", 3)
    assert not (tmp_path / "new").exists()


def test_the_first_free_number_is_taken(tmp_path):
    for _ in range(3):
        add(tmp_path)
    (tmp_path / "img_007_1.png").unlink()
    assert add(tmp_path).name == "img_007_1.png"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"seed": 2**64 - 1, "image_height": 40, "invert": True, "sizing": "equal"},
        {"sizing": "pad", "align": "random", "image_width": 200},
        {"sizing": "resize", "spacing_range": (0, 0)},
    ],
)
def test_an_image_can_be_made_again_from_its_row(tmp_path, options):
    for label in ("007", "007", "42"):
        add(tmp_path, label, **options)
    table = pd.read_csv(tmp_path / "meta.csv", dtype=str, keep_default_na=False)
    assert list(table.columns) == ["file_name", "label", "gaps", "boxes", "glyphs", *SETTING_COLUMNS]
    assert table["label"].tolist() == ["007", "007", "42"]
    for row in table.to_dict("records"):
        sample = made_again(row)
        with Image.open(tmp_path / row["file_name"]) as image:
            assert image.mode == "L"
            assert np.array_equal(np.asarray(image), sample.image)
        assert json.loads(row["gaps"]) == sample.gaps.tolist()
        assert json.loads(row["boxes"]) == sample.boxes.tolist()
        assert json.loads(row["glyphs"]) == [["strokes", number] for number in sample.glyphs.tolist()]


def test_a_folder_begun_with_drawn_margins_takes_sequences_of_every_kind_and_each_can_be_made_again(tmp_path):
    for options in ({"where": "edges"}, {"spacing": "fixed"}, {}, {"spacing": "fixed", "where": "edges"}):
        add(tmp_path, **options)
    rows = rows_of(tmp_path)
    truth = ["file_name", "label", "gaps", "boxes", "glyphs", "margins"]
    assert list(rows[0]) == [*truth, *SETTING_COLUMNS, "spacing", "where"]
    assert [(row["spacing"], row["where"]) for row in rows] == [
        ("uniform", "edges"), ("fixed", "between"), ("uniform", "between"), ("fixed", "edges")
    ]  # fmt: skip
    assert [bool(row["margins"]) for row in rows] == [True, False, False, True]
    for row in rows:
        sample = made_again(row)
        with Image.open(tmp_path / row["file_name"]) as image:
            assert np.array_equal(np.asarray(image), sample.image)
        if row["margins"]:
            assert json.loads(row["margins"]) == sample.margins.tolist()


@pytest.mark.parametrize("options", [{"where": "edges"}, {"spacing": "fixed"}])
def test_a_folder_begun_with_plain_gaps_takes_no_others_and_says_why(tmp_path, options):
    add(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(
        FolderConflictError, match=r"has no columns margins, spacing, where, which spacing '(uniform|fi)"
    ):
        add(tmp_path, **options)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@with_fork
def test_processes_that_begin_a_folder_with_other_gaps_leave_no_image_without_its_row(tmp_path):
    folder = tmp_path / "new"
    children = []
    for number in range(8):
        child = os.fork()
        if not child:
            status = 1
            try:
                add(folder, str(number), **({"where": "edges"} if number % 2 else {}))
                status = 0
            except FolderConflictError:
                status = 2
            finally:
                os._exit(status)
        children.append(child)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert set(statuses) <= {0, 2}
    assert statuses[::2] == [0] * 4
    rows = rows_of(folder)
    assert sorted(row["label"] for row in rows) == [str(number) for number in range(8) if not statuses[number]]
    assert {path.name for path in folder.iterdir()} == {row["file_name"] for row in rows} | {"meta.csv"}


def test_the_seed_of_the_step_goes_before_that_of_the_text(tmp_path):
    step = TextToImage(strokes(), (3, 8), 100, seed=9)
    path = add_sequence(NlpDataset(["007"], seed=7), step, tmp_path)
    (row,) = rows_of(tmp_path)
    assert row["seed"] == "9"
    assert np.array_equal(np.asarray(Image.open(path)), step.fit_transform(NlpDataset(["007"], seed=7))[0].image)


def test_a_fresh_seed_is_recorded(tmp_path):
    add(tmp_path, seed=None)
    (row,) = rows_of(tmp_path)
    with Image.open(tmp_path / row["file_name"]) as image:
        assert np.array_equal(np.asarray(image), made_again(row).image)


@with_fork
def test_ten_processes_that_add_the_same_sequence_make_ten_files_and_ten_rows(tmp_path):
    folder = tmp_path / "new"
    children = []
    for _ in range(10):
        child = os.fork()
        if not child:
            status = 1
            try:
                add(folder)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 10
    expected = {f"img_007_{index}.png" for index in range(10)}
    assert {path.name for path in folder.iterdir()} == expected | {"meta.csv"}
    rows = rows_of(folder)
    assert {row["file_name"] for row in rows} == expected
    assert len(rows) == 10
    for row in rows:
        with Image.open(folder / row["file_name"]) as image:
            assert np.array_equal(np.asarray(image), made_again(row).image)


# Names


@pytest.fixture
def scribbles():
    """Glyphs for characters that a file name cannot hold on every system."""
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 10:14] = 255
    characters = '/\\:*?"<>| a1é漢.,\n'
    return GlyphSet.from_images([stroke] * len(characters), list(characters), source="scribbles")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("1/a", "img_1U+002Fa_0.png"),
        ("../1", "img_..U+002F1_0.png"),
        ("1 a", "img_1U+0020a_0.png"),
        ('<|>:"?*\\', "img_U+003CU+007CU+003EU+003AU+0022U+003FU+002AU+005C_0.png"),
        ("é漢", "img_é漢_0.png"),
        ("1\n1", "img_1U+000A1_0.png"),
        ("1,1", "img_1,1_0.png"),
    ],
)
def test_a_character_that_a_file_name_cannot_hold_is_named_in_it(tmp_path, scribbles, label, name):
    path = add_sequence(NlpDataset([label], seed=1), TextToImage(scribbles, (1, 3), 100), tmp_path)
    assert path == tmp_path / name
    assert path.exists()
    assert [(row["file_name"], row["label"]) for row in rows_of(tmp_path)] == [(name, label)]


@pytest.mark.parametrize("character", ["1", "漢", "/"])
def test_a_long_sequence_gets_a_name_that_a_file_can_have_and_others_do_not_share(tmp_path, scribbles, character):
    labels = [character * 500, character * 499 + "a"]
    step = TextToImage(scribbles, (0, 0), 2000)
    paths = [add_sequence(NlpDataset([label], seed=1), step, tmp_path) for label in labels]
    assert all(path.exists() and len(os.fsencode(path.name)) <= 255 for path in paths)
    assert all(path.name.endswith("_0.png") for path in paths)
    assert [row["label"] for row in rows_of(tmp_path)] == labels


# Folders


def test_a_data_set_s_folder_is_refused_and_not_changed(tmp_path, tree):
    strips(3).save(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match="holds a data set"):
        add(tmp_path)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("content", [b"name,age\n", b"file_name,label,gaps,boxes,glyphs\n", b"\xff\xfe\n", b"\0\n"])
def test_a_meta_csv_of_other_columns_is_refused_and_not_changed(tmp_path, tree, content):
    (tmp_path / "meta.csv").write_bytes(content)
    with pytest.raises(FolderConflictError, match=r"meta\.csv"):
        add(tmp_path)
    assert tree(tmp_path) == {"meta.csv": content}


def test_an_empty_meta_csv_is_filled(tmp_path):
    (tmp_path / "meta.csv").touch()
    add(tmp_path)
    assert [row["label"] for row in rows_of(tmp_path)] == ["007"]


def test_a_table_without_a_last_line_feed_gets_a_row_of_its_own(tmp_path):
    add(tmp_path)
    table = tmp_path / "meta.csv"
    table.write_bytes(table.read_bytes()[:-1])
    add(tmp_path)
    assert [row["file_name"] for row in rows_of(tmp_path)] == ["img_007_0.png", "img_007_1.png"]


def test_a_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "new"):
        with pytest.raises(InputError, match="file: the output path is a file"):
            check_sequence_folder(path)


def test_a_read_only_folder_is_refused(read_only_folder):
    with pytest.raises(InputError, match="cannot be written"):
        add(read_only_folder / "new")


def test_wrong_settings_are_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="width"):
        add(tmp_path / "new", image_width=5)
    with pytest.raises(InputError, match="'x'"):
        add(tmp_path / "new", "x")
    assert list(tmp_path.iterdir()) == []


# A disk that refuses


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_no_image_stays_without_its_row_and_no_half_row(tmp_path, tree):
    # The table is larger than any image, so that a limit on the size of files stops only it.
    for _ in range(10):
        add(tmp_path)
    before = tree(tmp_path)
    code = (
        "import resource, signal, sys; from pathlib import Path; from tests.save.test_single import add\n"
        "from mygenerator.errors import SaveError\n"
        "table = Path(sys.argv[1]) / 'meta.csv'\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (table.stat().st_size + 9, resource.RLIM_INFINITY))\n"
        "try: add(table.parent)\n"
        "except SaveError as error: print(error)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert "meta.csv: writing failed" in done.stdout
    assert tree(tmp_path) == before


# Killed


def to_add(folder, **options):
    add(folder, **options)
    add(folder, "12")


@with_fork
@pytest.mark.parametrize("options", [{}, {"where": "edges"}])
def test_a_call_that_dies_at_any_step_leaves_no_image_whose_row_the_next_call_does_not_add(tmp_path, options):
    for step in range(200):
        folder = tmp_path / str(step)
        folder.mkdir()
        status = run_forked(
            lambda folder=folder: to_add(folder, **options), lambda number, _, step=step: number == step
        )
        add(folder, "3", **options)
        names = sorted(path.name for path in folder.iterdir() if path.name != "meta.csv")
        assert sorted(row["file_name"] for row in rows_of(folder)) == names
        for row in rows_of(folder) if not options else []:
            assert np.array_equal(np.asarray(Image.open(folder / row["file_name"])), made_again(row).image)
        if status == 0:
            break
        assert status == DIES
    assert step > 20


@with_fork
def test_several_calls_that_mend_what_a_dead_one_left_add_its_row_once(tmp_path):
    run_forked(lambda: add(tmp_path), lambda _, target: str(target).endswith("meta.csv"))
    assert [path.name for path in tmp_path.glob("*.png")] == ["img_007_0.png"]
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            try:
                add(tmp_path)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert sorted(row["file_name"] for row in rows_of(tmp_path)) == [f"img_007_{k}.png" for k in range(5)]
