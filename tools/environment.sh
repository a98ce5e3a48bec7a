# Sourced by run_example.sh and run_tests.sh in the checkout: makes the environment, sets `bin` to its commands.
#
#   PYTHON   the interpreter to make it with, 3.11 or newer (default python3)
#   VENV     its folder (default .venv)

venv=${VENV:-.venv}
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$0: '$python' is not Python 3.11 or newer; name one that is: PYTHON=python3.12 bash $0" >&2
    exit 1
fi
bin=$venv/bin
[ "${OS:-}" != Windows_NT ] || bin=$venv/Scripts
# A first try without the system's venv package leaves behind an environment without pip.
"$bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv "$venv"
