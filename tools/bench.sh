#!/bin/sh
# Runs every script in benchmarks/ in turn; repeats each one's last line, its figure, at the end.
set -u
cd "$(dirname "$0")/.."
figures=$(mktemp)
trap 'rm -f "$figures" "$figures.one" "$figures.rc"' EXIT
failed=0
for script in ${*:-benchmarks/*.py}; do
    [ -f "$script" ] || { echo "There is no benchmark '$script'." >&2; exit 1; }
    echo "== $script"
    { .venv/bin/python "$script"; echo $? >"$figures.rc"; } | tee "$figures.one"
    if [ "$(cat "$figures.rc")" = 0 ]; then
        figure=$(grep -v '^ *$' "$figures.one" | tail -n 1)
    else
        figure="failed, exit status $(cat "$figures.rc")"
        failed=1
    fi
    printf '%-40s %s\n' "$(basename "$script")" "$figure" >>"$figures"
done
printf '\n== figures\n'
cat "$figures"
exit $failed
