"""The command `mygenerator convert`: the same data set in another format."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.generation_flags import GENERATION_FLAGS, SAVING_FLAGS
from mygenerator.cli.guard import say
from mygenerator.cli.saving import print_forecast, run_and_tell
from mygenerator.cli.user_code import find_code_beside


# Every flag is a parameter.
def convert(  # pylint: disable=too-many-locals
    *,
    input_path: str,
    format: str,
    output_path: str | None = None,
    glyphs: str | None = None,
    workers: int | None = None,
    engine: str | None = None,
    shard_size: int | None = None,
    overwrite: bool = False,
    sync: bool = True,
    trust: bool = False,
    wait: bool = False,
    allow_large: bool = False,
    allow_code: bool = False,
    dry_run: bool = False,
) -> None:
    """Make the data set of a folder again in another format, or read it if it cannot be made again."""
    from mygenerator.files import given_path
    from mygenerator.recipes.convert import plan_conversion

    source = given_path(input_path)
    if allow_code:
        find_code_beside(source)
    job = plan_conversion(
        source,
        format,
        output_path or f"{source.resolve()}-{format}",
        allow_code,
        glyphs,
        workers=workers,
        engine=engine,
        shard_size=shard_size,
        overwrite=overwrite,
        sync=sync,
        trust=trust,
        wait=wait,
        allow_large=allow_large,
    )
    say(f"{job.count:,} images of {input_path} as {format}, to {job.folder.path}")
    if dry_run:
        print_forecast(job)
    else:
        run_and_tell(job)


COMMAND = Command(
    "mygenerator convert",
    convert,
    "write the data set of a folder in another format: it is made again from its recipe, with the same pixels.",
    {
        "input_path": "the folder of a data set",
        "format": GENERATION_FLAGS["format"],
        "output_path": "the folder to write to; by default the first one's name with -FORMAT after it",
        "glyphs": "the folder of its glyphs, if they are not found under the recorded name of their source",
        "engine": GENERATION_FLAGS["engine"],
        **SAVING_FLAGS,
        "allow_code": "let the recipe name classes of your own (python:...), which are then run",
        "dry_run": GENERATION_FLAGS["dry_run"],
    },
    [
        (
            "mygenerator convert ztmpp/phone --format webdataset",
            "as tar files, in ztmpp/phone-webdataset",
        ),
        ("mygenerator convert ztmpp/phone --format npy --output_path arrays", "as arrays, in a folder of another name"),
    ],
    positional=("input_path",),
    goes_on=True,
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
