"""What every registered data set, format and engine keeps, and every source of glyphs that is at hand."""

import pytest

from mygenerator import registry
from mygenerator.engines import SerialEngine
from mygenerator.glyphs import load_glyphs
from mygenerator.testing import DATASET_CONTRACTS, check_engine, check_glyph_set, check_sink

TEXTS = [ds for kind in dict.fromkeys(registry.kinds("text").values()) for ds in kind.examples()]
ENGINES = {"serial": SerialEngine, "process": lambda: registry.find("engine", "process")(2)}


@pytest.mark.parametrize("ds", TEXTS, ids=repr)
@pytest.mark.parametrize("contract", DATASET_CONTRACTS, ids=lambda contract: contract.__name__)
def test_every_text_source_keeps_every_contract(contract, ds):
    contract(ds)


def test_every_text_source_has_an_example():
    assert {type(ds) for ds in TEXTS} == set(registry.kinds("text").values())


@pytest.mark.parametrize("name", registry.kinds("format"))
def test_every_format_keeps_its_contracts(name):
    check_sink(registry.find("format", name))


@pytest.mark.parametrize("name", registry.kinds("engine"))
def test_every_engine_keeps_its_contracts(name):
    check_engine(ENGINES.get(name, registry.find("engine", name))())


def test_the_embedded_glyphs_keep_their_contract():
    check_glyph_set(load_glyphs("optdigits"))


def test_the_glyphs_of_mnist_keep_their_contract(mnist_folder):
    check_glyph_set(load_glyphs(mnist_folder))
