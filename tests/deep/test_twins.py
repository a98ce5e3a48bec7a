"""The compiled twins make the bytes of their definitions: 10,000 recipes."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.twins.equal import both, strips

pytestmark = pytest.mark.deep
pytest.importorskip("numba")


@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(ds=strips())
def test_ten_thousand_recipes_are_the_same(ds):
    both(ds)
