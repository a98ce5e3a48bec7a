#!/usr/bin/env bash
# From a fresh clone to pictures: makes an environment, installs the package, makes one sequence image and 100 images
# of phone numbers under ztmpp/, checks them and draws a contact sheet. It can be run repeatedly, from any folder.
#
#   PYTHON=python3.12 bash run_example.sh   another interpreter for the environment (3.11 or newer; default python3)
#   VENV=folder       bash run_example.sh   another folder for the environment (default .venv)
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

source tools/environment.sh

echo "Installing mygenerator into $venv ..."
rm -rf build/lib # setuptools would pack what an older build left there, even modules that no longer exist
"$bin/python" -m pip install --quiet --disable-pip-version-check .

run() {
    printf '\n$ %s\n' "$*"
    "$bin/$1" "${@:2}"
}
run generate-numbers-sequence --sequence 0123456789 --output_path ztmpp/seq/
run generate-phone-numbers --num_images 100 --seed 7 --output_path ztmpp/phone/ --overwrite
run validate-phone-sequence --input_path ztmpp/phone/
run mygenerator show ztmpp/phone --gaps --output_file ztmpp/phone_sheet.png

cat <<END

Look at:
  $PWD/ztmpp/phone_sheet.png   some of the phone numbers on one sheet
  $PWD/ztmpp/phone/            100 images, with their labels, gaps and boxes in meta.csv
  $PWD/ztmpp/seq/              one image of 0123456789 for each run of this script
The commands are in $bin.
END
