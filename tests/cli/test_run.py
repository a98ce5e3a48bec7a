"""`mygenerator run` as a process: start, output, resuming, own code, and what two hundred million rows cost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mygenerator import PhoneNlpDataset

ROOT = Path(__file__).parents[2]
RECIPE = """\
seed: 11
text: {phone: {region: JP, count: 300}}
steps:
  - text_to_image: {glyphs: optdigits, image_width: 300, spacing_range: [3, 8]}
  - validate_padding: {spacing_range: [3, 8]}
save: {path: out, shard_size: 50}
"""
OWN_STEP = """\
import numpy as np
from mygenerator import Transform

class Fade(Transform):
    def __init__(self, by=30):
        self.by = by
    def apply(self, images, drawn):
        return np.maximum(images.astype(int) - self.by, 0).astype(np.uint8)
"""


def started(folder: Path, *words: str, home: Path | None = None, path: Path = ROOT) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(path)])}
    if home is not None:
        environment["MYGENERATOR_HOME"] = str(home)
    return subprocess.Popen(
        [sys.executable, "-m", "mygenerator", "run", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *words: str, **places: Path) -> tuple[int, str, str]:
    process = started(folder, *words, **places)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def here(tmp_path):
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return tmp_path


def test_a_recipe_is_run_and_says_what_is_used(here):
    status, out, err = run(here, "recipe.yaml")
    assert (status, out) == (0, "300 images in out\n")
    assert err == "300 images from recipe.yaml, digits optdigits (1,790 usable), seed 11, to out\n"
    assert run(here, "recipe.yaml")[1].endswith("already finished (--overwrite makes them again)\n")


def test_a_dry_run_makes_nothing_and_keeps_no_glyphs(here, tmp_path):
    status, out, _ = run(here, "recipe.yaml", "--dry_run", home=tmp_path / "home")
    assert status == 0
    assert out.startswith("would make 300 images of 300 x 28 pixels in 6 shards, about ")
    assert not (here / "out").exists()
    assert not (tmp_path / "home" / "cache").exists()
    assert run(here, "recipe.yaml", home=tmp_path / "home")[0] == 0
    assert (tmp_path / "home" / "cache" / "glyphs").is_dir()


def test_workers_decide_no_byte(here):
    assert run(here, "recipe.yaml", "--workers", "1")[0] == 0
    assert run(here, "recipe.yaml", "--workers", "3", "--output_path", "three")[0] == 0
    assert tree(here / "three") == tree(here / "out")


def test_a_larger_count_extends_and_another_recipe_is_refused(here):
    assert run(here, "recipe.yaml", "--count", "100")[0] == 0
    assert run(here, "recipe.yaml")[1].endswith("100 of them were there already\n")
    status, _, err = run(here, "recipe.yaml", "--seed", "12")
    assert status == 2
    assert "seed: 11 there, 12 now" in err
    assert run(here, "recipe.yaml", "--seed", "12", "--overwrite")[0] == 0
    assert json.loads((here / "out" / "recipe.json").read_text())["seed"] == 12


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C of a process group is another thing on Windows")
def test_a_step_beside_the_recipe_is_found_with_leave(here):
    (here / "deep").mkdir()
    (here / "deep" / "fading.py").write_text(OWN_STEP)
    text = "seed: 1\ntext: {phone: JP, count: 30}\nsteps:\n  - text_to_image\n  - python:fading.Fade: {by: 50}\n"
    (here / "deep" / "own.yaml").write_text(text)
    status, _, err = run(here, "deep/own.yaml", "--output_path", "out")
    assert (status, "deep/own.yaml:5: python:fading.Fade is code of your own" in err) == (2, True)
    words = ["--allow_code", "--output_path"]
    assert run(here, "deep/own.yaml", *words, "out", "--workers", "2", "--shard_size", "10")[0] == 0
    # A finished folder knows the code's name, not where it lies.
    status, _, err = run(here, "out", *words, "again")
    assert (status, "python:fading.Fade cannot be imported" in err) == (2, True)
    assert run(here, "out", *words, "again", path=here / "deep")[0] == 0
    assert tree(here / "again") == tree(here / "out")


MEASURED = """
import resource, sys
def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
import mygenerator.recipes, mygenerator.save, phonenumbers, cv2
from mygenerator.recipes import Recipe
before = peak_mb()
ds = Recipe.from_yaml(sys.argv[1]).dataset()
row = len(ds) - 1
sample = ds[row]
print(len(ds), sample.label, sample.image.shape, round(peak_mb() - before, 1))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no module resource")
def test_two_hundred_million_numbers_cost_little_to_open_and_to_read_the_last_of():
    text = RECIPE.replace("300}}", "200000000}}")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, text],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    count, label, height, width, megabytes = done.stdout.replace("(", "").replace(")", "").replace(",", "").split()
    assert (count, height, width) == ("200000000", "28", "300")
    numbers = PhoneNlpDataset(200_000_000, "JP", seed=11)
    assert label == numbers.get_text_only(199_999_999)
    assert numbers.is_valid(label)
    assert float(megabytes) < 100
