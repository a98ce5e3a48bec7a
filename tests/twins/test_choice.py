"""When a twin is imported, what overrides that, and where its kernels are kept."""

import os
import subprocess
import sys

import pytest

from mygenerator import twins
from mygenerator.errors import InputError

TWIN = "mygenerator.rng_numba"


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name != twins.VARIABLE}
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | environment, capture_output=True, text=True, check=False
    )


def imported(code: str, **environment: str) -> bool:
    """Whether numba was imported by some code, in a process of its own."""
    done = run(f"import sys\n{code}\nprint('numba' in sys.modules)", **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip() == "True"


SMALL = """from mygenerator import PatternNlpDataset, TextToImage
ds = TextToImage().fit_transform(PatternNlpDataset('[0-9]{3}', 5, seed=1))
print(ds.batch(range(5)).images.sum(), file=sys.stderr)"""


def test_a_small_job_does_not_pay_for_numba():
    assert not imported(SMALL)


def test_numba_can_be_asked_for():
    pytest.importorskip("numba")
    assert imported(SMALL, MYGENERATOR_TWINS="numba")


def test_work_that_is_done_or_announced_brings_the_twin_and_numpy_can_be_insisted_on():
    pytest.importorskip("numba")
    announced = f"from mygenerator import twins\ntwins.expect(1e12)\ntwins.load({TWIN!r}, 1)"
    added_up = f"from mygenerator import twins\nfor _ in range(40): twins.load({TWIN!r}, 1e9)"
    assert imported(announced)
    assert imported(added_up)
    assert not imported(announced, MYGENERATOR_TWINS="numpy")


def test_threads_that_ask_for_a_twin_at_the_same_time_all_get_the_whole_of_it():
    pytest.importorskip("numba")
    code = """from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from mygenerator import twins
barrier = Barrier(8)
def ask(number):
    barrier.wait()
    name, kernel = [("text.permutation_numba", "feistel"), ("rng_numba", "philox4x32")][number % 2]
    return hasattr(twins.load(f"mygenerator.{name}", 1e12), kernel)
with ThreadPoolExecutor(8) as pool:
    assert all(pool.map(ask, range(8)))"""
    assert imported(code)


def test_a_wrong_choice_is_an_error_that_names_the_nearest(monkeypatch):
    monkeypatch.setenv(twins.VARIABLE, "numbo")
    with pytest.raises(InputError, match="numb"):
        twins.load(TWIN, 1)


def test_a_context_goes_before_the_environment(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setenv(twins.VARIABLE, "numpy")
    with twins.forced("numba"):
        assert twins.load(TWIN, 1) is not None
    assert twins.load(TWIN, 1e15) is None


def test_without_numba_numpy_makes_the_images_and_one_line_says_so():
    code = f"import logging, sys; logging.basicConfig(); sys.modules['numba'] = None\n{SMALL}"
    forced, plain = (run(code, MYGENERATOR_TWINS=which).stderr.splitlines() for which in ("numba", "numpy"))
    assert [line for line in forced if "numba cannot be used" not in line] == plain
    assert len(forced) == len(plain) + 1


def test_where_kernels_cannot_be_compiled_numpy_makes_the_images_and_one_line_says_so():
    pytest.importorskip("numba")
    broken = (
        "import logging, numba; logging.basicConfig()\ndef njit(*a, **b): raise TypeError('too new')\nnumba.njit = njit"
    )
    code = f"{broken}\nfrom mygenerator import twins\ntwins.expect(1e12)\nimport sys\n{SMALL}"
    auto, plain = run(code), run(f"import sys\n{SMALL}", MYGENERATOR_TWINS="numpy")
    assert auto.returncode == 0, auto.stderr
    assert auto.stderr.splitlines()[1:] == plain.stderr.splitlines()
    assert "numba cannot be used" in auto.stderr.splitlines()[0]
    assert run(code, MYGENERATOR_TWINS="numba").returncode == 1


def test_where_nothing_can_be_kept_kernels_are_compiled_in_memory_and_one_line_says_so():
    pytest.importorskip("numba")
    # Root may write everywhere: the folders are taken away instead.
    code = (
        "import logging; logging.basicConfig(level='INFO')\n"
        "from pathlib import Path; from mygenerator import twins\n"
        "def refused(*arguments, **options): raise PermissionError('read-only')\n"
        "Path.mkdir = refused\n"
        f"print(twins.load({TWIN!r}, 1) is not None)"
    )
    done = run(code, MYGENERATOR_TWINS="numba")
    assert done.stdout.strip() == "True", done.stderr
    assert done.stderr.count("compiled anew in every process") == 1
