#!/usr/bin/env bash
# What every commit should pass, all at once; what fails says why.  Called by `make check`, with the
# options that make pytest run in parallel.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

begin() { # NAME COMMAND...
    { "${@:2}" >"$said/$1" 2>&1 || echo "$1" >>"$said/failed"; printf '%3d s  %s\n' "$SECONDS" "$1"; } &
}

begin style $python -m ruff check --quiet .
begin format $python -m ruff format --check --quiet .
begin types $python -m mypy
begin twins $python -m tools.twin --check
begin selftest $python -m autograder selftest
begin tests $python -m pytest --quiet "$@" -m "not slow and not sandbox and not browser" --durations=0
wait

[ -e "$said/failed" ] || exit 0
while read -r name; do printf '\n== %s\n' "$name" && cat "$said/$name"; done <"$said/failed"
exit 1
