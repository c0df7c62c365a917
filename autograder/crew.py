"""Who grades: this process alone, a worker on each core, or the workers of a Dask cluster.

A submission travels with all that grading it needs, and what comes back is its results, so workers
share no folder with the driver and may join and leave while a class is graded.
"""

from __future__ import annotations

import asyncio
import ipaddress
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from typing import Any, Protocol
from urllib.parse import urlsplit

from autograder.grade import Result, Task, engine_hash, grade, undecided
from autograder.sandbox import NoSandbox, require, sweep

Submission = list[Task]
AHEAD = 2  # submissions sent per worker: one that is graded, one that waits
LONGEST_START = 120  # seconds that this machine's workers may take to start
MOST_LOSSES = 3  # workers that may be lost over one submission before it is given up


class Crew(Protocol):
    """Grades submissions; results come back as they are done, each with its number."""

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade all; ``submissions`` are taken only as fast as they are graded."""
        ...


class Refused(ValueError):
    """A cluster is not used as it is; the message says why and what to do."""


class Alone:
    """Grades in this process."""

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade one after the other."""
        for number, tasks in enumerate(submissions):
            yield number, [grade(task) for task in tasks]


class Workers:
    """Grades on the workers of a Dask cluster, one submission at a time on each."""

    def __init__(self, client: Any, say: Callable[[str], None] = lambda text: None) -> None:
        self.client, self.say = client, say

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade all; a submission whose worker was lost goes to another."""
        from distributed import as_completed

        numbered = enumerate(submissions)
        waiting: dict[str, tuple[int, Submission]] = {}
        running = as_completed(loop=self.client.loop)

        def send(number: int, tasks: Submission) -> None:
            future = self.client.submit(_grade, tasks, engine_hash(), pure=False, retries=2)
            waiting[future.key] = number, tasks
            running.add(future)

        def fill() -> None:
            """Send as many as the workers of this moment can take."""
            while len(waiting) < max(2, AHEAD * self._size()):
                try:
                    send(*next(numbered))
                except StopIteration:
                    return

        fill()
        for future in running:
            number, tasks = waiting.pop(future.key)
            error = future.exception()
            results = future.result() if error is None else None
            future.release()
            fill()
            yield number, results if error is None else [_lost(task, error) for task in tasks]

    def _size(self) -> int:
        """The threads of all workers that are there now."""
        return sum(self.client.nthreads().values())


def _grade(tasks: Submission, engine: str) -> list[Result]:
    """On a worker: grade a submission with the driver's own engine, in a sandbox."""
    if engine != engine_hash():
        raise RuntimeError("this worker has another version of sliding-windows than the driver")
    if not all(task.common.trusted for task in tasks):
        require()
    return [grade(task) for task in tasks]


def _lost(task: Task, error: BaseException) -> Result:
    """The result of a submission that no worker could grade: nothing is decided."""
    says = f"no worker could grade it ({type(error).__name__}: {error})"
    return undecided(task, " ".join(says.split())[:300])


# ------------------------------------------------------------------- this machine's cores


def prepare() -> None:
    """Start, in the background, the process that local workers are forked from.

    It imports the engine once for all of them, while the driver still imports what it needs.
    """
    multiprocessing.set_forkserver_preload(["autograder.ready"])
    forkserver.ensure_running()


@contextmanager
def local(workers: int) -> Iterator[Crew]:
    """A crew of so many workers on this machine."""
    import dask
    from distributed import Client, LocalCluster

    quiet = {
        "distributed.worker.memory.terminate": False,
        "distributed.worker.memory.pause": False,
        "distributed.admin.tick.limit": "60s",
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.scheduler.allowed-failures": MOST_LOSSES,
    }
    prepare()
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=0,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=50,
            memory_limit=0,
        ) as cluster,
    ):
        cluster.loop.add_callback(_keep_up, cluster, workers)
        with Client(cluster) as client:
            client.wait_for_workers(workers, timeout=LONGEST_START)
            yield Workers(client)


async def _keep_up(cluster: Any, size: int) -> None:
    """Keep so many workers: Dask gives a place up for good whose worker ends while it starts."""
    from distributed.core import Status

    while cluster.status == Status.running:
        for name, worker in list(cluster.workers.items()):
            if worker.status in (Status.failed, Status.closed):
                cluster.worker_spec.pop(name, None)
        cluster.scale(size)
        await asyncio.sleep(0.5)


# ------------------------------------------------------------------------------- clusters


@contextmanager
def remote(
    address: str, *, plain_text: bool = False, say: Callable[[str], None] = lambda text: None
) -> Iterator[Crew]:
    """The crew of the Dask cluster whose scheduler is at ``address``.

    Certificates for ``tls://`` are Dask's own settings (``distributed.comm.tls``).  ``say`` is told
    the dashboard's address, and when there is nobody to grade.  Raises Refused for a plain-text
    scheduler beyond this machine, unless ``plain_text``, and for one that cannot be reached.
    """
    refuse_plain_text(address, plain_text)
    from distributed import Client

    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise Refused(
            f"No Dask scheduler answers at {address} ({error}). Is it running, can this machine "
            "reach it, and do the certificates fit? See docs/operator.md."
        ) from None
    with client:
        if client.dashboard_link:
            say(f"dashboard: {client.dashboard_link}")
        yield Workers(client, say)


def refuse_plain_text(address: str, allowed: bool) -> None:
    """Raise Refused if students' work and marks would cross a network that anyone can read."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if allowed or parts.scheme not in ("tcp", "ws") or _is_here(parts.hostname or ""):
        return
    raise Refused(
        f"{address} is a plain-text connection to another machine: whoever can reach it can read "
        "submissions, change marks and run code as you. Switch TLS on and use tls:// (see "
        "docs/operator.md), or pass --plain-text if the network itself is yours alone."
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def crew_for(count: int, workers: int | None) -> Iterator[Crew]:
    """A local crew that fits ``count`` submissions (any number beyond a few counts as many)."""
    size = min(workers or os.cpu_count() or 1, count)
    if size <= 1:
        yield Alone()
        return
    try:
        with local(size) as crew:
            yield crew
    finally:
        sweep()  # workers end without a last act of their own


__all__ = ["Alone", "Crew", "NoSandbox", "Refused", "Workers", "crew_for", "local", "remote"]
