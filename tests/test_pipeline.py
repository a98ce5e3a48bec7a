"""pipeline.py: steps in a row, their names and order, and the two jobs that the commands run."""

import csv
import json

import cv2
import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    NlpDataset,
    Pipeline,
    TextToImage,
    Transform,
    ValidatePadding,
    run_generate_numbers_sequence,
    run_generate_phone_numbers,
)
from mygenerator.errors import InputError, StepError
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs()
TEXTS = NlpDataset(["007", "42", "90210"], seed=11)


class Shift(Transform):
    """Moves each strip by a column or few of its own draw; gaps inside stay readable, boxes do not."""

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=0, high=2**20)

    def apply(self, images, drawn):
        return np.stack([np.roll(image, shift, axis=1) for image, shift in zip(images, drawn, strict=True)])


class Shout(Transform):
    """A step from text to text."""

    takes = ("text",)


def write() -> TextToImage:
    return TextToImage(GLYPHS, (1, 4), 200)


def names_of(*steps) -> tuple[str, ...]:
    return Pipeline(list(steps)).transform(TEXTS).step_names


def test_a_pipeline_does_what_its_steps_do_one_after_the_other():
    by_hand = ValidatePadding((1, 4)).transform(write().transform(TEXTS))
    line = Pipeline([write(), ValidatePadding((1, 4))])
    assert (line.fit_transform(TEXTS)[2].image == by_hand[2].image).all()
    assert line.fit(TEXTS).transform(TEXTS).step_names == by_hand.step_names == ("text_to_image", "validate_padding")


def test_steps_are_named_by_kind_and_numbered_unless_they_have_names_of_their_own():
    assert names_of(write(), Shift(), Shift()) == ("text_to_image", "shift", "shift_2")
    assert names_of(write(), ("first", Shift()), Shift()) == ("text_to_image", "first", "shift")


def test_a_pipeline_inside_another_adds_its_name_to_those_of_its_steps():
    inner = Pipeline([Shift(), Shift(), ("last", Shift())])
    assert names_of(write(), inner) == ("text_to_image", "shift", "shift_2", "last")
    assert names_of(write(), ("a", inner)) == ("text_to_image", "a/shift", "a/shift_2", "a/last")
    assert names_of(write(), ("a", inner), Shift())[-1] == "shift"


def test_a_step_s_name_decides_its_draws():
    def image(name: str) -> np.ndarray:
        return Pipeline([write(), (name, Shift())]).transform(TEXTS)[0].image

    assert (image("shift") == Pipeline([write(), Shift()]).transform(TEXTS)[0].image).all()
    assert (image("shift") != image("other")).any()


def test_a_text_to_image_of_another_name_draws_otherwise():
    usual, named = (Pipeline([step]).transform(TEXTS).batch(range(3)) for step in (write(), ("second", write())))
    assert (usual.glyphs != named.glyphs).any()
    assert (usual.gaps != named.gaps).any()


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([], "steps of a Pipeline are []"),
        ("steps", "steps of a Pipeline are 'steps'"),
        (None, "steps of a Pipeline are None"),
        ([TextToImage], "a Transform, or a pair"),
        ([("a", "b")], "a Transform, or a pair"),
        ([("", Shift())], "a Transform, or a pair"),
        ([("a", Shift()), ("a", Shift())], "two steps are called 'a'"),
    ],
)
def test_what_are_no_steps_is_an_error(steps, message):
    with pytest.raises(InputError) as refused:
        Pipeline(steps)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([ValidatePadding(), TextToImage()], r"TextToImage\(\) takes text, but ValidatePadding\(\) gives strip"),
        ([Shift(), Shout()], r"Shout\(\) takes text, but Shift\(\) gives strip"),
        ([Shout(), Shift()], r"Shift\(\) takes strip, but Shout\(\) gives text; put TextToImage between them"),
        ([TextToImage(), TextToImage()], r"TextToImage\(\) takes text, but TextToImage\(\) gives strip"),
        ([Pipeline([TextToImage()]), Pipeline([Shout()])], r"Shout\(\) takes text, but TextToImage\(\) gives strip"),
        ([TextToImage(), Shift(), Pipeline([Pipeline([Shout()])])], r"Shout\(\) takes text, but Shift\(\) gives strip"),
    ],
)
def test_a_wrong_order_is_an_error_when_it_is_put_together_that_names_both_steps(steps, message):
    with pytest.raises(InputError, match=message):
        Pipeline(steps)


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([ValidatePadding(), TextToImage()], (1,)),
        ([TextToImage(), Pipeline([Pipeline([Shout(), Shout()])])], (1, 0, 0)),
    ],
)
def test_the_error_of_a_wrong_order_knows_the_place_of_the_step(steps, place):
    with pytest.raises(StepError) as refused:
        Pipeline(steps)
    assert refused.value.place == place


