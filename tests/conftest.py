"""What all tests share: an empty home folder, MNIST where it is at hand, a folder that refuses writes."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# No deadline: a machine that is busy with something else is no failure.
hypothesis.settings.register_profile("everyday", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "everyday")


@pytest.fixture(scope="session", autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home folder of this session's tests and of the processes they start: empty at first, never the user's."""
    home = tmp_path_factory.mktemp("mygenerator_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYGENERATOR_HOME", str(home))
        yield home


@pytest.fixture(scope="session", autouse=True)
def signals_as_in_a_console() -> None:
    """Let processes that tests start be ended by signals that are ignored here (`nohup`, a job with `&`).

    A process inherits that a signal is ignored, but not that a function handles it.
    """
    for number in (getattr(signal, name) for name in ("SIGINT", "SIGHUP", "SIGTERM") if hasattr(signal, name)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder with MNIST's 10,000 test digits; a test that asks for it is skipped where none is named."""
    data = os.environ.get("MYGENERATOR_TEST_DATA")
    if not data:
        pytest.skip("MYGENERATOR_TEST_DATA is not set: it names a folder that holds mnist/ (see CONTRIBUTING.md)")
    folder = Path(data) / "mnist"
    if not folder.is_dir():
        pytest.fail(f"MYGENERATOR_TEST_DATA is {data!r}, which holds no folder mnist")
    return folder


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder that refuses writes; skips where the system refuses none (for root, and on Windows)."""
    folder = tmp_path / "read_only"
    folder.mkdir()
    folder.chmod(0o555)
    try:
        (folder / "probe").touch()
    except PermissionError:
        yield folder
        folder.chmod(0o755)
    else:
        pytest.skip("this user may write into a read-only folder")
