"""Wrong input leaves with 2 and one message that holds the named words; nothing is written."""

from __future__ import annotations

import pytest

from mygenerator.cli.cli_completion import COMMAND as COMPLETION
from mygenerator.cli.cli_doctor import COMMAND as DOCTOR
from mygenerator.cli.cli_generate_numbers_sequence import COMMAND as SEQUENCE
from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.cli_replay import COMMAND as REPLAY
from mygenerator.cli.cli_show import COMMAND as SHOW
from mygenerator.cli.cli_validate_phone_sequence import COMMAND as VALIDATE
from mygenerator.cli.common import main

SEVEN = "--sequence 007"

WRONG = [
    # numbers
    (PHONE, "--num_images 0", ["num_images", "at least 1"]),
    (PHONE, "--num_images -3", ["num_images", "-3"]),
    (PHONE, "--num_images 1.5", ["num_images", "'1.5'", "whole number"]),
    (PHONE, "--num_images ten", ["num_images", "'ten'", "whole number"]),
    (PHONE, "--num_images 1_0", ["num_images", "'1_0'"]),
    (PHONE, "--num_images 1e2", ["num_images", "'1e2'"]),
    (PHONE, "--num_images 0x10", ["num_images", "'0x10'"]),
    (PHONE, "--num_images=", ["num_images", "''"]),
    (PHONE, "--num_images ٣", ["num_images", "whole number"]),
    (PHONE, "--num_images 360000001", ["360000001", "strings", "allowed: 1 to"]),
    (PHONE, "--seed -1", ["seed", "0 to 18446744073709551615"]),
    (PHONE, "--seed 18446744073709551616", ["seed", "18446744073709551615"]),
    (PHONE, "--seed seven", ["seed", "'seven'"]),
    (PHONE, "--workers 0", ["workers", "at least 1"]),
    (PHONE, "--shard_size 0", ["shard_size", "at least 1"]),
    # spacing and sizes
    (PHONE, "--min_spacing 5 --max_spacing 3", ["min_spacing 5", "max_spacing 3"]),
    (PHONE, "--min_spacing 0", ["min_spacing", "1 to 50"]),
    (PHONE, "--max_spacing 51", ["max_spacing", "1 to 50"]),
    (PHONE, "--max_spacing -1", ["max_spacing", "1 to 50"]),
    (PHONE, "--image_width 121", ["image_width 121", "122 to 2300"]),
    (PHONE, "--image_width 2301", ["image_width 2301", "122 to 2300"]),
    (PHONE, "--image_width 0", ["image_width", "1 to 1000000"]),
    (PHONE, "--image_width 100 --sizing pad", ["image_width 100", "or more"]),
    (PHONE, "--image_height 7", ["image_height", "8 to 128"]),
    (PHONE, "--image_height 129", ["image_height", "8 to 128"]),
    (PHONE, "--image_height 12 --sizing pad --image_width 500", ["image_height 12", "'pad'", "or more"]),
    (SEQUENCE, f"{SEVEN} --max_spacing 51", ["max_spacing", "1 to 50"]),
    (SEQUENCE, f"{SEVEN} --image_width 25", ["image_width 25", "26 to 620"]),
    (SEQUENCE, f"{SEVEN} --image_width 621", ["image_width 621", "26 to 620"]),
    # words
    (PHONE, "--sizing fil", ["'fil'", "did you mean 'fill'?"]),
    (PHONE, "--region jp", ["'jp'", "did you mean 'JP'?"]),
    (PHONE, "--region ZZ", ["unknown region 'ZZ'"]),
    (PHONE, "--glyphs optdigit", ["unknown glyph source 'optdigit'", "did you mean 'optdigits'?"]),
    (PHONE, "--glyphs no/such/folder", ["no/such/folder", "does not exist"]),
    (PHONE, "--glyphs file.txt", ["file.txt", "no folder"]),
    (PHONE, "--invert=maybe", ["invert", "'maybe'", "true or false"]),
    # flags
    (PHONE, "--imagewidth 300", ["unknown flag '--imagewidth'", "did you mean '--image_width'?"]),
    (PHONE, "--debug=true", ["flag --debug takes no value"]),
    (PHONE, "--version=1", ["flag --version takes no value"]),
    (PHONE, "--nope 1", ["unknown flag '--nope'", "allowed: --num_images"]),
    (PHONE, "--zzz 1", ["unknown flag '--zzz'", "--num_images"]),
    (PHONE, "--num_images", ["--num_images has no value"]),
    (PHONE, "--num_images --seed 3", ["--num_images has no value"]),
    (PHONE, "--num_images 1 --num-images 2", ["--num_images is given twice"]),
    (PHONE, "100", ["stray word '100'"]),
    (PHONE, "--num_images 5 images", ["stray word 'images'"]),
    (PHONE, "-n 5", ["stray word '-n'"]),
    (PHONE, "--", ["stray word '--'"]),
    (SEQUENCE, "", ["--sequence is missing", "--help"]),
    (SEQUENCE, "007", ["stray word '007'"]),
    (VALIDATE, "--sequence 1", ["unknown flag '--sequence'"]),
    # text stays text
    (SEQUENCE, "--sequence 1_0", ["'_'"]),
    (SEQUENCE, "--sequence 1e5", ["'e'"]),
    (SEQUENCE, "--sequence 0x10", ["'x'"]),
    (SEQUENCE, "--sequence 1,2", ["','"]),
    (SEQUENCE, "--sequence [1,2]", ["'['"]),
    (SEQUENCE, "--sequence None", ["'N'"]),
    (SEQUENCE, "--sequence=-5", ["'-'"]),
    (SEQUENCE, "--sequence=", ["sequence is ''", "1 to 100"]),
    (SEQUENCE, "--sequence " + "1" * 101, ["1 to 100 characters"]),
    (SEQUENCE, "--sequence \uff17", ["'\uff17'"]),
    # places
    (PHONE, "--config_file no.yaml", ["no.yaml", "no such configuration file"]),
    (PHONE, "--config_file broken.yaml", ["broken.yaml:2", "not YAML"]),
    (PHONE, "--config_file wrong.yaml", ["wrong.yaml:1", "did you mean 'current_dataset'?"]),
    (PHONE, "--output_path=", ["output_path is ''"]),
    (PHONE, "--output_path file.txt", ["file.txt", "is a file"]),
    (PHONE, "--output_path file.txt/deeper", ["file.txt", "is a file"]),
    (PHONE, "--output_path strange", ["strange", "meta.csv", "choose another folder"]),
    (SEQUENCE, f"{SEVEN} --output_path file.txt", ["file.txt", "is a file"]),
    (SEQUENCE, f"{SEVEN} --output_path strange", ["strange", "columns a, b"]),
    (VALIDATE, "--input_path nowhere", ["nowhere"]),
    (VALIDATE, "--input_path file.txt", ["file.txt"]),
    (VALIDATE, "--input_path empty", ["empty"]),
    (VALIDATE, "--input_path strange --min_spacing 9 --max_spacing 3", ["9", "3"]),
    (SHOW, "--input_path nowhere", ["nowhere", "no such folder"]),
    (SHOW, "--input_path empty", ["empty", "no images"]),
    (SHOW, "--input_path empty --scale 0", ["scale", "at least 1"]),
    (SHOW, "--input_path empty --output_file empty/sheet.png", ["inside the folder"]),
    (SHOW, "empty --output_file sheet", ["the ending ''", "allowed: .png"]),
    (SHOW, "empty --output_file nowhere/sheet.png", ["nowhere", "no such folder"]),
    (SHOW, "empty empty", ["stray word 'empty'", "INPUT_PATH"]),
    (SHOW, "empty --gap", ["unknown flag '--gap'", "did you mean '--gaps'?"]),
    (SHOW, "strange", ["meta.csv", "no table of ours"]),
    (SHOW, "file.txt", ["file.txt", "neither a folder nor a recipe"]),
    # the other commands for people
    (REPLAY, "", ["INPUT_PATH is missing", "mygenerator replay --help"]),
    (REPLAY, "empty", ["INDEX is missing"]),
    (REPLAY, "empty first", ["INDEX is 'first'", "whole number"]),
    (REPLAY, "empty 1.5", ["INDEX is '1.5'"]),
    (REPLAY, "empty 0 1", ["stray word '1'", "INPUT_PATH INDEX"]),
    (REPLAY, "nowhere 0", ["nowhere", "no such folder"]),
    (REPLAY, "file.txt 0", ["file.txt", "no such folder"]),
    (REPLAY, "empty 0", ["empty", "recipe.json", "meta.csv"]),
    (REPLAY, "strange 0", ["strange", "lacks the columns file_name"]),
    (REPLAY, "empty 0 --scale 0", ["scale is 0", "1 to 100"]),
    (REPLAY, "empty 0 --output_file large.gif", ["large.gif", "allowed: .png"]),
    (REPLAY, "empty 0 --output_file empty/large.png", ["inside the folder"]),
    (DOCTOR, "now", ["stray word 'now'"]),
    (DOCTOR, "--jsn", ["unknown flag '--jsn'", "did you mean '--json'?"]),
    (COMPLETION, "", ["SHELL is missing"]),
    (COMPLETION, "tcsh", ["unknown shell 'tcsh'", "allowed: bash, zsh, fish"]),
    (COMPLETION, "bash zsh", ["stray word 'zsh'"]),
]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A working folder with a file, an empty folder, somebody else's table, and two bad configurations."""
    (tmp_path / "file.txt").write_text("not a folder")
    (tmp_path / "empty").mkdir()
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "meta.csv").write_text("a,b\n1,2\n")
    (tmp_path / "broken.yaml").write_text("datasets: [\n")
    (tmp_path / "wrong.yaml").write_text("curent_dataset: optdigits\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path


def tree(folder):
    """Every name below a folder, with sizes and times of the files."""
    return sorted(
        (str(path), path.is_dir() or (path.stat().st_size, path.stat().st_mtime_ns)) for path in folder.rglob("*")
    )


@pytest.mark.parametrize(("command", "line", "words"), WRONG, ids=[f"{c.name} {line}" for c, line, _ in WRONG])
def test_wrong_input_leaves_with_2_one_message_and_nothing_written(command, line, words, workplace, capsys):
    before = tree(workplace)
    status = main(command, line.split(" ") if line else [])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    # The line that says what is used may come first; the message is one, and no traceback.
    message = err.splitlines()[-1]
    assert message.startswith(f"{command.name}: ")
    assert "Traceback" not in err
    for word in words:
        assert word in message
    # A first use may write the configuration of the home folder, and nothing else: no cache of glyphs either.
    allowed = {str(workplace / "home"), str(workplace / "home" / "config.yaml")}
    assert [entry for entry in tree(workplace) if entry[0] not in allowed] == before


def test_debug_shows_the_traceback_before_the_message(workplace, capsys):
    assert main(PHONE, ["--num_images", "0", "--debug"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.splitlines()[-1].startswith("generate-phone-numbers: num_images is 0")
