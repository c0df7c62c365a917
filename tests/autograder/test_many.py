"""A large class: what the driver holds does not grow with it.  The benchmark grades ten thousand."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from distributed import Future
from distributed.scheduler import TaskState

from autograder.driver import Graded, Staged
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grading
from autograder.tasks import Result, Task
from autograder.workers.dask_pool import Sent
from benchmarks import ten_thousand as many

COUNT, WORKERS = 150, 2
# what holds a submission, its results or its place in the queue, in the engine and in Dask
HOLD = (Task, Result, Sent, Staged, Graded, Future, TaskState)


def held():
    gc.collect()
    return Counter(type(one).__qualname__ for one in gc.get_objects() if type(one) in HOLD)


@pytest.mark.slow
@pytest.mark.sandbox
def test_a_large_class_is_graded_in_order_and_nothing_piles_up(tmp_path, sandbox, monkeypatch):
    right, broken = many.KINDS[0], many.KINDS[-1]
    monkeypatch.setattr(many, "KINDS", [right] + [broken] * 9)  # broken ones take no time
    known = many.make(tmp_path / "course", COUNT)
    seen = []
    for graded in grading(CourseFolder.open(tmp_path / "course"), many.UNIT, workers=WORKERS):
        seen.append(graded.student)
        if len(seen) in (COUNT // 3, COUNT - 10):
            most = held().most_common()
            assert most and most[0][1] <= 40, most
    assert seen == sorted(known), "rows are written in the order of the students"
    assert many.right(tmp_path / "course", known) == (COUNT, COUNT)
