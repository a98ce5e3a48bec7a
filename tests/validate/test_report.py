"""The report: for people a text that begins with the verdict, for programs JSON."""

import json
from pathlib import Path

import numpy as np
import pytest

from mygenerator.validate import KINDS, Finding, ValidationReport, validate_folder
from mygenerator.validate import report as report_module
from tests.validate.breaking import change, widen_gap


def test_the_text_of_a_good_folder_begins_with_good_and_shows_settings_and_gaps(saved_phones):
    lines = str(validate_folder(saved_phones)).splitlines()
    assert lines[0] == f"good: 40 images in {saved_phones}"
    assert "image_width: 280 (recipe.json)" in lines
    assert "gaps measured: 400, from 3 to 8 pixels, expected 3 to 8" in lines
    bars = [line for line in lines if "|" in line]
    assert [int(bar.split("|")[0]) for bar in bars] == [3, 4, 5, 6, 7, 8]
    assert sum(int(bar.split()[-1]) for bar in bars) == 400
    assert max(bar.count("#") for bar in bars) == 40


def test_the_text_of_a_bad_folder_begins_with_not_good_and_names_ten_offenders(phones):
    for number in range(12):
        widen_gap(phones, f"img_{number}.png", gap=1, by=1)
    lines = str(validate_folder(phones)).splitlines()
    assert lines[0] == f"NOT good: 24 findings in {phones}"
    assert lines[1] == "images: 40, of which 28 are good"
    assert lines[2] == "findings: gap 12, hash 12"
    assert sum(line.startswith("  img_") for line in lines) == 10
    assert "  ... and 14 more" in lines


def test_a_report_is_plain_json(phones):
    change(phones / "img_3.png", lambda image: np.full_like(image, 255))
    report = validate_folder(phones)
    values = json.loads(report.to_json())
    assert values == report.to_dict()
    assert values["ok"] is False
    assert values["counts"] == {"blank": 1, "hash": 1}
    assert values["findings"][0] == {"file": "img_3.png", "kind": "blank", "reason": "it has no ink"}
    assert values["settings"]["min_spacing"] == [3, "recipe.json"]
    assert {int(gap): count for gap, count in values["gaps"].items()} == report.gaps


def test_every_kind_of_finding_is_explained_where_the_kinds_are_listed():
    source = Path(report_module.__file__).read_text(encoding="utf-8")
    assert all(f"{kind}: " in source for kind in KINDS)


def test_of_many_findings_of_a_kind_all_are_counted_and_the_first_thousand_kept(tmp_path):
    names = [f"img_{number}.png" for number in range(1500)]
    (tmp_path / "meta.csv").write_text("file_name,label\n" + "".join(f"{name},1\n" for name in names))
    (tmp_path / "extra.png").write_bytes(b"")
    report = validate_folder(tmp_path)
    assert report.counts == {"missing": 1500, "extra": 1}
    assert len(report.findings) == 1001
    assert "extra.png: extra" in str(report)


def test_a_file_name_that_is_no_text_can_be_printed(phones):
    strange = "\udcff\n\x1b[2J.png"
    try:
        (phones / strange).write_bytes(b"")
    except (OSError, ValueError):
        pytest.skip("this system has no such file names")
    report = validate_folder(phones)
    assert "\\udcff\\n\\x1b[2J.png" in str(report)
    str(report).encode("utf-8")
    assert json.loads(report.to_json().encode("utf-8"))["findings"][0]["file"] == strange


@pytest.mark.parametrize("gaps", [{0: 5}, {1: 1, 400: 3}, {gap: gap + 1 for gap in range(51)}, {3: 10**9, 4: 1}])
def test_a_histogram_of_any_gaps_fits_a_screen_and_counts_them_all(gaps):
    report = ValidationReport("x", 1, 1, {}, [], gaps, {})
    bars = [line for line in str(report).splitlines() if "|" in line]
    assert 1 <= len(bars) <= 20
    assert sum(int(bar.split()[-1]) for bar in bars) == sum(gaps.values())
    assert max(map(len, bars)) <= 80


def test_a_report_with_findings_leaves_with_1():
    report = ValidationReport("x", 1, 0, {"blank": 1}, [Finding("a.png", "blank", "it has no ink")], {}, {})
    assert (report.ok, report.exit_code) == (False, 1)
    assert str(report).splitlines()[0] == "NOT good: 1 finding in x"
