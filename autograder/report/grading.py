"""Grades a class before the operator's eyes: a bar meanwhile, a table and what to look at after."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from autograder.driver import Graded
from autograder.errors import Problem
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.report.console import above, bar, complain, console, print_lines
from autograder.report.table import LARGE, Summary, class_table
from autograder.report.variants import Difficulty
from autograder.run import grading, students_of
from autograder.workers import cluster, local
from autograder.workers.pool import Pool


@dataclass(frozen=True)
class Workers:
    """Who is to grade: so many processes of this machine, or those of a Dask cluster.

    ``scheduler`` is the cluster's address, ``plain_text`` allows one that anybody can read, and
    ``dashboard`` shows Dask's page of this machine's own workers.
    """

    number: int | None = None
    scheduler: str | None = None
    plain_text: bool = False
    dashboard: bool = False

    def pool(
        self, trusted: bool, say: Callable[[str], None]
    ) -> AbstractContextManager[Pool] | None:
        """The pool, or None for the one that fits the class.  Raises Refused, NoSandbox."""
        if self.scheduler is not None:
            return cluster.remote(
                self.scheduler, plain_text=self.plain_text, trusted=trusted, say=say
            )
        if self.dashboard:
            return local.with_dashboard(self.number, trusted=trusted, say=say)
        return None


def grade_class(
    unit: str,
    course: Path,
    *,
    students: list[str],
    force: bool,
    trusted: bool,
    workers: Workers,
) -> bool:
    """Grade ``unit`` for ``students`` (all who handed in, if none is named), and print the outcome.

    Returns whether everybody was graded.  Raises what ``run.grading`` does, NoCourse, BadSettings,
    NobodyToGrade, Refused.
    """
    if workers.scheduler is not None:
        cluster.refuse_plain_text(workers.scheduler, workers.plain_text)
    folder = CourseFolder.open(course)
    folder.trusted = folder.trusted or trusted
    names = students_of(folder, unit, students)
    summary, difficulty = Summary(unit), Difficulty()
    some: list[Graded] = []  # a table is for a class, not for ten thousand
    began = time.perf_counter()
    with bar() as progress:
        task = progress.add_task(f"grading {unit}", total=len(names))
        of = workers.pool(folder.trusted, above(progress))
        for one in grading(
            folder, unit, students=names, force=force, workers=workers.number, pool=of
        ):
            progress.advance(task)
            summary.add(one)
            difficulty.add(one)
            if len(names) <= LARGE:
                some.append(one)
    for name in () if students else folder.left_out(unit):
        why = Problem("reading", "its folder bears no name for a student; rename it")
        one = Graded(name, folder.path("autograded", name, unit), failed=why)
        summary.add(one)
        some.append(one)
    seconds = time.perf_counter() - began
    with folder.gradebook() as gradebook:
        columns = folder.columns(gradebook, unit)
    some = some if len(names) <= LARGE else []
    some.sort(key=lambda one: one.student)
    console.print(class_table(unit, some, columns) if some else summary.table(columns))
    console.print(
        f"{summary.count} submissions in {seconds:.1f} s, {len(names) / seconds:.1f} a second "
        f"({summary.kept} unchanged, kept)."
    )
    if variants := difficulty.table():
        console.print(variants)
    print_lines("Variants that may be unfair:", difficulty.warnings())
    print_lines("What to look at:", summary.found)
    print_lines("Changed since the last grading:", summary.changes)
    if not summary.changes and (again := +summary.again):
        console.print(
            f"{again.total()} graded again ({', '.join(again)}): nobody's points changed."
        )
    for name, failed in summary.failed.items():
        complain(f"{name} was not graded:", failed)
    return not summary.failed
