"""Phone numbers in numbers: none twice, all valid, and a data set of them from the commands, judged by strangers."""

import hashlib
import json

import numpy as np
import pandas
import phonenumbers
import pytest

from mygenerator import PhoneNlpDataset
from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.cli_validate_phone_sequence import COMMAND as VALIDATE
from mygenerator.cli.common import main

pytestmark = pytest.mark.deep


def is_valid_japanese_mobile(text):
    number = phonenumbers.parse(text, "JP")
    kind = phonenumbers.number_type(number)
    return phonenumbers.is_valid_number_for_region(number, "JP") and kind == phonenumbers.PhoneNumberType.MOBILE


def test_of_100_000_phone_numbers_none_comes_twice_and_every_one_is_valid():
    labels = PhoneNlpDataset(100_000, seed=7).labels().tolist()
    assert len(set(labels)) == 100_000
    assert all(len(label) == 11 and label[0] == "0" and is_valid_japanese_mobile(label) for label in labels)


def test_a_data_set_of_12_000_images_is_good_and_the_same_however_it_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    common = [
        "--num_images",
        "12000",
        "--seed",
        "7",
        "--image_width",
        "300",
        "--min_spacing",
        "3",
        "--max_spacing",
        "8",
    ]
    ways = {"one": ["--workers", "1"], "two": ["--workers", "2"], "shards": ["--workers", "2", "--shard_size", "999"]}
    digests = {}
    for name, way in ways.items():
        assert main(PHONE, [*common, *way, "--output_path", name]) == 0
        table = pandas.read_csv(tmp_path / name / "meta.csv", dtype=str, keep_default_na=False)
        assert table["label"].nunique() == len(table) == 12_000
        images = [(tmp_path / name / file_name).read_bytes() for file_name in table["file_name"]]
        digests[name] = hashlib.sha256(b"".join(images) + table.to_json().encode()).hexdigest()
    assert len(set(digests.values())) == 1
    capsys.readouterr()
    assert main(VALIDATE, ["--input_path", "shards", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    gaps = {int(gap): count for gap, count in report["gaps"].items()}
    assert sorted(gaps) == [3, 4, 5, 6, 7, 8]
    # 120,000 draws: each share is within five standard deviations of a sixth.
    assert np.abs(np.array(list(gaps.values())) / 120_000 - 1 / 6).max() < 5 * (5 / 36 / 120_000) ** 0.5
