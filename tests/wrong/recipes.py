"""Wrong recipes, and labels that are none: what `mygenerator run` answers before it makes anything."""

from __future__ import annotations

from tests.wrong.entries import Content, Link, Wrong
from tests.wrong.making import glyph

_RUN = "mygenerator run r.yaml"
_AT_ONCE = "mygenerator run: r.yaml"
"""How a message begins that says nothing before the file's name and the line."""
_STEPS = "steps:\n  - text_to_image: {image_width: 300}\n"
_TEXT = "text: {phone: {region: JP, count: 3}}\n"


def _recipe(about: str, content: Content, *words: str, line: str = _RUN, **files: Content) -> Wrong:
    return Wrong(line, ("r.yaml", *words), {"r.yaml": content} | files, about=about)


def _text(about: str, text: str, *words: str) -> Wrong:
    """A recipe whose first line is its text."""
    return _recipe(about, f"text: {text}\n{_STEPS}", "r.yaml:1: ", *words)


def _steps(about: str, steps: str, *words: str) -> Wrong:
    """A recipe whose second line, and what follows, is its steps."""
    return _recipe(about, f"{_TEXT}steps: {steps}\n", *words)


def _step(about: str, parameters: str, *words: str) -> Wrong:
    """A recipe whose third line is the drawing step."""
    return _recipe(about, f"{_TEXT}steps:\n  - text_to_image: {{{parameters}}}\n", "r.yaml:3: ", *words)


def _save(about: str, save: str, *words: str) -> Wrong:
    """A recipe whose fourth line is where it is saved."""
    return _recipe(about, f"{_TEXT}{_STEPS}save: {save}\n", "r.yaml:4: ", *words)


_FILES = [
    Wrong("mygenerator run", ("RECIPE is missing", "--help")),
    Wrong("mygenerator run no.yaml", ("no.yaml", "no such recipe", "meter_readings")),
    Wrong("mygenerator run meter_reading", ("no such recipe", "did you mean 'meter_readings'?")),
    Wrong("mygenerator run folder", ("folder", "holds no recipe.json"), {"folder/": ""}),
    Wrong("mygenerator run a.yaml b.yaml", ("unexpected argument 'b.yaml'",)),
    Wrong("mygenerator run /dev/zero", ("/dev/zero", "not a recipe", "1,000,000 bytes")),
    Wrong(f"mygenerator run {'x' * 300}", ("the recipe cannot be read", "too long"), about="a name of 300 bytes"),
    Wrong("mygenerator run '~nobody-here/r.yaml'", ("~nobody-here/r.yaml", "the user 'nobody-here'", "does not know")),
    Wrong("mygenerator run 'a\0b'", ("not a path",), about="NUL in a recipe's name"),
    _recipe("an empty recipe", "", "nothing in it"),
    _recipe("a comment alone", "# a recipe\n", "nothing in it"),
    _recipe("a link to itself", Link("r.yaml"), "a link that leads to itself"),
    _recipe("too large a recipe", "#" * 1_000_001, "too large for a recipe", "1,000,000 bytes"),
    _recipe("a binary recipe", bytes(range(256)), "not UTF-8"),
    _recipe("a recipe with NUL", _TEXT + "\0", "r.yaml:2: ", "not YAML", "#x0000"),
    _recipe("a recipe in UTF-16", _TEXT.encode("utf-16"), "not UTF-8"),
]

_YAML = [
    _recipe("a tab in a recipe", "text:\n\tphone: JP\n", "r.yaml:2: ", "not YAML", "indent with spaces"),
    _recipe("an open bracket in a recipe", "text: {phone: JP\nsteps: []", "not YAML"),
    _recipe("a colon in text", "seed: a: b\n", "r.yaml:1: ", "not YAML", "in quotes"),
    _recipe("deep lists in a recipe", "text: " + "[" * 5_000, f"{_AT_ONCE}:1: more than 30 lists and mappings"),
    _recipe("deep mappings in a recipe", "a: " + "{a: " * 5_000, f"{_AT_ONCE}:1: more than 30 lists and mappings"),
    _recipe(
        "deep indentation",
        "".join(f"{' ' * n}a:\n" for n in range(900)),
        f"{_AT_ONCE}:31: more than 30 lists and mappings",
    ),
    _recipe("an anchor", "text: &a {phone: JP}\n", f"{_AT_ONCE}:1: anchors and aliases", "write it out"),
    _recipe("an alias", "text: *a\n", f"{_AT_ONCE}:1: anchors and aliases"),
    _recipe("an object of Python in a recipe", "text: !!python/object:os.system {}", "python/object", "leave it out"),
    _recipe("a tag", "seed: !!int '7'", "r.yaml:1: ", "tag:yaml.org,2002:int", "leave it out"),
    _recipe("a second recipe", f"{_TEXT}---\n{_TEXT}", f"{_AT_ONCE}:2: a second document"),
    _recipe("a key of a recipe twice", f"seed: 1\n{_TEXT}{_STEPS}seed: 2\n", "r.yaml:5: ", "'seed'", "after line 1"),
    _recipe("a merge key", f"{_TEXT}<<: {{seed: 7}}\n", "r.yaml:2: ", "unknown key '<<'"),
    _recipe("a list for a key", "? [seed]\n: 7\n", f"{_AT_ONCE}:1: ", "cannot be a key"),
    _recipe("a character that there is not", 'seed: "\\UFFFFFFFF"', "r.yaml:1: ", "not YAML"),
]

