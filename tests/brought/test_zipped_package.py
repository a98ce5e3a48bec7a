"""The package in one archive, as zipapp and some clusters pack programs: what cannot work says why, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mygenerator
from tests.brought.cases import Case, each

PACKAGE = Path(mygenerator.__file__).parent
INSIDE = r"is inside {archive}, and its files of data are not read from an archive; install the package with pip, or "


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("zipped") / "mg.pyz"
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("__main__.py", "import sys\nfrom mygenerator.cli.main import main\nsys.exit(main())\n")
        for file in PACKAGE.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                packed.write(file, file.relative_to(PACKAGE.parent))
    return place


COMMANDS = [
    Case("a recipe of the package", "zipapp", "run meter_readings --count 3 --output_path out", 2),
    Case("a recipe that is not there", "zipapp", "run nosuch", 2),
    Case("phone numbers", "zipapp", "generate-phone-numbers --num_images 3 --output_path out", 2),
    Case("one sequence", "zipapp", "generate-numbers-sequence --sequence 12 --output_path out", 2),
    Case("the list of digits", "zipapp", "glyphs", 2),
    Case("the doctor", "zipapp", "doctor", 1),
]


@each(COMMANDS)
def test_a_package_in_an_archive_says_what_is_not_there(case, archive, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["MYGENERATOR_HOME"] = str(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, str(archive), *case.bring.split()],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == case.right, said
    assert INSIDE.format(archive=archive) in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_a_package_without_its_data_is_to_be_installed_again(tmp_path, monkeypatch):
    from mygenerator import files
    from mygenerator.errors import InputError

    with pytest.raises(
        InputError, match=r"a\.yaml: this file comes with the package, and is not there; install the pac"
    ):
        files.check_shipped(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").touch()
    files.check_shipped(tmp_path / "a.yaml")
