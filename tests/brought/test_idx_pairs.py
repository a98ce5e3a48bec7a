"""Pairs of images and labels as people have them: MNIST's four files in any layout, one part of them by name."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from mygenerator.glyphs import load_glyphs
from mygenerator.recipes import Recipe
from tests.brought.cases import Case, check, each, refused
from tests.brought.made_pairs import (
    FOUR,
    TEST,
    TRAIN,
    configured,
    emnist,
    four,
    half,
    idx,
    int_rows,
    npz,
    of,
    pair,
    put,
    tarred,
    torchvision,
    warnings_in,
    zipped,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def in_a_folder_called(name: str, tmp: Path) -> Path:
    put(tmp / "mnist", four())
    return put(tmp / name, dict(list(four().items())[2:]))


QMNIST = {
    f"qmnist-{part}-{kind}": make(part)
    for part in ("train", "test")
    for kind, make in {
        "images-idx3-ubyte": lambda part: idx(half(part)[0]),
        "labels-idx2-int": lambda part: int_rows(half(part)[1]),
    }.items()
}


def crossed(tmp: Path, images: str, labels: str) -> Path:
    """Images and labels of one size under these names."""
    return put(tmp / "m", {images: idx(half("train")[0]), labels: idx(half("train")[1])})


LAYOUTS = [
    Case("four packed files in a folder", "MNIST", lambda tmp: put(tmp / "mnist", four(), True), ("mnist", TRAIN)),
    Case("four plain files in a folder", "MNIST", lambda tmp: put(tmp / "mnist", four()), ("mnist", TRAIN)),
    Case(
        "the test pair of the four", "MNIST", lambda tmp: of(put(tmp / "mnist", four()), "test"), ("mnist:test", TEST)
    ),
    Case("the test pair by MNIST's word", "MNIST", lambda tmp: of(put(tmp / "m", four()), "t10k"), ("m:test", TEST)),
    Case("the training pair by name", "MNIST", lambda tmp: of(put(tmp / "m", four()), "train"), ("m", TRAIN)),
    Case("a part of a Path", "MNIST", lambda tmp: Path(of(put(tmp / "m", four()), "test")), ("m:test", TEST)),
    Case(
        "names with a dot",
        "Kaggle",
        lambda tmp: put(tmp / "m", {n.replace("-idx", ".idx"): d for n, d in four().items()}),
        ("m", TRAIN),
    ),
    Case(
        "a folder that is called like a part",
        "MNIST",
        lambda tmp: in_a_folder_called("mnist:test", tmp),
        ("mnist:test", TEST),
    ),
    Case("the root", "torchvision", torchvision, ("MNIST", TRAIN)),
    Case("the folder of the set", "torchvision", lambda tmp: torchvision(tmp) / "MNIST", ("MNIST", TRAIN)),
    Case("the folder raw", "torchvision", lambda tmp: torchvision(tmp) / "MNIST" / "raw", ("MNIST", TRAIN)),
    Case("the test pair of the root", "torchvision", lambda tmp: of(torchvision(tmp), "test"), ("MNIST:test", TEST)),
    Case(
        "QMNIST's rows of labels",
        "torchvision",
        lambda tmp: of(put(tmp / "QMNIST" / "raw", QMNIST), "test"),
        ("QMNIST:test", TEST),
    ),
    Case("mnist.npz", "Keras", lambda tmp: npz(tmp / "mnist.npz"), ("mnist", TRAIN)),
    Case("the test pair of mnist.npz", "Keras", lambda tmp: of(npz(tmp / "mnist.npz"), "test"), ("mnist:test", TEST)),
    Case(
        "a folder that holds mnist.npz",
        "Keras",
        lambda tmp: npz(tmp / "digits" / "mnist.npz").parent,
        ("digits", TRAIN),
    ),
    Case("its part", "Keras", lambda tmp: of(npz(tmp / "digits" / "mnist.npz").parent, "test"), ("digits:test", TEST)),
    Case("a zip of the four", "download", lambda tmp: zipped(tmp / "mnist.zip", four()), ("mnist", TRAIN)),
    Case("its test pair", "download", lambda tmp: of(zipped(tmp / "mnist.zip", four()), "test"), ("mnist:test", TEST)),
    Case(
        "a zip of a folder of them",
        "Mac",
        lambda tmp: zipped(
            tmp / "mine.zip", {f"mnist/{n}": d for n, d in four().items()} | {"__MACOSX/mnist/._x": b"-"}
        ),
        ("mine", TRAIN),
    ),
    Case("a tar.gz of the four", "download", lambda tmp: tarred(tmp / "mnist.tar.gz", four()), ("mnist", TRAIN)),
    Case(
        "the image file itself",
        "MNIST",
        lambda tmp: put(tmp / "mnist", four(), True) / f"{FOUR[0]}.gz",
        ("mnist", TRAIN),
    ),
    Case(
        "the label file of the test pair",
        "MNIST",
        lambda tmp: put(tmp / "mnist", four()) / FOUR[3],
        ("mnist:test", TEST),
    ),
    Case(
        "a folder around the folder",
        "unpacked archive",
        lambda tmp: put(tmp / "a" / "inner", four()).parent,
        ("inner", TRAIN),
    ),
    Case(
        "digits among other sets",
        "EMNIST",
        lambda tmp: of(put(tmp / "EMNIST" / "raw", emnist("letters", "digits")), "digits"),
        ("EMNIST:digits", TRAIN),
    ),
    Case(
        "their test pair",
        "EMNIST",
        lambda tmp: of(put(tmp / "E", emnist("letters", "mnist", "digits")), "mnist-test"),
        ("E:mnist-test", TEST),
    ),
    Case("both pairs of one set", "EMNIST", lambda tmp: of(put(tmp / "E", emnist("digits")), "test"), ("E:test", TEST)),
    Case(
        "several sets and no part",
        "EMNIST",
        lambda tmp: put(tmp / "E", emnist("letters", "digits")),
        refused("it holds 4 idx pairs", "after the path: :digits-test, :digits-train, :letters-test"),
    ),
    Case(
        "two sets below one root",
        "torchvision",
        lambda tmp: put(put(tmp / "KMNIST" / "raw", four()).parents[1] / "MNIST" / "raw", four()).parents[1],
        refused(r"several of its folders: KMNIST.raw, MNIST.raw"),
    ),
    Case(
        "two pairs of unknown names",
        "own export",
        lambda tmp: pair(pair(tmp / "d", *half("train"), "anna-"), *half("test"), "ben-"),
        refused("several idx pairs: anna-", "after the path: :anna, :ben"),
    ),
    *(
        Case(
            f"{images} with {labels}",
            source,
            lambda tmp, images=images, labels=labels: crossed(tmp, images, labels),
            refused(
                f"{images}: the idx file has no partner", f"{labels} beside it belongs to an", f"next to .*{lacks}"
            ),
        )
        for source, images, labels, lacks in (
            ("two downloads", FOUR[0], FOUR[3], FOUR[1]),
            ("two downloads", FOUR[2], FOUR[1], FOUR[3]),
            (
                "QMNIST",
                "qmnist-test-images-idx3-ubyte",
                "qmnist-train-labels-idx2-int",
                "qmnist-test-labels-idx1-ubyte",
            ),
            ("own export", "training_images.idx3", "validation_labels.idx1", "training_labels.idx1"),
            (
                "EMNIST",
                "emnist-digits-train-images-idx3-ubyte",
                "emnist-mnist-train-labels-idx1-ubyte",
                "emnist-digits",
            ),
        )
    ),
    Case(
        "the label file of such a two",
        "two downloads",
        lambda tmp: crossed(tmp, FOUR[0], FOUR[3]) / FOUR[3],
        refused(f"{FOUR[3]}: the idx file has no partner", f"put its images next to it .{FOUR[2]}"),
    ),
    *(
        Case(
            f"{images} with {labels}",
            "own export",
            lambda tmp, images=images, labels=labels: crossed(tmp, images, labels),
            ("m", TRAIN),
        )
        for images, labels in (
            ("train-images.idx3", "labels.idx1"),
            ("images-a.idx3", "labels-b.idx1"),
            ("mnist-digits-train-images.idx3", "mnist-train-labels.idx1"),
        )
    ),
    Case(
        "three of the four",
        "broken download",
        lambda tmp: put(tmp / "m", {name: data for name, data in four().items() if name != FOUR[1]}),
        refused(f"{FOUR[0]}: the idx file has no partner", f"put its labels next to it .{FOUR[1]}.; to do without"),
    ),
    Case(
        "a pair that is not there",
        "MNIST",
        lambda tmp: of(put(tmp / "m", four()), "validation"),
        refused("no pair 'validation'", "after the path: :test, :train"),
    ),
    Case(
        "a part of the only pair",
        "own export",
        lambda tmp: of(pair(tmp / "d", *half("train")), "test"),
        refused("no pair 'test'", "leave :test away"),
    ),
    Case(
        "a part of nothing",
        "typing error",
        lambda tmp: of(tmp / "gone", "test"),
        refused("gone:test: the glyph source does not exist"),
    ),
    Case(
        "a folder that holds the zip",
        "download",
        lambda tmp: zipped(put(tmp / "d", {"x.txt": b"-"}) / "mnist.zip", four()).parent,
        refused("holds no glyphs", "give the archive itself: .*mnist.zip"),
    ),
    Case(
        "the training file and its own part",
        "MNIST",
        lambda tmp: of(put(tmp / "mnist", four()) / FOUR[0], "train"),
        ("mnist", TRAIN),
    ),
    Case(
        "a file and the other part",
        "MNIST",
        lambda tmp: of(put(tmp / "mnist", four()) / FOUR[2], "train"),
        refused("no pair 'train'; it holds t10k-images", "leave :train away"),
    ),
    Case(
        "a file and a part of no pair",
        "own export",
        lambda tmp: of(pair(tmp / "d", *half("train")) / "images-idx3-ubyte", "test"),
        refused("no pair 'test'", "leave :test away"),
    ),
    Case(
        "a folder around the folder, with what a NAS leaves",
        "network share",
        lambda tmp: put(put(tmp / "a" / "inner", four()).parent / "@eaDir", {"x-idx3-ubyte@SynoEAStream": b"-"}).parent,
        ("inner", TRAIN),
    ),
    Case(
        "what systems leave beside the files",
        "network share",
        lambda tmp: put(tmp / "m", {**four(), "._train-images-idx3-ubyte": b"-", "Thumbs.db": b"-"}),
        ("m", TRAIN),
    ),
    *(
        Case(
            f"a file {ending} beside the four",
            source,
            lambda tmp, ending=ending, data=data: put(tmp / "m", {**four(), f"{FOUR[0]}{ending}": data()}),
            refused(rf"{FOUR[0]}{ending}: this idx file is a backup or part of a download", "remove it, or hide it"),
        )
        for source, ending, data in (
            ("browser", ".gz.crdownload", lambda: gzip.compress(four()[FOUR[0]])[:999]),
            ("wget", ".part", lambda: four()[FOUR[0]][:99]),
            ("editor", ".bak", lambda: four()[FOUR[0]]),
            ("editor", "~", lambda: four()[FOUR[0]]),
            ("download manager", ".tmp", lambda: b""),
        )
    ),
    Case(
        "labels that are only a backup",
        "editor",
        lambda tmp: put(
            tmp / "m", dict(zip(("images-idx3-ubyte", "labels-idx1-ubyte.bak"), map(idx, half("train")), strict=True))
        ),
        refused(r"labels-idx1-ubyte\.bak: this idx file is a backup", "remove it, or hide it"),
    ),
    Case(
        "one image file too many",
        "own export",
        lambda tmp: put(pair(tmp / "m", *half("train")), {"more-images-idx3-ubyte": idx(half("test")[0])}),
        refused("more-images-idx3-ubyte: the idx file has no partner", "remove it, or hide it with a leading dot"),
    ),
]


@each(LAYOUTS)
def test_a_pair_is_found_wherever_it_is(tmp_path, case):
    given = case.bring(tmp_path)

    def source_and_count():
        glyphs = load_glyphs(given)
        return glyphs.source, len(glyphs) + sum(glyphs.kept_out.values())

    check(case, source_and_count)


@pytest.mark.parametrize("form", ["folder", "packed", "npz", "zip", "raw"])
@pytest.mark.parametrize("part", ["train", "test"])
def test_a_pair_is_the_same_glyphs_in_all_forms(tmp_path, form, part):
    make = {
        "folder": lambda: put(tmp_path / "m", four()),
        "packed": lambda: put(tmp_path / "m", four(), packed=True),
        "npz": lambda: npz(tmp_path / "m.npz"),
        "zip": lambda: zipped(tmp_path / "m.zip", four()),
        "raw": lambda: torchvision(tmp_path),
    }
    alone = load_glyphs(pair(tmp_path / "alone", *half(part)))
    glyphs = load_glyphs(f"{make[form]()}:{part}")
    assert glyphs.content == alone.content
    assert np.array_equal(glyphs.rows, alone.rows)


def test_that_the_training_pair_is_used_is_said_once_with_the_way_to_the_other(tmp_path, caplog):
    folder = put(tmp_path / "mnist", four())
    load_glyphs(folder)
    load_glyphs(folder)
    (said,) = warnings_in(caplog)
    assert f"{folder} holds a training pair and a test pair: the training pair, {FOUR[0]} with {FOUR[1]}, is" in said
    assert f"{folder}:test is the test pair" in said
    caplog.clear()
    load_glyphs(f"{folder}:test")
    load_glyphs(f"{folder}:train")
    assert warnings_in(caplog) == []


def test_a_part_is_named_in_the_configuration_and_after_a_configured_name(tmp_path):
    put(tmp_path / "four", four())
    whole, part = configured(tmp_path, path="four"), configured(tmp_path, path="four:test", kind="idx")
    assert len(load_glyphs("mine", part).rows) == len(load_glyphs("mine:test", whole).rows) < TEST + 1
    assert load_glyphs("mine", part).source == "mine"
    assert load_glyphs("mine:test", whole).source == "mine:test"


def test_a_part_is_named_in_a_recipe_relative_to_it_and_the_saved_data_set_can_be_made_again(tmp_path):
    put(tmp_path / "four", four())
    (tmp_path / "r.yaml").write_text(
        "seed: 1\ntext: {pattern: '[0-9]{3}', count: 3}\n"
        "steps: [text_to_image: {glyphs: 'four:test', image_width: 100}]"
    )
    recipe = Recipe.read(tmp_path / "r.yaml")
    ds = recipe.dataset()
    assert ds[0].glyph_source == "four:test"
    again = Recipe.from_yaml(recipe.to_yaml()).dataset()
    assert np.array_equal(again[2].image, ds[2].image)
    recipe.to_yaml(tmp_path / "written.yaml")
    assert "four:test" in (tmp_path / "written.yaml").read_text()
    assert np.array_equal(Recipe.read(tmp_path / "written.yaml").dataset()[2].image, ds[2].image)


def test_an_archive_that_has_changed_is_unpacked_anew_and_the_old_content_is_gone(tmp_path, home):
    archive = zipped(tmp_path / "mnist.zip", dict(list(four().items())[:2]))
    first = load_glyphs(archive)
    assert load_glyphs(archive) == first
    zipped(archive, dict(list(four().items())[2:]))
    assert load_glyphs(archive) != first
    assert len(list((home / "downloads").glob("*/unpacked-*"))) == 1


def test_an_archive_that_leads_out_is_refused_and_leaves_nothing(tmp_path, home):
    archive = zipped(tmp_path / "evil.zip", four() | {"../../out": b"-"})
    with pytest.raises(ValueError, match=r"'\.\./\.\./out' in the archive leads out of the archive"):
        load_glyphs(archive)
    assert not list((home / "downloads").glob("*/unpacked-*"))


@pytest.mark.skipif(os.name == "nt", reason="names with a colon are not for files there")
def test_a_colon_without_a_part_is_a_name_like_any_other(tmp_path):
    assert len(load_glyphs(pair(tmp_path / "a:b c", *half("test")))) > 90
