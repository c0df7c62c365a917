#!/usr/bin/env bash
# Makes .venv, or brings it up to date: the project, editable, with the extras named in $1, at the
# versions of constraints.txt, or of another file.  Called by the Makefile, which knows when it is
# needed.
#
#   PYTHON=python3.12 tools/set-up.sh autograder,lab
#   CONSTRAINTS=/dev/null tools/set-up.sh autograder,lab     the newest of everything
set -euo pipefail
cd "$(dirname "$0")/.."
here=$(pwd -P) # as make's CURDIR gives it
extras=$1
python=${PYTHON:-python3}
constraints=${CONSTRAINTS:-constraints.txt}

stop() {
    printf '\n%s\n\n' "$*" >&2
    exit 1
}

# An environment knows its own path: one that was moved or copied with its folder is made again.
if [ -d .venv ]; then
    if [ "$(cat .venv/made-in 2>/dev/null)" != "$here" ] || ! .venv/bin/python -c '' 2>/dev/null; then
        echo "Set-up: .venv was made elsewhere, or its Python is gone; making it again."
        rm -rf .venv
    fi
fi

if [ ! -d .venv ]; then
    command -v "$python" >/dev/null 2>&1 ||
        stop "There is no '$python' here. Install Python 3.11 or newer, or say where it is: make PYTHON=/path/to/python3"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "'$python' is $("$python" --version 2>&1); this project needs Python 3.11 or newer. Say which to use: make PYTHON=python3.12"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "'$python' cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"
    echo "Set-up: making .venv with $("$python" --version)."
    "$python" -m venv .venv
    echo "$here" >.venv/made-in
fi

echo "Set-up: installing '$extras' at the versions of $constraints; the first time takes a few minutes."
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }
# The build tool first, at its pinned version: then no build fetches another one.
pip install --quiet --constraint "$constraints" setuptools
pip install --constraint "$constraints" --no-build-isolation --editable ".[$extras]" |
    { grep --line-buffered -v '^Requirement already satisfied' || true; }
echo "Set-up: done."
