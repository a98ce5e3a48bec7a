"""Facts: what is known of a data set's samples before any of them is made.

A root states them, and every step maps the facts before it to those after it. All code that has to decide something
early - the layout, the formats, the recipe, the validator - reads them. Nothing else has to be declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from mygenerator.strip.extent import GlyphExtent

KEPT = ("boxes", "gaps")
"""What a step can declare that it keeps."""


@dataclass(frozen=True)
class Facts:  # pylint: disable=too-many-instance-attributes
    """What is known of all samples of a data set.

    Attributes
    ----------
    kind : str
        One of `batch.KINDS`.
    image_shape : (int, int) or None
        Height and width of the images in pixels, if all have one size.
    paper : int or None
        The grey level of a strip's background, 255 or 0, if it is pure between the glyphs.
    boxes : bool
        Whether Batches hold the boxes, gaps and glyphs of every sample, and the boxes are where the ink is.
    gaps : bool or None
        Whether the gaps that are drawn can be measured, exactly, in the pixels of a strip; for glyphs, in the pixels of
        a strip made of them. None if it is not known, as for images of a user's own.
    gap_range : (int, int) or None
        The smallest and the largest gap that can be drawn, in pixels.
    margin_ranges : ((int, int), (int, int)) or None
        If margins are drawn: the smallest and the largest left one, and the same for the right one, in pixels.
    one_gap : bool or None
        True if one gap is drawn for a whole strip, so that all of its gaps are equally wide.
    most_lines, line_gap : int or None
        If digits are wrapped: how many lines an image has at most, and how many blank rows are at least between two.
    extent : GlyphExtent or None
        How large the glyphs are at most, if they are on a canvas.
    characters : str or None
        Every character that a label can hold.
    label_lengths : (int, int) or None
        The lengths of the shortest and of the longest label that can occur.
    libraries : tuple of str
        The modules whose arithmetic decides pixels: pixels are the same only for equal versions of these modules.
    unique : bool or None
        Whether all labels are different: True if that is promised, False if labels are drawn and can come again, None
        if they are as they were given.
    left_out : int or None
        How many rows of the table that was given were left out, because they have no label; None if none may be.

    Examples
    --------
    >>> written = Facts("strip", (28, 100), paper=255, boxes=True, gaps=True, gap_range=(3, 8))
    >>> written.after("strip", keeps=("boxes",)).gaps
    False
    """

    kind: str
    image_shape: tuple[int, int] | None = None
    paper: int | None = None
    boxes: bool = False
    gaps: bool | None = None
    gap_range: tuple[int, int] | None = None
    extent: GlyphExtent | None = None
    characters: str | None = None
    label_lengths: tuple[int, int] | None = None
    libraries: tuple[str, ...] = ()
    margin_ranges: tuple[tuple[int, int], tuple[int, int]] | None = None
    one_gap: bool | None = None
    most_lines: int | None = None
    line_gap: int | None = None
    unique: bool | None = None
    left_out: int | None = None

    def after(self, kind: str, keeps: Sequence[str] = (), libraries: Sequence[str] = ()) -> Facts:
        """The facts after a step that gives this kind of sample and keeps no more than what is named here.

        Parameters
        ----------
        kind : str
        keeps : sequence of str
            What stays right after the step: any of KEPT. If the kind stays, so do size and extent.
        libraries : sequence of str
            The modules whose arithmetic it uses.
        """
        same = kind == self.kind
        boxes, gaps = self.boxes and "boxes" in keeps, self.gaps if "gaps" in keeps else False
        return replace(
            self,
            kind=kind,
            image_shape=self.image_shape if same else None,
            paper=self.paper if same and "gaps" in keeps else None,
            boxes=boxes,
            gaps=gaps,
            gap_range=self.gap_range if boxes or gaps else None,
            margin_ranges=self.margin_ranges if boxes or gaps else None,
            one_gap=self.one_gap if boxes or gaps else None,
            most_lines=self.most_lines if boxes or gaps else None,
            line_gap=self.line_gap if boxes or gaps else None,
            extent=self.extent if same else None,
            libraries=tuple(dict.fromkeys((*self.libraries, *libraries))),
            unique=None if kind == "text" else self.unique,  # what makes text of text changes labels
        )

    def settled(self) -> Facts:
        """The facts once the glyphs are drawn under their maps (`Batch.maps`), on canvases that are large enough."""
        return self if self.extent is None else replace(self, extent=self.extent.settled())

    def after_loss(self) -> Facts:
        """The facts of images of which a format has changed the levels a little: no gap can be measured exactly."""
        return replace(self, paper=None, gaps=False if self.gaps else self.gaps)

    @classmethod
    def of_claims(cls, claims: Mapping[str, Any]) -> Self:
        """The facts that `claims` gave, read back; what is not known here, as of a later release, is left out."""
        known = {field.name for field in fields(cls)} - {"extent"}
        values = {name: _frozen(value) for name, value in claims.items() if name in known}
        return cls(**{"kind": "object", **values})

    def claims(self) -> dict[str, Any]:
        """All that is known, as plain values: what a recipe records for later readers of the folder.

        Not that labels are different: the text source promises it by its kind.
        """
        known = {name: value for name, value in vars(self).items() if name != "extent" and value not in (None, ())}
        return {name: value for name, value in known.items() if name != "unique" or value is False}


def _frozen(value: Any) -> Any:
    """A list, and lists in it, as tuples."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
