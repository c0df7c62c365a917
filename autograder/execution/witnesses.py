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

from autograder.errors import Problem
from autograder.execution.questions import Questions
from autograder.execution.runner import Runner
from autograder.execution.talk import LONGEST_ANSWER, LONGEST_LINE, Link, Talk
from autograder.execution.watchdog import Use, due
from autograder.limits import MIB, Limits
from autograder.sandbox.processes import queued
from exercises.answers import NotPlain, Other
from exercises.wire import decode

PATIENCE = 10.0  # seconds to wait for witnesses that do not make themselves known, all together
GATHER = 0.002  # seconds in which answers gather before the next are read


@dataclass
class Answers:
    """What a witness answered, in order; ``problem`` says why there are fewer than questions.

    ``doubtful``: the machine may be to blame for that.
    """

    given: list[Any] = field(default_factory=list)
    problem: Problem | None = None
    doubtful: bool = False


class Witnesses:
    """Who answers for what was put aside at the grade cells.

    ``frozen`` holds, by grade id, what the notebook said of it, and its copy if it made one.  What
    is packed is answered for by the notebook's own process, which ``call`` turns into a witness;
    once that has ended, by the processes that come with the ticket ``spare``.
    """

    def __init__(self, talk: Talk, spare: str, limits: Limits) -> None:
        self.talk, self.spare, self.limits = talk, spare, limits
        self.frozen: dict[str, tuple[dict[str, Any] | None, Link | None]] = {}
        self._patience = PATIENCE
        self._link: Link | None = None

    async def keep(self, name: str, said: dict[str, Any] | None, ticket: str) -> None:
        """Note what the notebook said of the function that it was to put aside.

        A copy is waited for: whoever is not known ends with the notebook.
        """
        copied = said is not None and said.get("frozen") == "copied"
        self.frozen[name] = said, await self._arrival(ticket) if copied else None

    async def call(self, runner: Runner, ticket: str) -> None:
        """Have the notebook's process testify from now on."""
        with contextlib.suppress(DeadKernelError):
            await runner.testify(ticket)
            self._link = await self.talk.arrival(ticket, self._patience)
        if self._link is None:
            runner.watchdog.end_notebook()  # and another comes

    async def ask(self, questions: Mapping[str, Questions]) -> dict[str, Answers]:
        """The answers to all questions, each exercise's within a limit's seconds."""
        packed = {}
        for name, asked in questions.items():
            if pack := _pack_in(self.frozen.get(name)):
                packed[name] = pack + b"\n" + asked.line
        answers = {}
        for name, asked in questions.items():
            answers[name] = Answers(problem=self._absent(name))
            if answers[name].problem:
                continue
            if name in packed:
                link = await self._somebody(packed)
                del packed[name]
            else:
                link = self._copy(name, asked)
            await self._hear(link, name, asked.count, answers[name])
        return answers

    def _absent(self, name: str) -> Problem | None:
        """Why there is nobody to ask, if so."""
        if name not in self.frozen:
            return Problem("not-reached", "the notebook was stopped before this cell")
        match self.frozen[name]:
            case {"frozen": "missing"}, _:
                return Problem("undefined", f"there is nothing called {name} at this cell")
        return None

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

    def _copy(self, name: str, asked: Questions) -> Link | None:
        """The copy that was left at a grade cell, asked."""
        _, link = self.frozen[name]
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
        seconds, most = self.limits.answer_seconds, self.limits.answers
        if link is None:
            says = "the notebook could not be asked for its answer"
            # its process may only have been slow to come: ask again later
            answers.problem, answers.doubtful = Problem("unreachable", says), True
            return
        before = Use.of(link.pid)
        try:
            await _in_time(_take(link, count, most, answers), seconds, link.pid)
            if len(answers.given) < count:
                raise ConnectionError("the process has ended")
        except TimeoutError:
            says = f"{name} took more than {seconds:g} s for the grader's inputs"
            answers.problem = Problem("timeout", says)
            answers.doubtful = Use.of(link.pid).starved_since(before, seconds)
        except OSError:
            says = f"{name} ended the process that ran it"
            answers.problem, answers.doubtful = Problem("died", says), True
        except TooMuch:
            says = f"{name} answered the grader's inputs with more than {most // MIB} MiB"
            answers.problem = Problem("output", says)
        if answers.problem:  # whoever is asked next starts afresh
            link.end()
            if link is self._link:
                self._link = None


class TooMuch(Exception):
    """An answer, or all of an exercise together, are larger than they may be."""


def _pack_in(frozen: tuple[dict[str, Any] | None, Link | None] | None) -> bytes:
    """The packed function in what a notebook said of it, or b"" where it was not packed."""
    match frozen:
        case {"frozen": "packed", "pack": str(pack)}, _ if len(pack) <= LONGEST_LINE:
            return pack.encode("ascii", "replace")
    return b""


async def _take(link: Link, count: int, most: int, answers: Answers) -> None:
    """Take ``count`` answers, a line each, many at a time; fewer if the process ends.

    To be woken for each would cost both sides more than most answers do.  Raises TooMuch for a line
    that is too long, and for more than ``most`` bytes in all.
    """
    while True:
        *lines, link.rest = link.rest.split(b"\n", count - len(answers.given))
        most -= sum(map(len, lines))
        if most < 0 or len(link.rest) > LONGEST_ANSWER:
            raise TooMuch
        answers.given += map(_one, lines)
        if len(answers.given) == count:
            return
        link.pause(True)
        await asyncio.sleep(GATHER)
        link.pause(False)
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
SHORT = 1_000  # bytes
_known = functools.lru_cache(maxsize=5_000)(_decoded)
