"""Files changed at random and read: `python mutations.py KIND FIRST COUNT` reads COUNT of them, and tells all faults.

A mutation is known by its kind and number, so any of them can be made again alone. A reader may be content or raise a
MyGeneratorError; anything else is told on stdout, one JSON object a line, and last of all the most memory that was
used. What is being read lies in the working folder as `now`, in case that the process does not survive it.
"""

from __future__ import annotations

import faulthandler
import gzip
import io
import json
import re
import resource
import shutil
import signal
import sys
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from mygenerator import TextToImage
from mygenerator.config import config_load
from mygenerator.dataset import PhoneNlpDataset
from mygenerator.errors import MyGeneratorError
from mygenerator.glyphs import known_sources, load_glyphs
from mygenerator.glyphs.archive import unpack
from mygenerator.glyphs.sources import archive_of
from mygenerator.inspection.replay import replay
from mygenerator.inspection.sheets import sheet_of_folder
from mygenerator.recipes import Recipe
from mygenerator.util_image import image_read
from mygenerator.validate import validate_folder
from tests.deep.changing import Draws, extreme, mutated
from tests.wrong.making import glyph, idx_pair, overwritten, png_chunk, tar_of, zip_of
from tests.wrong.running import run_here

_COMMAND_EVERY = 25
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""What the system counts a process's memory in."""
SECONDS = 20
"""How long one mutation may take."""

_RECIPES = [
    "seed: 11\ntext: {phone: {region: NO, count: 300}}\nsteps:\n"
    "  - text_to_image: {glyphs: optdigits, image_width: 300, spacing_range: [3, 8]}\n"
    "  - validate_padding: {spacing_range: [3, 8]}\nsave: {path: out, format: png, workers: 2}\n",
    'text:\n  pattern:\n    pattern: "[0-9]{3}-?[0-9]{4}|0{1,9}"\n    lengths: [7]\n    count: 3\nsteps:\n'
    "- text_to_image:\n    sizing: pad  # as they are\n    image_width: 400\n    invert: true\n  name: draw\n",
    'text: {labels: ["007", \'42\', "\\x31"], count: 2}\nsteps: [{char_to_images: {font: optdigits}}, '
    "{combine_images_horizontally: {padding_range: [1, 5], combined_width: 100}}]\n",
]
_CONFIG = (
    "current_dataset: mine\ndatasets:\n  mine:\n    kind: folder\n    path: scans/mine\n"
    "  other: {url: ['http://127.0.0.1:1/a.zip'], sha256: " + "ab" * 32 + "}\n"
)


class _TooSlow(BaseException):
    """No Exception, so that no reader takes it for a fault of the file."""


def _png(draws: Draws) -> bytes:
    """A PNG that was changed before or after it was packed; its checksums are often right."""
    data = glyph(draws.below(5))
    way = draws.below(4)
    if way == 0:
        return mutated(data, draws)
    pieces = [data[16:29], zlib.decompress(data[41:-16]), b""]
    place = draws.below(2)
    if way == 1:  # sizes, depth, colour, or rows that are others than the header says
        pieces[place] = mutated(pieces[place], draws)
        pieces[1] = zlib.compress(pieces[1])
    else:
        pieces[1] = zlib.compress(pieces[1])
        pieces[place] = mutated(pieces[place], draws) if way == 2 else extreme(bytearray(pieces[place]), draws)
    names = (b"IHDR", b"IDAT", b"IEND")
    return data[:8] + b"".join(png_chunk(name, piece) for name, piece in zip(names, pieces, strict=True))


def _packed_or_not(data: bytes, draws: Draws) -> bytes:
    """What gzip makes of changed data, or changed data that gzip made."""
    if draws.below(2):
        return mutated(gzip.compress(data, mtime=0), draws)
    return gzip.compress(mutated(data, draws), mtime=0)


def _zip(draws: Draws) -> bytes:
    """A .zip that was changed anywhere, or in one number of one of its headers."""
    data = zip_of(_ARCHIVED)
    if draws.below(2):
        return mutated(data, draws)
    header = draws.one_of(list(re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)))
    return overwritten(data, header.end() + draws.below(42), extreme(bytearray(4), draws)[: 1 + draws.below(4)])


