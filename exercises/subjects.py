"""Implementations that a student's test judges: called, never seen.

Each runs in a process of its own, forked where it is unpacked, and answers calls over a pipe.  The
test gets a plain function that carries the calls there: it can try the implementation on whatever
it likes, and has no text, constants or code of it to look at.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exercises.answers import NotPlain, Raised, answer_of, plain
from exercises.wire import decode, encode

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Function = Callable[..., Any]


@dataclass(frozen=True)
class Implementation:
    """A function called ``name`` as text; where it builds on a right one, that is ``right``."""

    name: str
    source: str
    right: str = ""

    @functools.cached_property
    def function(self) -> Function:
        """The implementation itself, in this process."""
        return built(self.name, self.source, self.right)

    def __call__(self, *args: Any) -> Any:
        """What it answers, in this process."""
        return self.function(*args)

    def __deepcopy__(self, memo: dict[int, Any]) -> Implementation:
        # whoever holds its text needs no process between: a fresh one remembers no calls either
        return Implementation(self.name, self.source, self.right)

    def __reduce__(self) -> tuple[Any, ...]:
        # unpacked in a notebook's process, it is only the way to a process of its own
        return hidden, (self.name, self.source, self.right)


def built(name: str, source: str, right: str | Function = "") -> Function:
    """The function that ``source`` defines; within it ``name`` means ``right``.

    ``right`` is another source, or a function; without it ``name`` means the function itself.
    """
    if isinstance(right, str) and right:
        right = built(name, right)
    space: dict[str, Any] = {name: right}
    exec(source, space)
    made: Function = space[name]
    if right:
        space[name] = right
    return made


_started: list[int] = []


def hidden(name: str, source: str, right: str) -> Function:
    """A function that asks the implementation in a process of its own."""
    for pid in list(_started):  # those that have ended are still counted until they are waited for
        with contextlib.suppress(ChildProcessError):
            if not os.waitpid(pid, os.WNOHANG)[0]:
                continue
        _started.remove(pid)
    import multiprocessing  # here: every notebook imports this module, and few need a process

    here, there = multiprocessing.Pipe()
    pid = os.fork()
    if pid == 0:
        try:
            # what was inherited: others would wait for the end of it as long as this one lives
            link, most = there.fileno(), min(os.sysconf("SC_OPEN_MAX"), 65_536)
            os.closerange(3, link)
            os.closerange(max(3, link + 1), most)
            _serve(there, built(name, source, right))
        finally:
            os._exit(0)
    there.close()
    _started.append(pid)
    return _way_to(here, name)


def _way_to(link: Connection, name: str) -> Function:
    def ask(*args: Any) -> Any:
        try:
            link.send_bytes(encode([plain(list(args))]))
        except NotPlain as problem:
            raise TypeError(f"{name} takes numbers, lists and arrays, not {problem}") from None
        answer = decode(link.recv_bytes())[0]
        if isinstance(answer, Raised):
            kind = getattr(builtins, answer.names[0], RuntimeError)
            raise kind(answer.message)
        return answer

    ask.__name__ = ask.__qualname__ = name
    return ask


def _serve(link: Connection, function: Function) -> None:
    """Answer calls until nobody is left to ask."""
    with contextlib.suppress(OSError, EOFError):
        while True:
            args = decode(link.recv_bytes())[0]
            link.send_bytes(encode([answer_of(function, tuple(args))]))
