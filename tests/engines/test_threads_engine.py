"""The example engine of the docs in a user's hands: dropped into the package or announced, named in every way."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.installed import Installed, copied_package
from tools.code_blocks import DOCS

EXAMPLE = DOCS / "examples" / "threads_engine.py"
RECIPE = """
seed: 7
text: {{phone: {{region: JP, count: 300}}}}
steps: [{{text_to_image: {{image_width: 200, spacing_range: [3, 8]}}}}]
save: {{path: {path}, shard_size: 10{more}}}
"""
# Says which threads made the shards, beside doing what the example does.
WATCHED = """
import threading
from mygenerator.save.shards import ShardTask
made_by = set()
call = ShardTask.__call__
def watched(self, number):
    made_by.add(threading.current_thread().name)
    return call(self, number)
ShardTask.__call__ = watched
"""


def in_the_package(site):
    shutil.copy(EXAMPLE, copied_package(site) / "mygenerator" / "engines")


def announced(site):
    shutil.copy(EXAMPLE, copied_package(site))
    info = site / "threads-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: threads\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mygenerator.engines]\nthreads = threads_engine:ThreadsEngine\n")


@pytest.fixture(scope="module", params=[in_the_package, announced], ids=lambda way: way.__name__)
def user(request, tmp_path_factory):
    """A user who has the engine in one of two ways, and the folder that any engine makes."""
    site = tmp_path_factory.mktemp("site")
    request.param(site)
    user = Installed(site, tmp_path_factory.mktemp("work"))
    recipe(user, "serial", "")
    user.run("-m", "mygenerator", "run", "serial.yaml")
    return user


def recipe(user, path, more):
    (user.work / f"{path}.yaml").write_text(RECIPE.format(path=path, more=more))
    return f"{path}.yaml"


def tree(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_example_is_short():
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 60


def test_it_keeps_the_contract(user):
    user.python("""
        from mygenerator.registry import find
        from mygenerator.testing import check_engine
        for workers in (1, 3):
            check_engine(find("engine", "threads")(workers))
    """)


def test_python_names_it_and_its_threads_make_the_same_bytes(user):
    out = user.python(f"""{WATCHED.replace(chr(10), chr(10) + " " * 8)}
        from mygenerator import PhoneNlpDataset, TextToImage
        ds = TextToImage(image_width=200, spacing_range=(3, 8)).fit_transform(PhoneNlpDataset(300, seed=7))
        ds.save("python", shard_size=10, engine="threads", workers=4)
        print(len(made_by), "MainThread" in made_by)
    """)
    threads, in_main = out.split()
    assert 1 < int(threads) <= 4
    assert in_main == "False"
    assert tree(user.work / "python") == tree(user.work / "serial")


def test_the_compiled_twins_are_used_from_several_threads_with_the_same_bytes(user):
    user.python("""
        from mygenerator import PhoneNlpDataset, TextToImage, twins
        ds = TextToImage(image_width=200, spacing_range=(3, 8)).fit_transform(PhoneNlpDataset(300, seed=7))
        with twins.forced("numba"):
            ds.save("twins", shard_size=10, engine="threads", workers=4)
    """)
    assert tree(user.work / "twins") == tree(user.work / "serial")


@pytest.mark.parametrize(
    ("path", "more", "flags"),
    [
        ("yaml", ", engine: threads, workers: 3", []),
        ("default", ", engine: threads", []),
        ("flags", "", ["--engine", "threads", "--workers", "3"]),
        ("other", ", engine: serial", ["--engine", "threads"]),
    ],
)
def test_a_recipe_and_a_flag_name_it(user, path, more, flags):
    code = f"""{WATCHED}
import sys
from mygenerator.cli.main import main
sys.argv = ["mygenerator", "run", {recipe(user, path, more)!r}, *{flags!r}]
status = main()
print("MainThread" in made_by)
raise SystemExit(status)
"""
    assert user.run("-c", code).splitlines()[-1] == "False"
    assert tree(user.work / path) == tree(user.work / "serial")


def test_generate_phone_numbers_names_it(user):
    words = ["--num_images", "300", "--seed", "7", "--shard_size", "10", "--output_path"]
    user.run("-m", "mygenerator", "generate-phone-numbers", *words, "phone", "--engine", "threads")
    user.run("-m", "mygenerator", "generate-phone-numbers", *words, "alone", "--engine", "serial")
    user.python("""
        from mygenerator.pipeline import run_generate_phone_numbers
        run_generate_phone_numbers(300, seed=7, shard_size=10, output_path="function", engine="threads", workers=2)
    """)
    assert tree(user.work / "phone") == tree(user.work / "alone") == tree(user.work / "function")


def test_it_is_in_the_schema_of_recipes(user):
    schema = json.loads(user.python("from mygenerator.recipes.schema import schema_text; print(schema_text())"))
    assert schema["properties"]["save"]["properties"]["engine"]["enum"] == ["process", "serial", "threads"]


def test_a_name_that_is_nearly_its_own_is_told_with_the_line(user):
    told = user.run("-m", "mygenerator", "run", recipe(user, "wrong", ", engine: thread"), status=2)
    assert "wrong.yaml:5: unknown engine 'thread'; allowed: process, serial, threads; did you mean 'threads'?" in told
    assert not (user.work / "wrong").exists()


def test_an_error_in_a_thread_ends_the_run_and_what_is_sealed_stays(user):
    out = user.python("""
        from mygenerator import PhoneNlpDataset, TextToImage
        from mygenerator.save.shards import ShardTask
        call = ShardTask.__call__
        def fails(self, number):
            if number == 20:
                raise MemoryError("shard 20")
            return call(self, number)
        ShardTask.__call__ = fails
        ds = TextToImage(image_width=200, spacing_range=(3, 8)).fit_transform(PhoneNlpDataset(300, seed=7))
        try:
            ds.save("failed", shard_size=10, engine="threads", workers=2)
        except MemoryError as error:
            print(error)
        ShardTask.__call__ = call
        print(0 < ds.save("failed", shard_size=10, engine="threads").made < 300)
    """)
    assert out.splitlines() == ["shard 20", "True"]
    assert tree(user.work / "failed") == tree(user.work / "serial")
