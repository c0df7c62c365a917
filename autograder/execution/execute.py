"""Runs a notebook in a sandbox, cell by cell, and questions it at its grade cells.

The cells run in a process forked from a warm one (``zygote.py``); what they publish becomes outputs
by nbclient's own rules (``outputs.py``).  Added are the watch over limits (``watchdog.py``), the
cap on outputs, and the witnesses (``witnesses.py``): at each grade cell that has a key the
student's function is put aside as it is, and it is asked once the last cell has run.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import shutil
import time
from collections.abc import Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
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
from autograder.submission.lying import Lying

ARRIVAL = 10.0  # seconds until a notebook that was forked is heard of: later it was killed
LIVES = 4  # processes that a notebook may use up
ENDED: set[str] = {"timeout", "memory", "output"}  # by what: the rest may well run without it


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
    doubted: Collection[str] | None = None,
    large: Sequence[Lying] = (),
) -> Execution:
    """Run ``nb`` in a sandbox; its cells get their outputs in place.

    ``questions`` maps grade cells' ids to what the function of that name is asked, ``tests`` are
    those whose outputs decide; before each that is ``doubted`` (all, if nothing is said) canaries
    are tried.
    ``files`` lie in the notebook's folder, and links to what is ``large``; ``preload`` names
    modules that it will import; ``fresh`` asks for a sandbox of its own.  Raises CouldNotStart.
    """

    async def run() -> Execution:
        async with zygote_for(
            limits, preload, trusted=trusted, fresh=fresh, large=tuple(large)
        ) as zygote:
            canaried = frozenset(tests if doubted is None else doubted)
            return await _execute(
                nb, questions, limits, zygote, files or {}, frozenset(tests), canaried
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
    files: dict[str, bytes],
    tests: frozenset[str],
    doubted: frozenset[str],
) -> Execution:
    async with AsyncExitStack() as places:
        talk = await places.enter_async_context(Talk())
        folder = _open(talk, zygote, places)
        witnesses = Witnesses(talk, talk.ticket(), limits)
        await zygote.ready()
        began = time.monotonic()
        lives: list[Life] = []
        left_out: list[int] = []  # cells whose processes had to be ended
        try:
            while True:
                for one in lives:  # what is laid into the shared folder next is not theirs
                    one.unwatched()
                life = await Life.begin(nb, talk, witnesses, limits, zygote, folder, files, began)
                lives.append(life)
                for one in lives:
                    one.watch = asyncio.create_task(one.watchdog.watch())
                ended = await life.live(nb, questions, left_out, tests, doubted)
                if ended is None or len(lives) == LIVES or not life.may_go_on(ended):
                    break
                left_out.append(ended)
                if not zygote.nested:  # each of its sandboxes is for one process: see ``Life``
                    zygote = places.enter_context(closing(zygote.another()))
                    folder = _open(talk, zygote, places)
                    waiting = time.monotonic()
                    await zygote.ready()
                    began += time.monotonic() - waiting  # no time of the notebook's
            answers = await witnesses.ask(questions)
            if zygote.nested and not zygote.alive():
                raise CouldNotStart(f"the warm process ended: {zygote.last_words()}")
            life.runner.outputs.cap(nb.cells)
            stops = [stop for one in lives for stop in one.watchdog.stops]
            peak = max(one.watchdog.peak_memory for one in lives)
            forged = {_name(nb.cells[index]) for one in lives for index in one.runner.forged}
            tampered = forged.union(*(one.tampered for one in lives)) & tests
            return Execution(answers, stops, peak, frozenset(tampered))
        finally:
            for life in lives:
                life.end()


def _open(talk: Talk, zygote: Zygote, places: AsyncExitStack) -> Path:
    """A folder to share with a notebook, in which it finds whom to talk to."""
    folder = places.enter_context(zygote.folder())
    talk.open(folder / "ask")
    zygote.box.give(folder / "ask")
    return folder


@dataclass
class Life:
    """A process that runs a notebook's cells.

    If a cell has to be ended with its process, another takes the notebook up again: it runs what
    came before, without that cell, and goes on behind it.  So what a cell that does not end costs
    is the same whether it could be interrupted or not, which depends on the machine's load.
    """

    zygote: Zygote
    processes: Processes
    watchdog: Watchdog
    runner: Runner
    talk: Talk
    witnesses: Witnesses
    watch: asyncio.Task[None] | None = None
    tampered: set[str] = field(default_factory=set)

    @classmethod
    async def begin(
        cls,
        nb: NotebookNode,
        talk: Talk,
        witnesses: Witnesses,
        limits: Limits,
        zygote: Zygote,
        folder: Path,
        files: dict[str, bytes],
        began: float,
    ) -> Life:
        """A fresh process, in a fresh folder.  Raises CouldNotStart."""
        zygote.lay(folder, files)
        ticket = talk.ticket()
        await zygote.fork(folder, ticket, witnesses.spare, bool(files))
        link = await talk.arrival(ticket, min(limits.start_seconds, ARRIVAL))
        if link is None:
            raise CouldNotStart(f"the notebook did not make itself known: {zygote.last_words()}")
        shutil.rmtree(folder / "files", ignore_errors=True)
        processes = Processes.of(zygote, link.pid)
        scratch = () if zygote.box.trusted else SCRATCH
        watchdog = Watchdog(
            limits,
            processes.notebook,
            processes.outermost,
            folder,
            scratch,
            began=began,
            known=talk.known,
        )
        runner = Runner(nb, link, watchdog, limits)
        return cls(zygote, processes, watchdog, runner, talk, witnesses)

    async def live(
        self,
        nb: NotebookNode,
        questions: Mapping[str, Questions],
        left_out: Sequence[int],
        tests: frozenset[str],
        doubted: frozenset[str],
    ) -> int | None:
        """Run the cells; returns the one at which the process had to be ended, or None."""
        first = left_out[-1] + 1 if left_out else 0
        for index, cell in enumerate(nb.cells[:first]):
            if index not in left_out and not self.watchdog.over:
                await self.runner.run_cell(index, copy.deepcopy(cell))
        if left_out and not self.watchdog.over:
            await self._freeze(nb.cells[left_out[-1]], questions)
        ended = None
        for index in range(first, len(nb.cells)):
            cell = nb.cells[index]
            if self.watchdog.over:
                not_run(cell)
                continue
            if _name(cell) in doubted and await self.runner.listen_for(canaries(cell.source)):
                self.tampered.add(_name(cell))
            await self.runner.run_cell(index, cell)
            if not self.watchdog.over:
                await self._freeze(cell, questions)
            else:
                ended = index
        if tests and not self.watchdog.over:
            await self.runner.listen_for([])  # to all that the last cell has said
        if self.watchdog.over:
            return ended
        self.watchdog.end_children()
        if self.witnesses.frozen:
            await self.witnesses.call(self.runner, self.talk.ticket())
        return None

    async def _freeze(self, cell: NotebookNode, questions: Mapping[str, Questions]) -> None:
        name = _name(cell)
        if name in questions:
            ticket = self.talk.ticket()
            await self.witnesses.keep(name, await self.runner.freeze(name, ticket), ticket)

    def may_go_on(self, ended: int) -> bool:
        """Whether the notebook may be taken up again behind the cell ``ended``."""
        kinds = {stop.kind for stop in self.watchdog.stops if stop.cell == ended}
        return bool(kinds) and kinds <= ENDED and not self.watchdog.out_of_time

    def unwatched(self) -> None:
        """Stop watching."""
        if self.watch is not None:
            self.watch.cancel()

    def end(self) -> None:
        """End the process and all that belongs to it."""
        self.unwatched()
        self.processes.end(self.zygote)
        self.watchdog.close()


def _name(cell: NotebookNode) -> str:
    """A cell's grade id; "" for a cell that nbgrader does not know."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
