"""Brings the images of an idx pair to MNIST's form: white ink on black, paper black.

All images of a file have one polarity, so the pair is judged as a whole: by the level of its paper, which is what most
of all borders show, and by the level of its ink, which is the one that lies further from the paper. The shape of a
glyph is not looked at: in an idx pair, a solid block of ink is a glyph. Comes between reading the files (idx.py,
npz.py) and ingest.py; scans.py does the same for scans, each of which is judged by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mygenerator.errors import InputError
from mygenerator.glyphs.ingest import INK

_PAPER_SHARE = 0.75
"""The paper is certain if this share of all pixels on borders is nearer to it than to the ink."""

_EXACT = 16
"""Paper that is less than this away from black is left as it is: for every judge of a strip it is paper."""

_SOME_CONTRAST, _LEAST_CONTRAST = 8, 32
"""Levels between paper and ink: below the first there is nothing but blocks, below the second nothing can be told."""

_ODD_SHARE = 0.01
_NOT_SHOWN = (
    "the borders of these images do not show whether ink is dark or light; they are used as light ink on dark paper"
)
_CHUNK = 4096


@dataclass(frozen=True)
class WhiteOnBlack:
    """The images of a pair in MNIST's form.

    Attributes
    ----------
    images : uint8 array (K, h, w)
    done : str
        What was done to them: "", " turned", " levelled" or " turned levelled".
    doubt : str
        What a user should know of how they were judged; "" if that was clear.
    """

    images: np.ndarray
    done: str = ""
    doubt: str = ""


def white_on_black_pair(images: np.ndarray, where: str) -> WhiteOnBlack:
    """The images of a pair as white ink on black.

    Images whose paper is black, as MNIST's, are returned as they are, and so are those whose paper is not certain:
    glyphs that are cropped so tightly that ink covers the borders. Dark ink on light paper is turned: 255 - level. If
    paper is then 16 or more, paper and ink are stretched: (level - paper) * 255 / (255 - paper), in integers. The
    paper of an image is the level that three quarters of its border share; if there is none, it is that of the pair.

    Parameters
    ----------
    images : uint8 array (K, h, w)
    where : str
        The file, for messages.

    Raises
    ------
    InputError
        If paper and ink can hardly be told apart, so that light paper would be taken for ink.
    """
    border = _borders(images)
    paper = _median(border)
    if paper < _EXACT:
        return WhiteOnBlack(images, doubt=_odd_ones(border))
    low, high = (int(np.median(level)) for level in _extremes(images))
    ink = low if paper - low > high - paper else high
    contrast = abs(ink - paper)
    if contrast < _SOME_CONTRAST:  # blocks of ink and nothing else
        return WhiteOnBlack(images)
    if contrast < _LEAST_CONTRAST and paper >= INK:  # the paper itself would be taken for ink
        raise InputError(
            f"paper and ink of these images differ by {contrast} levels of grey (paper {paper}, ink {ink})",
            where=where,
            allowed=f"at least {_LEAST_CONTRAST}",
        )
    if np.mean(np.abs(border.astype(np.int16) - paper) * 2 < contrast) < _PAPER_SHARE:
        return WhiteOnBlack(images, doubt=_NOT_SHOWN)
    done = ""
    if ink < paper:
        images, border, paper, ink, done = 255 - images, 255 - border, 255 - paper, 255 - ink, " turned"
    papers = _papers(border, paper, ink)
    if papers.max() < _EXACT:
        return WhiteOnBlack(images, done)
    return WhiteOnBlack(_levelled(images, papers), f"{done} levelled")


def _borders(images: np.ndarray) -> np.ndarray:
    """The pixels on the border of each image, uint8 (K, n)."""
    return np.concatenate([images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1]], axis=1)


def _median(levels: np.ndarray) -> int:
    return int(np.searchsorted(np.cumsum(np.bincount(levels.ravel(), minlength=256)), levels.size / 2))


def _extremes(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flat = images.reshape(len(images), -1)
    return flat.min(axis=1), flat.max(axis=1)


def _papers(border: np.ndarray, paper: int, ink: int) -> np.ndarray:
    """The level of each image's paper, int32 (K,): its own where its border shows it, else that of the pair."""
    own = np.median(border, axis=1).astype(np.int32)
    shown = np.mean(np.abs(border - own[:, None]) < _EXACT, axis=1) >= _PAPER_SHARE
    return np.where(shown & (np.abs(own - paper) < np.abs(own - ink)), own, paper)


def _levelled(images: np.ndarray, papers: np.ndarray) -> np.ndarray:
    result = np.empty_like(images)
    for start in range(0, len(images), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        paper = np.where(papers[chunk] < _EXACT, 0, papers[chunk])[:, None, None]
        result[chunk] = np.maximum(images[chunk].astype(np.int32) - paper, 0) * 255 // (255 - paper)
    return result


def _odd_ones(border: np.ndarray) -> str:
    """The doubt if some images of a pair with black paper have a border that is bright nearly all round."""
    if np.count_nonzero(border > 127) < border.size * _ODD_SHARE * 0.9:
        return ""
    odd = int(np.sum(np.mean(border > 127, axis=1) >= 0.9))
    if odd < max(2, len(border) * _ODD_SHARE):
        return ""
    return (
        f"{odd:,} of {len(border):,} images have a bright border, the others a dark one; all are used as light ink on "
        "dark paper. If those are dark ink on light paper, give them as a pair of their own"
    )
