"""The example format of the docs whose shard is one file, in a user's hands: dropped into the package, and used."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time

import numpy as np
import pytest

from mygenerator.sinks.png import encode_png
from mygenerator.util_image import image_read
from tests.installed import Installed, copied_package
from tools.code_blocks import DOCS

EXAMPLE = DOCS / "examples" / "tar_format.py"
RECIPE = """
seed: 7
text: {phone: JP}
steps: [{text_to_image: {image_width: 300, spacing_range: [3, 8]}}]
save: {format: tar, path: out, shard_size: 8}
"""
SHARDS = ["img_0.tar", "img_1.tar", "img_2.tar"]

with_kill = pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A copy of the package with the example in it."""
    site = copied_package(tmp_path_factory.mktemp("site"))
    shutil.copy(EXAMPLE, site / "mygenerator" / "sinks")
    return site


@pytest.fixture(scope="module")
def finished(site, tmp_path_factory):
    """20 phone numbers in shards of 8; not to be changed."""
    user = Installed(site, tmp_path_factory.mktemp("finished"))
    (user.work / "recipe.yaml").write_text(RECIPE)
    user.run("-m", "mygenerator", "run", "recipe.yaml", "--count", "20")
    return user.work / "out"


@pytest.fixture
def user(site, finished, tmp_path):
    """A user with a copy of that folder, which may be broken."""
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    shutil.copytree(finished, tmp_path / "out")
    return Installed(site, tmp_path)


def command(user, *words, status=0):
    return user.run("-m", "mygenerator", *words, status=status)


def report_of(user, status=0):
    return json.loads(command(user, "validate-phone-sequence", "--input_path", "out", "--json", status=status))


def kinds_of(report):
    return sorted((finding["file"], finding["kind"]) for finding in report["findings"])


def tree(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def members(path):
    with tarfile.open(path) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}


