"""Words and flags: what a command line means, before any command has run."""

from __future__ import annotations

import pytest

from mygenerator.cli.common import Command, main, read_flags
from mygenerator.errors import InputError

CALLS: list[dict] = []


def paint(*, picture: str, times: int, colour: str = "red", dry: bool = False) -> None:
    CALLS.append({"picture": picture, "times": times, "colour": colour, "dry": dry})


TEXTS = {"picture": "what", "times": "how often", "colour": "in what colour", "dry": "only say so"}
PAINT = Command("paint", paint, "paints: a picture.", TEXTS, [("paint house 3", "a house")], ("picture", "times"))


def look(*, folder: str = "here", deep: bool = False) -> int:
    CALLS.append({"folder": folder, "deep": deep})
    return 1


LOOK = Command("look", look, "looks.", {"folder": "where", "deep": "closely"}, [("look", "here")], ("folder",))


@pytest.fixture(autouse=True)
def no_calls():
    CALLS.clear()


@pytest.mark.parametrize(
    "line",
    [
        "house 3 --colour blue",
        "--colour blue house 3",
        "house --colour=blue 3",
        "--picture house --times 3 --colour blue",
        "--times=3 house --colour blue",
        "house --times 3 --colour blue",
    ],
)
def test_a_word_is_the_same_as_its_flag(line):
    assert main(PAINT, line.split()) == 0
    assert CALLS == [{"picture": "house", "times": 3, "colour": "blue", "dry": False}]


def test_a_word_that_may_be_left_out_has_its_default():
    assert main(LOOK, []) == 1
    assert main(LOOK, ["there", "--deep"]) == 1
    assert CALLS == [{"folder": "here", "deep": False}, {"folder": "there", "deep": True}]


@pytest.mark.parametrize("word", ["007", "1e5", "[1,2]", "None", "True", "a=b", "-", "-7", "{1: 2}", "'quoted'"])
def test_a_word_stays_the_text_it_is(word):
    assert main(PAINT, [word, "1"]) == 0
    assert CALLS[0]["picture"] == word


def test_a_word_after_a_switch_is_not_the_switch_s_value():
    assert main(PAINT, ["--dry", "house", "3"]) == 0
    assert CALLS == [{"picture": "house", "times": 3, "colour": "red", "dry": True}]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ["PICTURE is missing", "paint --help"]),
        ("house", ["TIMES is missing"]),
        ("--times 3", ["PICTURE is missing"]),
        ("house 3 4", ["unexpected argument '4'", "allowed: PICTURE TIMES", "--colour"]),
        ("house three", ["TIMES is 'three'", "whole number"]),
        ("house 3.5", ["TIMES is '3.5'"]),
        ("house 3 --picture tree", ["PICTURE is given twice", "'house'", "--picture"]),
        ("house 3 --times 4", ["TIMES is given twice"]),
        ("house 3 --color red", ["unknown flag '--color'", "did you mean '--colour'?"]),
        ("--wrong house 3", ["unknown flag '--wrong'"]),
        ("-n 3", ["unexpected argument '-n'"]),
        ("house 3 --", ["unexpected argument '--'"]),
        ("house 3 --colour", ["flag --colour has no value"]),
        ("house 3 --dry=perhaps", ["--dry is 'perhaps'"]),
    ],
)
def test_wrong_words_and_flags_are_one_message_and_call_nothing(line, words, capsys):
    assert main(PAINT, line.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("paint: ")
    assert len(err.splitlines()) == 1
    for word in words:
        assert word in err
    assert CALLS == []


def test_an_empty_word_is_refused(capsys):
    assert main(PAINT, ["", "3"]) == 2
    assert "PICTURE is ''" in capsys.readouterr().err


def test_help_shows_words_where_they_stand(capsys):
    assert main(PAINT, ["--help"]) == 0
    out = capsys.readouterr().out
    assert "\n  paint PICTURE TIMES [--flag value | --flag=value ...]\n" in out
    assert "also as --picture" in out
    assert main(LOOK, ["--help"]) == 0
    assert "\n  look [FOLDER] [--flag" in capsys.readouterr().out


def rest(*, minutes: int = 1) -> None:
    CALLS.append({"minutes": minutes})


def test_a_command_without_words_refuses_every_word():
    lonely = Command("rest", rest, "rests.", {"minutes": "how long"}, [("rest", "a minute")])
    with pytest.raises(InputError, match="unexpected argument 'house'; allowed: --minutes; see rest --help"):
        read_flags(lonely, ["house"])
