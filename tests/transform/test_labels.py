"""Format and AsciiDigits: labels in another form, known before a label is made."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mygenerator import AsciiDigits, Format, NlpDataset, PatternNlpDataset, Pipeline, TextToImage
from mygenerator.errors import InputError
from mygenerator.recipes import Recipe

LABELS = ["007", "42", "123456789"]


def made(step, labels=LABELS) -> list[str]:
    return step.fit_transform(NlpDataset(labels, seed=1)).labels().tolist()


@pytest.mark.parametrize(
    ("template", "right"),
    [
        ("{:0>5}", ["00007", "00042", "123456789"]),
        ("%05d", ["00007", "00042", "123456789"]),
        ("%5s", ["  007", "   42", "123456789"]),
        ("{:>5}", ["  007", "   42", "123456789"]),
        ("%-5s|", ["007  |", "42   |", "123456789|"]),
        ("{:*^6.4s}", ["*007**", "**42**", "*1234*"]),
        ("{}", LABELS),
        ("%s", LABELS),
        ("{label}-{{}}", ["007-{}", "42-{}", "123456789-{}"]),
        ("100%% %.2s", ["100% 00", "100% 42", "100% 12"]),
        ("{0:5}.", ["007  .", "42   .", "123456789."]),
    ],
)
def test_a_label_is_written_into_the_template(template, right):
    ds = Format(template).fit_transform(NlpDataset(LABELS, seed=1))
    assert ds.labels().tolist() == right
    lengths = [len(label) for label in right]
    assert ds.facts.label_lengths == (min(lengths), max(lengths))
    assert set("".join(right)) <= set(ds.facts.characters or "") <= {*"".join(right), *"0123456789"}


@given(
    st.lists(st.text("0123456789x", min_size=1, max_size=12), min_size=1), st.integers(1, 20), st.sampled_from("<>^")
)
def test_filling_up_is_what_python_does(labels, width, align):
    template = f"{{:_{align}{width}}}"
    assert made(Format(template), labels) == [template.format(label) for label in labels]


@pytest.mark.parametrize(
    "template",
    ["", "abc", "{}{}", "%s%s", "{:>5", "}", "{0.__class__}", "{label[0]}", "{name}", "{!r}", "{:05d}", "{:{}}", "%x",
     "%", "%(a)s", "50% %s", "{:>0}", "{:\0>5}"],
)  # fmt: skip
def test_what_is_no_template_is_refused_with_what_is_one(template):
    with pytest.raises(InputError, match=r"template is .*allowed: one field for the label.*%08d"):
        Format(template).fit(NlpDataset(LABELS, seed=1))


def test_a_template_that_is_no_text_is_refused():
    with pytest.raises(InputError, match="template is 7; allowed: text"):
        Format(7).fit(NlpDataset(LABELS, seed=1))


def test_labels_that_would_be_too_long_are_refused_before_any_is_made():
    with pytest.raises(InputError, match="makes labels of 1004 characters; allowed: 1 to 1000"):
        Format("No. {:0>1000}").fit(PatternNlpDataset("[0-9]{3}", 5, 1))


def test_the_width_is_judged_by_the_written_labels():
    with pytest.raises(InputError, match="cannot hold 20 characters"):
        Pipeline([Format("{:0>20}"), TextToImage(image_width=100)]).fit(NlpDataset(LABELS, seed=1))
    with pytest.raises(InputError, match="no glyph for ' '"):
        Pipeline([Format("{:>20}"), TextToImage(image_width=900)]).fit(NlpDataset(LABELS, seed=1))


def test_that_labels_are_different_is_no_longer_promised():
    texts = PatternNlpDataset("0?7", 2, 1)
    assert texts.facts.unique is True
    assert Format("{:0>2}").fit_transform(texts).facts.unique is None


@pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u06f0", "\u0966", "\U0001d7ce"])
def test_digits_of_other_scripts_are_written_as_0_to_9(zero):
    label = "".join(chr(ord(zero) + digit) for digit in range(10))
    assert made(AsciiDigits(), [label, "7" + label[3]]) == ["0123456789", "73"]


def test_what_has_no_decimal_value_stays_as_it_is():
    others = "²①Ⅷ八\u066b-é\uff10"
    ds = AsciiDigits().fit_transform(NlpDataset([others], seed=1))
    assert ds.labels().tolist() == [others[:-1] + "0"]
    assert ds.facts.characters == "".join(sorted(others[:-1] + "0"))


@given(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=9))
def test_every_decimal_digit_becomes_its_value(label):
    assert made(AsciiDigits(), [label]) == ["".join(str(unicodedata.digit(each)) for each in label)]


def test_digits_of_other_scripts_without_glyphs_are_refused_by_name_and_drawn_on_request():
    texts = NlpDataset(["\uff10\uff17", "\u0664\u0662"], seed=1)
    with pytest.raises(InputError, match=r"row 0, .*no glyph for '\u0662', '\u0664', '\uff10', '\uff17'.*ascii_digits"):
        TextToImage(image_width=60).fit(texts)
    ds = Pipeline([AsciiDigits(), TextToImage(image_width=60)]).fit_transform(texts)
    plain = TextToImage(image_width=60).fit_transform(NlpDataset(["07", "42"], seed=1))
    assert ds.batch([0, 1]).labels.tolist() == ["07", "42"]
    assert (ds.batch([0, 1]).images == plain.batch([0, 1]).images).all()


def test_recipes_name_both_steps():
    recipe = "seed: 1\ntext: {labels: ['\uff17', '42']}\nsteps: [ascii_digits, {format: {template: '{:0>4}'}}]\n"
    assert Recipe.from_yaml(recipe).dataset().labels().tolist() == ["0007", "0042"]
