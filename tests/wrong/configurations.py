"""Wrong configuration files: no YAML, unknown keys, wrong types, sources that cannot be."""

from __future__ import annotations

from tests.wrong.entries import Content, Link, Wrong

_SEVEN = "generate-numbers-sequence --sequence 007"


def _config(about: str, content: Content, *words: str) -> Wrong:
    return Wrong(f"{_SEVEN} --config_file my.yaml", ("my.yaml", *words), {"my.yaml": content}, about=about)


def _source(about: str, entry: str, *words: str) -> Wrong:
    """A configuration whose third line is the current source's entry."""
    return _config(about, f"current_dataset: mine\ndatasets:\n  mine: {entry}\n", "my.yaml:3: ", *words)


_ALIAS_BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))

_FILES = [
    Wrong(f"{_SEVEN} --config_file no.yaml", ("no.yaml", "no such configuration file")),
    Wrong(f"{_SEVEN} --config_file no/my.yaml", ("no/my.yaml", "no such configuration file")),
    Wrong(f"{_SEVEN} --config_file folder", ("folder", "is a folder"), {"folder/": ""}),
    Wrong(f"{_SEVEN} --config_file=", ("config_file is ''",)),
    Wrong(
        f"{_SEVEN} --config_file {'x' * 300}",
        ("cannot be read", "too long"),
        about="a configuration's name of 300 bytes",
    ),
    Wrong(f"{_SEVEN} --config_file 'a\0b'", (r"'a\x00b'", "not a path"), about="NUL in the configuration's name"),
    Wrong(f"{_SEVEN} --config_file /dev/zero", ("/dev/zero", "a pipe, a socket or a device")),
    Wrong("validate-phone-sequence --config_file no.yaml", ("no.yaml", "no such configuration file")),
    Wrong("mygenerator glyphs --config_file no.yaml", ("no.yaml", "no such configuration file")),
    _config("a file that is a link to nowhere", Link("nowhere"), "a link that leads nowhere"),
    _config("a file that is a link to itself", Link("my.yaml"), "a link that leads to itself"),
    _config("too large", "#" * 100_001, "too large for a configuration file", "100,000 bytes"),
    Wrong(_SEVEN, ("config.yaml:1", "'curent_dataset'"), {"home/config.yaml": "curent_dataset: x"}, about="at home"),
    Wrong(_SEVEN, ("config.yaml", "is a folder"), {"home/config.yaml/": ""}, about="a folder at home"),
    Wrong("mygenerator glyphs", ("config.yaml", "not YAML"), {"home/config.yaml": "\0"}, about="binary at home"),
]

_ALIASES = "anchors and aliases"
_YAML = [
    _config("an open bracket", "datasets: [\n", "my.yaml:2: ", "not YAML"),
    _config("a tab", "datasets:\n\tmine: {path: x}\n", "my.yaml:2: ", "not YAML", r"'\t'", "indent with spaces"),
    _config("wrong indentation", "datasets:\n  a: {path: x}\n b: {path: y}\n", "my.yaml:3: ", "not YAML"),
    _config("an open quote", 'datasets:\n  a: {path: "x}\n', "not YAML"),
    _config("binary", bytes(range(256)), "not UTF-8"),
    _config("UTF-16", "datasets: {}".encode("utf-16"), "not UTF-8"),
    _config("Latin-1", "datasets: {}\n# é".encode("latin-1"), "my.yaml:2: ", "not UTF-8"),
    _config("NUL", "datasets: {}\0", "my.yaml:1: ", "not YAML", "#x0000"),
    _config(
        "an object of Python", "x: !!python/object/apply:os.system [ls]", "my.yaml:1: ", "python/object", "leave it"
    ),
    _config("a tag of its own", "current_dataset: !secret x", "my.yaml:1: ", "the tag !secret", "leave it out"),
    _config("a number of nothing", "current_dataset: !!int ''", "my.yaml:1: ", "tag:yaml.org,2002:int", "leave it out"),
    _config("a truth that is none", "current_dataset: !!bool perhaps", "my.yaml:1: ", "tag:yaml.org,2002:bool"),
    _config("a set that is a list", "datasets: !!set [a]", "my.yaml:1: ", "tag:yaml.org,2002:set"),
    _config("an unknown anchor", "datasets: *all", "my.yaml:1: ", _ALIASES, "write it out"),
    _config("an alias bomb", _ALIAS_BOMB, "my.yaml:1: ", _ALIASES),
    _config("an alias to itself", "datasets: &a {b: *a}", "my.yaml:1: ", _ALIASES),
    _config("deeply nested lists", "[" * 5_000, "my.yaml:1: ", "more than 30 lists and mappings"),
    _config("deeply nested mappings", "datasets: " + "{a: " * 5_000, "my.yaml:1: ", "more than 30 lists and mappings"),
    _config("two documents", "datasets: {}\n---\ndatasets: {}\n", "my.yaml:2: ", "second document"),
    _config("a key twice", "datasets: {}\ncurrent_dataset: optdigits\ndatasets: {}", "my.yaml:3: ", "after line 1"),
    _config("a source twice", "datasets:\n  a: {path: x}\n  a: {path: y}", "my.yaml:3: ", "'a'", "after line 2"),
    _config("a mapping as a key", "? {a: b}\n: c", "my.yaml:1: ", "cannot be a key"),
    _config("a list as a key", "? [a]\n: c", "my.yaml:1: ", "cannot be a key"),
    _config("a date", "current_dataset: 2024-12-24", "my.yaml:1: ", "'2024-12-24'", "known glyph source"),
    _config("a number of 5,000 digits", "current_dataset: " + "1" * 5_000, "my.yaml:1: ", "known glyph source"),
]

