"""The wall where no namespaces may be made within a sandbox: a notebook has a sandbox to itself.

The tests are those of the usual way.  This one is slower, so only what differs in it is tried here.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time

import pytest

from autograder.sandbox import zygote
from autograder.sandbox.processes import descendants
from tests.autograder.sandbox.test_alone import (  # noqa: F401
    test_nothing_that_is_open_is_shared,
    test_what_is_the_machines_own_can_be_written_in_one_place,
    test_who_is_above_a_notebook_cannot_be_looked_into,
)
from tests.autograder.sandbox.test_memory import test_all_folders_share_their_room  # noqa: F401
from tests.autograder.sandbox.test_sandbox import (  # noqa: F401
    test_a_flood_into_the_shared_folder_ends_the_notebook,
    test_a_forger_on_the_witnesses_socket_harms_only_itself,
    test_processes_left_behind_end_with_the_sandbox,
    test_what_a_limit_ended_holds_nothing_any_more,
    test_who_has_no_end_and_left_a_process_behind_is_ended,
)

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that forbids it."""
    monkeypatch.setattr(zygote, "nesting_allowed", lambda: False)


SLEEPS = """
from nbformat.v4 import new_code_cell, new_notebook
from autograder.execution.execute import execute
from autograder.limits import Limits
from autograder.sandbox import zygote
zygote.nesting_allowed = lambda: False
left = "import os, time\\nif os.fork() == 0: os.setsid()\\ntime.sleep(1000)"
execute(new_notebook(cells=[new_code_cell(left)]), {}, Limits(LIMITS))
"""


def _ended(handles: list[int], seconds: float) -> bool:
    """Whether all these processes end in time.  Closes their handles."""
    until = time.monotonic() + seconds
    for handle in handles:
        select.select([handle], [], [], max(0, until - time.monotonic()))
    left = [handle for handle in handles if not select.select([handle], [], [], 0)[0]]
    for handle in handles:
        os.close(handle)
    return not left


@pytest.mark.parametrize("limits", ["", "cell_seconds=2"], ids=["killed", "at its end"])
def test_all_ends_with_the_worker_and_with_the_notebook(limits: str) -> None:
    worker = subprocess.Popen([sys.executable, "-c", SLEEPS.replace("LIMITS", limits)])
    try:
        until = time.monotonic() + 60
        while len(found := list(descendants(worker.pid))) < 5 and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)
        handles = [os.pidfd_open(pid) for pid in descendants(worker.pid)]
        assert len(handles) >= 5, found
        if not limits:
            worker.send_signal(signal.SIGKILL)
        worker.wait(60)
        assert _ended(handles, 5)
    finally:
        worker.kill()
        worker.wait()