_KEYS = [
    _recipe(
        "a list for a recipe",
        "- text\n- steps\n",
        "a recipe holds a list",
        "seed, epoch, epoch_texts, text, images, steps, save",
    ),
    _recipe("a word for a recipe", "phone", "a recipe holds 'phone'", "seed, epoch, epoch_texts, text"),
    _recipe("an unknown key of a recipe", f"sead: 7\n{_TEXT}", "r.yaml:1: ", "'sead'", "did you mean 'seed'?"),
    _recipe("a count at the top", f"count: 7\n{_TEXT}", "r.yaml:1: ", "'count'", "next to the source"),
    _recipe("steps alone", _STEPS, "neither text nor images", "add, for example"),
    _recipe("text and images", f"{_TEXT}images: scans\n", "r.yaml:2: ", "both text and images"),
    _recipe("a negative seed", f"seed: -1\n{_TEXT}", "r.yaml:1: ", "seed is -1", "18446744073709551615"),
    _recipe("a seed of half", f"seed: 1.5\n{_TEXT}", "r.yaml:1: ", "seed is 1.5"),
    _recipe("a seed in octal", f"seed: 010\n{_TEXT}", "r.yaml:1: ", "seed is '010'"),
    _recipe("a seed in words", f"seed: yes\n{_TEXT}", "r.yaml:1: ", "seed is 'yes'"),
    _recipe("a seed that is true", f"seed: true\n{_TEXT}", "r.yaml:1: ", "seed is True"),
    _recipe("a seed of 5,000 digits", f"seed: {'1' * 5_000}\n{_TEXT}", "r.yaml:1: ", "seed is '111"),
    _recipe(
        "four things at once",
        "sead: 7\ntext: {fone: {region: JP, count: 3}}\nsteps:\n  - text_to_imag: {}\nsave: {pth: out}\n",
        "4 faults in",
        "r.yaml:1: unknown key 'sead'",
        "r.yaml:2: ",
        "did you mean 'phone'?",
        "r.yaml:4: ",
        "did you mean 'text_to_image'?",
        "r.yaml:5: ",
        "did you mean 'path'?",
    ),
]

