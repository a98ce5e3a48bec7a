"""transform/base.py: what every step has, shown on a step such as a contributor would write."""

import copy
import re

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    NlpDataset,
    PatternNlpDataset,
    Pipeline,
    RemoveWhitePadding,
    TextToImage,
    Transform,
    ValidatePadding,
)
from mygenerator.errors import InputError
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs()


class Brighten(Transform):
    """Makes each strip lighter by its own draw."""

    def __init__(self, most=20, kinds=("ink", "paper")):
        self.most, self.kinds = most, kinds

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=0, high=self.most)

    def apply(self, images, drawn):
        return np.minimum(images + drawn[:, None, None], 255).astype(np.uint8)


class Levels(Transform):
    """A step with a parameter that has no default."""

    def __init__(self, count):
        self.count = count


def strips(seed=3):
    return TextToImage(GLYPHS, (1, 4), 120).fit_transform(NlpDataset(["007", "42", "1"], seed=seed))


def test_a_step_draws_for_each_sample_and_applies_to_the_whole_batch():
    before, after = strips(), Brighten(200).fit_transform(strips())
    added = [int(after[row].image.min()) - int(before[row].image.min()) for row in range(3)]
    assert len(set(added)) == 3


def test_a_step_without_draw_and_apply_changes_nothing():
    assert (Transform().fit_transform(strips())[0].image == strips()[0].image).all()


def test_two_steps_of_a_kind_have_names_and_draws_of_their_own():
    once = Brighten(200).transform(strips())
    twice = Brighten(200).transform(once)
    assert twice.step_names == ("text_to_image", "brighten", "brighten_2")
    first = [int(once[row].image.min()) - int(strips()[row].image.min()) for row in range(3)]
    second = [int(twice[row].image.min()) - int(once[row].image.min()) for row in range(3)]
    assert first != second


def test_another_step_before_it_does_not_change_what_a_step_draws():
    step = Brighten(50)
    alone = step.draw(rng := _stream(step, strips()), strips().batch([0, 1, 2]))
    after = step.draw(rng, Levels(3).transform(strips()).batch([0, 1, 2]))
    assert alone.tolist() == after.tolist()
    assert Levels(3).transform(step.transform(strips()))[1].image.tolist() == step.transform(strips())[1].image.tolist()


def _stream(step, ds):
    from mygenerator.rng import Stream

    return Stream(step.transform(ds).seed, step.transform(ds).name)


def test_what_was_made_is_not_reached_by_later_changes_of_the_step():
    spacing = [1, 4]
    step = TextToImage(GLYPHS, spacing, 120)
    ds = step.fit_transform(NlpDataset(["007"] * 50, seed=3))
    before = ds.batch(range(50))
    step.set_params(image_width=200, sizing="pad")
    spacing[:] = [9, 9]
    after = ds.batch(range(50))
    assert (before.images == after.images).all()
    assert ds.describe()["steps"][0]["text_to_image"]["spacing_range"] == [1, 4]


def test_transform_does_without_fit_and_leaves_the_step_as_it_was():
    step = TextToImage(GLYPHS, (1, 4), 120)
    state = copy.copy(vars(step))
    ds = step.transform(NlpDataset(["007"], seed=3))
    assert vars(step) == state
    assert (ds[0].image == strips()[0].image).all()


def test_fit_takes_a_y_and_returns_the_step():
    step = Brighten()
    assert step.fit(strips(), y=None) is step
    assert len(step.fit_transform(strips(), None)) == 3


def test_parameters_are_reported_and_changed_as_they_were_given():
    kinds = ["ink"]
    step = Brighten(kinds=kinds)
    assert step.get_params() == {"most": 20, "kinds": kinds}
    assert step.get_params(deep=True)["kinds"] is kinds
    assert step.set_params(most=7, kinds=("x",)) is step
    assert (step.most, step.kinds) == (7, ("x",))


