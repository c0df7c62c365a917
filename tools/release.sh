#!/bin/sh
# Regenerates what students get from source/, unit by unit: the exercises' public half, which lies in
# the package, and with nbgrader the notebooks of release/.
set -eu
cd "$(dirname "$0")/.."
number=0
total=$(find source -mindepth 1 -maxdepth 1 -type d -name '[0-9][0-9]-*' 2>/dev/null | wc -l)
[ "$total" -gt 0 ] || { echo "There is no unit in source/." >&2; exit 1; }
for folder in source/[0-9][0-9]-*/; do
    unit=$(basename "$folder")
    number=$((number + 1))
    echo "[$number/$total] $unit"
    package=$(echo "${unit#[0-9][0-9]-}" | tr - _)
    .venv/bin/python -W ignore -m exercises "$folder/exercises.py" "course/units/$package/exercises.json"
    .venv/bin/nbgrader generate_assignment "$unit" --force --log-level=ERROR
done

# The teacher's room stays closed: nbgrader copies every file that nbgrader_config.py doesn't ignore.
private=$(find release -name exercises.py -o -name unit.md)
if [ -n "$private" ]; then
    printf '%s\n' "Not for students, yet in release/:" "$private" \
        "Add these names to c.CourseDirectory.ignore in nbgrader_config.py, then try again." >&2
    exit 1
fi
echo "release/ is new; the number of its units: $total. See what changed: git diff --stat release"
