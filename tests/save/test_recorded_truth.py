"""Folders that are gone on with after a step has changed what it says that it keeps, or was never asked."""

import json
from contextlib import suppress

import numpy as np
import pytest

from mygenerator import PhoneNlpDataset, TextToImage, Transform
from mygenerator.errors import FolderConflictError
from mygenerator.validate import validate_folder


class Dotted(Transform):
    """A step of a user's own that moves nothing; each test says what it keeps."""

    def apply(self, images, drawn):
        dotted = images.copy()
        dotted[:, 0, 0] = 0
        return dotted


class StopError(Exception):
    pass


def made(rows=30):
    return Dotted().fit_transform(TextToImage(image_width=300).fit_transform(PhoneNlpDataset(rows, seed=3)))


@pytest.fixture
def keeps(monkeypatch):
    """Say what Dotted keeps from here on."""
    return lambda *words: monkeypatch.setattr(Dotted, "keeps", words)


def begun(folder, finished=False):
    """A folder of ten of thirty samples, or of all."""

    def stop(done, total):
        if not finished:
            raise StopError

    with suppress(StopError):
        made().save(folder, shard_size=10, workers=1, progress=stop)


def without_facts(folder):
    """The recipe as earlier releases wrote it."""
    path = folder / "recipe.json"
    recipe = json.loads(path.read_text())
    del recipe["facts"]
    path.write_text(json.dumps(recipe))


def content(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("old", [False, True])
def test_a_folder_that_records_boxes_is_refused_with_the_line_to_add(tmp_path, keeps, finished, old):
    keeps("boxes")
    begun(tmp_path, finished)
    if old:
        without_facts(tmp_path)
    before = content(tmp_path)
    keeps()
    with pytest.raises(FolderConflictError, match=r'step \'dotted\'.*class Dotted: keeps = \("boxes",\)'):
        made(40).save(tmp_path, shard_size=10, workers=1)
    assert content(tmp_path) == before


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("old", [False, True])
def test_with_that_line_it_goes_on(tmp_path, keeps, finished, old):
    keeps("boxes")
    begun(tmp_path, finished)
    if old:
        without_facts(tmp_path)
    made(40).save(tmp_path, shard_size=10, workers=1)
    made(40).save(tmp_path / "fresh", shard_size=10, workers=1)
    names = [f"img_{index}.png" for index in range(40)] + ["meta.csv"]
    assert all((tmp_path / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes() for name in names)
    assert len((tmp_path / "meta.csv").read_text().splitlines()[0].split(",")) == 5


@pytest.mark.parametrize("old", [False, True])
def test_a_folder_without_boxes_is_not_gone_on_with_by_samples_that_have_them(tmp_path, keeps, old):
    keeps()
    begun(tmp_path)
    if old:
        without_facts(tmp_path)
    keeps("boxes")
    with pytest.raises(FolderConflictError, match="records no boxes and gaps"):
        made().save(tmp_path, shard_size=10, workers=1)


def test_a_folder_of_which_nothing_is_sealed_yet_can_go_on(tmp_path, keeps):
    keeps("boxes")
    begun(tmp_path)
    without_facts(tmp_path)
    for path in (tmp_path / "shards").iterdir():
        path.unlink()
    keeps()
    made().save(tmp_path, shard_size=10, workers=1)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert np.all([len(row.split(",")) == 2 for row in (tmp_path / "meta.csv").read_text().splitlines()])
