"""utils: the names that older releases had there."""

from pathlib import Path

import pytest

from mygenerator.errors import InputError
from mygenerator.utils import config_load, dataset_get_path


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
