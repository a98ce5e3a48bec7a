"""What is run is taken only from where nobody else can write."""

import os
import tempfile
from pathlib import Path

import pytest

from mygenerator.owners import is_ours_alone

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files have no owners there")

as_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="root gives files to others here")


@pytest.fixture
def place(tmp_path):
    """A folder of this user alone, with a file in it."""
    tmp_path.chmod(0o700)
    (tmp_path / "folder").mkdir(mode=0o755)
    (tmp_path / "folder" / "file").write_text("x")
    (tmp_path / "folder" / "file").chmod(0o644)
    return tmp_path / "folder" / "file"


def test_a_file_in_a_folder_of_ones_own_is_ours(place):
    assert is_ours_alone(place)
    assert is_ours_alone(place.parent)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_part_of_the_path_that_all_can_write_makes_it_theirs(place, part):
    (place, *place.parents)[part].chmod(0o777)
    assert not is_ours_alone(place)


def test_a_folder_above_where_each_removes_only_what_is_theirs_does_no_harm(place):
    place.parent.parent.chmod(0o1777)
    assert is_ours_alone(place)
    # In it, anybody could have made the folder itself.
    assert not is_ours_alone(place.parent.parent)


def test_a_link_is_as_safe_as_what_it_leads_to(place, tmp_path):
    (tmp_path / "link").symlink_to(place.parent)
    assert is_ours_alone(tmp_path / "link")
    place.parent.chmod(0o777)
    assert not is_ours_alone(tmp_path / "link")


def test_a_link_in_a_folder_of_others_can_lead_elsewhere_tomorrow(place, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "link").symlink_to(place.parent)
    assert is_ours_alone(tmp_path / "open" / "link")
    (tmp_path / "open").chmod(0o777)
    assert not is_ours_alone(tmp_path / "open" / "link")


def test_what_is_not_there_is_nobodys(place):
    assert not is_ours_alone(place / "nothing")


@as_root
@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_part_of_another_user_makes_it_theirs(place, part):
    os.chown((place, *place.parents)[part], 12345, -1)
    assert not is_ours_alone(place)


@as_root
def test_a_group_that_can_write_makes_it_theirs_unless_it_is_roots(place):
    place.parent.chmod(0o775)
    assert is_ours_alone(place)
    os.chown(place.parent, -1, 12345)
    assert not is_ours_alone(place)


def test_temporary_folders_of_the_system_are_no_place_for_what_is_run():
    top = Path(tempfile.gettempdir())
    if top.stat().st_mode & 0o1002 != 0o1002:
        pytest.skip("nobody else can write to the temporary folder here")
    assert not is_ours_alone(top)
