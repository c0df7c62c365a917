"""A class of ten thousand: the driver's memory stays bounded, and every mark is the known one.

Makes synthetic submissions of a small plain unit (right, half right, wrong, empty and broken ones)
in a scratch course, and grades them as an operator does, with `autograder grade`.  While it runs,
the driver's own memory and that of all its processes are sampled.  At the end every record and
every row of the gradebook is compared with what is known, and the command is run once more: it has
to keep all.

    python -m benchmarks.ten_thousand [--submissions 10000] [--workers 2]

The last line is ``submissions=10000 graded=10000 right=10000 driver_growth=N.NN``: the driver's
peak memory over all, divided by its peak over the first tenth.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil

from autograder.nbgrader_plugin.course_folder import find_own_programs
from tests.support.cells import cell, notebook

UNIT = "sums"
CONFIG = """c = get_config()
from autograder.nbgrader_plugin.plugin import configure
c.CourseDirectory.course_id = "many"
configure(c)
"""
# What a student wrote for each cell, and what it is worth; None is a file that is no notebook.
KINDS: list[tuple[dict[str, str] | None, float]] = [
    ({"total": "def total(x):\n    return sum(x)", "twice": "def twice(n):\n    return 2 * n"}, 3),
    ({"total": "def total(x):\n    return sum(x)", "twice": "def twice(n):\n    return n"}, 2),
    ({"total": "def total(x):\n    return 0", "twice": "def twice(n):\n    return n + n"}, 1),
    ({"total": "def total(x):\n    return [", "twice": "1 / 0"}, 0),
    ({}, 0),
    (None, 0),
]


def source() -> nbformat.NotebookNode:
    """Two small functions and their tests, worth 2 and 1."""
    cells = []
    for name, head, body, test, points in (
        ("total", "total(x)", "sum(x)", "assert total([1, 2, 3]) == 6", 2),
        ("twice", "twice(n)", "2 * n", "assert twice(4) == 8", 1),
    ):
        answer = f"def {head}:\n    ### BEGIN SOLUTION\n    return {body}\n    ### END SOLUTION"
        cells += [cell(answer, name, solution=True), cell(test, f"test-{name}", points)]
    return notebook(*cells)


def make(root: Path, count: int) -> dict[str, float]:
    """A course at ``root`` with so many submissions; the points that each has to get."""
    (root / "source" / UNIT).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(source(), root / "source" / UNIT / "unit.ipynb")
    find_own_programs()
    release = [sys.executable, "-m", "nbgrader", "generate_assignment", UNIT]
    subprocess.run(release, cwd=root, check=True, capture_output=True)
    released = (root / "release" / UNIT / "unit.ipynb").read_text()
    known = {}
    for number in range(count):
        answers, points = KINDS[number % len(KINDS)]
        student = f"s{number:05}"
        folder = root / "submitted" / student / UNIT
        folder.mkdir(parents=True)
        if answers is None:
            text = released[: len(released) // 2]
        else:
            nb = nbformat.reads(released, 4)
            nb.metadata["by"] = student  # no two files are the same
            for cell in nb.cells:
                cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
            text = nbformat.writes(nb)
        (folder / "unit.ipynb").write_text(text)
        known[student] = points
    return known


@dataclass
class Run:
    """What was seen of a run: how many were done, and MiB of memory, at each second."""

    seconds: float = 0.0
    samples: list[tuple[float, int, float, float]] = field(default_factory=list)
    output: str = ""
    code: int = 0

    def peak(self, count: float) -> float:
        """The driver's peak while the first ``count`` were graded."""
        return max(driver for _, done, driver, _ in self.samples if done <= count)

    def rates(self, parts: int = 10) -> list[float]:
        """How many a second, in each of so many parts of the class."""
        last, marks = self.samples[-1][1], []
        for part in range(parts + 1):
            marks.append(next(t for t, done, *_ in self.samples if done >= part * last / parts))
        each = last / parts
        return [each / max(b - a, 1e-9) for a, b in itertools.pairwise(marks)]


def grade(root: Path, *options: str, every: float = 1.0) -> Run:
    """Run ``autograder grade`` and watch it."""
    run, began = Run(), time.perf_counter()
    command = [sys.executable, "-m", "autograder", "grade", UNIT, "--course", str(root), *options]
    log = root.with_name("log")
    with (
        open(log, "w") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process,
    ):
        driver = psutil.Process(process.pid)
        while process.poll() is None:
            time.sleep(every)
            try:
                own = driver.memory_info().rss / 2**20
                family = [driver, *driver.children(recursive=True)]
                together = sum(_proportional(one) for one in family) / 2**20
            except psutil.Error:
                break
            run.samples.append((time.perf_counter() - began, _done(root), own, together))
    run.seconds, run.code, run.output = (
        time.perf_counter() - began,
        process.returncode,
        log.read_text(),
    )
    return run


def _proportional(process: psutil.Process) -> int:
    """A process's memory; what it shares with others is divided among them."""
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


def _done(root: Path) -> int:
    """How many have a graded folder."""
    try:
        return len(os.listdir(root / "autograded"))
    except FileNotFoundError:
        return 0


def right(root: Path, known: dict[str, float]) -> tuple[int, int]:
    """How many have a record, and how many of them the known points in record and gradebook."""
    query = """select student_id, sum(auto_score), count(*) from grade
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        group by student_id"""
    with sqlite3.connect(root / "gradebook.db") as connection:
        rows = {student: (score, cells) for student, score, cells in connection.execute(query)}
    graded = correct = 0
    for student, points in known.items():
        try:
            text = (root / "autograded" / student / UNIT / "marks.json").read_text()
        except FileNotFoundError:
            continue
        graded += 1
        (record,) = json.loads(text)["notebooks"].values()
        earned = sum(mark["earned"] for mark in record["marks"])
        correct += not record["failed"] and earned == points and rows.get(student) == (points, 2)
    return graded, correct


def main() -> None:
    """Grade the class twice and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000, help="how many to make")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="grades at a time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sw-many-") as work:
        root = Path(work) / "course"
        known = make(root, options.submissions)
        print(f"  {len(known)} submissions made; load {os.getloadavg()[0]:.1f}", flush=True)
        run = grade(root, "--workers", str(options.workers))
        lines = run.output.splitlines()
        print("\n".join(f"  | {line}" for line in [*lines[:40], *lines[40:][-10:]]))
        print(f"  exit code {run.code}, {run.seconds:.0f} s, {len(known) / run.seconds:.1f}/s; "
              f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
        print("  a second, by tenths:", *(f"{rate:.1f}" for rate in run.rates()))
        tenth, peak = run.peak(len(known) / 10), run.peak(len(known))
        together = max(sample[3] for sample in run.samples)
        print(f"  driver: {tenth:.0f} MiB over the first tenth, {peak:.0f} MiB over all; "
              f"all processes together {together:.0f} MiB")  # fmt: skip
        graded, correct = right(root, known)
        again = grade(root)
        kept = f"({len(known)} unchanged, kept)" in " ".join(again.output.split())
        print(f"  once more: {again.seconds:.0f} s, all kept: {kept}")
    print(
        f"submissions={len(known)} graded={graded} right={correct} driver_growth={peak / tenth:.2f}"
    )
    sys.exit(not (run.code == 0 and kept and graded == correct == len(known)))


if __name__ == "__main__":
    main()
