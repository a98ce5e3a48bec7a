"""The results as two Markdown tables, a JSON file, and the generated part of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.processes import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- the part from here on is written by python -m benchmarks -->"
END = "<!-- the part up to here is written by python -m benchmarks -->"


def markdown(report: dict[str, Any]) -> str:
    """The tables of a report (the content of `results.json`), with the machine and versions of the run."""
    parts = [_made_on(report)]
    quick = report["quick"]
    figures = [[case["case"], *_figure(figure, quick)] for case in report["cases"] for figure in case["figures"]]
    if figures:
        head = ["case", "figure", "value", "by rounds: median, quartiles", "must", "aim", "reached"]
        parts.append(_table(head, figures))
    timings = [[case["case"], *_timing(timing)] for case in report["cases"] for timing in case["timings"]]
    if timings:
        parts.append(_table(["case", "contender", "cold", "median", "quartiles", "per"], timings))
    notes = [[case["case"], case["notes"]] for case in report["cases"] if case["notes"]]
    if notes:
        parts.append(_table(["case", "how"], notes))
    left_out = [f"- {case['case']}: {reason}" for case in report["cases"] for reason in case["skipped"]]
    if left_out:
        parts.append("Left out:\n\n" + "\n".join(left_out))
    return "\n\n".join(parts) + "\n"


def write_page(report: dict[str, Any], page: Path = PAGE) -> None:
    """Put the tables between the marks of a page; ValueError unless it has both marks, once each."""
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{page} must have these two lines, once each:\n{BEGIN}\n{END}")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{markdown(report)}\n{END}{after}", encoding="utf-8")


def _made_on(report: dict[str, Any]) -> str:
    machine, versions = report["machine"], report["versions"]
    memory = f", {machine['memory_GB']} GB" if "memory_GB" in machine else ""
    text = [
        f"{machine['processor']}, {machine['cores']} processors{memory}, {machine['system']}",
        ", ".join(f"{name} {version}" for name, version in versions.items()),
        f"written with {report['digits']}",
        *([report["date"]] if report["date"] else []),
        *(["a quick run: its times mean nothing"] if report["quick"] else []),
    ]
    return "; ".join(text) + "."


def _figure(figure: dict[str, Any], quick: bool) -> list[str]:
    rounds = "" if figure["paired"] is None else f"{number(figure['paired'])} ({_span(figure['quartiles'])})"
    goal = ["", "", ""]
    if "must" in figure:
        sign = "at least " if figure["at_least"] else "at most "
        goal = [f"{sign}{figure['must']:g}", f"{figure['aim']:g}", "" if quick else figure["reached"]]
    return [figure["name"], number(figure["value"]), rounds, *goal]


def _timing(timing: dict[str, Any]) -> list[str]:
    spread = " to ".join(duration(second) for second in timing["quartiles"])
    return [timing["name"], duration(timing["cold"]), duration(timing["median"]), spread, timing["unit"]]


def _span(values: Sequence[float]) -> str:
    return " to ".join(number(value) for value in values)


def number(value: float) -> str:
    """Three significant digits, never in powers of ten.

    >>> number(0.01234), number(5.678), number(1234.5)
    ('0.0123', '5.68', '1,234')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def duration(seconds: float) -> str:
    """Seconds in a suitable unit.

    >>> duration(2.5e-6), duration(0.0123), duration(7)
    ('2.5 us', '12.3 ms', '7 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds / 1e-9)} ns"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
