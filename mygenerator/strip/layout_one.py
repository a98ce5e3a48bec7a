"""`layout.place` for one strip, in Python's integers: a strip made alone goes through them faster than through arrays.

It makes the same boxes as the definition in layout.py; change both, and the tests compare them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mygenerator.strip.extent import MIN_GLYPH_PX

Box = Sequence[int]


def place(
    sizing: str,
    ink: Sequence[Box],
    gaps: Sequence[int],
    canvas: tuple[int, int],
    size: tuple[int, int],
    tall: Sequence[bool],
    align: str,
    bits: int | None,
) -> tuple[list[list[int]], list[int]]:
    """The boxes of one strip's glyphs, and the gaps between them.

    Parameters
    ----------
    sizing, canvas, size, align : see `layout.place`
    ink : L boxes of four integers
        All glyphs are there.
    gaps : L - 1 integers
    tall : L bool
    bits : int or None
        32 random bits, for align `random`.
    """
    height, width = size
    if sizing == "resize":
        return _resized(ink, gaps, canvas, size)
    room = width - sum(gaps)
    if sizing == "fill":
        widths = _apportioned([x1 - x0 for x0, _, x1, _ in ink], room)
        rows = _filled_rows(ink, room, canvas[0], height)
    elif sizing == "equal":
        count = len(ink)
        widths = [(number + 1) * room // count - number * room // count for number in range(count)]
        rows = [
            (0, height) if high else _scaled(y0, y1, height, canvas[0], canvas[0], height)
            for (_, y0, _, y1), high in zip(ink, tall, strict=True)
        ]
    else:
        down = (height - canvas[0]) // 2
        widths, rows = [x1 - x0 for x0, _, x1, _ in ink], [(y0 + down, y1 + down) for _, y0, _, y1 in ink]
    left = _margin(room - sum(widths), align, bits)
    boxes = []
    for wide, (top, bottom), gap in zip(widths, rows, [*gaps, 0], strict=True):
        boxes.append([left, top, left + wide, bottom])
        left += wide + gap
    return boxes, list(gaps)


def _margin(slack: int, align: str, bits: int | None) -> int:
    if align == "random" and bits is not None:
        return ((slack + 1) * bits) >> 32
    return {"left": 0, "center": slack // 2, "right": slack}[align]


def _apportioned(ink_widths: list[int], room: int) -> list[int]:
    """`room` columns in proportion to the ink widths, by largest remainder, none below MIN_GLYPH_PX."""
    free = list(range(len(ink_widths)))
    while True:
        to_share = room - MIN_GLYPH_PX * (len(ink_widths) - len(free))
        total = max(sum(ink_widths[number] for number in free), 1)
        shares = {number: divmod(ink_widths[number] * to_share, total) for number in free}
        kept = [number for number in free if shares[number][0] >= MIN_GLYPH_PX]
        if len(kept) == len(free):
            break
        free = kept
    widths = [MIN_GLYPH_PX] * len(ink_widths)
    left_over = to_share
    for number, (share, _) in shares.items():
        widths[number] = share
        left_over -= share
    # The sort is stable: between equal remainders the glyph further left is first.
    for number in sorted(free, key=lambda number: -shares[number][1])[: max(left_over, 0)]:
        widths[number] += 1
    return widths


def _filled_rows(ink: Sequence[Box], room: int, canvas_height: int, height: int) -> list[tuple[int, int]]:
    natural = sum(x1 - x0 for x0, _, x1, _ in ink)
    tallest = max(1, *(max(canvas_height - 2 * y0, 2 * y1 - canvas_height) for _, y0, _, y1 in ink))
    numerator, denominator = (room, natural) if room * tallest <= natural * height else (height, tallest)
    return [_scaled(y0, y1, numerator, denominator, canvas_height, height) for _, y0, _, y1 in ink]


def _scaled(y0: int, y1: int, numerator: int, denominator: int, canvas_height: int, height: int) -> tuple[int, int]:
    """The ink's rows scaled about the cell's middle, rounded half up."""
    middle = (height + 1) * denominator
    top = (middle + (2 * y0 - canvas_height) * numerator) // (2 * denominator)
    bottom = (middle + (2 * y1 - canvas_height) * numerator) // (2 * denominator)
    top = min(max(top, 0), height - 1)
    return top, min(max(bottom, top + 1), height)


def _resized(
    ink: Sequence[Box], gaps: Sequence[int], canvas: tuple[int, int], size: tuple[int, int]
) -> tuple[list[list[int]], list[int]]:
    (cell_height, cell_width), (height, width) = canvas, size
    total = len(ink) * cell_width + sum(gaps)
    boxes, left = [], 0
    for (x0, y0, x1, y1), gap in zip(ink, [*gaps, 0], strict=True):
        # Rounded outwards.
        boxes.append(
            [
                (left + x0) * width // total,
                y0 * height // cell_height,
                -(-(left + x1) * width // total),
                -(-y1 * height // cell_height),
            ]
        )
        left += cell_width + gap
    return boxes, [after[0] - before[2] for before, after in pairwise(boxes)]
