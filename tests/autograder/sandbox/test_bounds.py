"""What a sleeper costs, whom a limit counts, and that nobody is ended by a number."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import execute
from autograder.execution.questions import Questions
from autograder.execution.watchdog import Use
from autograder.limits import Limits
from autograder.sandbox.processes import kill
from autograder.sandbox.sandbox import own_uid


@pytest.mark.sandbox
def test_who_sleeps_has_nobody_to_blame(sandbox):
    sleeps = new_code_cell("import time\ntime.sleep(60)")
    asked = new_code_cell("def f(x): time.sleep(60)")
    asked.metadata["nbgrader"] = {"grade_id": "f"}
    limits = Limits(cell_seconds=1, answer_seconds=1)
    nb = new_notebook(cells=[sleeps, asked])
    execution = execute(nb, {"f": Questions.of([(1,)])}, limits)
    assert [(stop.kind, stop.doubtful) for stop in execution.stops] == [("timeout", False)]
    assert execution.answers["f"].problem.kind == "timeout" and not execution.doubtful


@pytest.mark.parametrize(
    ("use", "starved"),
    [
        (Use(1, 0), False),  # it slept
        (Use(10, 5), False),  # it had all that it may have
        (Use(1, 0.5), False),
        (Use(4, 6), True),  # others ran, or the machine stood still
    ],
)
def test_whose_fault_it_is(use, starved):
    assert use.starved_since(Use(), 10) is starved
    later = Use(use.busy + 7, use.lost + 9)
    assert later.starved_since(Use(7, 9), 10) is starved


def test_a_process_that_is_not_below_is_not_ended():
    """Its number may have been another's, that was to be ended."""
    stranger, own = (subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
                     for _ in range(2))  # fmt: skip
    try:
        kill([stranger.pid, 2**22 - 1], below=own.pid)
        time.sleep(0.1)
        assert stranger.poll() is None
        kill([own.pid], below=own.pid)
        assert own.wait(10) == -signal.SIGKILL
        kill([stranger.pid], below=os.getpid())
        assert stranger.wait(10) == -signal.SIGKILL
    finally:
        for process in (stranger, own):
            process.kill()
            process.communicate()


def test_each_process_has_a_user_of_its_own_for_its_sandboxes():
    code = "from autograder.sandbox.sandbox import own_uid; print(own_uid())"
    others = {
        int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(2)
    }
    assert len(others | {own_uid()}) == 3 and min(others) >= 62_000
