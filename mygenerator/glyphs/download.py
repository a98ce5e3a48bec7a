"""Downloads: from several mirrors, verified by sha256, whole or not at all, once for any number of processes.

    <home>/downloads/<set>/<file>     downloaded, or put there by hand
    <home>/downloads/<set>/.part/     what a download is writing; the next one removes what a dead one left
    <home>/downloads/<set>/.lock      held while something is written there

pooch does the HTTP and compares hashes; sources.py and public.py know what to fetch.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mygenerator.errors import InputError
from mygenerator.files import home_folder
from mygenerator.logs import log
from mygenerator.progress import on_terminal

if TYPE_CHECKING:
    from tqdm import tqdm

TIMEOUT_VARIABLE = "MYGENERATOR_DOWNLOAD_TIMEOUT"
"""The environment variable that sets for how many seconds a mirror can be silent before the next one is tried."""

DEFAULT_TIMEOUT_SECONDS = 30
MAX_DOWNLOAD_BYTES = 2_000_000_000
"""The most bytes that are taken if a file's size is not known beforehand."""

_PIECE_BYTES = 1 << 16
_LOOK_BYTES = 1 << 20


@dataclass(frozen=True)
class RemoteFile:
    """A file that can be downloaded.

    Parameters
    ----------
    name : str
        Its local name.
    urls : tuple of str
        Its mirrors, in the order in which they are tried.
    sha256 : str, optional
        In lower-case hexadecimal digits; without it the content cannot be verified.
    size : int, optional
        In bytes.
    """

    name: str
    urls: tuple[str, ...]
    sha256: str | None = None
    size: int | None = None


def downloads_folder() -> Path:
    """The folder where downloads are kept: `downloads` in the home folder."""
    return home_folder() / "downloads"