_TEXTS = [
    _text("no source", "{}", "text holds", "one source"),
    _text("two sources", "{phone: JP, pattern: '[0-9]', count: 3}", "text holds phone, pattern", "one source"),
    _text("an unknown source", "{fone: {region: JP, count: 3}}", "'fone'", "did you mean 'phone'?"),
    _text("a pattern without a pattern", "{pattern: {count: 3}}", "pattern has no pattern", "add pattern"),
    _text("an unknown region", "{phone: {region: ZZ, count: 3}}", "unknown region 'ZZ'"),
    _text("a small region", "{phone: {region: jp, count: 3}}", "'jp'", "did you mean 'JP'"),
    _text("a phone without a count", "{phone: JP}", "phone has no count", "add count"),
    _text("a count of nothing", "{phone: {region: JP, count: 0}}", "count is 0", "at least 1"),
    _text("a negative count", "{phone: {region: JP, count: -3}}", "count is -3", "at least 1"),
    _text("a count in words", "{phone: {region: JP, count: many}}", "count is 'many'", "whole number"),
    _text("a count of half", "{phone: {region: JP, count: 2.5}}", "count is 2.5", "whole number"),
    _text("a count twice", "{phone: {region: JP, count: 3}, count: 4}", "count is given twice"),
    _text(
        "a count above the plan",
        "{phone: {region: JP, count: 999999999999}}",
        "999,999,999,999",
        "region JP has",
        "1 to ",
    ),
    _text("a count above the pattern", "{pattern: '[0-9]{2}', count: 101}", "101", "100 strings", "1 to 100"),
    _text("a pattern without an end", "{pattern: '[0-9]*', count: 3}", "'[0-9]*'"),
    _text("a pattern that stays open", "{pattern: '[0-9', count: 3}", "'[0-9'"),
    _text("a pattern that looks ahead", "{pattern: '(?=1)[0-9]', count: 3}", "'(?=1)[0-9]'"),
    _text("a pattern of nothing", "{pattern: '', count: 3}", "empty string"),
    _text("a pattern of long strings", "{pattern: '[0-9]{1001}', count: 3}", "1001 characters", "1000"),
    _text("a pattern that explodes", "{pattern: '((((a{1,50}){1,50}){1,50}){1,50})', count: 3}", "pattern"),
    _text("a pattern of a number", "{pattern: 7, lengths: [1], count: 3}", "pattern, lengths"),
    _text("lengths of text", "{pattern: {pattern: '[0-9]{2}', lengths: two, count: 3}}", "lengths is 'two'", "list"),
    _text(
        "lengths that none has", "{pattern: {pattern: '[0-9]{2}', lengths: [3], count: 3}}", "no string of lengths 3"
    ),
    _text("code without leave", "{'python:os.path.Text': {}, count: 3}", "python:os.path.Text", "--allow_code"),
]


def _labels(about: str, labels: str, *words: str) -> Wrong:
    return _text(f"labels, {about}", f"{{labels: {labels}}}", *words)


def _file(about: str, name: str, content: Content | None, *words: str) -> Wrong:
    files = {} if content is None else {name: content}
    return Wrong(
        _RUN,
        ("r.yaml:1: ", *words),
        {"r.yaml": f"text: {{file: {name.rstrip('/')}}}\n{_STEPS}", **files},
        about=f"{name}, {about}",
    )


# Glyphs are opened when all is checked: what they lack is told of the step in the third line.
_LACKING = [
    _recipe(
        f"{about} without glyphs",
        f"text: {{{text}}}\n{_STEPS}",
        "r.yaml:3: ",
        f"no glyph for {lacking}",
        "0123456789",
        **{"l.txt": "12\nab\n"},
    )
    for about, text, lacking in (
        ("a pattern", "pattern: '[a-c]{2}', count: 3", "'a', 'b', 'c'"),
        ("labels", 'labels: ["12", "1-2"]', "'-'"),
        ("a file", "file: l.txt", "'a', 'b'"),
    )
]

_LABELS = [
    _labels("numbers", "[7, 42]", "labels holds 7 without quotes", 'put it in quotes: "7"'),
    _labels("leading zeros", "[007, 042]", "labels holds 007 without quotes", 'put it in quotes: "007"'),
    _labels("true", "[true]", "labels holds true without quotes"),
    _labels("no", "[no]", "labels holds no without quotes"),
    _labels("a half", "['1', 1.5]", "labels holds 1.5 without quotes"),
    _labels("a time of day", "['1', 12:30:00]", "labels holds 12:30:00 without quotes"),
    _labels("nothing", "['1', ~]", "labels holds ~ without quotes"),
    _labels("a list in the list", "['1', ['2']]", "labels, row 1", "type list", "text"),
    _labels("none", "[]", "no labels", "at least one"),
    _labels("a word", "twelve", "labels is 'twelve'", "a list of text"),
    _labels("empty text", "['1', '']", "labels, row 1", "0 characters", "1 to 1000 characters"),
    _labels("1,001 characters", f"['{'1' * 1_001}']", "labels, row 0", "1001 characters"),
    _labels("NUL", '["1\\0"]', "labels, row 0", "none of them NUL"),
    _labels("a mapping", "{label: '1'}", "labels"),
    _file("missing", "l.txt", None, "l.txt", "No such file"),
    _file("a folder", "l.txt/", "", "l.txt", "Is a directory"),
    _file("empty", "l.txt", "", "l.txt", "no labels"),
    _file("a blank line", "l.txt", "12\n\n34\n", "l.txt:2: ", "0 characters"),
    _file("a long line", "l.txt", "1" * 1_001, "l.txt:1: ", "1001 characters"),
    _file("NUL", "l.txt", "12\n3\0\n", "l.txt:2: ", "NUL"),
    _file("Latin-1", "l.txt", "12\n3é\n".encode("latin-1"), "l.txt:2: ", "readable text", "UTF-8"),
    _file("UTF-16", "l.txt", "12\n34\n".encode("utf-16"), "l.txt: ", "UTF-16", "save it as"),
    _file("no column label", "l.csv", "text,n\n12,1\n", "l.csv:1: ", "no column 'label', only text, n"),
    _file("a column Label", "l.csv", "Label\n12\n", "l.csv:1: ", "rename 'Label' to 'label'"),
    _file("an empty table", "l.csv", "", "l.csv: ", "the file is empty", "a header with `label`"),
    _file("a head alone", "l.csv", "label\n", "no labels"),
    _file("a short row", "l.csv", "n,label\n1,12\n2\n", "l.csv, row 1 (line 3): ", "1 field for 2 columns"),
    _file("an empty label", "l.csv", "label,n\n12,1\n,2\n", "l.csv, row 1", "0 characters"),
    _file(
        "a field of 200,000 characters",
        "l.csv",
        "label\n" + "1" * 200_000,
        "l.csv, row 0 (line 2)",
        "200000 characters",
    ),
    _file("a picture", "l.csv", glyph(), "l.csv", "a PNG image"),
    _file("a link to a device", "l.txt", Link("/dev/zero"), "l.txt"),
]

