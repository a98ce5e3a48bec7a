"""Records whose hash is right, or that have none, and whose values nobody writes: no command stumbles over them."""

import json

import pytest

from mygenerator import PatternNlpDataset, TextToImage
from mygenerator.cli.main import main

RECIPE = """
seed: 7
text: {pattern: {pattern: "0[0-9]{4}", count: COUNT}}
steps: [{text_to_image: {image_width: 120, spacing_range: [2, 6]}}]
save: {shard_size: 3}
"""
HUGE = 10**30
CRAFTED = {
    "part_bytes": [HUGE, 2**53, -1, True],
    "rows": [HUGE, True],
    "start": [HUGE],
    "shard": [HUGE],
    "pixels": [[1]],
    "part_hash": [None],
    "files": [
        [["img_0.png", HUGE, "0"]],
        [["img_0.png", 2**53, "0"]],
        [["img_0.png", -5, "0"]],
        [["\ud800.png", 5, "0"]],
    ],
}
COMMANDS = {
    "validate": ["validate-phone-sequence", "--input_path", "out"],
    "verify": ["verify", "out"],
    "info": ["info", "out"],
    "replay": ["replay", "out", "1"],
    "repair": ["repair", "out"],
    "extend": ["run", "nine.yaml", "--output_path", "out"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_manifest_of_values_that_nobody_writes_ends_in_a_message(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    ds = TextToImage(image_width=120, spacing_range=(2, 6)).fit_transform(PatternNlpDataset("0[0-9]{4}", 6, seed=7))
    ds.save("fine", shard_size=3)
    (tmp_path / "nine.yaml").write_text(RECIPE.replace("COUNT", "9"))
    lines = (tmp_path / "fine" / "manifest.json").read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith('{"shard"'))
    for name, values in CRAFTED.items():
        for value in values:
            out = tmp_path / "out"
            if out.exists():
                out.rename(tmp_path / f"before-{name}-{values.index(value)}")
            ds.save(out, shard_size=3)
            shard = json.loads(lines[first].rstrip(","))
            del shard["check"]
            crafted = json.dumps(shard | {name: value}, separators=(",", ":")) + ","
            text = "\n".join([*lines[:first], crafted, *lines[first + 1 :]]) + "\n"
            (out / "manifest.json").write_text(text, encoding="utf-8")
            status = main(COMMANDS[command])
            told = "".join(capsys.readouterr())
            assert status in (0, 1, 2), (name, value, told)
            assert "unforeseen" not in told, (name, value, told)
            assert "memory" not in told, (name, value, told)
