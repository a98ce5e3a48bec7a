"""The command `mygenerator` as a user meets it: the list of commands, handing over, Ctrl-C."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import mygenerator
from mygenerator.cli.common import read_flags
from mygenerator.cli.main import command_names, find_command, main

PACKAGE = Path(mygenerator.__file__).parent
NAMES = sorted(path.stem.removeprefix("cli_").replace("_", "-") for path in (PACKAGE / "cli").glob("cli_*.py"))
HEAVY = {"numpy", "cv2", "pandas", "yaml", "fire", "skimage", "tqdm", "phonenumbers", "pooch", "requests", "shtab"}

with_signals = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def start(folder, *words, program=("-m", "mygenerator")):
    return subprocess.Popen(
        [sys.executable, *program, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder, *words):
    process = start(folder, *words)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def opened_by_now(pipe, process):
    """The pipe, open to write, as soon as the process has opened it to read."""
    until = time.monotonic() + 60
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.005)


def test_every_command_stands_in_the_list_with_one_line(tmp_path):
    status, out, err = run(tmp_path)
    assert (status, err) == (0, "")
    rows = [line.split(maxsplit=1) for line in out.partition("\nCommands\n")[2].partition("\n\n")[0].splitlines()]
    assert [name for name, _ in rows] == NAMES
    assert all(text for _, text in rows)
    assert max(map(len, out.splitlines())) <= 120
    assert "Examples" in out
    for flag in ("--help", "-h"):
        assert run(tmp_path, flag) == (0, out, "")


def test_the_version_is_the_package_s(tmp_path):
    assert run(tmp_path, "--version") == (0, f"mygenerator {mygenerator.__version__}\n", "")


def test_the_list_and_an_unknown_command_load_nothing_heavy(tmp_path):
    code = (
        "import sys\n"
        "from mygenerator.cli.main import main\n"
        "main([]), main(['nonsense'])\n"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["generate-phone-number"], ["'generate-phone-number'", "did you mean 'generate-phone-numbers'?"]),
        (["shwo", "folder"], ["'shwo'", "did you mean 'show'?"]),
        (["validate", "folder"], ["did you mean 'validate-phone-numbers' or 'validate-phone-sequence'?"]),
        (["vaildate", "folder"], ["did you mean 'validate-phone-numbers' or 'validate-phone-sequence'?"]),
        (["validate-phone"], ["did you mean 'validate-phone-numbers'?"]),
        (["generate"], ["did you mean 'generate-numbers-sequence' or 'generate-phone-numbers'?"]),
        (["phones"], ["did you mean 'generate-phone-numbers' or 'validate-phone-numbers' or 'validate-"]),
        (["xyzzy"], ["'xyzzy'", "allowed: ", "doctor", "show"]),
        (["--wrong"], ["'--wrong'"]),
        (["--seed", "7"], ["'--seed'"]),
        ([""], ["''"]),
    ],
)
def test_an_unknown_command_leaves_with_2_and_the_nearest_name(words, expected, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mygenerator: unknown command ")
    assert len(err.splitlines()) == 1
    for word in expected:
        assert word in err


@pytest.mark.parametrize("name", ["generate-numbers-sequence", "generate_numbers_sequence"])
def test_the_words_after_the_name_are_the_command_s(name, tmp_path):
    words = ("--sequence", "007", "--seed", "3", "--image_width", "100")
    assert run(tmp_path, name, *words)[:2] == (0, "ztmpp/seq/img_007_0.png\n")
    alone = [sys.executable, "-m", "mygenerator.cli.cli_generate_numbers_sequence", *words, "--output_path", "alone"]
    subprocess.run(alone, cwd=tmp_path, check=True, capture_output=True)
    image = (tmp_path / "ztmpp" / "seq" / "img_007_0.png").read_bytes()
    assert image == (tmp_path / "alone" / "img_007_0.png").read_bytes()


def test_debug_may_stand_before_the_command(tmp_path):
    status, _, err = run(tmp_path, "--debug", "generate-phone-numbers", "--num_images", "0")
    assert status == 2
    assert "Traceback" in err
    assert err.splitlines()[-1].startswith("generate-phone-numbers: num_images is 0")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name, tmp_path):
    status, out, err = run(tmp_path, name, "--help")
    assert (status, err) == (0, "")
    command = find_command(name)
    for flag in (*command.kinds, "help", "version", "debug"):
        assert f"--{flag}" in out
    assert out.startswith(f"{command.name}: {command.summary}")


@pytest.mark.parametrize("name", NAMES)
def test_every_example_of_a_command_is_a_line_that_it_takes(name):
    command = find_command(name)
    assert command.examples
    for line, _ in command.examples:
        typed = line.partition(" > ")[0]
        assert typed.startswith(f"{command.name} ") or typed == command.name
        read_flags(command, shlex.split(typed.removeprefix(command.name)))


def test_the_names_of_the_commands_are_those_of_their_files():
    assert command_names() == NAMES
    assert all(callable(find_command(name).function) for name in NAMES)


def test_a_new_file_is_a_new_command(tmp_path):
    copy = tmp_path / "mygenerator"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "data"))
    (copy / "cli" / "cli_say_hello.py").write_text(
        "from mygenerator.cli.common import Command\n"
        "def say_hello(*, name: str, times: int = 1) -> None:\n"
        "    print(' '.join([name] * times))\n"
        "TEXTS = {'name': 'whom', 'times': 'how often'}\n"
        "EXAMPLES = [('mygenerator say-hello you', 'hello')]\n"
        "COMMAND = Command('mygenerator say-hello', say_hello, 'greets, often.', TEXTS, EXAMPLES, ('name',))\n"
    )
    assert "say-hello" in run(tmp_path, "--help")[1]
    assert run(tmp_path, "say-hello", "you", "--times", "2")[:2] == (0, "you you\n")


RECIPE = """
seed: 7
text: {phone: {region: JP, count: 3000}}
steps:
  - text_to_image: {spacing_range: [3, 8]}
