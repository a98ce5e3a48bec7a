"""Validation: is a folder of images what it was promised to be? Judged from the files alone, as a stranger would.

It is next to `pipeline` and `save` at the top of the package, and makes no image.

    sources, records, settings    what the folder says: recipe, manifest, meta.csv
    formats                       labels and images that another package's format reads
    claim                         what is claimed about one image
    images, margins, lines        the rules for pixels, in batches
    row_rules                     the rules for rows, one by one
    folder_validation             goes through all files
    report                        what was found
    padding                       single images of unknown origin, by the rule of older releases
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mygenerator.config import config_load
from mygenerator.errors import InputError
from mygenerator.validate.folder_validation import FolderValidation
from mygenerator.validate.padding import image_padding_get, image_padding_load, image_padding_validate
from mygenerator.validate.report import KINDS, Finding, ValidationReport
from mygenerator.validate.settings import settings_of_arguments

__all__ = [
    "KINDS",
    "Finding",
    "ValidationReport",
    "image_padding_get",
    "image_padding_load",
    "image_padding_validate",
    "run_image_padding_validate",
    "validate_folder",
]


def validate_folder(
    path: str | Path,
    *,
    spacing_range: Sequence[int | None] | None = None,
    image_width: int | None = None,
    image_height: int | None = None,
    invert: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ValidationReport:
    """Judge every image of a folder, and the folder as a whole.

    What the images have to be is taken from the arguments, else from the folder's recipe, else from the rows of
    meta.csv (single sequences). What none of them says is not judged, except that all images have one height and paper.

    Parameters
    ----------
    path : str or Path
        A saved data set (finished or not), single sequences, images with a meta.csv, or bare images.
    spacing_range : (int, int), optional
        Smallest and largest gap allowed, in pixels; either can be None. Margins that were drawn are judged by what is
        recorded of them.
    image_width, image_height : int, optional
        In pixels.
    invert : bool, optional
        True: white on black.
    progress : callable, optional
        `progress(done, total)` in images.

    Returns
    -------
    ValidationReport

    Raises
    ------
    InputError
        If an argument is wrong, if there is no folder, or if there is nothing in it to validate.

    Examples
    --------
    >>> import tempfile
    >>> from mygenerator import PatternNlpDataset, TextToImage
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     codes = PatternNlpDataset("[0-9]{3}", size=10, seed=1)
    ...     _ = TextToImage(spacing_range=(3, 8), image_width=100).fit_transform(codes).save(folder)
    ...     report = validate_folder(folder)
    >>> report.ok, report.images, sum(report.gaps.values())
    (True, 10, 20)
    """
    if not isinstance(path, str | Path) or not str(path):
        raise InputError(f"path is {path!r}", allowed="a folder's name")
    asked = settings_of_arguments(spacing_range, image_width, image_height, invert)
    return FolderValidation(path, asked, progress).run()


def run_image_padding_validate(
    min_spacing: int | None = None,
    max_spacing: int | None = None,
    image_width: int | None = None,
    input_path: str | Path = "./",
    inverse_image: bool = True,
    config_file: str | None = "default",
) -> ValidationReport:
    """`validate_folder` with the arguments of older releases.

    Parameters
    ----------
    min_spacing, max_spacing : int, optional
        Smallest and largest gap allowed, in pixels; by default what the folder records.
    image_width : int, optional
        In pixels.
    input_path : str or Path
    inverse_image : bool
        True: dark ink on white paper.
    config_file : str, optional
        Checked if it is named; nothing in it changes a validation.

    Returns
    -------
    ValidationReport

    Raises
    ------
    InputError
        As in `validate_folder`; also if a configuration file is missing or broken.
    """
    if config_file not in (None, "default"):
        config_load(config_file)
    if not isinstance(inverse_image, bool):
        raise InputError(f"inverse_image is {inverse_image!r}", allowed="True or False")
    return validate_folder(
        input_path, spacing_range=(min_spacing, max_spacing), image_width=image_width, invert=not inverse_image
    )
