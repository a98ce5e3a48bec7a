"""verify finds what is wrong with a saved folder, and repair makes it again, to the byte."""

import shutil

import pytest

from mygenerator import NlpDataset, PatternNlpDataset, TextToImage
from mygenerator.cli.cli_repair import COMMAND as REPAIR
from mygenerator.cli.cli_verify import COMMAND as VERIFY
from mygenerator.cli.common import main
from mygenerator.errors import InputError
from mygenerator.inspection import verify
from mygenerator.inspection.repair import repair_folder
from mygenerator.inspection.verify import verify_folder
from mygenerator.registry import kinds
from mygenerator.rng import Stream

ROWS = 12


def save(folder, name):
    texts = PatternNlpDataset("[0-9]{3}", size=ROWS, seed=5)
    TextToImage("optdigits", (2, 6), 90).fit_transform(texts).save(folder, format=name, shard_size=5)
    return folder


@pytest.fixture(scope="module", params=["png", "jpg", "webp"])
def saved(request, tmp_path_factory):
    return save(tmp_path_factory.mktemp("verify") / "saved", request.param)


@pytest.fixture(scope="module", params=sorted(kinds("format")))
def in_any_format(request, tmp_path_factory):
    return save(tmp_path_factory.mktemp("verify") / "saved", request.param)


@pytest.fixture
def copied(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "copied")


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def flip(path, place, bit):
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)


def test_a_good_folder_is_as_it_was_saved(saved):
    report = verify_folder(saved, samples=None)
    assert report.ok
    assert (report.files, report.samples) == (ROWS + 3, ROWS)
    assert "is as it was saved" in str(report)


def test_part_of_a_folder_is_verified_by_the_shards_whose_samples_are_made_again(copied):
    names = sorted((path.name for path in copied.glob("img_*")), key=lambda name: int(name[4:].split(".")[0]))
    part = verify_folder(copied, samples=2, all_files=False)
    assert part.ok
    assert part.files == 5 + 5 + 3  # of samples 0 and 6, and the records
    (copied / names[11]).unlink()
    assert verify_folder(copied, samples=2, all_files=False).ok
    (copied / names[9]).unlink()
    assert [fault.file for fault in verify_folder(copied, samples=2, all_files=False).faults] == [names[9]]


@pytest.mark.parametrize("number", range(30))
def test_a_flipped_bit_in_any_file_is_found_named_and_mended(in_any_format, tmp_path, number):
    copied = shutil.copytree(in_any_format, tmp_path / "copied")
    names = sorted(path.name for path in copied.iterdir())
    # Records have every second turn: they are few and matter most.
    records = [name for name in names if not name.startswith("img_")]
    choice = records if number % 2 else names
    draws = Stream(number, "flips")
    which, place, bit = (int(draws.integers(0, part, low=0, high=10**6)) for part in range(3))
    name = choice[which % len(choice)]
    flip(copied / name, place, bit % 8)
    report = verify_folder(copied, samples=0)
    assert [fault.file for fault in report.faults] == [name], report
    # What is told of samples, if they can be read at all, is told besides.
    assert name in {fault.file for fault in verify_folder(copied).faults}
    repair_folder(copied)
    assert content(copied) == content(in_any_format)


def test_a_file_of_many_samples_that_was_changed_is_told_from_a_recipe_that_makes_others(tmp_path):
    folder = save(tmp_path / "out", "webdataset")
    data = bytearray((folder / "img_000001.tar").read_bytes())
    # The image of sample 7, the third member of its shard's samples.
    at = data.index(b"\x89PNG", data.index(b"000000007.png"))
    data[at + 60] ^= 1
    (folder / "img_000001.tar").write_bytes(data)
    report = verify_folder(folder, samples=None)
    assert [fault.file for fault in report.faults] == ["img_000001.tar", "img_000001.tar, sample 7"]
    assert report.samples == ROWS
    assert "what makes the pixels has changed" not in str(report)
    assert "cannot be read" in report.faults[1].what


