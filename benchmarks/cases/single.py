"""Single calls in a loop, on one processor: one image for each call, as in a script that calls a function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks import rivals
from benchmarks.cases import case
from benchmarks.cases.memory import expect_long_run
from benchmarks.setting import Setting
from benchmarks.timing import Contender, Result, take_turns
from mygenerator import NlpDataset, PatternNlpDataset, TextToImage, generate_numbers_sequence, twins
from mygenerator.compat.digitsequence import DigitSequence
from mygenerator.pipeline import make_strip

_GAPS = (2, 10)
_ROWS = 1000
_TEXT = "1234567890"
_LOOP = "float loop"


@case(one_core=True)
def single_call(setting: Setting) -> Result:
    """One image for each call, 5 and 10 digits of 28 pixels: `ds[i]` and `make_strip`, next to a loop on floats."""
    calls = setting.size(50, 2)
    digits = rivals.FloatDigits.load(setting)
    expect_long_run(setting)
    contenders = []
    for length in (5, 10):
        for name, call in _calls(setting, digits, length).items():
            contenders.append(Contender(f"{length}: {name}", _loop(call, calls), calls))
            if name != _LOOP:
                contenders.append(Contender(f"{length}: {name}, numpy", _by_numpy(_loop(call, calls)), calls))
    result = Result("single_call", _NOTES, take_turns(contenders, setting.turns(21), "call", 0))
    for length in (5, 10):
        for name in ("ds[i]", "generate_numbers_sequence", "DigitSequence"):
            for how in ("", ", numpy"):
                result.ratio(f"{length}: {name}{how} / {_LOOP}", f"{length}: {name}{how}", f"{length}: {_LOOP}")
    for timing in result.timings:
        result.amount(f"{timing.name}: 20th percentile, us", float(np.percentile(timing.rounds, 20)) * 1e6)
    return result


_NOTES = "gaps 2 to 10, fill; make_strip with a fresh seed and converted to floats; numpy: without compiled code"


def _calls(setting: Setting, digits: rivals.FloatDigits, length: int) -> dict[str, Callable[[int], object]]:
    """What is called with the number of the call."""
    text, width = _TEXT[:length], rivals.HEIGHT * length
    step = TextToImage(setting.glyphs, spacing_range=_GAPS, image_width=width)
    given = step.fit_transform(NlpDataset([text] * _ROWS, seed=1))
    drawn = step.fit_transform(PatternNlpDataset(f"[0-9]{{{length}}}", size=_ROWS, seed=1))

    variable = DigitSequence()

    def whole(_: int) -> np.ndarray:
        return make_strip(text, _GAPS, width, glyphs=setting.glyphs).image.astype(np.float32) / 255

    return {
        "ds[i]": lambda number: given[number % _ROWS],
        "ds[i] of a pattern": lambda number: drawn[number % _ROWS],
        "ds.get_sample(i)": lambda number: drawn.get_sample(number % _ROWS),
        "make_strip": whole,
        # Of the digits that the configuration names, as its callers have it.
        "generate_numbers_sequence": lambda _: generate_numbers_sequence(text, _GAPS, width),
        "DigitSequence": lambda _: variable.generate_numbers_sequence(text, _GAPS, width),
        _LOOP: lambda _: digits.strip([int(digit) for digit in text], _GAPS, width),
    }


def _loop(call: Callable[[int], object], calls: int) -> Callable[[], None]:
    made = 0

    def turn() -> None:
        nonlocal made
        for _ in range(calls):
            made += 1
            call(made)

    return turn


def _by_numpy(turn: Callable[[], None]) -> Callable[[], None]:
    def forced() -> None:
        with twins.forced("numpy"):
            turn()

    return forced
