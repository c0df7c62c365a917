"""Assignments as people write them, graded by stock nbgrader and by both doors of this engine.

    python -m benchmarks.parity [--only NAME ...] [--keep FOLDER]

The assignments and their classes stand in ``tests/courses``.  What is compared is what the
gradebook says of every cell with points: the automatic score, and whether a person has to look.  A
cell that differs counts as documented if its submission shows a row of docs/differences.md, and
says which; work that only had an accident has to have the points here that it has without.

The last line is ``cells=N differ=N undocumented=N``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.nbgrader_plugin.course_folder import CourseFolder, find_own_programs
from autograder.run import grade_unit
from tests.support.courses import Assignment, Submission, assignments, submissions
from tests.support.nbgrader_course import OURS, STOCK, differences_in_the_docs, rows

LIMIT = "c.Execute.timeout = 20\n"
STOPPED_BY = {"a copied cell"}  # the rows whose submissions end stock nbgrader's whole run
DOORS = ("stock", "nbgrader autograde", "autograder grade")
Cell = tuple[str, ...]


@dataclass
class Compared:
    """What came of one assignment.  ``differ`` says of a cell what each door gave."""

    assignment: str
    cells: int = 0
    differ: dict[Cell, tuple[object, ...]] = field(default_factory=dict)
    documented: dict[str, str] = field(default_factory=dict)
    undocumented: set[Cell] = field(default_factory=set)


def prepare(assignment: Assignment, root: Path) -> tuple[dict[str, Path], dict[str, Submission]]:
    """The assignment's course, handed in: once for each door; and what each student handed in."""
    first = root / "stock"
    unit = first / "source" / assignment.name
    unit.mkdir(parents=True)
    nbformat.write(assignment.source, unit / "unit.ipynb")
    if (assignment.folder / "files").is_dir():
        shutil.copytree(assignment.folder / "files", unit, dirs_exist_ok=True)
    if (assignment.folder / "course").is_dir():
        shutil.copytree(assignment.folder / "course", first, dirs_exist_ok=True)
    (first / "nbgrader_config.py").write_text(STOCK + LIMIT + assignment.config)
    run(first, "generate_assignment", assignment.name)
    released = nbformat.read(first / "release" / assignment.name / "unit.ipynb", as_version=4)
    handed_in = {}
    for one in submissions(assignment, released):
        handed_in[one.student] = one
        folder = first / "submitted" / one.student / assignment.name
        folder.mkdir(parents=True)
        # as other programs write it: nbformat would mend it
        (folder / one.file).write_text(json.dumps(one.nb), encoding="utf-8")
    places = {"stock": first}
    for door in DOORS[1:]:
        places[door] = root / door.split()[0]
        shutil.copytree(first, places[door])
        (places[door] / "nbgrader_config.py").write_text(OURS + LIMIT + assignment.config)
    for student, one in handed_in.items():
        if one.documented in STOPPED_BY:
            shutil.rmtree(first / "submitted" / student)
    return places, handed_in


def run(root: Path, *arguments: str) -> None:
    """Run nbgrader; submissions that it fails at are no reason to stop."""
    find_own_programs()
    command = [sys.executable, "-m", "nbgrader", *arguments, "--log-level", "CRITICAL"]
    subprocess.run(command, cwd=root, check=False, capture_output=True)


def compare(assignment: Assignment, root: Path) -> Compared:
    """Grade an assignment by all three, and look where they differ."""
    places, handed_in = prepare(assignment, root)
    with ThreadPoolExecutor() as programs:
        for door in DOORS[:2]:
            programs.submit(run, places[door], "autograde", assignment.name)
        grade_unit(CourseFolder.open(places["autograder grade"]), assignment.name, workers=1)
    said = [
        {key: value for key, value in rows(places[door]).items() if key[3].startswith("score ")}
        for door in DOORS
    ]
    found = Compared(assignment.name)
    for cell in sorted(set().union(*said)):
        found.cells += 1
        values = tuple(one.get(cell) for one in said)
        student = handed_in[cell[0]]
        found.documented[cell[0]] = student.documented
        right = {said[0].get((student.like or cell[0], *cell[1:]))}
        if student.like and set(values[1:]) != right:
            found.undocumented.add(cell)
        if len(set(values)) > 1:
            found.differ[cell] = values
            if not student.documented:
                found.undocumented.add(cell)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Compare all, and say where they differ."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    every = assignments()
    names = [one.name for one in every]
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="NAME", help="the assignments to compare"
    )
    parser.add_argument("--keep", type=Path, help="where the courses are to stay")
    options = parser.parse_args(arguments)
    known = differences_in_the_docs()
    chosen = [one for one in every if one.name in (options.only or names)]
    found: list[Compared] = []
    with tempfile.TemporaryDirectory() as scratch:
        place = options.keep or Path(scratch)
        for assignment in chosen:
            one = compare(assignment, place / assignment.name)
            found.append(one)
            print(f"{one.assignment:24} {one.cells:5} cells, {len(one.differ)} differ", flush=True)
            for cell in sorted({*one.differ, *one.undocumented}):
                row = one.documented[cell[0]]
                assert not row or row in known, f"{row!r} is no row of docs/differences.md"
                says = "UNDOCUMENTED" if cell in one.undocumented else f"documented: {row}"
                gave = zip(DOORS, one.differ.get(cell, ("no other",) * 3), strict=True)
                print(f"  {says}: {cell[0]}, {cell[3]}")
                print("    " + ", ".join(f"{door} {value}" for door, value in gave))
    cells = sum(one.cells for one in found)
    differ = sum(len(one.differ) for one in found)
    undocumented = sum(len(one.undocumented) for one in found)
    print(f"cells={cells} differ={differ} undocumented={undocumented}")
    return 1 if undocumented else 0


if __name__ == "__main__":
    sys.exit(main())
