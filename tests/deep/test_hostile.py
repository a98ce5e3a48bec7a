"""Folders made to do harm: every command ends soon, with a message, in little memory, and touches nothing outside."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time

import pytest

from mygenerator import PatternNlpDataset, TextToImage

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(sys.platform != "linux", reason="its pipes, devices and sparse files are Linux's"),
]

MOST_BYTES = 500_000_000
MOST_SECONDS = 10
SPARSE_BYTES = 100 << 30

COMMANDS = {
    "validate": ["validate-phone-sequence", "--input_path", "given"],
    "verify": ["verify", "given"],
    "repair": ["repair", "given"],
    "go on": ["run", "recipe.yaml", "--output_path", "given"],
    "extend": ["run", "recipe.yaml", "--output_path", "given", "--count", "40"],
    "overwrite": ["run", "recipe.yaml", "--output_path", "given", "--overwrite", "--seed", "8"],
    "run again": ["run", "given", "--output_path", "again"],
    "convert": ["convert", "given", "--format", "npy", "--output_path", "other"],
    "info": ["info", "given"],
    "replay": ["replay", "given", "7"],
    "show": ["show", "given", "--output_file", "sheet.png"],
}

FILES = {
    "png": ["recipe.json", "manifest.json", "meta.csv", "img_7.png", ".lock"],
    "unfinished": ["recipe.json", "shards/000000.json", "shards/000001.part", "shards/000002.list", "shards"],
    "webdataset": ["manifest.json", "img_000000.tar"],
}


def a_pipe(path, outside):
    os.mkfifo(path)


def a_socket(path, outside):
    with socket.socket(socket.AF_UNIX) as end:
        before = os.getcwd()
        os.chdir(path.parent)  # names of sockets are short
        end.bind(path.name)
        os.chdir(before)


def a_device_without_end(path, outside):
    path.symlink_to("/dev/zero")


def a_link_to_itself(path, outside):
    path.symlink_to(path.name)


def a_link_elsewhere(path, outside):
    path.symlink_to(outside)


def a_folder(path, outside):
    path.mkdir()
    (path / "inside").write_text("inside")


def a_sparse_file(path, outside):
    with open(path, "wb") as file:
        file.truncate(SPARSE_BYTES)


def one_endless_line(path, outside):
    """As large as a disk allows: it begins as the record does, and its only line has no end."""
    with open(path, "wb") as file:
        file.write(b'{\n"count": 30,\n"shards": [\n{"shard": ' if path.suffix == ".json" else b'img_0.png,"')
        file.truncate(SPARSE_BYTES)


HARMS = [
    a_pipe,
    a_socket,
    a_device_without_end,
    a_link_to_itself,
    a_link_elsewhere,
    a_folder,
    a_sparse_file,
    one_endless_line,
]
CASES = [(kind, name, harm) for kind, names in FILES.items() for name in names for harm in HARMS]

RECIPE = """
seed: 7
text: {pattern: {pattern: "0[0-9]{4}", count: 30}}
steps: [{text_to_image: {image_width: 120, spacing_range: [2, 6]}}]
save: {shard_size: 10, format: FORMAT}
"""


def stopped(done, total):
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Folders that nobody has changed yet."""
    place = tmp_path_factory.mktemp("given")
    ds = TextToImage(image_width=120, spacing_range=(2, 6)).fit_transform(PatternNlpDataset("0[0-9]{4}", 30, seed=7))
    ds.save(place / "png", shard_size=10)
    ds.save(place / "webdataset", shard_size=10, format="webdataset")
    with pytest.raises(KeyboardInterrupt):
        ds.save(place / "unfinished", shard_size=10, progress=stopped)
    return place


def ended(words, place):
    """The exit status, standard error, seconds and most bytes of a command."""
    program = (
        "import atexit, pathlib, sys; from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage\n"
        "from mygenerator.cli.main import main\n"
        "peak = lambda: max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))\n"
        "atexit.register(lambda: pathlib.Path('peak').write_text(str(peak() * 1024)))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        out = process.communicate(timeout=3 * MOST_SECONDS)[0].decode()
    except subprocess.TimeoutExpired:
        process.kill()
        out = "it hangs: " + process.communicate()[0].decode()
    return process.returncode, out, time.monotonic() - begun


def called(case):
    kind, name, harm = case
    return f"{kind}-{name}-{harm.__name__}"


@pytest.mark.parametrize("case", CASES, ids=called)
def test_every_command_answers_a_folder_made_to_do_harm(case, given, tmp_path):
    kind, name, harm = case
    faults = []
    for command, words in COMMANDS.items():
        place = tmp_path / command.replace(" ", "_")
        shutil.copytree(given / kind, place / "given")
        (place / "recipe.yaml").write_text(RECIPE.replace("FORMAT", "png" if kind == "unfinished" else kind))
        outside = tmp_path / f"outside-{place.name}"
        if name == "shards":
            outside.mkdir()
            (outside / "000000.json").write_text("mine")
            (outside / "20240101.json").write_text("mine")
        else:
            outside.write_text("mine")
        harmed = place / "given" / name
        if harmed.is_dir():
            shutil.rmtree(harmed)
        harmed.unlink(missing_ok=True)
        harm(harmed, outside)
        status, out, seconds = ended(words, place)
        raw = [character for character in out if not character.isprintable() and character not in "\n\r\t"]
        if status not in (0, 1, 2) or "Traceback" in out or "unforeseen" in out or raw:
            faults.append(f"{command}: status {status}: {out[-400:]}")
        if seconds > MOST_SECONDS:
            faults.append(f"{command}: {seconds:.0f} s: {out[-200:]}")
        peak = place / "peak"
        if peak.exists() and int(peak.read_text()) > MOST_BYTES:
            faults.append(f"{command}: {int(peak.read_text()):,} bytes of memory: {out[-200:]}")
        left = {path.name: path.read_text() for path in ([outside] if outside.is_file() else outside.iterdir())}
        if set(left.values()) != {"mine"} or (outside.is_dir() and len(left) != 2):
            faults.append(f"{command}: what is outside is now {left}")
        shutil.rmtree(place)
    assert not faults, "\n".join(faults)
