#!/usr/bin/env bash
# Lint, types and tests of the checkout, in an environment of its own. Stops at the first stage that fails.
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

usage() {
    cat <<'END'
Usage: bash run_tests.sh [--deep | --lowest] [pytest's own arguments ...]

Checks style, types and lint, then runs the everyday tests and every benchmark at a tiny size; other arguments are
passed to pytest (-k name, -x, ...).

  --deep    also build the documentation and run the deep tests: every promise on more than 10,000 images
  --lowest  only the everyday tests, in another environment: with the lowest version of every package that setup.py
            allows
  --help    show this

Environment:
  PYTHON                 the interpreter to make the environment with (3.11 or newer; default python3)
  VENV                   the environment's folder (default .venv; with --lowest .venv-lowest)
  MYGENERATOR_TEST_DATA  a folder that holds mnist/ with MNIST's test images and labels; tests that need it are
                         skipped if it is not set
END
}

deep=no
lowest=no
pytest_arguments=()
for argument in "$@"; do
    case $argument in
        --help | -h) usage && exit 0 ;;
        --deep) deep=yes ;;
        --lowest) lowest=yes ;;
        *) pytest_arguments+=("$argument") ;;
    esac
done

if [ "$deep$lowest" = yesyes ]; then
    echo "run_tests.sh: --deep and --lowest are two runs; give one of them" >&2
    exit 2
fi
[ "$lowest" = no ] || VENV=${VENV:-.venv-lowest}
source tools/environment.sh

stage() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || {
        local status=$?
        echo "run_tests.sh: failed at: $name" >&2
        exit "$status"
    }
}

if [ "$lowest" = yes ]; then
    bounds=$(mktemp)
    trap 'rm -f "$bounds"' EXIT
    "$bin/python" tools/lowest_bounds.py >"$bounds"
    stage "install the lowest versions into $venv" "$bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint "$bounds" --editable ".[test]"
    stage "only they are installed" "$bin/python" tools/lowest_bounds.py --check
    stage "tests" "$bin/python" -m pytest -n 2 ${pytest_arguments[@]+"${pytest_arguments[@]}"}
    exit
fi

# Editable, so that the files of the checkout are tested.
stage "install into $venv" "$bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
stage "ruff check" "$bin/python" -m ruff check .
stage "ruff format" "$bin/python" -m ruff format --check .
stage "mypy" "$bin/python" -m mypy mygenerator
stage "pylint" "$bin/python" -m pylint mygenerator setup.py
# ${a[@]+...}: to bash before 4.4, which macOS has, an empty array is an unset variable.
stage "tests" "$bin/python" -m pytest -n 2 ${pytest_arguments[@]+"${pytest_arguments[@]}"}
quick=$(mktemp -d)
trap 'rm -rf "$quick"' EXIT
# Only to find breakage: its numbers are not looked at.
stage "benchmarks, quickly" "$bin/python" -m benchmarks --quick --output "$quick"
[ "$deep" = no ] || stage "documentation" bash tools/build_docs.sh
[ "$deep" = no ] || stage "deep tests" "$bin/python" -m pytest -n 2 -m deep ${pytest_arguments[@]+"${pytest_arguments[@]}"}
