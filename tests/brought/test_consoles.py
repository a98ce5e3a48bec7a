"""Every command on consoles and hosts that people have: the exit status, the bytes that are written, the messages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mygenerator.cli.common import main
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, each
from tests.brought.consoles import (
    CONDITIONS,
    LINES,
    Condition,
    Ran,
    check_same,
    files_in,
    run_at_once,
    run_every_command,
    steady,
)
from tools.code_blocks import ROOT

posix = pytest.mark.skipif(os.name == "nt", reason="conditions of POSIX")


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """The folder that all commands are run in."""
    return tmp_path_factory.mktemp("consoles") / "work"


@pytest.fixture(scope="module")
def usual(work) -> Ran:
    """What comes of every command on an everyday console, all in one process."""
    return run_every_command(work, Condition())


@posix
@each(CONDITIONS)
def test_every_command_leaves_with_its_status_and_writes_the_same_bytes(case, work, usual):
    check_same(run_every_command(work, case.bring), usual, case.bring)


@posix
@pytest.mark.deep
@each([Case("an everyday console", "desktop", Condition(), None), *CONDITIONS])
def test_each_command_does_so_as_a_process_of_its_own(case, work, usual):
    check_same(run_every_command(work, case.bring, alone=True), usual, case.bring)


def _namespace() -> tuple[str, ...] | None:
    """What runs a command as the first process of a namespace of its own; None if this user cannot make one."""
    for words in (("unshare", "--pid", "--fork"), ("unshare", "--user", "--map-root-user", "--pid", "--fork")):
        if shutil.which(words[0]) and not subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
            return words
    return None


MAKING = [
    number
    for number, (words, _) in enumerate(LINES)
    if words[0].startswith(("generate", "run")) and "--help" not in words
]


@posix
@pytest.mark.parametrize("numbers", [MAKING, pytest.param(range(len(LINES)), marks=pytest.mark.deep)], ids=len)
def test_two_containers_with_one_host_name_run_each_command_at_once_in_one_folder(numbers, work, usual):
    namespace = _namespace()
    if namespace is None:
        pytest.skip("this user cannot make a namespace of process numbers")
    for number, both in zip(numbers, run_at_once(work, [namespace, namespace], numbers), strict=True):
        words, status = LINES[number]
        for one in both:
            assert one.status == status, one.errors
            assert "Traceback" not in one.errors
            if "--sequence" not in words:
                # The second one can find that all is finished.
                assert steady(one.output.decode()).startswith(steady(usual.outputs[number].decode()).rstrip())
    written, right = (
        {name: data for name, data in files.items() if b"sequences" not in name}
        for files in (files_in(work), usual.files)
    )
    assert written.items() <= right.items()
    assert len(numbers) < len(LINES) or written.keys() == right.keys()
    # Each of them added its image.
    report = validate_folder(work / "sequences")
    assert (report.exit_code, report.images) == (0, 2)
    assert list(work.rglob(".attempt-*")) == []


def test_the_table_of_commands_has_every_command():
    from mygenerator.cli.main import command_names

    assert {words[0] for words, _ in LINES if "--help" not in words} >= set(command_names())


# Single commands as processes of their own

SHELL_LINES = [
    Case("a good folder, standard error closed", "service", "run validate-phone-sequence --input_path good 2>&-", 0),
    Case("a faulty folder, standard error closed", "service", "run validate-phone-sequence --input_path bad 2>&-", 1),
    Case("a faulty folder, no stream", "service", "run validate-phone-sequence --input_path bad <&- >&- 2>&-", 1),
    Case("a faulty folder, its reader gone", "shell", "run validate-phone-sequence --input_path bad | true", 1),
    Case("generating, standard error closed", "service", "run generate-phone-numbers --num_images 2 2>&-", 0),
    Case("generating, the reader of messages gone", "shell", "run generate-phone-numbers --num_images 2 2> >(true)", 0),
    Case("a full disk for the results", "shell", "run validate-phone-sequence --input_path good > /dev/full", 2),
    Case("the working folder is gone", "shell", "mkdir x; cd x; rmdir ../x\nrun validate-phone-sequence", 2),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Path:
    """A folder with a good data set and a faulty one."""
    work = tmp_path_factory.mktemp("folders")
    assert main_of("generate-phone-numbers")(["--num_images", "2", "--seed", "1", "--output_path", f"{work}/good"]) == 0
    shutil.copytree(work / "good", work / "bad")
    (work / "bad" / "img_1.png").write_bytes((work / "bad" / "img_0.png").read_bytes())
    return work


def main_of(name: str):
    from mygenerator.cli.main import find_command

    return lambda words: main(find_command(name), words)


@pytest.mark.skipif(shutil.which("bash") is None or not Path("/dev/full").exists(), reason="needs bash and /dev/full")
@each(SHELL_LINES)
def test_a_line_of_a_shell_has_its_status(case, folders, tmp_path):
    where = tmp_path / "work"
    shutil.copytree(folders, where)
    line = (
        f"alias run='{sys.executable} -m mygenerator'; shopt -s expand_aliases\n{case.bring}\nexit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == case.right, done.stderr
    assert "Traceback" not in done.stderr
    if "generate" in case.bring:
        assert (where / "ztmpp" / "phone" / "manifest.json").exists()
