"""The configuration file: where it is, what it may say, and what is said where it is wrong."""

import logging
import os
import subprocess
import sys

import hypothesis
import pytest
from hypothesis import strategies

from mygenerator.config import config_load, packaged_config
from mygenerator.errors import InputError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def load(tmp_path):
    def written_and_loaded(text):
        path = tmp_path / "my.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return config_load(path)

    return written_and_loaded


def test_the_default_is_written_into_the_home_folder_on_first_use(home):
    assert config_load() == {"current_dataset": "optdigits", "datasets": {}}
    assert (home / "config.yaml").read_bytes() == packaged_config().read_bytes()
    assert [path.name for path in home.iterdir()] == ["config.yaml"]


def test_what_the_user_wrote_into_the_home_folder_s_file_counts_and_stays(home):
    home.mkdir()
    (home / "config.yaml").write_text("datasets: {mine: {kind: folder, path: scans}}\ncurrent_dataset: mine")
    before = (home / "config.yaml").stat().st_mtime_ns
    assert config_load("default")["current_dataset"] == "mine"
    assert (home / "config.yaml").stat().st_mtime_ns == before


def test_paths_are_relative_to_the_file_not_to_the_working_folder(load, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    sources = load("datasets: {a: {path: ../x}, b: {path: /abs/y/}, c: {path: ~/z}}")["datasets"]
    assert [source["path"] for source in sources.values()] == [str(tmp_path.parent / "x"), "/abs/y", "/home/anna/z"]


def test_a_relative_file_name_gives_absolute_paths(tmp_path, monkeypatch):
    (tmp_path / "c.yaml").write_text("datasets: {a: {path: x}}")
    monkeypatch.chdir(tmp_path)
    assert config_load("c.yaml")["datasets"]["a"]["path"] == str(tmp_path / "x")


@pytest.mark.parametrize("text", ["", "# nothing\n", "datasets:\n", "current_dataset: optdigits\ndatasets: {}\n"])
def test_what_is_not_said_is_the_default(load, text):
    assert load(text) == {"current_dataset": "optdigits", "datasets": {}}


def test_sources_of_older_releases_are_carried_along_while_the_current_one_is_usable(load):
    config = load(
        "current_dataset: mine\n"
        "datasets:\n"
        "  mnist: {url: 'https://example.org/mnist.zip'}\n"
        "  nist: {kind: archive, url: 'https://example.org/nist.tar', path: nist}\n"
        "  mine: {path: scans}\n"
    )
    assert list(config["datasets"]) == ["mnist", "nist", "mine"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1,\nb: 2", 2, "this is not YAML"),
        ("current_dataset: x\n\tdatasets: {}", 2, "this is not YAML"),
        ("- 1\n- 2", None, "the file holds [1, 2]"),
        (
            "datasets: {}\ncurent_dataset: x",
            2,
            "unknown key 'curent_dataset'; allowed: current_dataset, datasets; did you mean",
        ),
        ("datasets: [a]", 1, "datasets holds ['a']"),
        ("datasets:\n  a: scans", 2, "datasets.a holds 'scans'"),
        ("datasets:\n  a:\n    pth: x", 3, "unknown key 'pth'; allowed: kind, path, url, sha256, transposed; did"),
        ("datasets:\n  a:\n    path: 5", 3, "datasets.a.path is 5; allowed: text"),
        ("datasets:\n  a: {path: x}\n  a: {path: y}", 3, "'a' is repeated here, after line 2"),
        ("datasets:\n  optdigits: {path: x}", 2, "'optdigits' is the name of the digits that come with the package"),
        ("current_dataset: 5", 1, "current_dataset is 5"),
        (
            "datasets: {a: {path: x}}\ncurrent_dataset: b",
            2,
            "'b', which is not (or no longer) a known glyph source; allowed: optdigits, mnist, mnist:test, qmnist, "
            "qmnist:test, emnist-digits, emnist-digits:test, a",
        ),
        ("current_dataset: optdigit", 1, "did you mean 'optdigits'?"),
        ("current_dataset: a\ndatasets:\n  a: {kind: folder}", 3, "'a' has no path and no url; give a folder"),
        ("current_dataset: a\ndatasets:\n  a: {url: x}", 3, "'a' has the url 'x'; allowed: an address that begins"),
        ("datasets:\n  a:\n    url: []", 3, "datasets.a.url is empty; allowed: an address, or several"),
        ("datasets:\n  a:\n    url: [5]", 3, "datasets.a.url is 5; allowed: text"),
        ("datasets:\n  a:\n    url: {x: y}", 3, "datasets.a.url is {'x': 'y'}; allowed: text"),
        ("datasets:\n  a:\n    sha256: abc", 3, "datasets.a.sha256 is 'abc'; allowed: 64 hexadecimal digits"),
        ("datasets:\n  a:\n    sha256: [a]", 3, "datasets.a.sha256 is ['a']; allowed: text"),
        (f"datasets:\n  mnist:\n    sha256: {'a' * 64}", 3, "'mnist' is the name of a public set"),
        ("datasets:\n  a:\n    transposed: 1", 3, "datasets.a.transposed is 1; allowed: true or false"),
        ("datasets:\n  a: {kind: folder, path: x, transposed: true}", 2, "a folder of characters, which cannot be"),
        ("datasets:\n  mnist:\n    transposed: true", 3, "'mnist' is the name of a public set, of which this is"),
        (
            "current_dataset: a\ndatasets:\n  a: {kind: floder, path: x}",
            3,
            "'floder'; allowed: idx, folder; did you mean 'folder'?",
        ),
        ("datasets: &a {b: *a}", 1, "anchors and aliases (&a) are not allowed"),
        ("datasets: &a [*a, *a]", 1, "anchors and aliases (&a) are not allowed"),
        ("x: !!python/object/apply:os.system [ls]", 1, "python/object/apply:os.system is not allowed"),
        ("[" * 5_000, 1, "more than 30 lists and mappings are nested"),
        (b"\xff\xfe\xfa", 1, "the configuration file is not UTF-8"),
        ("x" * 2_000_000, None, "this is too large for a configuration file"),
    ],
)
def test_a_wrong_file_is_an_error_with_file_line_and_what_is_allowed(load, tmp_path, text, line, message):
    with pytest.raises(InputError) as error:
        load(text)
    assert message in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "my.yaml") + (f":{line}: " if line else ""))


