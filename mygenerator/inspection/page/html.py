"""Writes a page down: the files page.html, page.css and page.js, with the contents as JSON, safe whatever they hold.

The policy in the page's head lets it load nothing, and run and style itself only by what has the hash of our own files.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from mygenerator import __version__
from mygenerator.errors import printable
from mygenerator.files import open_file

MAX_PAGE_BYTES = 5_000_000
_MARK = b'<meta name="generator" content="mygenerator show'
_LOOK_BYTES = 4_096


def page_html(contents: dict[str, Any]) -> bytes:
    """The page of these contents, plain values for JSON; `title`, `command`, `recipe` and `verified` are texts."""
    contents = contents | {name: _as_utf8(str(contents[name])) for name in ("title", "command", "verified")}
    style, script = _part("page.css"), _part("page.js")
    texts = {name: _as_text(str(contents[name])) for name in ("title", "told", "command", "recipe", "verified")}
    filled = {
        **texts,
        "policy": "; ".join(
            [
                "default-src 'none'",
                "img-src data:",
                f"style-src '{_hash_of(style)}'",
                f"script-src '{_hash_of(script)}'",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        "version": _as_text(__version__),
        "style": style,
        "script": script,
        "contents": _as_script(contents),
    }
    # In one pass: a label that looks like one of these places stays a label.
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], _part("page.html"))
    return page.encode("utf-8")


def is_page(path: Path) -> bool:
    """Whether a file is a page that was written here.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with open_file(path) as file:
        return _MARK in file.read(_LOOK_BYTES)


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash_of(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}"


def _as_utf8(text: str) -> str:
    """A text with names of files as UTF-8, also where the locale is another and Python holds their bytes as such."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text


def _as_text(text: str) -> str:
    # Half of a surrogate pair is no UTF-8.
    return html.escape(printable(text).encode("utf-8", "backslashreplace").decode())


def _as_script(value: Any) -> str:
    """JSON that can stand inside a script element: no `<`, so that nothing in it ends or begins an element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
