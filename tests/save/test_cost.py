"""A job that nobody is likely to mean is refused before anything is done, unless it is asked for by name."""

import pytest

from mygenerator import PatternNlpDataset, Recipe, TextToImage
from mygenerator.cli.main import main
from mygenerator.errors import InputError
from mygenerator.save import plan
from mygenerator.save.job import MOST_PIXELS, MOST_PIXELS_IN_ALL, MOST_SAMPLES

DIGITS = "[0-9]{16}"


def strips(count, width=100, **options):
    return TextToImage(image_width=width, spacing_range=(0, 3), **options).fit_transform(
        PatternNlpDataset(DIGITS, count, seed=1)
    )


@pytest.mark.parametrize(
    ("count", "width", "height", "words"),
    [
        (MOST_SAMPLES + 1, 100, 8, "100,000,001 samples of 100 x 8 pixels are a very large job"),
        (1, MOST_PIXELS // 28 + 1, 28, "of 357,143 x 28 pixels"),
        (MOST_PIXELS_IN_ALL // 2800 + 1, 100, 28, "35,714,286 samples of 100 x 28 pixels"),
        (10**12, 100, 28, "1,000,000,000,000 samples"),
    ],
)
def test_what_is_larger_than_is_likely_meant_has_to_be_asked_for(tmp_path, count, width, height, words):
    ds = strips(count, width, sizing="pad" if width > 10**5 else "fill", image_height=height)
    with pytest.raises(InputError, match=words) as caught:
        ds.save(tmp_path / "out")
    assert "--allow_large (allow_large=True)" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_largest_job_that_needs_no_name_is_planned(tmp_path):
    plan(strips(9_999, 357_100, sizing="pad"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_few_of_many_are_no_large_job(tmp_path):
    assert strips(10**12).save(tmp_path / "out", nrows=2).count == 2


def test_what_is_asked_for_by_name_is_made(tmp_path):
    assert strips(1, 400_000, sizing="pad").save(tmp_path / "out", allow_large=True).made == 1


def test_a_recipe_of_somebody_else_is_refused_at_once_also_if_it_is_to_overwrite(tmp_path, capsys):
    text = f"text: {{pattern: {{pattern: '{DIGITS}', count: {10**12}}}}}"
    (tmp_path / "recipe.yaml").write_text(f"{text}\nsteps: [{{text_to_image: {{image_width: 200}}}}]\n")
    strips(3).save(tmp_path / "out")
    before = sorted(path.name for path in (tmp_path / "out").iterdir())
    for options in ([], ["--overwrite"]):
        words = ["run", str(tmp_path / "recipe.yaml"), "--output_path", str(tmp_path / "out"), *options]
        assert main(words) == 2
        assert "are a very large job" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == before
    with pytest.raises(InputError, match="very large job"):
        Recipe.read(tmp_path / "recipe.yaml").plan(tmp_path / "new")