def test_an_unknown_parameter_is_an_error_that_names_the_nearest_and_changes_nothing():
    step = TextToImage()
    with pytest.raises(InputError, match=r"parameter of TextToImage 'image_widht'.*did you mean 'image_width'"):
        step.set_params(image_height=40, image_widht=200)
    assert step.image_height == 28


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (Brighten(), "Brighten()"),
        (Brighten(20), "Brighten()"),
        (Brighten(np.int64(20)), "Brighten()"),
        (Brighten(np.int16(21)), "Brighten(most=21)"),
        (Brighten(True), "Brighten(most=True)"),
        (Brighten(kinds=["ink", "paper"]), "Brighten(kinds=['ink', 'paper'])"),
        (Brighten(kinds=(np.float64(0.5), "a")), "Brighten(kinds=(0.5, 'a'))"),
        (Brighten(kinds=np.array([1, 2])), "Brighten(kinds=[1, 2])"),
        (Levels(3), "Levels(count=3)"),
    ],
)
def test_a_repr_shows_what_differs_from_the_defaults_and_can_be_pasted_back(step, shown):
    assert repr(step) == shown
    assert repr(eval(shown, {"Brighten": Brighten, "Levels": Levels})) == shown


def test_numpy_s_numbers_are_plain_in_a_recipe():
    described = Brighten(np.int64(5), np.array([1, 2])).describe()
    assert described == {"most": 5, "kinds": [1, 2]}
    assert type(described["most"]) is int


def test_a_wrong_kind_of_samples_is_an_error_that_names_both_and_says_what_to_do():
    texts = NlpDataset(["1"], seed=3)
    with pytest.raises(
        InputError, match=r"Brighten\(\) takes strip, but NlpDataset.* gives text; put TextToImage between them"
    ):
        Brighten().fit(texts)
    with pytest.raises(InputError, match=r"TextToImage\(\) takes text, but .* gives strip; .*NlpDataset"):
        TextToImage().transform(strips())


@pytest.mark.parametrize("given", [["007"], "007", None, Brighten()])
def test_what_is_no_data_set_is_an_error_that_says_what_to_make_of_it(given):
    with pytest.raises(InputError, match=r"allowed: a Dataset; .*NlpDataset"):
        TextToImage().fit(given)


def test_a_name_that_an_earlier_step_has_is_refused():
    named = Pipeline([("light", Brighten())])
    with pytest.raises(InputError, match="two steps are called 'light'"):
        named.transform(named.transform(strips()))


def test_a_data_set_with_a_step_of_its_own_name_shows_it():
    ds = Pipeline([("light", Brighten(99))]).transform(strips())
    assert re.match(r"Pipeline\(\[\('light', Brighten\(most=99\)\)\]\)\.transform\(", repr(ds))


@pytest.mark.parametrize(
    ("steps", "advice"),
    [
        ([CharToImages(), ValidatePadding()], "put CombineImagesHorizontally between them"),
        ([TextToImage(), RemoveWhitePadding(), ValidatePadding()], "put CombineImagesHorizontally between them"),
        ([TextToImage(), TextToImage()], "put it first, on a data set of text"),
    ],
)
def test_what_would_fit_between_two_steps_is_found_among_the_registered(steps, advice):
    with pytest.raises(InputError, match=advice):
        Pipeline(steps)


def test_steps_are_equal_where_their_parameters_are():
    assert TextToImage(image_width=200) == TextToImage(image_width=200)
    assert TextToImage(image_width=200) != TextToImage(image_width=201)
    assert ValidatePadding((1, 10)) != TextToImage()
    assert Pipeline([("a", ValidatePadding((1, 2)))]) == Pipeline([("a", ValidatePadding((1, 2)))])
    assert Pipeline([("a", ValidatePadding((1, 2)))]) != Pipeline([("b", ValidatePadding((1, 2)))])
    assert ValidatePadding([1, 2]) == ValidatePadding((1, 2))
    assert ValidatePadding(np.array([1, 2])) == ValidatePadding(np.array([1, 2]))
    assert ValidatePadding(np.array([1, 2])) != ValidatePadding((1, 2, 3))


