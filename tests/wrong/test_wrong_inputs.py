"""Wrong input leaves with 2 and one message that holds the named words; nothing is written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.glyphs.mirrors import Mirrors
from tests.wrong.archives import ARCHIVES
from tests.wrong.configurations import CONFIGURATIONS
from tests.wrong.data_sets import DATA_SETS
from tests.wrong.entries import Wrong
from tests.wrong.flags import FLAGS
from tests.wrong.glyph_files import GLYPH_FILES
from tests.wrong.locked import LOCKED
from tests.wrong.recipes import RECIPES
from tests.wrong.running import changes, name_of, prepared, run_here, start, tree

TABLE = [*FLAGS, *CONFIGURATIONS, *GLYPH_FILES, *ARCHIVES, *RECIPES, *DATA_SETS]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """An empty working folder, with a home folder in it that is not there yet."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MYGENERATOR_HOME", str(folder / "home"))
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "0.4")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    return folder


@pytest.fixture(scope="module")
def server():
    mirrors = Mirrors()
    yield mirrors
    mirrors.close()


@pytest.fixture(scope="session")
def bound() -> tuple[str, ...]:
    """What stands before a command so that permissions bind it, which they do not for root."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are another matter on this system")
    if os.geteuid() != 0:
        return ()
    before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if not shutil.which("setpriv") or subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user is root, whom no permission binds, and setpriv does not help")
    return before


def check(wrong: Wrong, words: list[str], expected: list[str], status: int, out: str, err: str) -> None:
    """Assert that the answer is what a wrong input gets."""
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    # The line that says what is used may come first, and a warning; the message is one, and the last.
    starts = [match.start() for match in re.finditer(f"^{re.escape(name_of(words))}: ", err, re.MULTILINE)]
    assert len(starts) == 1, err
    message = err[starts[0] :]
    for word in expected:
        assert word in message


@pytest.mark.parametrize("wrong", TABLE, ids=str)
def test_wrong_input_leaves_with_2_one_message_and_nothing_written(wrong, workplace, server, capfd):
    words, expected = prepared(wrong, workplace, server)
    before = tree(workplace)
    status = run_here(words)
    check(wrong, words, expected, status, *capfd.readouterr())
    assert changes(before, tree(workplace), wrong.leaves) == []


@pytest.mark.parametrize("wrong", [wrong for wrong in TABLE[::25] if "\0" not in wrong.line], ids=str)
def test_a_process_answers_the_same(wrong, workplace, server):
    words, expected = prepared(wrong, workplace, server)
    before = tree(workplace)
    check(wrong, words, expected, *start(words))
    assert changes(before, tree(workplace), wrong.leaves) == []


@pytest.mark.parametrize("wrong", LOCKED, ids=str)
def test_what_may_not_be_read_or_written_is_told_so(wrong, workplace, server, bound):
    words, expected = prepared(wrong, workplace, server)
    before = tree(workplace)
    modes = {workplace / name: (workplace / name).stat().st_mode for name in wrong.locked}
    for path in modes:
        path.chmod(0)
    try:
        answer = start(words, bound)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    check(wrong, words, expected, *answer)
    assert changes(before, tree(workplace), wrong.leaves) == []


def test_the_table_is_long_enough_and_says_nothing_twice():
    assert len(TABLE) >= 150
    assert len(set(map(str, TABLE))) == len(TABLE)


def test_debug_shows_the_traceback_before_the_message(workplace, capsys):
    assert run_here(["generate-phone-numbers", "--num_images", "0", "--debug"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.splitlines()[-1].startswith("generate-phone-numbers: num_images is 0")
