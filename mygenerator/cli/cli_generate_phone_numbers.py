"""The command `generate-phone-numbers`: makes a data set of images of different valid phone numbers."""

from __future__ import annotations

import sys
from typing import Any

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.generation_flags import GENERATION_FLAGS, SAVING_FLAGS
from mygenerator.cli.saving import print_forecast, run_and_tell
from mygenerator.errors import counted


# Every flag is a parameter.
def generate_phone_numbers(  # pylint: disable=too-many-arguments,too-many-locals
    *,
    num_images: int = 10,
    min_spacing: int = 1,
    max_spacing: int = 10,
    image_width: int = 280,
    output_path: str = "ztmpp/phone/",
    seed: int | None = None,
    region: str = "JP",
    type: str = "mobile",
    written: str = "national",
    separator: str | None = None,
    glyphs: str | None = None,
    sizing: str = "fill",
    spacing: str = "uniform",
    where: str = "between",
    image_height: int = 28,
    wrap: int = 1,
    line_gap: int = 4,
    invert: bool = False,
    format: str = "png",
    workers: int | None = None,
    engine: str | None = None,
    shard_size: int | None = None,
    overwrite: bool = False,
    sync: bool = True,
    trust: bool = False,
    wait: bool = False,
    allow_large: bool = False,
    config_file: str = "default",
    dry_run: bool = False,
) -> None:
    """Plan the data set, and save it unless this is a dry run."""
    from mygenerator.cli.generation_flags import say_what_is_used
    from mygenerator.pipeline import keep_glyphs, plan_phone_numbers
    from mygenerator.save import plan

    text, step = plan_phone_numbers(
        num_images,
        min_spacing,
        max_spacing,
        image_width,
        config_file,
        seed,
        region,
        **{"type": type, "written": written, "separator": separator},
        glyphs=glyphs,
        sizing=sizing,
        spacing=spacing,
        where=where,
        image_height=image_height,
        wrap=wrap,
        line_gap=line_gap,
        invert=invert,
    )
    options: dict[str, Any] = {
        "format": format,
        "shard_size": shard_size,
        "workers": workers,
        "engine": engine,
        "overwrite": overwrite,
        "sync": sync,
        "trust": trust,
        "wait": wait,
        "allow_large": allow_large,
    }
    job = plan(step.transform(text), output_path, **options)
    folder = job.folder.path
    of_type = f" ({type})" if type != "mobile" else ""
    say_what_is_used(
        f"{counted(num_images, 'phone number')} of {region}{of_type}", [step.glyph_set_], job.ds.seed, folder
    )
    if dry_run:
        print_forecast(job)
        return
    kept = keep_glyphs(text, step, config_file, glyphs)
    if kept is not step:
        job = plan(kept.transform(text), output_path, **options)
    run_and_tell(job)


COMMAND = Command(
    "generate-phone-numbers",
    generate_phone_numbers,
    "make a data set of images of different valid phone numbers, with labels, gaps and boxes in meta.csv.",
    {
        "num_images": "how many images",
        "region": "the region whose numbers are written, as two capital letters",
        "type": "mobile, fixed_line, toll_free, premium_rate, shared_cost, voip, personal_number, pager, uan or "
        "voicemail, as far as the region has them",
        "written": "national (digits alone), spaced (in groups, as the region does) or international "
        "(+81 90-1234-5678); what is not a digit needs glyphs of its own",
        "separator": "what stands between groups, in place of what the region has there: - . / or none",
        **SAVING_FLAGS,
        **GENERATION_FLAGS,
    },
    [
        ("generate-phone-numbers --num_images 100", "100 images in ztmpp/phone/"),
        (
            "generate-phone-numbers --num_images 60000 --min_spacing 3 --max_spacing 8 --image_width 300 --seed 7 "
            "--output_path many",
            "the same 60,000 images on every machine",
        ),
        ("generate-phone-numbers --num_images 1000000 --dry_run", "how large a million would be"),
        (
            "generate-phone-numbers --num_images 50 --region FR --sizing pad --image_width 400 --output_path french",
            "French numbers, padded",
        ),
        (
            "generate-phone-numbers --num_images 50 --region GB --type fixed_line --output_path british",
            "numbers of telephones that are not mobile",
        ),
    ],
    goes_on=True,
)


def main() -> int:
    """The entry point of the installed command."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
