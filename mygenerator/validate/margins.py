"""Margin rules: whether the blank columns beside the outermost ink are those recorded, and within their range.

They are part of the image rules, for batches of images of one size whose margins were drawn.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from mygenerator.strip.measure import measured_margins
from mygenerator.strip.spacing import SIDES
from mygenerator.validate.claim import NO_LIMIT, Claim


def faults_of_margins(claims: list[Claim], ink: np.ndarray, usable: np.ndarray, found: dict[str, Counter]) -> list[str]:
    """What is wrong with the margins of each image, in words; empty if nothing is, or if no margins were drawn.

    Parameters
    ----------
    claims : list of N Claim
    ink : bool (N, W)
        Which columns hold ink.
    usable : bool (N,)
        Which images have boxes that can be compared with pixels.
    found : dict of str to Counter
        Here each margin that is judged is counted, by its side.
    """
    faults = [""] * len(claims)
    drawn = [row for row, claim in enumerate(claims) if claim.has_margins]
    if not drawn:
        return faults
    margins = measured_margins(ink[drawn])
    limits = np.array([claims[row].settings.margin_ranges or ((0, NO_LIMIT),) * 2 for row in drawn])
    recorded = np.array(
        [
            _recorded(claims[row], ink.shape[1], bool(usable[row])) or measured
            for row, measured in zip(drawn, margins.tolist(), strict=True)
        ]
    )
    wrong = (margins < limits[:, :, 0]) | (margins > limits[:, :, 1]) | (margins != recorded)
    for place in np.flatnonzero(wrong.any(axis=1)):
        side = int(np.argmax(wrong[place]))
        low, high = limits[place, side].tolist()
        reason = f"the {SIDES[side]} margin measures {margins[place, side]} pixels"
        if margins[place, side] != recorded[place, side]:
            reason += f", {recorded[place, side]} recorded"
        faults[drawn[place]] = reason + (f", allowed {low} to {high}" if high != NO_LIMIT else "")
    for side, name in enumerate(SIDES):
        found.setdefault(name, Counter()).update(margins[:, side].tolist())
    return faults


def misfit_of_record(claim: Claim, width: int) -> str:
    """How an image's recorded margins differ from its recorded boxes, in words; empty if they do not."""
    if claim.margins is None or not claim.boxes:
        return ""
    beside = _recorded(claim, width, by_boxes=True)
    return "" if claim.margins == beside else f"recorded margins {claim.margins}, but {beside} beside recorded boxes"


def _recorded(claim: Claim, width: int, by_boxes: bool) -> list[int] | None:
    """The margins that are recorded, by the boxes if they can be used; None if none are."""
    if by_boxes and claim.boxes:
        return [claim.boxes[0][0], width - claim.boxes[-1][2]]
    return claim.margins
