"""The command `python -m benchmarks`, run from the root of a checkout whose package is installed."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine, report
from benchmarks.cases import Case, all_cases
from benchmarks.goals import GOALS
from benchmarks.processes import ONE_THREAD, ROOT
from benchmarks.setting import Setting

RESULTS, TABLE = "results.json", "results.md"
_FORMAT = 1


def main(words: Sequence[str] | None = None) -> int:
    """Run the chosen cases; returns the exit status: 0, 1 if a case failed, 2 if nothing was run."""
    parser = _parser()
    asked = parser.parse_args(words)
    cases = all_cases()
    if asked.list:
        print(_listed(cases))
        return 0
    names = _chosen(parser, asked.case, cases)
    if asked.rounds is not None and asked.rounds < 1:
        parser.error(f"--rounds is {asked.rounds}; allowed: whole numbers from 1")
    data = asked.data or os.environ.get("MYGENERATOR_TEST_DATA") or None
    if data is not None and not (Path(data) / "mnist").is_dir():
        parser.error(f"there is no folder mnist in {data}")
    output = Path(asked.output)
    facts = _facts(asked, data)
    kept = _kept(parser, output / RESULTS, facts) if asked.add else {}
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmarks-", dir=asked.disk) as scratch:
        failed = []
        for name in names:
            setting = Setting(
                asked.quick, asked.full, asked.rounds, data and os.path.abspath(data), scratch, scratch, asked.trdg
            )
            result = _run(name, cases[name], setting)
            if result is None:
                failed.append(name)
            else:
                kept[name] = result
            # After each case, so that a run that is stopped after an hour was not for nothing.
            whole = {**facts, "cases": [kept[known] for known in cases if known in kept]}
            (output / RESULTS).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
            (output / TABLE).write_text(report.markdown(whole), encoding="utf-8")
    print(report.markdown(whole))
    if asked.write_docs and not failed:
        report.write_page(whole)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Run each case and its competitors in turn, and write tables of medians and ratios.",
        epilog="examples: python -m benchmarks --quick\n"
        "          python -m benchmarks --case memory_fill --case png_ram_disk --data FOLDER\n"
        "          python -m benchmarks --full --data FOLDER --write-docs",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--quick", action="store_true", help="run every case at its smallest size, to check that nothing is broken"
    )
    parser.add_argument("--full", action="store_true", help="also run the sizes that take many minutes")
    parser.add_argument("--case", action="append", metavar="NAME", help="run only this case; can be given repeatedly")
    parser.add_argument("--list", action="store_true", help="list the cases and what they must reach")
    parser.add_argument("--rounds", type=int, metavar="N", help="how many times contenders take turns")
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        help="a folder that holds mnist/ with MNIST's test images and labels; by default MYGENERATOR_TEST_DATA, or "
        "the embedded digits if that is not set",
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="ztmpp/benchmarks",
        help=f"where {RESULTS} and {TABLE} are written (default ztmpp/benchmarks)",
    )
    parser.add_argument(
        "--disk", metavar="FOLDER", help="a folder on the disk to measure (default: the system's temporary folder)"
    )
    parser.add_argument("--trdg", metavar="PYTHON", help="an interpreter that has trdg and a Pillow below 10")
    parser.add_argument("--date", metavar="TEXT", default="", help="a date to record with the results")
    parser.add_argument(
        "--add",
        action="store_true",
        help="keep the other cases that an earlier run on this machine wrote to the output folder",
    )
    parser.add_argument("--write-docs", action="store_true", help="put the tables into docs/performance.md")
    return parser


def _listed(cases: dict[str, Case]) -> str:
    lines = []
    for name, one in cases.items():
        lines.append(f"{name:16} {one.title}")
        for (case, figure), goal in GOALS.items():
            if case == name:
                sign = "at least" if goal.at_least else "at most"
                lines.append(f"{'':16}   {figure}: {sign} {goal.must:g}, aim {goal.aim:g}")
    return "\n".join(lines)


def _chosen(parser: argparse.ArgumentParser, asked: list[str] | None, cases: dict[str, Case]) -> list[str]:
    from mygenerator.errors import did_you_mean

    for name in asked or []:
        if name not in cases:
            advice = did_you_mean(name, cases)
            parser.error(f"there is no case {name!r}{f'; {advice}' if advice else ''} (--list shows all)")
    return [name for name in cases if not asked or name in asked]


def _facts(asked: argparse.Namespace, data: str | None) -> dict[str, Any]:
    digits = Setting(asked.quick, asked.full, None, data, "", "").digits_name
    return {
        "format": _FORMAT,
        "quick": asked.quick,
        "date": asked.date,
        "machine": machine.machine(),
        "versions": machine.versions(),
        "digits": digits,
    }


def _kept(parser: argparse.ArgumentParser, path: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """The cases of an earlier run, by name; an error unless machine and versions were the same."""
    if not path.exists():
        return {}
    earlier = json.loads(path.read_text(encoding="utf-8"))
    differing = [key for key in facts if key != "date" and earlier.get(key) != facts[key]]
    if differing:
        parser.error(
            f"{path} was made with another {', '.join(differing)}: choose another --output, or leave out --add"
        )
    return {case["case"]: case for case in earlier["cases"]}


def _run(name: str, case: Case, setting: Setting) -> dict[str, Any] | None:
    """The result of a case, from a process of its own; None if that failed, after its own messages."""
    path = Path(setting.scratch) / f"{name}.json"
    environment = {
        **os.environ,
        **(ONE_THREAD if case.one_core else {}),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "MYGENERATOR_HOME": str(Path(setting.scratch) / f"home-{name}"),
    }
    # As for a user: modules are compiled once.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"{name} ...", end=" ", flush=True, file=sys.stderr)
    start = time.perf_counter()
    call = [sys.executable, "-m", "benchmarks.child", name, setting.to_json(), str(path)]
    status = subprocess.run(call, env=environment, check=False).returncode
    print(f"{time.perf_counter() - start:.1f} s" if status == 0 else "failed", file=sys.stderr)
    return json.loads(path.read_text(encoding="utf-8")) if status == 0 else None


if __name__ == "__main__":
    sys.exit(main())
