"""`mygenerator doctor`: what it says is so, it mends nothing, and it survives what is broken."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

import mygenerator
from mygenerator.inspection.doctor import examine


def run(home, *words, code=None):
    how = ["-c", code] if code else ["-m", "mygenerator", "doctor", *words]
    done = subprocess.run(
        [sys.executable, *how],
        env=os.environ | {"MYGENERATOR_HOME": str(home)},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_sound_machine_is_told_so_and_nothing_is_left_behind(tmp_path):
    home = tmp_path / "home"
    status, out, err = run(home)
    assert (status, err) == (0, "")
    for word in (
        f"numpy {np.__version__}",
        "usable processor",
        str(home),
        "optdigits: 1,790 usable",
        "images per second",
    ):
        assert word in out
    assert out.splitlines()[-1] == "mygenerator works here"
    assert list(tmp_path.iterdir()) == []


def test_json_holds_the_same_facts_for_a_program(tmp_path):
    status, out, err = run(tmp_path / "home", "--json")
    assert (status, err) == (0, "")
    facts = json.loads(out)
    assert facts["versions"]["mygenerator"] == mygenerator.__version__
    assert facts["versions"]["python"].startswith(platform.python_version())
    assert facts["home"] == {"path": str(tmp_path / "home"), "exists": False, "writable": True, "lack": ""}
    digits = facts["digits"]
    # 1,797 digits come with the package: those that are used, and those that are kept out.
    assert digits["usable"] + sum(digits["kept_out"].values()) == 1797
    assert facts["speed"]["in_memory_per_second"] > 0
    assert facts["speed"]["on_disk_per_second"] > 0
    assert facts["faults"] == []


def test_the_cache_is_listed_with_its_sizes(tmp_path):
    home = tmp_path / "home"
    making = [
        sys.executable,
        "-m",
        "mygenerator",
        "generate-numbers-sequence",
        "--sequence",
        "1",
        "--image_width",
        "90",
    ]
    environment = os.environ | {"MYGENERATOR_HOME": str(home)}
    subprocess.run(making, cwd=tmp_path, env=environment, check=True, capture_output=True)
    (entry,) = json.loads(run(home, "--json")[1])["cache"]["sets"]
    assert (entry["sources"], entry["usable"]) == (["optdigits"], 1790)
    (folder,) = (path for path in (home / "cache" / "glyphs").iterdir() if path.is_dir())
    assert entry["folder"] == str(folder)
    assert entry["bytes"] == sum(path.stat().st_size for path in folder.iterdir())
    (folder / "images.npy").write_bytes(b"torn")
    status, out, _ = run(home)
    assert status == 0
    assert "damaged, made anew when it is used" in out


def test_a_broken_configuration_is_a_fault_with_its_line(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.yaml").write_text("current_dataset: optdigits\ndatsets: {}\n")
    status, out, err = run(home)
    assert (status, err) == (1, "")
    assert "BROKEN" in out
    assert "config.yaml:2" in out.splitlines()[-1]
    assert "did you mean 'datasets'?" in out


def test_default_digits_that_are_not_here_are_told_and_not_fetched(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.yaml").write_text("current_dataset: mine\ndatasets: {mine: {kind: folder, path: gone}}\n")
    status, out, _ = run(home)
    assert status == 0
    assert "mine: not here (there is no such folder)" in out
    assert [path.name for path in home.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize("missing", ["numpy", "cv2", "phonenumbers", "yaml"])
def test_a_package_that_cannot_be_imported_is_a_fault_and_the_rest_is_told(missing, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.yaml").write_text("current_dataset: optdigits\n")
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from mygenerator.cli.main import main\n"
        "sys.exit(main(['doctor']))"
    )
    status, out, err = run(home, code=code)
    assert (status, err) == (1, "")
    assert f"FAULT: a small run fails: ModuleNotFoundError: import of {missing}" in out or missing == "yaml"
    assert f"import of {missing}" in out.splitlines()[-1]
    assert "home folder" in out


def test_a_disk_that_refuses_files_is_told_and_no_fault(tmp_path, monkeypatch):
    def refusing(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mygenerator.Dataset.save", refusing)
    found = examine()
    assert found.faults == []
    assert "not measured as files" in str(found)
    assert "No space left on device" in str(found)


def test_a_checkout_that_was_never_installed_does_not_know_what_it_needs(monkeypatch):
    from importlib import metadata

    def unknown(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", unknown)
    assert "unknown: this checkout was never installed" in str(examine())


def test_a_machine_without_a_home_folder_works_and_is_told_what_it_lacks(monkeypatch):
    monkeypatch.delenv("MYGENERATOR_HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    found = examine()
    assert found.faults == []
    assert "there is no home folder; nothing is kept for later runs" in str(found)


def test_a_home_folder_that_is_no_path_is_a_fault(monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", "s3://bucket/home")
    assert examine().faults[0].startswith("MYGENERATOR_HOME: 's3://bucket/home' is an address")


def test_a_home_folder_that_refuses_files_is_told(read_only_folder, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(read_only_folder))
    assert "CANNOT be written" in str(examine())
