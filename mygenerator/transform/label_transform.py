"""LabelTransform: the base of a step that changes labels before images are made from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.errors import InputError, counted
from mygenerator.rng import Stream
from mygenerator.transform.base import Transform

_ALLOWED = "an array or a list of str"


class LabelTransform(Transform):
    """A step from text to text: write `apply`, and `facts` if characters or lengths change.

    `apply(labels, drawn)` is given the labels of a batch, a str array (N,), and returns as many, as an array or a list.
    The images that later steps make show the changed labels, and the changed labels are saved. `meta` stays the
    caller's table. What is drawn is the same in every training epoch, unless `Dataset.with_epoch` is called with
    `texts=True`.

    Examples
    --------
    A step that writes every number with its check digit:

    >>> from dataclasses import replace
    >>> class CheckDigit(LabelTransform):
    ...     def apply(self, labels, drawn):
    ...         return [label + str(sum(map(int, label)) % 10) for label in labels]
    ...     def facts(self, before):
    ...         low, high = before.label_lengths
    ...         return replace(super().facts(before), characters="0123456789", label_lengths=(low + 1, high + 1))
    >>> from mygenerator import NlpDataset
    >>> CheckDigit().fit_transform(NlpDataset(["007", "1234"], seed=1)).labels().tolist()
    ['0077', '12340']
    """

    takes = ("text",)
    gives = "text"
    _is_base = True

    # It is given labels in place of images.
    def apply(self, labels: Any, drawn: Any) -> Any:  # pylint: disable=arguments-renamed
        """The changed labels, made from `labels`, a str array (N,), and what was drawn; by default unchanged."""
        del drawn
        return labels

    def run(self, batch: Batch, rng: Stream) -> Batch:
        labels = self.apply(batch.labels.copy(), self.draw(rng, batch))
        if not isinstance(labels, np.ndarray | list | tuple):
            raise InputError(f"{self!r} makes labels that are a {type(labels).__name__}", allowed=_ALLOWED)
        texts = list(labels.tolist() if isinstance(labels, np.ndarray) else labels)
        if len(texts) != len(batch):
            raise InputError(f"{self!r} made {counted(len(texts), 'label')} from {len(batch)}", allowed="one for each")
        if not all(isinstance(text, str) for text in texts):
            raise InputError(f"{self!r} makes labels that are not text", allowed=_ALLOWED)
        # numpy cannot tell the type of an empty list.
        return batch.replace(labels=np.array(texts, dtype=str) if texts else batch.labels)
