"""Who grades: this process alone, a worker on each core, or the workers of a Dask cluster.

A submission travels with all that grading it needs, and what comes back is its results, so workers
share no folder with the driver and may join and leave while a class is graded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from autograder.errors import Problem
from autograder.grade import grade, undecided
from autograder.tasks import Result, Task
from autograder.untrusted import printable

Submission = list[Task]

AHEAD = 2  # submissions that a worker has: one that is graded, one that waits
MOST_LOSSES = 3  # workers that may be lost over one submission before it is given up


class Pool(Protocol):
    """Grades submissions; results come back as they are done, each with its number."""

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade all; ``submissions`` are taken only as fast as they are graded."""
        ...


class Alone:
    """Grades in this process."""

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade one after the other."""
        for number, tasks in enumerate(submissions):
            yield number, [grade(task) for task in tasks]


def given_up(tasks: Submission, why: str) -> list[Result]:
    """The results of a submission that no worker could grade: nothing is decided."""
    problem = Problem("worker", printable(f"no worker could grade it ({why})", 300))
    return [undecided(task, problem) for task in tasks]
