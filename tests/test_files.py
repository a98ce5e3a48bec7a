"""files: the home folder, a file written whole."""

from pathlib import Path

import pytest

from mygenerator.errors import InputError
from mygenerator.files import home_folder, write_atomically


def test_the_home_folder_is_the_variable_s_or_hidden_in_the_user_s_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MYGENERATOR_HOME", "~/elsewhere")
    assert home_folder() == tmp_path / "elsewhere"
    monkeypatch.delenv("MYGENERATOR_HOME")
    assert home_folder() == tmp_path / ".mygenerator"
    assert not home_folder().exists()


def test_a_relative_home_folder_becomes_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYGENERATOR_HOME", "here")
    assert home_folder() == tmp_path / "here"


def test_a_home_folder_that_the_system_does_not_know_is_an_error(monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", "~nobody_of_this_name/x")
    with pytest.raises(InputError, match="set MYGENERATOR_HOME"):
        home_folder()


def test_a_file_is_replaced_as_a_whole_and_nothing_else_is_left(tmp_path):
    for data in (b"first", b"the second"):
        write_atomically(tmp_path / "file", data)
        assert (tmp_path / "file").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    write_atomically(tmp_path / "file", b"old")

    def torn(path, data):
        with path.open("wb") as file:
            file.write(data[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", torn)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