@pytest.mark.parametrize("ending", ["zip", "tar.gz", "tgz", "ZIP", "zip?key=1#part"])
def test_the_address_of_an_archive_or_several_can_be_the_current_source(load, ending):
    entry = f"{{url: ['https://example.org/a.{ending}', 'http://[::1]:80/a.zip'], sha256: {'A' * 64}}}"
    config = load(f"current_dataset: a\ndatasets: {{a: {entry}}}")
    urls = [f"https://example.org/a.{ending}", "http://[::1]:80/a.zip"]
    assert config["datasets"]["a"] == {"url": urls, "sha256": "a" * 64}
    assert load("datasets: {a: {url: x.zip}}")["datasets"]["a"] == {"url": ["x.zip"]}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.zip",
        "file:///a.zip",
        "https:///a.zip",
        "//example.org/a.zip",
        "/home/anna/a.zip",
        "https://example.org/a.rar",
        "https://example.org/",
        "https://example.org/get?file=a.zip",
        "https://example.org:many/a.zip",
        "https://[::1/a.zip",
    ],
)
def test_an_address_that_is_none_of_an_archive_is_refused_before_anybody_is_asked(load, url):
    with pytest.raises(InputError, match=r":3: .*http:// or https:// and ends with .zip, .tar.gz, .tgz") as error:
        load(f"current_dataset: a\ndatasets:\n  a: {{url: ['https://example.org/a.zip', '{url}']}}")
    assert repr(url) in str(error.value)


@pytest.mark.parametrize("name", ["mnist", "mnist:test"])
def test_a_public_set_can_be_the_current_source_with_no_entry_or_an_old_one(load, name):
    assert load(f"current_dataset: {name}")["current_dataset"] == name
    assert load(f"current_dataset: {name}\ndatasets: {{'{name}': {{kind: old, url: 'https://a.org/x.pkl'}}}}")


@hypothesis.given(
    strategies.one_of(
        strategies.binary(max_size=60),
        strategies.text(alphabet="{}[]:,-&*!|>'\"# \n\tab0.~?%@", max_size=60),
        strategies.tuples(
            strategies.sampled_from(["current_dataset: ", "datasets: ", "datasets:\n  a: "]),
            strategies.text(alphabet="{}[]:,-&*!'\"# \n\tapthkindx0", max_size=40),
        ).map("".join),
    )
)
def test_whatever_the_file_holds_it_is_a_result_or_an_input_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = None
    try:
        config = config_load(path)
    except InputError as error:
        said = str(error)
    assert str(path) in said if said else set(config) == {"current_dataset", "datasets"}


@pytest.mark.parametrize(("name", "message"), [("no.yaml", "no such configuration file"), (".", "is a folder")])
def test_a_missing_file_and_a_folder_are_errors_that_say_so(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        config_load(tmp_path / name)


def test_a_name_that_is_no_path_is_an_input_error():
    with pytest.raises(InputError, match="is not a path"):
        config_load("a\0b")


def test_a_home_folder_that_cannot_be_written_is_a_warning(home, caplog):
    home.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING, "mygenerator"):
        assert config_load()["current_dataset"] == "optdigits"
    assert "cannot be written" in caplog.text


def test_many_first_uses_at_the_same_moment_all_find_the_whole_file(home):
    command = [sys.executable, "-c", "from mygenerator.config import config_load; print(config_load())"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) for _ in range(6)]
    assert len({process.communicate(timeout=60)[0] for process in processes}) == 1
    assert {process.returncode for process in processes} == {0}
    assert [path.name for path in home.iterdir()] == ["config.yaml"]
