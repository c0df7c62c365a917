"""Asking a student's function: as it is in the notebook now, and no longer than a picture waits.

A picture is drawn whenever a slider moves, in whatever thread the kernel heard of it.  So the
student's function is called in a thread of its own, which is told to stop when it does not end.
That is no wall: it sees to it that a slip costs a sentence, and not the notebook.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import FunctionType
from typing import Any, Protocol

from exercises.answers import Other, Raised, answer_of

SECONDS = 2.0  # that a picture waits for a function
AGAIN = 0.05  # that it waits for one that did not end the last time
LATE = Other(f"no answer within {SECONDS:.0f} seconds (does it end?)")

Function = Callable[..., Any]


class Stop(BaseException):
    """Raised within a call that does not end; no ``except Exception`` of a student's catches it."""


_latest: weakref.WeakKeyDictionary[Function, Function] = weakref.WeakKeyDictionary()


def current(function: Function) -> Function:
    """What the notebook calls by the name of ``function`` now; itself where it is not its own.

    A function that has been repaired is asked in the place of the one that the panel was given.
    """
    if not isinstance(function, FunctionType) or function.__module__ != "__main__":
        return function
    now = vars(sys.modules["__main__"]).get(function.__name__)
    if callable(now):
        _latest[function] = now
    return _latest.get(function, function)


_endless: weakref.WeakSet[Any] = weakref.WeakSet()


def answer_in_time(function: Function, args: tuple[Any, ...]) -> Any:
    """What ``answer_of`` gives, or LATE.  Never raises, whatever the function does."""
    answers: list[Any] = []

    def work() -> None:
        try:
            answers.append(answer_of(function, args))
        except Stop:
            return
        except BaseException as stop:
            answers.append(Raised.of(stop))

    thread = threading.Thread(target=work, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # where there are no threads, as in a browser
        work()
        return answers[0]
    thread.join(AGAIN if _known(function) else SECONDS)
    if answers:
        if _known(function):
            _endless.discard(function)
        return answers[0]
    with suppress(TypeError):  # an object that cannot be remembered
        _endless.add(function)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Stop)
    )
    return LATE


def _known(function: Function) -> bool:
    try:
        return function in _endless
    except TypeError:  # an object that cannot be looked up
        return False


# ------------------------------------------------------------------------ what has become of it

_noted: ContextVar[list[tuple[Function, Function]] | None] = ContextVar("_noted", default=None)


def note(function: Function) -> Function:
    """The current ``function``, which the picture that is being drawn remembers it has asked."""
    now, noted = current(function), _noted.get()
    if noted is not None:
        noted.append((function, now))
    return now


class Asked:
    """The functions that a picture has asked, as they were then."""

    def __init__(self) -> None:
        self._functions: list[tuple[Function, Function]] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Remember what is asked meanwhile, in the place of what was asked before."""
        functions: list[tuple[Function, Function]] = []
        token = _noted.set(functions)
        try:
            yield
        finally:
            _noted.reset(token)
            self._functions = functions

    @property
    def outdated(self) -> bool:
        """Whether one of them has been written anew."""
        return any(current(given) is not then for given, then in self._functions)


class Shown(Protocol):
    """What asks functions and can be drawn again."""

    asked: Asked

    def redraw(self) -> None:
        """Ask and draw."""


_shown: list[weakref.ref[Shown]] = []


def follow(shown: Shown) -> None:
    """From now on draw it again after each cell that has written one of its functions anew."""
    if not _shown:
        shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
        if shell is not None:
            shell.events.register("post_run_cell", draw_again)
    _shown.append(weakref.ref(shown))


def draw_again(*result: Any) -> None:
    """Draw whatever has asked a function that has been written anew."""
    _shown[:] = [one for one in _shown if one() is not None]
    for one in list(_shown):
        shown = one()
        if shown is not None and shown.asked.outdated:
            shown.redraw()
