"""The example step of the docs in a user's hands: dropped into the package, announced by another, named as code."""

from __future__ import annotations

import functools
import json
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.installed import Installed, copied_package
from tools.code_blocks import DOCS

EXAMPLE = DOCS / "examples" / "speckle.py"
STRIPS = "TextToImage(spacing_range=(3, 8), image_width=200)"


@dataclass(frozen=True)
class WithStep(Installed):
    """`step` is what recipes call Speckle, `flags` what a command needs."""

    step: str = "speckle"
    flags: tuple[str, ...] = ()

    def recipe(self, parameters: str) -> Path:
        path = self.work / "recipe.yaml"
        steps = f"- text_to_image: {{spacing_range: [3, 8], image_width: 200}}\n- {self.step}: {parameters}\n"
        path.write_text(f"seed: 7\ntext: {{phone: {{region: JP, count: 20}}}}\nsteps:\n{textwrap.indent(steps, '  ')}")
        return path


Way = Callable[[Path, Path], WithStep]


def in_the_package(site: Path, work: Path) -> WithStep:
    shutil.copy(EXAMPLE, copied_package(site) / "mygenerator" / "transform")
    return WithStep(site, work)


def announced(site: Path, work: Path) -> WithStep:
    """A package of the user's, as pip installs it: a module, and an entry point."""
    shutil.copy(EXAMPLE, copied_package(site))
    info = site / "dusty-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dusty\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mygenerator.steps]\nspeckle = speckle:Speckle\n")
    return WithStep(site, work)


def as_code(site: Path, work: Path) -> WithStep:
    """A module that lies beside the recipe, and is named there."""
    copied_package(site)
    shutil.copy(EXAMPLE, work)
    return WithStep(site, work, "python:speckle.Speckle", ("--allow_code",))


WAYS = [in_the_package, announced, as_code]


@pytest.fixture(scope="module")
def user_of(tmp_path_factory) -> Callable[[Way], WithStep]:
    """The user who has the step in a certain way; the package is copied once for each."""
    return functools.cache(lambda way: way(tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("work")))


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def installed(request, user_of) -> WithStep:
    """Each way to have the step."""
    return user_of(request.param)


@pytest.fixture(params=WAYS[:2], ids=lambda way: way.__name__)
def known(request, user_of) -> WithStep:
    """Each way in which it is known by its name."""
    return user_of(request.param)


def test_the_example_is_short():
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 60


def test_it_is_in_python_where_all_steps_are(known):
    out = known.python("""
        import mygenerator
        from mygenerator import Speckle
        from mygenerator.transform import Speckle as same
        from mygenerator.registry import kinds
        print(mygenerator.__file__)
        print(Speckle is same is mygenerator.transform.Speckle is kinds("step")["speckle"])
        print(Speckle(specks=3))
    """)
    assert out.splitlines() == [str(known.site / "mygenerator" / "__init__.py"), "True", "Speckle(specks=3)"]


def test_it_changes_as_many_pixels_as_it_says_and_sample_by_sample_the_same(known):
    out = known.python(f"""
        from mygenerator import PhoneNlpDataset, Speckle, TextToImage
        strips = {STRIPS}.fit_transform(PhoneNlpDataset(20, seed=7))
        clean = strips.batch(range(20)).images
        specked = Speckle(specks=9).fit_transform(strips)
        changed = (specked.batch(range(20)).images != clean).sum(axis=(1, 2))
        print(0 < changed.min() <= changed.max() <= 9, (specked[13].image == specked.batch(range(20)).images[13]).all())
    """)
    assert out.split() == ["True", "True"]


def test_it_keeps_every_contract(known):
    known.python("""
        from mygenerator import Speckle
        from mygenerator.testing import check_transform
        for step in Speckle.examples():
            check_transform(step)
    """)


def test_a_recipe_gives_the_same_pixels_by_the_command_as_in_python(installed):
    recipe = installed.recipe("{specks: 9}")
    installed.run("-m", "mygenerator", "run", recipe.name, "--output_path", "out", *installed.flags)
    out = installed.python(f"""
        import sys
        sys.path.insert(0, ".")
        from mygenerator import Pipeline, PhoneNlpDataset, TextToImage
        from mygenerator.recipes import Recipe
        from mygenerator.registry import kinds
        Speckle = kinds("step").get("speckle") or __import__("speckle").Speckle
        recipe = Recipe.read("recipe.yaml", allow_code={bool(installed.flags)})
        ours = Pipeline([{STRIPS}, Speckle(specks=9)]).fit_transform(PhoneNlpDataset(20, seed=7)).batch(range(20))
        print((ours.images == recipe.dataset().batch(range(20)).images).all())
        import numpy
        numpy.save("ours.npy", ours.images)
    """)
    assert out.strip() == "True"
    for index, image in enumerate(np.load(installed.work / "ours.npy")):
        saved = cv2.imread(str(installed.work / "out" / f"img_{index}.png"), cv2.IMREAD_GRAYSCALE)
        assert np.array_equal(saved, image)


def test_a_folder_that_it_had_a_part_in_can_be_made_again_and_explained(installed):
    installed.recipe("{specks: 9}")
    # -P: the working folder is not on Python's path by itself, as it is not for the installed commands.
    installed.run("-P", "-m", "mygenerator", "run", "recipe.yaml", "--output_path", "first", *installed.flags)
    installed.run("-P", "-m", "mygenerator", "run", "first", "--output_path", "again", *installed.flags)
    pictures = [sorted((installed.work / folder).glob("*.png")) for folder in ("first", "again")]
    assert [path.read_bytes() for path in pictures[0]] == [path.read_bytes() for path in pictures[1]]
    assert len(pictures[0]) == 20
    account = installed.run("-P", "-m", "mygenerator", "replay", "first", "13", *installed.flags)
    assert "step speckle: Speckle(specks=9)" in account
    assert "img_13.png holds exactly these pixels" in account


def test_what_its_annotations_do_not_allow_is_refused_with_the_line(installed):
    recipe = installed.recipe("{specks: -1, sead: 3}")
    told = installed.run("-m", "mygenerator", "run", recipe.name, *installed.flags, status=2)
    assert "recipe.yaml:5: specks is -1; allowed: whole numbers from 0 to 10000" in told
    assert "did you mean 'seed'" in told
    assert not (installed.work / "ztmpp").exists()


def test_it_is_in_the_schema_of_recipes(known):
    schema = json.loads(known.python("from mygenerator.recipes.schema import schema_text; print(schema_text())"))
    assert '"speckle"' in json.dumps(schema)
    assert '"specks": {"type": "integer", "minimum": 0, "maximum": 10000' in json.dumps(schema)


def test_code_is_not_run_without_leave(tmp_path_factory):
    user = as_code(tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("work"))
    (user.work / "speckle.py").write_text("print('this was run')\n" + EXAMPLE.read_text(encoding="utf-8"))
    told = user.run("-m", "mygenerator", "run", user.recipe("{specks: 9}").name, status=2)
    assert "--allow_code" in told
    assert "this was run" not in told
