"""The processes of this machine: what ends one costs nobody else anything, and none can be reached."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_notebook

from autograder.sandbox.processes import descendants
from autograder.submission.structure import Cell, Structure
from autograder.tasks import Common, Task
from autograder.workers.crew import Crew, pool_for
from autograder.workers.pool import MOST_LOSSES, Alone
from tests.support.cells import KERNEL, cell

pytestmark = [pytest.mark.slow, pytest.mark.sandbox, pytest.mark.timeout(300)]

KEY = """
from exercises.authoring import Group, exercise


@exercise(points=2, returns="W * H", examples={}, groups=[Group("all", [(41, 43), (47, 53)])])
def area(W, H):
    return W * H
"""
IN_A_WORKER = "import multiprocessing, os\nif multiprocessing.current_process().name == 'worker':"
ENDS = f"{IN_A_WORKER}\n    os._exit(7)\n{KEY}"
FAILS = f"{IN_A_WORKER}\n    raise KeyError('a key that cannot be used')\n{KEY}"
STRUCTURE = Structure(
    "u", "unit", KERNEL,
    tuple(Cell(name, "code", text, text, None, tests, tests, not tests, False, 2.0 * tests)
          for name, text, tests in (("answer", "", False), ("area", "area", True))),
)  # fmt: skip
RIGHT, SLOW = "def area(W, H):\n    return W * H", "import time\ntime.sleep(3)\n"


def submission(student: str, answer: str = RIGHT, key: str = KEY) -> list[Task]:
    cells = [cell(answer, "answer", solution=True), cell("area", "area", 2)]
    return [
        Task(student, Common(STRUCTURE, key=key), json.dumps(new_notebook(cells=cells)).encode())
    ]


def earned(crew, submissions):
    """The scores by number, or why nothing is decided."""
    return {
        number: str(result.failed) if result.failed else result.scores
        for number, (result,) in crew.grade(iter(submissions))
    }


@pytest.fixture(scope="module")
def crew(sandbox):
    with Crew(2) as crew:
        yield crew


def test_everybody_is_graded_once(crew):
    class_ = [submission(f"s{n}", RIGHT if n % 3 else "def area(W, H):\n    return W + H")
              for n in range(9)]  # fmt: skip
    assert earned(crew, class_) == {n: {"area": 2.0 if n % 3 else 0.0} for n in range(9)}
    assert earned(crew, []) == {}
    assert earned(crew, class_[1:2]) == {0: {"area": 2.0}}, "and it goes on with the same processes"


def test_what_ends_each_process_is_given_up_and_the_others_are_graded(crew):
    class_ = [submission("ann"), submission("bad", key=ENDS), *map(submission, ("cleo", "dan"))]
    found = earned(crew, class_)
    assert f"{MOST_LOSSES + 1} of them ended over it" in found.pop(1)
    assert found == {number: {"area": 2.0} for number in (0, 2, 3)}


def test_what_cannot_be_graded_waits_for_a_person(crew):
    found = earned(crew, [submission("bad", key=FAILS), submission("ann")])
    assert "no worker could grade it" in found[0] and "a key that cannot be used" in found[0]
    assert found[1] == {"area": 2.0}


def test_a_process_that_is_killed_is_replaced_and_its_work_is_done(crew):
    before = {worker.process.pid for worker in crew._workers}

    def kill():
        time.sleep(1.5)
        os.kill(crew._workers[0].process.pid, signal.SIGKILL)

    threading.Thread(target=kill).start()
    class_ = [submission(f"s{n}", SLOW + RIGHT) for n in range(4)]
    assert earned(crew, class_) == {n: {"area": 2.0} for n in range(4)}
    assert len({worker.process.pid for worker in crew._workers} & before) == 1


def test_submissions_are_taken_as_they_are_graded(crew):
    taken = []
    names = (taken.append(n) or submission(f"s{n}") for n in range(50))
    running = crew.grade(names)
    next(running)
    assert len(taken) <= 5, "two for each process, and one in the place of the first"
    running.close()


def test_whoever_goes_on_after_a_stop_hears_nothing_of_before(crew):
    running = crew.grade(iter([submission(f"s{n}", SLOW + RIGHT) for n in range(4)]))
    next(running)
    running.close()  # three are with the crew yet
    assert earned(crew, [submission("ann", "def area(W, H):\n    return 0")]) == {0: {"area": 0.0}}


def test_nothing_of_it_can_be_reached_over_a_network(crew):
    assert earned(crew, [submission("ann")])
    for pid in [worker.process.pid for worker in crew._workers]:
        process = psutil.Process(pid)
        assert process.net_connections("inet") == []


def test_for_one_submission_no_process_is_started():
    for count, workers in ((1, None), (9, 1)):
        with pool_for(count, workers) as pool:
            assert isinstance(pool, Alone)


@pytest.mark.parametrize("ends", ["by itself", "killed"])
def test_no_process_outlives_the_command(sandbox, tmp_path, ends):
    """A script without the guard that multiprocessing asks for runs once, too."""
    script = tmp_path / "script.py"
    script.write_text(
        "from tests.autograder.workers.test_crew import *\n"
        "crew = Crew(2)\ncrew.__enter__()\n"
        "running = crew.grade(iter([submission(f's{n}', SLOW + RIGHT) for n in range(4)]))\n"
        "next(running)\nprint('ran', flush=True)\n"
        + ("crew.__exit__()\n" if ends == "by itself" else "time.sleep(100)\n")
    )
    root = str(Path(__file__).parents[3])
    run = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": root, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert run.stdout is not None and run.stdout.readline() == "ran\n"
    below = set(descendants(run.pid))
    assert len(below) >= 3, "the process that they are forked from, and two"
    if ends == "killed":
        run.kill()
    with run.stdout:
        assert run.stdout.read() == "" and run.wait() == (0 if ends == "by itself" else -9)
    deadline = time.monotonic() + 20
    while (
        left := {pid for pid in below if psutil.pid_exists(pid)}
    ) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == set()
