"""`mygenerator info` says what a folder is; `mygenerator convert` writes the same data set in another format."""

import json
import shutil

import numpy as np
import pytest

import mygenerator
from mygenerator import ImageDataset, NlpDataset, PatternNlpDataset, TextToImage
from mygenerator.cli.main import main
from mygenerator.registry import kinds
from mygenerator.testing.base import require_same_batch

LOSSLESS = [name for name, sink in kinds("format").items() if not sink.lossy]
CODES = PatternNlpDataset("0[0-9]{3}", size=12, seed=5)


def strips():
    return TextToImage("optdigits", (2, 6), 90).fit_transform(CODES)


@pytest.fixture(scope="module")
def jpegs(tmp_path_factory):
    """A folder of JPEG files; not to be changed."""
    folder = tmp_path_factory.mktemp("jpegs") / "given"
    strips().save(folder, format="jpg", shard_size=5)
    return folder


@pytest.mark.parametrize("name", LOSSLESS)
def test_the_same_data_set_is_made_again_in_another_format(jpegs, tmp_path, name):
    assert main(["convert", str(jpegs), "--format", name, "--output_path", str(tmp_path / "out")]) == 0
    require_same_batch(mygenerator.open(tmp_path / "out").batch(range(12)), strips().batch(range(12)), name)
    assert main(["verify", str(tmp_path / "out"), "--all"]) == 0
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_bytes())
    # That of the first folder would be too small for files of many samples.
    assert recipe["save"]["shard_size"] == kinds("format")[name].shard_rows


def test_the_folder_is_called_after_the_first_one_and_gone_on_with(jpegs, tmp_path, monkeypatch, capsys):
    shutil.copytree(jpegs, tmp_path / "given")
    monkeypatch.chdir(tmp_path)
    assert main(["convert", "given", "--format", "npy"]) == 0
    assert (tmp_path / "given-npy" / "img_images_000000.npy").exists()
    capsys.readouterr()
    assert main(["convert", "given", "--format", "npy"]) == 0
    assert "already finished" in capsys.readouterr().out


def test_versions_of_what_wrote_the_first_format_are_not_told(jpegs, tmp_path, capsys):
    shutil.copytree(jpegs, tmp_path / "given")
    (tmp_path / "given" / "manifest.json").unlink()
    recipe = json.loads((jpegs / "recipe.json").read_bytes())
    recipe["versions"]["cv2"] = "1.0"
    (tmp_path / "given" / "recipe.json").write_text(json.dumps(recipe))
    assert main(["convert", str(tmp_path / "given"), "--format", "png"]) == 0
    assert "cv2" not in capsys.readouterr().err


def images_of_ones_own(folder, **options):
    images = [np.full((6, 5 + row), 40 * row, np.uint8) for row in range(4)]
    ds = ImageDataset(get_image_fn=images.__getitem__, meta=NlpDataset(["07", "1", "2", "3"]).meta, seed=1)
    ds.save(folder, **options)
    return images


def test_images_of_ones_own_are_read_from_the_folder(tmp_path):
    images = images_of_ones_own(tmp_path / "own", prefix="scan")
    assert main(["convert", str(tmp_path / "own"), "--format", "parquet"]) == 0
    opened = mygenerator.open(tmp_path / "own-parquet")
    assert opened.labels().tolist() == ["07", "1", "2", "3"]
    assert all(np.array_equal(opened[row].image, image) for row, image in enumerate(images))
    assert (tmp_path / "own-parquet" / "scan_000000.parquet").exists()


def test_images_of_ones_own_that_lost_something_are_not_handed_on(tmp_path, capsys):
    images_of_ones_own(tmp_path / "own", format="jpg")
    assert main(["convert", str(tmp_path / "own"), "--format", "png"]) == 2
    assert "jpg has changed their levels" in capsys.readouterr().err
    assert not (tmp_path / "own-png").exists()


def test_info_says_what_a_folder_is(jpegs, capsys):
    assert main(["info", str(jpegs)]) == 0
    out = capsys.readouterr().out
    assert "given: 12 images of 90 x 28 pixels\n" in out
    assert "jpg, 3 shards of up to 5 samples" in out
    assert "labels    4 characters of 0123456789" in out
    assert "2 to 6 pixels, as drawn, no longer exact in the pixels" in out
    assert "0[0-9]{3}" in out


def test_info_for_programs_counts_every_file(jpegs, capsys):
    assert main(["info", str(jpegs), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    files = list(jpegs.iterdir())
    assert (told["files"], told["size"]) == (len(files), sum(path.stat().st_size for path in files))
    assert (told["format"], told["count"], told["saved"], told["finished"]) == ("jpg", 12, 12, True)
    assert told["recipe"] == json.loads((jpegs / "recipe.json").read_bytes())


def test_info_says_how_far_an_unfinished_folder_is(tmp_path, capsys):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        strips().save(tmp_path / "half", shard_size=5, progress=stop)
    assert main(["info", str(tmp_path / "half")]) == 0
    assert "12 images of 90 x 28 pixels, of which 5 are saved so far" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["info", "convert"])
def test_a_folder_that_was_not_saved_is_refused(tmp_path, command, capsys):
    words = ["--format", "npy"] if command == "convert" else []
    assert main([command, str(tmp_path), *words]) == 2
    assert "allowed: a folder that was saved" in capsys.readouterr().err