@pytest.mark.parametrize("name", ["recipe.json", "manifest.json", "meta.csv", "img_7"])
@pytest.mark.parametrize("harm", ["gone", "empty", "cut", "zeros"])
def test_a_file_that_is_gone_or_torn_is_mended(saved, copied, name, harm):
    (path,) = copied.glob(f"{name}*")
    data = path.read_bytes()
    path.write_bytes({"gone": b"", "empty": b"", "cut": data[: len(data) // 2], "zeros": bytes(len(data))}[harm])
    if harm == "gone":
        path.unlink()
    if (name, harm) == ("manifest.json", "gone"):
        with pytest.raises(InputError, match="not finished"):
            verify_folder(copied)
    else:
        report = verify_folder(copied, samples=0)
        assert path.name in {fault.file for fault in report.faults}
        if path.name.startswith("img_"):
            assert [fault.shard for fault in report.faults] == [1]
    repair_folder(copied)
    assert content(copied) == content(saved)


def test_files_of_others_are_not_touched(saved, copied):
    (copied / "notes.txt").write_text("mine")
    (copied / "img_99.png").write_bytes(b"mine too")
    (copied / "meta.csv").unlink()
    repair_folder(copied)
    assert content(copied) == content(saved) | {"notes.txt": b"mine", "img_99.png": b"mine too"}


def test_the_recipe_of_another_seed_is_not_that_of_the_manifest(saved, copied, tmp_path):
    texts = PatternNlpDataset("[0-9]{3}", size=ROWS, seed=6)
    suffix = next(saved.glob("img_1.*")).suffix[1:]
    step = TextToImage("optdigits", (2, 6), 90)
    step.fit_transform(texts).save(tmp_path / "other", format=suffix, shard_size=5)
    shutil.copy(tmp_path / "other" / "recipe.json", copied / "recipe.json")
    assert [fault.file for fault in verify_folder(copied).faults] == ["recipe.json"]
    repair_folder(copied)
    assert content(copied) == content(saved)


def test_pixels_that_the_recipe_no_longer_makes_are_told_from_a_damaged_file(copied, monkeypatch):
    compared = verify.difference_from_saved

    def other(image, folder, index):
        assert compared(image, folder, index) == ""
        return f"{folder.name_of(index)} differs" if index == 0 else ""

    monkeypatch.setattr(verify, "difference_from_saved", other)
    report = verify_folder(copied, samples=None)
    (fault,) = report.faults
    assert fault.file.startswith("img_0.")
    assert "its file is as it was saved, so what makes the pixels has changed" in fault.what


def test_labels_that_were_given_as_a_list_cannot_be_made_again_without_it(tmp_path):
    texts = NlpDataset([f"{number:03d}" for number in range(ROWS)], seed=5)
    TextToImage("optdigits", (2, 6), 90).fit_transform(texts).save(tmp_path / "out", shard_size=5)
    flip(tmp_path / "out" / "img_3.png", 80, 1)
    assert repair_folder(tmp_path / "out").made == 5
    (tmp_path / "out" / "meta.csv").unlink()
    with pytest.raises(InputError, match=r"a list of labels.*the command that made the folder"):
        repair_folder(tmp_path / "out")


def test_an_unfinished_folder_is_repaired_too(saved, copied):
    (copied / "manifest.json").unlink()
    (copied / "img_3.png").unlink(missing_ok=True)
    repair_folder(copied)
    assert content(copied) == content(saved)


def test_a_folder_that_was_not_saved_is_refused(tmp_path):
    for call in (verify_folder, repair_folder):
        with pytest.raises(InputError, match=r"no recipe\.json"):
            call(tmp_path)
        with pytest.raises(InputError, match=r"no such folder|nowhere"):
            call(tmp_path / "nowhere")


def test_the_commands_say_what_they_did(copied, capsys):
    assert main(VERIFY, [str(copied)]) == 0
    flip(next(copied.glob("img_8.*")), 60, 0)
    capsys.readouterr()
    assert main(VERIFY, [str(copied), "--sample", "3"]) == 1
    out = capsys.readouterr().out
    assert "is NOT as it was saved: 1 fault" in out
    assert "(shard 1): its bytes are not those that were saved" in out
    assert f"mygenerator repair {copied}" in out
    assert main(REPAIR, [str(copied)]) == 0
    assert "12 images in" in capsys.readouterr().out
    assert main(VERIFY, [str(copied), "--all"]) == 0
    assert "12 samples made again" in capsys.readouterr().out
