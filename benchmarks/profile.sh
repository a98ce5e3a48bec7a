#!/usr/bin/env bash
# A profile of a save: where its time goes, as a flame graph if py-spy is installed.
set -euo pipefail

usage() {
    cat <<'END'
Usage: bash benchmarks/profile.sh [--images N] [--sizing NAME] [--output FILE] [--native]

Saves strips of eleven digits to a RAM disk (if there is one) in one process, and shows what that spent its time on.
With py-spy (pip install py-spy) the result is a flame graph, an SVG for any browser: the wider a bar, the longer its
function and all that it called took. Without py-spy it is a text file with cProfile's table; cProfile slows down
Python calls, and so overstates them.

  --images N      how many (default 100000)
  --sizing NAME   fill, equal, pad or resize (default fill)
  --output FILE   default ztmpp/profile.svg; the table's name ends in .txt
  --native        also show the functions of C libraries (py-spy, on Linux and Windows)
  --help          show this

Environment:
  PYTHON                 the interpreter that has the package (default .venv/bin/python, which run_tests.sh makes, else
                         python3)
  MYGENERATOR_TEST_DATA  a folder that holds mnist/; the embedded digits are used if it is not set
END
}

fail() {
    echo "profile.sh: $1" >&2
    exit 2
}

images=100000 sizing=fill output=ztmpp/profile.svg native=()
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) usage && exit 0 ;;
        --native) native=(--native) && shift && continue ;;
        --images | --sizing | --output) [ $# -ge 2 ] || fail "$1 needs a value" ;;
        *) fail "unknown argument '$1'; --help shows what is allowed" ;;
    esac
    case $1 in
        --images) images=$2 ;;
        --sizing) sizing=$2 ;;
        --output) output=$2 ;;
    esac
    shift 2
done
[[ $images =~ ^[1-9][0-9]*$ ]] || fail "--images is '$images'; allowed: whole numbers from 1"
case $sizing in fill | equal | pad | resize) ;; *) fail "--sizing is '$sizing'; allowed: fill, equal, pad, resize" ;; esac

# Relative to the user's folder, so before changing to the root of the checkout.
case $output in /*) ;; *) output=$PWD/$output ;; esac
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
if [ -z "${PYTHON:-}" ]; then
    PYTHON=python3
    [ ! -x .venv/bin/python ] || PYTHON=$PWD/.venv/bin/python
fi
"$PYTHON" -c 'import mygenerator.save' || fail "'$PYTHON' cannot import the package: pip install --editable ."
mkdir -p "$(dirname -- "$output")"

disk=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || disk=/dev/shm
work=$(mktemp -d "$disk/profile-XXXXXX")
trap 'rm -rf "$work"' EXIT

spy=$(dirname -- "$(command -v "$PYTHON")")/py-spy
[ -x "$spy" ] || spy=$(command -v py-spy || true)
if [ -n "$spy" ]; then
    # ${a[@]+...}: to bash before 4.4, which macOS has, an empty array is an unset variable.
    "$spy" record --rate 500 --output "$output" ${native[@]+"${native[@]}"} -- \
        "$PYTHON" -m benchmarks.saving "$work/made" "$images" "$sizing"
    echo "$output"
else
    echo "py-spy is not installed (pip install py-spy): making cProfile's table instead of a flame graph" >&2
    table=${output%.svg}.txt
    "$PYTHON" -m cProfile -s tottime -m benchmarks.saving "$work/made" "$images" "$sizing" >"$table"
    head -40 "$table"
    echo "$table"
fi