def test_the_error_of_a_step_that_does_not_fit_knows_its_place():
    for steps, place in (
        ([TextToImage(GLYPHS, image_width=2)], (0,)),
        ([write(), Pipeline([("a", Shift()), ("text_to_image", Shift())])], (1, 1)),
    ):
        with pytest.raises(StepError) as refused:
            Pipeline(steps).transform(TEXTS)
        assert refused.value.place == place


def test_what_a_pipeline_takes_and_gives_follows_from_its_steps():
    line = Pipeline([Shout(), write(), Shift()])
    assert (line.takes, line.gives) == (("text",), "strip")
    assert (Pipeline([Shift()]).takes, Pipeline([Shift()]).gives) == (("strip",), "")
    line.set_params(steps=[Shift()])
    assert line.takes == ("strip",)


def test_a_pipeline_on_the_wrong_data_set_is_an_error_that_names_its_first_step():
    with pytest.raises(InputError, match=r"Shift\(\) takes strip, but NlpDataset"):
        Pipeline([Shift()]).fit(TEXTS)


def test_what_was_made_is_not_reached_by_later_changes_of_the_steps():
    step = write()
    ds = Pipeline([step]).fit_transform(TEXTS)
    before = ds[0].image
    step.set_params(image_width=300, invert=True)
    assert (ds[0].image == before).all()


def test_a_sequence_is_written_beside_what_is_there(tmp_path):
    first, second = (run_generate_numbers_sequence("007", output_path=str(tmp_path), seed=5) for _ in range(2))
    assert (first.name, second.name) == ("img_007_0.png", "img_007_1.png")
    images = [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in (first, second)]
    assert all(image.shape == (28, 280) and image.dtype == np.uint8 for image in images)
    assert (images[0] != images[1]).any()
    with open(tmp_path / "meta.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == ["007", "007"]
    assert all(1 <= gap <= 10 for row in rows for gap in json.loads(row["gaps"]))


def test_phone_numbers_are_written_with_their_truth(tmp_path):
    report = run_generate_phone_numbers(5, 2, 4, 300, str(tmp_path / "phone"), seed=7)
    assert (report.count, report.seed) == (5, 7)
    with open(tmp_path / "phone" / "meta.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["file_name"] for row in rows] == [f"img_{number}.png" for number in range(5)]
    assert len({row["label"] for row in rows}) == 5
    assert all(len(row["label"]) == 11 for row in rows)
    assert all(2 <= gap <= 4 for row in rows for gap in json.loads(row["gaps"]))
    assert cv2.imread(str(tmp_path / "phone" / "img_4.png"), cv2.IMREAD_UNCHANGED).shape == (28, 300)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_spacing": 0}, "min_spacing is 0; allowed: whole numbers from 1 to 50"),
        ({"max_spacing": 51}, "max_spacing is 51"),
        ({"min_spacing": 6, "max_spacing": 5}, "min_spacing 6 is above max_spacing 5"),
        ({"min_spacing": 1.5}, "min_spacing is 1.5"),
        ({"max_spacing": "many"}, "max_spacing is 'many'"),
        ({"image_width": 121}, "image_width 121 cannot hold .*allowed: 122 to 2300"),
        ({"image_width": 2301}, "image_width 2301 cannot hold"),
        ({"image_width": -280}, "image_width is -280"),
        ({"config_file": "no/such/file.yaml"}, "file.yaml"),
        ({"glyphs": "optdigit"}, "did you mean 'optdigits'"),
    ],
)
def test_a_job_that_cannot_be_is_an_error_and_leaves_no_trace(tmp_path, options, message):
    folder = tmp_path / "out"
    with pytest.raises(InputError, match=message):
        run_generate_phone_numbers(3, output_path=str(folder), **options)
    with pytest.raises(InputError, match=message):
        run_generate_numbers_sequence("0" * 11, output_path=str(folder), **options)
    assert not folder.exists()


