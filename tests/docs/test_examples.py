"""The short files of the docs, each dropped into an installed package: found everywhere without a list being edited."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from tests.installed import Installed, copied_package
from tools.code_blocks import DOCS, ROOT

EXAMPLES = DOCS / "examples"
ELASTIC = ROOT / "mygenerator" / "transform" / "elastic.py"

RECIPE = """
seed: 7
text: {{phone: {{region: JP, count: 20}}}}
steps: [{steps}]
"""


@pytest.mark.parametrize("path", [*sorted(EXAMPLES.glob("*.py"))], ids=lambda path: path.name)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


def test_elastic_is_about_forty_lines_without_what_explains_it():
    import ast

    tree = ast.parse(ELASTIC.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    assert len(ast.unparse(tree).splitlines()) <= 60


@pytest.fixture(scope="module")
def user(tmp_path_factory) -> Installed:
    """A user who has dropped three steps into the package; Elastic is the package's own, put there by hand too."""
    site = copied_package(tmp_path_factory.mktemp("site"))
    (site / "mygenerator" / "transform" / "elastic.py").unlink()
    lines = (site / "mygenerator" / "transform" / "__init__.py").read_text().splitlines()
    kept = [line for line in lines if "lastic" not in line]
    (site / "mygenerator" / "transform" / "__init__.py").write_text("\n".join(kept) + "\n")
    for path in (EXAMPLES / "soft_focus.py", EXAMPLES / "check_digit.py", ELASTIC):
        shutil.copy(path, site / "mygenerator" / "transform")
    shutil.copy(EXAMPLES / "epoch_loader.py", site)
    return Installed(site, tmp_path_factory.mktemp("work"))


STEPS = {
    "SoftFocus": ("text_to_image: {image_width: 300}", "soft_focus: {sigma: [0.5, 1.5]}"),
    "Elastic": ("char_to_images", "elastic: {pixels: 2.5}", "combine_images_horizontally: {combined_width: 300}"),
    "CheckDigit": ("check_digit: {place: before}", "text_to_image: {image_width: 300}"),
}
NAMES = {"SoftFocus": "soft_focus", "Elastic": "elastic", "CheckDigit": "check_digit"}


@pytest.fixture(scope="module")
def folders(user) -> dict[str, dict]:
    """What the validator says of the folder that each recipe makes, by the command."""
    reports = {}
    for name, steps in STEPS.items():
        (user.work / f"{name}.yaml").write_text(RECIPE.format(steps=", ".join(f"{{{step}}}" for step in steps)))
        user.run("-m", "mygenerator", "run", f"{name}.yaml", "--output_path", name)
        told = user.run("-m", "mygenerator", "validate-phone-sequence", "--input_path", name, "--json")
        reports[name] = json.loads(told)
    return reports


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_in_python_and_keeps_every_contract(user, name):
    user.python(f"""
        import mygenerator
        from mygenerator import {name}
        from mygenerator.registry import kinds
        from mygenerator.testing import check_transform
        assert kinds("step")[{NAMES[name]!r}] is {name} is mygenerator.transform.{name}
        for step in {name}.examples():
            check_transform(step)
    """)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_in_recipes_and_in_the_command_with_the_same_pixels(user, folders, name):
    assert (folders[name]["ok"], folders[name]["images"]) == (True, 20)
    user.python(f"""
        import numpy
        from mygenerator.recipes import Recipe
        numpy.save("{name}.npy", Recipe.read("{name}.yaml").dataset().batch(range(20)).images)
    """)
    import cv2

    for index, image in enumerate(np.load(user.work / f"{name}.npy")):
        assert np.array_equal(cv2.imread(str(user.work / name / f"img_{index}.png"), cv2.IMREAD_GRAYSCALE), image)
    assert "holds exactly these pixels" in user.run("-m", "mygenerator", "replay", name, "13")
    assert NAMES[name] in user.python("from mygenerator.recipes.schema import schema_text; print(schema_text())")


def test_each_gives_up_what_it_has_to_and_no_more(user, folders):
    assert sum(folders["Elastic"]["gaps"].values()) == 200
    assert sum(folders["CheckDigit"]["gaps"].values()) == 220
    assert folders["SoftFocus"]["notes"] == ["gaps were not judged where step 'soft_focus' gives them up"]
    header = (user.work / "SoftFocus" / "meta.csv").read_text().splitlines()[0]
    assert header == "file_name,label"


def test_a_label_with_its_check_digit_is_what_the_image_shows(user, folders):
    assert folders["CheckDigit"]["ok"]
    rows = (user.work / "CheckDigit" / "meta.csv").read_text().splitlines()[1:]
    assert all(len(row.split(",")[1]) == 12 for row in rows)
    told = user.python("""
        from mygenerator import CheckDigit, NlpDataset
        try:
            CheckDigit().fit_transform(NlpDataset(["12-3"], seed=1))
        except Exception as error:
            print(type(error).__name__, error)
    """)
    assert "InputError" in told
    assert "takes digits" in told


def test_a_loader_reads_every_sample_once_in_each_epoch_and_draws_it_anew(user):
    out = user.python("""
        import numpy
        from epoch_loader import EpochLoader
        from mygenerator import PhoneNlpDataset, TextToImage
        ds = TextToImage(image_width=200).fit_transform(PhoneNlpDataset(25, seed=1))
        labels = sorted(ds.labels().tolist())
        seen, orders = [], []
        for epoch in range(3):
            loaders = [EpochLoader(ds, 4, rank, 2) for rank in range(2)]
            for loader in loaders:
                loader.set_epoch(epoch)
            batches = [batch for loader in loaders for batch in loader]
            assert [len(loader) for loader in loaders] == [4, 3]
            read = [label for _, texts in batches for label in texts]
            assert sorted(read) == labels, epoch
            orders.append(tuple(read))
            images = numpy.concatenate([images for images, _ in batches])
            assert images.shape == (25, 1, 28, 200) and images.dtype == numpy.float32
            assert 0 <= images.min() < images.max() <= 1
            seen += [image.tobytes() for image in images]
        assert len(set(orders)) == 3
        print(len(seen), len(set(seen)))
    """)
    assert out.split() == ["75", "75"]


def test_an_epoch_of_the_loader_comes_again(user):
    user.python("""
        from epoch_loader import EpochLoader
        from mygenerator import PhoneNlpDataset, TextToImage
        ds = TextToImage(image_width=200).fit_transform(PhoneNlpDataset(9, seed=1))
        first, again = EpochLoader(ds, 4), EpochLoader(ds, 4)
        again.set_epoch(3)
        list(again)
        again.set_epoch(0)
        for (one, texts), (other, same) in zip(first, again, strict=True):
            assert (one == other).all() and texts == same
    """)
