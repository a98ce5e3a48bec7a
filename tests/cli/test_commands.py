"""The commands as a user meets them: real processes, in an empty folder."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.common import main, read_flags
from mygenerator.errors import InputError

MODULES = {
    "generate-numbers-sequence": "mygenerator.cli.cli_generate_numbers_sequence",
    "generate-phone-numbers": "mygenerator.cli.cli_generate_phone_numbers",
    "validate-phone-numbers": "mygenerator.cli.cli_validate_phone_numbers",
    "validate-phone-sequence": "mygenerator.cli.cli_validate_phone_sequence",
    "show": "mygenerator.cli.cli_show",
}


def start(folder, name, *words, **options):
    return subprocess.Popen(
        [sys.executable, "-m", MODULES[name], *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def run(folder, name, *words):
    process = start(folder, name, *words)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_lines_are_flags_of_both_generating_commands(tmp_path):
    flags = ["--wrap", "2", "--line-gap", "2", "--image_height", "58", "--image_width=90", "--seed", "7"]
    assert run(tmp_path, "generate-phone-numbers", "--num_images", "12", *flags)[0] == 0
    assert run(tmp_path, "generate-numbers-sequence", "--sequence", "0123456789", *flags)[0] == 0
    for folder, length in (("phone", 11), ("seq", 10)):
        with open(tmp_path / "ztmpp" / folder / "meta.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert json.loads(row["lines"]) == [[0, -(-length // 2)], [-(-length // 2), length]]
        status, out, _ = run(tmp_path, "validate-phone-sequence", "--input_path", f"ztmpp/{folder}")
        assert status == 0, out


def test_one_gap_and_margins_are_flags_of_both_generating_commands(tmp_path):
    flags = ["--spacing", "fixed", "--where=edges", "--seed", "7"]
    assert run(tmp_path, "generate-phone-numbers", "--num_images", "12", *flags)[0] == 0
    assert run(tmp_path, "generate-numbers-sequence", "--sequence", "0123", *flags)[0] == 0
    for folder in ("phone", "seq"):
        with open(tmp_path / "ztmpp" / folder / "meta.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert len({*json.loads(row["gaps"]), *json.loads(row["margins"])}) == 1
        status, out, _ = run(tmp_path, "validate-phone-sequence", "--input_path", f"ztmpp/{folder}")
        assert status == 0, out
        assert "margins measured: left " in out


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--where", "edge"], "unknown where 'edge'; allowed: between, edges; did you mean 'edges'?"),
        (["--spacing", "none"], "unknown spacing 'none'; allowed: uniform, fixed"),
        (
            ["--where", "edges", "--image_width", "130"],
            "gaps and margins of up to 10 pixels and sizing 'fill'; allowed: 142 to 2320 pixels",
        ),
        (["--wrap", "3"], "image_height 28 has no room"),
        (["--wrap", "2", "--image_height", "60", "--where", "edges"], "choose where 'between', or leave wrap out"),
        (["--wrap", "2", "--image_height", "60", "--image_width", "50"], "in up to 2 lines with gaps of up to 10"),
    ],
)
def test_impossible_gaps_and_margins_are_refused_before_anything_is_made(tmp_path, flags, told):
    status, out, err = run(tmp_path, "generate-phone-numbers", "--num_images", "3", *flags)
    assert (status, out) == (2, "")
    assert told in err
    assert not (tmp_path / "ztmpp").exists()


def test_the_three_commands_make_check_and_show_what_they_say(tmp_path):
    assert run(tmp_path, "generate-numbers-sequence", "--sequence", "0123456789")[:2] == (
        0,
        "ztmpp/seq/img_0123456789_0.png\n",
    )
    status, out, err = run(tmp_path, "generate-phone-numbers", "--num_images", "30", "--seed=7")
    assert (status, out) == (0, "30 images in ztmpp/phone\n")
    assert len(err.splitlines()) == 1
    for word in ("30 phone numbers of JP", "optdigits", "seed 7", "ztmpp/phone"):
        assert word in err
    for folder in ("ztmpp/phone/", "ztmpp/seq/"):
        status, out, _ = run(tmp_path, "validate-phone-sequence", "--input_path", folder)
        assert status == 0, out
    status, out, _ = run(tmp_path, "validate-phone-sequence", "--json")
    assert status == 0
    assert json.loads(out)
    status, out, _ = run(tmp_path, "show")
    assert status == 0
    assert os.path.getsize(out.strip()) > 1000
    assert sorted(os.listdir(tmp_path / "ztmpp")) == ["phone", "phone_sheet.png", "seq"]


def test_several_images_of_one_sequence_are_named_and_good(tmp_path):
    words = ("--sequence", "407", "--num_images", "3", "--image_width", "100", "--seed", "7")
    status, out, err = run(tmp_path, "generate-numbers-sequence", *words)
    names = [f"img_407_{number}.png" for number in range(3)]
    assert (status, out) == (0, "".join(f"ztmpp/seq/{name}\n" for name in names))
    assert err.startswith("3 images of sequence '407', digits optdigits")
    assert len({(tmp_path / "ztmpp/seq" / name).read_bytes() for name in names}) == 3
    assert run(tmp_path, "validate-phone-numbers", "--input_path", "ztmpp/seq")[0] == 0
    status, out, _ = run(tmp_path, "generate-numbers-sequence", *words, "--dry_run")
    assert (status, out) == (0, "would write 3 images of 100 x 28 pixels to ztmpp/seq\n")


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_no_images_of_a_sequence_are_refused_and_nothing_is_written(tmp_path, number):
    status, out, err = run(tmp_path, "generate-numbers-sequence", "--sequence", "407", "--num_images", number)
    assert (status, out) == (2, "")
    assert "num_images is" in err
    assert list(tmp_path.iterdir()) == []


def test_the_validator_says_the_same_by_both_of_its_names(tmp_path):
    run(tmp_path, "generate-phone-numbers", "--num_images", "5", "--seed", "7", "--format", "webp")
    (tmp_path / "ztmpp/phone/img_3.webp").unlink()
    long, short = (run(tmp_path, name) for name in ("validate-phone-sequence", "validate-phone-numbers"))
    assert long == short
    assert long[0] == 1
    assert "img_3.webp" in long[1]


@pytest.mark.parametrize("sequence", ["00", "007", "0" * 100])
def test_a_sequence_of_digits_stays_the_text_it_is(sequence, tmp_path):
    width = str(max(280, 20 * len(sequence)))
    assert run(tmp_path, "generate-numbers-sequence", "--sequence", sequence, "--image_width", width)[0] == 0
    with open(tmp_path / "ztmpp" / "seq" / "meta.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["label"], row["file_name"]) == (sequence, f"img_{sequence}_0.png")


def test_one_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    def files(name, seed):
        words = ("--num_images", "20", "--seed", seed, "--output_path", name)
        assert run(tmp_path, "generate-phone-numbers", *words)[0] == 0
        return {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}

    first = files("a", "7")
    assert files("b", "7") == first
    assert files("c", "8")["img_0.png"] != first["img_0.png"]


def test_without_a_seed_the_folder_s_own_seed_goes_on_and_a_larger_count_extends(tmp_path):
    assert run(tmp_path, "generate-phone-numbers", "--num_images", "5")[0] == 0
    before = (tmp_path / "ztmpp/phone/img_0.png").stat().st_ino
    _, out, _ = run(tmp_path, "generate-phone-numbers", "--num_images", "5")
    assert out == "5 images in ztmpp/phone, already finished (--overwrite makes them again)\n"
    assert (tmp_path / "ztmpp/phone/img_0.png").stat().st_ino == before
    assert run(tmp_path, "generate-phone-numbers", "--num_images", "9")[0] == 0
    assert run(tmp_path, "validate-phone-sequence")[0] == 0
    status, _, err = run(tmp_path, "generate-phone-numbers", "--num_images", "9", "--image_width", "300")
    assert status == 2
    assert "image_width: 280 there, 300 now" in err
    assert run(tmp_path, "generate-phone-numbers", "--num_images", "9", "--image_width", "300", "--overwrite")[0] == 0


def test_dry_run_says_how_many_how_large_and_writes_nothing(tmp_path):
    status, out, _ = run(tmp_path, "generate-phone-numbers", "--num_images", "20000", "--dry_run")
    assert status == 0
    assert "20,000 images of 280 x 28 pixels" in out
    assert "MB" in out
    status, out, _ = run(tmp_path, "generate-numbers-sequence", "--sequence", "1", "--image_width=100", "--dry-run")
    assert status == 0
    assert "one image of 100 x 28 pixels" in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", list(MODULES))
def test_help_and_version_answer_with_flags_and_examples(name, tmp_path):
    for flag in ("--help", "-h"):
        status, out, err = run(tmp_path, name, "--num_images", "nonsense", flag)
        assert (status, err) == (0, "")
        assert "Examples" in out
        assert "--debug" in out
    status, out, _ = run(tmp_path, name, "--version")
    assert status == 0
    assert out.startswith("mygenerator ")


def test_help_and_a_wrong_flag_load_neither_numpy_nor_fire(tmp_path):
    code = (
        "import sys\n"
        "from mygenerator.cli.cli_generate_phone_numbers import COMMAND\n"
        "from mygenerator.cli.common import main\n"
        "main(COMMAND, ['--help']), main(COMMAND, ['--wrong', '1'])\n"
        "print(sorted({'numpy', 'cv2', 'fire', 'yaml', 'phonenumbers', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words",
    [
        ["--num-images", "3", "--max-spacing=4", "--invert"],
        ["--num_images=3", "--max_spacing", "4", "--invert=true"],
        ["--invert", "--num-images=3", "--max_spacing=4"],
    ],
)
def test_flags_may_be_written_with_either_sign_and_with_or_without_equals(words):
    assert read_flags(PHONE, words) == {"num_images": "3", "max_spacing": "4", "invert": "true"}


def test_a_flag_is_switched_off_by_no_before_its_name():
    assert read_flags(PHONE, ["--noinvert", "--no-overwrite"]) == {"invert": "false", "overwrite": "false"}
    with pytest.raises(InputError, match="--noseed"):
        read_flags(PHONE, ["--noseed"])


def test_a_value_may_begin_with_a_minus_sign():
    assert read_flags(PHONE, ["--seed", "-1"]) == {"seed": "-1"}


def test_invert_and_height_reach_the_pixels(tmp_path, monkeypatch):
    import cv2

    monkeypatch.chdir(tmp_path)
    assert main(PHONE, ["--num_images", "2", "--invert", "--image_height", "40"]) == 0
    image = cv2.imread("ztmpp/phone/img_0.png", cv2.IMREAD_UNCHANGED)
    assert image.shape == (40, 280)
    assert (image == 0).mean() > 0.3


def test_the_configuration_of_the_home_folder_names_the_digits(tmp_path, monkeypatch, mnist_folder):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path, "generate-phone-numbers", "--num_images", "1")[0] == 0
    config = tmp_path / "home" / "config.yaml"
    assert "optdigits" in config.read_text()
    config.write_text(f"current_dataset: mine\ndatasets: {{mine: {{kind: idx, path: '{mnist_folder}'}}}}\n")
    status, _, err = run(tmp_path, "generate-phone-numbers", "--num_images", "1", "--output_path", "second")
    assert status == 0
    assert "digits mnist:test" in err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_at_once_with_130_and_the_folder_resumes(workers, tmp_path):
    words = ("--num_images", "20000", "--seed", "7", "--shard_size", "100", "--workers", workers)
    process = start(tmp_path, "generate-phone-numbers", *words)
    shards = tmp_path / "ztmpp" / "phone" / "shards"
    until = time.monotonic() + 60
    while not list(shards.glob("*.json")) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "run the same command again to go on" in err
    assert "Traceback" not in err
    assert not list((tmp_path / "ztmpp" / "phone").glob(".attempt-*"))
    sealed = len(list(shards.glob("*.json")))
    small = [word if word != "20000" else str(100 * (sealed + 1)) for word in words]
    status, _, err = run(tmp_path, "generate-phone-numbers", *small)
    # The recipe of the larger job stands; a smaller count is refused, and says so.
    assert status == 2
    assert "20000" in err


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    process = start(tmp_path, "generate-phone-numbers", "--help")
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


def test_what_the_system_refuses_unforeseen_is_a_message_and_status_2(tmp_path, monkeypatch, capsys):
    def refusing(*arguments, **named):
        raise PermissionError(13, "Permission denied", "somewhere")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mygenerator.pipeline.plan_phone_numbers", refusing)
    assert main(PHONE, ["--num_images", "1"]) == 2
    assert "Permission denied: 'somewhere'" in capsys.readouterr().err
