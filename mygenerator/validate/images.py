"""Image rules: how pixels have to be, checked for whole batches of images of one size.

Takes decoded images and the claims about them; knows nothing about files, recipes or generators.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, pairwise

import numpy as np

from mygenerator.errors import counted
from mygenerator.strip.ink import LEVELS_LOST, MIN_INK
from mygenerator.strip.measure import column_contrast, column_extremes, columns_of_boxes, measured_gaps
from mygenerator.validate.claim import NO_LIMIT, Claim
from mygenerator.validate.lines import can_be_cut, cut, fault_of_lines, lacks_lines
from mygenerator.validate.margins import faults_of_margins, misfit_of_record
from mygenerator.validate.report import Findings

_WHITE, _BLACK, _UNDECIDED = 255, 0, -1
_BATCH_PIXELS = 8_000_000
_BATCH_IMAGES = 1000


class ImageRules:
    """Judges images, batch by batch.

    If the height and the paper of the images are not given, the majority in the first batch decides. It also decides
    the width of images with recorded gaps or boxes, because these are strips of one width.

    Attributes
    ----------
    gaps : Counter
        How often each gap, in pixels, was measured.
    margins : dict of str to Counter
        "left" and "right" -> how often each margin, in pixels, was measured, if margins were drawn.
    """

    def __init__(self, findings: Findings):
        self.gaps: Counter[int] = Counter()
        self.margins: dict[str, Counter[int]] = {}
        self._findings = findings
        self._lossy = 0
        self._claims: list[Claim] = []
        self._images: list[np.ndarray] = []
        self._pixels = 0
        self._height: int | None = None
        self._width: int | None = None
        self._paper: int | None = None

    def add(self, claim: Claim, image: np.ndarray) -> None:
        """Take an image, uint8 (H, W) of any size; judge the images taken so far once they make a batch."""
        self._claims.append(claim)
        self._lossy += not claim.lossless
        self._images.append(image)
        self._pixels += image.size
        if self._pixels >= _BATCH_PIXELS or len(self._claims) >= _BATCH_IMAGES:
            self.finish()

    @property
    def notes(self) -> list[str]:
        """With what tolerance gaps were judged, if with any."""
        if not self._lossy or not self.gaps:
            return []
        return [
            f"{counted(self._lossy, 'image')} of a lossy format, such as JPEG: levels may be off by {LEVELS_LOST}, so "
            f"columns of boxes are judged as ink from {MIN_INK - LEVELS_LOST} levels away from paper, others from "
            f"{MIN_INK}"
        ]

    def finish(self) -> None:
        """Judge the images that are waiting."""
        claims, images = self._claims, self._images
        self._claims, self._images, self._pixels = [], [], 0
        if not claims:
            return
        if self._height is None:
            self._height = Counter(image.shape[0] for image in images).most_common(1)[0][0]
        if self._width is None:
            recorded = (image.shape[1] for claim, image in zip(claims, images, strict=True) if claim.records_strip)
            self._width = next((width for width, _ in Counter(recorded).most_common(1)), None)
        wrapped: list[tuple[Claim, np.ndarray]] = []
        of_shape: dict[tuple[int, ...], list[tuple[Claim, np.ndarray]]] = {}
        for claim, image in zip(claims, images, strict=True):
            self._judge_size(claim, *image.shape)
            if lacks_lines(claim):
                claim.blame(self._findings, "meta", "its lines are not recorded, though its text can be wrapped")
                continue
            parts = [(claim, image)]
            if can_be_cut(claim, image.shape):
                wrapped.append((claim, image))
                parts = cut(claim, image)
            for part in parts:
                of_shape.setdefault(part[1].shape, []).append(part)
        groups = [
            Strips([claim for claim, _ in parts], np.stack([image for _, image in parts]))
            for parts in of_shape.values()
        ]
        if self._paper is None and groups:
            self._paper = usual_paper(groups)
        for claim, image in wrapped:
            if reason := fault_of_lines(claim, image, self._paper):
                claim.blame(self._findings, "line", reason)
        for strips in groups:
            strips.judge(self._paper, self._findings, self.gaps, self.margins)

    def _judge_size(self, claim: Claim, height: int, width: int) -> None:
        wanted_height = claim.settings.image_height or self._height
        wanted_width = claim.settings.image_width or (self._width if claim.records_strip else None)
        if width != (wanted_width or width) or height != wanted_height:
            wanted = f"{wanted_width or 'any'} x {wanted_height}"
            claim.blame(self._findings, "wrong-size", f"{width} x {height} pixels, expected {wanted}")


class Strips:
    """A batch of images of one size with their claims, and what is measured in them.

    Parameters
    ----------
    claims : list of N Claim
    images : uint8 (N, H, W)
    """

    def __init__(self, claims: list[Claim], images: np.ndarray):
        self.claims, self.shape = claims, images.shape[1:]
        self.lightest, self.darkest = column_extremes(images)
        self.blank = self.lightest.max(axis=1).astype(int) - self.darkest.min(axis=1) < MIN_INK
        white, black = (self.darkest == _WHITE).any(axis=1), (self.lightest == _BLACK).any(axis=1)
        self.paper_seen = np.where(white == black, _UNDECIDED, np.where(white, _WHITE, _BLACK))
        """The paper of each image, as its pure columns show it: 255, 0, or -1 if they do not show it; (N,)."""
        self._boxes = _padded([claim.boxes or [] for claim in claims])

    def judge(
        self, folder_paper: int | None, findings: Findings, histogram: Counter[int], margins: dict[str, Counter[int]]
    ) -> None:
        """Add what is wrong with these images, and count their gaps and the margins that were drawn."""
        declared = [claim.settings.paper for claim in self.claims]
        paper = np.array([folder_paper if level is None else level for level in declared])
        for number in np.flatnonzero(self.blank):
            self.claims[number].blame(findings, "blank", "it has no ink")
        promised = np.array([not claim.settings.no_gaps for claim in self.claims])
        # Where gaps are given up and no paper is declared, a step might have changed that of each image.
        judged = promised | np.array([level is not None for level in declared])
        turned = judged & ~self.blank & (self.paper_seen != _UNDECIDED) & (self.paper_seen != paper)
        for number in np.flatnonzero(turned):
            reason = f"the paper is {self.paper_seen[number]}, expected {paper[number]}"
            self.claims[number].blame(findings, "paper", reason)
        usable = self._usable_boxes(findings)
        rows = np.flatnonzero(promised & ~self.blank & ~turned)
        if rows.size:
            contrast = column_contrast(self.lightest[rows], self.darkest[rows], paper[rows, None])
            self._judge_paper(rows, contrast, usable[rows], findings)
            ink = contrast >= self._least_ink(rows, usable[rows])
            faults = faults_of_margins([self.claims[number] for number in rows], ink, usable[rows], margins)
            for number, reason in zip(rows, faults, strict=True):
                if reason:
                    self.claims[number].blame(findings, "margin", reason)
            self._judge_gaps(rows, ink, usable[rows], [not reason for reason in faults], findings, histogram)

    def _least_ink(self, rows: np.ndarray, usable: np.ndarray) -> np.ndarray:
        """From which contrast a column is ink: int (N, W); in a box of a lossy file, ink may have lost some of it."""
        covered = columns_of_boxes(np.where(usable[:, None, None], self._boxes[rows], -1), self.shape[1])
        lossy = np.array([[not self.claims[number].lossless] for number in rows])
        return np.where(lossy & covered, MIN_INK - LEVELS_LOST, MIN_INK)

    def _usable_boxes(self, findings: Findings) -> np.ndarray:
        """Which images have boxes that can be compared with pixels: bool (N,); adds findings for unusable boxes."""
        usable = np.zeros(len(self.claims), bool)
        boxes = self._boxes
        x0, y0, x1, y1 = (boxes[:, :, side] for side in range(4))
        height, width = self.shape
        there = np.arange(boxes.shape[1]) < np.array([[len(claim.boxes or ())] for claim in self.claims])
        outside = there & ((x0 < 0) | (y0 < 0) | (x0 >= x1) | (y0 >= y1) | (x1 > width) | (y1 > height))
        overlapping = (x0[:, 1:] < x1[:, :-1]) & there[:, 1:]
        for number, claim in enumerate(self.claims):
            if not claim.boxes:
                continue
            if outside[number].any():
                box = int(np.argmax(outside[number]))
                reason = (
                    f"recorded box {box + 1}, {claim.boxes[box]}, is not inside an image of {width} x {height} pixels"
                )
                claim.blame(findings, "boxes", reason)
            elif overlapping[number].any() and not claim.settings.no_gaps:
                claim.blame(findings, "boxes", "recorded boxes overlap, or are not in order")
            else:
                usable[number] = True
                if reason := misfit_of_record(claim, width):
                    claim.blame(findings, "meta", reason)
        return usable

    def _judge_paper(self, rows: np.ndarray, contrast: np.ndarray, usable: np.ndarray, findings: Findings) -> None:
        """With boxes, every column must be pure paper or ink; without (images of any origin), one must be pure."""
        faint = (contrast > 0) & (contrast < MIN_INK)
        without_boxes = faint.any(axis=1) & (contrast > 0).all(axis=1)
        lossless = np.array([self.claims[number].lossless for number in rows])
        for row in np.flatnonzero(lossless & np.where(usable, faint.any(axis=1), without_boxes)):
            column = int(np.argmax(faint[row]))
            reason = f"column {column} is neither paper nor ink: a pixel is {contrast[row, column]} away from paper"
            self.claims[rows[row]].blame(findings, "paper", reason)

    def _judge_gaps(
        self,
        rows: np.ndarray,
        ink: np.ndarray,
        usable: np.ndarray,
        right_margins: list[bool],
        findings: Findings,
        histogram: Counter[int],
    ) -> None:
        """Compare the ink columns, bool (len(rows), W), with the record and the range.

        Ink that is wrong only beside the outermost boxes is not told again where the margins are wrong.
        """
        claims = [self.claims[number] for number in rows]
        boxes = np.where(usable[:, None, None], self._boxes[rows], -1)
        covered = columns_of_boxes(boxes, ink.shape[1])
        differs = usable & (ink != covered).any(axis=1)
        measured, _ = measured_gaps(ink)
        gaps = _with_touching(measured, boxes, usable & ~differs)
        outside, uneven = _outside(gaps, claims), _uneven(gaps, claims)
        for row in np.flatnonzero(differs | ~usable | outside.any(axis=1) | uneven):
            claim, visible = claims[row], [gap for gap in measured[row].tolist() if gap > 0]
            if reason := _difference(claim, visible, bool(usable[row])):
                claim.blame(findings, "gap", reason + _allowed(claim))
            elif differs[row] and right_margins[row]:
                column = int(np.argmax(ink[row] != covered[row]))
                holds = "ink outside" if ink[row, column] else "no ink inside"
                claim.blame(findings, "boxes", f"column {column} holds {holds} the recorded boxes")
            elif reason := _wrong_widths(gaps[row], outside[row], bool(uneven[row])):
                claim.blame(findings, "gap", reason + _allowed(claim))
        histogram.update(gaps[gaps >= 0].tolist())


def usual_paper(groups: list[Strips]) -> int:
    """The paper of most images, 255 or 0; if it is undecided, the one that their columns are nearer to."""
    seen = np.concatenate([strips.paper_seen for strips in groups])
    white, black = int((seen == _WHITE).sum()), int((seen == _BLACK).sum())
    if white == black:
        white = sum(int(strips.lightest.sum()) for strips in groups)
        black = sum(int((_WHITE - strips.darkest).sum()) for strips in groups)
    return _WHITE if white >= black else _BLACK


def _padded(boxes: list[list[list[int]]]) -> np.ndarray:
    """Lists of boxes as one array int64 (N, L, 4), -1 in missing places."""
    lengths = np.array([[len(each)] for each in boxes])
    array = np.full((len(boxes), int(lengths.max(initial=0)), 4), -1, np.int64)
    array[np.arange(array.shape[1]) < lengths] = np.array(list(chain.from_iterable(boxes)), np.int64).reshape(-1, 4)
    return array


def _with_touching(measured: np.ndarray, boxes: np.ndarray, from_boxes: np.ndarray) -> np.ndarray:
    """The measured gaps, with gaps of 0 added if the boxes can be trusted: int64 (N, G), padded with -1."""
    between = np.where(boxes[:, 1:, 0] >= 0, boxes[:, 1:, 0] - boxes[:, :-1, 2], -1)
    gaps = np.full((len(measured), max(measured.shape[1], between.shape[1])), -1, np.int64)
    gaps[:, : measured.shape[1]] = measured
    gaps[from_boxes] = -1
    gaps[from_boxes, : between.shape[1]] = between[from_boxes]
    return gaps


def _outside(gaps: np.ndarray, claims: list[Claim]) -> np.ndarray:
    """Which gaps are outside their image's range: bool (N, G), for gaps int (N, G) padded with -1."""
    limits = [(claim.settings.min_spacing, claim.settings.max_spacing) for claim in claims]
    low = np.array([[0 if smallest is None else smallest] for smallest, _ in limits])
    high = np.array([[NO_LIMIT if largest is None else largest] for _, largest in limits])
    return (gaps >= 0) & ((gaps < low) | (gaps > high))


