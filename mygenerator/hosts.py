"""Which host this process is on: what tells its process numbers from those of any other host that shares a folder."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = "/proc/self/ns/pid"


@cache
def this_host() -> str:
    """Eight hexadecimal digits: equal for two processes only if each sees the other under its number.

    The name of the host does not say so: containers often have one name, or run under one kernel, and each counts its
    processes from 1. On Linux the kernel's boot and the namespace of the process numbers do. Where Linux does not tell
    (there is no /proc), every process counts as a host of its own.
    """
    import platform  # which few runs need

    parts = [platform.node()]
    if sys.platform == "linux":
        try:
            parts += [_BOOT.read_text(encoding="ascii"), os.readlink(_NAMESPACE)]
        except (OSError, ValueError):
            parts += [str(number) for number in (os.getpid(), id(parts), time.monotonic_ns(), time.perf_counter_ns())]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:8]


@cache
def this_boot() -> str:
    """Eight hexadecimal digits that only processes under this very kernel have; empty where it does not tell."""
    try:
        return hashlib.sha256(_BOOT.read_bytes()).hexdigest()[:8]
    except OSError:
        return ""


if hasattr(os, "register_at_fork"):
    # A child can be the first process of a namespace of its own.
    os.register_at_fork(after_in_child=this_host.cache_clear)
