"""The second door: grades a unit's submissions in parallel, one run in a course at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from autograder.driver import Driver, Graded
from autograder.errors import temporary_folder, told_in_words
from autograder.nbgrader_plugin.autograded import clear
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.nbgrader_plugin.gradebook import Ledger
from autograder.sandbox.available import require
from autograder.workers.pool import Pool


class Busy(RuntimeError):
    """The course is being graded already; the message says so."""


class NobodyToGrade(LookupError):
    """There is nothing to grade, or not of those who are named; the message says what to do."""


def students_of(folder: CourseFolder, unit: str, named: list[str]) -> list[str]:
    """Whose submissions of ``unit`` to grade: those named, or all.  Raises NobodyToGrade."""
    students = named or folder.students(unit)
    if not students:
        raise NobodyToGrade(
            f"Nobody has handed in {unit}: looked in {folder.path('submitted', '*', unit)}"
        )
    if unknown := [one for one in students if not folder.path("submitted", one, unit).is_dir()]:
        raise NobodyToGrade(f"No submission of {unit} by {', '.join(unknown)}.")
    if strangers := folder.strangers(students):
        raise NobodyToGrade(
            f"The gradebook does not know {', '.join(strangers)}, and nbgrader_config.py says "
            "c.Autograde.create_student = False. Add them with: nbgrader db student add"
        )
    return students


def grade_unit(folder: CourseFolder, unit: str, **options: Any) -> list[Graded]:
    """``grading``, to the end: what came out, by student."""
    return sorted(grading(folder, unit, **options), key=lambda graded: graded.student)


def grading(
    folder: CourseFolder,
    unit: str,
    *,
    students: list[str] | None = None,
    force: bool = False,
    workers: int | None = None,
    pool: AbstractContextManager[Pool] | None = None,
    progress: Callable[[Graded], None] = lambda graded: None,
) -> Iterator[Graded]:
    """Grade all submissions of ``unit`` (or those of ``students``), and yield each as it is done.

    A submission whose file, key, unit and engine are those of the last grading keeps its marks,
    unless ``force``.  ``pool`` does the work; without one, a worker on each core (or ``workers``)
    does.  Rows and files are written in the order of the students; submissions whose result is
    doubtful (see ``Result``) are graded once more at the end, one at a time, and that counts.
    ``progress`` is called after each.  Raises UnknownUnit, NoSandbox, Busy, Stopped.
    """
    places = [Path(folder.course.root), temporary_folder()]
    with told_in_words(places), _alone(folder), folder.gradebook() as gradebook:
        if not folder.trusted and pool is None:
            require()
        common = folder.common(gradebook, unit)  # knows best what to say of an unknown unit
        driver = Driver(folder, unit, Ledger(gradebook, unit), common, force)
        names = students if students is not None else folder.students(unit)
        try:
            for graded in driver.everyone(sorted(names), pool, workers):
                progress(graded)
                yield graded
        finally:
            for staged in driver.aside:  # a run that is stopped
                clear(staged)


@contextmanager
def _alone(folder: CourseFolder) -> Iterator[None]:
    """Keep a second driver out of the course; the system lets go of the lock when this one ends."""
    root = os.open(folder.course.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"Another `autograder grade` is at work in {folder.course.root}; wait for its end."
            ) from None
        yield
    finally:
        os.close(root)
