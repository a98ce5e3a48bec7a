"""The command `generate-numbers-sequence`: one image of one sequence, added to what is in the folder."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.generation_flags import GENERATION_FLAGS
from mygenerator.cli.guard import tell


# Every flag is a parameter.
def generate_numbers_sequence(  # pylint: disable=too-many-locals
    *,
    sequence: str,
    min_spacing: int = 1,
    max_spacing: int = 10,
    image_width: int = 280,
    output_path: str = "ztmpp/seq/",
    seed: int | None = None,
    glyphs: str | None = None,
    sizing: str = "fill",
    spacing: str = "uniform",
    where: str = "between",
    image_height: int = 28,
    invert: bool = False,
    config_file: str = "default",
    dry_run: bool = False,
) -> None:
    """Plan the image, and write it unless this is a dry run."""
    from mygenerator.cli.generation_flags import say_what_is_used
    from mygenerator.files import given_path
    from mygenerator.pipeline import keep_glyphs, plan_numbers_sequence
    from mygenerator.save.single import add_sequence, check_sequence_folder

    text, step = plan_numbers_sequence(
        sequence,
        min_spacing,
        max_spacing,
        image_width,
        config_file,
        seed,
        glyphs=glyphs,
        sizing=sizing,
        spacing=spacing,
        where=where,
        image_height=image_height,
        invert=invert,
    )
    folder = given_path(output_path)
    check_sequence_folder(folder, step)
    say_what_is_used(f"sequence {sequence!r}", [step.glyph_set_], text.seed, folder)
    if dry_run:
        tell(f"would write one image of {image_width} x {image_height} pixels to {folder}")
        return
    tell(add_sequence(text, keep_glyphs(text, step, config_file, glyphs), folder))


COMMAND = Command(
    "generate-numbers-sequence",
    generate_numbers_sequence,
    "make one image of a sequence of handwritten digits, with its label, gaps and boxes in meta.csv.",
    {"sequence": "the characters to write, 1 to 100, taken as text", **GENERATION_FLAGS},
    [
        ("generate-numbers-sequence --sequence 0123456789", "one image in ztmpp/seq/"),
        (
            "generate-numbers-sequence --sequence 007 --image_width 120 --min_spacing 3 --max_spacing 8 --seed 7",
            "narrow, with gaps of 3 to 8 pixels, the same each time",
        ),
        ("generate-numbers-sequence --sequence 42 --glyphs path/to/mnist --output_path out", "with digits of your own"),
    ],
)


def main() -> int:
    """The entry point of the installed command."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
