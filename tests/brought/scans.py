"""Scans of digits as people bring them, each made from a clean digit, so that what is read can be compared with it.

A `Condition` turns a digit (uint8, white on black) into an image file and the digit that it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from mygenerator.rng import Stream

WHITE = 255


@dataclass(frozen=True)
class Condition:
    """How digits were scanned.

    Attributes
    ----------
    name, source : str
        What is special, and who makes such scans.
    scan : callable
        (digit, number) -> (image, truth): uint8 (h, w), (h, w, 3) or (h, w, 4), and the digit that it shows, as
        large as the image, uint8, white on black. The number of the digit decides what is drawn.
    even : bool
        Whether the paper is even and the contrast at least 60 levels: then nearly all digits have to be used.
    encode : callable
        (image) -> the bytes of a file.
    """

    name: str
    source: str
    scan: Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
    even: bool = False
    encode: Callable[[np.ndarray], bytes] = lambda image: _png(image)


def _png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def _jpeg(quality: int) -> Callable[[np.ndarray], bytes]:
    return lambda image: cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def noise(shape: tuple[int, ...], number: int, deviation: float) -> np.ndarray:
    """Nearly normal noise: the sum of four uniform draws, float64."""
    draws = Stream(11, "scanner noise").uniform(number, np.arange(4 * int(np.prod(shape))))
    return (draws.reshape(4, *shape).sum(axis=0) - 2) * np.sqrt(3) * deviation


def inked(digit: np.ndarray, paper: np.ndarray | float, ink: float) -> np.ndarray:
    """The digit in this ink on this paper: float64."""
    share = digit / 255
    return paper * (1 - share) + ink * share


def as_image(levels: np.ndarray) -> np.ndarray:
    """Rounded and cut to 0 to 255: uint8."""
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8)


def on_paper(paper: float, ink: float, deviation: float = 4) -> Callable:
    """Even paper."""
    return lambda digit, number: (
        as_image(inked(digit, paper, ink) + noise(digit.shape, number, deviation)),
        digit,
    )


def lit(light: Callable[[np.ndarray, np.ndarray], np.ndarray], ink: float = 0.15, deviation: float = 3) -> Callable:
    """Paper of level 230 under light that is a share (0 to 1) of the full one at each place; the ink reflects `ink`."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        height, width = digit.shape
        y, x = np.mgrid[0:height, 0:width] / [[[height - 1]], [[width - 1]]]
        turned = np.rot90(light(x, y), number % 4)
        turned = cv2.resize(np.ascontiguousarray(turned), (width, height))
        shown = inked(digit, 230.0, 230.0 * ink) * turned
        return as_image(shown + noise(digit.shape, number, deviation)), digit

    return scan


def edged(width: int, level: float, sides: str, inset: int = 0) -> Callable:
    """Lines of this width and level along some sides ("tblr"), `inset` pixels from the edge; dark ink on white."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        scale = max(1, round(digit.shape[0] / 28))
        truth = np.pad(digit, (inset + 1) * scale)
        shown = inked(truth, 245, 30) + noise(truth.shape, number, 3)
        first, last = inset * scale, (inset + width) * scale
        for side, lines in zip("tblr", (shown, shown[::-1], shown.T, shown.T[::-1]), strict=True):
            if side in sides:
                lines[first:last] = level
        return as_image(shown), truth

    return scan


def turned_sheet(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """A sheet that was turned by up to 25 degrees after scanning: its corners are transparent."""
    angle = 8 + number % 18 if number % 2 else -8 - number % 18
    height, width = digit.shape
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, 1)
    sheet = as_image(inked(digit, 235, 40) + noise(digit.shape, number, 3))
    alpha = cv2.warpAffine(np.full_like(digit, WHITE), matrix, (width, height))
    grey = cv2.warpAffine(sheet, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    grey[alpha == 0] = 0
    return np.dstack([grey] * 3 + [alpha]), cv2.warpAffine(digit, matrix, (width, height))


def white_made_transparent(deviation: float, fuzz: int) -> Callable:
    """Black ink on white, everything within `fuzz` levels of white made transparent."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        grey = as_image(inked(digit, WHITE, 0) + noise(digit.shape, number, deviation))
        alpha = np.where(grey >= WHITE - fuzz, 0, WHITE).astype(np.uint8)
        return np.dstack([grey] * 3 + [alpha]), digit

    return scan


def ink_alone(ink: int, under: int) -> Callable:
    """Ink of one colour whose alpha is the digit; where nothing is drawn, the colour below is `under`."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        del number
        grey = np.where(digit > 0, ink, under).astype(np.uint8)
        return np.dstack([grey] * 3 + [digit]), digit

    return scan


def _pencil(contrast: float) -> Callable:
    """Soft pencil: its strokes are grainy."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        grain = 1 - np.abs(noise(digit.shape, number + 5000, 0.15))
        shown = inked((digit * np.clip(grain, 0, 1)), 235, 235 - contrast)
        return as_image(shown + noise(digit.shape, number, 3)), digit

    return scan


