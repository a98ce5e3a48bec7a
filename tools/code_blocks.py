"""The code blocks of README and docs: finds them, and runs them as a reader would, each page in an empty folder.

    python tools/code_blocks.py PAGE FOLDER [processes]

runs one page. The tests run all of them; make_pictures.py keeps the pictures that they write. What is done with a block
depends on its language:

    python    run; all blocks of a page share their names
    console   run line by line; the package's commands in this process, or (`processes`) in new ones like all others
    yaml      read, as a recipe or as a configuration file
    toml      parsed
    output    compared with what the block before it printed; `...` matches anything
    text      not code

A python, yaml or toml block that begins with `# name.ext`, and a file that is shown by `literalinclude`, becomes a file
of that name in the folder; python in a file is run only when other blocks use it. Marks before a block, which readers
do not see: `<!-- not run: why -->` keeps it from being run, `<!-- exit status 1 -->` gives the status of its last
command if that is not 0, and `<!-- refused -->` says that the YAML is wrong on purpose, to show the error.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LANGUAGES = ("python", "console", "yaml", "toml", "output", "text", "sh", "{literalinclude}")
MARKUP = ("{toctree}", "{include}", "{eval-rst}", "{command-help}")
"""Directives that do not show code."""

_BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]+) -->\n+)?```(?P<language>[^\s`]*) ?(?P<rest>[^\n`]*)\n(?P<text>.*?)^```$", re.M | re.S
)
_FILE = re.compile(r"# ([\w-]+\.(?:py|yaml|toml))\n")
_PICTURE = re.compile(r"!\[[^\]]*\]\((?:\.\./)*(?:docs/)?pictures/([\w.-]+)\)")
_OWN_COMMANDS = (
    "mygenerator",
    "generate-numbers-sequence",
    "generate-phone-numbers",
    "validate-phone-numbers",
    "validate-phone-sequence",
)
_INSTALL = "pip install --editable ."
_LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A block of a page: where it begins, its language, its text, the file that it becomes, and what its mark says."""

    page: Path
    line: int
    language: str
    text: str
    file_name: str = ""
    not_run: str = ""
    status: int = 0
    refused: bool = False

    def __str__(self) -> str:
        return f"{named(self.page)}:{self.line} ({self.language})"


def named(page: Path) -> str:
    """The name of a page in messages."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else str(page)


def pages() -> list[Path]:
    """README, CONTRIBUTING, and every page of docs."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, in order, without directives that do not show code."""
    source = page.read_text(encoding="utf-8")
    found = [_block(page, source, match) for match in _BLOCK.finditer(source)]
    fences = len(re.findall(r"^\s*(?:```|~~~)", source, re.M))
    if fences != 2 * len(found):
        raise ValueError(f"{page}: {fences} fences, but {len(found)} blocks: one is indented, or is not closed")
    return [block for block in found if block.language not in MARKUP]


def _block(page: Path, source: str, match: re.Match[str]) -> Block:
    language, text = match["language"], match["text"]
    line = source.count("\n", 0, match.start("language")) + 1
    if language not in LANGUAGES + MARKUP:
        raise ValueError(f"{page}:{line}: unknown language {language!r}; allowed: {', '.join(LANGUAGES + MARKUP)}")
    if language == "{literalinclude}":
        path = (page.parent / match["rest"]).resolve()
        return Block(page, line, language, path.read_text(encoding="utf-8"), path.name)
    file = _FILE.match(text) if language in ("python", "yaml", "toml") else None
    mark = match["mark"] or ""
    asked = re.fullmatch(r"not run: (.+)|exit status (\d+)|(refused)|", mark)
    if asked is None:
        raise ValueError(f"{page}:{line}: unknown mark {mark!r}")
    not_run, status, refused = asked.groups()
    return Block(page, line, language, text, file[1] if file else "", not_run or "", int(status or 0), bool(refused))


def pictures_of(page: Path) -> list[str]:
    """The files of `docs/pictures` that a page shows."""
    return _PICTURE.findall(page.read_text(encoding="utf-8"))


