"""Gathers what a page shows of a folder or of a recipe, within bounds.

Of many samples evenly chosen ones are counted and fewer are shown; the page says how many, and of how many.
"""

from __future__ import annotations

import base64
import math
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.errors import InputError, MyGeneratorError, counted, whole_number
from mygenerator.files import read_file, read_record
from mygenerator.inspection.chosen import Chosen, Row, chosen_of_folder, evenly, row_of
from mygenerator.inspection.page.histograms import Histograms
from mygenerator.inspection.page.html import MAX_PAGE_BYTES, page_html
from mygenerator.inspection.sheets import gaps_of_image, papers_of, recorded_gaps
from mygenerator.inspection.verify import SAMPLES, verify_folder
from mygenerator.recipes import Recipe, shipped_recipes
from mygenerator.save.shards import rows_at_once
from mygenerator.sinks.png import encode_png
from mygenerator.util_image import image_check, image_grey
from mygenerator.util_image.own_folders import MANIFEST_NAME, RECIPE_NAME

SHOWN = 200
"""How many samples a page shows if nobody says."""
_COUNTED, _READ = 10_000, 2_000
"""How many samples are counted: by a table's rows, and where each has to be read or made with its image."""
_MADE_PIXELS = 400_000_000
"""How many pixels are made at most to count what a recipe makes, the samples that are shown aside."""
_WHOLE_FILES = 20_000
"""Up to so many samples, verify reads every file."""
_IMAGE_PIXELS = 400_000
"""A larger image is shown in fewer pixels."""
_MOST_SHOWN, _HELD_BYTES = 5_000, 20_000_000
"""More samples, and more bytes of images, never fit into a page."""
_MOST_BYTES = MAX_PAGE_BYTES - 300_000
"""What samples may take, if they have to be fewer."""
_MOST_TEXT, _MOST_LABEL, _MOST_NAME, _MOST_GLYPHS = 60_000, 1_000, 255, 500
"""Longer texts are cut off, and of more glyphs in an image only the first are told."""

Progress = Callable[[int, int], None]


def page_of_folder(
    folder: Path, count: int | None = None, allow_code: bool = False, progress: Progress | None = None
) -> bytes:
    """The page of a folder: HTML.

    Parameters
    ----------
    folder : Path
        A data set, finished or not; single sequences; or other people's images, with or without a meta.csv.
    count : int, optional
        How many samples, evenly chosen, are shown at most; fewer if they would make the page larger than 5 MB.
    allow_code : bool
        Whether the recipe may name classes that are then run, to make samples again.
    progress : callable, optional
        `progress(done, total)` in samples that verify has read.

    Raises
    ------
    InputError
        If it holds no image, or one of those that are shown cannot be read.
    """
    count = SHOWN if count is None else whole_number("num_images", count, 1)
    found = chosen_of_folder(folder, max(_COUNTED, count), max(_READ, count))
    total = found.total
    recipe = _recipe_of(folder)
    told = {
        "recipe": recipe or f"There is no {RECIPE_NAME}.",
        "command": f"mygenerator run {_quoted(folder)} --output_path again" if recipe else "",
        **_verified(folder, total, allow_code, progress),
    }
    return _page(folder.absolute().name, total, found.chosen, found.many, count, told)


