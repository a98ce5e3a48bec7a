"""Which pair a file belongs to by its name, and which of several pairs or parts is used.

By default that is the one for training; `FOLDER:test` names the other.

Used by idx_folder.py, npz.py and part_folders.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mygenerator.errors import InputError
from mygenerator.logs import logw_once

_SAME_WORD = {"training": "train", "testing": "test", "t10k": "test"}
TRAIN, TEST = "train", "test"
_MOST_SHOWN = 3
_PARTS = frozenset((TRAIN, TEST, "validation", "val", "valid", "dev"))
_SETS = frozenset(("digits", "letters", "balanced", "byclass", "bymerge", "mnist"))
"""The parts of a set, and the sets of EMNIST, which are of one size and look alike."""


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name that say which pair it belongs to.

    >>> words_of("emnist-digits-test-images-idx3-ubyte"), words_of("t10k-labels.idx1-ubyte")
    (('emnist', 'digits', 'test'), ('test',))
    """
    words = [word for word in re.split("[^a-z0-9]+", name.lower()) if word]
    plain = [word for word in words if not re.fullmatch("idx[0-9]?|ubyte|int|images?|labels?|gz", word)]
    return tuple(_SAME_WORD.get(word, word) for word in plain)


def can_be_partners(images: str, labels: str) -> bool:
    """Whether the names of an image file and a label file do not say that they belong to different parts or sets.

    >>> can_be_partners("train-images.gz", "t10k-labels.gz"), can_be_partners("train-images.gz", "labels.gz")
    (False, True)
    """
    of_images, of_labels = set(words_of(images)), set(words_of(labels))
    return all(
        of_images & of_labels & known or not (of_images & known and of_labels & known) for known in (_PARTS, _SETS)
    )


def choose(
    pairs: Sequence[tuple[str, ...]], shown: Sequence[str], part: str | None, place: str, noun: str = "pair"
) -> int:
    """The number of the pair, or of the part, that is used.

    Parameters
    ----------
    pairs : sequence of tuple of str
        The words of each pair.
    shown : sequence of str
        What messages call each pair.
    part : str, optional
        What the user wrote after the colon: words that only one pair has, or all but the words for training and test.
    place : str
        What the user wrote before it.
    noun : str
        What messages call one of them: "pair" or "part".

    Raises
    ------
    InputError
        If no pair has these words, or several have them that are not the training pair and the test pair of one set.
    """
    wanted = set(words_of(part or ""))
    fitting = [number for number, words in enumerate(pairs) if wanted <= set(words)]
    endings = [f":{'-'.join(own)}" for own in _own_words(pairs) if own]
    several = "idx pairs" if noun == "pair" else f"{noun}s"
    held = f"{len(shown)} {several}" if len(shown) > _MOST_SHOWN else "; ".join(shown)
    if not fitting:
        do = f"write one of these after the path: {', '.join(endings)}" if endings else f"leave :{part} away"
        raise InputError(f"there is no {noun} {part!r}; it holds {held}", where=place, do=do)
    if len(fitting) == 1:
        return fitting[0]
    train = [number for number in fitting if TRAIN in pairs[number]]
    rest = {tuple(word for word in pairs[number] if word not in (TRAIN, TEST)) for number in fitting}
    if len(fitting) == 2 and len(train) == 1 and len(rest) == 1:
        (other,) = set(fitting) - set(train)
        logw_once(
            f"{place}{f':{part}' if part else ''} holds a training {noun} and a test {noun}: the training {noun}, "
            f"{shown[train[0]]}, is used; {place}{suffix(pairs, other)} is the test {noun}"
        )
        return train[0]
    clear = len(set(endings)) == len(pairs)
    raise InputError(
        f"it holds several {several}: {held}" if len(shown) <= _MOST_SHOWN else f"it holds {held}",
        where=place,
        do=f"write one of these after the path: {', '.join(endings)}" if clear else "give a folder with one of them",
    )


def _own_words(pairs: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """The words of each pair that not all pairs have."""
    common = set.intersection(*map(set, pairs))
    return [[word for word in words if word not in common] for words in pairs]


def suffix(pairs: Sequence[tuple[str, ...]], chosen: int) -> str:
    """What the name of the chosen pair has after the name of the place: nothing if it is the only or the training pair.

    >>> suffix([("train",), ("test",)], 0), suffix([("train",), ("test",)], 1)
    ('', ':test')
    """
    if len(pairs) == 1:
        return ""
    own = [word for word in _own_words(pairs)[chosen] if word != TRAIN]
    return f":{'-'.join(own)}" if own else ""