_STEPS_WRONG = [
    _steps("a mapping of steps", "{text_to_image: {}}", "r.yaml:2: ", "steps holds a mapping", "a list"),
    _steps("no steps", "[]", "r.yaml:2: ", "steps holds an empty list", "a step after each '-'"),
    _steps("a step of a number", "[7]", "r.yaml:2: ", "a step holds '7'", "one kind"),
    _steps("a step of two kinds", "[{text_to_image: {}, validate_padding: {}}]", "r.yaml:2: ", "one kind"),
    _steps("an unknown step", "[text_to_imag]", "r.yaml:2: ", "'text_to_imag'", "did you mean 'text_to_image'?"),
    _steps("an empty step", "[{}]", "r.yaml:2: ", "a step holds", "one kind"),
    _steps("code without leave in a step", "['python:os.path.Step']", "r.yaml:2: ", "os.path.Step", "--allow_code"),
    _steps(
        "steps in the wrong order", "[validate_padding, text_to_image]", "r.yaml:2: ", "TextToImage", "ValidatePadding"
    ),
    _steps("drawing twice", "[text_to_image, text_to_image]", "r.yaml:2: ", "TextToImage", "strip"),
    _steps(
        "a name twice",
        "[{text_to_image: {}, name: a}, {validate_padding: {}, name: a}]",
        "r.yaml:2: ",
        "two steps are called 'a'",
    ),
    _steps("a name of a number", "[{text_to_image: {}, name: [7]}]", "r.yaml:2: ", "name"),
    _steps("an empty name", "[{text_to_image: {}, name: ''}]", "r.yaml:2: ", "name is ''"),
    _step("an unknown parameter", "image_widht: 300", "'image_widht'", "did you mean 'image_width'?"),
    _step("a width in words", "image_width: wide", "image_width is 'wide'", "whole number"),
    _step("a width of nothing", "image_width: ~", "image_width is empty"),
    _step("a width that is too small", "image_width: 20", "image_width 20", "122 to 2300"),
    _step("a height that is too large", "image_height: 129", "image_height is 129", "8 to 128"),
    _step("one number of a range", "spacing_range: [3]", "spacing_range", "two"),
    _step("a range the wrong way round", "spacing_range: [8, 3]", "smallest gap, 8", "largest, 3"),
    _step("a range in words", "spacing_range: 3 to 8", "spacing_range", "'3 to 8'"),
    _step("a range of 51", "spacing_range: [3, 51]", "image_width 280", "51 pixels", "532 to 2710"),
    _step("an unknown sizing", "sizing: fil", "'fil'", "did you mean 'fill'?"),
    _step("invert in words", "invert: perhaps", "invert is 'perhaps'", "True or False"),
    _step("unknown glyphs", "glyphs: optdigit", "'optdigit'", "did you mean 'optdigits'?"),
    _step("a folder of glyphs that is not there", "glyphs: ./scans", "'./scans'", "no such folder"),
    _step("a folder of glyphs of 300 bytes", f"glyphs: {'x' * 300}", "unknown glyph source 'xxx"),
    _step("glyphs of nobody", "glyphs: ~nobody-here/scans", "'~nobody-here/scans'", "does not know"),
    _step("glyphs of a number", "glyphs: [7]", "glyphs"),
]

