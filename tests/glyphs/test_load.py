"""load_glyphs: from what a user names to the right source, or an error that says what there is."""

import pytest

from mygenerator.errors import InputError
from mygenerator.glyphs import GlyphSet, load_glyphs, source_names
from mygenerator.glyphs.optdigits import embedded_source

needs_embedded = pytest.mark.skipif(not embedded_source().images.exists(), reason="the embedded digits are not built")


@pytest.fixture
def config(idx_folder):
    """A configuration with a source of each kind."""
    return {
        "current_dataset": "optdigits",
        "datasets": {
            "meters": {"kind": "idx", "path": str(idx_folder)},
            "unsaid": {"path": str(idx_folder)},
            "wrong": {"kind": "folder", "path": str(idx_folder)},
            "gone": {"path": "/nowhere/at/all"},
            "page": {"url": ["https://example.org/mnist.html"]},
            "archive": {"kind": "zip", "path": "a.zip"},
        },
    }


@needs_embedded
def test_the_embedded_digits_are_there_on_an_empty_machine():
    glyphs = load_glyphs("optdigits")
    assert glyphs.source == "optdigits"
    assert glyphs.characters == "0123456789"
    assert glyphs.images.shape[1:] == (28, 28)
    assert len(glyphs) + sum(glyphs.kept_out.values()) == 1797
    assert "CC BY 4.0" in glyphs.licence


def test_a_set_is_returned_as_it_is(stroke):
    glyphs = GlyphSet.from_images([stroke()], "1", source="mine")
    assert load_glyphs(glyphs) is glyphs


@pytest.mark.parametrize("name", ["meters", "unsaid"])
def test_a_configured_source_is_found_by_name_and_carries_it(config, name):
    glyphs = load_glyphs(name, config)
    assert glyphs.source == name
    assert len(glyphs) == 100


def test_without_a_configuration_the_one_in_the_home_folder_counts(home, idx_folder):
    home.mkdir()
    (home / "config.yaml").write_text(f"datasets: {{mine: {{path: '{idx_folder}'}}}}")
    assert load_glyphs("mine").source == "mine"
    assert source_names()[-1] == "mine"


def test_a_folder_is_given_as_text_or_path(idx_folder, monkeypatch):
    monkeypatch.chdir(idx_folder.parent)
    assert load_glyphs(idx_folder) == load_glyphs(str(idx_folder)) == load_glyphs("digits") == load_glyphs("./digits")


def test_a_folder_does_not_hide_the_source_of_its_name(config, idx_folder, monkeypatch):
    monkeypatch.chdir(idx_folder.parent)
    (idx_folder.parent / "meters").mkdir()
    assert len(load_glyphs("meters", config)) == 100


def test_an_unknown_name_is_an_error_with_the_nearest_and_mentions_folders(config):
    with pytest.raises(
        InputError, match=r"unknown glyph source 'metres'; allowed: optdigits, mnist,.* meters,.*or a folder of"
    ) as error:
        load_glyphs("metres", config)
    assert "did you mean 'meters'?" in str(error.value)


@pytest.mark.parametrize(
    ("glyphs", "message"),
    [
        (
            "page",
            "'page' has the url 'https://example.org/mnist.html'; allowed: an address that begins with http:// or",
        ),
        ("archive", "unknown kind of glyph source 'archive': 'zip'; allowed: idx, folder"),
        ("gone", "/nowhere/at/all: the glyph source 'gone' does not exist"),
        ("wrong", "the glyph source 'wrong' holds no glyphs; allowed: one sub-folder of images for each character"),
        ("/nowhere", "/nowhere: the glyph source does not exist"),
        ("a/\0", "is not a path"),
        ("", "glyphs is ''"),
        (5, "glyphs is 5; allowed: a glyph source's name, a folder or a GlyphSet"),
        (None, "glyphs is None"),
        ("x" * 5000, "unknown glyph source 'xxx"),
    ],
)
def test_what_is_no_source_is_an_error_that_says_why(config, glyphs, message):
    with pytest.raises(InputError) as error:
        load_glyphs(glyphs, config)
    assert message in str(error.value)


def test_a_file_is_no_folder_of_glyphs(idx_folder):
    (idx_folder / "README.txt").write_text("Handwritten digits.")
    with pytest.raises(
        InputError, match=r"README.txt: the glyph source is not a folder but text; allowed: a folder, an"
    ):
        load_glyphs(idx_folder / "README.txt")


def test_an_empty_folder_is_an_error_that_says_what_it_could_hold(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="an idx image and label pair or one sub-folder of images for each character"):
        load_glyphs(tmp_path / "empty")


@pytest.fixture
def no_network(monkeypatch):
    """Nobody listens there: what would leave this machine fails at once."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")


def test_a_content_that_the_cache_has_of_files_elsewhere_is_not_downloaded(idx_folder, no_network):
    kept = load_glyphs(idx_folder)
    glyphs = load_glyphs("mnist:test", content=kept.content)
    assert (glyphs.source, glyphs.content, len(glyphs)) == ("mnist:test", kept.content, 100)
    assert "MNIST" in glyphs.licence


def test_a_content_that_is_not_here_is_asked_for_with_the_way_out(idx_folder, no_network):
    other = load_glyphs(idx_folder).content[:32] + "0" * 32
    for content in (other, None):
        with pytest.raises(InputError, match=r"could not be downloaded.*--glyphs FOLDER"):
            load_glyphs("mnist:test", content=content)


def test_a_configured_folder_of_that_name_goes_before_the_cache(idx_folder, config, write_idx, digits, tmp_path):
    kept = load_glyphs(idx_folder)
    config["datasets"]["mnist"] = {"path": str(write_idx(tmp_path / "others", *digits(50)))}
    assert len(load_glyphs("mnist", config, content=kept.content)) == 50
