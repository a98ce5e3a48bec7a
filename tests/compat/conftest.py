"""What the tests of older systems' calls share: a home folder whose digits can be read back from images."""

import random

import numpy as np
import pytest

from tests.known_glyphs import use_known_digits


@pytest.fixture(scope="session")
def known_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    use_known_digits(home)
    return home


@pytest.fixture(autouse=True)
def known_digits(known_home, monkeypatch, tmp_path):
    """Digits that can be read back, and an empty working folder."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(known_home))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def global_state_is_left_alone():
    """No call reads or changes the generators that belong to the user."""
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].tobytes()  # noqa: NPY002
    yield
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before  # noqa: NPY002
