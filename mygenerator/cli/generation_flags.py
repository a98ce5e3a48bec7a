"""What the generating commands have in common: their flags, and the line that says what they use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mygenerator.cli.guard import say

if TYPE_CHECKING:
    from mygenerator.glyphs import GlyphSet

GENERATION_FLAGS = {
    "min_spacing": "smallest gap between glyphs in pixels, 1 to 50",
    "max_spacing": "largest gap between glyphs in pixels, 1 to 50",
    "image_width": "width of the image in pixels",
    "output_path": "the folder to write to",
    "seed": "0 to 18446744073709551615; the same seed gives the same bytes; by default a fresh one, which is recorded",
    "glyphs": "optdigits, a public set such as mnist:test (downloaded on first use), a source in the configuration "
    "file, or a folder; by default the configuration's",
    "sizing": "fill, equal, pad or resize: how the glyphs fill the width",
    "spacing": "uniform (each gap is drawn by itself) or fixed (one gap for the whole image)",
    "where": "between (only gaps between glyphs are drawn) or edges (margins too, from the same range)",
    "image_height": "height of the image in pixels, 8 to 128; of all its lines together",
    "wrap": "the most lines, 1 to 16, if the width cannot hold the glyphs with the widest gaps in one; give a larger "
    "image_height too",
    "line_gap": "blank rows between two lines, 1 to 100",
    "invert": "white on black instead of black on white",
    "format": "one file for each image: png, jpg (lossy: levels change a little), webp (lossless; smaller than png, "
    "slower to write); many images in a file: webdataset (tar), npy (arrays), and with an extra parquet, arrow (both "
    'pip install "mygenerator[parquet]") and tfrecord (pip install "mygenerator[tfrecord]"); or the name of one of '
    "your own",
    "config_file": "the configuration file; by default config.yaml in the home folder, written on first use",
    "engine": "what runs the shards: serial (this process), process (several) or the name of one of your own; by "
    "default what suits the job. The images are the same with any",
    "dry_run": "say what would be made, and how large, and make nothing",
}

SAVING_FLAGS = {
    "workers": "how many processes; by default one for small jobs, otherwise one for each processor",
    "shard_size": "how many images are sealed together; a run that was stopped goes on after the last seal; by default "
    "1000, or more if each shard is one file",
    "overwrite": "replace the data set that is in the folder (nothing but its own files); the old one stays until the "
    "new one is whole, so that room for both is needed",
    "sync": "end only when all is on the disk, so that a loss of power afterwards loses nothing; --no_sync is a little "
    "faster",
    "wait": "wait until no other run writes to the folder, instead of refusing if one does that makes something else",
    "allow_large": "also begin a job of more than 100 million images, 10 million pixels an image or 10^11 in all",
    "trust": "do not read what is in the folder already: files of the right size count as right",
}
"""What the commands that save a data set have in common."""

_MUCH = 0.1


def say_what_is_used(what: str, glyph_sets: Sequence[GlyphSet], seed: int, folder: Path) -> None:
    """Print one line on stderr: what is made, from which digits, with which seed, and where."""
    digits = "".join(f", digits {glyphs.source} ({_usable(glyphs)})" for glyphs in dict.fromkeys(glyph_sets))
    say(f"{what}{digits}, seed {seed}, to {folder}")


def _usable(glyphs: GlyphSet) -> str:
    """How many glyphs there are and, if it is a large share of the source, how many images were kept out."""
    kept_out = sum(glyphs.kept_out.values())
    much = kept_out > _MUCH * (kept_out + len(glyphs))
    return f"{len(glyphs):,} usable{f', {kept_out:,} kept out' if much else ''}"
