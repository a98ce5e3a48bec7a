"""ValidatePadding: proves in passing that every gap, measured from the pixels, is what was promised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.errors import GapError, InputError
from mygenerator.measure import column_runs, columns_of_boxes, ink_columns
from mygenerator.transform.base import Transform
from mygenerator.transform.text_to_image import TextToImage, check_spacing_range


class ValidatePadding(Transform):
    """Measures the gaps of every strip from its pixels; hands strips on unchanged and never drops one.

    Parameters
    ----------
    spacing_range : (int, int)
        Smallest and largest gap allowed, in pixels.

    Raises
    ------
    GapError
        While samples are made: names the sample's index, the gap, what was measured and what is allowed.
    InputError
        From `fit` and `Pipeline`: after a step that promises no gaps (`sizing="resize"`).
    """

    takes = ("strip",)

    def __init__(self, spacing_range: Sequence[int] = (1, 10)):
        self.spacing_range = spacing_range

    def check(self, ds: Dataset) -> None:
        check_spacing_range(self.spacing_range)
        if not ds.promises_gaps:
            raise _no_promise(repr(ds))

    def keeps_gaps(self, promised: bool) -> bool:
        return promised

    def follows(self, previous: Transform) -> None:
        super().follows(previous)
        if isinstance(previous, TextToImage) and previous.sizing == "resize":
            raise _no_promise(repr(previous))

    def run(self, batch: Batch, seed: int, name: str) -> Batch:
        low, high = check_spacing_range(self.spacing_range)
        measured = ink_columns(batch.images, batch.paper)
        boxes, gaps = batch.boxes, batch.gaps
        if boxes is None or gaps is None:
            raise InputError(f"{type(self).__name__} was handed strips without recorded boxes", do="use TextToImage")
        wrong = np.flatnonzero((measured != columns_of_boxes(boxes, measured.shape[1])).any(axis=1))
        if wrong.size:
            row = int(wrong[0])
            _, start, end = column_runs(measured[row : row + 1])
            raise GapError(
                f"the gaps measure {(start[1:] - end[:-1]).tolist()} pixels, but {batch.sample(row).gaps.tolist()} "
                "were recorded",
                where=f"sample {batch.index[row]}",
                allowed=f"{low} to {high}",
            )
        outside = (boxes[:, 1:, 0] >= 0) & ((gaps < low) | (gaps > high))
        if outside.any():
            row, position = (int(found[0]) for found in np.nonzero(outside))
            raise GapError(
                f"gap {position} (after glyph {position}) is {gaps[row, position]} pixels",
                where=f"sample {batch.index[row]}",
                allowed=f"{low} to {high}",
            )
        return batch


def _no_promise(what: str) -> InputError:
    return InputError(
        f"ValidatePadding cannot follow {what}, which promises no gaps", do="use sizing 'fill', 'equal' or 'pad'"
    )
