#!/usr/bin/env bash
# Builds the documentation into build/docs/html, in the environment of run_tests.sh; every warning is an error.
#
#   PYTHON=python3.12 bash tools/build_docs.sh   another interpreter for the environment (3.11 or newer)
#   VENV=folder       bash tools/build_docs.sh   another folder for the environment (default .venv)
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

source tools/environment.sh

"$bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
# -E: read every page anew, because a page taken from an earlier build does not repeat its warnings.
"$bin/python" -m sphinx -W --keep-going -n -E -q -d build/docs/pages docs build/docs/html
echo "$PWD/build/docs/html/index.html"
