"""The paths that users give, the home folder, and reading and writing files in one piece."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import threading
import time
from functools import cache
from pathlib import Path
from typing import TextIO

from mygenerator.errors import InputError
from mygenerator.hosts import this_host
from mygenerator.logs import logw

HOME_VARIABLE = "MYGENERATOR_HOME"
"""The environment variable that names the home folder."""

_COPY_FIRST = "copy what is there to a local folder, or mount it, and give that folder"

DOWNLOAD_FIRST = "have it downloaded to this disk first"
"""What to do about a file that is only in iCloud."""

_IN_ICLOUD = re.compile(r"\.(.+)\.icloud")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
"""`s3://`, and `s3:/` as a Path has it. One letter before the colon is a drive of Windows."""


def given_path(given: str | os.PathLike, where: str | None = None) -> Path:
    """The local path that a user gave, wherever it was given: in a flag, a recipe, a configuration or in Python.

    Parameters
    ----------
    given : str or path
        `~` at its beginning is the user's home folder, and `~name` another user's; `./~` is a file of that name.
    where : str, optional
        Where it was given, for messages.

    Returns
    -------
    Path
        Given to this function again, it stays what it is.

    Raises
    ------
    InputError
        For an address (`s3://bucket/x`), a home folder that the system does not know, and what no path can hold.

    Examples
    --------
    >>> given_path("~/digits") == Path.home() / "digits"
    True
    >>> given_path("s3://bucket/digits")
    Traceback (most recent call last):
    ...
    mygenerator.errors.InputError: 's3://bucket/digits' is an address; allowed: a path of this computer; copy what is \
