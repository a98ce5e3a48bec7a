"""Folders in the format of another package: judged and shown as far as that format reads them back, and said so."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "pgm_format.py"
RECIPE = """
seed: 7
text: {phone: JP}
steps: [{text_to_image: {image_width: 300, spacing_range: [3, 8]}}]
save: {format: pgm, path: maps, shard_size: 8}
"""


class Plugged:
    """A working folder, and the example of the docs installed as a package beside it."""

    def __init__(self, folder):
        self.work, self.site = folder / "work", folder / "site"
        info = self.site / "grey_maps-1.0.dist-info"
        info.mkdir(parents=True)
        self.work.mkdir()
        shutil.copy(EXAMPLE, self.site)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: grey-maps\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[mygenerator.formats]\npgm = pgm_format:PgmSink\n")

    def run(self, *words, installed=True):
        environment = os.environ | ({"PYTHONPATH": str(self.site)} if installed else {})
        call = [sys.executable, "-m", "mygenerator", *words]
        done = subprocess.run(
            call, cwd=self.work, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    def validated(self, installed=True):
        """The exit status, and the report."""
        status, out, err = self.run("validate-phone-sequence", "--input_path", "maps", "--json", installed=installed)
        assert status in (0, 1), err
        return status, json.loads(out)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """20 phone numbers as grey maps in shards of 8; not to be changed."""
    plugged = Plugged(tmp_path_factory.mktemp("plugged"))
    (plugged.work / "maps.yaml").write_text(RECIPE)
    status, _, err = plugged.run("run", "maps.yaml", "--count", "20")
    assert status == 0, err
    return plugged


@pytest.fixture
def maps(saved, tmp_path):
    """A copy that may be broken."""
    plugged = Plugged(tmp_path)
    shutil.copytree(saved.work, plugged.work, dirs_exist_ok=True)
    return plugged


def kinds_of(report):
    return sorted((finding["file"], finding["kind"]) for finding in report["findings"])


def test_a_sound_folder_is_good_its_gaps_are_measured_and_what_was_not_judged_is_said(saved):
    status, report = saved.validated()
    assert (status, report["findings"]) == (0, [])
    assert (report["images"], report["good"]) == (20, 20)
    # Eleven digits have ten gaps.
    assert sum(report["gaps"].values()) == 200
    assert {int(gap) for gap in report["gaps"]} <= set(range(3, 9))
    assert report["notes"] == []


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda truth: {"gaps": [truth["gaps"][0] + 1, *truth["gaps"][1:]]}, ["meta"]),
        (lambda truth: {"boxes": [[max(x0 - 1, 0), y0, x1 - 1, y1] for x0, y0, x1, y1 in truth["boxes"]]}, ["boxes"]),
        (lambda truth: {"boxes": truth["boxes"][1:], "gaps": truth["gaps"][1:]}, ["gap", "label"]),
        (lambda truth: {"boxes": "none"}, ["unreadable"]),
    ],
    ids=["a gap", "boxes", "a box too few", "no boxes"],
)
def test_gaps_and_boxes_that_a_format_records_are_judged_by_the_pixels(maps, change, kinds):
    edit_truth(maps, 2, change)
    _, report = maps.validated()
    assert [kind for file, kind in kinds_of(report) if file == "img_2.pgm"] == kinds


def edit_truth(maps, index, change):
    """Change what the table says of a sample; each line stays as long as it was, and so each shard's part."""
    table = maps.work / "maps" / "labels.jsonl"
    lines = table.read_text().splitlines()
    truth = json.loads(lines[index])
    changed = json.dumps(truth | change(truth)).ljust(len(lines[index]))
    assert len(changed) == len(lines[index])
    lines[index] = changed
    table.write_text("".join(f"{line}\n" for line in lines))


def test_a_changed_pixel_column_is_found_as_changed_bytes_and_as_a_wrong_gap(maps):
    path = maps.work / "maps" / "img_3.pgm"
    head, pixels = path.read_bytes().split(b"\n", 1)
    rows = [bytearray(pixels[start : start + 300]) for start in range(0, len(pixels), 300)]
    blank = next(x for x in range(150, 300) if all(row[x] == 255 for row in rows))
    for row in rows:
        row[blank - 1 : blank + 12] = bytes([255]) * 13
    path.write_bytes(head + b"\n" + b"".join(rows))
    status, report = maps.validated()
    assert status == 1
    assert ("img_3.pgm", "hash") in kinds_of(report)
    assert ("img_3.pgm", "gap") in kinds_of(report)
    assert report["good"] == 19


def test_an_image_that_the_format_cannot_read_is_named_and_the_others_are_judged(maps):
    (maps.work / "maps" / "img_9.pgm").write_bytes(b"torn")
    status, report = maps.validated()
    assert status == 1
    assert kinds_of(report) == [("img_9.pgm", "hash"), ("img_9.pgm", "unreadable")]
    assert (report["images"], report["good"]) == (20, 19)


