"""What is no data set, or no longer one, for the commands that read folders: validate, show, replay, run."""

from __future__ import annotations

import json
from typing import Any

from tests.wrong.entries import Content, Link, Wrong
from tests.wrong.making import glyph, overwritten, png, strokes

_VALIDATE, _SHOW, _REPLAY = "validate-phone-sequence --input_path", "mygenerator show", "mygenerator replay"

_RECIPE: dict[str, Any] = {
    "recipe_version": 1,
    "stream_version": 1,
    "seed": 7,
    "count": 3,
    "text": {"phone": {"region": "JP", "prefix": "0", "pattern": "[6-9]0[1-9]\\d{7}", "lengths": [10]}},
    "steps": [{"text_to_image": {"glyphs": "optdigits", "spacing_range": [1, 10], "image_width": 280}}],
    "save": {"format": "png", "prefix": "img", "shard_size": 1000},
    "versions": {"mygenerator": "0.1.0"},
}
_MANIFEST = '{\n"count": 3,\n"shards": [\n]}\n'


def _recipe(**changes: Any) -> str:
    """The recipe.json of a folder that is still to be filled, with other values."""
    return json.dumps(_RECIPE | changes)


def _folder(about: str, line: str, files: dict[str, Content], *words: str, **more: Any) -> Wrong:
    return Wrong(line, words, {f"out/{name}": content for name, content in files.items()}, about=about, **more)


def _recorded(about: str, recipe: Content, *words: str) -> list[Wrong]:
    """A folder whose recipe.json cannot be run again."""
    return [
        _folder(about, line, {"recipe.json": recipe}, "recipe.json", *words)
        for line in ("mygenerator run out --output_path new", "mygenerator show out/recipe.json", f"{_REPLAY} out 0")
    ]


RECIPE_JSON = _recipe()
"""A right one."""

_NOTHING = [
    Wrong(f"{_VALIDATE} nowhere", ("nowhere", "no such folder")),
    Wrong(f"{_VALIDATE} file.txt", ("file.txt", "this is a file", "a folder of images"), {"file.txt": "x"}),
    Wrong(f"{_VALIDATE} empty", ("empty", "nothing to validate"), {"empty/": ""}),
    Wrong(f"{_VALIDATE} hidden", ("hidden", "nothing to validate"), {"hidden/.a.png": glyph()}),
    Wrong(f"{_VALIDATE} texts", ("texts", "nothing to validate"), {"texts/a.txt": "x"}),
    Wrong(f"{_VALIDATE} 'a\0b'", ("not a path",), about="NUL in a folder's name"),
    Wrong(f"{_VALIDATE} {'x' * 300}", ("cannot be read", "too long"), about="a folder's name of 300 bytes"),
    Wrong(f"{_VALIDATE} link", ("link", "a link that leads nowhere"), {"link": Link("nowhere")}),
    Wrong(f"{_VALIDATE} link", ("link", "to itself"), {"link": Link("link")}, about="a link to itself"),
    Wrong(f"{_VALIDATE} out --min_spacing 9 --max_spacing 3", ("smallest gap, 9", "largest, 3"), {"out/": ""}),
    Wrong(f"{_VALIDATE} out --min_spacing -1", ("min_spacing is -1", "at least 0"), {"out/": ""}),
    Wrong(f"{_SHOW} nowhere", ("nowhere", "no such folder or recipe")),
    Wrong(f"{_SHOW} file.txt", ("file.txt", "neither a folder nor a recipe", ".yaml"), {"file.txt": "x"}),
    Wrong(f"{_SHOW} empty", ("empty", "no images", "meta.csv"), {"empty/": ""}),
    Wrong(f"{_SHOW} r.yaml", ("r.yaml:1: ", "'sead'", "neither text nor images"), {"r.yaml": "sead: 7\n"}),
    Wrong(f"{_SHOW} 'a\0b'", ("not a path",), about="NUL in a folder's name"),
    Wrong(f"{_SHOW} {'x' * 300}", ("xxx",), about="a folder's name of 300 bytes"),
    Wrong(f"{_REPLAY} nowhere 0", ("nowhere", "no such folder")),
    Wrong(f"{_REPLAY} file.txt 0", ("file.txt", "no such folder"), {"file.txt": "x"}),
    Wrong(f"{_REPLAY} empty 0", ("empty", "neither a recipe.json nor a meta.csv"), {"empty/": ""}),
    Wrong(f"{_REPLAY} 'a\0b' 0", ("not a path",), about="NUL in a folder's name"),
    Wrong(f"{_REPLAY} {'x' * 300} 0", ("xxx",), about="a folder's name of 300 bytes"),
    _folder("a strange table", f"{_REPLAY} out 0", {"meta.csv": "a,b\n1,2\n"}, "lacks the columns", "seed"),
]

_INDICES = [
    _folder("", f"{_REPLAY} out {index}", {"recipe.json": _recipe()}, f"no sample {index} among 3", "0 to 2")
    for index in (3, -4, 10**30)
]

