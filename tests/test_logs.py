"""logs: a quiet log with four levels."""

import logging
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from mygenerator.logs import log, log2, loge, logw


def test_each_way_of_talking_has_its_level_and_its_caller(caplog):
    with caplog.at_level(logging.DEBUG, "mygenerator"):
        log("news 100%")
        log2("detail")
        logw("look")
        loge("wrong")
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "news 100%"),
        ("DEBUG", "detail"),
        ("WARNING", "look"),
        ("ERROR", "wrong"),
    ]
    assert {record.filename for record in caplog.records} == {"test_logs.py"}


def test_several_values_are_logged_as_they_are_printed(caplog, capsys):
    with caplog.at_level(logging.DEBUG, "mygenerator"):
        for talk in (log, log2, logw, loge):
            talk("N files: ", 3, None, [1, "a"], "100% %s")
    print("N files: ", 3, None, [1, "a"], "100% %s")
    printed = capsys.readouterr().out.removesuffix("\n")
    assert [record.getMessage() for record in caplog.records] == [printed] * 4


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("", "look\n"),
        ("logging.getLogger('mygenerator').addHandler(logging.NullHandler())", ""),
        ("logging.getLogger('mygenerator').setLevel(logging.ERROR)", ""),
        ("logging.basicConfig(format='%(name)s: %(message)s')", "mygenerator: look\n"),
    ],
)
def test_a_script_sees_warnings_alone_unless_it_sets_up_logging(setup, said):
    script = f"import logging; {setup or 'pass'}\nfrom mygenerator.logs import log, logw\nlog('news')\nlogw('look')"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert (run.stdout, run.stderr) == ("", said)


def test_a_warning_of_what_was_not_taken_reaches_a_script_once_also_with_workers(tmp_path):
    for name in ("7/a.png", "8/a.png", "7/b.jpg"):
        (tmp_path / "digits" / name).parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(tmp_path / "digits" / name), np.zeros((4, 4), np.uint8))
    script = (
        "from mygenerator import ImageDataset\n"
        "if __name__ == '__main__': ImageDataset('digits').save('out', workers=2, shard_size=1)\n"
    )
    (tmp_path / "make.py").write_text(script, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "make.py"], cwd=tmp_path, capture_output=True, check=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert run.stderr.count("1 image of other names than '*.png' (7/b.jpg)") == 1


# The configuration, as older releases reached it
