"""Files and folders that may not be read or written; each runs as a process, which permissions bind."""

from __future__ import annotations

from tests.wrong.data_sets import RECIPE_JSON
from tests.wrong.entries import Content, Wrong
from tests.wrong.making import IMAGES, characters, glyph, idx_pair

_SEVEN = "generate-numbers-sequence --sequence 007"
_PHONE = "generate-phone-numbers --num_images 3"
_DENIED = "Permission denied"


def _locked(line: str, locked: str, files: dict[str, Content], *words: str) -> Wrong:
    return Wrong(line, words, files, locked=(locked,), about=f"{locked.rstrip('/')} is locked, {line.split(' --')[0]}")


_RECIPE = "text: {file: l.txt}\nsteps:\n  - text_to_image: {image_width: 300}\n"
_SAVED: dict[str, Content] = {
    "out/recipe.json": RECIPE_JSON,
    "out/meta.csv": "file_name,label\na.png,7\n",
    "out/a.png": glyph(),
}

LOCKED = [
    _locked(f"{_SEVEN} --glyphs ./digits", "digits", {**idx_pair()}, "digits", "cannot be read", _DENIED),
    _locked(f"{_SEVEN} --glyphs ./digits", f"digits/{IMAGES}", {**idx_pair()}, IMAGES, _DENIED),
    _locked(f"{_SEVEN} --glyphs ./scans", "scans", characters(), "scans", "cannot be read", _DENIED),
    _locked(f"{_SEVEN} --glyphs ./scans", "scans/7", characters(), "scans", "cannot be read", _DENIED),
    _locked(f"{_SEVEN} --glyphs ./scans", "scans/7/a.png", characters(), "7/a.png", "cannot be read", _DENIED),
    _locked(f"{_SEVEN} --glyphs ./a/scans", "a", characters(folder="a/scans"), "a/scans"),
    _locked(f"{_SEVEN} --config_file my.yaml", "my.yaml", {"my.yaml": ""}, "my.yaml", "cannot be read", _DENIED),
    _locked(f"{_SEVEN} --config_file a/my.yaml", "a", {"a/my.yaml": ""}, "a/my.yaml", _DENIED),
    _locked(_SEVEN, "home/config.yaml", {"home/config.yaml": ""}, "config.yaml", "cannot be read", _DENIED),
    _locked(f"{_PHONE} --output_path out", "out", {"out/": ""}, "out", "cannot be written"),
    _locked(f"{_PHONE} --output_path a/b/out", "a", {"a/": ""}, "a"),
    _locked(f"{_SEVEN} --output_path out", "out", {"out/": ""}, "out", "cannot be written"),
    _locked(f"{_SEVEN} --output_path a/b/out", "a", {"a/": ""}, "a"),
    _locked(f"{_SEVEN} --output_path out", "out/meta.csv", {"out/meta.csv": ""}, "meta.csv", "cannot be read", _DENIED),
    _locked("mygenerator run r.yaml", "r.yaml", {"r.yaml": _RECIPE}, "r.yaml", "cannot be read", _DENIED),
    _locked("mygenerator run a/r.yaml", "a", {"a/r.yaml": _RECIPE}, "a/r.yaml", _DENIED),
    _locked("mygenerator run r.yaml", "l.txt", {"r.yaml": _RECIPE, "l.txt": "7"}, "r.yaml:1: ", "l.txt", _DENIED),
    _locked("mygenerator run out", "out/recipe.json", _SAVED, "recipe.json", "cannot be read", _DENIED),
    _locked("mygenerator run out", "out", _SAVED, "out", _DENIED),
    _locked("validate-phone-sequence --input_path out", "out", _SAVED, "out", "cannot be read", _DENIED),
    _locked("mygenerator show out", "out", _SAVED, "out"),
    _locked("mygenerator show out", "out/meta.csv", _SAVED, "meta.csv", _DENIED),
    _locked("mygenerator show out", "out/a.png", _SAVED, "a.png", "cannot be read", _DENIED),
    _locked("mygenerator show out --output_file a/sheet.png", "a", {**_SAVED, "a/": ""}, "a/sheet.png", _DENIED),
    _locked("mygenerator replay out 0", "out", _SAVED, "out", _DENIED),
    _locked("mygenerator replay out 0", "out/recipe.json", _SAVED, "recipe.json", _DENIED),
    _locked("mygenerator glyphs --show ./scans", "scans", characters(), "scans", "cannot be read", _DENIED),
]
