"""Wrong recipes: each leaves with 2 and one message with the file's line and the named words; nothing is written."""

from __future__ import annotations

import os

import pytest

from mygenerator.cli.cli_run import COMMAND
from mygenerator.cli.common import main
from mygenerator.errors import InputError
from mygenerator.recipes import Recipe

TEXT = "text: {phone: {region: JP, count: 3}}\n"
STEPS = "steps:\n  - text_to_image: {image_width: 300}\n"

# (name, the file, [line and words] for each complaint); the file is called r.yaml.
WRONG = [
    # what is no YAML
    ("nothing", "", [["r.yaml: ", "nothing in it"]]),
    ("only comments", "# a\n# b\n", [["r.yaml: ", "nothing in it"]]),
    ("a list", "- a\n- b\n", [[":1:", "a list", "seed, epoch, epoch_texts, text, images, steps, save"]]),
    ("a word", "recipe\n", [[":1:", "'recipe'"]]),
    ("an open bracket", "seed: 1\ntext: {phone: JP\n", [[":3:", "not YAML"]]),
    ("a tab", "seed: 1\ntext:\n\tphone: JP\n", [[":3:", "\\t", "spaces"]]),
    ("a wrong indent", "seed: 1\n text: 2\n", [[":2:", "not YAML", "indented"]]),
    ("a pattern without quotes", "text: {pattern: [0-9]{7}, count: 3}\n", [[":1:", "not YAML", "quotes"]]),
    ("a colon in text", TEXT + "save: {path: a: b}\n", [[":2:", "not YAML", "quotes"]]),
    ("two documents", TEXT + "---\n" + TEXT, [[":2:", "second document"]]),
    ("an anchor", "text: &a {phone: JP, count: 3}\n", [[":1:", "anchors", "&a"]]),
    ("an alias", "a: *b\n", [[":1:", "anchors and aliases"]]),
    ("a merge key", TEXT + "<<: {seed: 1}\n", [[":2:", "unknown key '<<'"]]),
    ("a Python tag", "seed: !!python/name:os.system 1\n", [[":1:", "tag", "python/name"]]),
    ("a tag of a mapping", "text: !!map {phone: JP, count: 3}\n", [[":1:", "tag"]]),
    ("a set", "text: !!set {phone, count}\n", [[":1:", "tag"]]),
    ("a list as key", "? [a, b]\n: 1\n", [[":1:", "cannot be a key"]]),
    ("too deep", "steps: " + "[" * 40 + "]" * 40 + "\n", [[":1:", "more than 30"]]),
    ("a NUL", "seed: 1\ntext: \0\n", [[":2:", "#x0000"]]),
    ("no character", 'seed: "\\UFFFFFFFF"\n', [[":1:", "not YAML"]]),
    ("Latin-1", "seed: 1\n# caf\xe9\n".encode("latin-1"), [[":2:", "UTF-8"]]),
    ("UTF-16", TEXT.encode("utf-16"), [[":1:", "UTF-8"]]),
    ("too large", b"#" * 1_000_001, [["r.yaml: ", "1,000,000 bytes"]]),
    # keys
    ("an unknown key", "sed: 1\n" + TEXT + STEPS, [[":1:", "unknown key 'sed'", "did you mean 'seed'?"]]),
    ("a key twice", "seed: 1\n" + TEXT + STEPS + "seed: 2\n", [[":5:", "'seed' is repeated here, after line 1"]]),
    ("a parameter twice", "text: {phone: JP, count: 3, count: 4}\n" + STEPS, [[":1:", "'count' is repeated here"]]),
    ("count at the top", "count: 3\n" + TEXT + STEPS, [[":1:", "unknown key 'count'", "next to the source"]]),
    ("a key of no name", TEXT + STEPS + "~: 1\n", [[":4:", "unknown key '~'"]]),
    # seeds
    ("a seed below 0", "seed: -1\n" + TEXT + STEPS, [[":1:", "seed is -1", "18446744073709551615"]]),
    ("a seed too large", "seed: 18446744073709551616\n" + TEXT + STEPS, [[":1:", "seed is 18446744073709551616"]]),
    ("a seed in octal", "seed: 007\n" + TEXT + STEPS, [[":1:", "seed is '007'", "whole numbers"]]),
    ("a seed in minutes", "seed: 1:30\n" + TEXT + STEPS, [[":1:", "seed is '1:30'"]]),
    ("a seed with a point", "seed: 1.0\n" + TEXT + STEPS, [[":1:", "seed is 1.0"]]),
    ("a seed of truth", "seed: true\n" + TEXT + STEPS, [[":1:", "seed is True"]]),
    ("no seed", "seed:\n" + TEXT + STEPS, [[":1:", "seed is None"]]),
    # the source
    ("no source", STEPS, [[":1:", "neither text nor images", "text: {phone: JP"]]),
    ("two sources", TEXT + "images: x\n" + STEPS, [[":2:", "both text and images"]]),
    ("an empty text", "text:\n" + STEPS, [[":1:", "text holds nothing", "one source"]]),
    ("a text of a word", "text: phone\n" + STEPS, [[":1:", "text holds 'phone'", "one source"]]),
    ("two kinds of text", "text: {phone: JP, pattern: 7, count: 1}\n" + STEPS, [[":1:", "phone, pattern"]]),
    ("an unknown text", "text: {fone: JP, count: 1}\n" + STEPS, [[":1:", "'fone'", "did you mean 'phone'?"]]),
    ("an unknown parameter", "text: {phone: {regin: JP, region: JP, count: 3}}\n" + STEPS,
     [[":1:", "parameter of phone 'regin'", "did you mean 'region'?"]]),
    ("an unknown region", "text:\n  phone:\n    count: 3\n    region: jp\n" + STEPS,
     [[":4:", "'jp'", "did you mean 'JP'"]]),
    ("no pattern", "text: {pattern: {count: 3}}\n" + STEPS, [[":1:", "pattern has no pattern; add pattern: "]]),
    ("a region and a count",
     "text:\n  phone:\n    region: JPP\n    count: -3\n" + STEPS,
     [["2 faults"], [":3:", "'JPP'", "did you mean 'JP'"], [":4:", "count is -3"]]),
    ("a plan of which a part is wrong",
     "text: {phone: {region: JP, count: 3, prefix: '0', pattern: '[0-9]{3}', lengths: 3}}\n" + STEPS,
     [[":1:", "lengths is 3", "a list"]]),
    ("a plan of which a part is called otherwise",
     "text: {phone: {region: JP, count: 3, prefix: '0', pattern: '[0-9]{3}', lenghts: [3]}}\n" + STEPS,
     [[":1:", "'lenghts'", "did you mean 'lengths'?"]]),
    ("a pattern that is a number", "text: {pattern: 0073, count: 1}\n" + STEPS,
     [[":1:", "pattern is 0073 without quotes", 'put it in quotes: "0073"']]),
    ("an empty region", "text: {phone: {region: , count: 3}}\n" + STEPS, [[":1:", "region is empty", "text"]]),
    ("a region that is a list", "text: {phone: {region: [JP], count: 3}}\n" + STEPS, [[":1:", "region is ['JP']"]]),
    ("half a plan", "text: {phone: {region: JP, count: 3, prefix: '0'}}\n" + STEPS, [[":1:", "all three"]]),
    ("a prefix of letters",
     "text: {phone: {region: JP, count: 3, prefix: a, pattern: '[0-9]{3}', lengths: [3]}}\n" + STEPS,
     [[":1:", "prefix of region JP is 'a'"]]),
    ("no count", "text: {phone: JP}\n" + STEPS, [[":1:", "phone has no count", "count: N"]]),
    ("two counts", "text:\n  phone: {region: JP, count: 3}\n  count: 4\n" + STEPS, [[":3:", "count is given twice"]]),
    ("a count of 0", "text: {phone: JP, count: 0}\n" + STEPS, [[":1:", "count is 0", "at least 1"]]),
    ("a count in words", "text: {phone: JP, count: many}\n" + STEPS, [[":1:", "count is 'many'"]]),
    ("a count with lines in it", "text: {phone: JP, count: 1_000}\n" + STEPS, [[":1:", "count is '1_000'"]]),
    ("a count beyond the plan", "text: {phone: JP, count: 999999999999}\n" + STEPS,
     [[":1:", "999,999,999,999", "region JP has", "1 to "]]),
    ("a pattern without end", "text: {pattern: '[0-9]+', count: 3}\n" + STEPS,
     [[":1:", "pattern '[0-9]+'", "without bound"]]),
    ("lengths that are a number", "text: {pattern: {pattern: '[0-9]{3}', count: 3, lengths: 3}}\n" + STEPS,
     [[":1:", "lengths is 3", "a list"]]),
    ("lengths that no string has", "text: {pattern: {pattern: '[0-9]{3}', count: 3, lengths: [4]}}\n" + STEPS,
     [[":1:", "no string of lengths 4"]]),
    ("labels that are numbers", "text:\n  labels:\n    - '1'\n    - 007\n" + STEPS, [[":4:", "007", 'quotes: "007"']]),
    ("labels that are dates", "text: {labels: [2024-01-31]}\n" + STEPS, [[":1:", "2024-01-31", "quotes"]]),
    ("labels that are answers", "text: {labels: [NO]}\n" + STEPS, [[":1:", "NO", "quotes"]]),
    ("labels that are exponents", "text: {labels: [1e3]}\n" + STEPS, [[":1:", "1e3", "quotes"]]),
    ("an empty label", "text: {labels: ['1', '']}\n" + STEPS, [[":1:", "row 1", "1 to 1000 characters"]]),
    ("no labels", "text: {labels: []}\n" + STEPS, [[":1:", "no labels"]]),
    ("labels that are a word", "text: {labels: seven}\n" + STEPS, [[":1:", "labels is 'seven'", "a list"]]),
    ("more than there are labels", "text: {labels: ['1', '2'], count: 3}\n" + STEPS, [[":1:", "count is 3", "1 to 2"]]),
    ("labels without end", "text: {labels: {labels: ['1'], repeat: 100000000}}\n" + STEPS, [[":1:", "repeat"]]),
    ("no file", "text: {file: none.txt}\n" + STEPS, [[":1:", "none.txt", "cannot be read"]]),
    ("a file of numbers", "text: {file: table.csv}\n" + STEPS, [[":1:", "table.csv:1", "no column 'label'"]]),
    ("no folder of images", "images: {path: none}\n", [[":1:", "none"]]),
    ("images of nothing", "images: {image_suffix: '*.png'}\n", [[":1:", "images has no path"]]),
    # steps
    ("steps that are no list", TEXT + "steps: text_to_image\n", [[":2:", "steps holds 'text_to_image'", "list"]]),
    ("no steps at all", TEXT + "steps: []\n", [[":2:", "steps holds an empty list", "at least one step"]]),
    ("an unknown step", TEXT + "steps:\n  - text_to_imag\n",
     [[":3:", "'text_to_imag'", "did you mean 'text_to_image'?"]]),
    ("two kinds in a step", TEXT + "steps:\n  - text_to_image: {}\n    validate_padding: {}\n",
     [[":3:", "text_to_image, validate_padding", "one kind"]]),
    ("a step that is a number", TEXT + "steps: [3]\n", [[":2:", "a step holds '3'"]]),
    ("a step of nothing", TEXT + "steps:\n  - {}\n", [[":3:", "a step holds an empty mapping", "one kind"]]),
    ("a name that is called otherwise", TEXT + "steps:\n  - text_to_image: {}\n    nam: a\n",
     [[":4:", "unknown key 'nam' next to text_to_image", "did you mean 'name'?"]]),
    ("a parameter that is not indented", TEXT + "steps:\n  - text_to_image:\n    image_width: 300\n",
     [[":4:", "image_width is next to text_to_image", "indent image_width under text_to_image"]]),
    ("parameters that are not indented, each checked",
     TEXT + "steps:\n  - text_to_image:\n    image_width: wide\n    spacing_rang: [3, 8]\n    name: a\n",
     [["4 faults"], [":4:", "indent image_width under"], [":4:", "image_width is 'wide'"],
      [":5:", "indent spacing_rang under"], [":5:", "did you mean 'spacing_range'?"]]),
    ("a step without a kind", TEXT + "steps:\n  - name: first\n", [[":3:", "a step holds", "one kind"]]),
    ("parameters that are a list", TEXT + "steps:\n  - text_to_image: [300]\n",
     [[":3:", "holds a list", "{name: value}"]]),
    ("an unknown parameter of a step", TEXT + "steps:\n  - text_to_image:\n      image_widht: 300\n",
     [[":4:", "parameter of text_to_image 'image_widht'", "did you mean 'image_width'?"]]),
    ("an old name of a parameter", TEXT + "steps:\n  - text_to_image: {font_dir: optdigits}\n",
     [[":3:", "'font_dir'", "did you mean 'glyphs'?"]]),
    ("a step that is like no other", TEXT + "steps: [speckle]\n", [[":2:", "unknown step 'speckle'"]]),
    ("a width with a point", TEXT + "steps:\n  - text_to_image: {image_width: 300.5}\n",
     [[":3:", "image_width is 300.5", "whole numbers"]]),
    ("a width in octal", TEXT + "steps:\n  - text_to_image: {image_width: 0300}\n", [[":3:", "image_width is '0300'"]]),
    ("a height below 8", TEXT + "steps:\n  - text_to_image: {image_height: 7}\n",
     [[":3:", "image_height is 7", "8 to 128"]]),
    ("an unknown sizing", TEXT + "steps:\n  - text_to_image: {sizing: fil}\n",
     [[":3:", "'fil'", "did you mean 'fill'?"]]),
    ("gaps the wrong way round", TEXT + "steps:\n  - text_to_image:\n      spacing_range: [8, 3]\n",
     [[":4:", "smallest gap, 8", "largest, 3"]]),
    ("one gap", TEXT + "steps:\n  - text_to_image: {spacing_range: 5}\n",
     [[":3:", "spacing_range is 5", "two whole numbers"]]),
    ("an answer that is none", TEXT + "steps:\n  - text_to_image: {invert: 1}\n",
     [[":3:", "invert is 1", "True or False"]]),
    ("a seed of a step", TEXT + "steps:\n  - text_to_image: {seed: x}\n", [[":3:", "seed is 'x'"]]),
    ("unknown glyphs", TEXT + "steps:\n  - text_to_image: {glyphs: optdigit}\n",
     [[":3:", "'optdigit'", "did you mean 'optdigits'?"]]),
    ("no folder of glyphs", TEXT + "steps:\n  - text_to_image: {glyphs: ./scans}\n",
     [[":3:", "scans", "no such folder"]]),
    ("a folder without glyphs", TEXT + "steps:\n  - text_to_image: {glyphs: empty}\n",
     [[":3:", "empty", "holds no glyphs"]]),
    ("other glyphs", TEXT + f"steps:\n  - text_to_image:\n      glyphs_sha256: '{'0' * 64}'\n      glyphs: optdigits\n",
     [[":5:", "13b99653f9fd... here", "0" * 12 + "... there", "--glyphs"]]),
    ("a hash of no glyphs", TEXT + "steps:\n  - text_to_image: {sizing_sha256: x}\n", [[":3:", "'sizing_sha256'"]]),
    ("an order that cannot be", TEXT + "steps:\n  - validate_padding\n  - text_to_image\n",
     [[":4:", "TextToImage() takes text, but ValidatePadding() gives strip"]]),
    ("a first step that takes no text", TEXT + "steps:\n  - validate_padding\n",
     [[":3:", "ValidatePadding() takes strip, but text gives text; put TextToImage between them"]]),
    ("a first step that takes no text, and a text that is wrong",
     "text: {phone: JP, count: 0}\nsteps:\n  - validate_padding\n  - nothing\n",
     [["3 faults"], [":1:", "count is 0"], [":3:", "but text gives text"], [":4:", "'nothing'"]]),
    ("an order that cannot be, and parameters that are wrong",
     TEXT + "steps:\n  - text_to_image: {image_widht: 3}\n  - text_to_image: {seed: x}\n",
     [["3 faults"], [":3:", "'image_widht'"], [":4:", "seed is 'x'"], [":4:", "takes text, but", "gives strip"]]),
    ("a wrong order inside",
     TEXT + "steps:\n  - pipeline:\n      steps:\n        - text_to_image\n        - char_to_images\n",
     [[":6:", "CharToImages() takes text, but TextToImage() gives strip"]]),
    ("a wrong step inside",
     TEXT + "steps:\n  - text_to_image\n  - pipeline:\n      steps:\n        - validate_pading\n",
     [[":6:", "'validate_pading'", "did you mean 'validate_padding'?"]]),
    ("a pipeline of nothing", TEXT + "steps:\n  - text_to_image\n  - pipeline\n", [[":4:", "pipeline has no steps"]]),
    ("a name twice", TEXT + "steps:\n  - text_to_image: {}\n    name: a\n  - validate_padding: {}\n    name: a\n",
     [[":6:", "two steps are called 'a'"]]),
    ("a name that a kind has taken",
     TEXT + "steps:\n  - text_to_image\n  - validate_padding: {}\n    name: text_to_image\n",
     [[":4:", "two steps are called 'text_to_image'"]]),
    ("a name that is a number", TEXT + "steps:\n  - text_to_image: {}\n    name: 3\n",
     [[":4:", "name is 3 without quotes"]]),
    ("no name", TEXT + "steps:\n  - text_to_image: {}\n    name: ''\n", [[":4:", "name is ''"]]),
    ("a name that is a list", TEXT + "steps:\n  - text_to_image: {}\n    name: [a]\n", [[":4:", "name is ['a']"]]),
    ("code without leave", TEXT + "steps:\n  - python:os.path.Class: {}\n",
     [[":3:", "python:os.path.Class", "--allow_code"]]),
    ("a width that cannot be", TEXT + "steps:\n  - text_to_image:\n      sizing: fill\n      image_width: 121\n",
     [[":5:", "image_width 121", "122 to 2300"]]),
    ("a width that cannot be, and a step without a side",
     TEXT + "steps:\n  - text_to_image: {image_width: 30}\n  - scale_image: {}\n",
     [["2 faults"], [":3:", "image_width 30"], [":4:", "neither width nor height"]]),
    ("a step without a side, and parameters that are wrong",
     TEXT + "steps:\n  - text_to_image: {seed: x}\n  - scale_image: {}\n",
     [["2 faults"], [":3:", "seed is 'x'"], [":4:", "neither width nor height"]]),
    ("no glyph for a character", "text: {labels: ['7', '4-2']}\n" + STEPS, [[":3:", "no glyph for '-'"]]),
    ("text that is no image", TEXT, [[":1:", "there are no steps", "add steps: [text_to_image]"]]),
    ("text that is no image, and no count", "seed: 1\ntext: {phone: JP}\n",
     [["2 faults"], [":2:", "there are no steps"], [":2:", "phone has no count"]]),
    ("steps that end before there is an image", TEXT + "steps:\n  - char_to_images\n",
     [[":3:", "the last step gives glyphs", "add combine_images_horizontally"]]),
    ("steps that end early inside",
     TEXT + "steps:\n  - pipeline:\n      steps:\n        - char_to_images\n",
     [[":5:", "the last step gives glyphs", "add combine_images_horizontally"]]),
    # saving
    ("a save that is a word", TEXT + STEPS + "save: out\n", [[":4:", "save holds 'out'", "path"]]),
    ("an unknown key of save", TEXT + STEPS + "save:\n  paht: out\n", [[":5:", "'paht'", "did you mean 'path'?"]]),
    ("overwrite", TEXT + STEPS + "save: {overwrite: true}\n", [[":4:", "'overwrite'", "--overwrite"]]),
    ("an unknown format", TEXT + STEPS + "save: {format: pgn}\n", [[":4:", "'pgn'", "did you mean 'png'?"]]),
    ("a prefix that leads away", TEXT + STEPS + "save: {prefix: ../x}\n", [[":4:", "prefix is '../x'"]]),
    ("a path that is a number", TEXT + STEPS + "save: {path: 3}\n", [[":4:", "path is 3 without quotes", '"3"']]),
    ("a prefix in octal", TEXT + STEPS + "save: {prefix: 007}\n", [[":4:", "prefix is 007 without quotes"]]),
    ("a format of nothing", TEXT + STEPS + "save: {format: }\n", [[":4:", "format is empty"]]),
    ("shards of nothing", TEXT + STEPS + "save: {shard_size: 0}\n", [[":4:", "shard_size is 0", "at least 1"]]),
    ("workers in words", TEXT + STEPS + "save: {workers: two}\n", [[":4:", "workers is 'two'"]]),
    ("an empty path", TEXT + STEPS + "save: {path: ''}\n", [[":4:", "path is ''"]]),
    # several at once
    ("several",
     "sed: 1\ntext: {phone: {regin: JP}}\nsteps:\n  - text_to_imag\n  - validate_padding: {spacing_range: 3}\n"
     "save: {format: pgn}\n",
     [["5 faults in r.yaml"], [":1:", "sed"], [":2:", "regin"], [":4:", "text_to_imag"],
      [":5:", "spacing_range is 3"], [":6:", "pgn"]]),
    ("very many", TEXT + "steps:\n" + "  - nothing\n" * 30,
     [["30 faults"], *[[f":{line}:"] for line in range(3, 23)], ["10 more"]]),
]  # fmt: skip


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A working folder with an empty folder and a table that has no labels."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.csv").write_text("number\n1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path


def tree(folder):
    """Every name below a folder, with sizes and times of the files."""
    return sorted(
        (str(path), path.is_dir() or (path.stat().st_size, path.stat().st_mtime_ns)) for path in folder.rglob("*")
    )


@pytest.mark.parametrize(("content", "complaints"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_recipe_leaves_with_2_one_message_and_nothing_written(content, complaints, workplace, capsys):
    (workplace / "r.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    before = tree(workplace)
    status = main(COMMAND, ["r.yaml"])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert err.startswith("mygenerator run: ")
    assert "Traceback" not in err
    lines = err.splitlines()
    assert len(lines) == len(complaints)
    for line, words in zip(lines, complaints, strict=True):
        for word in words:
            assert word in line
    # A first use may write the configuration of the home folder, and nothing else: no cache of glyphs either.
    allowed = {str(workplace / "home"), str(workplace / "home" / "config.yaml")}
    assert [entry for entry in tree(workplace) if entry[0] not in allowed] == before


def test_there_are_as_many_wrong_recipes_as_were_promised():
    assert len({case[0] for case in WRONG}) == len(WRONG) >= 100


FLAGS = [
    ("", "RECIPE is missing"),
    (
        "none.yaml",
        "none.yaml: there is no such recipe; allowed: a YAML file, a folder that was saved, or one of amounts",
    ),
    ("meter_reading", "did you mean 'meter_readings'?"),
    ("good.yaml --count 0", "count is 0"),
    ("good.yaml --count 999999999999", "good.yaml:1: 999,999,999,999 different phone numbers"),
    ("good.yaml --seed -1", "seed is -1"),
    ("good.yaml --workers 0", "workers is 0"),
    ("good.yaml --shard_size 0", "shard_size is 0"),
    ("good.yaml --format pgn", "did you mean 'png'?"),
    ("good.yaml --glyphs none", "unknown glyph source 'none'"),
    ("good.yaml --output_path good.yaml", "is a file"),
    ("good.yaml --num_images 3", "unknown flag '--num_images'"),
    ("good.yaml other.yaml", "unexpected argument 'other.yaml'"),
    ("empty", "empty: the folder holds no recipe.json"),
    ("labels.yaml --count 3", "labels.yaml:1: count is 3, but there are 2 labels"),
    ("images.yaml --glyphs optdigits", "no step of the recipe takes any"),
]


@pytest.mark.parametrize(("line", "words"), FLAGS, ids=[line for line, _ in FLAGS])
def test_a_wrong_flag_leaves_with_2_and_nothing_written(line, words, workplace, capsys):
    (workplace / "good.yaml").write_text(TEXT + STEPS)
    (workplace / "labels.yaml").write_text("text: {labels: ['1', '2']}\n" + STEPS)
    (workplace / "images.yaml").write_text("images: {path: pictures}\nsteps: [scale_image: {width: 3}]\n")
    (workplace / "pictures" / "a").mkdir(parents=True)
    (workplace / "pictures" / "a" / "1.png").write_bytes(b"")
    before = tree(workplace)
    status = main(COMMAND, line.split())
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert words in err
    allowed = {str(workplace / "home"), str(workplace / "home" / "config.yaml")}
    assert [entry for entry in tree(workplace) if entry[0] not in allowed] == before


def test_a_step_that_is_like_no_other_gets_no_hint(workplace):
    with pytest.raises(InputError) as told:
        Recipe.from_yaml(TEXT + "steps: [vignette]\n")
    assert "did you mean" not in str(told.value)


@pytest.mark.parametrize("name", ["r.yaml", "r.json", "link.yaml"])
def test_what_is_no_file_is_refused_and_not_waited_for(name, workplace, capsys):
    os.mkfifo(workplace / ("pipe" if name == "link.yaml" else name))
    (workplace / "link.yaml").symlink_to("pipe")
    assert main(COMMAND, [name]) == 2
    assert f"{name}: this is not a recipe; allowed: a regular file" in capsys.readouterr().err


def test_a_recipe_of_text_alone_can_be_read_and_only_not_saved():
    recipe = Recipe.from_yaml("text: {phone: JP, count: 3}\n")
    assert recipe.dataset().kind == "text"
    with pytest.raises(InputError, match=r"^recipe:1: there are no steps"):
        recipe.plan("out")
