"""logs: a quiet log with three levels."""

import logging
import subprocess
import sys

from mygenerator.logs import log, log2, logw


def test_each_way_of_talking_has_its_level_and_its_caller(caplog):
    with caplog.at_level(logging.DEBUG, "mygenerator"):
        log("news 100%")
        log2("detail")
        logw("look")
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "news 100%"),
        ("DEBUG", "detail"),
        ("WARNING", "look"),
    ]
    assert {record.filename for record in caplog.records} == {"test_logs.py"}


def test_several_values_are_logged_as_they_are_printed(caplog, capsys):
    with caplog.at_level(logging.DEBUG, "mygenerator"):
        for talk in (log, log2, logw):
            talk("N files: ", 3, None, [1, "a"], "100% %s")
    print("N files: ", 3, None, [1, "a"], "100% %s")
    printed = capsys.readouterr().out.removesuffix("\n")
    assert [record.getMessage() for record in caplog.records] == [printed] * 3


def test_a_library_says_nothing_on_stderr():
    script = "from mygenerator.logs import logw; logw('look')"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stderr == b""


# The configuration, as older releases reached it