_VALUES = [
    _config("a list", "- 1\n- 2", "the file holds [1, 2]"),
    _config("a word", "optdigits", "the file holds 'optdigits'", "current_dataset, datasets"),
    _config("an unknown key", "curent_dataset: optdigits", "my.yaml:1: ", "did you mean 'current_dataset'?"),
    _config("a key that is a number", "7: x", "my.yaml:1: ", "unknown key '7'"),
    _config("a key that is nothing", "~: x", "my.yaml:1: ", "unknown key '~'"),
    _config("datasets is a list", "datasets: [a]", "my.yaml:1: ", "datasets holds ['a']", "name: ..."),
    _config("datasets is a number", "datasets: 7", "my.yaml:1: ", "datasets holds 7"),
    _config("a source is text", "datasets:\n  a: scans", "my.yaml:2: ", "datasets.a holds 'scans'"),
    _config("a source called optdigits", "datasets:\n  optdigits: {path: x}", "my.yaml:2: ", "another name"),
    _config("current is a number", "current_dataset: 5", "my.yaml:1: ", "current_dataset is 5", "text"),
    _config("current is nothing", "current_dataset:", "my.yaml:1: ", "current_dataset is None", "text"),
    _config("current is a list", "current_dataset: [a]", "my.yaml:1: ", "current_dataset is ['a']", "text"),
    _config("current is unknown", "current_dataset: optdigit", "my.yaml:1: ", "did you mean 'optdigits'?"),
    _config("current is a folder", "current_dataset: ./scans", "my.yaml:1: ", "'./scans'", "mnist"),
]

_SOURCES = [
    _source("an unknown key of a source", "{pth: x}", "'pth'", "did you mean 'path'?"),
    _source("a path that is a number", "{path: 5}", "datasets.mine.path is 5", "text"),
    _source("a path that is empty", "{path: ''}", "datasets.mine.path is ''", "text"),
    _source("a path that is a list", "{path: [a, b]}", "datasets.mine.path is ['a', 'b']", "text"),
    _source("an unknown kind", "{kind: floder, path: x}", "'floder'", "did you mean 'folder'?"),
    _source("a kind that is a number", "{kind: 3, path: x}", "datasets.mine.kind is 3", "text"),
    _source("neither path nor url", "{kind: folder}", "'mine' has no path and no url"),
    _source("nothing at all", "", "'mine' has no path and no url"),
    _source("a url without a scheme", "{url: example.org/a.zip}", "'example.org/a.zip'", "http:// or https://"),
    _source("a url of ftp", "{url: 'ftp://example.org/a.zip'}", "'ftp://example.org/a.zip'", "https://"),
    _source("a url of a file", "{url: 'file:///etc/passwd.zip'}", "file:///etc/passwd.zip", "https://"),
    _source("a url without a host", "{url: 'https:///a.zip'}", "https:///a.zip", "https://"),
    _source("a url with an open bracket", "{url: 'https://[::1/a.zip'}", "https://[::1/a.zip"),
    _source("a port that is none", "{url: 'http://example.org:99999/a.zip'}", "example.org:99999"),
    _source("a url of a .rar", "{url: 'https://example.org/a.rar'}", "a.rar", ".zip, .tar.gz, .tgz"),
    _source("a url of a .tar", "{url: 'https://example.org/a.tar'}", "a.tar", ".zip, .tar.gz, .tgz"),
    _source("no url in a list", "{url: []}", "datasets.mine.url is empty", "an address"),
    _source("a number in a list of urls", "{url: [5]}", "datasets.mine.url is 5", "text"),
    _source("a wrong url behind a good one", "{url: ['http://a/b.zip', c]}", "the url 'c'", "https://"),
    _source("a short sha256", "{url: 'http://a/b.zip', sha256: abc}", "sha256 is 'abc'", "64 hexadecimal"),
    _source("no such folder", "{path: nowhere}", "nowhere", "does not exist"),
    _source("a file as a folder", "{path: my.yaml}", "my.yaml", "is not a folder"),
    _source("a path of 300 bytes", f"{{path: {'x' * 300}}}", "'mine' cannot be read", "too long"),
    _source("no idx pair", "{kind: idx, path: .}", "holds no glyphs", "idx image and label pair"),
]
# What is wrong with the folder itself is told with the folder's name.
_FOLDERS = [Wrong(one.line, one.words[2:], one.files, about=one.about) for one in _SOURCES[-4:]]

CONFIGURATIONS = [*_FILES, *_YAML, *_VALUES, *_SOURCES[:-4], *_FOLDERS]
