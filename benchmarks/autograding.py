"""The engine beside stock nbgrader: the same submissions, the same machine, one run.

Two courses: a unit of this course, and a plain nbgrader course without keys.  Both graders are
started as an instructor starts them, as commands on a course folder, and everything is timed from
start to end: configuration, sandboxes, gradebook and files.  Stock nbgrader has no sandbox.

    python benchmarks/autograding.py [--submissions 40] [--rounds 1]

The last line is ``speedup=N.N grades_equal=true``: the smaller of the two courses' ratios.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.demo import sample_class
from autograder.folder import CourseFolder, find_own_programs

SOURCE = Path(__file__).parents[1] / "source"
UNIT = "03-padding"
STOCK = """c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "key.py", "unit.md", "marks.json"]
"""
OURS = STOCK + "from autograder.doors import configure\nconfigure(c)\n"


def plain_source() -> nbformat.NotebookNode:
    """A notebook as nbgrader's manual shows them: a few answers, asserts and hidden tests."""

    def cell(make, source, name, points=None, solution=False):
        made = make(source)
        made.metadata["nbgrader"] = {
            "grade": points is not None, "grade_id": name, "locked": not solution,
            "schema_version": 3, "solution": solution, "task": False,
        }  # fmt: skip
        if points is not None:
            made.metadata.nbgrader["points"] = points
        return made

    cells = [new_markdown_cell("# Powers"), new_code_cell("import numpy as np")]
    for power in (2, 3, 4):
        body = f"    ### BEGIN SOLUTION\n    return x ** {power}\n    ### END SOLUTION"
        test = f"assert power{power}(2) == {2**power}\n### BEGIN HIDDEN TESTS\n"
        test += f"assert np.all(power{power}(np.arange(5)) == np.arange(5) ** {power})\n"
        test += "### END HIDDEN TESTS"
        cells += [
            cell(new_code_cell, f"def power{power}(x):\n{body}", f"power{power}", solution=True),
            cell(new_code_cell, test, f"test{power}", points=2),
        ]
    nb = new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


def command(root: Path, *arguments: str) -> float:
    """Run a command in ``root``; the seconds that it took.  Raises if it fails."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - began


def scores(root: Path) -> dict:
    """Every automatic score in a gradebook, by student and cell."""
    query = """select student.id, base_cell.name, auto_score from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id"""
    with sqlite3.connect(root / "gradebook.db") as connection:
        return {(student, cell): score for student, cell, score in connection.execute(query)}


def course(root: Path, config: str, unit: str) -> None:
    """A course folder with ``unit`` released."""
    (root / "source").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(config)
    if unit == "powers":
        (root / "source" / unit).mkdir()
        nbformat.write(plain_source(), root / "source" / unit / "unit.ipynb")
    else:
        skip = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(SOURCE / unit, root / "source" / unit, ignore=skip)
    command(root, "nbgrader", "generate_assignment", unit)


def submissions(root: Path, unit: str) -> list[bytes]:
    """The kinds of submission to hand in by turns: on them both graders have to agree."""
    released = nbformat.read(root / "release" / unit / "unit.ipynb", 4)
    if unit == "powers":
        kinds = []
        for wrong in (None, 2, 3):
            nb = nbformat.reads(nbformat.writes(released), 4)
            for cell in nb.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                if name.startswith("power"):
                    power = int(name[-1])
                    shift = " + 1" if power == wrong else ""
                    cell.source = f"def {name}(x):\n    return x ** {power}{shift}"
            kinds.append(nbformat.writes(nb).encode())
        return kinds
    samples = {s.name: s for s in sample_class(CourseFolder.open(root), unit)}
    return [samples[name].files["unit.ipynb"] for name in ("all-correct", "nothing-answered")]


def compare(unit: str, count: int, rounds: int, work: Path) -> tuple[float, bool]:
    """The ratio of stock nbgrader's time to ours, and whether all grades are equal."""
    ratios, equal = [], True
    for number in range(rounds):
        times = {}
        for name, config in (("ours", OURS), ("stock", STOCK)):
            root = work / f"{unit}-{number}-{name}"
            course(root, config, unit)
            kinds = submissions(root, unit)
            for student in range(count):
                folder = root / "submitted" / f"s{student:04}" / unit
                folder.mkdir(parents=True)
                (folder / "unit.ipynb").write_bytes(kinds[student % len(kinds)])
            program = ("autograder", "grade") if name == "ours" else ("nbgrader", "autograde")
            times[name] = command(root, *program, unit)
            rate = times[name] / count
            print(f"  {unit}: {name:5} {times[name]:7.2f} s, {rate:.3f} s a submission", flush=True)
        stock, ours = (scores(work / f"{unit}-{number}-{name}") for name in ("stock", "ours"))
        equal &= stock == ours
        for key in sorted(stock.keys() | ours.keys()):
            if stock.get(key) != ours.get(key):
                print(f"  differs: {key}: stock {stock.get(key)}, ours {ours.get(key)}")
        ratios.append(times["stock"] / times["ours"])
    ratio = statistics.median(ratios)
    print(f"  {unit}: {ratio:.1f} times stock's throughput, grades equal: {equal}", flush=True)
    return ratio, equal


def main() -> None:
    """Compare both courses and print the smaller ratio last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40, help="submissions of each course")
    parser.add_argument("--rounds", type=int, default=1, help="repetitions; medians are reported")
    options = parser.parse_args()
    find_own_programs()
    with tempfile.TemporaryDirectory(prefix="sw-bench-") as work:
        results = [
            compare(unit, options.submissions, options.rounds, Path(work))
            for unit in (UNIT, "powers")
        ]
    slowest = min(ratio for ratio, _ in results)
    print(f"speedup={slowest:.1f} grades_equal={str(all(equal for _, equal in results)).lower()}")


if __name__ == "__main__":
    main()
