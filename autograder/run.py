"""The second door: grades a unit's submissions in parallel.

The driver reads submissions, hands them to a pool of workers (``workers/pool.py``), and is the only
writer of the gradebook and of ``autograded/``.

What survives if it is stopped at any moment: a submission's files are written aside, its rows are
committed in one transaction, then the files are put in their place, ``marks.json`` with its hashes
among them.  A submission without such a ``marks.json`` is graded again by the next run, and its
rows are written over.  So nothing is lost, and nothing counts twice.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import Problem, stopped_for_room, temporary_folder, told_in_words
from autograder.nbgrader_plugin.autograded import clear, publish, read_marks, stage, tidy
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.nbgrader_plugin.gradebook import LatePenalties, Ledger
from autograder.records import changes
from autograder.sandbox.available import require
from autograder.submission.files import submitted_timestamp
from autograder.tasks import Result, Task
from autograder.workers.local import pool_for
from autograder.workers.pool import Pool, Submission

TRIES = 2  # more gradings of a doubtful submission, at the most


class Busy(RuntimeError):
    """The course is being graded already; the message says so."""


class NobodyToGrade(LookupError):
    """There is nothing to grade, or not of those who are named; the message says what to do."""


@dataclass
class Graded:
    """How a student's submission came out.  ``folder`` holds the graded notebooks and the marks.

    ``kept`` says that nothing had changed since the last grading, ``failed`` why nothing is decided
    about it, if so, ``changes`` who gained or lost what since the last grading.
    """

    student: str
    folder: Path
    kept: bool = False
    failed: Problem | None = None
    changes: list[str] = field(default_factory=list)

    @cached_property
    def notebooks(self) -> dict[str, dict[str, Any]]:
        """The records of ``marks.json`` by notebook, read from there."""
        return (read_marks(self.folder) or {"notebooks": {}})["notebooks"]


@dataclass
class Staged:
    """A submission that is graded, its files written aside, its rows not yet."""

    student: str
    folder: Path
    results: list[Result]
    doubtful: bool


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
        run = _Run(folder, unit, Ledger(gradebook, unit), common, force)
        names = students if students is not None else folder.students(unit)
        try:
            for graded in run.everyone(sorted(names), pool, workers):
                progress(graded)
                yield graded
        finally:
            for staged in run.aside:  # a run that is stopped
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


@dataclass
class _Run:
    """One grading of one unit."""

    folder: CourseFolder
    unit: str
    ledger: Ledger
    common: list
    force: bool
    kept: list[Graded] = field(default_factory=list)
    aside: set[Path] = field(default_factory=set)  # folders that are staged, and not in place

    def everyone(
        self,
        students: list[str],
        pool: AbstractContextManager[Pool] | None,
        workers: int | None,
    ) -> Iterator[Graded]:
        self.penalties = LatePenalties(self.folder.config)
        todo = self._changed(students)
        first = list(itertools.islice(todo, workers or os.cpu_count()))  # no more can be at work
        yield from self._kept_so_far()
        if not first:
            return
        with pool or pool_for(len(first), workers) as at_work:
            again = []
            for staged in self._in_order(at_work, itertools.chain(first, todo)):
                yield from self._kept_so_far()
                if staged.doubtful:
                    again.append(staged)
                else:
                    yield self._write(staged)
            yield from self._kept_so_far()
            for staged in again:
                yield self._write(self._confirmed(at_work, staged))

    def _confirmed(self, pool: Pool, staged: Staged) -> Staged:
        """A doubtful submission, graded alone until there is no doubt or it comes out as before.

        What ended a process may have come from outside, and may come twice.
        """
        tasks = self.folder.tasks(self.common, staged.student)
        for _ in range(TRIES):
            before = [result.scores for result in staged.results]
            ((_, results),) = pool.grade(iter([tasks]))
            staged = self._stage(tasks, results)
            for result in results:
                if result.failed and result.failed.kind == "no-room":
                    raise stopped_for_room(result.failed.says)
            if not staged.doubtful or [result.scores for result in results] == before:
                break
        return staged

    def _changed(self, students: list[str]) -> Iterator[Submission]:
        """The submissions that have to be graded; the others are kept."""
        for student in students:
            tasks = self.folder.tasks(self.common, student)
            tidy(self._final(student))
            marks = read_marks(self._final(student))
            if not self.force and marks and self._unchanged(student, tasks, marks["notebooks"]):
                self.kept.append(Graded(student, self._final(student), kept=True))
            else:
                yield tasks

    def _kept_so_far(self) -> Iterator[Graded]:
        while self.kept:
            yield self.kept.pop(0)

    def _unchanged(self, student: str, tasks: list[Task], records: dict[str, Any]) -> bool:
        same = bool(tasks) and all(
            (found := records.get(task.structure.notebook)) is not None
            and found.get("hashes") == task.hashes
            and not found.get("failed")
            for task in tasks
        )
        return same and self.ledger.agrees(student, records)

    def _in_order(self, pool: Pool, submissions: Iterator[Submission]) -> Iterator[Staged]:
        """Each submission graded and staged, in the order of ``submissions``.

        What is done early waits on the disk, not in memory.
        """
        sent: dict[int, Submission] = {}

        def remembered() -> Iterator[Submission]:
            for number, tasks in enumerate(submissions):
                sent[number] = tasks
                yield tasks

        done: dict[int, Staged] = {}
        following = 0
        for number, results in pool.grade(remembered()):
            done[number] = self._stage(sent.pop(number), results)
            while following in done:
                yield done.pop(following)
                following += 1

    def _final(self, student: str) -> Path:
        return self.folder.path("autograded", student, self.unit)

    def _stage(self, tasks: Submission, results: list[Result]) -> Staged:
        """Write a submission's files aside.  What is kept of the results is small."""
        student = tasks[0].student
        doubtful = any(result.doubtful for result in results)
        folder = stage(self._final(student), results, tasks[0].all_files)
        self.aside.add(folder)
        return Staged(student, folder, [replace(one, notebook="") for one in results], doubtful)

    def _write(self, staged: Staged) -> Graded:
        """Write a submission's rows, and put its files in their place."""
        student, results = staged.student, staged.results
        final = self._final(student)
        before = Graded(student, final).notebooks
        handed_in = submitted_timestamp(self.folder.path("submitted", student, self.unit))
        self.ledger.record(student, results, handed_in, self.penalties)
        publish(staged.folder, final)
        self.aside.discard(staged.folder)
        self.folder.nbgraders_own.set_permissions(self.unit, student)
        failed = next((result.failed for result in results if result.failed), None)
        now = {result.notebook_name: result.record() for result in results}
        return Graded(student, final, failed=failed, changes=list(changes(student, before, now)))