_SAVES = [
    _save("a word to save", "out", "save holds 'out'", "path", "with values"),
    _save("an unknown key to save", "{pth: out}", "'pth'", "did you mean 'path'?"),
    _save("overwriting in a recipe", "{path: out, overwrite: true}", "'overwrite'", "--overwrite"),
    _save("an empty path", "{path: ''}", "path is ''"),
    _save("a path of a list", "{path: [a, b]}", "path"),
    _save("an unknown format", "{path: out, format: pgn}", "'pgn'", "did you mean 'png'?"),
    _save("a prefix with a slash", "{path: out, prefix: a/b}", "prefix", "'a/b'"),
    _save("shards of nothing", "{path: out, shard_size: 0}", "shard_size is 0", "at least 1"),
    _save("workers in words", "{path: out, workers: all}", "workers is 'all'"),
    _recipe("a file to save to", f"{_TEXT}{_STEPS}save: {{path: f}}\n", "f", "is a file", f="x"),
]

_GOOD = _TEXT + _STEPS
_ON_THE_LINE = [
    Wrong(f"{_RUN} {flags}", words, {"r.yaml": _GOOD, "file.txt": "x"})
    for flags, words in (
        ("--count 0", ("count is 0", "at least 1")),
        ("--count many", ("count", "'many'")),
        ("--count 999999999999", ("999,999,999,999", "region JP has", "1 to ")),
        ("--seed -1", ("seed is -1",)),
        ("--workers 0", ("workers is 0", "at least 1")),
        ("--shard_size 0", ("shard_size is 0", "at least 1")),
        ("--format gif", ("'gif'", "png")),
        ("--glyphs optdigit", ("'optdigit'", "did you mean 'optdigits'?")),
        ("--glyphs nowhere/at/all", ("nowhere/at/all", "does not exist")),
        ("--output_path file.txt", ("file.txt", "is a file")),
        ("--output_path=", ("output_path is ''",)),
        ("--steps 3", ("unknown flag '--steps'",)),
        ("--recipe r.yaml", ("RECIPE is given twice",)),
    )
]
_CODE = [
    _recipe(f"code {about}", f"{_TEXT}steps: ['python:{name}']\n", *words, line=f"{_RUN} --allow_code", **files)
    for about, name, words, files in (
        ("that is not there", "nowhere.at.All", ("nowhere.at.All cannot be imported",), {}),
        ("that is no step", "os.path.join", ("os.path.join is not a step",), {}),
        ("that fails", "broken.Step", ("broken.Step cannot be imported", "ZeroDivisionError"), {"broken.py": "1 / 0"}),
        ("of no module", "Step", ("python:Step cannot be imported",), {}),
    )
]
_IMAGES = [
    Wrong("mygenerator run r.yaml", words, {"r.yaml": f"images: {images}\n", **files}, about=about)
    for about, images, words, files in (
        ("images that are not there", "scans", ("r.yaml:1: ", "scans"), {}),
        ("images of no folder", "[a, b]", ("r.yaml:1: ", "path is ['a', 'b']"), {}),
        ("images in an empty folder", "scans", ("r.yaml:1: ", "scans"), {"scans/": ""}),
        (
            "a count above the images",
            "{path: scans, count: 9}",
            ("r.yaml:1: ", "count is 9", "1 to 2"),
            {"scans/7/a.png": glyph(), "scans/8/b.png": glyph()},
        ),
        ("images of no pattern", "{path: scans, image_suffix: '**a'}", ("image_suffix is '**a'",), {"scans/7/": ""}),
        ("images of an open pattern", "{path: scans, image_suffix: '[a'}", ("r.yaml:1: ", "'[a'"), {"scans/7/": ""}),
        ("images of NUL", '{path: scans, image_suffix: "a\\0"}', ("r.yaml:1: ", r"'a\x00'"), {"scans/7/": ""}),
        (
            "a suffix of a number",
            "{path: scans, image_suffix: [7]}",
            ("r.yaml:1: ", "image_suffix"),
            {"scans/a.png": glyph()},
        ),
    )
]

RECIPES = [
    *_FILES, *_YAML, *_KEYS, *_TEXTS, *_LACKING, *_LABELS, *_STEPS_WRONG, *_SAVES, *_ON_THE_LINE, *_CODE, *_IMAGES
]  # fmt: skip