def _mirrored(scan: Callable) -> Callable:
    def mirrored(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        image, truth = scan(digit, number)
        return 255 - image, truth

    return mirrored


def _shadow(softness: float) -> Callable:
    return lambda x, y: 0.55 + 0.45 / (1 + np.exp(-(x * 0.8 + y * 0.6 - 0.7) / softness))


def _blurred(scan: Callable, deviation: float) -> Callable:
    def blurred(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        image, truth = scan(digit, number)
        return as_image(cv2.GaussianBlur(image.astype(np.float64), (0, 0), deviation)), truth

    return blurred


_LIGHTS = {
    "light from one side": lambda x, y: 1 - 0.4 * x,
    "light from one corner": lambda x, y: 1 - 0.25 * (x + y),
    "dark corners": lambda x, y: 1 - 0.7 * ((x - 0.5) ** 2 + (y - 0.5) ** 2),
    "the soft shadow of a hand": _shadow(0.12),
    "the hard edge of a shadow": _shadow(0.01),
    "the bright spot of a lamp": lambda x, y: 0.6 + 0.4 * np.exp(-((x - 0.3) ** 2 + (y - 0.4) ** 2) / 0.08),
}

CONDITIONS = [
    *(
        Condition(f"dark ink on paper of level {paper}", "phone photo", on_paper(paper, 30), even=True)
        for paper in (90, 105, 120, 125, 140, 160, 180, 200, 220, 240)
    ),
    *(
        Condition(
            f"light ink on a board of level {255 - paper}",
            "photo of a board",
            _mirrored(on_paper(paper, 30)),
            even=True,
        )
        for paper in (90, 105, 120, 125, 140, 160, 180, 200, 220, 240)
    ),
    *(
        Condition(f"chalk on a board of level {board}", "photo of a board", on_paper(board, 250), even=board <= 190)
        for board in (60, 110, 140, 165, 190, 205, 225)
    ),
    *(
        Condition(f"noisy scan of dark ink on level {paper}", "cheap camera", on_paper(paper, 30, 8), even=True)
        for paper in (125, 180, 235)
    ),
    *(Condition(name, "phone photo", lit(light)) for name, light in _LIGHTS.items()),
    *(
        Condition(f"{name}, white on black", "photo of a board", _mirrored(lit(light)))
        for name, light in _LIGHTS.items()
    ),
    *(
        Condition(f"{width} px edge of level {level} at {sides}", "flatbed scanner", edged(width, level, sides))
        for sides in ("tblr", "t", "rb")
        for width in (1, 2, 3)
        for level in (0, 80, 160)
    ),
    *(
        Condition(f"cell of {width} px lines of level {level}", "form", edged(width, level, "tblr", inset=2))
        for width in (1, 2, 3)
        for level in (0, 80, 160)
    ),
    Condition("sheet turned, transparent corners", "image editor", turned_sheet),
    Condition("white made transparent", "image editor", white_made_transparent(0, 0)),
    Condition("white made transparent, noisy", "image editor", white_made_transparent(4, 0)),
    Condition("near white made transparent", "image editor", white_made_transparent(4, 12)),
    Condition("black ink on nothing", "drawing program", ink_alone(0, 0), even=True),
    Condition("black ink on transparent white", "drawing program", ink_alone(0, 255), even=True),
    Condition("white ink on nothing", "drawing program", ink_alone(255, 0), even=True),
    *(
        Condition(f"pencil of contrast {contrast}", "flatbed scanner", _pencil(contrast))
        for contrast in (40, 55, 65, 90)
    ),
    *(
        Condition(f"JPEG of quality {quality}", "phone photo", on_paper(200, 40), even=True, encode=_jpeg(quality))
        for quality in (30, 60, 90)
    ),
]


@dataclass(frozen=True)
class Spoilt:
    """Scans that show more than a digit, or less, so that most or all of them cannot be used.

    Attributes
    ----------
    name, source, scan : str, str, callable
        As those of a `Condition`.
    least_size : int
        The height in pixels of the smallest digits for which it can be seen.
    most : float
        The share of the scans that may be used wrongly.
    """

    name: str
    source: str
    scan: Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
    least_size: int = 28
    most: float = 0.025


def _drawn_round(draw: Callable[[np.ndarray, int, int], None], blur: float = 0) -> Callable:
    """Something drawn round a digit, in pixels of an image eight times as large: draw(levels, side, width)."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        size = digit.shape[0]
        drawn = np.zeros((8 * size, 8 * size), np.uint8)
        draw(drawn, 8 * size, 8 * max(1, round(size / 28)))
        share = cv2.resize(drawn, (size, size), interpolation=cv2.INTER_AREA) / 255
        ink = inked(digit, 240, 40)
        shown = ink * (1 - share) + np.minimum(ink, 60) * share
        if blur:
            shown = cv2.GaussianBlur(shown, (0, 0), blur)
        return as_image(shown + noise(digit.shape, number, 2)), digit

    return scan


def _box(inset: float) -> Callable:
    def draw(levels: np.ndarray, side: int, width: int) -> None:
        near, far = int(inset * side), int((1 - inset) * side)
        cv2.rectangle(levels, (near, near), (far, far), WHITE, width)

    return draw


def _circle(inset: float, start: int = 0, stop: int = 360) -> Callable:
    def draw(levels: np.ndarray, side: int, width: int) -> None:
        radius = int((0.5 - inset) * side)
        cv2.ellipse(levels, (side // 2, side // 2), (radius, radius), 0, start, stop, WHITE, width)

    return draw


def _comb(inset: float) -> Callable:
    def draw(levels: np.ndarray, side: int, width: int) -> None:
        near, far = int(inset * side), int((1 - inset) * side)
        cv2.polylines(levels, [np.array([(near, near), (near, far), (far, far), (far, near)])], False, WHITE, width)

    return draw


def _cut_out(ground: float, paper: float, reach: int) -> Callable:
    """A digit cut out with paper around it, `reach` of MNIST's pixels across, pasted on plain black or white."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        across = round(reach * digit.shape[0] / 28) | 1
        shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
        mask = cv2.dilate((digit > 80).astype(np.uint8), shape) > 0
        return as_image(np.where(mask, inked(digit, paper, 40) + noise(digit.shape, number, 3), ground)), digit

    return scan


SPOILT = [
    *(
        Spoilt(f"{name}, {inset:.0%} from the sides", source, _drawn_round(draw(inset)), most=most)
        for name, source, draw, most in (
            ("a printed box", "form", _box, 0.025),
            ("a circle", "answer sheet", _circle, 0.025),
            ("an open circle", "answer sheet", lambda inset: _circle(inset, 50, 350), 0.27),  # 0 like a slashed 0
            ("a comb", "form", _comb, 0.025),
        )
        for inset in (0.06, 0.1, 0.125)
    ),
    Spoilt("a blurred box", "phone photo", _drawn_round(_box(0.1), 0.6)),
    Spoilt("a blurred circle", "phone photo", _drawn_round(_circle(0.1), 0.6), most=0.06),
    *(
        Spoilt(f"cut out of paper of level {paper}, on {name}", "segmentation", _cut_out(ground, paper, 5), 56)
        for name, ground in (("black", 0), ("white", 255))
        for paper in (130, 190)
    ),
]
"""What most digits are joined to, and cut-outs; in small images, paper around the ink is as narrow as a soft edge."""


def padded(ground: float, paper: float, shade: float) -> Callable:
    """A crop of unevenly lit paper, padded to a square with plain black or white."""

    def scan(digit: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
        size, margin = digit.shape[0], 4 * max(1, round(digit.shape[0] / 28))
        rows, columns = (np.flatnonzero((digit >= 64).any(axis=axis)) for axis in (1, 0))
        crop = tuple(slice(max(0, one[0] - margin), min(size, one[-1] + 1 + margin)) for one in (rows, columns))
        y, x = np.mgrid[0:size, 0:size] / size - 0.5
        light = 1 - shade * (x * np.cos(number) + y * np.sin(number))
        shown = np.full(digit.shape, float(ground))
        shown[crop] = (inked(digit, paper, paper / 6) * light + noise(digit.shape, number, 3))[crop].clip(0, 255)
        return as_image(shown), digit

    return scan


CONDITIONS += [
    Condition(f"padded with {name}, paper of level {paper}, {shade:.0%} of shade", "segmentation", scan)
    for name, ground in (("black", 0), ("white", 255))
    for paper, shade in ((140, 0.1), (180, 0.35), (215, 0.1), (240, 0.35))
    for scan in [padded(ground, paper, shade)]
]
CONDITIONS += [
    Condition(f"cell of {width} px soft lines of level {level}", "phone photo of a form", blurred)
    for width in (1, 2)
    for level in (0, 80, 160)
    for blurred in [_blurred(edged(width, level, "tblr", inset=2), 0.6)]
]


SELDOM_USED = frozenset(
    (
        "the soft shadow of a hand",
        "the hard edge of a shadow",
        "light from one corner, white on black",
        "the soft shadow of a hand, white on black",
        "the hard edge of a shadow, white on black",
        "the bright spot of a lamp, white on black",
    )
)
"""Conditions that leave it open what is paper and what is ink; in all others, nine of ten clear digits are used."""


def shows(glyph: np.ndarray, digit: np.ndarray) -> bool:
    """Whether a glyph, uint8 and as large as the digit, is that digit: nothing firm is missing, nothing was added."""
    unit = max(1, round(digit.shape[0] / 28))
    ink, firm = glyph >= 64, digit >= 160
    around = cv2.dilate(digit, np.ones((2 * unit + 1, 2 * unit + 1), np.uint8)) >= 64
    missing = (firm & ~ink).sum() / max(firm.sum(), 1)
    added = (ink & ~around).sum() / max(ink.sum(), 1)
    return bool(missing <= 0.15 and added <= 0.1)
