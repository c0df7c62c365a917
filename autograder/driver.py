"""Reads submissions, hands them to a pool of workers, and writes what comes back: the only writer.

What survives if it is stopped at any moment: a submission's files are written aside, its rows are
committed in one transaction, then the files are put in their place, ``marks.json`` with its hashes
among them.  A submission without such a ``marks.json`` is graded again by the next run, and its
rows are written over.  So nothing is lost, and nothing counts twice.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import Problem, problem_with_one, stopped_for_room
from autograder.nbgrader_plugin.autograded import publish, read_marks, stage, tidy
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.nbgrader_plugin.gradebook import LatePenalties, Ledger
from autograder.records import again, carry_over, changes
from autograder.submission.files import submitted_timestamp
from autograder.tasks import Common, Result, Task
from autograder.workers.crew import pool_for
from autograder.workers.pool import Pool, Submission

CALM = 900.0  # seconds in which doubtful submissions are graded again one at a time
TRIES = 2  # more gradings of a doubtful submission, at the most


@dataclass
class Graded:
    """How a student's submission came out.  ``folder`` holds the graded notebooks and the marks.

    ``kept`` says that nothing had changed since the last grading, ``failed`` why nothing is decided
    about it, if so, ``changes`` who gained or lost what since the last grading; ``again`` why the
    same submission was graded once more.
    """

    student: str
    folder: Path
    kept: bool = False
    failed: Problem | None = None
    changes: list[str] = field(default_factory=list)
    again: str = ""

    @cached_property
    def notebooks(self) -> dict[str, dict[str, Any]]:
        """The records of ``marks.json`` by notebook, read from there."""
        found: dict[str, dict[str, Any]] = (read_marks(self.folder) or {}).get("notebooks", {})
        return found


@dataclass
class Staged:
    """A submission that is graded, its files written aside, its rows not yet.

    ``folder`` is where they lie; None where they could not be written at all.
    """

    student: str
    folder: Path | None
    results: list[Result]
    doubtful: bool


@dataclass
class Driver:
    """One grading of one unit.

    Whatever reading or writing *one* submission raises is that submission's record, as what grading
    it raises is (``grade.py``); what the machine is to blame for ends the run.
    """

    folder: CourseFolder
    unit: str
    ledger: Ledger
    common: list[Common]
    force: bool
    kept: list[Graded] = field(default_factory=list)
    aside: set[Path] = field(default_factory=set)  # folders that are staged, and not in place

    def everyone(
        self,
        students: list[str],
        pool: AbstractContextManager[Pool] | None,
        workers: int | None,
    ) -> Iterator[Graded]:
        """Grade those of ``students`` whose work has changed; gives all, the others too."""
        self.penalties = LatePenalties(self.folder.config)
        todo = self._changed(students)
        first = list(itertools.islice(todo, workers or os.cpu_count()))  # no more can be at work
        yield from self._kept_so_far()
        if not first:
            return
        with pool or pool_for(len(first), workers) as at_work:
            doubtful = []
            for staged in self._in_order(at_work, itertools.chain(first, todo)):
                yield from self._kept_so_far()
                if staged.doubtful:
                    doubtful.append(staged)
                else:
                    yield self._write(staged)
            yield from self._kept_so_far()
            yield from self._again(at_work, doubtful)

    def _again(self, pool: Pool, doubtful: list[Staged]) -> Iterator[Graded]:
        """The doubtful ones, graded again alone; the longest ones together if that takes too long.

        So no few of them hold up a class.
        """
        doubtful.sort(key=lambda staged: sum(result.seconds for result in staged.results))
        began = time.monotonic()
        while doubtful and time.monotonic() - began < CALM:
            yield self._write(self._confirmed(pool, doubtful.pop(0)))
        for staged in self._in_order(pool, (self._afresh(one.student) for one in doubtful)):
            _stop_without_room(staged.results)
            yield self._write(staged)

    def _afresh(self, student: str) -> Submission:
        return [replace(task, fresh=True) for task in self._read(student)]

    def _confirmed(self, pool: Pool, staged: Staged) -> Staged:
        """A doubtful submission, graded alone until there is no doubt or it comes out as before.

        What ended a process may have come from outside, and may come twice.
        """
        tasks = self._afresh(staged.student)
        for _ in range(TRIES):
            before = [result.scores for result in staged.results]
            ((_, results),) = pool.grade(iter([tasks]))
            staged = self._stage(tasks, results)
            _stop_without_room(results)
            if not staged.doubtful or [result.scores for result in results] == before:
                break
        return staged

    def _changed(self, students: list[str]) -> Iterator[Submission]:
        """The submissions that have to be graded; the others are kept."""
        for student in students:
            tasks = self._read(student)
            marks = read_marks(self._final(student))
            if not self.force and marks and self._unchanged(student, tasks, marks["notebooks"]):
                renamed = self._renamed(student, tasks, marks["notebooks"])
                self.kept.append(Graded(student, self._final(student), kept=True, changes=renamed))
            else:
                yield tasks

    def _read(self, student: str) -> Submission:
        try:
            tidy(self._final(student))
            return self.folder.tasks(self.common, student)
        except Exception as error:
            problem = problem_with_one("reading", "it cannot be read", error)
            return [Task(student, one, None, unread=problem) for one in self.common]

    def _kept_so_far(self) -> Iterator[Graded]:
        while self.kept:
            yield self.kept.pop(0)

    def _renamed(self, student: str, tasks: Submission, records: dict[str, Any]) -> list[str]:
        """Name slips anew where these alone have changed; says on which exercises others are."""
        now = {task.structure.notebook: task.hashes for task in tasks}
        if all(records[name]["hashes"] == hashes for name, hashes in now.items()):
            return []
        from autograder.grade import key_of
        from autograder.renew import renew

        key = tasks[0].common.key
        assert key is not None
        names = renew(self._final(student), key_of(key), now)
        return [f"{student}: {name} is named another slip" for name in names]

    def _unchanged(self, student: str, tasks: list[Task], records: dict[str, Any]) -> bool:
        same = bool(tasks) and all(
            (found := records.get(task.structure.notebook)) is not None
            and _marks_depend_on(found.get("hashes", {})) == _marks_depend_on(task.hashes)
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
        folder: Path | None = None
        try:
            carry_over(read_marks(self._final(student)) or {}, results)
            folder = stage(self._final(student), results, tasks[0].all_files)
            self.aside.add(folder)
        except Exception as error:
            problem = problem_with_one("writing", "its files cannot be written", error)
            results = [replace(result, failed=problem) for result in results]
        return Staged(student, folder, [replace(one, notebook="") for one in results], doubtful)

    def _write(self, staged: Staged) -> Graded:
        """Write a submission's rows, and put its files in their place."""
        student, results = staged.student, staged.results
        final = self._final(student)
        try:
            before = Graded(student, final).notebooks
            handed_in = submitted_timestamp(self.folder.path("submitted", student, self.unit))
            self.ledger.record(student, results, handed_in, self.penalties)
            if staged.folder is not None:
                publish(staged.folder, final)
                self.aside.discard(staged.folder)
                self.folder.nbgraders_own.set_permissions(self.unit, student)
        except Exception as error:
            problem = problem_with_one("writing", "its grades cannot be written", error)
            return Graded(student, final, failed=problem)
        failed = next((result.failed for result in results if result.failed), None)
        now = {result.notebook_name: result.record() for result in results}
        told = list(changes(student, before, now))
        return Graded(student, final, failed=failed, changes=told, again=again(before, now))


def _stop_without_room(results: list[Result]) -> None:
    for result in results:
        if result.failed and result.failed.kind == "no-room":
            raise stopped_for_room(result.failed.says)


def _marks_depend_on(hashes: dict[str, Any]) -> dict[str, Any]:
    """The hashes without that of the slips: these change what is said, and no mark."""
    return {name: value for name, value in hashes.items() if name != "slips"}