def _tar(draws: Draws) -> bytes:
    """A .tar.gz that was changed before or after it was packed; the sum of its first header is often right."""
    data = gzip.decompress(tar_of(_ARCHIVED))
    if not draws.below(2):
        return _packed_or_not(data, draws)
    head = bytearray(mutated(data[:512], draws)[:512].ljust(512, b"\0"))
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return gzip.compress(bytes(head) + data[512:], mtime=0)


_ARCHIVED = {"7/a.png": glyph(), "7/b.png": glyph(1), "U+002F/a.png": glyph(2), "LICENSE": b"free " * 99}
_PAIR = idx_pair(folder="")
_IMAGES, _LABELS = (name.lstrip("/") for name in _PAIR)


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    make : callable
        Makes one of its mutations: files below the working folder, by name, from draws.
    read : callable
        Reads it, in every way in which the package does.
    line : str
        A command that reads it.
    count : int
        How many mutations are to be read.
    """

    make: Callable[[Draws], dict[str, bytes]]
    read: Callable[[], object]
    line: str
    count: int


def _read_recipe() -> None:
    recipe = Recipe.read("now/r.yaml")
    recipe.plan("now/out")
    recipe.dataset(keep_glyphs=False).labels([0])


def _read_config() -> None:
    known_sources(config_load("now/my.yaml"))


def _read_glyphs() -> None:
    load_glyphs(Path("now"), keep=False)


def _read_png() -> None:
    with suppress(MyGeneratorError):
        image_read("now/7/wrong.png")
    load_glyphs(Path("now"), keep=False)


def _read_archive() -> None:
    unpack(Path("now/a.archive"), Path("now/out"))
    load_glyphs(Path("now/out"), keep=False)


def _read_data_set() -> None:
    readers: list[Callable[[], object]] = [
        lambda: validate_folder("now").to_json(),
        lambda: sheet_of_folder(Path("now"), gaps=True),
        lambda: replay(Path("now"), 1),
        lambda: TextToImage().fit_transform(PhoneNlpDataset(3, seed=7)).save("now"),
    ]
    errors = []
    for reader in readers:
        try:
            reader()
        except MyGeneratorError as error:
            errors.append(error)
    if errors:
        raise errors[0]


def _idx_files(draws: Draws) -> dict[str, bytes]:
    changed = draws.one_of((_IMAGES, _LABELS))
    files = {name.lstrip("/"): data for name, data in _PAIR.items()}
    # Of the values hardly a change is to be noticed: two thirds of the changes go into what the header promises.
    data = files[changed]
    head = 4 + 4 * data[3]
    promised = data[:4] + mutated(data[4:head], draws) + data[head:]
    files[changed] = promised if draws.below(3) else mutated(data, draws)
    return files


def _packed_idx_files(draws: Draws) -> dict[str, bytes]:
    changed = draws.one_of((_IMAGES, _LABELS))
    files = {f"{name.lstrip('/')}.gz": gzip.compress(data, mtime=0) for name, data in _PAIR.items()}
    return files | {f"{changed}.gz": _packed_or_not(_PAIR[f"/{changed}"], draws)}


def _data_set_files(draws: Draws) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in Path("saved").iterdir()}
    changed = draws.one_of([*sorted(files), "meta.csv", "recipe.json", "manifest.json"])
    return files | {changed: mutated(files[changed], draws, tokens=not changed.endswith(".png"))}


_BY_HAND = b"datasets: {mine: {url: 'http://127.0.0.1:1/a.zip'}}"
_SHOW_ARCHIVE = "mygenerator glyphs --config_file now/my.yaml --show mine --output_file now/sheet.png"
_SEVEN = "generate-numbers-sequence --sequence 7 --dry_run"
KINDS = {
    "recipe": Kind(
        lambda draws: {"r.yaml": mutated(draws.one_of(_RECIPES).encode(), draws, tokens=True), "l.txt": b"7\n8\n"},
        _read_recipe,
        "mygenerator run now/r.yaml --dry_run",
        2_000,
    ),
    "configuration": Kind(
        lambda draws: {"my.yaml": mutated(_CONFIG.encode(), draws, tokens=True), "scans/mine/7/a.png": glyph()},
        _read_config,
        f"{_SEVEN} --config_file now/my.yaml",
        1_000,
    ),
    "idx": Kind(_idx_files, _read_glyphs, f"{_SEVEN} --glyphs ./now", 1_500),
    "idx.gz": Kind(_packed_idx_files, _read_glyphs, f"{_SEVEN} --glyphs ./now", 1_000),
    "png": Kind(
        lambda draws: {"7/a.png": glyph(), "7/wrong.png": _png(draws)}, _read_png, f"{_SEVEN} --glyphs ./now", 2_000
    ),
    "zip": Kind(lambda draws: {"a.archive": _zip(draws), "my.yaml": _BY_HAND}, _read_archive, _SHOW_ARCHIVE, 1_500),
    "tar.gz": Kind(lambda draws: {"a.archive": _tar(draws), "my.yaml": _BY_HAND}, _read_archive, _SHOW_ARCHIVE, 1_000),
    "data_set": Kind(_data_set_files, _read_data_set, "validate-phone-sequence --input_path now", 1_000),
}


def put(kind: str, number: int) -> None:
    """Lay the files of a mutation into the folder `now`."""
    shutil.rmtree("now", ignore_errors=True)
    for name, data in KINDS[kind].make(Draws(kind, number)).items():
        path = Path("now", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def prepare(kind: str) -> None:
    """Make what the mutations of a kind are made of."""
    if kind == "data_set":
        TextToImage().fit_transform(PhoneNlpDataset(3, seed=7)).save("saved")


def put_for_command(kind: str, number: int) -> list[str]:
    """The same for a command, whose words are returned: an archive lies where it would be downloaded to."""
    put(kind, number)
    archive = Path("now/a.archive")
    if archive.exists():
        place = archive_of("mine", config_load("now/my.yaml")["datasets"]["mine"]).place
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        shutil.copy(archive, place / "a.zip")
    return KINDS[kind].line.split()


def wrong_answer(status: int, err: str) -> str:
    """What is wrong with how a command ended; nothing where it was done, found faults, or told why it could not run."""
    if "Traceback" in err or status not in (0, 1, 2) or (status == 2 and ": " not in err):
        return f"exit status {status}: {err}"
    return ""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise _TooSlow after some seconds; end the process where that cannot be raised, as in compiled code."""

    def stop(*_: object) -> None:
        raise _TooSlow

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    faulthandler.dump_traceback_later(2 * seconds, exit=True)
    try:
        yield
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def _read(kind: str, number: int) -> None:
    """Read a mutation; now and then by its command as well, whose answer has to be one."""
    put(kind, number)
    try:
        KINDS[kind].read()
    finally:
        if number % _COMMAND_EVERY == 0:
            words, out, err = put_for_command(kind, number), io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                status = run_here(words)
            if found := wrong_answer(status, err.getvalue()):
                raise AssertionError(found)


def fault(kind: str, number: int) -> str:
    """What is wrong with how a mutation is read; nothing where all is well."""
    try:
        with limited(SECONDS):
            _read(kind, number)
    except MyGeneratorError as error:
        return "" if str(error) else "an empty message"
    except _TooSlow:
        return f"it took more than {SECONDS} seconds:\n{traceback.format_exc()}"
    except BaseException:  # pylint: disable=broad-exception-caught
        return traceback.format_exc()
    return ""


def main(kind: str, first: int, count: int) -> None:
    """Read the mutations first, first + 1, ... and tell what went wrong."""
    prepare(kind)
    for number in range(first, first + count):
        if found := fault(kind, number):
            print(json.dumps({"kind": kind, "number": number, "fault": found}), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES
    print(json.dumps({"read": count, "peak_bytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
