"""What the tests of validation share: folders made with the package."""

import shutil
from pathlib import Path

import pytest

from mygenerator import PhoneNlpDataset, TextToImage


@pytest.fixture(scope="session")
def saved_phones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 phone numbers, saved in shards of 10; not to be changed."""
    folder = tmp_path_factory.mktemp("saved") / "phones"
    strips = TextToImage(spacing_range=(3, 8), image_width=280).fit_transform(PhoneNlpDataset(40, seed=7))
    strips.save(folder, shard_size=10)
    return folder


@pytest.fixture
def phones(saved_phones: Path, tmp_path: Path) -> Path:
    """A copy of the 40 phone numbers that may be broken."""
    return Path(shutil.copytree(saved_phones, tmp_path / "phones"))


@pytest.fixture
def phones_copy(phones: Path) -> Path:
    """Only images and meta.csv of the 40 phone numbers."""
    (phones / "recipe.json").unlink()
    (phones / "manifest.json").unlink()
    return phones
