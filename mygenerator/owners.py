"""Who could have written a file: what is run, such as compiled code, is taken only from where nobody else can write."""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path


def is_ours_alone(path: str | os.PathLike) -> bool:
    """Whether nobody but this user and root can write a file or folder, or put another one in its place.

    A group that has this user's name and no other member counts as the user: many systems give each user such a group,
    and let it write. Where files have no owners, as on Windows, the answer is always yes.

    Parameters
    ----------
    path : path
        It has to exist; links are followed, and their folders are looked at too.
    """
    if not hasattr(os, "geteuid"):
        return True
    given = Path(path).absolute()
    real = given.resolve()
    parts = {*given.parents, given, *real.parents, real}
    try:
        return all(_is_part_ours(os.stat(part), part in (given, real)) for part in parts)
    except OSError:
        return False


def _is_part_ours(facts: os.stat_result, is_last: bool) -> bool:
    """Whether others can neither write here nor, in a folder above it, rename what is on the way."""
    if facts.st_uid not in (0, os.geteuid()):
        return False
    others = bool(facts.st_mode & stat.S_IWOTH) or (
        bool(facts.st_mode & stat.S_IWGRP) and not _is_own_group(facts.st_gid)
    )
    # In a folder such as /tmp, everybody removes and renames only what is theirs.
    return not others or (not is_last and bool(facts.st_mode & stat.S_ISVTX))


@lru_cache(maxsize=64)
def _is_own_group(number: int) -> bool:
    """Whether a group is this user's private one, or root's."""
    if number == 0:
        return True
    try:
        import grp
        import pwd

        group, user = grp.getgrgid(number), pwd.getpwuid(os.geteuid())
    except (ImportError, KeyError):
        return False
    return group.gr_gid == user.pw_gid and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
