"""The embedded glyph source: 1,797 handwritten digits that come with the package.

UCI "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998, doi:10.24432/C50P49), CC BY 4.0: the
8 x 8 images that scikit-learn ships, enlarged with smooth strokes. Attribution and licence are next to the files.
"""

from __future__ import annotations

from pathlib import Path

from mygenerator.config import EMBEDDED_SOURCE
from mygenerator.glyphs.idx import IdxSource

_DATA = Path(__file__).parent.parent / "data"
_CELL = (28, 28)  # the stored images are cut to their 20 pixels of ink; MNIST's cell has a margin of 4 around them


def embedded_source() -> IdxSource:
    """The idx pair in the package; a glyph's row is its row in scikit-learn's `load_digits`."""
    return IdxSource(
        name=EMBEDDED_SOURCE,
        images=_DATA / "optdigits-images-idx3-ubyte",
        labels=_DATA / "optdigits-labels-idx1-ubyte",
        canvas=_CELL,
        licence="CC BY 4.0: UCI Optical Recognition of Handwritten Digits (Alpaydin, Kaynak), doi:10.24432/C50P49",
    )
