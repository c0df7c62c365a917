"""The second door: grades a unit's submissions in parallel.

The driver reads submissions, hands tasks to Dask workers, and is the only writer of the gradebook
and of ``autograded/``.  A task carries all that it needs, so workers share no folder with it.
"""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Gradebook

from autograder.folder import CourseFolder
from autograder.grade import Result, Task, grade
from autograder.gradebook import (
    assign_late_penalty,
    clear,
    protect,
    read_marks,
    record,
    submitted_timestamp,
    write_extra_files,
    write_files,
)
from autograder.sandbox import require


@dataclass
class Graded:
    """How a student's submission came out: the records of ``marks.json`` by notebook.

    ``kept`` says that nothing had changed since the last grading, ``before`` are the records then.
    """

    student: str
    notebooks: dict[str, dict[str, Any]]
    kept: bool = False
    before: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def failed(self) -> str:
        """Why the engine could not grade it, or ""."""
        return next((nb["failed"] for nb in self.notebooks.values() if nb["failed"]), "")


def grade_unit(
    folder: CourseFolder,
    unit: str,
    *,
    students: list[str] | None = None,
    force: bool = False,
    workers: int | None = None,
    progress: Callable[[Graded], None] = lambda graded: None,
) -> list[Graded]:
    """Grade all submissions of ``unit`` (or those of ``students``); what came out, by student.

    A submission whose file, key, unit and engine are those of the last grading keeps its marks,
    unless ``force``.  ``progress`` is called after each.  Raises UnknownUnit, NoSandbox.
    """
    if not folder.trusted:
        require()
    done: list[Graded] = []
    with folder.gradebook() as gradebook, warnings.catch_warnings():
        # SQLAlchemy's complaint about nbgrader's own add_submission
        warnings.filterwarnings("ignore", message="Object of type <Submitted")
        tasks: dict[str, list[Task]] = {}
        for student in students if students is not None else folder.students(unit):
            todo = folder.tasks(gradebook, unit, student)
            marks = read_marks(folder.path("autograded", student, unit)) or {"notebooks": {}}
            if not force and _unchanged(todo, marks["notebooks"]):
                done.append(Graded(student, marks["notebooks"], kept=True))
                progress(done[-1])
            else:
                tasks[student] = todo
        for student, results in _run(tasks, workers):
            before = (read_marks(folder.path("autograded", student, unit)) or {}).get(
                "notebooks", {}
            )
            files = tasks[student][0].files if tasks[student] else {}
            _write(folder, gradebook, student, unit, results, files)
            records = {result.notebook_name: result.record() for result in results}
            done.append(Graded(student, records, before=before))
            progress(done[-1])
    return sorted(done, key=lambda graded: graded.student)


def _unchanged(tasks: list[Task], records: dict[str, Any]) -> bool:
    return bool(tasks) and all(
        (found := records.get(task.structure.notebook)) is not None
        and found.get("hashes") == task.hashes
        and not found.get("failed")
        for task in tasks
    )


def _run(tasks: dict[str, list[Task]], workers: int | None) -> Iterator[tuple[str, list[Result]]]:
    """The results of each student's tasks, as they are done."""
    count = min(workers or os.cpu_count() or 1, len(tasks))
    if count <= 1:
        for student, todo in tasks.items():
            yield student, _grade_all(todo)
        return
    from distributed import as_completed

    with _cluster(count) as client:
        waiting = iter(tasks.items())

        def submit() -> list[Any]:
            """The next submission, if there is one: only a few are under way at a time."""
            for student, todo in waiting:
                return [client.submit(_grade_student, student, todo, pure=False)]
            return []

        first = [future for _ in range(2 * count) for future in submit()]
        running = as_completed(first)
        for future in running:
            yield future.result()
            future.release()
            running.update(submit())


@contextmanager
def _cluster(workers: int) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster

    quiet = {
        "distributed.worker.memory.terminate": False,
        "distributed.admin.tick.limit": "60s",
        # workers are forked from a process that has imported the engine once for all of them
        "distributed.worker.multiprocessing-method": "forkserver",
    }
    multiprocessing.set_forkserver_preload(["autograder.grade", "distributed"])
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _grade_student(student: str, tasks: list[Task]) -> tuple[str, list[Result]]:
    return student, _grade_all(tasks)


def _grade_all(tasks: list[Task]) -> list[Result]:
    return [grade(task) for task in tasks]


def _write(
    folder: CourseFolder,
    gradebook: Gradebook,
    student: str,
    unit: str,
    results: list[Result],
    files: dict[str, bytes],
) -> None:
    """Everything that a graded submission leaves behind."""
    gradebook.update_or_create_student(student)
    stamp = submitted_timestamp(folder.path("submitted", student, unit))
    gradebook.update_or_create_submission(unit, student, **({"timestamp": stamp} if stamp else {}))
    graded = folder.path("autograded", student, unit)
    clear(graded)
    for result in results:
        record(gradebook, result)
        write_files(graded, result)
        assign_late_penalty(folder.course, folder.config, result)
    write_extra_files(graded, files)
    protect(graded)


__all__ = ["Graded", "grade_unit"]
