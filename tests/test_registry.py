"""Kinds are found by where they lie, announced by other packages, or named as code; without a list to edit."""

import subprocess
import sys
import textwrap

import pytest

from mygenerator import registry
from mygenerator.errors import InputError
from mygenerator.transform import TextToImage

BLUR = """
    import numpy as np
    from mygenerator.transform.base import Transform

    class Darken(Transform):
        takes = ("strip",)
        def __init__(self, most: int = 20):
            self.most = most
        def apply(self, images, drawn):
            return np.maximum(images.astype(int) - self.most, 0).astype(np.uint8)
"""


@pytest.fixture
def package(tmp_path):
    """A folder with a package of a user's own, as `pip install --target` leaves it; and how to run code with it."""
    (tmp_path / "darker.py").write_text(textwrap.dedent(BLUR))
    (tmp_path / "broken.py").write_text("raise RuntimeError('no such luck')\n")
    info = tmp_path / "darker-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: darker\nVersion: 1\n")

    def run(code: str, *points: str, group: str = "mygenerator.steps") -> str:
        (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *points, ""]))
        call = [sys.executable, "-c", textwrap.dedent(code)]
        path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        done = subprocess.run([*call[:2], path + call[2]], capture_output=True, text=True, check=False, timeout=100)
        return done.stdout + done.stderr

    return run


def test_every_family_has_what_the_package_comes_with():
    assert registry.kinds("step")["text_to_image"] is TextToImage
    assert {"phone", "pattern", "labels", "file"} <= set(registry.kinds("text"))
    assert "png" in registry.kinds("format")
    assert {"serial", "process"} <= set(registry.kinds("engine"))


def test_bases_and_private_classes_are_no_kinds():
    assert "transform" not in registry.kinds("step")
    assert all(
        not cls.__name__.startswith("_") for family in registry.FAMILIES for cls in registry.kinds(family).values()
    )


@pytest.mark.parametrize(
    ("family", "name", "words"),
    [
        ("step", "text_to_imgae", "unknown step 'text_to_imgae'; .* did you mean 'text_to_image'"),
        ("format", "pgn", "unknown format 'pgn'; .* did you mean 'png'"),
        ("text", 7, "unknown text source 7"),
        ("engine", "", "unknown engine ''"),
    ],
)
def test_an_unknown_name_is_told_the_nearest(family, name, words):
    with pytest.raises(InputError, match=words):
        registry.find(family, name)


def test_asking_for_one_kind_does_not_import_the_others():
    code = (
        "import sys; from mygenerator import registry; registry.find('format', 'png');"
        "print([name for name in sys.modules if name.startswith('mygenerator.transform')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=100)
    assert done.stdout.strip() == "[]"


def test_another_package_s_step_is_found_by_its_entry_point(package):
    out = package(
        """
        import mygenerator.transform
        from mygenerator import registry, Darken
        from mygenerator.testing import check_transform
        check_transform(Darken(most=5))
        print(registry.kinds("step")["darken"] is Darken is mygenerator.transform.Darken)
        """,
        "darken = darker:Darken",
    )
    assert out == "True\n"


def test_a_package_that_cannot_be_loaded_is_passed_over_with_a_warning(package):
    out = package(
        """
        import logging; logging.basicConfig(format="%(message)s")
        from mygenerator import registry
        print("text_to_image" in registry.kinds("step"), "darken" in registry.kinds("step"))
        """,
        "bad = broken:Step",
        "wrong = darker:np",
        "darken = darker:Darken",
    )
    assert "True True" in out
    assert "the step broken:Step of the installed package darker cannot be loaded: no such luck" in out
    assert "darker:np of the installed package darker, announced as a step, does not extend" in out


def test_a_class_of_a_name_that_is_taken_is_ignored_with_a_warning(package):
    out = package(
        """
        import logging; logging.basicConfig(format="%(message)s")
        import darker
        class Darken(darker.Darken): pass
        darker.Other = Darken
        from mygenerator import registry
        print(registry.kinds("step")["darken"] is darker.Darken is not Darken)
        """,
        "one = darker:Darken",
        "two = darker:Other",
    )
    assert "True" in out
    assert "the step 'darken' of the installed package darker is ignored: darker.Darken has that name" in out


def test_a_step_that_takes_the_name_of_one_of_ours_keeps_nobody_from_that(package):
    out = package(
        """
        import logging; logging.basicConfig(format="%(message)s")
        import darker
        darker.Rotate = type("Rotate", (darker.Darken,), {"__module__": "darker"})
        from mygenerator import Rotate, registry
        print(registry.kinds("step")["rotate"] is Rotate is not darker.Rotate)
        """,
        "rotate = darker:Rotate",
    )
    assert "True" in out
    assert "the step 'rotate' of the installed package darker is ignored" in out


def test_a_format_without_a_name_is_told_and_keeps_nobody_from_the_others(package):
    out = package(
        """
        import logging; logging.basicConfig(format="%(message)s")
        import darker
        from mygenerator import registry
        from mygenerator.sinks import Sink
        darker.Nameless = type("Nameless", (Sink,), {"__module__": "darker"})
        print(sorted(registry.kinds("format")))
        """,
        "nameless = darker:Nameless",
        group="mygenerator.formats",
    )
    assert str(sorted(registry.kinds("format"))) in out
    assert "the format darker.Nameless of the installed package darker has no name" in out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("python:no_such_package.Step", "cannot be imported"),
        ("python:mygenerator.rng.Stream", "is not a step; allowed: a class that extends mygenerator.transform.base"),
        ("python:mygenerator.transform.NoSuch", "cannot be imported"),
        ("python:", "cannot be imported"),
        ("python:Step", "cannot be imported"),
    ],
)
def test_code_that_is_no_step_is_refused(name, words):
    with pytest.raises(InputError, match=words):
        registry.load_code("step", name)


def test_code_is_loaded_by_its_full_name():
    assert registry.load_code("step", "python:mygenerator.transform.text_to_image.TextToImage") is TextToImage
