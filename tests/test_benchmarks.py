"""The benchmarks as a program: what they list, refuse and write. No time is looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import report
from benchmarks.cases import all_cases
from benchmarks.goals import GOALS, Goal, at_most
from benchmarks.timing import Contender, Result, Timing, quartiles, take_turns

ROOT = Path(__file__).parents[1]
PROFILE = ROOT / "benchmarks" / "profile.sh"

TIMES = st.floats(1e-9, 1e3)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "MYGENERATOR_TEST_DATA"} | variables
    call = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def quick(tmp_path_factory) -> Path:
    """The output of a quick run of two cases."""
    folder = tmp_path_factory.mktemp("benchmarks")
    done = run("--quick", "--case", "memory_pad", "--case", "png_disk", "--output", str(folder), "--date", "today")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (folder / "results.md").read_text(encoding="utf-8").strip()
    return folder


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


# The command


def test_the_list_names_every_case_with_what_it_must_show():
    done = run("--list")
    assert done.returncode == 0
    assert re.findall(r"^(\w+)", done.stdout, re.M) == list(all_cases())
    assert "plain loop / ours: at least 6, aim 15" in done.stdout
    assert "ours / import numpy, cv2: at most 3, aim 2" in done.stdout


def test_help_tells_every_flag():
    done = run("--help")
    assert done.returncode == 0
    flags = "quick full case list rounds data output disk trdg date add write-docs help"
    assert all(f"--{flag}" in done.stdout for flag in flags.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--case", "memory_padd"], "did you mean 'memory_pad'"),
        (["--case", "xyz"], "there is no case 'xyz'"),
        (["--rounds", "0"], "whole numbers from 1"),
        (["--rounds", "many"], "invalid int value"),
        (["--data", "nowhere"], "there is no folder mnist in nowhere"),
        (["--quik"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(words, said, tmp_path):
    done = run("--quick", *words, "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_quick_run_writes_what_was_asked_for_and_on_what(quick):
    whole = results(quick)
    assert [case["case"] for case in whole["cases"]] == ["memory_pad", "png_disk"]
    assert (whole["quick"], whole["date"], whole["digits"]) == (True, "today", "the embedded optdigits")
    assert set(whole["machine"]) >= {"processor", "cores"}
    assert set(whole["versions"]) >= {"python", "numpy", "mygenerator"}
    assert [one["name"] for one in whole["cases"][0]["timings"]] == ["ours", "plain loop", "output touched"]
    assert all(len(one["rounds"]) == 2 for case in whole["cases"] for one in case["timings"])


def test_the_table_says_what_the_json_file_holds(quick):
    table = (quick / "results.md").read_text(encoding="utf-8")
    rows = {
        (cells[0], cells[1]): cells for cells in (line[2:-2].split(" | ") for line in table.splitlines() if "|" in line)
    }
    for case in results(quick)["cases"]:
        for timing in case["timings"]:
            assert rows[case["case"], timing["name"]][3] == report.duration(timing["median"])
        for figure in case["figures"]:
            assert rows[case["case"], figure["name"]][2] == report.number(figure["value"])
    assert "its times mean nothing" in table
    assert "missed" not in table


def test_a_later_run_can_be_added_and_one_with_other_versions_cannot(quick, tmp_path):
    for path in quick.iterdir():
        shutil.copy(path, tmp_path)
    again = ["--quick", "--add", "--case", "single_sample", "--output", str(tmp_path)]
    assert run(*again).returncode == 0
    assert [case["case"] for case in results(tmp_path)["cases"]] == ["memory_pad", "single_sample", "png_disk"]
    other = results(tmp_path)
    other["versions"]["numpy"] = "1.0"
    (tmp_path / "results.json").write_text(json.dumps(other), encoding="utf-8")
    done = run(*again)
    assert done.returncode == 2
    assert "was made with another versions" in done.stderr


# Its parts


def test_every_goal_is_a_case_s_and_its_aim_is_no_weaker_than_its_must():
    assert {case for case, _ in GOALS} <= set(all_cases())
    for goal in GOALS.values():
        assert goal.aim >= goal.must if goal.at_least else goal.aim <= goal.must


@given(st.floats(0, 100))
def test_a_goal_is_missed_or_reached(value):
    assert Goal(3, 5).verdict(value) == ("aim" if value >= 5 else "must" if value >= 3 else "missed")
    assert at_most(3, 2).verdict(value) == ("aim" if value <= 2 else "must" if value <= 3 else "missed")


def test_contenders_take_turns_after_a_first_one_that_is_told_apart():
    order: list[str] = []

    def turn_of(name: str) -> Contender:
        return Contender(name, lambda: order.append(name) or 6.0, 3, lambda: order.append(f"before {name}"))  # type: ignore[func-returns-value]

    timings = take_turns([turn_of("a"), turn_of("b")], 2, least_s=0)
    assert order == ["before a", "a", "before b", "b"] * 3
    assert timings == [Timing("a", "image", 2.0, [2.0, 2.0]), Timing("b", "image", 2.0, [2.0, 2.0])]


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=12))
def test_a_ratio_is_that_of_medians_and_its_rounds_are_those_of_neighbours(pairs):
    first, second = (list(times) for times in zip(*pairs, strict=True))
    result = Result("memory_pad", timings=[Timing("a", "image", 1, first), Timing("b", "image", 1, second)])
    result.ratio("a / b", "a", "b")
    result.ratio("a / c", "a", "c")
    (figure,) = result.figures
    assert figure.value == result.timings[0].median / result.timings[1].median
    assert figure.rounds == [a / b for a, b in pairs]
    low, high = quartiles(figure.rounds)
    assert min(figure.rounds) <= low <= figure.paired <= high <= max(figure.rounds)  # type: ignore[operator]


def test_the_page_s_generated_part_alone_is_replaced(quick, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{report.BEGIN}\nstale\n{report.END}\n\nafter\n", encoding="utf-8")
    report.write_page(results(quick), page)
    written = page.read_text(encoding="utf-8")
    assert "stale" not in written
    assert report.markdown(results(quick)) in written
    assert (written.startswith("before\n\n<!--"), written.endswith("-->\n\nafter\n")) == (True, True)
    report.write_page(results(quick), page)
    assert page.read_text(encoding="utf-8") == written


def test_a_page_without_marks_is_left_alone(quick, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n", encoding="utf-8")
    with pytest.raises(ValueError, match="once each"):
        report.write_page(results(quick), page)
    assert page.read_text(encoding="utf-8") == "before\n"


def test_the_page_of_the_docs_has_its_marks():
    text = report.PAGE.read_text(encoding="utf-8")
    assert (text.count(report.BEGIN), text.count(report.END)) == (1, 1)


# The profile


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--help"], 0, "Usage: bash benchmarks/profile.sh"),
        (["--images", "0"], 2, "whole numbers from 1"),
        (["--sizing", "wide"], 2, "fill, equal, pad, resize"),
        (["--images"], 2, "needs a value"),
        (["--imags", "3"], 2, "unknown argument '--imags'"),
    ],
)
def test_the_profile_script_explains_itself_and_refuses_what_it_does_not_know(words, status, said, tmp_path):
    done = subprocess.run(["bash", PROFILE, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert said in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
    assert os.access(PROFILE, os.X_OK)
