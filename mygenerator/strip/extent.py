"""How large the glyphs of a data set can be, known before any is made; decides feasibility and canvas sizes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mygenerator.errors import InputError

ONE = 2**16
"""1 in the fixed point of maps and of their bounds."""

MIN_GLYPH_PX = 2
"""The narrowest width to which `fill` and `equal` squeeze a glyph."""

MOST_STRETCH = 8 * ONE
"""How many times the composed maps may enlarge a glyph along an axis."""
LEAST_AREA = ONE // 16
"""The fraction of its area to which the composed maps may shrink a glyph."""


@dataclass(frozen=True)
class MapBounds:
    """Bounds on the affine maps of some steps, in 2**-16.

    Attributes
    ----------
    entries : (int, int, int, int)
        The largest absolute values of m00, m01, m10 and m11.
    area : int
        The smallest determinant.
    """

    entries: tuple[int, int, int, int] = (ONE, 0, 0, ONE)
    area: int = ONE

    def then(self, step: MapBounds) -> MapBounds:
        """The bounds of these maps followed by those of `step`.

        >>> turned = MapBounds((ONE, ONE // 2, ONE // 2, ONE))
        >>> MapBounds().then(turned) == turned
        True
        """
        (a, b, c, d), (e, f, g, h) = step.entries, self.entries
        sums = (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)
        return MapBounds(tuple(-(-each // ONE) for each in sums), step.area * self.area // ONE)  # type: ignore[arg-type]

    def check(self, who: object) -> None:
        """Raise InputError if the fixed point of maps is too coarse or too short for such maps."""
        a, b, c, d = self.entries
        if max(a + b, c + d) > MOST_STRETCH or self.area < LEAST_AREA:
            raise InputError(
                f"{who!r}, with the steps before it, enlarges glyphs up to {max(a + b, c + d) / ONE:.3g} times, "
                f"or shrinks them to {self.area / ONE:.3g} of their area",
                allowed=f"at most {MOST_STRETCH // ONE} times, and at least 1/{ONE // LEAST_AREA} of the area",
                do="narrow the ranges",
            )


@dataclass(frozen=True)
class GlyphExtent:
    """How large the usable glyphs in a strip can be, in pixels of their own canvas, under their maps.

    Attributes
    ----------
    widest : int
        The widest ink box.
    top, bottom : int
        The highest ink row, and the row after the lowest; under maps they can be outside the canvas.
    canvas_height, canvas_width : int
    beside : int
        How many columns on either side of the canvas no ink reaches; negative: how far ink can reach beyond it.
    maps : MapBounds
        The bounds of the maps so far.

    Examples
    --------
    Glyphs that are rotated by up to 30 degrees, to either side:

    >>> turned = GlyphExtent(20, 4, 24, 28, 28, beside=4).widened(MapBounds((65536, 32768, 32768, 65536)))
    >>> turned.widest, turned.top, turned.bottom, turned.beside
    (31, -2, 30, -2)
    >>> turned.settled().canvas_height
    32
    """

    widest: int
    top: int
    bottom: int
    canvas_height: int
    canvas_width: int
    beside: int = 0
    maps: MapBounds = MapBounds()

    def widened(self, step: MapBounds) -> GlyphExtent:
        """The extent after maps with these bounds; a pixel is added on each side for rounding."""
        tall = self.bottom - self.top
        a, b, c, d = step.entries
        # A low glyph grows by as much as its width makes it, whatever shrinks tall ones: shrinking is not counted.
        down = _half(max(d - ONE, 0) * tall + c * self.widest) + 1
        aside = _half(max(a - ONE, 0) * self.widest + b * tall) + 1
        return replace(
            self,
            widest=-(-(a * self.widest + b * tall) // ONE) + 1,
            top=self.top - down,
            bottom=self.bottom + down,
            beside=self.beside - aside,
            maps=self.maps.then(step),
        )

    def grown(self, pixels: int) -> GlyphExtent:
        """The extent with strokes thicker by `pixels` on every side, on a canvas larger by as much."""
        a, b, c, d = (-(-pixels * entry // ONE) for entry in self.maps.entries)
        return replace(
            self,
            widest=self.widest + 2 * (a + b),
            top=self.top + pixels - (c + d),
            bottom=self.bottom + pixels + c + d,
            canvas_height=self.canvas_height + 2 * pixels,
            canvas_width=self.canvas_width + 2 * pixels,
            beside=self.beside + pixels - (a + b),
        )

    def settled(self) -> GlyphExtent:
        """The extent without maps, on a canvas about the same middle that holds all that the maps can make."""
        above, aside = max(0, -self.top, self.bottom - self.canvas_height), max(0, -self.beside)
        return replace(
            self,
            top=self.top + above,
            bottom=self.bottom + above,
            canvas_height=self.canvas_height + 2 * above,
            canvas_width=self.canvas_width + 2 * aside,
            beside=self.beside + aside,
            maps=MapBounds(),
        )


def extent_of(ink: np.ndarray, canvas: tuple[int, ...]) -> GlyphExtent:
    """The extent of glyphs with these ink boxes, int (M, 4), on a canvas of (height, width)."""
    height, width = canvas
    widest = int((ink[:, 2].astype(int) - ink[:, 0]).max())
    top, bottom = int(ink[:, 1].min()), int(ink[:, 3].max())
    return GlyphExtent(widest, top, bottom, height, width, min(int(ink[:, 0].min()), width - int(ink[:, 2].max())))


def _half(growth: int) -> int:
    """Half of a growth in 2**-16 pixels, in whole pixels, rounded up."""
    return -(-growth // (2 * ONE))
