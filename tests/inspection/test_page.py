"""The page of `mygenerator show --html`: what it holds, that it is safe and loads nothing, and where it may be written.

How it looks and behaves in a browser is tried in tests/deep/test_page.py.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import mygenerator
from mygenerator import PatternNlpDataset, TextToImage
from mygenerator.cli.cli_show import COMMAND as SHOW
from mygenerator.cli.common import main
from mygenerator.errors import InputError
from mygenerator.inspection.page import MAX_PAGE_BYTES, page_of_folder, page_of_recipe
from mygenerator.save.saved import SavedFolder

CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0")
VOID = {"meta", "input", "link", "img", "br"}


class Parsed(HTMLParser):
    """A page, read as a browser reads it."""

    def __init__(self, page: bytes):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(page.decode("utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        names = [f"{tag}#{attrs['id']}" for tag, attrs in self.tags[-1:] if "id" in attrs]
        for name in (self._open[-1] if self._open else "", *names):
            self.text[name] = self.text.get(name, "") + data

    @property
    def contents(self):
        return json.loads(self.text["script#contents"])


def save(folder, size=30, name="png", **options):
    texts = PatternNlpDataset("[0-9]{3,6}", size=size, seed=5)
    TextToImage("optdigits", (2, 6), **({"image_width": 160} | options)).fit_transform(texts).save(
        folder, format=name, shard_size=10
    )
    return folder


def pixels(sample):
    head = "data:image/png;base64,"
    assert sample["image"].startswith(head)
    return np.asarray(Image.open(BytesIO(base64.b64decode(sample["image"][len(head) :], validate=True))))


def theirs(folder, labels, columns=()):
    """Images of other people with a table of their labels, and more columns that are the same in each row."""
    folder.mkdir()
    with open(folder / "meta.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file_name", "label", *(name for name, _ in columns)])
        for number, label in enumerate(labels):
            image = np.full((12, 40), 255, np.uint8)
            image[3:9, 5:9] = image[3:9, 20:30] = 0
            Image.fromarray(image).save(folder / f"a{number}.png")
            writer.writerow([f"a{number}.png", label, *(value for _, value in columns)])
    return folder


@pytest.mark.parametrize("name", ["png", "jpg", "webp", "npy"])
@pytest.mark.parametrize("options", [{}, {"where": "edges"}, {"image_width": 40, "image_height": 90, "wrap": 3}])
def test_the_samples_of_a_page_are_those_of_the_folder(tmp_path, name, options):
    folder = save(tmp_path / "codes", 12, name, **options)
    samples = Parsed(page_of_folder(folder)).contents["samples"]
    for sample, saved in zip(samples, SavedFolder(folder), strict=True):
        assert sample["label"] == saved.label
        assert np.array_equal(pixels(sample), saved.image)
        for part in ("boxes", "gaps", "margins", "lines"):
            value = getattr(saved, part)
            assert sample[part] == (None if value is None else value.tolist())
        assert sample["glyphs"] == [["optdigits", row] for row in saved.glyphs.tolist()]
        assert not sample["measured"]


def test_what_is_counted_is_what_the_folder_holds(tmp_path):
    folder = save(tmp_path / "codes", 40)
    contents = Parsed(page_of_folder(folder, 5)).contents
    samples = list(SavedFolder(folder))
    bars = {each["title"]: dict(each["bars"]) for each in contents["histograms"]}
    labels = "".join(sample.label for sample in samples)
    gaps = [gap for sample in samples for gap in sample.gaps.tolist()]
    lengths = [len(sample.label) for sample in samples]
    assert bars["Characters"] == {each: labels.count(each) for each in sorted(set(labels))}
    assert bars["Gaps"] == {str(each): gaps.count(each) for each in range(2, 7)}
    assert bars["Lengths"] == {str(each): lengths.count(each) for each in range(min(lengths), max(lengths) + 1)}
    assert sum(bars["Glyphs of optdigits"].values()) == len(labels)
    assert contents["counted"] == "Counted in all samples."
    assert contents["told"] == "5 samples of 40 shown, evenly chosen"
    assert [sample["name"] for sample in contents["samples"]] == [f"img_{number}.png" for number in range(0, 40, 8)]


def test_a_line_s_end_is_no_gap(tmp_path):
    folder = save(tmp_path / "codes", image_width=40, image_height=90, wrap=3)
    assert any(len(sample.lines) > 1 for sample in SavedFolder(folder))
    gaps = next(each for each in Parsed(page_of_folder(folder)).contents["histograms"] if each["title"] == "Gaps")
    assert {int(name) for name, _ in gaps["bars"]} <= set(range(2, 7))


def test_a_page_loads_nothing_and_runs_only_its_own_script(tmp_path):
    page = Parsed(page_of_folder(save(tmp_path / "codes")))
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "img")
        assert not {"src", "srcset", "style", "action", "ping"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    policies = [found["content"] for tag, found in page.tags if tag == "meta" and "http-equiv" in found]
    scripts = re.findall(r"<script>(.*?)</script>", page_of_folder(tmp_path / "codes").decode(), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert len(policies) == len(digests) == 1
    assert f"script-src 'sha256-{digests[0]}'" in policies[0]
    assert policies[0].startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policies[0]
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)", page.text["script"] + page.text["style"])


def test_a_page_says_how_to_make_the_images_again_and_what_verify_said(tmp_path):
    folder = save(tmp_path / "it's codes")
    page = Parsed(page_of_folder(folder))
    quoted = str(folder).replace("'", "'\"'\"'")
    assert page.contents["command"] == f"mygenerator run '{quoted}' --output_path again" == page.text["code#command"]
    assert json.loads(page.contents["recipe"]) == SavedFolder(folder).recipe
    assert page.contents["state"] == "good"
    assert "33 files read, 20 samples made again" in page.contents["verified"]
    (folder / "img_3.png").write_bytes((folder / "img_4.png").read_bytes())
    damaged = Parsed(page_of_folder(folder)).contents
    assert damaged["state"] == "bad"
    assert "img_3.png" in damaged["verified"]
    (folder / "manifest.json").unlink()
    assert "not finished" in Parsed(page_of_folder(folder)).contents["verified"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0"), max_size=30),
        min_size=1,
        max_size=4,
    )
)
def test_no_label_leaves_its_place(tmp_path_factory, labels):
    labels = ["</script><script>alert(1)</script>", "<!--<script>", "{{script}}&lt;\x1b[2J", *labels]
    folder = theirs(tmp_path_factory.mktemp("page") / "theirs", labels)
    page = page_of_folder(folder)
    parsed = Parsed(page)
    assert [sample["label"] for sample in parsed.contents["samples"]] == labels
    assert [tag for tag, _ in parsed.tags].count("script") == 2
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", page)


def test_a_folder_s_name_that_is_markup_is_text(tmp_path):
    folder = save(tmp_path / "<img src=x onerror=alert(1)>\x1b[31m")
    page = Parsed(page_of_folder(folder))
    assert "img" not in [tag for tag, _ in page.tags]
    assert page.text["h1"] == r"<img src=x onerror=alert(1)>\x1b[31m"


@pytest.mark.parametrize("what", ["gaps", "glyphs"])
@pytest.mark.parametrize("value", ["x", "{}", "[[]]", '["<b>"]', "[1e400]", "[" * 100_000, '[["a", 1, 2]]', "[true]"])
def test_a_column_that_holds_anything_else_counts_for_nothing(tmp_path, what, value):
    folder = theirs(tmp_path / "theirs", ["12"], [(what, value)])
    assert Parsed(page_of_folder(folder)).contents["samples"][0][what] is None


def test_other_people_s_images_are_shown_with_measured_gaps(tmp_path):
    folder = theirs(tmp_path / "theirs", ["1", "2"])
    (folder / "meta.csv").unlink()
    contents = Parsed(page_of_folder(folder)).contents
    assert [(each["measured"], each["bands"]) for each in contents["samples"]] == [(True, [[9, 11]])] * 2
    assert (contents["command"], contents["state"]) == ("", "none")
    gaps = next(each for each in contents["histograms"] if each["title"] == "Gaps")
    assert gaps["bars"] == [["11", 2]]
    assert gaps["note"] == "measured in the samples shown"


def test_a_page_of_images_that_hardly_shrink_stays_under_five_megabytes(tmp_path):
    folder = tmp_path / "noise"
    folder.mkdir()
    noise = np.frombuffer(hashlib.shake_128(b"noise").digest(24 * 900 * 900), np.uint8).reshape(24, 900, 900)
    for number, image in enumerate(noise):
        Image.fromarray(image).save(folder / f"a{number:02}.png", compress_level=0)
    page = page_of_folder(folder)
    assert 3_000_000 < len(page) <= MAX_PAGE_BYTES
    contents = Parsed(page).contents
    names = [sample["name"] for sample in contents["samples"]]
    assert 1 < len(names) < 24
    assert names[0] == "a00.png"
    assert names[-1] > "a15.png"
    assert contents["told"] == f"{len(names)} samples of 24 shown, evenly chosen"
    assert contents["samples"][0]["step"] == 2


def test_endless_labels_and_recipes_are_cut_off(tmp_path):
    folder = theirs(tmp_path / "theirs", ["7" * 100_000] * 80)
    page = page_of_folder(folder)
    assert len(page) < 1_000_000
    assert "characters more" in Parsed(page).contents["samples"][0]["label"]


def test_a_recipe_s_page_holds_what_it_makes_and_nothing_else_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (
        "seed: 3\ntext: {pattern: {pattern: '[0-9]{4}', count: 5000}}\nsteps:\n  - text_to_image: {image_width: 120}\n"
    )
    (tmp_path / "codes.yaml").write_text(text)
    assert main(SHOW, ["codes.yaml", "--html", "codes.html", "--num_images", "10"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["codes.html", "codes.yaml"]
    contents = Parsed((tmp_path / "codes.html").read_bytes()).contents
    assert contents["recipe"] == text
    assert contents["command"] == "mygenerator run codes.yaml --output_path out"
    assert contents["told"] == "10 samples of 5,000 shown, evenly chosen"
    assert contents["counted"] == "Counted in 2,000 of 5,000 samples, evenly chosen."
    assert [sample["name"] for sample in contents["samples"]] == [f"sample {number}" for number in range(0, 5000, 500)]


def test_a_recipe_of_texts_alone_is_refused(tmp_path):
    (tmp_path / "codes.yaml").write_text("text: {pattern: {pattern: '[0-9]{4}', count: 5}}\nsteps: []\n")
    with pytest.raises(InputError):
        page_of_recipe(tmp_path / "codes.yaml")


def test_a_page_replaces_an_earlier_one_and_nothing_else(tmp_path, capsys):
    folder, target = save(tmp_path / "codes", 3), tmp_path / "a.html"
    words = [str(folder), "--html", str(target)]
    assert main(SHOW, words) == 0
    target.write_bytes(target.read_bytes() + b"<!-- changed -->")
    assert main(SHOW, words) == 0
    assert b"changed" not in target.read_bytes()
    target.write_text("<html>mine</html>")
    assert main(SHOW, words) == 2
    assert target.read_text() == "<html>mine</html>"
    assert "no page of this command" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "codes"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--html", "a.png"], "extension is '.png'"),
        (["--html", "codes/a.html"], "inside the folder"),
        (["--html", "no/a.html"], "no such folder"),
        (["--html", "a.html", "--gaps"], "--gaps is about a picture"),
        (["--html", "a.html", "--scale", "3"], "--scale is about a picture"),
        (["--html", "a.html", "--columns", "3"], "--columns is about a picture"),
        (["--html", "a.html", "--output_file", "a.png"], "--output_file is about a picture"),
        (["--html", "a.html", "--num_images", "0"], "num_images is 0"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_read(tmp_path, monkeypatch, capsys, words, told):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "codes", 3)
    assert main(SHOW, ["codes", *words]) == 2
    assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["codes"]


def test_the_page_s_parts_are_found_in_an_archive(tmp_path):
    archive, package = tmp_path / "mygenerator.zip", Path(mygenerator.__file__).parent
    with zipfile.ZipFile(archive, "w") as packed:
        for path in package.rglob("*"):
            if path.suffix in (".py", ".html", ".css", ".js"):
                packed.write(path, Path("mygenerator", path.relative_to(package)))
    code = (
        "from mygenerator.inspection.page import html; facts = dict.fromkeys(('title', 'told', 'command', 'recipe', "
        "'verified'), ''); print(html.__file__, len(html.page_html(facts)) > 10_000)"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert str(archive) in done.stdout
    assert done.stdout.endswith("True\n")
