"""What each figure must reach, and what it should reach: the only place that defines these goals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """The bound that must be kept, and the better one that is the aim; `at_least`: larger is better."""

    must: float
    aim: float
    at_least: bool = True

    def verdict(self, value: float) -> str:
        """Which of the two a value reaches, in a word."""
        if self._holds(value, self.aim):
            return "aim"
        return "must" if self._holds(value, self.must) else "missed"

    def _holds(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


def at_most(must: float, aim: float) -> Goal:
    """A goal for a figure that is better the smaller it is."""
    return Goal(must, aim, at_least=False)


PLAIN = "plain loop / ours"
HONEST = "honest loop / ours"

GOALS: dict[tuple[str, str], Goal] = {
    ("memory_pad", PLAIN): Goal(6, 15),
    ("memory_fill", PLAIN): Goal(3.5, 8),
    ("memory_fill", HONEST): Goal(10, 20),
    ("memory_narrow", PLAIN): Goal(2.5, 5),
    ("augmented", "albumentations / ours"): Goal(6, 14),
    ("png_ram_disk", PLAIN): Goal(3.5, 5),
    ("png_ram_disk", "files alone / ours"): Goal(0.30, 0.40),
    ("two_workers", "our gain / gain of two plain loops"): Goal(0.85, 1.0),
    ("start_phone", "ours / import numpy, cv2"): at_most(3, 2),
    ("open_glyphs", "60,000 glyphs: open, ms"): at_most(20, 5),
    ("open_glyphs", "60,000 glyphs: resident, MB"): at_most(100, 100),
    ("growth", "largest / 10,000: time per image"): at_most(1.10, 1.05),
    ("growth", "peak memory of all processes, MB"): at_most(400, 400),
    ("validation", "ours / reading with cv2"): at_most(2, 1.2),
    ("single_sample", "one sample, ms"): at_most(1, 0.2),
    ("single_call", "5: ds[i] / float loop"): at_most(1, 0.5),
    ("single_call", "5: generate_numbers_sequence / float loop"): at_most(1, 0.5),
    ("single_call", "10: ds[i] / float loop"): at_most(1, 0.5),
    ("single_call", "10: generate_numbers_sequence / float loop"): at_most(1, 0.5),
    ("single_call", "10: DigitSequence / float loop"): at_most(1, 0.5),
}
"""(case, figure) -> goal; a figure that is not here is shown without a goal."""