def _wrong_widths(gaps: np.ndarray, outside: np.ndarray, uneven: bool) -> str:
    """What is wrong with an image's gaps (-1 where there is none) apart from any record; empty if nothing is."""
    if outside.any():
        number = int(np.argmax(outside))
        return f"gap {number + 1} measures {gaps[number]} pixels"
    return f"gaps measure {gaps[gaps >= 0].tolist()} pixels, expected one width for all" if uneven else ""


def _uneven(gaps: np.ndarray, claims: list[Claim]) -> np.ndarray:
    """Which images have gaps of different widths though one was drawn for all: bool (N,)."""
    one = np.array([claim.settings.one_gap is True for claim in claims])
    if not one.any():
        return one
    there = gaps >= 0
    most, least = gaps.max(axis=1, initial=-1), np.where(there, gaps, NO_LIMIT).min(axis=1, initial=NO_LIMIT)
    return one & there.any(axis=1) & (most != least)


def _difference(claim: Claim, visible: list[int], by_boxes: bool) -> str:
    """How the visible gaps (of at least 1) differ from the record, or from the label's length; empty if they agree."""
    if by_boxes and claim.boxes:
        recorded = [right[0] - left[2] for left, right in pairwise(claim.boxes)]
    elif claim.gaps is not None:
        recorded = claim.gaps
    elif claim.label and (claim.settings.min_spacing or 0) >= 1 and len(visible) + 1 != len(claim.label):
        return f"{len(visible) + 1} runs of ink for a label of {len(claim.label)} characters"
    else:
        return ""
    wanted = [(number, gap) for number, gap in enumerate(recorded, 1) if gap > 0]
    if len(wanted) != len(visible):
        return f"{len(visible)} gaps are visible ({visible}), {len(wanted)} are recorded ({recorded})"
    for (number, gap), seen in zip(wanted, visible, strict=True):
        if gap != seen:
            return f"gap {number} measures {seen} pixels, {gap} recorded"
    return ""


def _allowed(claim: Claim) -> str:
    low, high = claim.settings.min_spacing, claim.settings.max_spacing
    if low is None and high is None:
        return ""
    return f", allowed {low or 0} to {'any' if high is None else high}"
