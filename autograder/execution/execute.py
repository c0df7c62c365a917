"""Runs a notebook in a sandbox, cell by cell, and questions it at its grade cells.

The cells run in a process forked from a warm one (``zygote.py``); what they publish becomes outputs
by nbclient's own rules (``outputs.py``).  Added are the watch over limits (``watchdog.py``), the
cap on outputs, and the witnesses (``witnesses.py``): at each grade cell that has a key the
student's function is put aside as it is, and it is asked once the last cell has run.
"""

from __future__ import annotations

import asyncio
import functools
import shutil
from collections.abc import Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.execution.canaries import canaries
from autograder.execution.questions import Questions
from autograder.execution.runner import Runner, not_run
from autograder.execution.talk import Talk
from autograder.execution.watchdog import Stop, Watchdog
from autograder.execution.witnesses import Answers, Witnesses
from autograder.limits import Limits
from autograder.sandbox.sandbox import SCRATCH
from autograder.sandbox.zygote import CouldNotStart, Processes, Zygote, zygote_for

ARRIVAL = 10.0  # seconds until a notebook that was forked is heard of: later it was killed


@dataclass
class Execution:
    """An executed notebook: the answers by exercise, the limits that were hit, the peak memory.

    ``tampered`` are the test cells of which the process cannot be believed that they passed.
    """

    answers: dict[str, Answers]
    stops: list[Stop]
    peak_memory: int = 0
    tampered: frozenset[str] = frozenset()

    @property
    def doubtful(self) -> bool:
        """Whether another, calmer run might end better: see ``Result.doubtful``."""
        return any(stop.doubtful for stop in self.stops) or any(
            answers.doubtful for answers in self.answers.values()
        )


def execute(
    nb: NotebookNode,
    questions: Mapping[str, Questions],
    limits: Limits,
    *,
    files: dict[str, bytes] | None = None,
    preload: Sequence[str] = (),
    trusted: bool = False,
    fresh: bool = False,
    tests: Collection[str] = (),
) -> Execution:
    """Run ``nb`` in a sandbox; its cells get their outputs in place.

    ``questions`` maps grade cells' ids to what the function of that name is asked, ``tests`` are
    those whose outputs decide.
    ``files`` lie in the notebook's folder; ``preload`` names modules that it will import; ``fresh``
    asks for a sandbox of its own.  Raises CouldNotStart.
    """

    async def run() -> Execution:
        async with zygote_for(limits, preload, trusted=trusted, fresh=fresh) as zygote:
            with zygote.folder(files or {}) as folder:
                return await _execute(
                    nb, questions, limits, zygote, folder, bool(files), frozenset(tests)
                )

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run_to_the_end(run())
    return _beside_a_loop().submit(_run_to_the_end, run()).result()


def _run_to_the_end(coroutine: Coroutine[Any, Any, Execution]) -> Execution:
    # not asyncio.run: it installs a signal handler, which costs more than a small notebook
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


@functools.cache
def _beside_a_loop() -> ThreadPoolExecutor:
    """A thread for callers that run a loop themselves: formgrader's button grades in a server.

    It stays for good, because bubblewrap ends a sandbox with the thread that started it.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="autograder")


async def _execute(
    nb: NotebookNode,
    questions: Mapping[str, Questions],
    limits: Limits,
    zygote: Zygote,
    folder: Path,
    files: bool,
    tests: frozenset[str],
) -> Execution:
    async with Talk(folder / "ask") as talk:
        zygote.box.give(folder / "ask")
        ticket, spare = talk.ticket(), talk.ticket()
        await zygote.fork(folder, ticket, spare, files)
        link = await talk.arrival(ticket, min(limits.start_seconds, ARRIVAL))
        if link is None:
            raise CouldNotStart(f"the notebook did not make itself known: {zygote.last_words()}")
        shutil.rmtree(folder / "files", ignore_errors=True)
        processes = Processes.of(zygote, link.pid)
        scratch = () if zygote.box.trusted else SCRATCH
        watchdog = Watchdog(limits, processes.notebook, processes.outermost, folder, scratch)
        runner = Runner(nb, link, watchdog, limits)
        witnesses = Witnesses(talk, spare, limits)
        watch = asyncio.create_task(watchdog.watch())
        tampered: set[str] = set()
        try:
            for index, cell in enumerate(nb.cells):
                if watchdog.over:
                    not_run(cell)
                    continue
                grade_id = _name(cell)
                if grade_id in tests and await runner.listen_for(canaries(cell.source)):
                    tampered.add(grade_id)
                await runner.run_cell(index, cell)
                if grade_id in questions and not watchdog.over:
                    ticket = talk.ticket()
                    witnesses.frozen[grade_id] = await runner.freeze(grade_id, ticket), ticket
            if tests and not watchdog.over:
                await runner.listen_for([])  # to all that the last cell has said
            if not watchdog.over:
                watchdog.end_children()
                if witnesses.frozen:
                    await witnesses.call(runner, talk.ticket())
            answers = await witnesses.ask(questions)
            if zygote.nested and not zygote.alive():
                raise CouldNotStart(f"the warm process ended: {zygote.last_words()}")
            runner.outputs.cap(nb.cells)
            tampered |= {_name(nb.cells[index]) for index in runner.forged} & tests
            stops, peak = watchdog.stops, watchdog.peak_memory
            return Execution(answers, stops, peak, frozenset(tampered))
        finally:
            watch.cancel()
            processes.end(zygote)
            watchdog.close()


def _name(cell: NotebookNode) -> str:
    """A cell's grade id; "" for a cell that nbgrader does not know."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
