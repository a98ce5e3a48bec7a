"""The recipes that are shipped: each runs as it stands, by its name, and writes what its comment says."""

import csv
import datetime
from pathlib import Path

import phonenumbers
import pytest

from mygenerator.cli.cli_run import COMMAND
from mygenerator.cli.common import main
from mygenerator.recipes import Recipe, shipped_recipes
from mygenerator.text.patterns import Pattern
from mygenerator.validate import validate_folder

NAMES = list(shipped_recipes())


def test_there_are_recipes_for_the_common_jobs():
    jobs = ["amounts", "augmented_phone_numbers", "dates", "meter_readings", "single_digits"]
    countries = [
        f"{job}_{country}" for job in ("phone_numbers", "postal_codes") for country in ("de", "fr", "in", "jp", "us")
    ]
    assert sorted(NAMES) == sorted(jobs + countries)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_recipe_runs_by_its_name_and_its_folder_is_good(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(COMMAND, [name, "--count", "20", "--seed", "5"]) == 0
    folder = Path("ztmpp") / name
    assert capsys.readouterr().out == f"20 images in {folder}\n"
    with open(folder / "meta.csv", newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 20
    assert validate_folder(folder).exit_code == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_recipe_is_short_and_says_how_it_is_run(name):
    text = shipped_recipes()[name].read_text(encoding="utf-8")
    assert f"mygenerator run {name}\n" in text
    assert len(text.splitlines()) <= 15


@pytest.mark.parametrize("country", ["jp", "us", "fr", "de", "in"])
def test_phone_numbers_are_valid_mobile_numbers_of_their_country(country):
    ds = Recipe.read(f"phone_numbers_{country}").dataset(count=200)
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    for text in ds.labels().tolist():
        number = phonenumbers.parse(text, country.upper())
        assert phonenumbers.is_valid_number_for_region(number, country.upper())
        assert phonenumbers.number_type(number) in kinds


def test_dates_are_every_day_of_two_centuries_and_no_other():
    pattern = Recipe.read("dates").source.values["pattern"]
    first, after = datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)
    days = [(first + datetime.timedelta(days)).strftime("%Y%m%d") for days in range((after - first).days)]
    texts = Pattern(pattern)
    assert texts.count == len(days)
    assert texts.unrank(range(texts.count)).tolist() == days


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("postal_codes_de", ["01067", "10115", "99998"], ["00100", "0106", "010670"]),
        ("postal_codes_fr", ["01000", "75001", "97400", "98000"], ["00000", "96000", "99123"]),
        ("postal_codes_in", ["110001"], ["010001", "11000"]),
        ("postal_codes_jp", ["1000001", "0600000"], ["100-0001", "100000"]),
        ("postal_codes_us", ["02139", "90210"], ["2139", "902101"]),
        ("amounts", ["10", "999999"], ["9", "010", "1000000"]),
        ("meter_readings", ["000000", "123456"], ["12345"]),
    ],
)
def test_patterns_hold_what_they_say_and_nothing_else(name, good, bad):
    pattern = Pattern(Recipe.read(name).source.values["pattern"])
    assert [pattern.matches(text) for text in (*good, *bad)] == [True] * len(good) + [False] * len(bad)


def test_single_digits_are_each_digit_as_often_as_the_others():
    ds = Recipe.read("single_digits").dataset()
    assert ds.facts.image_shape == (28, 28)
    assert ds.labels().tolist() == [str(digit) for digit in range(10)] * 100
