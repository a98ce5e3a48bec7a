"""Every registered step, with parameters other than its defaults, is the same after YAML."""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
import pytest

from mygenerator import GlyphSet, ImageDataset, NlpDataset, Pipeline, TextToImage, Transform, ValidatePadding
from mygenerator.errors import InputError
from mygenerator.parameters import Gaps, Whole, parameters_of
from mygenerator.registry import kinds
from tests.made_glyphs import made_glyphs
from tests.recipes.own import Darken

STEPS = {name: cls for name, cls in kinds("step").items() if not issubclass(cls, Pipeline)}


def others(annotation: Any, default: Any) -> list[Any]:
    """Values that an annotation allows, other than the default, each of a sort that YAML could spoil."""
    values: list[Any] = []
    if get_origin(annotation) is Annotated:
        for mark in get_args(annotation)[1:]:
            if isinstance(mark, Whole):
                values += [mark.low, mark.low + 1, mark.high or 10**6]
            elif isinstance(mark, Gaps):
                values += [(0, 0), [2, 9], np.array([3, 4])]
    elif get_origin(annotation) is Literal:
        values += get_args(annotation)
    elif annotation is str:
        values += ["NO", "007", "a: b", "", "é"]
    elif annotation is bool:
        values += [True, False]
    elif annotation is int:
        values += [0, -1, 10**12]
    elif annotation is float:
        values += [0.1, 1e-9, -2.0]
    elif annotation is type(None):
        values.append(None)
    else:
        values += [value for one in get_args(annotation) for value in others(one, default)]
    return [value for value in values if not (type(value) is type(default) and np.array_equal(value, default))]


CASES = [
    (name, parameter, value)
    for name, cls in STEPS.items()
    for parameter, one in parameters_of(cls).items()
    for value in others(one.annotation, one.default)
    # The name of glyphs must be one that is known.
    if not (isinstance(value, str) and parameter in ("glyphs", "font"))
]


def plain(step: Transform) -> dict[str, Any]:
    return {name: np.asarray(value).tolist() for name, value in step.get_params().items()}


@pytest.mark.parametrize(("name", "parameter", "value"), CASES, ids=[f"{n} {p}={v!r}" for n, p, v in CASES])
def test_a_step_with_another_parameter_is_the_same_after_yaml(name, parameter, value):
    step = STEPS[name](**{parameter: value})
    text = Pipeline([step]).to_yaml()
    (again,) = Pipeline.from_yaml(text).steps
    assert type(again) is type(step)
    assert plain(again) == plain(step)
    assert plain(again) != plain(STEPS[name]())
    assert Pipeline.from_yaml(text).to_yaml() == text


def test_every_registered_step_has_a_case_or_takes_no_parameters():
    assert {name for name, _, _ in CASES} == {name for name, cls in STEPS.items() if parameters_of(cls)}


def test_names_and_pipelines_inside_survive():
    inner = Pipeline([ValidatePadding(), ("last", ValidatePadding((2, 3)))])
    line = Pipeline([("no", TextToImage(spacing_range=(2, 3))), ("outer", inner)])
    again = Pipeline.from_yaml(line.to_yaml())
    ds = NlpDataset(["42"], seed=1)
    assert again.transform(ds).step_names == line.transform(ds).step_names
    assert repr(again.flat_steps[2]) == "ValidatePadding(spacing_range=[2, 3])"


def test_of_a_whole_recipe_the_steps_are_taken(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("text: {phone: JP, count: 3}\nsteps: [text_to_image]\n")
    assert repr(Pipeline.from_yaml(path)) == repr(Pipeline.from_yaml(str(path))) == "Pipeline(steps=[TextToImage()])"


def test_steps_can_be_written_to_a_file(tmp_path):
    text = Pipeline([TextToImage(image_width=120)]).to_yaml(tmp_path / "steps.yaml")
    assert (tmp_path / "steps.yaml").read_text() == text
    assert Pipeline.from_yaml(tmp_path / "steps.yaml").steps[0].image_width == 120


@pytest.fixture
def scans(tmp_path, monkeypatch):
    """The working folder, with a folder `scans`, and one that is called as a source is."""
    for name in ("scans", "optdigits", "deep/scans"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("glyphs", ["scans", "./scans", "deep/scans", "optdigits", "./optdigits"])
def test_a_folder_that_is_named_relatively_is_the_same_after_yaml(glyphs, scans):
    line = Pipeline([TextToImage(glyphs, image_width=300)])
    assert f"glyphs: {glyphs}," in line.to_yaml() or glyphs == "optdigits"
    assert Pipeline.from_yaml(line.to_yaml()) == line


@pytest.mark.parametrize(
    ("glyphs", "written"),
    [("scans", "./scans"), ("deep/scans", "deep/scans"), ("optdigits", "./optdigits"), ("scans/", "./scans")],
)
def test_a_path_is_written_so_that_it_is_no_name_of_a_source(glyphs, written, scans):
    (step,) = Pipeline.from_yaml(Pipeline([TextToImage(Path(glyphs))]).to_yaml()).steps
    assert step.glyphs == written


def test_a_path_in_full_stays_so(scans):
    for glyphs in (scans / "scans", str(scans / "scans")):
        (step,) = Pipeline.from_yaml(Pipeline([TextToImage(glyphs)]).to_yaml()).steps
        assert step.glyphs == str(scans / "scans")


def test_in_a_file_a_folder_is_named_from_there(scans):
    for glyphs in ("deep/scans", Path("deep/scans"), scans / "deep/scans"):
        text = Pipeline([TextToImage(glyphs)]).to_yaml(scans / "deep" / "steps.yaml")
        assert "glyphs: ./scans" in text
        assert Pipeline.from_yaml(scans / "deep" / "steps.yaml").steps[0].glyphs == scans / "deep" / "scans"
    assert f"glyphs: {scans}/scans" in Pipeline([TextToImage("scans")]).to_yaml(scans / "deep" / "steps.yaml")


def test_a_step_of_a_user_s_own_is_written_by_where_it_is_imported_from():
    text = Pipeline([Darken(most=7)]).to_yaml()
    assert text == "steps:\n- python:tests.recipes.own.Darken: {most: 7}\n"
    assert Pipeline.from_yaml(text, allow_code=True).steps[0].most == 7
    with pytest.raises(InputError, match="allow_code"):
        Pipeline.from_yaml(text)


def test_what_yaml_cannot_hold_is_refused():
    class Inside(Transform):
        """A step defined inside a function."""

    images = ImageDataset(get_image_fn=lambda row: row, meta=NlpDataset(["1"]).meta)
    for step, words in (
        (TextToImage(made_glyphs()), "which YAML cannot hold; give the name of a source"),
        (
            TextToImage(GlyphSet.from_images([np.pad(np.eye(9, dtype=np.uint8) * 255, 1)], ["1"], "x")),
            "glyphs is GlyphSet",
        ),
        (TextToImage(images), "glyphs is ImageDataset"),
        (Darken(most=len), "most is <built-in function len>"),
        (Inside(), "Inside is defined in"),
    ):
        with pytest.raises(InputError, match=words):
            Pipeline([step]).to_yaml()


@pytest.mark.parametrize("text", ["steps: []\n", "text: {phone: JP, count: 1}\n", "steps:\n"])
def test_a_pipeline_of_no_steps_is_an_error(text):
    with pytest.raises(InputError, match=r"recipe:\d: "):
        Pipeline.from_yaml(text)
