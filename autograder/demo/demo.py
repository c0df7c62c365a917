"""The whole road, once: a scratch course, a sample class, grades and feedback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI

from autograder.demo.sample import Maker, Sample
from autograder.driver import Graded
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.nbgrader_plugin.releasing import release
from autograder.run import grade_unit
from exercises.unit import load

# short enough for a demonstration; a real course keeps the usual ones
DEMO_LIMITS = {"cell_seconds": 6, "answer_seconds": 3}

CONFIG = '''"""A scratch course, made by `autograder demo`."""

from autograder.nbgrader_plugin.plugin import configure

c = get_config()
configure(c)
c.CourseDirectory.course_id = "sliding-windows-demo"
c.Engine.limits = {limits}
'''


class DemoFailed(RuntimeError):
    """A step of the demonstration went wrong; the message says which and why."""


def make_course(
    root: Path, source: Path, units: list[str], limits: dict[str, float] | None = None
) -> CourseFolder:
    """A scratch nbgrader course at ``root`` with ``units`` from ``source``, handed out."""
    root.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG.format(limits=limits or DEMO_LIMITS))
    for unit in units:
        skip = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(source / unit, root / "source" / unit, ignore=skip)
    folder = CourseFolder.open(root)
    for unit in units:
        release(folder, unit)
    return folder


def sample_class(folder: CourseFolder, unit: str) -> list[Sample]:
    """The sample class of a unit, from its key, its source and its release."""
    solved = nbformat.read(folder.source(unit) / "unit.ipynb", as_version=4)
    released = nbformat.read(folder.path("release", ".", unit) / "unit.ipynb", as_version=4)
    return Maker(solved, released, load(folder.key(unit) or "", f"{unit}/exercises.py")).everyone()


def hand_in(folder: CourseFolder, unit: str, samples: list[Sample]) -> None:
    """Put the samples where collected submissions lie."""
    for sample in samples:
        place = folder.path("submitted", sample.name, unit)
        place.mkdir(parents=True, exist_ok=True)
        for name, data in sample.files.items():
            (place / name).write_bytes(data)


def play(
    root: Path,
    source: Path,
    units: list[str],
    *,
    step: Callable[[str], None],
    progress: Callable[[str, int], Callable[[Graded], None]],
) -> tuple[CourseFolder, dict[str, list[Graded]]]:
    """Play the whole road at ``root``, and say each step.

    ``progress(unit, total)`` gives what to call after each submission.
    """
    if root.exists():
        shutil.rmtree(root)
    step(f"Making a scratch course in {root} and releasing {len(units)} units")
    folder = make_course(root, source, units)
    graded: dict[str, list[Graded]] = {}
    for unit in units:
        samples = sample_class(folder, unit)
        hand_in(folder, unit, samples)
        step(f"{unit}: {len(samples)} sample students hand in; grading in sandboxes")
        graded[unit] = grade_unit(folder, unit, progress=progress(unit, len(samples)))
    for unit in units:
        step(f"{unit}: writing feedback")
        write_feedback(folder, unit, [one.student for one in graded[unit]])
    return folder, graded


def write_feedback(folder: CourseFolder, unit: str, students: list[str]) -> None:
    """nbgrader's feedback pages, several at a time.  Raises DemoFailed."""
    root = Path(folder.course.root)
    with ProcessPoolExecutor(2) as pool:
        for problem in pool.map(_feedback, [(root, unit, student) for student in students]):
            if problem:
                raise DemoFailed(problem)


def _feedback(job: tuple[Path, str, str]) -> str:
    root, unit, student = job
    folder = CourseFolder.open(root)
    folder.course.student_id = student
    result = NbGraderAPI(folder.course, config=folder.config).generate_feedback(
        unit, student, force=True
    )
    return "" if result["success"] else f"no feedback for {student}: {result.get('log')}"
