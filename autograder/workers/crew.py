"""A pool on this machine: a process for each core, forked from one that has the engine imported.

Each talks to the driver over a pipe that nobody else can open, and takes one submission after the
other; a second waits in the pipe meanwhile.  A process that ends is replaced, and what it had goes
to another.

No library's pool: ``concurrent.futures`` and ``multiprocessing`` give up, or wait for ever, when
a process is killed, and a Dask cluster takes seconds to start and listens on the loopback, which
every user of a machine can reach.  Clusters of many machines are Dask's (``cluster.py``).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import types
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue

from autograder.grade import grade
from autograder.sandbox.leftovers import sweep
from autograder.sandbox.zygote import let_go
from autograder.tasks import Result
from autograder.workers.forkserver import prepare
from autograder.workers.pool import AHEAD, MOST_LOSSES, Alone, Pool, Submission, given_up

PATIENCE = 5.0  # seconds for a process to end by itself


@dataclass
class Sent:
    """A submission that is with the crew: its number, and how many processes it has cost."""

    number: int
    tasks: Submission
    losses: int = 0


@dataclass
class Worker:
    """A process of the crew, the driver's end of its pipe, and what it has, in its order."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    has: deque[Sent] = field(default_factory=deque)

    @classmethod
    def start(cls) -> Worker:
        """A fresh one.  Raises OSError."""
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=_work, args=(theirs,), name="worker", daemon=True)
        with theirs, _without_a_main():
            process.start()
        return cls(process, ours)

    def give(self, one: Sent) -> None:
        """Have it grade a submission, after those that it has."""
        self.has.append(one)
        with contextlib.suppress(OSError):  # it has ended, which is seen by its pipe
            self.pipe.send(one.tasks)

    def end(self) -> None:
        """Have it end; at once, if it has something to do yet."""
        if not self.has:
            with contextlib.suppress(OSError):
                self.pipe.send(None)
            self.process.join(PATIENCE)
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextmanager
def _without_a_main() -> Iterator[None]:
    """What this process was started as: each worker would import it, or run a script, once more."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Crew:
    """So many processes of this machine; a context manager."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._workers: list[Worker] = []

    def __enter__(self) -> Crew:
        prepare()
        self._workers = [Worker.start() for _ in range(self.size)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        sweep()  # what was killed leaves its folders

    def grade(self, submissions: Iterator[Submission]) -> Iterator[tuple[int, list[Result]]]:
        """Grade all; a submission whose process was lost goes to another."""
        new = (Sent(number, tasks) for number, tasks in enumerate(submissions))
        back: deque[Sent] = deque()
        try:
            while self._give_out(back, new):
                by_pipe = {worker.pipe: worker for worker in self._workers if worker.has}
                for pipe in wait(list(by_pipe)):
                    worker = by_pipe[pipe]  # type: ignore[index]  # a Connection, as all are
                    found = _received(worker.pipe)
                    if found is not None:
                        one = worker.has.popleft()
                        if isinstance(found, str):
                            found = given_up(one.tasks, found)
                        yield one.number, found
                        continue
                    lost = worker.has[0]
                    lost.losses += 1
                    back.extendleft(reversed(worker.has))
                    self._replace(worker)
                    if lost.losses > MOST_LOSSES:
                        back.remove(lost)
                        why = f"{lost.losses} of them ended over it"
                        yield lost.number, given_up(lost.tasks, why)
        finally:  # nobody waits any more for what was begun
            for worker in [one for one in self._workers if one.has]:
                self._replace(worker)

    def _give_out(self, back: deque[Sent], new: Iterator[Sent]) -> bool:
        """Give what there is to do to those who have least; whether anybody has something."""
        for _ in range(AHEAD):
            for worker in sorted(self._workers, key=lambda one: len(one.has)):
                if len(worker.has) < AHEAD:
                    if (one := back.popleft() if back else next(new, None)) is None:
                        break
                    worker.give(one)
        return any(worker.has for worker in self._workers)

    def _replace(self, worker: Worker) -> None:
        worker.end()
        self._workers[self._workers.index(worker)] = Worker.start()


def _received(pipe: Connection) -> list[Result] | str | None:
    """The next results, or why there are none; None where nobody is there any more to say so."""
    try:
        found: list[Result] | str = pipe.recv()
        return found
    except (EOFError, OSError):
        return None


def _work(pipe: Connection) -> None:
    """In a process of the crew: grade what comes until nothing does."""
    todo: SimpleQueue[Submission | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, todo), daemon=True).start()
    try:
        # here, in the main thread: bubblewrap ends a sandbox with the thread that started it
        while (tasks := todo.get()) is not None:
            try:
                pipe.send([grade(task) for task in tasks])
            except OSError:
                return  # the driver is gone
            except Exception as error:  # of a key, or of a result that cannot be sent
                pipe.send(f"{type(error).__name__}: {error}")
    finally:
        let_go()


def _listen(pipe: Connection, todo: SimpleQueue[Submission | None]) -> None:
    """Take in what comes, so that the driver never waits for the end of a grading to send more."""
    try:
        while (tasks := pipe.recv()) is not None:
            todo.put(tasks)
    except Exception:  # the driver was killed: nobody waits for what is being graded
        let_go()
        os._exit(1)
    todo.put(None)


def pool_for(count: int, workers: int | None) -> AbstractContextManager[Pool]:
    """A pool of this machine that fits ``count`` submissions (beyond a few, any number is many)."""
    size = min(workers or os.cpu_count() or 1, count)
    return Crew(size) if size > 1 else contextlib.nullcontext(Alone())
