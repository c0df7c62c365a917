"""Who answers for what was put aside at the grade cells, asked once the last cell has run.

See ``sandbox/guest/witness.py`` for what happens inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbclient.exceptions import DeadKernelError

from autograder.execution.questions import Questions
from autograder.execution.runner import Runner
from autograder.execution.talk import LONGEST_LINE, Link, Talk
from autograder.execution.watchdog import BUSY, due
from autograder.limits import Limits
from autograder.sandbox.processes import busy, queued
from exercises.answers import NotPlain, Other
from exercises.wire import decode

LONGEST_PACK = 2 * 2**20  # characters of a packed function
PATIENCE = 10.0  # seconds to wait for witnesses that do not make themselves known, all together
GATHER = 0.002  # seconds in which answers gather before the next are read


@dataclass
class Answers:
    """What a witness answered, in order; ``problem`` says why there are fewer than questions.

    ``starved``: time ran out, and others may have used the processor.
    """

    given: list = field(default_factory=list)
    problem: str = ""
    starved: bool = False


class Witnesses:
    """Who answers for what was put aside at the grade cells.

    ``frozen`` holds, by grade id, what the notebook said of it, and the ticket of its copy if it
    made one.  What is packed is answered for by the notebook's own process, which ``call`` turns
    into a witness; once that has ended, by the processes that come with the ticket ``spare``.
    """

    def __init__(self, talk: Talk, spare: str, limits: Limits) -> None:
        self.talk, self.spare, self.seconds = talk, spare, limits.answer_seconds
        self.frozen: dict[str, tuple[dict | None, str]] = {}
        self._patience = PATIENCE
        self._link: Link | None = None

    async def call(self, runner: Runner, ticket: str) -> None:
        """Have the notebook's process testify from now on."""
        with contextlib.suppress(DeadKernelError):
            await runner.testify(ticket)
            self._link = await self.talk.arrival(ticket, self._patience)
        if self._link is None:
            runner.watchdog.end_notebook()  # and another comes

    async def ask(self, questions: Mapping[str, Questions]) -> dict[str, Answers]:
        """The answers to all questions, each exercise's within a limit's seconds."""
        packed = {
            name: self.frozen[name][0]["pack"].encode("ascii", "replace") + b"\n" + asked.line
            for name, asked in questions.items()
            if name in self.frozen and _is_packed(self.frozen[name][0])
        }
        answers = {}
        for name, asked in questions.items():
            answers[name] = Answers(problem=self._absent(name))
            if answers[name].problem:
                continue
            if name in packed:
                link = await self._somebody(packed)
                del packed[name]
            else:
                link = await self._copy(name, asked)
            await self._hear(link, name, asked.count, answers[name])
        return answers

    def _absent(self, name: str) -> str:
        """Why there is nobody to ask, or ""."""
        if name not in self.frozen:
            return "the notebook was stopped before this cell"
        match self.frozen[name]:
            case {"frozen": "missing"}, _:
                return f"there is nothing called {name} at this cell"
        return ""

    async def _somebody(self, packed: dict[str, bytes]) -> Link | None:
        """Who answers for what is packed, and has been given all of it.

        It goes on from one exercise to the next without waiting to be asked.
        """
        if self._link is None:
            self._link = await self._arrival(self.spare)
        if self._link is not None and not self._link.asked:
            self._link.asked = True
            self._link.writer.writelines(packed.values())
        return self._link

    async def _copy(self, name: str, asked: Questions) -> Link | None:
        """The copy that was left at a grade cell, asked."""
        said, ticket = self.frozen[name]
        link = await self._arrival(ticket) if said else None
        if link is not None:
            link.writer.write(b"\n" + asked.line)
        return link

    async def _arrival(self, ticket: str) -> Link | None:
        began = time.monotonic()
        link = await self.talk.arrival(ticket, self._patience)
        if link is None:
            self._patience = max(0.5, self._patience - (time.monotonic() - began))
        return link

    async def _hear(self, link: Link | None, name: str, count: int, answers: Answers) -> None:
        """Take the answers for ``name``."""
        if link is None:
            answers.problem = "the notebook could not be asked for its answer"
            answers.starved = True  # its process may only have been slow to come: ask again later
            return
        try:
            await _in_time(_take(link, count, answers), self.seconds, link.pid)
            if len(answers.given) < count:
                answers.problem = f"{name} ended the process that ran it"
        except TimeoutError:
            answers.problem = f"{name} took more than {self.seconds:g} s for the grader's inputs"
            answers.starved = busy(link.pid) < BUSY * self.seconds
        except (OSError, ValueError):
            answers.problem = f"{name} broke off the talk with the grader"
        if answers.problem:  # whoever is asked next starts afresh
            link.end()
            if link is self._link:
                self._link = None


def _is_packed(said: dict | None) -> bool:
    match said:
        case {"frozen": "packed", "pack": str(pack)}:
            return len(pack) <= LONGEST_PACK
    return False


async def _take(link: Link, count: int, answers: Answers) -> None:
    """Take ``count`` answers, a line each, many at a time; fewer if the process ends.

    To be woken for each would cost both sides more than most answers do.  Raises ValueError for a
    line that is too long.
    """
    while True:
        *lines, link.rest = link.rest.split(b"\n", count - len(answers.given))
        answers.given += map(_one, lines)
        if len(answers.given) == count:
            return
        if len(link.rest) > LONGEST_LINE:
            raise ValueError("a line that is too long")
        link.writer.transport.pause_reading()
        await asyncio.sleep(GATHER)
        link.writer.transport.resume_reading()
        piece = await link.reader.read(2**20)
        if not piece:
            return
        link.rest += piece


async def _in_time(talk: Coroutine[Any, Any, None], seconds: float, pid: int) -> None:
    """Await ``talk``, for as long as ``pid`` may take: see ``due``.  Raises TimeoutError."""
    began, before = time.monotonic(), queued(pid)
    task = asyncio.ensure_future(talk)
    while not task.done():
        left = due(began, seconds, pid, before) - time.monotonic()
        if left <= 0:
            task.cancel()
            raise TimeoutError
        await asyncio.wait([task], timeout=left)
    task.result()


def _one(line: bytes) -> Any:
    """The one answer in a line; what is malformed counts as an answer that is no data."""
    return _known(line) if len(line) <= SHORT else _decoded(line)


def _decoded(line: bytes) -> Any:
    try:
        answers = decode(line)
    except NotPlain as problem:
        return Other(str(problem))
    return answers[0] if len(answers) == 1 else Other("a malformed answer")


# most of a class gives the same answers, and nobody changes an answer that was decoded
SHORT = 2_000  # bytes
_known = functools.lru_cache(maxsize=20_000)(_decoded)
