"""Makes every picture of README and docs: `python -m tools.make_pictures`, in the checkout.

`docs/pictures/flow.svg` is drawn here, and `page.png` is a screenshot of a browser, which CONTRIBUTING.md says how to
take. Every other picture is written by the code of the page that shows it, which code_blocks.py runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from tools.code_blocks import DOCS, blocks_of, pages, pictures_of, run_in_process

PICTURES = DOCS / "pictures"
FLOW, SCREENSHOT = "flow.svg", "page.png"
LETTERS = "5"
"""The release of OpenCV that draws the letters in the pictures; those of other releases look slightly different."""

_INK, _LINE, _PAPER = "#222", "#667", "#fff"
_COLOURS = {"data": "#e6f0fb", "step": "#e8f5e4", "save": "#fdf0da", "side": "#f2f2f4"}


def flow() -> str:
    """How data flows, as SVG."""
    width, height = 980, 384
    parts = [
        *_box(20, 130, 170, 92, "data", "Dataset", "rows of text:", "NlpDataset, Pattern-,", "PhoneNlpDataset"),
        *_box(250, 130, 200, 92, "step", "TextToImage", "CharToImages, then", "CombineImagesHorizontally,", "in one"),
        *_box(510, 130, 180, 92, "step", "ValidatePadding", "measures every gap", "from the pixels"),
        *_box(750, 130, 210, 92, "save", "save", "shards, by one process", "or several, to a sink"),
        *_box(250, 298, 200, 66, "side", "GlyphSet", "optdigits, MNIST,", "your own scans; cached"),
        *_box(510, 298, 180, 66, "side", "your own steps", "after TextToImage,", "or on single glyphs"),
        *_box(750, 298, 210, 66, "side", "folder", "recipe.json, img_0.png ...", "meta.csv, manifest.json"),
        *_box(
            20, 20, 670, 56, "side", "rng: a draw is named by seed, step, sample, position, number", "Philox; no other"
        ),
        *_arrow(190, 176, 250, 176, "text"),
        *_arrow(450, 176, 510, 176, "strip"),
        *_arrow(690, 176, 750, 176, "strip"),
        *_arrow(350, 298, 350, 222),
        *_arrow(600, 298, 600, 222),
        *_arrow(855, 222, 855, 298),
        *_arrow(105, 76, 105, 130, "which text"),
        *_arrow(350, 76, 350, 130, "which glyphs, which gaps"),
    ]
    for number, line in enumerate(
        [
            "A Batch flows: index, labels,",
            "truth, samples of one kind.",
            "Nothing is made until",
            "it is asked for.",
        ]
    ):
        parts += _words(20, 258 + 18 * number, line, "start", 13)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    style = f'font-family="Helvetica, Arial, sans-serif" fill="{_INK}"'
    paper = f'<rect width="{width}" height="{height}" rx="8" fill="{_PAPER}"/>'
    tip = (
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0L10 5L0 10z" fill="{_LINE}"/></marker></defs>'
    )
    title = "<title>How data flows, from text to a folder of images</title>"
    return "\n".join([f"{head} {style}>", title, tip, paper, *parts, "</svg>", ""])


def _box(x: int, y: int, width: int, height: int, colour: str, title: str, *lines: str) -> Iterator[str]:
    yield (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{_COLOURS[colour]}" stroke="{_LINE}"/>'
    )
    middle, top = x + width // 2, y + (height - 17 * len(lines)) // 2 + 4
    yield from _words(middle, top, title, "middle", 15, "bold")
    for number, line in enumerate(lines, start=1):
        yield from _words(middle, top + 1 + 17 * number, line, "middle", 13)


def _arrow(x0: int, y0: int, x1: int, y1: int, word: str = "") -> Iterator[str]:
    yield f'<path d="M{x0} {y0}L{x1} {y1}" stroke="{_LINE}" stroke-width="1.5" marker-end="url(#tip)"/>'
    if word and y0 == y1:
        yield from _words((x0 + x1) // 2, y0 - 8, word, "middle", 13)
    elif word:
        yield from _words(x0 + 8, (y0 + y1) // 2 + 4, word, "start", 13)


def _words(x: int, y: int, text: str, anchor: str, size: int, weight: str = "normal") -> Iterator[str]:
    yield (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}">{escape(text)}</text>'
    )


def made_by(page: Path) -> list[str]:
    """The pictures that a page's code makes: those that it shows and names in its code."""
    code = "".join(block.text for block in blocks_of(page))
    return [name for name in dict.fromkeys(pictures_of(page)) if name in code]


def make_pictures() -> None:
    """Make all of them anew, in place."""
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / FLOW).write_text(flow(), encoding="utf-8")
    for page in pages():
        if names := made_by(page):
            with TemporaryDirectory() as folder, TemporaryDirectory() as home:
                run_in_process(page, Path(folder), home=home).check_returncode()
                for name in names:
                    (PICTURES / name).write_bytes((Path(folder) / name).read_bytes())
                    print(PICTURES / name)


if __name__ == "__main__":
    make_pictures()
