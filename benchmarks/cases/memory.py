"""Strips in memory, on one processor: ours in batches, those of other loops one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mygenerator
from benchmarks import processes, rivals
from benchmarks.cases import case
from benchmarks.goals import HONEST, PLAIN
from benchmarks.setting import Setting, SkipError
from benchmarks.timing import Contender, Result, take_turns
from mygenerator import CharToImages, CombineImagesHorizontally, PatternNlpDataset, Pipeline, TextToImage, twins
from mygenerator.dataset import Dataset

_BATCH = 1024
_ROWS = 10**9
_LONG_RUN_NS = 1e11


def texts(rows: int = _ROWS) -> PatternNlpDataset:
    """Strings of eleven digits."""
    return PatternNlpDataset(f"[0-9]{{{rivals.LENGTH}}}", size=rows, seed=1)


def strips(
    setting: Setting, width: int, sizing: str = "fill", gaps: tuple[int, int] = (1, 10), rows: int = _ROWS
) -> Dataset:
    """Our data set of such strings on strips 28 pixels high."""
    step = TextToImage(setting.glyphs, spacing_range=gaps, image_width=width, sizing=sizing)  # type: ignore[arg-type]
    return step.fit_transform(texts(rows))


def expect_long_run(setting: Setting) -> None:
    """Let the first call load compiled code, as in a job of many batches; a quick run does not wait for it."""
    if not setting.quick:
        twins.expect(_LONG_RUN_NS)


def batches_of(ds: Dataset, size: int) -> Callable[[], None]:
    """A turn of our code: the next batch."""
    batches = ds.batches(size)

    def turn() -> None:
        next(batches)

    return turn


def _compared(name: str, setting: Setting, width: int, sizing: str, gaps: tuple[int, int], honest: bool) -> Result:
    count = setting.size(_BATCH, 32)
    digits = rivals.Digits.load(setting)
    expect_long_run(setting)
    contenders = [
        Contender("ours", batches_of(strips(setting, width, sizing, gaps), count), count),
        Contender("plain loop", rivals.plain_loop(digits, width, count), count),
    ]
    if honest:
        contenders.append(Contender("honest loop", rivals.honest_loop(digits, width, count, gaps), count))
    contenders.append(
        Contender("output touched", rivals.touch_memory((count, rivals.HEIGHT, width)), count)
    )  # the floor
    notes = f"{rivals.HEIGHT} x {width}, {sizing}, gaps {gaps[0]} to {gaps[1]}, batches of {count:,}"
    result = Result(name, notes, take_turns(contenders, setting.turns(11)))
    result.ratio(PLAIN, "plain loop", "ours")
    result.ratio(HONEST, "honest loop", "ours")
    result.ratio("ours / output touched", "ours", "output touched")
    return result


@case(one_core=True)
def memory_pad(setting: Setting) -> Result:
    """Strips in memory, `pad`, 28 x 400."""
    return _compared("memory_pad", setting, 400, "pad", (1, 8), honest=False)


@case(one_core=True)
def memory_fill(setting: Setting) -> Result:
    """Strips in memory, `fill`, 28 x 300."""
    return _compared("memory_fill", setting, 300, "fill", (1, 10), honest=True)


@case(one_core=True)
def memory_narrow(setting: Setting) -> Result:
    """Strips in memory, `fill`, 28 x 160: glyphs shrink."""
    return _compared("memory_narrow", setting, 160, "fill", (1, 5), honest=True)


@case(one_core=True)
def augmented(setting: Setting) -> Result:
    """Strips in memory, `fill`, 28 x 300, with rotation, shear, scale, and salt and pepper."""
    count = setting.size(_BATCH, 32)
    result = Result(
        "augmented",
        f"28 x 300, fill, rotation +-10 degrees, shear the same, scale 0.9 to 1.1, 2 % noise, batches of {count:,}",
    )
    digits = rivals.Digits.load(setting)
    contenders = []
    try:
        ds = Pipeline([CharToImages(setting.glyphs), *_geometry()]).fit_transform(texts())
        expect_long_run(setting)
        contenders.append(Contender("ours", batches_of(ds, count), count))
    except SkipError as reason:
        result.skipped.append(f"ours: {reason}")
    contenders.append(Contender("plain loop", rivals.plain_loop(digits, 300, count), count))
    try:
        turn = rivals.albumentations_loop(digits, 300, count)
        contenders.append(Contender("albumentations", turn, count))
    except SkipError as reason:
        result.skipped.append(f"albumentations: {reason}")
    result.timings = take_turns(contenders, setting.turns(11))
    result.ratio("albumentations / ours", "albumentations", "ours")
    result.ratio("plain loop, not augmented / ours", "plain loop", "ours")
    return result


def _geometry() -> list[Any]:
    """The steps from glyphs to strips with noise; SkipError if the package does not have these steps."""
    try:
        rotate, shear, scale, noise = (
            getattr(mygenerator, name) for name in ("Rotate", "Shear", "Scale", "SaltAndPepper")
        )
    except AttributeError as error:
        raise SkipError(str(error)) from None
    return [
        rotate((-10, 10)),
        shear((-0.176, 0.176)),  # the tangent of 10 degrees
        scale((0.9, 1.1)),
        CombineImagesHorizontally((1, 10), 300),
        noise(0.02),
    ]


@case(one_core=True)
def published(setting: Setting) -> Result:
    """Strips in memory, compared with a published generator of text images, trdg (printed digits)."""
    if setting.trdg is None:
        raise SkipError("trdg needs a Pillow below 10, in an environment of its own: give its interpreter with --trdg")
    count, by_trdg = setting.size(_BATCH, 32), setting.size(200, 5)
    call = [setting.trdg, "-c", rivals.TRDG, str(by_trdg)]
    expect_long_run(setting)
    contenders = [
        Contender("ours", batches_of(strips(setting, 300), count), count),
        Contender("trdg", lambda: float(processes.run(call).split()[-1]), by_trdg),
    ]
    result = Result(
        "published", "28 x 300, fill; trdg: 28 pixels high, its defaults", take_turns(contenders, setting.turns(5))
    )
    result.ratio("trdg / ours", "trdg", "ours")
    return result


@case(one_core=True)
def single_sample(setting: Setting) -> Result:
    """One sample by its index, `ds[i]`, 28 x 300, in a process that has made many."""
    ds, calls = strips(setting, 300), setting.size(200, 5)
    digits = rivals.Digits.load(setting)

    def turn() -> None:
        for row in range(calls):
            _ = ds[row * 977]

    def first() -> None:
        _ = ds[5]

    cold = Contender("", first).seconds()
    expect_long_run(setting)
    contenders = [
        Contender("ours", turn, calls),
        Contender("plain loop", rivals.plain_loop(digits, 300, calls), calls),
    ]
    result = Result(
        "single_sample", f"the very first took {cold * 1e3:.0f} ms", take_turns(contenders, setting.turns(11))
    )
    result.amount("one sample, ms", result.timings[0].median * 1e3)
    result.ratio("ours / plain loop", "ours", "plain loop")
    return result
