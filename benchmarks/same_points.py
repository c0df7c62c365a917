"""The same file has the same points, however busy the machine is.

A loop whose step is forgotten, ``left = left + S`` in ``window_starts``, fills a list until it is
stopped: by the clock or by the memory, and whether it obeys in time is chance.  What all else in
the notebook earns must not be.  The same submission is graded again and again, with so many other
programs at work.

    python -m benchmarks.same_points [--times 50] [--load 0 4 12] [--seconds 30]

What the notebook may use of memory, and an answer of time, goes with the seconds that a cell may
take, so that all limits are near.  The last line is ``plays=N results=N``.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from autograder.demo.demo import make_course
from autograder.limits import Limits
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit

SOURCE = Path(__file__).parents[1] / "source"
UNIT, ANSWER, STUDENT = "02-output-size", "window_starts-answer", "ann"
STEP = "        left = left + S\n"
BASE = 150 * 2**20  # bytes of a notebook that does nothing
Result = tuple[tuple[str, float | None], ...]


def course(root: Path, seconds: float) -> CourseFolder:
    """A course in which somebody forgot a step, and tried it in a cell of their own."""
    usual = Limits()
    memory = BASE + int((usual.memory - BASE) * seconds / usual.cell_seconds)
    answer = usual.answer_seconds * seconds / usual.cell_seconds
    limits = {"cell_seconds": seconds, "answer_seconds": answer, "memory": memory}
    folder = make_course(root, SOURCE, [UNIT], limits)
    nb = nbformat.read(SOURCE / UNIT / "unit.ipynb", as_version=4)
    at = next(at for at, cell in enumerate(nb.cells)
              if cell.metadata.get("nbgrader", {}).get("grade_id") == ANSWER)  # fmt: skip
    assert nb.cells[at].source.count(STEP) == 1
    nb.cells[at].source = nb.cells[at].source.replace(STEP, "")
    nb.cells.insert(at + 1, new_code_cell("window_starts(7, 3, 2, 0)"))
    place = folder.path("submitted", STUDENT, UNIT)
    place.mkdir(parents=True)
    nbformat.write(nb, place / "unit.ipynb")
    return folder


def play(folder: CourseFolder) -> Result:
    """Grade it once; the points of each exercise."""
    (graded,) = grade_unit(folder, UNIT, force=True, workers=1)
    assert graded.failed is None, graded.failed
    marks = graded.notebooks["unit"]["marks"]
    return tuple((mark["exercise"], mark["earned"]) for mark in marks)


@contextlib.contextmanager
def others(count: int) -> Iterator[None]:
    """So many programs that always want a processor."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def main(arguments: list[str] | None = None) -> int:
    """Play, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--load", type=int, nargs="*", default=[0, 4, 12])
    parser.add_argument("--seconds", type=float, default=Limits().cell_seconds)
    options = parser.parse_args(arguments)
    found: Counter[Result] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = course(Path(scratch) / "course", options.seconds)
        for load in options.load:
            began, here = time.monotonic(), Counter[Result]()
            with others(load):
                for _ in range(options.times):
                    here[play(folder)] += 1
            each = (time.monotonic() - began) / options.times
            print(f"{load:3} others: {options.times} plays, {each:.1f} s each", flush=True)
            found += here
            for result, times in here.items():
                earned = sum(points or 0 for _, points in result)
                lost = ", ".join(name for name, points in result if points == 0)
                print(f"    {times:4} times {earned:g} points; none for {lost}", flush=True)
    print(f"plays={found.total()} results={len(found)}")
    return 0 if len(found) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
