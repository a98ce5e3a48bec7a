"""Engines run every shard once; worker processes that die, fail, print or lose their parent do no harm."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset
from mygenerator.engines import SERIAL_STRIPS, SerialEngine, choose_engine
from mygenerator.engines.processes import ProcessEngine
from mygenerator.errors import InputError, SaveError
from tests.engines.tasks import OnlyHere, Task
from tests.save.program import strips

with_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system shows no /proc")


def calls(folder):
    """The shards that were begun, with how often."""
    names = [path.name.partition("-")[0] for path in folder.iterdir()]
    return {int(shard): names.count(shard) for shard in names}


def process_ids(folder):
    return {int(path.name.partition("-")[2]) for path in folder.iterdir()}


def living(pids):
    """Those of the processes that run: neither gone nor zombies."""
    return {pid for pid in pids if _state(pid) not in ("", "Z", "X")}


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@contextmanager
def nothing_left_behind():
    """No child process (zombies too), no open file and no thread more than before."""

    def left():
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return len(children), len(os.listdir("/proc/self/fd")), threading.active_count()

    before = left()
    yield
    assert left() == before


# Which engine


@pytest.mark.parametrize(
    ("workers", "samples", "shards", "processes"),
    [(None, 100, 10, 1), (1, 10**6, 1000, 1), (2, 100, 10, 2), (8, 100, 3, 3), (8, 100, 1, 1), (2, 0, 0, 1)],
)
def test_workers_are_as_many_as_were_asked_for_and_have_work(workers, samples, shards, processes):
    engine = choose_engine(workers, samples, shards)
    assert engine.workers == processes


def test_large_jobs_use_every_processor_that_this_process_may_use():
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert getattr(choose_engine(None, 10**6, 1000), "workers", 1) == processors


def test_strips_take_several_processes_only_where_there_are_many():
    assert getattr(choose_engine(None, SERIAL_STRIPS, 30, strips=True), "workers", 1) == 1
    several = choose_engine(None, SERIAL_STRIPS, 30).workers
    assert choose_engine(None, SERIAL_STRIPS + 1, 31, strips=True).workers == several


@pytest.mark.parametrize(("name", "kind"), [("serial", SerialEngine), ("process", ProcessEngine)])
def test_an_engine_that_is_named_is_taken_whatever_the_size_of_the_job(name, kind):
    assert type(choose_engine(None, 1, 1, name=name)) is kind
    assert type(choose_engine(None, 10**6, 1000, name=name)) is kind


def test_workers_are_handed_to_an_engine_that_has_them():
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert choose_engine(3, 1, 1, name="process").workers == 3
    assert choose_engine(None, 1, 1, name="process").workers == processors
    with pytest.raises(InputError, match="the engine 'serial' has no workers; leave workers out"):
        choose_engine(2, 1, 1, name="serial")


@pytest.mark.parametrize("name", ["proces", "processes", "Process", 3])
def test_a_name_of_no_engine_is_an_error_with_the_nearest(name):
    with pytest.raises(InputError, match=f"unknown engine {name!r}; allowed: process, serial") as refusal:
        choose_engine(None, 1, 1, name=name)
    assert ("did you mean 'process'?" in str(refusal.value)) == (name != 3)


@pytest.mark.parametrize(
    ("options", "says"),
    [({"engine": "seriel"}, "did you mean 'serial'"), ({"engine": "serial", "workers": 2}, "'serial' has no workers")],
)
def test_an_engine_that_cannot_be_is_refused_before_anything_is_written(tmp_path, options, says):
    with pytest.raises(InputError, match=says):
        strips(4).save(tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_the_engine_is_no_part_of_a_recipe_s_identity(tmp_path):
    strips(4).save(tmp_path, shard_size=2, engine="process")
    assert "engine" not in (tmp_path / "recipe.json").read_text()
    assert strips(8).save(tmp_path, shard_size=2, engine="serial").made == 4
    assert strips(8).save(tmp_path, shard_size=2).made == 0


def test_a_data_set_that_the_named_engine_cannot_take_is_refused_before_anything_is_written(tmp_path):
    meta = {"label": ["7", "8"]}
    ds = ImageDataset(get_image_fn=lambda row: np.full((4, 4), row, np.uint8), meta=pandas.DataFrame(meta), seed=1)
    with pytest.raises(InputError, match="cannot be handed to worker processes"):
        ds.save(tmp_path / "out", engine="process")
    assert not (tmp_path / "out").exists()
    assert ds.save(tmp_path / "out", engine="serial").made == 2


def test_libraries_keep_one_thread_in_a_worker(tmp_path):
    assert sorted(ProcessEngine(2).run(Task(tmp_path, "one_thread"), range(2))) == [0, 10]


# What goes well


@pytest.mark.parametrize("engine", [SerialEngine(), ProcessEngine(1), ProcessEngine(3)], ids=["serial", "1", "3"])
def test_every_shard_is_done_once(tmp_path, engine):
    shards = [3, 0, 7, 8, 20]
    assert sorted(engine.run(Task(tmp_path), shards)) == [0, 30, 70, 80, 200]
    assert calls(tmp_path) == dict.fromkeys(shards, 1)


@with_proc
def test_processes_share_the_work_and_leave_nothing_behind(tmp_path):
    with nothing_left_behind():
        list(ProcessEngine(2).run(Task(tmp_path, "meet"), range(4)))
    assert len(process_ids(tmp_path) - {os.getpid()}) == 2
    assert living(process_ids(tmp_path)) == set()


def test_what_a_task_prints_goes_to_standard_error_and_disturbs_no_answer(tmp_path, capfd):
    assert sorted(ProcessEngine(2).run(Task(tmp_path, "print"), range(3))) == [0, 10, 20]
    out, err = capfd.readouterr()
    assert out == ""
    assert sorted(err.split("\n")) == sorted(["", *["printed"] * 3, *["written"] * 3, *["by a child"] * 3])


def test_what_an_interpreter_prints_while_it_starts_disturbs_no_answer(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys; sys.stdout.write('welcome\\nto this machine')")
    (tmp_path / "calls").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    assert sorted(ProcessEngine(2).run(Task(tmp_path / "calls"), range(3))) == [0, 10, 20]


# Workers that die


@with_proc
@pytest.mark.parametrize("how", ["die_by_signal", "die_by_exit", "leave"])
def test_a_worker_that_dies_is_replaced_and_its_shard_made_again(tmp_path, how):
    with nothing_left_behind():
        results = list(ProcessEngine(2).run(Task(tmp_path, how, shard=1, times=2), range(4)))
    assert sorted(results) == [0, 10, 20, 30]
    assert calls(tmp_path) == {0: 1, 1: 3, 2: 1, 3: 1}


@with_proc
@pytest.mark.parametrize(("how", "says"), [("die_by_signal", "signal 9"), ("die_by_exit", "exit status 3")])
def test_a_shard_that_three_workers_die_of_ends_the_run(tmp_path, how, says):
    with nothing_left_behind(), pytest.raises(SaveError, match=f"3 worker processes.*shard 1.*{says}.*workers=1"):
        list(ProcessEngine(2).run(Task(tmp_path, how, shard=1, times=9), range(4)))
    assert calls(tmp_path)[1] == 3


@with_proc
def test_where_workers_end_before_they_begin_this_process_does_the_work(tmp_path, monkeypatch, capfd, caplog):
    monkeypatch.setattr(sys, "path", [])
    with nothing_left_behind():
        assert sorted(ProcessEngine(2).run(Task(tmp_path), range(4))) == [0, 10, 20, 30]
    assert process_ids(tmp_path) == {os.getpid()}
    assert caplog.text.count("3 processes ended before they could begin") == 1
    assert "mygenerator" in capfd.readouterr().err


@pytest.mark.parametrize("executable", ["python", "", None])
def test_where_no_interpreter_can_be_started_this_process_does_the_work(tmp_path, monkeypatch, caplog, executable):
    monkeypatch.setattr(sys, "executable", executable and str(tmp_path / executable))
    assert sorted(ProcessEngine(2).run(Task(tmp_path), range(4))) == [0, 10, 20, 30]
    assert process_ids(tmp_path) == {os.getpid()}
    assert caplog.text.count("this process does the work") == 1


# Tasks that fail


@with_proc
@pytest.mark.parametrize(
    ("how", "kind", "text"),
    [
        ("input_error", InputError, "row 3: a bad value; allowed: good ones; mend it"),
        ("save_error", SaveError, "img_3.png: a full disk"),
        ("system_error", FileNotFoundError, "[Errno 2] no such scan: 'scan.png'"),
        ("key_error", KeyError, "'missing column'"),
    ],
)
def test_an_error_of_a_task_is_raised_as_it_is(tmp_path, how, kind, text):
    with nothing_left_behind(), pytest.raises(kind) as raised:
        list(ProcessEngine(2).run(Task(tmp_path, how, shard=2), range(4)))
    assert type(raised.value) is kind
    assert str(raised.value) == text
    assert "tasks.py" in "".join(raised.value.__notes__)


@pytest.mark.parametrize(
    ("how", "text"), [("odd_error", "OddError: one and two"), ("local_error", "cannot be pickled")]
)
def test_an_error_that_cannot_travel_is_raised_as_text(tmp_path, how, text):
    with pytest.raises(RuntimeError, match=text):
        list(ProcessEngine(2).run(Task(tmp_path, how, shard=2), range(4)))


def test_after_an_error_standard_error_is_quiet(tmp_path, capfd):
    for _ in range(5):
        with pytest.raises(InputError):
            list(ProcessEngine(2).run(Task(tmp_path, "input_error", times=99), range(4)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("task", [lambda shard: shard, OnlyHere(Path())], ids=["unpicklable", "refused"])
def test_a_task_that_cannot_be_handed_over_is_an_error_that_says_so(task):
    with pytest.raises(InputError, match=r"cannot be handed to worker processes.*workers=1"):
        list(ProcessEngine(2).run(task, range(4)))


def test_where_nobody_asked_for_workers_such_a_task_is_run_in_this_process_with_a_warning(tmp_path, caplog):
    engine = ProcessEngine(2, fall_back=True)
    assert list(engine.run(lambda shard: shard, range(4))) == [0, 1, 2, 3]
    assert sorted(engine.run(OnlyHere(tmp_path), range(4))) == [0, 10, 20, 30]
    assert calls(tmp_path) == dict.fromkeys(range(4), 1)
    assert process_ids(tmp_path) == {os.getpid()}
    assert caplog.text.count("one process is used") == 2


def test_a_task_of_the_script_itself_is_refused_before_a_worker_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(Task, "__module__", "__main__")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(InputError, match=r"Task is defined in the script itself.*workers=1"):
        list(ProcessEngine(2).run(Task(tmp_path), []))


# Parents that stop


@with_proc
def test_a_run_that_is_closed_ends_its_workers_in_the_middle_of_their_shards(tmp_path):
    with nothing_left_behind():
        results = ProcessEngine(2).run(Task(tmp_path, "spin", shard=1), range(4))
        with closing(results):
            next(results)
            wait_for(lambda: 1 in calls(tmp_path))
        assert living(process_ids(tmp_path)) == set()


@with_proc
@pytest.mark.parametrize("how", ["sleep", "spin"])
@pytest.mark.parametrize("by", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_parent_that_is_killed_leaves_no_worker(tmp_path, how, by):
    code = (
        "import sys; from pathlib import Path; from tests.engines.tasks import Task; from pathlib import Path\n"
        "from mygenerator.engines.processes import ProcessEngine\n"
        "list(ProcessEngine(2).run(Task(Path(sys.argv[1]), sys.argv[2]), range(4)))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path, how], env=environment, stderr=subprocess.PIPE
    ) as parent:
        wait_for(lambda: len(process_ids(tmp_path)) == 2)
        workers = process_ids(tmp_path)
        assert living(workers) == workers
        parent.send_signal(getattr(signal, by))
        wait_for(lambda: not living(workers))
        complaints = parent.stderr.read().decode()
        assert parent.wait(5) == -getattr(signal, by)
    assert complaints.count("Traceback") == (by == "SIGINT")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_worker_that_is_stopped_does_not_outlive_its_parent(tmp_path):
    code = (
        "import sys\n"
        "from mygenerator.engines.processes import ProcessEngine\n"
        "from tests.engines.tasks import Task; from pathlib import Path\n"
        "list(ProcessEngine(2).run(Task(Path(sys.argv[1]), 'sleep'), range(4)))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment)
    wait_for(lambda: len(process_ids(tmp_path)) == 2)
    workers = process_ids(tmp_path)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    wait_for(lambda: {_state(worker) for worker in workers} == {"T"})
    parent.kill()
    parent.wait()
    wait_for(lambda: not living(workers), seconds=2.0)