_TORN = [
    *_recorded("an empty recipe", "", "recipe"),
    *_recorded("a torn recipe", _recipe()[:100], "not a recipe that mygenerator wrote"),
    *_recorded("a binary recipe", bytes(range(256)), "recipe"),
    *_recorded("a recipe that is a list", "[1, 2]", "not a recipe that mygenerator wrote", "recipe_version"),
    *_recorded("a recipe that is a number", "7", "not a recipe that mygenerator wrote", "recipe_version"),
    *_recorded("a recipe of deep lists", "[" * 100_000, "not a recipe that mygenerator wrote"),
    *_recorded("a recipe of somebody else", '{"name": "pancakes", "count": 12}', "not a recipe that mygenerator wrote"),
    *_recorded("a recipe of another version", _recipe(recipe_version=99), "recipe_version is 99", "0.1.0"),
    *_recorded("a recipe of other draws", _recipe(stream_version=99), "stream_version is 99", "other images"),
    *_recorded("a recipe without text", _recipe(text=None), "no text"),
    *_recorded("a recipe of an unknown text", _recipe(text={"fone": {}}), "'fone'", "did you mean 'phone'?"),
    *_recorded("a recipe of a text without a pattern", _recipe(text={"pattern": {}}), "no pattern"),
    *_recorded("a recipe of an unknown step", _recipe(steps=[{"text_to_imag": {}}]), "'text_to_imag'"),
    *_recorded("a recipe whose steps are a number", _recipe(steps=7), "steps holds"),
    *_recorded("a recipe whose step is a number", _recipe(steps=[7]), "a step holds"),
    *_recorded(
        "a recipe of code", _recipe(steps=[{"mine": {}}], code={"steps": {"mine": "a.B"}}), "python:a.B", "allow_code"
    ),
    *_recorded("a recipe of an unknown format", _recipe(save={**_RECIPE["save"], "format": "pgn"}), "'pgn'"),
    *_recorded("a recipe of lost labels", _recipe(text={"labels": {"count": 3, "sha256": "0" * 64}}), "meta.csv"),
    *_recorded("a recipe of images", _recipe(text=None, images={"count": 3}), "only hashes of its images"),
    *_recorded(
        "a recipe of other glyphs",
        _recipe(steps=[{"text_to_image": {"glyphs": "optdigits", "glyphs_sha256": "0" * 64}}]),
        "not those of the recipe",
        "--glyphs FOLDER",
    ),
    *_recorded(
        "a recipe of lost glyphs",
        _recipe(steps=[{"text_to_image": {"glyphs": "scans", "glyphs_sha256": "0" * 64}}]),
        "'scans' are not known here",
        "--glyphs FOLDER",
    ),
]

_SEQUENCES = (
    "file_name,label,gaps,boxes,glyphs,seed,index,image_width,image_height,min_spacing,max_spacing,sizing,align,invert\n"
    '{name},{label},[],"[[0, 0, 9, 28]]","{glyphs}",{seed},0,{width},28,1,10,{sizing},center,0\n'
)
_RIGHT = {
    "name": "img_7_0.png",
    "label": "7",
    "seed": "3",
    "glyphs": '[[""optdigits"", 17]]',
    "sizing": "fill",
    "width": "100",
}


def _sequence(about: str, words: tuple[str, ...], **changes: str) -> Wrong:
    """A folder of one single sequence whose row cannot be made again."""
    table = _SEQUENCES.format(**_RIGHT | changes)
    return _folder(about, f"{_REPLAY} out 0", {"meta.csv": table}, "meta.csv, row 0", *words)


_ROWS = [
    _sequence("a seed in words", ("seed is 'three'", "a whole number"), seed="three"),
    _sequence("a seed that is too large", ("seed is 18446744073709551616",), seed=str(2**64)),
    _sequence("a seed of 5,000 digits", ("seed is '111",), seed="1" * 5_000),
    _sequence("an empty width", ("image_width is ''",), width=""),
    _sequence("a width of 1", ("image_width 1 cannot hold",), width="1"),
    _sequence("no list of glyphs", ("glyphs is 'optdigits'", "a list such as"), glyphs="optdigits"),
    _sequence("an empty list of glyphs", ("glyphs is '[]'", "a list such as"), glyphs="[]"),
    _sequence("unknown glyphs", ("'optdigit'", "--glyphs"), glyphs='[[""optdigit"", 17]]'),
    _sequence("glyphs of a number", ("glyphs is 7",), glyphs="[[7, 17]]"),
    _sequence("an unknown sizing", ("'fil'", "did you mean 'fill'?"), sizing="fil"),
    _sequence("a label without glyphs", ("no glyph for 'a'",), label="a"),
    _sequence("an empty label", ("label ''", "1 to 1000 characters"), label=""),
    _sequence("a name that leads out", ("file_name is '../a.png'",), name="../a.png"),
    _sequence("an empty name", ("file_name is ''", "a file of the folder"), name=""),
    _folder("no rows", f"{_REPLAY} out 0", {"meta.csv": _SEQUENCES.partition("\n")[0] + "\n"}, "no sample 0 among 0"),
]