there to a local folder, or mount it, and give that folder
    """
    text = os.fspath(given)
    if not isinstance(text, str) or "\0" in text:
        raise InputError(f"{text!r} is not a path", where=where, allowed="text without the character NUL")
    address = _ADDRESS.match(text)
    if address is not None:
        local = address[1].lower() == "file"
        do = "leave out what is before the path" if local else _COPY_FIRST
        raise InputError(f"{text!r} is an address", where=where, allowed="a path of this computer", do=do)
    expanded = os.path.expanduser(text)
    if text.startswith("~") and expanded == text:
        whose = text[1:].partition("/")[0]
        raise InputError(
            f"{text!r} begins with the home folder of {f'the user {whose!r}' if whose else 'this user'}, which the "
            "system does not know",
            where=where,
            do=f"give the whole path, or './{text}' for a name that begins with ~",
        )
    path = Path(expanded)
    # As a Path, "./~" is "~" and "./s3:/x" is "s3:/x": in full, it cannot be taken for another one later.
    return path.absolute() if path.parts[:1] and re.match(r"~|[A-Za-z0-9+.-]{2,}:$", path.parts[0]) else path


def link_fault(link: Path) -> InputError:
    """The error for a symbolic link at which nothing can be found."""
    try:
        os.stat(link)
        to_itself = False
    except OSError as error:
        to_itself = error.errno == errno.ELOOP
    return InputError(
        f"this is a link that leads {'to itself' if to_itself else 'nowhere'}",
        where=str(link),
        do="mend it or remove it",
    )


def broken_link(path: str | os.PathLike) -> InputError | None:
    """The error for a link that leads nowhere or to itself, if a path is one or goes through one; None if not."""
    for part in (*reversed(Path(path).parents), Path(path)):
        if os.path.islink(part) and not os.path.exists(part):
            return link_fault(part)
    return None


def name_in_icloud(name: str) -> str | None:
    """The name of a file that is only in iCloud, by that of the small file that is here; None for any other file.

    >>> name_in_icloud(".a.png.icloud"), name_in_icloud("a.png")
    ('a.png', None)
    """
    found = _IN_ICLOUD.fullmatch(name)
    return None if found is None else found[1]


def is_in_icloud(path: str | os.PathLike) -> bool:
    """Whether a file that is not here is one that iCloud has not downloaded to this disk."""
    place = Path(path)
    return bool(place.name) and os.path.exists(place.with_name(f".{place.name}.icloud"))


def not_there(path: str | os.PathLike) -> InputError | None:
    """The error for a path at which nothing is found, if it is known why; None if it is not."""
    if is_in_icloud(path):
        return InputError("it is only in iCloud", where=str(path), do=DOWNLOAD_FIRST)
    return broken_link(path)


AGAIN = "copy or download it again"
"""What to do about a file that is truncated or damaged."""
WITH_ITS_PROGRAM = "unpack it with the program that made it, and give the folder"
"""What to do about an archive that is not unpacked here."""
NO_FILE = "it is a pipe, a socket or a device, not a file"
"""Why something is not read: it might never end."""

_READS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
"""Without waiting: opening a pipe that nobody writes to would never end."""

MOST_RECORD_BYTES = 1 << 26
"""The largest record that is read: a recipe, what a shard holds, a lock. Those that are written are far smaller."""

_STREAMS = re.compile(r"/dev/(stdin|fd/[0-9]+)|/proc/(self|[0-9]+)/fd/[0-9]+")


def open_file(path: str | os.PathLike, buffering: int = -1) -> io.BufferedReader:
    """A file, opened for reading its bytes: the one way to open what a user names.

    Raises
    ------
    OSError
        If it cannot be opened; `strerror` says why. A folder, a pipe, a socket or a device is not opened.
    ValueError
        If no file can have this name.
    """
    return open(path, "rb", buffering, opener=lambda name, flags: _opened(name)[0])  # type: ignore[return-value]


def open_table(path: str | os.PathLike, encoding: str) -> TextIO:
    """A file opened as `open_file` does, for reading text whose ends of line are kept, as the module csv wants it."""
    return _Table(open_file(path), encoding=encoding, newline="")


class _Table(io.TextIOWrapper):
    """Text of which no line is longer than a record can be: one without an end would fill the memory."""

    def __next__(self) -> str:  # type: ignore[override]
        line = self.readline(MOST_RECORD_BYTES)
        if not line:
            raise StopIteration
        if len(line) == MOST_RECORD_BYTES:
            raise OSError(errno.EFBIG, f"a line of it has more than {MOST_RECORD_BYTES:,} characters")
        return line


def read_record(path: str | os.PathLike) -> bytes:
    """The bytes of a record of ours, which anybody can have replaced; raises what `read_file` does."""
    return read_file(path, MOST_RECORD_BYTES)


def read_file(path: str | os.PathLike, most: int | None = None) -> bytes:
    """The bytes of a file; raises what `open_file` does, and OSError if it cannot be read or has more than `most`."""
    file, size = _opened(path)
    try:
        if most is not None and size > most:
            raise OSError(errno.EFBIG, f"it has {size:,} bytes, more than the {most:,} that such a file can have")
        # One more than expected, to see that the file ends there.
        data = os.read(file, size + 1)
        if len(data) != size:
            with open(file, "rb", closefd=False) as rest:
                data += rest.read()
        return data
    finally:
        os.close(file)


def _opened(path: str | os.PathLike) -> tuple[int, int]:
    """The descriptor and the size in bytes of a file; raises what `open_file` does."""
    try:
        file = os.open(path, _READS)
    except OSError as error:
        if error.errno == errno.ENXIO:  # what a socket gives
            raise OSError(errno.EINVAL, NO_FILE) from None
        raise
    facts = os.fstat(file)
    if stat.S_ISREG(facts.st_mode):
        return file, facts.st_size
    os.close(file)
    if stat.S_ISDIR(facts.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, NO_FILE)


def check_shipped(path: Path) -> None:
    """Raise InputError if a file that comes with the package is not there, as where the package lies in an archive."""
    if path.exists():
        return
    archive = next((above for above in path.parents if above.is_file()), None)
    if archive is None:
        do = "install the package again"
        raise InputError("this file comes with the package, and is not there", where=str(path), do=do)
    raise InputError(
        f"the package is inside {archive}, and its files of data are not read from an archive",
        where=path.name,
        do="install the package with pip, or unpack the archive and let PYTHONPATH name that folder",
    )


def read_settings(path: str | os.PathLike, most: int) -> bytes:
    """Up to `most` bytes of a file, or of a stream of this process: /dev/stdin, or what a shell hands over.

    Raises what `open_file` does. /dev/null is an empty file.
    """
    is_stream = os.fspath(path) == os.devnull or _STREAMS.fullmatch(os.fspath(path)) is not None
    with open(path, "rb") if is_stream else open_file(path) as file:
        return file.read(most)


class NoHomeError(InputError):
    """There is no home folder, or this user may not enter it. Nothing can be kept for later runs."""


def home_folder() -> Path:
    """The folder of the configuration and the cache: `MYGENERATOR_HOME`, or `~/.mygenerator` if that is not set.

    Returns
    -------
    Path
        Absolute; the folder need not exist.

    Raises
    ------
    NoHomeError
        If the variable is not set and the system does not know the user's home folder either, or if the folder cannot
        be entered.
    InputError
        If the variable is no path.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        try:
            folder = given_path(named, HOME_VARIABLE).absolute()
        except InputError as error:
            raise InputError(error.what, where=error.where, do=f"set {HOME_VARIABLE} to a folder") from None
    else:
        home = os.path.expanduser("~")
        if home == "~":
            raise NoHomeError("there is no home folder", do=f"set {HOME_VARIABLE} to a folder")
        folder = Path(home).absolute() / ".mygenerator"
    try:
        # With the dot, being able to see the folder is not enough. If it is missing or a file, its use says so.
        os.stat(os.path.join(folder, "."))
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        what = f"the home folder {folder} cannot be entered ({error.strerror or error})"
        raise NoHomeError(what, do=f"set {HOME_VARIABLE} to another folder") from None
    return folder


def home_if_known() -> Path | None:
    """The home folder; None, with one warning, if there is none that can be entered: then nothing is kept there.

    Raises
    ------
    InputError
        If `MYGENERATOR_HOME` is set to what is no path.
    """
    try:
        return home_folder()
    except NoHomeError as error:
        _warn_of_no_home(error.what)
        return None


@cache
def _warn_of_no_home(what: str) -> None:
    logw(
        f"{what}: the default configuration is used, and nothing is kept for later runs; {HOME_VARIABLE} can name a "
        "folder"
    )


def temporary_beside(path: Path) -> Path:
    """A free name next to `path`, hidden by a leading dot, that no other process or thread of any host uses."""
    attempt = f"{this_host()}-{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}"
    return path.with_name(f".{path.name}.{attempt}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader finds the old file or the new one, never part of one.

    Parameters
    ----------
    path : Path
        The folder must exist; a file of that name is replaced.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        If the folder cannot be written or is full; nothing is left behind.
    """
    temporary = temporary_beside(path)
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