def test_a_step_that_loses_samples_is_named_with_what_it_made():
    class Half(Transform):
        takes = ("strip",)

        def apply(self, images, drawn):
            return images[: len(images) // 2]

    ds = Half().fit_transform(TextToImage(GLYPHS, image_width=90).fit_transform(NlpDataset(["1", "2", "3"], seed=1)))
    with pytest.raises(InputError, match=r"Half\(\) made 1 image from 3 samples"):
        ds.batch([0, 1, 2])


def test_a_step_may_not_draw_what_another_one_draws():
    texts = NlpDataset(["007"], seed=1)
    with pytest.raises(InputError, match="or draw as 'combine_images_horizontally'"):
        Pipeline([TextToImage(GLYPHS), ("combine_images_horizontally", Brighten())]).fit(texts)
    with pytest.raises(InputError, match="'text/permutation'"):
        Pipeline([TextToImage(GLYPHS), ("text/permutation", Brighten())]).fit(PatternNlpDataset("[0-9]{3}", 5, seed=1))
    Pipeline([("first", TextToImage(GLYPHS)), ("combine_images_horizontally", Brighten())]).fit(texts)


def test_labels_that_the_facts_of_a_step_do_not_allow_are_refused_when_they_are_made():
    class Sevens(Transform):
        takes = ("text",)

        def run(self, batch, rng):
            return batch.replace(labels=np.char.replace(batch.labels, "7", "x"))

    ds = TextToImage(GLYPHS).fit_transform(Sevens().fit_transform(NlpDataset(["123", "777"], seed=1)))
    assert ds[0].label == "123"
    with pytest.raises(InputError, match=r"Sevens\(\) makes labels with 'x'; allowed: the characters '1237'"):
        ds.batch([0, 1])


def test_a_step_on_images_that_changes_labels_is_refused_when_it_does():
    class Relabels(Transform):
        def run(self, batch, rng):
            return batch.replace(labels=batch.labels[::-1].copy())

    with pytest.raises(InputError, match=r"Relabels\(\) changes labels; .*LabelTransform"):
        Relabels().fit_transform(strips()).batch([0, 1])


@pytest.mark.parametrize("takes", ["strip", ("strips",), ("strip", "texts")])
def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(takes):
    step = type("Box", (Transform,), {"takes": takes})()
    with pytest.raises(InputError, match=r"Box takes .*; allowed: a tuple of text, glyphs, strip, object"):
        step.fit(strips())


def test_a_parameter_that_is_not_stored_is_an_error_that_says_how():
    class Hides(Transform):
        def __init__(self, level=3):
            self._level = level

    with pytest.raises(InputError, match=r"Hides does not keep its parameter 'level'; .*self\.level = level"):
        Hides().get_params()


@pytest.mark.parametrize("index", [-1, 1.5, 2**63, "a", None])
def test_an_index_that_cannot_be_is_refused(index):
    with pytest.raises(InputError, match="index is"):
        TextToImage(GLYPHS).transform_sample("12", index=index)


class Declares(Transform):
    """A step of which one thing is wrong."""

    made: object = None

    def apply(self, images, drawn):
        return images if self.made is None else self.made(images)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"keeps": "boxes"}, "keeps of Declares is 'boxes'; allowed: a tuple of str"),
        ({"keeps": None}, "keeps of Declares is None"),
        ({"libraries": "cv2"}, "libraries of Declares is 'cv2'"),
        ({"gives": "image"}, "Declares gives 'image'; allowed: '' or one of"),
        ({"facts": lambda self, before: None}, "the method facts of Declares returns a NoneType; allowed: Facts"),
        ({"facts": lambda self, before: {}}, "returns a dict"),
    ],
)
def test_a_wrong_declaration_is_refused_before_anything_is_made(wrong, message):
    step = type("Declares", (Declares,), wrong)()
    with pytest.raises(InputError, match=re.escape(message)):
        step.fit_transform(strips())


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda images: images.astype(np.int32), "makes strips that are int32 (1, 28, 120); allowed: uint8 (N, H, W)"),
        (lambda images: images / 255, "makes strips that are float64"),
        (list, "makes strips that are a list"),
        (lambda images: images[..., None], "makes strips that are uint8 (1, 28, 120, 1)"),
    ],
)
def test_strips_that_are_not_grey_bytes_are_refused_and_the_step_is_named(made, message):
    step = type("Declares", (Declares,), {"made": staticmethod(made)})()
    with pytest.raises(InputError, match=re.escape(message)):
        step.fit_transform(strips()).batch([0])


def test_a_kind_that_a_step_does_not_declare_is_refused_when_it_is_made():
    class Undeclared(Transform):
        def run(self, batch, rng):
            return batch.replace(kind="object")

    with pytest.raises(InputError, match="makes samples of kind 'object', and its facts say 'strip'"):
        Undeclared().fit_transform(strips()).batch([0])


@pytest.mark.parametrize("sizing", ["fill", "pad"])
def test_glyphs_that_wrong_facts_let_through_are_never_written_beside_the_strip(sizing):
    class Longer(NlpDataset):
        label_lengths = (1, 2)

    ds = TextToImage(GLYPHS, (9, 9), 70, sizing).fit_transform(Longer(["01", "0123456789"], seed=1))
    with pytest.raises(InputError, match=r"^sample 1: glyph \d+ does not fit on a strip of 70 x 28 pixels"):
        ds.batch([0, 1])
