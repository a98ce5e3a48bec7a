"""Folders whose glyphs were turned, bent and thickened are judged gap by gap, as any other."""

import json

import cv2
import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    Elastic,
    PhoneNlpDataset,
    Pipeline,
    Rotate,
    SaltAndPepper,
    Scale,
    Shear,
    Stroke,
)
from mygenerator.validate import validate_folder
from tests.manifests import rewrite
from tests.validate.breaking import boxes_of, widen_gap

COUNT = 2000
GEOMETRY = [CharToImages(), Rotate(), Shear(), Scale(), Stroke(), Elastic(), CombineImagesHorizontally((3, 8), 400)]


@pytest.fixture(scope="module")
def bent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bent")
    Pipeline(GEOMETRY).fit_transform(PhoneNlpDataset(COUNT, seed=3)).save(folder, workers=1)
    return folder


def test_every_gap_of_every_image_is_measured(bent):
    report = validate_folder(bent)
    assert report.ok, str(report)
    assert (report.images, report.good, sum(report.gaps.values())) == (COUNT, COUNT, 10 * COUNT)
    assert set(report.gaps) == {3, 4, 5, 6, 7, 8}
    assert report.notes == []


@pytest.mark.parametrize("row", [0, 1234, COUNT - 1])
def test_a_gap_that_is_moved_by_one_column_is_found(bent, row):
    name = f"img_{row}.png"
    before = (bent / name).read_bytes()
    try:
        widen_gap(bent, name, gap=4, by=1)
        report = validate_folder(bent)
        assert {(finding.file, finding.kind) for finding in report.findings} == {(name, "hash"), (name, "gap")}
        reason = next(finding.reason for finding in report.findings if finding.kind == "gap")
        boxes = boxes_of(bent, name)
        recorded = boxes[4][0] - boxes[3][2]
        assert f"gap 4 measures {recorded + 1} pixels, {recorded} recorded" in reason
    finally:
        (bent / name).write_bytes(before)


def test_a_glyph_that_is_moved_by_one_column_is_found(bent):
    name = "img_77.png"
    before = (bent / name).read_bytes()
    x0, _, x1, _ = boxes_of(bent, name)[3]
    image = cv2.imread(str(bent / name), cv2.IMREAD_GRAYSCALE)
    image[:, x0 : x1 + 1] = np.roll(image[:, x0 : x1 + 1], 1, axis=1)
    try:
        cv2.imwrite(str(bent / name), image)
        report = validate_folder(bent)
        assert {finding.kind for finding in report.findings if finding.file == name} == {"hash", "gap"}
    finally:
        (bent / name).write_bytes(before)


def test_a_recipe_of_an_earlier_release_without_facts_is_judged_alike(bent, tmp_path):
    steps = [step for step in GEOMETRY if not isinstance(step, Elastic)]
    Pipeline(steps).fit_transform(PhoneNlpDataset(30, seed=3)).save(tmp_path)
    path = tmp_path / "recipe.json"
    recipe = json.loads(path.read_text())
    del recipe["facts"]
    path.write_text(json.dumps(recipe))
    rewrite(tmp_path / "manifest.json", rb',\n"recipe": "(?:[^"\\]|\\.)*"', b"")
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert sum(report.gaps.values()) == 300


def test_noise_gives_gaps_up_and_the_report_says_which_step_it_was(tmp_path):
    line = [*GEOMETRY, ("dots", SaltAndPepper())]
    Pipeline(line).fit_transform(PhoneNlpDataset(10, seed=3)).save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert (report.gaps, report.notes) == ({}, ["gaps were not judged where step 'dots' gives them up"])
    assert report.settings["image_width"] == [400, "recipe.json"]


def test_facts_that_claim_more_than_the_pixels_show_are_found_out(tmp_path):
    Pipeline([*GEOMETRY, SaltAndPepper()]).fit_transform(PhoneNlpDataset(10, seed=3)).save(tmp_path)
    path = tmp_path / "recipe.json"
    recipe = json.loads(path.read_text())
    recipe["facts"]["gaps"] = True
    path.write_text(json.dumps(recipe))
    report = validate_folder(tmp_path)
    assert report.counts.get("gap", 0) + report.counts.get("boxes", 0) == 10


WRONG_STRIPS = [{"gap_range": 3}, {"gap_range": ["a", 2]}, {"image_shape": [28]}, {"paper": 100}, {"given_up": 3}]
WRONG_STRIPS += [{"image_shape": [-1, 5]}, {"gap_range": [8, 3]}]


@pytest.mark.parametrize(
    "facts", [7, [], "facts", {}, {"kind": ["strip"]}, *({"kind": "strip"} | one for one in WRONG_STRIPS)]
)
def test_facts_that_cannot_be_are_a_finding(tmp_path, facts):
    Pipeline(GEOMETRY).fit_transform(PhoneNlpDataset(3, seed=3)).save(tmp_path)
    path = tmp_path / "recipe.json"
    recipe = json.loads(path.read_text())
    path.write_text(json.dumps(recipe | {"facts": facts}))
    report = validate_folder(tmp_path)
    assert not report.ok
    assert {finding.file for finding in report.findings} == {"recipe.json"}
