"""The jobs of the two generating commands as functions: what they plan, and what they write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mygenerator.config import config_load
from mygenerator.dataset import NlpDataset, PhoneNlpDataset
from mygenerator.errors import InputError, whole_number
from mygenerator.files import given_path
from mygenerator.glyphs import GlyphSet, is_kept, load_glyphs
from mygenerator.parameters import wrong_parameters
from mygenerator.transform import TextToImage

if TYPE_CHECKING:
    from mygenerator.save import SaveReport

MAX_SPACING = 50
MAX_SEQUENCE = 100


def run_generate_numbers_sequence(
    sequence: str,
    min_spacing: int = 1,
    max_spacing: int = 10,
    image_width: int = 280,
    output_path: str = "./",
    config_file: str | None = "default",
    *,
    seed: int | None = None,
    **options: Any,
) -> Path:
    """Add one image of a sequence of characters to a folder.

    Parameters
    ----------
    sequence : str
        1 to 100 characters for which there are glyphs.
    min_spacing, max_spacing : int
        Smallest and largest gap in pixels, 1 to 50; also of margins, with `where="edges"`.
    image_width : int
        Pixels; there has to be room for the widest gaps and 2 to 200 pixels a character.
    output_path : str
        The folder; `img_<sequence>_<k>.png` and a row of `meta.csv` are added to it.
    config_file : str, optional
        The file that names the glyphs; "default" or None is the one in the home folder.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default, recorded in meta.csv.
    **options
        `glyphs`, `sizing`, `image_height`, `invert`, `spacing`, `where`, `wrap`, `line_gap`: as for TextToImage.

    Returns
    -------
    Path
        The image.

    Raises
    ------
    MyGeneratorError
        If anything that was asked for is impossible; nothing is written then.
    """
    from mygenerator.save.single import add_sequence, check_sequence_folder

    text, step = plan_numbers_sequence(sequence, min_spacing, max_spacing, image_width, config_file, seed, **options)
    folder = given_path(output_path)
    check_sequence_folder(folder, step)
    return add_sequence(text, keep_glyphs(text, step, config_file, options.get("glyphs")), folder)


def run_generate_phone_numbers(  # pylint: disable=too-many-arguments,too-many-locals
    num_images: int = 10,
    min_spacing: int = 1,
    max_spacing: int = 10,
    image_width: int = 280,
    output_path: str = "./",
    config_file: str | None = "default",
    *,
    seed: int | None = None,
    region: str = "JP",
    format: str = "png",
    workers: int | None = None,
    engine: str | None = None,
    shard_size: int | None = None,
    overwrite: bool = False,
    sync: bool = True,
    trust: bool = False,
    wait: bool = False,
    allow_large: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> SaveReport:
    """Write a data set of images of different valid phone numbers.

    Parameters
    ----------
    num_images : int
    min_spacing, max_spacing, image_width, output_path, config_file, seed : see `run_generate_numbers_sequence`
    region : str
        The region whose numbers are written, as two capital letters.
    format, workers, engine, shard_size, overwrite, sync, trust, wait, allow_large, progress :
        see `mygenerator.save.save`
    **options
        `type`, `written`, `separator`: as for PhoneNlpDataset. `glyphs`, `sizing`, `image_height`, `invert`, `spacing`,
        `where`, `wrap`, `line_gap`: as for TextToImage.

    Returns
    -------
    SaveReport

    Raises
    ------
    MyGeneratorError
        If anything that was asked for is impossible; nothing is written or changed then.
    """
    from mygenerator.save import plan, run

    text, step = plan_phone_numbers(
        num_images, min_spacing, max_spacing, image_width, config_file, seed, region, **options
    )
    now: dict[str, Any] = {
        "overwrite": overwrite,
        "sync": sync,
        "trust": trust,
        "wait": wait,
        "allow_large": allow_large,
    }
    how: dict[str, Any] = {"format": format, "shard_size": shard_size, "workers": workers, "engine": engine}
    save_options = how | now
    plan(step.transform(text), output_path, **save_options)
    step = keep_glyphs(text, step, config_file, options.get("glyphs"))
    return run(plan(step.transform(text), output_path, **save_options), progress)


def plan_numbers_sequence(
    sequence: str,
    min_spacing: int,
    max_spacing: int,
    image_width: int,
    config_file: str | None,
    seed: int | None,
    **options: Any,
) -> tuple[NlpDataset, TextToImage]:
    """What `run_generate_numbers_sequence` will write: the text and the fitted step.

    Nothing is written, not even the glyphs' cache; `keep_glyphs` does that when everything else is known to be right.
    """
    text = NlpDataset([check_sequence(sequence)], seed=seed)
    return text, _writing_step(min_spacing, max_spacing, image_width, config_file, options).fit(text)


def plan_phone_numbers(
    num_images: int,
    min_spacing: int,
    max_spacing: int,
    image_width: int,
    config_file: str | None,
    seed: int | None,
    region: str,
    *,
    type: Any = "mobile",
    written: Any = "national",
    separator: Any = None,
    **options: Any,
) -> tuple[PhoneNlpDataset, TextToImage]:
    """What `run_generate_phone_numbers` will save: the numbers and the fitted step; see `plan_numbers_sequence`."""
    num_images = whole_number("num_images", num_images, 1)
    text = PhoneNlpDataset(num_images, region, seed, type=type, written=written, separator=separator)
    return text, _writing_step(min_spacing, max_spacing, image_width, config_file, options).fit(text)


def keep_glyphs(
    text: NlpDataset | PhoneNlpDataset, step: TextToImage, config_file: str | None, glyphs: Any
) -> TextToImage:
    """The step with its glyphs stored in the cache, so that later runs and other processes open them from there."""
    if is_kept(step.glyph_set_):
        return step
    return TextToImage(**{**step.get_params(), "glyphs": _open_glyphs(glyphs, config_file, keep=True)}).fit(text)


def check_sequence(sequence: Any) -> str:
    """Return the sequence; raise InputError unless it is text of 1 to 100 characters."""
    if not isinstance(sequence, str) or not 1 <= len(sequence) <= MAX_SEQUENCE:
        raise InputError(f"sequence is {sequence!r}", allowed=f"text of 1 to {MAX_SEQUENCE} characters")
    return sequence


def check_spacing(min_spacing: Any, max_spacing: Any) -> None:
    """Raise InputError unless 1 <= min_spacing <= max_spacing <= 50, the limits of the commands."""
    low = whole_number("min_spacing", min_spacing, 1, MAX_SPACING)
    high = whole_number("max_spacing", max_spacing, 1, MAX_SPACING)
    if low > high:
        raise InputError(f"min_spacing {low} is above max_spacing {high}", allowed="min_spacing <= max_spacing")


def _writing_step(
    min_spacing: int, max_spacing: int, image_width: int, config_file: str | None, options: dict[str, Any]
) -> TextToImage:
    """The step of both jobs."""
    check_spacing(min_spacing, max_spacing)
    step = TextToImage(**options, spacing_range=(min_spacing, max_spacing), image_width=image_width)
    # Glyphs come last: they might have to be downloaded before they can be opened.
    for name, problem in wrong_parameters(TextToImage, step.get_params()).items():
        if name != "glyphs":
            raise problem
    return step.set_params(glyphs=_open_glyphs(options.get("glyphs"), config_file, keep=False))


def _open_glyphs(glyphs: Any, config_file: str | None, keep: bool) -> GlyphSet:
    """The glyphs that are named, or those of the configuration."""
    config = config_load(config_file)
    return load_glyphs(config["current_dataset"] if glyphs is None else glyphs, config, keep)