def run_in_process(
    page: Path, folder: Path, *options: str, home: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a page in an empty folder, in a process of its own; errors are on its stderr."""
    call = [sys.executable, __file__, str(page), str(folder), *options]
    environment = os.environ | ({} if home is None else {"MYGENERATOR_HOME": home})
    return subprocess.run(call, env=environment, capture_output=True, text=True, check=False, timeout=300)


def run_page(page: Path, processes: bool = False) -> None:
    """Run the blocks of a page in the working folder; AssertionError names a block that does not do what it should."""
    names: dict[str, object] = {}
    printed = ""
    for block in blocks_of(page):
        if block.not_run or block.language == "text":
            continue
        if block.language == "output":
            fits = doctest.OutputChecker().check_output(block.text, printed, _LIKE)
            assert fits, f"{block} is not what was printed:\n{printed}"
            continue
        if block.file_name:
            Path(block.file_name).write_text(block.text, encoding="utf-8")
        if block.language == "python" and not block.file_name:
            with _captured() as kept:
                exec(compile(block.text, str(block), "exec"), names)
            printed = kept.getvalue()
        elif block.language in ("console", "sh"):
            printed = _run_lines(block, processes)
        elif block.language == "yaml":
            _read_yaml(block)
        elif block.language == "toml":
            tomllib.loads(block.text)


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    kept = io.StringIO()
    with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(kept):
        yield kept


def _run_lines(block: Block, processes: bool) -> str:
    """Run the lines of a console block; returns what they printed."""
    printed = ""
    lines = block.text.replace("\\\n", " ").splitlines()
    for line in lines:
        status, printed_by_line = _run_line(line, processes)
        expected = block.status if line is lines[-1] else 0
        assert status == expected, f"{block}: {line}\nexited with {status}, not {expected}:\n{printed_by_line}"
        printed += printed_by_line
    return printed


def _run_line(line: str, processes: bool) -> tuple[int, str]:
    """The exit status of a command line, and what it printed."""
    name, *words = shlex.split(line)
    if line == _INSTALL:
        _announce(tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"])
        return 0, ""
    if name in _OWN_COMMANDS and not processes and not re.search(r"[|<>&]", line):
        from mygenerator.cli.main import main

        with _captured() as printed:
            status = main(words if name == "mygenerator" else [name, *words])
        return status, printed.getvalue()
    # The interpreter's own commands come first, as in an activated environment.
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONUNBUFFERED": "1",  # so that stdout and stderr are in order
    }
    call = ["bash", "-c", line]
    done = subprocess.run(
        call, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode, done.stdout


def _announce(project: dict) -> None:
    """Make the folder's package importable, as pip would, which might have to download its build tools."""
    info = Path(f"{project['name'].replace('-', '_')}-{project['version']}.dist-info")
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = project.get("entry-points", {})
    lines = [
        f"[{name}]\n" + "".join(f"{key} = {at}\n" for key, at in points.items()) for name, points in groups.items()
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))
    os.environ["PYTHONPATH"] = os.getcwd()


def _read_yaml(block: Block) -> None:
    """Read a YAML block as the package would, which raises an error if it is wrong."""
    import yaml

    path = Path(block.file_name or "block.yaml")
    path.write_text(block.text, encoding="utf-8")
    from mygenerator.config import config_load
    from mygenerator.errors import InputError
    from mygenerator.recipes import Recipe

    is_configuration = {"datasets", "current_dataset"} & set(yaml.safe_load(block.text))
    try:
        config_load(path) if is_configuration else Recipe.read(path, allow_code=True)
    except InputError:
        if not block.refused:
            raise
    else:
        assert not block.refused, f"{block} is not refused"


if __name__ == "__main__":
    PAGE, FOLDER, *MORE = sys.argv[1:]
    PAGE_PATH = Path(PAGE).resolve()
    os.chdir(FOLDER)
    sys.path[0] = os.getcwd()  # where a reader's own modules are, as at a prompt
    run_page(PAGE_PATH, processes="processes" in MORE)
