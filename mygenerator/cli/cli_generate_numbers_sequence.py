"""The command `generate-numbers-sequence`: images of one sequence, added to what is in the folder."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.generation_flags import GENERATION_FLAGS
from mygenerator.cli.guard import tell
from mygenerator.errors import whole_number


# Every flag is a parameter.
def generate_numbers_sequence(  # pylint: disable=too-many-locals,too-many-arguments
    *,
    sequence: str,
    num_images: int = 1,
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
    wrap: int = 1,
    line_gap: int = 4,
    invert: bool = False,
    config_file: str = "default",
    dry_run: bool = False,
) -> None:
    """Plan the images, and write them unless this is a dry run."""
    from mygenerator.cli.generation_flags import say_what_is_used
    from mygenerator.files import given_path
    from mygenerator.pipeline import keep_glyphs, plan_numbers_sequence
    from mygenerator.save.single import add_sequences, check_sequence_folder

    whole_number("num_images", num_images, 1)
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
        wrap=wrap,
        line_gap=line_gap,
        invert=invert,
    )
    folder = given_path(output_path)
    check_sequence_folder(folder, step)
    what = f"sequence {sequence!r}" if num_images == 1 else f"{num_images:,} images of sequence {sequence!r}"
    say_what_is_used(what, [step.glyph_set_], text.seed, folder)
    if dry_run:
        images = "one image" if num_images == 1 else f"{num_images:,} images"
        tell(f"would write {images} of {image_width} x {image_height} pixels to {folder}")
        return
    for image in add_sequences(text, keep_glyphs(text, step, config_file, glyphs), folder, num_images):
        tell(image)


COMMAND = Command(
    "generate-numbers-sequence",
    generate_numbers_sequence,
    "make one image of a sequence of handwritten digits, or several, with label, gaps and boxes in meta.csv.",
    {
        "sequence": "the characters to write, 1 to 100, taken as text",
        "num_images": "how many images of the sequence, each with other glyphs and gaps",
        **GENERATION_FLAGS,
    },
    [
        ("generate-numbers-sequence --sequence 0123456789", "one image in ztmpp/seq/"),
        (
            "generate-numbers-sequence --sequence 007 --image_width 120 --min_spacing 3 --max_spacing 8 --seed 7",
            "narrow, with gaps of 3 to 8 pixels, the same each time",
        ),
        ("generate-numbers-sequence --sequence 31 --num_images 5 --image_width 60", "five images of 31, each another"),
        ("generate-numbers-sequence --sequence 42 --glyphs path/to/mnist --output_path out", "with digits of your own"),
    ],
)


def main() -> int:
    """The entry point of the installed command."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
