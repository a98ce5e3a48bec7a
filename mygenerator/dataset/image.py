"""ImageDataset: images that exist already - a folder, a table of files, or whatever a user's function returns."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset.base import Dataset, copy_with, root_seed, texts_digest
from mygenerator.dataset.image_folder import FilePattern, folder_and_part, list_folder
from mygenerator.dataset.image_table import ImageTable, read_image_table
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.files import read_file
from mygenerator.rng import check_seed
from mygenerator.util_image import image_read
from mygenerator.util_image.earlier import READ_ANEW, read_before
from mygenerator.util_image.reading import image_check_file

if TYPE_CHECKING:
    import pandas


class ImageDataset(Dataset):
    """Images with labels, read one by one when they are asked for.

    Parameters
    ----------
    path : str or Path, optional
        A folder with one sub-folder for each label; or, together with `meta`, the folder that each `uri` starts from.
        A folder that holds such folders for training and for testing is read too: `FOLDER:test` names the second, and
        by default the first is read.
    get_image_fn : callable, optional
        Row index -> image: any array, any object. If it is given, no file is read, and `meta` says how many rows there
        are. A recipe names the function but cannot see what it does: if that has changed, save into another folder.
    meta : pandas.DataFrame, optional
        One row a sample, with `label`, `uri` (an image file), or both. Labels are text, as for `NlpDataset`, or empty.
        If it has labels alone, and there is no function, the data set has no images: only its rows and labels can be
        asked for.
    image_suffix : str
        Which files of a sub-folder are images, as a pattern in which `*` stands for anything; upper and lower case are
        the same. Hidden files and what systems leave behind (`Thumbs.db`, `@eaDir`, ...) are passed over. Images that
        are not taken, because of their names or because they are in folders below a label's, are counted in a log
        message.
    seed : int, optional
        0 to 2**64 - 1, for the draws of the steps that follow; a fresh one by default.

    Raises
    ------
    InputError
        If neither `path` nor `meta` is given, if the folder has no images or holds a link that leads nowhere, or if the
        table has no rows, neither of these columns, one of them twice, or a label that is not text of up to 1,000
        characters; later, if an image cannot be read.

    Examples
    --------
    >>> import pandas
    >>> table = pandas.DataFrame({"label": ["a", "b", "a"], "writer": ["Anna", "Ben", "Ben"]})
    >>> ds = ImageDataset(get_image_fn=lambda row: np.full((2, 3), row, np.uint8), meta=table)
    >>> image, row = ds.get_sample(2)
    >>> image.tolist(), row.to_dict()
    ([[2, 2, 2], [2, 2, 2]], {'label': 'a', 'writer': 'Ben'})
    >>> ds.get_label_list("a").tolist()
    [0, 2]
    """

    facts = Facts("object")

    def __init__(
        self,
        path: str | Path | None = None,
        get_image_fn: Callable[[int], Any] | None = None,
        meta: pandas.DataFrame | None = None,
        image_suffix: str = "*.png",
        seed: int | None = None,
    ):
        self.path, self.get_image_fn, self.image_suffix = path, get_image_fn, image_suffix
        _check_arguments(path, get_image_fn, image_suffix)
        self._read_from: ImageTable | None = None
        if meta is None:
            if path is None:
                raise InputError("an ImageDataset needs something to read", allowed="path=FOLDER or meta=TABLE")
            self._labels, self._uris = list_folder(*folder_and_part(path), image_suffix)
        else:
            self._read_from = read_image_table(meta, path, get_image_fn is not None)
            self._labels, self._uris = self._read_from.labels, self._read_from.files
        self._given = None if meta is None else meta.copy()
        self.seed, self.seed_is_fresh = root_seed(seed)

    @property
    def taken_from(self) -> Path | None:
        if self._given is not None or self.path is None:
            return None
        return folder_and_part(self.path)[0].absolute()

    def __len__(self) -> int:
        return len(self._labels)

    def _make(self, index: np.ndarray) -> Batch:
        images = [self._read(int(row)) for row in index]
        return Batch("object", index, self._texts(index), images)

    def _read(self, row: int) -> Any:
        if self.get_image_fn is not None:
            return self.get_image_fn(row)
        self._check_files()
        return self._of_row(row, self.read_image)

    def _of_row(self, row: int, use: Callable[[str], Any]) -> Any:
        """What `use` makes of a row's file; its errors name the row of the table."""
        try:
            return use(self._uris[row])
        except InputError as error:
            raise error if self._read_from is None else self._read_from.error(row, error) from None

    def _check_files(self) -> None:
        if self._uris:
            return
        do = "add a column `uri` with image files to meta, or give get_image_fn, a function index -> image"
        if self._read_from is not None and self._read_from.instead is not None:
            do = f"rename {self._read_from.instead!r} to 'uri', or give get_image_fn, a function index -> image"
        raise InputError("this ImageDataset holds labels alone, no images", where="meta", do=do)

    @staticmethod
    def read_image(source: Any) -> np.ndarray:
        """The image of a file, a buffer or an array: uint8 (H, W), or (H, W, 3) RGB."""
        return image_read(source)

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        return self._texts(np.arange(len(self)) if indices is None else self._checked(indices))

    def _texts(self, index: np.ndarray) -> np.ndarray:
        return np.array([self._labels[row] for row in index.tolist()], dtype=str)

    def get_label_list(self, label: Any) -> np.ndarray:
        """The indices of all samples with this label: int64 (M,), ascending; empty if there are none."""
        return self._rows_of_label.get(str(label), np.empty(0, np.int64)).copy()

    @cached_property
    def _rows_of_label(self) -> dict[str, np.ndarray]:
        # Built once: looking a label up must not search the table again.
        rows: dict[str, list[int]] = {}
        for row, label in enumerate(self._labels):
            rows.setdefault(label, []).append(row)
        return {label: np.array(found, np.int64) for label, found in rows.items()}

    @property
    def meta(self) -> pandas.DataFrame:
        return self._table.copy()

    @cached_property
    def _table(self) -> pandas.DataFrame:
        if self._given is not None:
            return self._given
        import pandas

        return pandas.DataFrame({"uri": self._uris, "label": self._labels}, dtype=object)

    def get_meta_row(self, index: int) -> pandas.Series:
        return self._table.iloc[self._row(index)]

    def with_seed(self, seed: int) -> ImageDataset:
        return copy_with(self, seed=check_seed(seed), seed_is_fresh=False)

    @property
    def unsaved_columns(self) -> tuple[str, ...]:
        """The columns of its table beside `label` and `uri`."""
        return (
            tuple(str(name) for name in self._given if name not in ("label", "uri")) if self._given is not None else ()
        )

    def check_sources(self, count: int) -> None:
        """Raise InputError if one of the first `count` files is no image, or is truncated or damaged.

        Each is read and gone through as far as that is possible without making its pixels.
        """
        # A function, or a reader of one's own, can take anything for an image.
        if self.get_image_fn is None and self.read_image is ImageDataset.read_image:
            for row in range(count if self._uris else 0):
                self._of_row(row, image_check_file)

    def describe(self) -> dict[str, Any]:
        labels = {"count": len(self), "labels_sha256": texts_digest(self._labels)}
        if self.get_image_fn is not None:
            function = self.get_image_fn
            name = getattr(function, "__qualname__", type(function).__qualname__)
            return {"images": {**labels, "function": f"{function.__module__}.{name}"}}
        self._check_files()
        # By content, because a file can change, and not by place, because a folder can be moved.
        hashes = [self._of_row(row, _file_digest) for row in range(len(self))]
        return {"images": {**labels, "files_sha256": texts_digest(hashes)}}

    def __repr__(self) -> str:
        shown = {"path": self.path, "get_image_fn": self.get_image_fn, "image_suffix": self.image_suffix}
        if self._given is not None:
            shown["meta"] = f"<{len(self)} rows>"
        inside = ", ".join(f"{name}={value!r}" for name, value in shown.items() if value not in (None, "*.png"))
        return f"ImageDataset({inside}, seed={self.seed})"


def _file_digest(uri: str) -> str:
    """A digest of an image file, another than its own if earlier releases read other pixels from it."""
    try:
        data = read_file(uri)
    except (OSError, ValueError) as error:
        raise InputError(f"the image cannot be read ({getattr(error, 'strerror', error)})", where=uri) from None
    digest = hashlib.sha256(data)
    if _is_read_anew(data):
        digest.update(READ_ANEW)
    return digest.hexdigest()


def _is_read_anew(data: bytes) -> bool:
    before = read_before(data)
    try:
        return before is not None and not np.array_equal(before, image_read(data))
    except InputError:  # said where the image is asked for
        return False


def _check_arguments(path: Any, get_image_fn: Any, image_suffix: Any) -> None:
    """Raise InputError for arguments of a wrong type."""
    if path is not None and not isinstance(path, str | os.PathLike):
        raise InputError(f"path is {path!r}", allowed="a folder's name")
    if get_image_fn is not None and not callable(get_image_fn):
        raise InputError(f"get_image_fn is {get_image_fn!r}", allowed="a function index -> image")
    FilePattern().check("image_suffix", image_suffix)
