"""Checks that a step, data set, format, engine or glyph set keeps the contracts of this package; plug-ins use them too.

The package's own tests run them on everything that is registered. A plug-in's test is one line:

    from mygenerator.testing import check_transform
    def test_blur(): check_transform(Blur(radius=2))
"""

from mygenerator.testing.base import ContractError
from mygenerator.testing.datasets import DATASET_CONTRACTS, check_dataset
from mygenerator.testing.engines import check_engine
from mygenerator.testing.glyphs import check_glyph_set
from mygenerator.testing.sinks import check_sink
from mygenerator.testing.transforms import TRANSFORM_CONTRACTS, check_transform, data_sets_for

__all__ = [
    "DATASET_CONTRACTS",
    "TRANSFORM_CONTRACTS",
    "ContractError",
    "check_dataset",
    "check_engine",
    "check_glyph_set",
    "check_sink",
    "check_transform",
    "data_sets_for",
]
