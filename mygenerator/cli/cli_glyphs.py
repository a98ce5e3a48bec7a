"""`mygenerator glyphs`: lists the sources of glyphs, downloads one, or shows one as a picture."""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import say, tell
from mygenerator.errors import InputError, counted, unknown_name
from mygenerator.files import given_path

if TYPE_CHECKING:
    import numpy as np

    from mygenerator.glyphs import GlyphSet
    from mygenerator.glyphs.sources import KnownSource

_COLUMNS = 110
_MOST_SHOWN, _MOST_CHARACTERS = 12, 60
"""The most glyphs of one character, and the most characters, on a sheet."""


def glyphs(
    *,
    show: str | None = None,
    download: str | None = None,
    output_file: str | None = None,
    config_file: str = "default",
) -> None:
    """List the sources, or download or show one."""
    from mygenerator.config import config_load
    from mygenerator.glyphs import known_sources, load_glyphs

    if show is not None and download is not None:
        do = "give one; --show downloads a source that is not here yet"
        raise InputError("both --show and --download are given", do=do)
    if output_file is not None and show is None:
        raise InputError("--output_file is given without --show", do="add --show NAME, the source to draw")
    config = config_load(config_file)
    if show is not None:
        _write_sheet(show, output_file, config)
        return
    sources = {source.name: source for source in known_sources(config)}
    if download is None:
        for source in sources.values():
            tell(_entry(source, source.name == config["current_dataset"], config))
        return
    if download not in sources:
        raise unknown_name("glyph source", download, list(sources))
    # A file there can be the wrong one: the source is here if it can be opened.
    described = _described(load_glyphs(download, config))
    if sources[download].present:
        say(f"{download} is here already")
    say(f"{download}: {described}")
    tell(next(source.place for source in known_sources(config) if source.name == download))


def _entry(source: KnownSource, is_default: bool, config: dict) -> str:
    """Name and state of a source, and below them all other facts."""
    from mygenerator.glyphs import load_glyphs

    state, licence = "not here", source.licence
    if source.present:
        try:
            glyph_set = load_glyphs(source.name, config)
            state, licence = _described(glyph_set), glyph_set.licence
        except InputError as error:
            state = f"cannot be used: {error}"
    heading = f"{source.name}{' (the default)' * is_default}: {state}"
    more = [source.note, licence or "licence: unknown"]
    texts = [line for text in more for line in textwrap.wrap(text, _COLUMNS)]
    # A path stays on one line, so that it can be copied.
    return "\n    ".join([heading, *([str(source.place)] if source.place else []), *texts])


def _described(glyph_set: GlyphSet) -> str:
    """How many glyphs can be used, of which characters, and how many cannot, with the reasons."""
    kept_out = {reason: count for reason, count in glyph_set.kept_out.items() if count}
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in kept_out.items())
    out = f", {sum(kept_out.values()):,} kept out ({reasons})" if kept_out else ", none kept out"
    characters = glyph_set.characters
    shown = characters if len(characters) <= _MOST_CHARACTERS else f"{characters[:_MOST_CHARACTERS]}..."
    return f"{counted(len(glyph_set), 'usable glyph')} of {shown!r}{out}"


def _write_sheet(name: str, output_file: str | None, config: dict) -> None:
    from mygenerator.cli.pictures import check_picture, write_picture
    from mygenerator.glyphs import load_glyphs
    from mygenerator.sinks.png import encode_png

    in_file_name = re.sub(r"[^\w.-]+", "_", Path(name).name or name)
    target = given_path(output_file or f"glyphs_{in_file_name}_sheet.png")
    check_picture(target, None)
    glyph_set = load_glyphs(name, config)
    if len(glyph_set.characters) > _MOST_CHARACTERS:
        say(f"the first {_MOST_CHARACTERS} of {len(glyph_set.characters)} characters are shown")
    write_picture(target, encode_png(_sheet(glyph_set), str(target)))
    say(f"{name}: {_described(glyph_set)}")
    tell(target)


def _sheet(glyph_set: GlyphSet) -> np.ndarray:
    """A row of evenly chosen glyphs for each character, black on white; uint8 (H, W)."""
    import numpy

    from mygenerator.inspection.sheets import contact_sheet

    characters = glyph_set.characters[:_MOST_CHARACTERS]
    columns = min(_MOST_SHOWN, max(glyph_set.count(character) for character in characters))
    images, captions = [], []
    for place, character in enumerate(characters):
        start, count = int(glyph_set.starts[place]), glyph_set.count(character)
        shown = character if character.isascii() else f"U+{ord(character):04X}"
        for k in range(columns):
            if k < count:
                index = start + k * count // min(columns, count)
                images.append(255 - glyph_set.images[index])
                captions.append(f"{shown} #{glyph_set.rows[index]}")
            else:
                images.append(numpy.full(glyph_set.images.shape[1:], 255, numpy.uint8))
                captions.append("")
    return contact_sheet(images, captions, columns)


COMMAND = Command(
    "mygenerator glyphs",
    glyphs,
    "list the sources of glyphs: which are here, how many glyphs can be used, and under which licence.",
    {
        "show": "draw a sheet of this source's glyphs, each with its row in the source: a name or a folder",
        "download": "download this source into the home folder, so that later runs need no network",
        "output_file": "the picture that --show writes; by default glyphs_NAME_sheet.png in the working folder",
        "config_file": "the configuration file; by default config.yaml in the home folder, written on first use",
    },
    [
        ("mygenerator glyphs", "all sources"),
        ("mygenerator glyphs --download mnist:test", "MNIST's 10,000 test digits"),
        ("mygenerator glyphs --show optdigits", "writes glyphs_optdigits_sheet.png"),
        ("mygenerator glyphs --show path/to/scans --output_file scans.png", "how a folder of your own is read"),
    ],
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
