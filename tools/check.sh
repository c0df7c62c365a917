#!/usr/bin/env bash
# What every commit should pass, all at once; what fails says why.  Called by `make check`, with the
# options that make pytest run in parallel.
#
# Tests that are slow, or start a sandbox or a browser, wait for `make test`; so do the tests of all
# units, the selftest of those units and the tests of the lab's training that have not changed since
# the last commit, and most of the inputs that hypothesis tries.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

begin() { # NAME COMMAND...
    { "${@:2}" >"$said/$1" 2>&1 || echo "$1" >>"$said/failed"; printf '%3d s  %s\n' "$SECONDS" "$1"; } &
}
files=$(git diff --name-only HEAD; git ls-files --others --exclude-standard)
changed=$(sed -n 's|^source/\([0-9][0-9]-[^/]*\)/.*|\1|p' <<<"$files" | sort -u)
lab=--ignore=tests/course/mnist  # it imports torch
grep -q course/mnist/ <<<"$files" && lab=

begin style $python -m ruff check --quiet .
begin format $python -m ruff format --check --quiet .
begin types $python -m mypy
begin twins $python -m tools.twin --check
begin selftest $python -m autograder selftest ${changed:-02-output-size}
begin tests $python -m pytest --quiet "$@" --ignore=tests/units --ignore=tests/browser $lab \
    --hypothesis-profile quick -m "not (slow or sandbox or browser)"
wait

[ -e "$said/failed" ] || exit 0
while read -r name; do printf '\n== %s\n' "$name" && cat "$said/$name"; done <"$said/failed"
exit 1
