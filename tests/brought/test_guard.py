"""The guard round every command: one message and the right status, whatever is raised, and whatever signal arrives."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from mygenerator.cli.common import Command, main
from mygenerator.streams import able_to_show_all, fill_missing_streams, silence
from tests.brought.cases import Case, each
from tools.code_blocks import ROOT

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


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


@pytest.fixture
def handlers() -> Iterator[dict]:
    """What Python does with signals in a console, whatever the runner of the tests does with them."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield usual
    for number, handler in before.items():
        signal.signal(number, handler)


@posix
@each(STOPPED)
def test_a_command_that_is_stopped_says_so_in_one_line_whatever_comes_of_the_signal(case, capsys, handlers):
    hook = sys.unraisablehook
    assert main(Command("look", lambda: case.bring(), "looks.", {}, [("look", "here")]), []) == case.right
    assert capsys.readouterr().err == "\nlook: stopped\n"
    assert {number: signal.getsignal(number) for number in handlers} == handlers
    assert sys.unraisablehook is hook
    assert main(raised(TypeError("odd")), []) == 2


@posix
def test_signals_that_the_program_around_handles_or_ignores_are_left_to_it(handlers):
    arrived = []
    signal.signal(signal.SIGTERM, lambda number, frame: arrived.append(number))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def look() -> int:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        return 1

    assert main(Command("look", look, "looks.", {}, [("look", "here")]), []) == 1
    assert arrived == [signal.SIGTERM]


@posix
def test_what_a_destructor_raises_otherwise_is_told_as_everywhere(handlers, capsys, monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    class Odd:
        def __del__(self) -> None:
            raise OSError("odd")

    def look() -> int:
        Odd()
        return 0

    assert main(Command("look", look, "looks.", {}, [("look", "here")]), []) == 0
    assert [type(one.exc_value) for one in told] == [OSError]


@posix
def test_a_signal_of_the_last_command_does_not_stop_the_next(handlers):
    def look() -> int:
        signal.raise_signal(signal.SIGINT)
        return 0

    assert main(Command("look", look, "looks.", {}, [("look", "here")]), []) == 130
    with ignored(handlers):
        assert main(raised(TypeError("odd")), []) == 2


@contextmanager
def ignored(handlers) -> Iterator[None]:
    """Ignore all signals, as under `nohup`: then a command sets no handler of its own."""
    for number in handlers:
        signal.signal(number, signal.SIG_IGN)
    yield


ENDS = """import signal, sys
from mygenerator.cli.common import Command, main
def look() -> int:
    exec("signal.raise_signal(signal.SIGINT)")
    return 0
sys.exit(main(Command("look", look, "looks.", {}, [("look", "here")]), []))"""


@posix
def test_a_process_that_is_stopped_ends_with_a_status_and_not_by_the_signal():
    done = subprocess.run(
        [sys.executable, "-c", ENDS], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert done.returncode == 130


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


@posix
@pytest.mark.parametrize(
    ("words", "goes_on"),
    [([], True), (["--overwrite"], True), (["--dry-run"], False), (["--again"], True)],
)
def test_that_the_same_command_goes_on_is_said_where_it_does(words, goes_on, capsys, handlers):
    del handlers

    def stopped(overwrite: bool = False, dry_run: bool = False, again: bool = False) -> None:
        del overwrite, dry_run, again
        os.kill(os.getpid(), signal.SIGINT)

    texts = dict.fromkeys(("overwrite", "dry_run", "again"), "a flag")
    assert main(Command("make", stopped, "makes.", texts, [("make", "here")], goes_on=True), words) == 130
    more = "; what is finished is kept, run the same command again to go on" * goes_on
    assert capsys.readouterr().err == f"\nmake: stopped{more}\n"


INTERRUPTED_IMPORTS = ["fire", "numpy", "datetime", "numpy._core._methods", "phonenumbers.phonenumberutil", "yaml"]


@posix
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


@each(SHOWN)
def test_standard_error_shows_it_alike(case, monkeypatch):
    encoding, text = case.bring
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(data, encoding=encoding, errors="backslashreplace"))
    with able_to_show_all():
        print(text, end="", file=sys.stderr)
    sys.stderr.flush()
    assert data.getvalue() == case.right
    assert sys.stderr.errors == "backslashreplace"


@posix
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


# Streams that are closed or full


FILLED = """import os, sys
from mygenerator.streams import fill_missing_streams
fill_missing_streams()
print(os.get_inheritable(0), os.get_inheritable(2), sys.stdin.read() == "", sys.stderr.write("x"))"""


@posix
def test_processes_inherit_what_is_opened_in_place_of_a_closed_stream():
    command = ["bash", "-c", 'exec "$@" <&- 2>&-', "bash", sys.executable, "-c", FILLED]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.stdout == "True True True 1\n"


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_a_stream_that_the_program_has_closed_is_replaced(name, monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, name, closed)
    fill_missing_streams()
    stream = getattr(sys, name)
    assert stream is not closed
    assert not stream.closed
    assert stream.read() == "" if name == "stdin" else stream.write("x") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_what_is_left_of_a_stream_that_failed_goes_nowhere():
    stream = open("/dev/full", "w", encoding="utf-8")  # noqa: SIM115 - that it can be closed is what is tested
    stream.write("x")
    with pytest.raises(OSError, match="No space"):
        stream.flush()
    silence(stream)
    stream.write("more")
    stream.close()