@pytest.mark.parametrize("sequence", ["", "1" * 101, 7, None, ["1"], "1e5", "1,2", "1\0"])
def test_a_sequence_that_cannot_be_written_is_an_error_and_leaves_no_trace(tmp_path, sequence):
    with pytest.raises(InputError):
        run_generate_numbers_sequence(sequence, image_width=300, output_path=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("num_images", [0, -1, 2.0, "3", True, 10**30])
def test_a_count_that_cannot_be_is_an_error_and_leaves_no_trace(tmp_path, num_images):
    with pytest.raises(InputError):
        run_generate_phone_numbers(num_images, output_path=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_parameters_of_the_steps_are_read_and_set_through_the_pipeline():
    line = Pipeline([TextToImage(), ("check", ValidatePadding((1, 10))), ValidatePadding((1, 20))])
    params = line.get_params()
    assert params["text_to_image__image_width"] == 280
    assert params["check__spacing_range"] == (1, 10)
    assert params["validate_padding__spacing_range"] == (1, 20)
    assert params["check"] is line.steps[1][1]
    assert list(line.get_params(deep=False)) == ["steps"]
    line.set_params(text_to_image__image_width=300, check=ValidatePadding((1, 12)))
    assert line.fit_transform(NlpDataset(["0123"], seed=1))[0].image.shape == (28, 300)
    assert line.steps[1] == ("check", ValidatePadding((1, 12)))
    outer = Pipeline([("inner", line)])
    outer.set_params(inner__text_to_image__image_width=200)
    assert outer.get_params()["inner__text_to_image__image_width"] == 200


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text_to_imag__image_width": 1}, "did you mean 'text_to_image__image_width'"),
        ({"text_to_image__image_widht": 1}, "parameter of TextToImage 'image_widht'; .* did you mean 'image_width'"),
        ({"text_to_image": 7}, "parameter of Pipeline 'text_to_image'"),
        ({"nothing": TextToImage()}, "parameter of Pipeline 'nothing'"),
        ({"text_to_image": ValidatePadding(), "steps": [TextToImage(), ValidatePadding()]}, None),
    ],
)
def test_an_unknown_parameter_of_a_step_is_refused_by_name(params, words):
    line = Pipeline([TextToImage()])
    if words is None:
        line.set_params(**params)
        assert [type(step) for step in line.steps] == [ValidatePadding, ValidatePadding]
    else:
        with pytest.raises(InputError, match=words):
            line.set_params(**params)


def test_steps_are_reached_by_number_by_name_and_by_slice_as_in_scikit_learn():
    line = Pipeline([TextToImage(), ("check", ValidatePadding((1, 10))), ValidatePadding((1, 20))])
    assert len(line) == 3
    assert line[0] == TextToImage()
    assert line[-1] == ValidatePadding((1, 20))
    assert line["check"] is line.named_steps["check"] is line[1]
    assert list(line.named_steps) == ["text_to_image", "check", "validate_padding"]
    assert line[:2] == Pipeline([TextToImage(), ("check", ValidatePadding((1, 10)))])


def test_parameters_that_are_refused_leave_the_steps_as_they_were():
    line = Pipeline([TextToImage(), ValidatePadding()])
    before = list(line.steps)
    with pytest.raises(InputError, match="put CombineImagesHorizontally between them"):
        line.set_params(text_to_image=CharToImages())
    assert line.steps == before
