"""What desktop systems, NAS boxes and file systems leave behind in folders, and no data set means."""

from __future__ import annotations

_LEFT_BEHIND = frozenset(
    (
        # Windows
        *("thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"),
        *("$recycle.bin", "system volume information"),
        # macOS; on other systems the carriage return at the end of Icon can become another character
        *("__macosx", "icon\r", "icon\uf00d", "network trash folder", "temporary items"),
        # NAS boxes
        *("@eadir", "@tmp", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "~snapshot"),
        # file systems
        *("lost+found", "found.000"),
    )
)

_UNFINISHED = (
    *(".crdownload", ".part", ".partial", ".download", ".opdownload", ".filepart", ".aria2", ".!ut", ".tmp", ".temp"),
    *(".bak", ".backup", ".old", ".orig", ".swp", "~"),
)


def is_litter(name: str) -> bool:
    """Whether a file or folder of that name is hidden, or was left behind by a system and belongs to no data.

    This is the only list of what is passed over without a word, wherever the package lists a folder or an archive.

    Parameters
    ----------
    name : str
        The last part of a path. Upper and lower case are the same.

    Examples
    --------
    >>> [name for name in ("7", "#", "._7.png", "Thumbs.db", "@eaDir", "7.png") if is_litter(name)]
    ['._7.png', 'Thumbs.db', '@eaDir']
    """
    return name.startswith(".") or name.casefold() in _LEFT_BEHIND


def is_copy_or_part(name: str) -> bool:
    """Whether a file is, by the ending of its name, part of a download that has not ended, or somebody's backup.

    It can hold data that nobody means, so it is not passed over without a word.

    Examples
    --------
    >>> is_copy_or_part("train-images-idx3-ubyte.gz.crdownload"), is_copy_or_part("train-images-idx3-ubyte.gz")
    (True, False)
    """
    return name.casefold().endswith(_UNFINISHED)
