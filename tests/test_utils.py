"""utils: the home folder, a file written whole, a quiet log."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from mygenerator.errors import InputError
from mygenerator.utils import (
    config_load,
    dataset_get_path,
    home_folder,
    log,
    log2,
    logw,
    write_atomically,
)


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


def test_each_way_of_talking_has_its_level_and_its_caller(caplog):
    with caplog.at_level(logging.DEBUG, "mygenerator"):
        log("news 100%")
        log2("detail")
        logw("look")
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "news 100%"),
        ("DEBUG", "detail"),
        ("WARNING", "look"),
    ]
    assert {record.filename for record in caplog.records} == {"test_utils.py"}


def test_several_values_are_logged_as_they_are_printed(caplog, capsys):
    with caplog.at_level(logging.DEBUG, "mygenerator"):
        for talk in (log, log2, logw):
            talk("N files: ", 3, None, [1, "a"], "100% %s")
    print("N files: ", 3, None, [1, "a"], "100% %s")
    printed = capsys.readouterr().out.removesuffix("\n")
    assert [record.getMessage() for record in caplog.records] == [printed] * 3


def test_a_library_says_nothing_on_stderr():
    script = "from mygenerator.utils import logw; logw('look')"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stderr == b""


# The configuration, as older releases reached it


def configured(folder: Path, text: str) -> Path:
    """The folder of the glyph source of a configuration file with this text."""
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return dataset_get_path(config_load(folder / "config.yaml"))


def test_a_configuration_is_loaded_from_here_too(tmp_path, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    assert config_load("default") == config_load() == {"current_dataset": "optdigits", "datasets": {}}
    assert (tmp_path / "home" / "config.yaml").is_file()


def test_the_folder_of_a_configured_source_is_the_configured_one(tmp_path):
    text = "current_dataset: mine\ndatasets: {mine: {kind: folder, path: scans}, other: {path: /elsewhere}}"
    assert configured(tmp_path, text) == tmp_path / "scans"
    assert configured(tmp_path, "current_dataset: mnist\ndatasets: {mnist: {path: /data/mnist}}") == Path("/data/mnist")
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_the_folder_of_the_embedded_digits_is_the_package_s(tmp_path):
    folder = configured(tmp_path, "current_dataset: optdigits")
    assert folder.parent.name == "mygenerator"
    assert list(folder.glob("optdigits-*"))


@pytest.mark.parametrize(
    "text",
    [
        "current_dataset: mnist",
        "current_dataset: mnist\ndatasets: {mnist: {url: 'https://localhost/mnist_png.tar.gz'}}",
        "current_dataset: scans\ndatasets: {scans: {url: 'https://localhost/scans.zip'}}",
    ],
)
def test_the_folder_of_a_source_to_be_downloaded_is_in_the_home_folder_and_nothing_is_made(tmp_path, monkeypatch, text):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    folder = configured(tmp_path, text)
    assert tmp_path / "home" in folder.parents
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "config is None; allowed: what config_load returned"),
        ({"datasets": {}}, "allowed: what config_load returned"),
        ({"current_dataset": "optdigit", "datasets": {}}, "unknown glyph source 'optdigit'.*did you mean 'optdigits'"),
        ({"current_dataset": "mine", "datasets": {"mine": {}}}, "'mine' has no path"),
    ],
)
def test_what_is_no_configuration_has_no_folder(config, message):
    with pytest.raises(InputError, match=message):
        dataset_get_path(config)