def rewrite(path, change):
    """The tar file anew, each member changed by `change(name, data)`."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, content in members(path).items():
            member, content = tarfile.TarInfo(name), change(name, content)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    path.write_bytes(data.getvalue())


def change_truth(path, name, **changes):
    def change(found, data):
        return json.dumps(json.loads(data) | changes).encode() if found == name else data

    rewrite(path, change)


def test_the_example_is_short():
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 60


def test_it_keeps_every_contract(user):
    user.python("""
        from mygenerator.registry import find
        from mygenerator.testing import check_sink
        check_sink(find("format", "tar"))
    """)


def test_a_folder_holds_a_file_a_shard_and_no_joined_one(finished):
    assert sorted(tree(finished)) == [*SHARDS, "manifest.json", "recipe.json"]
    assert json.loads((finished / "manifest.json").read_text())["joined"] is None
    assert list(members(finished / "img_2.tar"))[:3] == ["16.png", "16.json", "17.png"]
    with tarfile.open(finished / "img_0.tar") as tar:
        assert {member.mtime for member in tar} == {0}


def test_a_recipe_and_python_give_the_same_bytes_with_two_workers_too(user, finished):
    user.python("""
        from mygenerator import PhoneNlpDataset, TextToImage
        step = TextToImage(image_width=300, spacing_range=(3, 8))
        ds = step.fit_transform(PhoneNlpDataset(20, seed=7))
        ds.save("two", format="tar", shard_size=8, workers=2)
    """)
    shards = {name: (finished / name).read_bytes() for name in SHARDS}
    assert {name: data for name, data in tree(user.work / "two").items() if name in SHARDS} == shards
    assert (user.work / "two" / "manifest.json").read_bytes() == (finished / "manifest.json").read_bytes()


# Validation


def test_a_sound_folder_is_good_and_its_gaps_are_measured(user):
    report = report_of(user)
    assert (report["images"], report["good"], report["findings"], report["notes"]) == (20, 20, [], [])
    assert sum(report["gaps"].values()) == 200


def test_pixels_labels_gaps_and_boxes_are_judged(user):
    truth = json.loads(members(user.work / "out" / "img_0.tar")["3.json"])
    gaps, boxes = truth["gaps"], truth["boxes"]
    shard = user.work / "out" / "img_0.tar"
    change_truth(shard, "3.json", gaps=[gaps[0] + 1, *gaps[1:]])
    change_truth(shard, "4.json", label="x")
    change_truth(shard, "5.json", boxes=[[x0, y0, x1 - 1, y1] for x0, y0, x1, y1 in boxes])
    rewrite(shard, lambda name, data: blank(data) if name == "6.png" else data)
    found = kinds_of(report_of(user, status=1))
    assert ("img_0.tar", "hash") in found
    assert ("img_0.tar, sample 3", "meta") in found
    assert ("img_0.tar, sample 4", "label") in found
    assert any(file == "img_0.tar, sample 5" for file, _ in found)
    assert ("img_0.tar, sample 6", "blank") in found
    assert {file for file, _ in found} == {"img_0.tar", *(f"img_0.tar, sample {index}" for index in (3, 4, 5, 6))}


def blank(data):
    return encode_png(np.full_like(image_read(data), 255), "blank")


def test_a_torn_shard_is_told_for_each_of_its_samples_and_the_others_are_judged(user):
    path = user.work / "out" / "img_1.tar"
    path.write_bytes(path.read_bytes()[:5000])
    report = report_of(user, status=1)
    assert ("img_1.tar", "hash") in kinds_of(report)
    torn = [file for file, kind in kinds_of(report) if kind == "unreadable"]
    assert 0 < len(torn) <= 8
    assert report["images"] == 20
    # Bytes of the file are no sample's own: what can be read of it is good.
    assert report["good"] >= 20 - len(torn) - 1


def test_what_is_missing_or_extra_is_named(user):
    (user.work / "out" / "img_1.tar").rename(user.work / "out" / "img_12.tar")
    found = kinds_of(report_of(user, status=1))
    assert ("img_1.tar", "missing") in found
    assert ("img_12.tar", "extra") in found


# Replay and show


def test_replay_finds_a_sample_in_its_shard_and_tells_a_changed_pixel(user):
    out = command(user, "replay", "out", "12")
    assert out.splitlines()[0] == "out/img_1.tar, sample 12"
    assert out.splitlines()[-1] == "img_1.tar, sample 12 holds exactly these pixels"

    def change(name, data):
        image = image_read(data) if name == "12.png" else None
        if image is None:
            return data
        image[3, 40] ^= 255
        return encode_png(image, name)

    rewrite(user.work / "out" / "img_1.tar", change)
    out = command(user, "replay", "out", "12", status=1)
    assert "img_1.tar, sample 12 differs from what was made in 1 pixel, the first in column 40, row 3" in out
    assert "holds exactly" in command(user, "replay", "out", "13")
    (user.work / "out" / "img_1.tar").unlink()
    assert command(user, "replay", "out", "12", status=1).splitlines()[-1] == "img_1.tar is gone"


def test_show_draws_recorded_gaps(user):
    command(user, "show", "out", "--num_images", "5", "--gaps", "--output_file", "recorded.png")
    for shard in SHARDS:
        rewrite(user.work / "out" / shard, without_truth)
    command(user, "show", "out", "--num_images", "5", "--gaps", "--output_file", "measured.png")
    recorded, measured = ((user.work / name).read_bytes() for name in ("recorded.png", "measured.png"))
    # The captions of the second say that its gaps are measured.
    assert recorded != measured


def without_truth(name, data):
    if not name.endswith(".json"):
        return data
    return json.dumps({key: value for key, value in json.loads(data).items() if key in ("index", "label")}).encode()


def test_a_folder_of_given_labels_can_be_made_again(user):
    (user.work / "labels.yaml").write_text(
        "seed: 1\ntext: {labels: ['007', '42', '1']}\nsteps: [{text_to_image: {image_width: 120}}]\n"
        "save: {format: tar, path: listed, shard_size: 2}\n"
    )
    command(user, "run", "labels.yaml")
    command(user, "run", "listed", "--output_path", "again")
    assert tree(user.work / "again") == tree(user.work / "listed")


# Resumed, extended, overwritten


@with_kill
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_leaves_only_listed_files_and_goes_on_to_the_same_bytes(user, workers):
    words = ["run", "recipe.yaml", "--count", "4000", "--workers", str(workers), "--output_path"]
    folder = user.work / "killed"
    call = [sys.executable, "-m", "mygenerator", *words, folder.name]
    with subprocess.Popen(call, cwd=user.work, env=user.environment, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while len(list(folder.glob("shards/*.json"))) < 5 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert not (folder / "manifest.json").exists()
    listed = {name for path in folder.glob("shards/*") for name, _, _ in json.loads(path.read_bytes())["files"]}
    assert {path.name for path in folder.glob("*.tar")} <= listed
    stood = {path: path.stat().st_mtime_ns for path in folder.glob("*.tar")}
    command(user, "replay", folder.name, "3")
    command(user, *words, folder.name)
    assert sum(path.stat().st_mtime_ns == before for path, before in stood.items()) >= 5
    command(user, *words, "fresh")
    assert tree(folder) == tree(user.work / "fresh")


def test_a_larger_count_extends_and_keeps_full_shards(user):
    before = (user.work / "out" / "img_1.tar").stat()
    command(user, "run", "recipe.yaml", "--count", "30")
    command(user, "run", "recipe.yaml", "--count", "30", "--output_path", "fresh")
    assert tree(user.work / "out") == tree(user.work / "fresh")
    after = (user.work / "out" / "img_1.tar").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_overwriting_leaves_nothing_and_takes_nothing_else(user):
    (user.work / "out" / "img_7.tar").write_text("of somebody else")
    command(user, "run", "recipe.yaml", "--count", "5", "--overwrite", "--format", "png")
    names = {path.name for path in (user.work / "out").iterdir()}
    assert names == {
        "img_7.tar",
        "meta.csv",
        "manifest.json",
        "recipe.json",
        *(f"img_{index}.png" for index in range(5)),
    }


def test_a_folder_of_somebody_else_is_left_alone(user):
    (user.work / "theirs").mkdir()
    (user.work / "theirs" / "img_0.tar").write_text("mine")
    told = command(user, "run", "recipe.yaml", "--count", "5", "--output_path", "theirs", status=2)
    assert "the folder holds img_0.tar but no recipe.json" in told
