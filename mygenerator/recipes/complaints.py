"""Complaints about a recipe: collected with their lines, reported in one message."""

from __future__ import annotations

from mygenerator.errors import InputError, counted

_MOST_SHOWN = 20


class Complaints:
    """What is wrong with one file.

    Parameters
    ----------
    where : str
        What messages call the file.
    """

    def __init__(self, where: str):
        self.where = where
        self._found: list[tuple[int, InputError]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, line: int, error: InputError) -> None:
        """Note what is wrong in a line; 0 if the line is not known."""
        self._found.append((line, error))

    def raise_any(self) -> None:
        """Raise one InputError that lists all complaints by line; do nothing if there are none."""
        found = sorted(self._found, key=lambda one: one[0])
        if not found:
            return
        if len(found) == 1:
            raise self.placed(self.where, *found[0]) from None
        told = [f"  {self.placed(self.where, line, error)}" for line, error in found[:_MOST_SHOWN]]
        if len(found) > _MOST_SHOWN:
            told.append(f"  and {len(found) - _MOST_SHOWN} more")
        raise InputError("\n".join([f"{counted(len(found), 'fault')} in {self.where}", *told])) from None

    @staticmethod
    def placed(where: str, line: int, error: InputError) -> InputError:
        """The same complaint, with the file and the line."""
        what = f"{error.where}: {error.what}" if error.where else error.what
        return InputError(what, where=f"{where}:{line}" if line else where, allowed=error.allowed, do=error.do)
