"""The workers of a Dask cluster as a pool, on this machine's cores or on others."""

from __future__ import annotations

import asyncio
import time
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from autograder.grade import grade
from autograder.sandbox.available import NoSandbox, require
from autograder.tasks import Result, engine_hash
from autograder.workers.pool import AHEAD, MOST_LOSSES, Submission, given_up

LOOK = 1.0  # seconds between two looks at who is there
FETCH = 60.0  # seconds to fetch a result that is there; its worker may have left with it
# Dask remembers the last thousand messages to each worker, submissions and all, for its developers;
# and it warns of tasks of 10 MB, which a student's weights are
SHORT_MEMORY = {
    "distributed.admin.low-level-log-length": 10,
    "distributed.admin.large-graph-warning-threshold": "1GB",
}


class SchedulerLost(RuntimeError):
    """The cluster's scheduler went away while a class was graded; the message says what to do."""

    def __str__(self) -> str:
        return (
            "The connection to the scheduler broke. What was graded is written; start the "
            "scheduler and its workers again, type the same command, and the rest follows."
        )


@dataclass
class Sent:
    """A submission that is with the workers: how often it was sent, and Dask's handle on it."""

    number: int
    tasks: Submission
    times: int = 0
    future: Any = None


class DaskPool:
    """Grades on the workers of a Dask cluster, one submission at a time on each.

    A worker that is found fit (see ``_fit``) gets a Dask *resource*, and submissions ask for it: so
    Dask itself sends none to a worker with another engine or without a sandbox, nor two at a time
    to one with several threads, and sends those of a lost worker to another that has it.
    """

    def __init__(
        self, client: Any, *, trusted: bool = False, say: Callable[[str], None] = lambda text: None
    ) -> None:
        self.client, self.trusted, self.say = client, trusted, say
        self._fit: set[str] = set()
        self._unfit: set[str] = set()
        self._said_waiting = False
        self._looked = float("-inf")

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade all; a submission whose worker was lost goes to another.  Raises SchedulerLost."""
        new = (Sent(number, tasks) for number, tasks in enumerate(submissions))
        back: deque[Sent] = deque()  # whose workers have all left
        waiting: dict[str, Sent] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        more = True
        while more or back or waiting:
            if time.monotonic() - self._looked > LOOK and self._everyone_left():
                for sent in waiting.values():
                    sent.future.release()  # or it would be graded twice
                back.extend(waiting.values())
                waiting.clear()
            while len(waiting) < AHEAD * len(self._fit):
                one = back.popleft() if back else next(new, None)
                if one is None:
                    more = False
                    break
                if one.times > MOST_LOSSES:
                    yield one.number, given_up(one.tasks, "all its workers left")
                    continue
                one.future = self._send(one.tasks)
                one.times += 1
                waiting[one.future.key] = one
                one.future.add_done_callback(done.put)
            try:
                future = done.get(timeout=LOOK)
            except Empty:
                continue
            if future.key not in waiting:
                continue  # it was sent again meanwhile
            if future.cancelled():
                raise SchedulerLost
            sent = waiting.pop(future.key)
            if (results := _results_of(future, sent.tasks)) is None:
                back.append(sent)
            else:
                yield sent.number, results

    def _send(self, tasks: Submission) -> Any:
        resources = {resource(self.trusted): 1}
        return self.client.submit(_grade, tasks, pure=False, retries=2, resources=resources)

    def _everyone_left(self) -> bool:
        """Look at who is there; whether nobody is left of those who could grade before.

        What had been sent is then sent again: Dask reconsiders what nobody could take only when a
        worker joins that has the resource from the start.
        """
        name = resource(self.trusted)
        if self.client.status != "running":
            raise SchedulerLost  # asking it would only take a while
        try:
            workers = self.client.scheduler_info().get("workers")
            if workers is None:
                raise SchedulerLost  # it went away this very moment, and Dask remembers little
            before = self._fit
            self._fit = {address for address, one in workers.items() if name in one["resources"]}
            stayed = before & self._fit
            strange = [
                address
                for address in workers.keys() - self._fit - self._unfit
                if workers[address]["status"] == "running"
            ]
            if strange:
                self._examine(strange)
        except OSError:
            raise SchedulerLost from None
        if not self._fit and not self._said_waiting:
            self.say("nobody is there to grade: waiting for workers (Ctrl-C ends this, a rerun "
                     "goes on where it stopped)")  # fmt: skip
        elif self._fit and self._said_waiting:
            self.say(f"{len(self._fit)} workers are there: going on")
        self._said_waiting = not self._fit
        self._looked = time.monotonic()
        return bool(before) and not stayed

    def _examine(self, strange: list[str]) -> None:
        """Give the fit ones among new workers the resource; say once who is not, and why."""
        found = self.client.run(
            _fit, engine_hash(), self.trusted, workers=strange, on_error="return"
        )
        reasons: dict[str, list[str]] = {}
        for address, problem in found.items():
            if problem == "":
                self._fit.add(address)
            elif not isinstance(problem, OSError):  # that one has left while it was asked
                self._unfit.add(address)
                if isinstance(problem, BaseException):
                    problem = f"it cannot load sliding-windows ({problem})"
                reasons.setdefault(problem, []).append(address)
        for problem, addresses in reasons.items():
            many = "worker" if len(addresses) == 1 else "workers"
            self.say(f"{many} {', '.join(sorted(addresses))} left out: {problem}")


def resource(trusted: bool) -> str:
    """What a worker has that may grade for this engine: the name of a Dask resource."""
    return f"sliding-windows-{engine_hash()[:16]}{'-trusted' if trusted else ''}"


async def _fit(engine: str, trusted: bool, dask_worker: Any) -> str:
    """On a worker: why it may not grade for a driver with this ``engine``, or ""."""
    if engine != engine_hash():
        return "it has another version of sliding-windows than this machine; install the same"
    if not trusted:
        try:
            await asyncio.to_thread(require)
        except NoSandbox as error:
            return str(error)
    await dask_worker.set_resources(**{resource(trusted): 1})
    return ""


def _grade(tasks: Submission) -> list[Result]:
    """On a worker: grade a submission."""
    return [grade(task) for task in tasks]


def _results_of(future: Any, tasks: Submission) -> list[Result] | None:
    """What a finished future brings, or None if it was lost on the way."""
    try:
        error = future.exception(timeout=FETCH)
        if error is not None:
            return given_up(tasks, f"{type(error).__name__}: {error}")
        results: list[Result] = future.result(timeout=FETCH)
        return results
    except (OSError, CancelledError):
        return None
    finally:
        future.release()
