"""`mygenerator completion`: the scripts are sound, and a real shell completes with them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mygenerator.cli.cli_completion import COMMAND
from mygenerator.cli.common import main
from mygenerator.cli.main import command_names, find_command


def needs(shell):
    return pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """Shell -> the file with its script, written by the real command."""
    folder = tmp_path_factory.mktemp("completion")

    def written(shell):
        path = folder / shell
        if not path.exists():
            command = [sys.executable, "-m", "mygenerator", "completion", shell]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
            path.write_text(done.stdout)
        return path

    return written


def completed_by_bash(script, *words):
    """What bash offers for the last of the words, which may be empty."""
    asking = (
        'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}\n'
        'function=$(complete -p mygenerator | sed "s/.*-F \\([^ ]*\\).*/\\1/"); COMPREPLY=(); "$function"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "-c", asking, str(script), "mygenerator", *words]
    return subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("shell", [pytest.param(shell, marks=needs(shell)) for shell in ("bash", "zsh", "fish")])
def test_a_script_is_sound(shell, script):
    done = subprocess.run([shell, "-n", script(shell)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@needs("bash")
def test_bash_completes_the_names_of_commands(script):
    assert completed_by_bash(script("bash"), "") == command_names()
    assert completed_by_bash(script("bash"), "generate-p") == ["generate-phone-numbers"]


@needs("bash")
@pytest.mark.parametrize("name", command_names())
def test_bash_completes_every_flag_of_a_command(name, script):
    flags = {f"--{flag}" for flag in (*find_command(name).kinds, "help", "version", "debug")}
    assert set(completed_by_bash(script("bash"), name, "--")) == flags


@needs("bash")
def test_bash_completes_what_a_word_or_a_value_can_be(script):
    (script("bash").parent / "strips").mkdir(exist_ok=True)
    assert completed_by_bash(script("bash"), "completion", "z") == ["zsh"]
    assert completed_by_bash(script("bash"), "show", "str") == ["strips"]
    assert completed_by_bash(script("bash"), "generate-phone-numbers", "--output_path", "str") == ["strips"]
    assert completed_by_bash(script("bash"), "show", "folder", "--ga") == ["--gaps"]


@needs("zsh")
def test_a_zsh_that_runs_takes_the_text_as_the_help_says(script):
    home = script("zsh").parent
    asking = (
        f"autoload -Uz compinit; compinit -u -d {home}/dump; mygenerator() {{ cat {script('zsh')} }}\n"
        'eval "$(mygenerator completion zsh)"; print "$_comps[mygenerator]"'
    )
    assert 'eval "$(mygenerator completion zsh)"' in COMMAND.help_text()
    done = subprocess.run(["zsh", "-fc", asking], cwd=home, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("_shtab_mygenerator\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_an_output_that_cannot_be_written_is_called_so():
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "mygenerator", "completion", "bash"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "mygenerator completion: stdout: the output cannot be written (No space left on device)"
    ]


@needs("fish")
def test_fish_completes_commands_and_flags(script):
    def completed(line):
        asking = f"source {script('fish')}; complete -C '{line}'"
        done = subprocess.run(["fish", "-c", asking], capture_output=True, text=True, check=True)
        return {row.split("\t")[0] for row in done.stdout.splitlines()}

    assert completed("mygenerator ") == set(command_names())
    assert completed("mygenerator show --g") == {"--gaps"}


@pytest.mark.parametrize("shell", ["tcsh", "powershell", "BASH"])
def test_another_shell_is_refused_with_those_that_are_served(shell, capsys):
    assert main(COMMAND, [shell]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"unknown shell '{shell}'; allowed: bash, zsh, fish" in err


def test_a_machine_without_shtab_is_told_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(COMMAND, ["bash"]) == 2
    assert "pip install shtab" in capsys.readouterr().err
