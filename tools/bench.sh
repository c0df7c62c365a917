#!/bin/sh
# Runs every module of benchmarks/ in turn, or those that are named (tools/bench.sh sliders mnist);
# repeats each one's last line, its figure, at the end.
set -u
cd "$(dirname "$0")/.."
figures=$(mktemp)
trap 'rm -f "$figures" "$figures.one" "$figures.rc"' EXIT
failed=0
every=$(cd benchmarks && ls -- [a-z]*.py)
for name in ${*:-$every}; do
    name=$(basename "$name" .py)
    [ -f "benchmarks/$name.py" ] || {
        printf "There is no benchmark '%s'. There are: %s\n" "$name" "$(echo "$every" | sed 's/\.py$//' | xargs)" >&2
        exit 1
    }
    echo "== $name"
    { .venv/bin/python -m "benchmarks.$name"; echo $? >"$figures.rc"; } | tee "$figures.one"
    if [ "$(cat "$figures.rc")" = 0 ]; then
        figure=$(grep -v '^ *$' "$figures.one" | tail -n 1)
    else
        figure="failed, exit status $(cat "$figures.rc")"
        failed=1
    fi
    printf '%-40s %s\n' "$name" "$figure" >>"$figures"
done
printf '\n== figures\n'
cat "$figures"
exit $failed