def test_a_label_that_is_none_of_the_recipe_s_is_found(maps):
    edit_truth(maps, 0, lambda _: {"label": "x"})
    _, report = maps.validated()
    assert ("labels.jsonl", "hash") in kinds_of(report)
    assert ("img_0.pgm", "label") in kinds_of(report)


def test_a_table_of_another_size_is_told_and_no_sample_is_read_by_it(maps):
    table = maps.work / "maps" / "labels.jsonl"
    table.write_text(table.read_text() + "\n")
    _, report = maps.validated()
    assert ("labels.jsonl", "hash") in kinds_of(report)
    assert report["good"] == 0
    assert "it was changed" in report["findings"][-1]["reason"]
    status, _, err = maps.run("show", "maps")
    assert status == 2
    assert "labels.jsonl: it was changed" in err


def test_what_is_missing_or_extra_is_named_by_the_names_of_the_format(maps):
    folder = maps.work / "maps"
    (folder / "labels.jsonl").rename(folder / "meta.csv")
    (folder / "img_4.pgm").unlink()
    _, report = maps.validated()
    assert kinds_of(report) == [("img_4.pgm", "missing"), ("labels.jsonl", "missing"), ("meta.csv", "extra")]
    assert report["notes"][0] == "labels.jsonl is missing: no label and no image was judged"


def test_of_an_unfinished_folder_what_is_sealed_is_judged(maps):
    folder = maps.work / "maps"
    shutil.rmtree(folder)
    stop_after_two_shards(maps)
    status, report = maps.validated()
    assert status == 1
    assert kinds_of(report) == [("recipe.json", "unfinished")]
    assert (report["images"], report["good"], sum(report["gaps"].values())) == (16, 16, 160)
    status, out, err = maps.run("show", "maps", "--num_images", "20")
    assert status == 0, err
    status, out, err = maps.run("replay", "maps", "15")
    assert (status, out.splitlines()[-1]) == (0, "img_15.pgm holds exactly these pixels")
    status, out, err = maps.run("replay", "maps", "16")
    assert (status, out.splitlines()[-1]) == (0, "sample 16 is still to be made")


def stop_after_two_shards(maps):
    code = (
        "from mygenerator.recipes import Recipe; from mygenerator.save import run\n"
        "def stop(done, total):\n"
        "    if done >= 16: raise SystemExit\n"
        "run(Recipe.read('maps.yaml').plan(count=20, workers=1), stop)"
    )
    environment = os.environ | {"PYTHONPATH": str(maps.site)}
    subprocess.run([sys.executable, "-c", code], cwd=maps.work, env=environment, check=True)


def test_of_a_folder_that_lists_nothing_nothing_is_judged_and_that_is_said(maps):
    (maps.work / "maps" / "manifest.json").unlink()
    status, report = maps.validated()
    assert status == 1
    assert kinds_of(report) == [("recipe.json", "unfinished")]
    assert report["notes"][0] == "nothing lists the files: no label and no image was judged"


def test_where_the_format_is_not_known_only_bytes_are_judged_and_that_is_said(maps):
    status, report = maps.validated(installed=False)
    assert (status, report["findings"]) == (0, [])
    assert "'pgm' is not known here" in report["notes"][0]
    (maps.work / "maps" / "img_9.pgm").write_bytes(b"torn")
    assert kinds_of(maps.validated(installed=False)[1]) == [("img_9.pgm", "hash")]


def test_show_draws_the_images_with_their_labels(maps):
    status, out, err = maps.run("show", "maps", "--num_images", "4", "--columns", "1", "--scale", "1", "--gaps")
    assert status == 0, err
    assert Path(out.strip()).stat().st_size > 1000


def test_show_says_which_image_the_format_cannot_read(maps):
    (maps.work / "maps" / "img_0.pgm").write_bytes(b"torn")
    status, _, err = maps.run("show", "maps")
    assert status == 2
    assert "img_0.pgm: its format cannot read it" in err


def test_show_names_a_format_that_is_not_known(maps):
    status, _, err = maps.run("show", "maps", installed=False)
    assert status == 2
    assert "the format 'pgm' is not known here; install the package that it comes from" in err


def test_replay_compares_with_what_the_format_reads(maps):
    status, out, err = maps.run("replay", "maps", "2")
    assert status == 0, err
    assert out.endswith("img_2.pgm holds exactly these pixels\n")
    (maps.work / "maps" / "img_2.pgm").write_bytes(b"torn")
    status, out, _ = maps.run("replay", "maps", "2")
    assert status == 1
    assert "its format cannot read it" in out.splitlines()[-1]
