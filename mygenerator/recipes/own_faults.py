"""What a step complains of by itself, for recipes in which the data set before the step cannot be made.

check.py and build.py report it together with what else is wrong.
"""

from __future__ import annotations

import copy
from typing import Any, NoReturn

from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.recipes.kinds import step_kind_of
from mygenerator.transform import Transform


def fault_alone(step: Transform) -> InputError | None:
    """What `check` of a step says against its parameters without looking at a data set; None if it looks at one.

    Examples
    --------
    >>> from mygenerator import ScaleImage, ValidatePadding
    >>> fault_alone(ScaleImage()), fault_alone(ValidatePadding())
    (InputError('ScaleImage() has neither width nor height; give one of them, or both'), None)
    """
    if step_kind_of(type(step), "").glyph_parameters:
        return None  # it might open them, which must wait until all else is right
    try:
        copy.deepcopy(step).check(_Unmade())
    except InputError as error:
        return error
    # Any other error, also of a user's own step, comes from the data set that says nothing: it is not a complaint.
    except Exception:  # pylint: disable=broad-exception-caught
        pass
    return None


class _Unmade(Dataset):  # pylint: disable=abstract-method
    """Takes the place of a data set that could not be made: whatever it is asked, it raises LookupError."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise LookupError(name)

    def __len__(self) -> Any:
        raise LookupError("len")
