"""The truth of a sample as plain JSON values, and back, for formats that keep it as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mygenerator.batch import Sample
from mygenerator.errors import InputError


def sample_to_plain(sample: Sample) -> dict[str, Any]:
    """A sample without its image, as JSON can hold it; boxes, gaps, glyphs, margins and lines only if it has them.

    >>> sample_to_plain(Sample(3, "07"))
    {'index': 3, 'label': '07'}
    """
    plain: dict[str, Any] = {"index": sample.index, "label": sample.label}
    if sample.boxes is not None and sample.gaps is not None and sample.glyphs is not None:
        plain |= {name: getattr(sample, name).tolist() for name in ("boxes", "gaps", "glyphs")}
        plain["glyph_source"] = sample.glyph_source
        if sample.margins is not None:
            plain["margins"] = sample.margins.tolist()
        if sample.lines is not None:
            plain["lines"] = sample.lines.tolist()
    return plain


def sample_from_plain(plain: Mapping[str, Any], image: Any) -> Sample:
    """The sample that `sample_to_plain` turned into these values, with its image.

    Raises
    ------
    InputError
        If the values have another form.
    """
    try:
        index, label = plain["index"], plain["label"]
        if "boxes" not in plain:
            return Sample(index, label, image)
        boxes = np.array(plain["boxes"], np.int32).reshape(-1, 4)
        gaps, glyphs = np.array(plain["gaps"], np.int32), np.array(plain["glyphs"], np.int64)
        margins = np.array(plain["margins"], np.int32).reshape(2) if "margins" in plain else None
        lines = np.array(plain["lines"], np.int32).reshape(-1, 2) if "lines" in plain else None
        return Sample(index, label, image, boxes, gaps, glyphs, plain["glyph_source"], margins, lines)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(f"the truth of a sample is not as it was written ({error})") from None
