"""The second door: grades a unit's submissions in parallel.

The driver reads submissions, hands them to a crew (``crew.py``), and is the only writer of the
gradebook and of ``autograded/``.

What survives if it is stopped at any moment: a submission's files are written aside, its rows are
committed in one transaction, then the files are put in their place, ``marks.json`` with its hashes
among them.  A submission without such a ``marks.json`` is graded again by the next run, and its
rows are written over.  So nothing is lost, and nothing counts twice.
"""

from __future__ import annotations

import fcntl
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.changes import changes
from autograder.crew import Crew, Submission, crew_for
from autograder.folder import CourseFolder
from autograder.grade import Result, Task
from autograder.gradebook import LatePenalties, Ledger, publish, read_marks, stage
from autograder.sandbox import require

LOCK = ".autograder.lock"


class Busy(RuntimeError):
    """The course is being graded already; the message says so."""


@dataclass
class Graded:
    """How a student's submission came out.  ``folder`` holds the graded notebooks and the marks.

    ``kept`` says that nothing had changed since the last grading, ``failed`` why the engine could
    not grade it (or ""), ``changes`` who gained or lost what since the last grading.
    """

    student: str
    folder: Path
    kept: bool = False
    failed: str = ""
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
    crew: AbstractContextManager[Crew] | None = None,
    progress: Callable[[Graded], None] = lambda graded: None,
) -> Iterator[Graded]:
    """Grade all submissions of ``unit`` (or those of ``students``), and yield each as it is done.

    A submission whose file, key, unit and engine are those of the last grading keeps its marks,
    unless ``force``.  ``crew`` does the work; without one, a worker on each core (or ``workers``)
    does.  Rows and files are written in the order of the students; submissions whose result is
    doubtful (see ``Result``) are graded once more at the end, one at a time, and that counts.
    ``progress`` is called after each.  Raises UnknownUnit, NoSandbox, Busy.
    """
    if not folder.trusted and crew is None:
        require()
    with _alone(folder), folder.gradebook() as gradebook:
        common = folder.common(gradebook, unit)  # first: it says in words which units there are
        run = _Run(folder, unit, Ledger(gradebook, unit), common, force)
        names = students if students is not None else folder.students(unit)
        for graded in run.everyone(sorted(names), crew, workers):
            progress(graded)
            yield graded


@contextmanager
def _alone(folder: CourseFolder) -> Iterator[None]:
    """Keep a second driver out of the course; the system lets go of the lock when this one ends."""
    path = Path(folder.course.root) / LOCK
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"Another `autograder grade` is at work in {folder.course.root}; wait for its end."
            ) from None
        yield


@dataclass
class _Run:
    """One grading of one unit."""

    folder: CourseFolder
    unit: str
    ledger: Ledger
    common: list
    force: bool
    kept: list[Graded] = field(default_factory=list)

    def everyone(
        self,
        students: list[str],
        crew: AbstractContextManager[Crew] | None,
        workers: int | None,
    ) -> Iterator[Graded]:
        self.penalties = LatePenalties(self.folder.config)
        todo = self._changed(students)
        first = list(itertools.islice(todo, workers or 64))  # enough to know how many are needed
        yield from self._kept_so_far()
        if not first:
            return
        with crew or crew_for(len(first), workers) as at_work:
            again = []
            for staged in self._in_order(at_work, itertools.chain(first, todo)):
                yield from self._kept_so_far()
                if staged.doubtful:
                    again.append(staged.student)
                else:
                    yield self._write(staged)
            yield from self._kept_so_far()
            for student in again:
                tasks = self.folder.tasks(self.common, student)
                ((_, results),) = at_work.grade(iter([tasks]))
                yield self._write(self._stage(tasks, results))

    def _changed(self, students: list[str]) -> Iterator[Submission]:
        """The submissions that have to be graded; the others are kept."""
        for student in students:
            tasks = self.folder.tasks(self.common, student)
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

    def _in_order(self, crew: Crew, submissions: Iterator[Submission]) -> Iterator[Staged]:
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
        for number, results in crew.grade(remembered()):
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
        return Staged(student, folder, [replace(one, notebook="") for one in results], doubtful)

    def _write(self, staged: Staged) -> Graded:
        """Write a submission's rows, and put its files in their place."""
        student, results = staged.student, staged.results
        final = self._final(student)
        before = (read_marks(final) or {"notebooks": {}})["notebooks"]
        self.ledger.record(student, results, self._timestamp(student), self.penalties)
        publish(staged.folder, final)
        failed = next((result.failed for result in results if result.failed), "")
        now = {result.notebook_name: result.record() for result in results}
        return Graded(student, final, failed=failed, changes=list(changes(student, before, now)))

    def _timestamp(self, student: str) -> Any:
        """When a submission was handed in, or None where its timestamp.txt does not say."""
        handed_in = str(self.folder.path("submitted", student, self.unit))
        try:
            return self.folder.course.get_existing_timestamp(handed_in)
        except Exception:  # nbgrader lets whatever the file provokes through
            return None
