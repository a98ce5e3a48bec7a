"""What a step complains of by itself: asked where the data set before it cannot be made.

Between check.py and build.py, which tell it beside what else is wrong.
"""

from __future__ import annotations

import copy
from typing import Any, NoReturn

from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.recipes.kinds import step_kind_of
from mygenerator.transform import Transform


def fault_alone(step: Transform) -> InputError | None:
    """What `check` of a step says against its parameters without looking at a data set; None where it looks at one.

    Examples
    --------
    >>> from mygenerator import ScaleImage, ValidatePadding
    >>> fault_alone(ScaleImage()), fault_alone(ValidatePadding())
    (InputError('ScaleImage() has neither width nor height; give one of them, or both'), None)
    """
    if step_kind_of(type(step), "").glyph_parameters:
        return None  # it may open them, which is not to be done before all else is right
    try:
        copy.deepcopy(step).check(_Unmade())
    except InputError as error:
        return error
    # Whatever a step makes of a data set that tells nothing, a user's own step too, is no complaint.
    except Exception:  # pylint: disable=broad-exception-caught
        pass
    return None


class _Unmade(Dataset):  # pylint: disable=abstract-method
    """Stands for a data set that could not be made: whoever asks it anything hears nothing more."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise LookupError(name)

    def __len__(self) -> Any:
        raise LookupError("len")
