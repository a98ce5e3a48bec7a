"""Paths as people give them, and hosts that lack something or share a folder with others."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mygenerator import ImageDataset, NlpDataset, PatternNlpDataset, Recipe, TextToImage
from mygenerator.config import config_load
from mygenerator.engines.processes import ProcessEngine
from mygenerator.files import given_path, temporary_beside
from mygenerator.glyphs import load_glyphs
from mygenerator.hosts import this_host
from mygenerator.inspection.replay import replay
from mygenerator.inspection.sheets import sheet_of_folder
from mygenerator.save import SavedFolder
from mygenerator.save.corner import attempt
from mygenerator.util_image import image_read
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused
from tests.engines.tasks import Task
from tools.code_blocks import ROOT

# What a path means


_IS_ADDRESS = ("is an address", "a path of this computer", "local folder")

PATHS = [
    Case("a name", "shell", lambda home: "out", lambda home: Path("out")),
    Case("the home folder", "recipe", lambda home: "~", lambda home: home),
    Case("below the home folder", "recipe", lambda home: "~/digits/mine", lambda home: home / "digits" / "mine"),
    Case("below the home folder, as a Path", "Python", lambda home: Path("~/digits"), lambda home: home / "digits"),
    Case("a folder called ~", "accident", lambda home: "./~", lambda home: home.parent / "~"),
    Case("a folder called ~old", "editor", lambda home: "./~old/x", lambda home: home.parent / "~old" / "x"),
    Case("~ inside a name", "Windows", lambda home: "PROGRA~1/x", lambda home: Path("PROGRA~1/x")),
    Case("a drive of Windows", "Windows", lambda home: "C:/digits", lambda home: Path("C:/digits")),
    Case("a colon in a name", "Mac", lambda home: "12:30/x", lambda home: Path("12:30/x")),
    Case("a folder called s3:", "accident", lambda home: "./s3:/x", lambda home: home.parent / "s3:" / "x"),
    Case("S3", "cloud", lambda home: "s3://bucket/x", refused(*_IS_ADDRESS, "'s3://bucket/x'")),
    Case("S3 as a Path", "cloud", lambda home: Path("s3://bucket/x"), refused(*_IS_ADDRESS)),
    Case("Google storage", "cloud", lambda home: "gs://bucket/x", refused(*_IS_ADDRESS)),
    Case("HDFS", "cluster", lambda home: "hdfs://node:9000/x", refused(*_IS_ADDRESS)),
    Case("the web", "browser", lambda home: "https://example.org/x.zip", refused(*_IS_ADDRESS)),
    Case("a file as an address", "browser", lambda home: "file:///data/x", refused("is an address", "leave out")),
    Case("an unknown user", "typing", lambda home: "~nobody-here/x", refused("the user 'nobody-here'", "'./~nobody")),
    Case("a name with NUL", "program", lambda home: "a\0b", refused("is not a path")),
]


@each(PATHS)
def test_a_path_means_one_thing(case, home):
    right = case.right(home) if callable(case.right) else case.right
    given = case.bring(home)
    check(Case(case.situation, case.source, case.bring, right), lambda: given_path(given))
    if callable(case.right):
        # A flag's path is given to Python's functions, which look at it again.
        assert given_path(given_path(given)) == right


def strips():
    return TextToImage(spacing_range=(3, 8), image_width=100).fit_transform(PatternNlpDataset("[0-9]{3}", 2, seed=1))


def _a_recipe(path: str) -> str:
    return f"seed: 1\ntext: {{pattern: '[0-9]', count: 2}}\nsteps:\n  - text_to_image\nsave: {{path: '{path}'}}\n"


def _config_of(path: str) -> dict:
    Path("config.yaml").write_text(f"current_dataset: mine\ndatasets: {{mine: {{path: '{path}', kind: folder}}}}\n")
    return config_load("config.yaml")


USES = [
    Case("save", "Python", lambda path: strips().save(path), None),
    Case("read a saved folder", "Python", SavedFolder, None),
    Case("validate", "Python", validate_folder, None),
    Case("replay", "Python", lambda path: replay(path, 0), None),
    Case("show", "Python", lambda path: sheet_of_folder(path), None),
    Case("labels", "Python", NlpDataset, None),
    Case("labels of a recipe", "recipe", lambda path: NlpDataset.from_file(path), None),
    Case("images", "Python", lambda path: ImageDataset(path=path), None),
    Case("one image", "Python", image_read, None),
    Case("glyphs", "Python", load_glyphs, None),
    Case("a recipe", "Python", Recipe.read, None),
    Case("the folder of a recipe", "recipe", lambda path: Recipe.from_yaml(_a_recipe(path)), None),
    Case("a configuration", "Python", config_load, None),
    Case("glyphs of a configuration", "configuration", _config_of, None),
]


@each(USES)
def test_an_address_is_refused_wherever_a_path_is_given_and_nothing_is_made(case, home):
    check(
        Case(case.situation, case.source, case.bring, refused("s3://bucket/x", "is an address")),
        lambda: case.bring("s3://bucket/x"),
    )
    assert {path.name for path in home.parent.iterdir()} <= {"home", "config.yaml"}


def test_home_is_meant_wherever_a_path_is_given(home):
    strips().save("~/out")
    assert sorted(path.name for path in home.iterdir()) == ["out"]
    assert validate_folder("~/out").ok
    assert len(SavedFolder("~/out")) == 2
    assert replay("~/out", 1).difference == ""
    assert sheet_of_folder("~/out").startswith(b"\x89PNG")
    assert image_read("~/out/img_0.png").shape == (28, 100)
    assert Recipe.read("~/out").count == 2
    (home / "labels.txt").write_text("12\n34\n")
    assert len(NlpDataset("~/labels.txt")) == len(NlpDataset.from_file("~/labels.txt")) == 2
    (home / "digits" / "7").mkdir(parents=True)
    (home / "digits" / "7" / "a.png").write_bytes((home / "out" / "img_0.png").read_bytes())
    assert len(ImageDataset(path="~/digits")) == 1
    assert _config_of("~/digits")["datasets"]["mine"]["path"] == str(home / "digits")
    assert Recipe.from_yaml(_a_recipe("~/made")).save_options["path"] == home / "made"
    assert not Path("~").exists()


# Workers


def _no_thread(*arguments, **named):
    raise RuntimeError("can't start new thread")


def _no_process(*arguments, **named):
    raise BlockingIOError(11, "Resource temporarily unavailable")


WORKERS = [
    Case("no interpreter is known", "embedded Python", (sys, "executable", ""), "Python itself"),
    Case("None for the interpreter", "embedded Python", (sys, "executable", None), "Python itself"),
    Case("a frozen program", "installer", (sys, "frozen", True), "Python itself"),
    Case("an interpreter that went away", "update", (sys, "executable", "/no/python"), "No such file"),
    Case("another program for the interpreter", "embedded Python", (sys, "executable", shutil.which("false")), "begin"),
    Case("no thread", "cluster login node", (threading.Thread, "start", _no_thread), "can't start new thread"),
    Case("no process", "cluster login node", (subprocess, "Popen", _no_process), "temporarily unavailable"),
]


@pytest.mark.skipif(os.name == "nt", reason="programs of POSIX")
@each(WORKERS)
def test_where_no_worker_can_begin_this_process_does_the_work_and_one_line_says_so(case, tmp_path, monkeypatch, caplog):
    owner, name, value = case.bring
    monkeypatch.setattr(owner, name, value, raising=False)
    assert sorted(ProcessEngine(2).run(Task(tmp_path), range(4))) == [0, 10, 20, 30]
    assert caplog.text.count("this process does the work") == 1
    assert len(caplog.records) == 1
    assert case.right in caplog.text


def test_workers_that_may_start_no_thread_do_their_work(tmp_path, monkeypatch, caplog):
    (tmp_path / "sitecustomize.py").write_text(
        "import threading\ndef start(self): raise RuntimeError('no more threads')\nthreading.Thread.start = start\n"
    )
    (tmp_path / "calls").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert sorted(ProcessEngine(2).run(Task(tmp_path / "calls"), range(4))) == [0, 10, 20, 30]
    assert caplog.records == []


# Two containers, one folder, one host name


@pytest.mark.skipif(os.name == "nt", reason="processes of POSIX")
def test_a_run_of_another_host_with_the_same_process_number_is_not_swept(tmp_path, monkeypatch):
    monkeypatch.setattr("mygenerator.save.corner.this_host", lambda: "aaaaaaaa")
    with attempt(tmp_path) as theirs:
        theirs.write(tmp_path / "x", b"1")
        (theirs.path / "half").write_bytes(b"half a file")
        monkeypatch.setattr("mygenerator.save.corner.this_host", lambda: "bbbbbbbb")
        monkeypatch.setattr("mygenerator.save.corner._live_attempts", set())
        with attempt(tmp_path) as ours:
            assert ours.path != theirs.path
            assert ours.temporary().name.partition("-")[0] != theirs.temporary().name.partition("-")[2]
        assert (theirs.path / "half").read_bytes() == b"half a file"


def _corner(folder: Path, name: str) -> Path:
    corner = folder / name
    corner.mkdir()
    (corner / "half").write_bytes(b"half a file")
    return corner


LEFT = [
    Case("the host was started anew", "power failure", lambda folder: _corner(folder, ".attempt-0badcafe-4711-0"), 1),
    Case("a container that was killed", "cluster", lambda folder: _corner(folder, ".attempt-0badcafe-1-0"), 1),
    Case("this host, a process that is gone", "kill -9", lambda folder: _corner(folder, _of_a_dead_process()), 0),
    Case("a run that goes on here", "two consoles", lambda folder: _corner(folder, f".attempt-{this_host()}-1-0"), 1),
    Case("another form of the name", "another release", lambda folder: _corner(folder, ".attempt-of-somebody"), 1),
]


def _of_a_dead_process() -> str:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return f".attempt-{this_host()}-{process.pid}-0"


@pytest.mark.skipif(os.name == "nt", reason="processes of POSIX")
@each(LEFT)
def test_a_finished_folder_is_good_whatever_hidden_folders_runs_have_in_it(case, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    corner = case.bring(folder)
    strips().save(folder)
    assert corner.exists() == bool(case.right)
    report = validate_folder(folder)
    assert (report.exit_code, report.findings) == (0, [])
    assert sum(corner.name in note for note in report.notes) == case.right
    (folder / "manifest.json").unlink()
    assert {finding.kind for finding in validate_folder(folder).findings} == {"unfinished"}


def test_names_of_temporary_files_hold_the_host(tmp_path):
    assert this_host() in temporary_beside(tmp_path / "x").name


def _file(folder: Path, text: str) -> Path:
    (folder / "boot_id").write_text(text)
    return folder / "boot_id"


def _link(folder: Path, to: str) -> str:
    (folder / "pid").symlink_to(to)
    return str(folder / "pid")


OTHER_HOSTS = [
    Case("started anew", "power failure", lambda folder: ("_BOOT", _file(folder, "5f0c")), "one"),
    Case("another namespace", "container", lambda folder: ("_NAMESPACE", _link(folder, "pid:[7]")), "one"),
    Case("another name", "cluster", lambda folder: ("platform.node", lambda: "elsewhere"), "one"),
    Case("no boot is told", "jail", lambda folder: ("_BOOT", folder / "none"), "each process"),
    Case("no namespace is told", "jail", lambda folder: ("_NAMESPACE", f"{folder}/none"), "each process"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux tells it")
@each(OTHER_HOSTS)
def test_what_makes_another_host_gives_another_name(case, tmp_path, monkeypatch):
    before = this_host()
    name, value = case.bring(tmp_path)
    monkeypatch.setattr(name if "." in name else f"mygenerator.hosts.{name}", value)
    names = []
    for _ in range(2):
        this_host.cache_clear()
        assert this_host() == this_host()
        names.append(this_host())
    monkeypatch.undo()
    this_host.cache_clear()
    assert this_host() == before
    assert all(re.fullmatch("[0-9a-f]{8}", name) for name in names)
    assert len({before, *names}) == (2 if case.right == "one" else 3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_asks_anew_because_it_can_be_in_another_namespace():
    this_host()
    child = os.fork()
    if child == 0:
        os._exit(this_host.cache_info().currsize)
    assert os.waitpid(child, 0)[1] == 0
    assert this_host.cache_info().currsize == 1


IN_NAMESPACE = """import os, sys, time
from pathlib import Path
from mygenerator.save.corner import attempt
work, name = Path(sys.argv[1]), sys.argv[2]
with attempt(work / "folder") as corner:
    (corner.path / "half").write_text(name)
    (work / name).write_text(f"{os.getpid()} {corner.path.name}")
    until = time.monotonic() + 30
    while not all((work / one).exists() for one in ("first", "second")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    assert (corner.path / "half").read_text() == name
"""


def _can_unshare() -> bool:
    tool = shutil.which("unshare")
    return tool is not None and subprocess.run([tool, "--pid", "--fork", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _can_unshare(), reason="this user cannot make a namespace of process numbers")
def test_two_namespaces_of_process_numbers_under_one_host_name_leave_each_other_alone(tmp_path):
    (tmp_path / "folder").mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = []
    for name in ("first", "second"):
        command = ["unshare", "--pid", "--fork", sys.executable, "-c", IN_NAMESPACE, str(tmp_path), name]
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
    for process in started:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    first, second = ((tmp_path / name).read_text().split() for name in ("first", "second"))
    assert first[0] == second[0] == "1"
    assert first[1] != second[1]
    assert list((tmp_path / "folder").iterdir()) == []
