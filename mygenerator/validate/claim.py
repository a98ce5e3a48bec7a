"""What is claimed about one image: what its pixels are judged by."""

from __future__ import annotations

from dataclasses import dataclass

from mygenerator.validate.report import Findings
from mygenerator.validate.settings import Settings

NO_LIMIT = 2**31
"""The largest width in pixels if none is known."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed about one image.

    Attributes
    ----------
    file : str
    settings : Settings
    label : str or None
    gaps : list of int or None
        Recorded gaps in pixels.
    boxes : list of [x0, y0, x1, y1] or None
        Recorded ink boxes, ends exclusive.
    lossless : bool
        Whether the file's format keeps paper pure.
    margins : list of int or None
        Recorded margins in pixels, left and right.
    lines : list of [first, end] or None
        Recorded lines: the first glyph of each and the one after its last.
    line : int
        Which line of its image it is about, from 1 on; 0 for the whole image.
    """

    file: str
    settings: Settings
    label: str | None = None
    gaps: list[int] | None = None
    boxes: list[list[int]] | None = None
    lossless: bool = True
    margins: list[int] | None = None
    lines: list[list[int]] | None = None
    line: int = 0

    def blame(self, findings: Findings, kind: str, reason: str) -> None:
        """Add a finding about the image, or about this line of it."""
        findings.add_image(self.file, kind, f"line {self.line}: {reason}" if self.line else reason)

    @property
    def records_strip(self) -> bool:
        """Whether gaps or boxes are recorded, as they are for strips."""
        return self.gaps is not None or self.boxes is not None

    @property
    def has_margins(self) -> bool:
        """Whether margins were drawn, so that they can be judged."""
        return self.margins is not None or self.settings.margin_ranges is not None
