"""Every command on consoles and hosts that people have: the exit status, the bytes that are written, the messages."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mygenerator.cli.common import Command, main
from mygenerator.streams import able_to_show_all
from tests.brought.cases import Case, each
from tests.brought.every_command import COMMANDS
from tools.code_blocks import ROOT

PROGRAM = Path(__file__).with_name("every_command.py")
STATUSES = [status for _, status in COMMANDS]


@dataclass(frozen=True)
class Condition:
    """What is different from an everyday console: the environment, Python's options, code, another program in front."""

    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    code: str = ""
    before: tuple[str, ...] = ()


def run_all(folder: Path, condition: Condition) -> subprocess.CompletedProcess:
    """Every command in `folder` under a condition."""
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "MYGENERATOR_TWINS"}
    home = {"MYGENERATOR_HOME": str(folder.parent / "home")}
    return subprocess.run(
        [*condition.before, sys.executable, *condition.options, PROGRAM, ROOT],
        cwd=folder,
        env=kept | home | {"CONDITION": condition.code} | condition.environment,
        capture_output=True,
        check=False,
        timeout=300,
    )


def tree(folder: Path) -> dict[bytes, bytes]:
    """All files with their content."""
    return {os.fsencode(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> dict[bytes, bytes]:
    """What every command writes on an everyday console."""
    folder = tmp_path_factory.mktemp("usual") / "work"
    done = run_all(folder, Condition())
    assert done.returncode == 0, done.stderr.decode()
    return tree(folder)


CONDITIONS = [
    Case("standard error is closed (2>&-)", "service", Condition(code="close(2)"), STATUSES),
    Case("standard output is closed (>&-)", "service", Condition(code="close(1)"), STATUSES),
    Case("no standard stream at all", "pythonw", Condition(code="close(0, 1, 2)"), STATUSES),
    Case("cp1252", "Windows console", Condition({"PYTHONIOENCODING": "cp1252"}), STATUSES),
    Case("ASCII", "old terminal", Condition({"PYTHONIOENCODING": "ascii"}), STATUSES),
    Case(
        "the locale C, without UTF-8 mode",
        "cron",
        Condition({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        STATUSES,
    ),
    Case("no home folder and no password entry", "container", Condition(code="no_home()"), STATUSES),
    Case("a home folder that cannot be made", "container", Condition({"MYGENERATOR_HOME": f"{PROGRAM}/x"}), STATUSES),
    Case(
        "no numba",
        "slim install",
        Condition({"MYGENERATOR_TWINS": "numba"}, code="sys.modules['numba'] = None"),
        STATUSES,
    ),
    Case(
        "numba told to compile nothing",
        "debugging",
        Condition({"MYGENERATOR_TWINS": "numba", "NUMBA_DISABLE_JIT": "1"}),
        STATUSES,
    ),
    Case("python -I", "packaged application", Condition(options=("-I",)), STATUSES),
    Case("python -W error", "strict test run", Condition(options=("-W", "error")), STATUSES),
    Case("python -OO", "embedded Python", Condition(options=("-OO",)), STATUSES),
    Case("sys.executable is empty", "embedded Python", Condition(code="sys.executable = ''"), STATUSES),
    Case(
        "no thread can be started",
        "cluster login node",
        Condition(code="no_threads()"),
        STATUSES,
    ),
]


@pytest.mark.skipif(os.name == "nt", reason="conditions of POSIX")
@each(CONDITIONS)
def test_every_command_leaves_with_its_status_and_writes_the_same_bytes(case, tmp_path, usual):
    done = run_all(tmp_path / "work", case.bring)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert b"Traceback" not in done.stderr
    written = tree(tmp_path / "work")
    assert written.pop(b"statuses.json").decode() == str(case.right)
    assert written == {name: data for name, data in usual.items() if name != b"statuses.json"}


def test_the_table_of_commands_has_every_command():
    from mygenerator.cli.main import command_names

    assert {words[0] for words, _ in COMMANDS} >= set(command_names())


# Single commands as processes of their own

LINES = [
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
@each(LINES)
def test_a_line_of_a_shell_has_its_status(case, folders, tmp_path):
    where = tmp_path / "work"
    shutil.copytree(folders, where)
    line = (
        f"alias run='{sys.executable} -m mygenerator'; shopt -s expand_aliases\n{case.bring}\nexit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == case.right, done.stderr
    assert "Traceback" not in done.stderr
    if "generate" in case.bring:
        assert (where / "ztmpp" / "phone" / "manifest.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_that_ends_a_command_leaves_a_tidy_folder_that_can_be_resumed(name, status, tmp_path):
    words = ["--num_images", "20000", "--seed", "7", "--shard_size", "50", "--workers", "1"]
    command = [sys.executable, "-m", "mygenerator", "generate-phone-numbers", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        folder = tmp_path / "ztmpp" / "phone"
        until = time.monotonic() + 60
        while not list((folder / "shards").glob("*.json")) and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(getattr(signal, name))
        err = process.communicate(timeout=60)[1]
    assert process.returncode == status
    assert "run the same command again to go on" in err
    assert "Traceback" not in err
    assert not list(folder.glob(".attempt-*"))


# The guard round every command


def raised(error: BaseException):
    def action(*, folder: str = "here") -> int:
        raise error

    return Command("look", action, "looks.", {"folder": "where"}, [("look", "here")], ("folder",))


class OddError(Exception):
    """An error that cannot even be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


ERRORS = [
    Case("a fault of the code", "dependency", TypeError("no such argument"), "unforeseen error: TypeError: no such"),
    Case("recursion without end", "own code", RecursionError("too deep"), "unforeseen error: RecursionError: too deep"),
    Case("no memory", "small machine", MemoryError(), "not enough memory"),
    Case(
        "text that is no UTF-8", "dependency", UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "UnicodeDecodeError"
    ),
    Case("a package that does not import", "old install", ImportError("numpy.core"), "cannot be imported .*numpy.core"),
    Case("sys.exit(1)", "own code", SystemExit(1), "some code ended the program"),
    Case("sys.exit(0)", "own code", SystemExit(0), "some code ended the program"),
    Case("a device that fails", "network share", OSError(5, "I/O error", "x.png"), "I/O error: 'x.png'"),
    Case("an error without a text", "own code", KeyError(), "unforeseen error: KeyError"),
    Case("an error that cannot be shown", "own code", OddError(), "unforeseen error: .*OddError"),
]


@each(ERRORS)
def test_whatever_is_raised_is_one_message_and_status_2(case, capsys):
    assert main(raised(case.bring), []) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert re.match(f"look: .*{case.right}", err), err


def test_debug_shows_where_an_error_comes_from(capsys):
    assert main(raised(TypeError("odd")), ["--debug"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "raise error" in err
    assert err.splitlines()[-1].startswith("look: an unforeseen error: TypeError: odd; please report it")


def _in_compiled_code(number: int, error: BaseException) -> None:
    """What the import of a module does whose compiled code asks for another one at this moment."""
    with suppress(KeyboardInterrupt):
        signal.raise_signal(number)
    raise error


class _Stopping:
    """Python only prints what a destructor raises, and goes on."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def _in_a_destructor() -> None:
    _Stopping()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        time.sleep(0.001)


STOPPED = [
    Case("at once", "Ctrl-C", lambda: signal.raise_signal(signal.SIGINT), 130),
    Case("while numpy is imported", "Ctrl-C", lambda: _in_compiled_code(signal.SIGINT, ImportError("PyCapsule")), 130),
    Case("in compiled code", "Ctrl-C", lambda: _in_compiled_code(signal.SIGINT, SystemError("no result")), 130),
    Case("in a destructor", "Ctrl-C", _in_a_destructor, 130),
    Case("in text executed as code", "Ctrl-C", lambda: exec("signal.raise_signal(signal.SIGINT)"), 130),
    Case("by a library", "own code", lambda: _in_compiled_code(signal.SIGINT, SystemExit(0)), 130),
    Case("at once", "kill", lambda: signal.raise_signal(signal.SIGTERM), 143),
    Case("while numpy is imported", "kill", lambda: _in_compiled_code(signal.SIGTERM, ImportError("no")), 143),
    Case("at once", "a console that is closed", lambda: signal.raise_signal(signal.SIGHUP), 129),
]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@each(STOPPED)
def test_a_command_that_is_stopped_says_so_in_one_line_whatever_comes_of_the_signal(case, capsys, monkeypatch):
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    hook = sys.unraisablehook
    assert main(Command("look", lambda: case.bring(), "looks.", {}, [("look", "here")]), []) == case.right
    assert capsys.readouterr().err == "\nlook: stopped; what is finished is kept, run the same command again to go on\n"
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers
    assert sys.unraisablehook is hook
    assert main(raised(TypeError("odd")), []) == 2


AT_IMPORTS = """import signal, sys
class Interrupting:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(Interrupting)
            signal.raise_signal(signal.SIGINT)
module = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupting)
from mygenerator.cli.main import main
sys.exit(main())"""

INTERRUPTED_IMPORTS = ["fire", "numpy", "datetime", "numpy._core._methods", "phonenumbers.phonenumberutil", "yaml"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("module", INTERRUPTED_IMPORTS)
def test_ctrl_c_during_an_import_ends_a_command_with_130_and_one_line(module, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORTS, module, "generate-phone-numbers", "--num_images", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        done.stderr
        == "\ngenerate-phone-numbers: stopped; what is finished is kept, run the same command again to go on\n"
    )
    assert done.returncode == 130


SHOWN = [
    Case("accents in ASCII", "old terminal", ("ascii", "gé"), b"g\\xe9"),
    Case("kanji in cp1252", "Windows console", ("cp1252", "gé日"), b"g\xe9\\u65e5"),
    Case("emoji in ASCII", "Mac", ("ascii", "\N{GRINNING FACE}"), b"\\U0001f600"),
    Case("a byte of a name that is no UTF-8", "old disk", ("utf-8", "a\udcff"), b"a\xff"),
    Case("what can be shown", "any", ("utf-8", "日"), "日".encode()),
]


@each(SHOWN)
def test_a_stream_shows_every_text(case, monkeypatch):
    encoding, text = case.bring
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(data, encoding=encoding))
    with able_to_show_all():
        print(text, end="")
    sys.stdout.flush()
    assert data.getvalue() == case.right
    assert sys.stdout.errors == "strict"
