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
    from mygenerator.glyphs import GlyphSet, KeptOut
    from mygenerator.glyphs.sources import KnownSource

_COLUMNS = 110
_MOST_CHARACTERS, _MOST_NAMED = 60, 8
"""The most characters that are listed, and the most files that are named for one reason."""


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
    notes: tuple[str, ...] = ()
    if source.present:
        try:
            glyph_set = load_glyphs(source.name, config)
            state, licence, notes = _described(glyph_set), glyph_set.licence, glyph_set.notes
        except InputError as error:
            state = f"cannot be used: {error}"
    heading = f"{source.name}{' (the default)' * is_default}: {state}"
    more = [source.note, *notes, licence or "licence: unknown"]
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
    from mygenerator.glyphs import kept_out_glyphs, load_glyphs
    from mygenerator.inspection.glyph_sheet import MOST_CHARACTERS, sheet_of_glyphs

    in_file_name = re.sub(r"[^\w.-]+", "_", Path(name).name or name)
    target = given_path(output_file or f"glyphs_{in_file_name}_sheet.png")
    check_picture(target, None)
    kept_out = kept_out_glyphs(name, config)
    try:
        glyph_set = load_glyphs(name, config)
    except InputError:
        if not kept_out.rows:
            raise
        glyph_set = None  # those that are kept out show why none can be used
    write_picture(target, sheet_of_glyphs(glyph_set, kept_out))
    if glyph_set is None:
        say(f"{name}: no glyph can be used, {len(kept_out.rows):,} are kept out")
    else:
        say(f"{name}: {_described(glyph_set)}")
        if len(glyph_set.characters) > MOST_CHARACTERS:
            say(f"the first {MOST_CHARACTERS} of {len(glyph_set.characters)} characters are shown")
    _say_kept_out(kept_out)
    tell(target)


def _say_kept_out(kept_out: KeptOut) -> None:
    """What the reasons mean, and which files are kept out for them."""
    from mygenerator.glyphs import REASONS
    from mygenerator.inspection.glyph_sheet import MOST_SHOWN

    for reason in dict.fromkeys(kept_out.reasons):
        places = [place for place, one in enumerate(kept_out.reasons) if one == reason]
        named = [kept_out.names[place] or f"row {kept_out.rows[place]}" for place in places[:_MOST_NAMED]]
        more = f" and {len(places) - _MOST_NAMED:,} more" if len(places) > _MOST_NAMED else ""
        drawn = f"; {MOST_SHOWN} of {len(places):,} are drawn" if len(places) > MOST_SHOWN else ""
        say(f"kept out as {reason!r} ({REASONS[reason]}): {', '.join(named)}{more}{drawn}")


COMMAND = Command(
    "mygenerator glyphs",
    glyphs,
    "list the sources of glyphs: which are here, how many glyphs can be used, and under which licence.",
    {
        "show": "draw a sheet of this source's glyphs, and of the images that are not used and why: a name or a folder",
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