def _shown(about: str, row: str, image: Content | None, *words: str) -> Wrong:
    """A folder of one row and one image that cannot be shown."""
    files: dict[str, Content] = {"meta.csv": f"file_name,label,boxes\n{row}\n"}
    if image is not None:
        files["a.png"] = image
    return _folder(about, f"{_SHOW} out", files, *words)


_SHOWN = [
    _folder(
        "a table without names",
        f"{_SHOW} out",
        {"meta.csv": "a,b\n1,2\n"},
        "meta.csv",
        "not a table that mygenerator wrote",
    ),
    _folder(
        "a table in Latin-1",
        f"{_SHOW} out",
        {"meta.csv": "é".encode("latin-1")},
        "meta.csv",
        "not a table that mygenerator wrote",
    ),
    _folder("a table that is a folder", f"{_SHOW} out", {"meta.csv/": ""}, "meta.csv", "the table cannot be read"),
    _folder("a table of no rows", f"{_SHOW} out", {"meta.csv": "file_name,label\n"}, "no images"),
    _shown("an image that is gone", "a.png,7,", None, "a.png", "cannot be read"),
    _shown("an image of text", "a.png,7,", "no image", "a.png", "not an image"),
    _shown("an image cut in half", "a.png,7,", glyph()[:60], "a.png", "truncated or damaged"),
    _shown(
        "an image with a wrong sum", "a.png,7,", overwritten(glyph(), -14, b"\0\0"), "a.png", "truncated or damaged"
    ),
    _shown("an image that claims to be huge", "a.png,7,", png(strokes(1)[0], (30_000, 30_000)), "a.png", "30000"),
    _shown("a link to a device", "a.png,7,", Link("/dev/zero"), "a.png"),
    _shown("a name that leads out", "../a.png,7,", glyph(), "meta.csv", "'../a.png'"),
    _shown("an absolute name", "/dev/zero,7,", glyph(), "meta.csv", "'/dev/zero'"),
    _shown("a name of nothing", ",7,", glyph(), "meta.csv", "not a table that mygenerator wrote"),
    _shown("a row without a label", "a.png", glyph(), "meta.csv", "not a table that mygenerator wrote"),
    _shown("boxes of text", "a.png,7,boxes", glyph(), "meta.csv", "not a table that mygenerator wrote"),
    _shown("boxes of three", 'a.png,7,"[[1, 2, 3]]"', glyph(), "meta.csv", "not a table that mygenerator wrote"),
    _shown("boxes of a number", "a.png,7,7", glyph(), "meta.csv", "not a table that mygenerator wrote"),
]

_SAVED_OVER = [
    _folder(about, f"generate-phone-numbers --num_images 3 --output_path out {flags}".rstrip(), files, *words)
    for about, flags, files, words in (
        (
            "over a torn recipe",
            "",
            {"recipe.json": _recipe()[:100]},
            ("recipe.json", "not a recipe that mygenerator wrote"),
        ),
        (
            "over a recipe of deep lists",
            "",
            {"recipe.json": "[" * 100_000},
            ("recipe.json", "not a recipe that mygenerator wrote"),
        ),
        ("over another recipe", "", {"recipe.json": _recipe()}, ("holds another recipe", "glyphs_sha256", "overwrite")),
        ("over a torn manifest", "", {"recipe.json": _recipe(), "manifest.json": _MANIFEST[:9]}, ("out",)),
        ("over a table of 200,000 characters", "", {"meta.csv": "x" * 200_000}, ("meta.csv", "choose another folder")),
        (
            "over a folder called recipe.json",
            "",
            {"recipe.json/": ""},
            ("recipe.json", "cannot be read (Is a directory)"),
        ),
        ("over images of somebody else", "", {"img_0.png": glyph()}, ("out", "img_0.png")),
    )
]

_ADDED_TO = [
    _folder(about, "generate-numbers-sequence --sequence 007 --output_path out", files, *words)
    for about, files, words in (
        ("to a data set", {"recipe.json": _recipe()}, ("out", "holds a data set", "choose another")),
        ("to a table of somebody else", {"meta.csv": "a,b\n"}, ("meta.csv", "columns a, b", "file_name, label")),
        ("to a table in Latin-1", {"meta.csv": "é".encode("latin-1")}, ("meta.csv", "cannot be read")),
        ("to a table that is a folder", {"meta.csv/": ""}, ("meta.csv", "cannot be read")),
        (
            "to a table of 200,000 characters",
            {"meta.csv": "x" * 200_000},
            ("meta.csv has the columns xxx", "xxx...", "choose another folder"),
        ),
    )
]

DATA_SETS = [*_NOTHING, *_INDICES, *_TORN, *_ROWS, *_SHOWN, *_SAVED_OVER, *_ADDED_TO]