@contextmanager
def locked(folder: Path, source: str) -> Iterator[None]:
    """Hold the lock of a folder of downloads, which is made if needed; a process that dies gives up its lock.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=1)
        except Timeout:
            log(f"another process is fetching {source!r}; waiting for it")
            lock.acquire()
    except OSError as error:
        raise _not_written(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def fetch(
    source: str, files: Sequence[RemoteFile], folder: Path, accept: Callable[[Path], None] | None = None
) -> list[RemoteFile]:
    """Download the files that are not yet in the folder, which the caller has `locked`.

    Parameters
    ----------
    source : str
        The glyph source's name, for messages.
    files : sequence of RemoteFile
    folder : Path
    accept : callable, optional
        Called with each downloaded file before it is put in place; an error that it raises counts against the mirror.

    Returns
    -------
    list of RemoteFile
        The files that were downloaded. The others were there already; if none was missing, they have not been
        checked yet: see `check_content`.

    Raises
    ------
    InputError
        If no mirror of a file works; it names each mirror with its reason, and which file to put where by hand. If
        some files are missing and one that is there is wrong; it names the missing ones too. If the folder cannot be
        written, or the timeout is not a valid number.
    """
    missing = [file for file in files if not (folder / file.name).exists()]
    if missing:
        names = " and ".join(file.name for file in missing)
        also = f"{names} {'is' if len(missing) == 1 else 'are'} missing too"
        check_content([(folder / file.name, file) for file in files if file not in missing], also)
    timeout = _timeout()
    for file in missing:
        reasons = _download(file, folder, accept, timeout)
        if reasons:
            still = [one for one in missing if not (folder / one.name).exists()]
            by_hand = " and ".join(one.name + (f" (sha256 {one.sha256})" if one.sha256 else "") for one in still)
            raise InputError(
                f"the glyph source {source!r} is not here, and {file.name} could not be downloaded: "
                + "; ".join(f"{url}: {reason}" for url, reason in reasons.items()),
                do=f"try again later, or put {by_hand} into {folder} by hand, or give a folder that holds these glyphs "
                f"instead of {source!r}: --glyphs FOLDER",
            )
    return missing


def check_content(places: Iterable[tuple[Path, RemoteFile]], also: str = "") -> None:
    """Raise InputError if files are not those that they should be; it names each wrong file.

    Parameters
    ----------
    places : iterable of (Path, RemoteFile)
        Where each file is, and what it should be.
    also : str
        What else the error says about the folder if a file is wrong.
    """
    wrong = [(path, fault) for path, file in places if (fault := _fault_of_content(path, file))]
    if wrong:
        (first, fault), *more = wrong
        what = "; ".join([fault, *(f"{path}: {also_wrong}" for path, also_wrong in more), *([also] if also else [])])
        do = f"remove the file{'s' if more else ''} to have {'them' if more else 'it'} downloaded"
        raise InputError(what, where=str(first), do=do)


def _fault_of_content(path: Path, file: RemoteFile) -> str:
    """What is wrong with the content of a file; empty if nothing is, or its hash is not known."""
    if file.sha256 is None:
        return ""
    try:
        found = sha256_of(path)
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return "" if found == file.sha256 else f"the file's sha256 is {found}, but it should be {file.sha256}"


def sha256_of(path: Path) -> str:
    """sha256 of a file, in hex; OSError if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _timeout() -> float:
    text = os.environ.get(TIMEOUT_VARIABLE) or str(DEFAULT_TIMEOUT_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= 86_400:
        raise InputError(f"{TIMEOUT_VARIABLE} is {text!r}", allowed="seconds, more than 0 and up to 86400")
    return seconds


def _download(
    file: RemoteFile, folder: Path, accept: Callable[[Path], None] | None, timeout: float
) -> dict[str, str] | None:
    """Put a file in its place and return None, or return each mirror's reason if none works."""
    from requests import RequestException

    part = folder / ".part"
    reasons: dict[str, str] = {}
    for url in file.urls:
        shutil.rmtree(part, ignore_errors=True)
        try:
            log(f"downloading {url}")
            got = _retrieve(url, file, part, timeout)
            if accept is not None:
                accept(got)
            os.replace(got, folder / file.name)
            return None
        except (RequestException, ValueError) as error:  # ValueError: a wrong hash from pooch, or an InputError
            reasons[url] = _reason(error, timeout)
            log(f"{url}: {reasons[url]}")
        except OSError as error:
            raise _not_written(folder, error) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return reasons


def _retrieve(url: str, file: RemoteFile, part: Path, timeout: float) -> Path:
    """The file from one mirror, with the right hash, in the folder `part`."""
    import pooch

    with _Meter(file, part) as meter, _quiet(pooch.get_logger()):
        # Some servers compress a file that is compressed already and say so: the client would undo both.
        downloader = pooch.HTTPDownloader(
            progressbar=meter, chunk_size=_PIECE_BYTES, timeout=timeout, headers={"Accept-Encoding": "identity"}
        )
        got = Path(pooch.retrieve(url, file.sha256, fname=file.name, path=part, downloader=downloader))
    got.chmod(0o644)  # pooch makes temporary files readable by their owner only, but a home folder can be shared
    return got


@contextmanager
def _quiet(logger: Any) -> Iterator[None]:
    """Keep pooch, which writes to stderr by itself, from repeating what is logged here."""
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


class _Meter:
    """A progress bar for pooch: it draws one on a terminal, and ends a download that is too large.

    Parameters
    ----------
    file : RemoteFile
    folder : Path
        Where pooch writes. The bytes there are counted, because pooch reports full pieces even if they were smaller.
    """

    def __init__(self, file: RemoteFile, folder: Path):
        self._folder = folder
        self._limit = file.size or MAX_DOWNLOAD_BYTES
        self._reported, self._next_look = 0, 0
        self._bar: tqdm | None = None
        if on_terminal():
            from tqdm import tqdm

            self._bar = tqdm(desc=file.name, unit="B", unit_scale=True, leave=False, dynamic_ncols=True)

    def __enter__(self) -> _Meter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def total(self) -> int:
        """The size that the server announced, 0 if it announced none; pooch sets it."""
        return 0

    @total.setter
    def total(self, size: int) -> None:
        if size > self._limit:
            raise self._too_large()
        if self._bar is not None:
            self._bar.total = size or None

    def update(self, count: int) -> None:
        """Called by pooch with each piece."""
        self._reported += count
        if self._reported >= self._next_look:
            self._next_look = self._reported + _LOOK_BYTES
            if sum(path.stat().st_size for path in self._folder.iterdir()) > self._limit:
                raise self._too_large()
        if self._bar is not None:
            self._bar.update(count)

    def reset(self) -> None:
        """Called by pooch before the last `update`, which reports the total."""
        self._reported = self._next_look = 0
        if self._bar is not None:
            self._bar.reset()

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()

    def _too_large(self) -> InputError:
        return InputError(f"it sends more than {self._limit:,} bytes")


def _reason(error: Exception, timeout: float) -> str:
    """Why a mirror failed, in a few words; requests hides the reason in exceptions inside exceptions."""
    if isinstance(error, InputError):
        return error.what
    response = getattr(error, "response", None)
    if response is not None and response.status_code >= 400:
        return f"HTTP {response.status_code} {response.reason}"
    inner = error
    while isinstance(deeper := getattr(inner, "reason", None) or next(iter(inner.args), None), Exception):
        inner = deeper
    text = inner.args[0] if inner.args and isinstance(inner.args[0], str) else str(inner)
    text = re.sub(r"^\w+\(host=[^)]*\): ", "", text)  # the message already begins with the address
    if "timed out" in text:
        return f"nothing came for {timeout:g} seconds"
    return text.partition(" Deleted download")[0]  # what pooch adds about a wrong hash


def _not_written(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"a download cannot be written ({error.strerror or error})",
        where=str(folder),
        do="free some space, or set MYGENERATOR_HOME to a folder that can be written",
    )