save: {path: made, shard_size: 50}
"""


@with_signals
@pytest.mark.parametrize(
    "words",
    [
        ("generate-phone-numbers", "--num_images", "3000", "--shard_size", "50", "--output_path", "made"),
        ("run", "recipe.yaml"),
    ],
)
def test_ctrl_c_ends_at_once_with_130_and_the_same_command_goes_on(words, tmp_path):
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    folder = tmp_path / "made"
    process = start(tmp_path, *words, "--workers", "1")
    until = time.monotonic() + 60
    while not list(folder.glob("shards/*.json")) and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1].endswith("stopped; what is finished is kept, run the same command again to go on")
    assert "Traceback" not in err
    assert not (folder / "manifest.json").exists()
    status, out, _ = run(tmp_path, *words)
    assert status == 0
    assert "of them were there already" in out
    assert run(tmp_path, "validate-phone-sequence", "--input_path", "made")[0] == 0


def interrupted(process: subprocess.Popen) -> str:
    """What a process that waits for a pipe says when it is interrupted.

    Python sees a signal that comes just before a system call only after that, and this one waits: so it is sent again.
    """
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=5)[1]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("ten signals did not end it")


AS_FROM_A_SLOW_DISK = """
import os, sys
from mygenerator import files

def wait(path, *others):
    # Whoever opens a pipe to read it waits for somebody who writes: for as long as the test likes.
    return open(os.environ["PIPE"]).read()

files.open_table = files.read_settings = wait
from mygenerator.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@with_signals
@pytest.mark.parametrize(
    ("words", "pipe"),
    [
        (("show", "folder"), "folder/meta.csv"),
        (("show", "folder", "--gaps"), "folder/meta.csv"),
        (("validate-phone-sequence", "--input_path", "folder"), "folder/meta.csv"),
        (("doctor",), "home/config.yaml"),
        (("glyphs",), "home/config.yaml"),
        (("generate-numbers-sequence", "--sequence", "1"), "home/config.yaml"),
        (("replay", "folder", "0"), "folder/meta.csv"),
    ],
)
def test_ctrl_c_ends_a_command_that_is_reading(words, pipe, tmp_path, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    (tmp_path / pipe).parent.mkdir()
    os.mkfifo(tmp_path / pipe)
    monkeypatch.setenv("PIPE", str(tmp_path / pipe))
    process = start(tmp_path, *words, program=("-c", AS_FROM_A_SLOW_DISK))
    held = opened_by_now(tmp_path / pipe, process)
    err = interrupted(process)
    os.close(held)
    assert process.returncode == 130
    assert "stopped" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()] == [pipe]