def page_of_recipe(path: Path, count: int | None = None, allow_code: bool = False) -> bytes:
    """The page of what a recipe would make, which is not kept: HTML; see `page_of_folder`.

    Raises
    ------
    InputError
        If anything is wrong with the recipe, or its samples are not images.
    """
    count = SHOWN if count is None else whole_number("num_images", count, 1)
    recipe = Recipe.read(path, allow_code)
    needed = count if recipe.count is None and recipe.source.needs_count else None
    ds = recipe.dataset(count=needed, keep_glyphs=False)
    if ds.kind not in ("strip", "object"):
        raise InputError(
            f"samples of kind {ds.kind!r} cannot be shown",
            where=str(path),
            allowed="images",
            do="put a step that makes images last, such as text_to_image",
        )
    shape = ds.facts.image_shape
    most = _READ if shape is None else min(_READ, _MADE_PIXELS // (shape[0] * shape[1]))
    rows = sorted(evenly(len(ds), max(most, min(count, _MOST_SHOWN))))
    step = min(rows_at_once(shape), 256)

    def made() -> Iterator[Chosen]:
        for start in range(0, len(rows), step):
            batch = ds.batch(rows[start : start + step])
            assert batch.images is not None
            for place, index in enumerate(batch.index.tolist()):
                image = np.asarray(batch.images[place])
                yield row_of(batch.sample(place), f"sample {index}"), partial(image_check, image, f"sample {index}")

    file = shipped_recipes().get(str(path), path) if not path.exists() else path
    told = {
        "command": f"mygenerator run {_quoted(path)} --output_path out",
        "recipe": _shortened(read_file(file).decode("utf-8", "replace"), _MOST_TEXT),
        "verified": f"This is what the recipe makes with seed {ds.seed}. Nothing is saved, so there is nothing to "
        "verify.",
        "state": "none",
    }
    return _page(path.stem, len(ds), made(), len(rows), count, told)


def _page(name: str, total: int, chosen: Iterator[Chosen], many: int, count: int, told: dict[str, Any]) -> bytes:
    """The page of `many` rows that come in order, and of the images of up to `count` of them."""
    histograms, samples = Histograms(), _Samples(evenly(many, min(count, _MOST_SHOWN)))
    for place, (row, read) in enumerate(chosen):
        histograms.add(row)
        samples.add(place, row, read)
    shown = samples.shown
    of = "all samples" if histograms.rows == total else f"{histograms.rows:,} of {total:,} samples, evenly chosen"
    while True:
        measured = [band[1] for sample in shown if sample["measured"] for band in sample["bands"]]
        evenly_so = ", evenly chosen" if len(shown) < total else ""
        facts = {
            "title": _shortened(name, _MOST_LABEL),
            "told": f"{counted(len(shown), 'sample')} of {total:,} shown{evenly_so}",
            "counted": f"Counted in {of}.",
            "samples": shown,
            "histograms": histograms.plain(measured),
        }
        page = page_html(facts | told)
        if len(page) <= MAX_PAGE_BYTES or not shown:
            return page
        # Evenly chosen ones, as many as fit; what is not samples stays.
        fewer = evenly(len(shown), min(len(shown) - 1, len(shown) * _MOST_BYTES // len(page)))
        shown = [sample for place, sample in enumerate(shown) if place in fewer]


class _Samples:
    """What a page holds of the samples at some places; of large ones, only every second, fourth... is kept."""

    def __init__(self, places: set[int]):
        self.shown: list[dict[str, Any]] = []
        self._places, self._seen, self._every, self._bytes = places, 0, 1, 0

    def add(self, place: int, row: Row, read: Callable[[], np.ndarray]) -> None:
        """One more row; its image is read only if it is shown."""
        if place not in self._places:
            return
        self._seen += 1
        if (self._seen - 1) % self._every:
            return
        self.shown.append(_sample(row, read()))
        self._bytes += len(self.shown[-1]["image"])
        if self._bytes > _HELD_BYTES:
            self.shown, self._every = self.shown[::2], 2 * self._every
            self._bytes = sum(len(sample["image"]) for sample in self.shown)


def _sample(row: Row, image: np.ndarray) -> dict[str, Any]:
    """A sample as plain values for JSON; places in the image are in its own pixels, however it is shown."""
    height, width = image.shape[:2]
    step = max(1, math.isqrt(-(-height * width // _IMAGE_PIXELS) - 1) + 1)
    png = encode_png(np.ascontiguousarray(image[::step, ::step]), row.file_name)
    if row.boxes is None:
        grey = image_grey(image)
        bands: Sequence[tuple[int, ...]] = gaps_of_image(grey, papers_of([grey])[0])
    else:
        bands = recorded_gaps(row, row.boxes, image.shape)
    values = {name: getattr(row, name) for name in ("boxes", "gaps", "margins", "lines", "glyphs")}
    return {
        "name": _shortened(row.file_name, _MOST_NAME),
        "label": _shortened(row.label, _MOST_LABEL),
        "width": width,
        "height": height,
        "step": step,
        "measured": row.boxes is None,
        "bands": bands[:_MOST_GLYPHS],
        "image": f"data:image/png;base64,{base64.b64encode(png).decode()}",
        **{name: None if value is None else value[:_MOST_GLYPHS] for name, value in values.items()},
    }


def _recipe_of(folder: Path) -> str:
    """The text of a folder's recipe; empty if there is none, or it cannot be read."""
    try:
        text = read_record(folder / RECIPE_NAME)
    except (OSError, MyGeneratorError):
        return ""
    return _shortened(text.decode("utf-8", "replace"), _MOST_TEXT)


def _verified(folder: Path, total: int, allow_code: bool, progress: Progress | None) -> dict[str, str]:
    """What verify says: it reads all files of a small data set, and of a large one those of a few shards."""
    if not (folder / MANIFEST_NAME).exists() and not (folder / RECIPE_NAME).exists():
        return {"verified": "This is not a data set that was saved here, so nothing can be verified.", "state": "none"}
    all_files = total <= _WHOLE_FILES
    try:
        report = verify_folder(folder, SAMPLES, allow_code, progress=progress, all_files=all_files)
    except MyGeneratorError as error:
        return {"verified": _shortened(f"It could not be verified: {error}", _MOST_TEXT), "state": "none"}
    part = "" if all_files else f"\nOf {total:,} samples, only the files of some shards were read; `verify` reads all."
    return {"verified": _shortened(f"{report}{part}", _MOST_TEXT), "state": "good" if report.ok else "bad"}


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}... ({len(text) - most:,} characters more)"
