"""Calling a student's function with care: what it answered, printed, changed, and whether it ends.

A check does this in the student's own process, so nothing here is a wall: it only sees to it that
a slip costs a sentence and not the notebook.
"""

from __future__ import annotations

import _thread
import contextlib
import copy
import io
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import FrameType, TracebackType
from typing import Any

from exercises.answers import NotPlain, Other, Raised, answer_of, plain, same_arguments

SECONDS = 3.0  # that one call may take
ALL_SECONDS = 8.0  # that all calls of a check may take
PRINTED = 2_000  # characters of what a call prints are kept
AGAIN = 0.5  # seconds until a call that went on all the same is stopped once more


UNCHANGING = frozenset((int, float, bool, str, type(None)))


class TooLong(BaseException):
    """Raised within a call that does not end; no ``except Exception`` of a student's catches it."""


@dataclass(frozen=True)
class Call:
    """One call: its plain answer, and what else there is to say of it.

    ``trace`` belongs to the error that the call ended in; ``changed`` are the places of the
    arguments that it changed; ``late`` says that it was stopped because it took too long by itself,
    ``cut`` that the time for all calls was up.
    """

    args: tuple[Any, ...]
    answer: Any
    printed: str = ""
    changed: tuple[int, ...] = ()
    late: bool = False
    cut: bool = False
    error: BaseException | None = field(default=None, compare=False)
    trace: TracebackType | None = field(default=None, compare=False, repr=False)


def observe_all(
    function: Callable[..., Any],
    inputs: Sequence[tuple[Any, ...]],
    seconds: float = ALL_SECONDS,
    each: float = SECONDS,
) -> list[Call]:
    """A call for each input, in order; the last one is late where one does not end.

    A call that takes longer than ``each`` by itself counts as one that does not end.  Where the
    time for all is up before, the last call is cut: nothing is known of it.
    """
    calls: list[Call] = []
    printed = Printed()
    with printed.instead(), _alarm() as alarm:
        end = time.monotonic() + seconds
        for args in inputs:
            left = end - time.monotonic()
            if left <= 0:
                calls.append(Call(args, NO_ANSWER, cut=True))
                break
            calls.append(_observe(function, args, printed, min(each, left), alarm))
            if calls[-1].late and left < each:
                calls[-1] = replace(calls[-1], late=False, cut=True)
            if calls[-1].late or calls[-1].cut:
                break
    return calls


NO_ANSWER = Other("no answer yet: the call was stopped")


def answer_in_time(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """What ``answer_of`` gives; NO_ANSWER where the call takes longer than SECONDS."""
    try:
        with _alarm() as alarm:
            try:
                alarm(SECONDS)
                return answer_of(function, args)
            finally:
                alarm(0)
    except TooLong:
        return NO_ANSWER


class Printed(io.StringIO):
    """Takes what a call prints, in the place of the notebook; of very much only the beginning."""

    def write(self, text: str) -> int:
        """Keep ``text``, as long as there is room."""
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)

    def taken(self) -> str:
        """What was printed since this was last asked."""
        text = self.getvalue()
        if text:
            self.seek(0)
            self.truncate()
        return text

    @contextlib.contextmanager
    def instead(self) -> Iterator[None]:
        """Whatever is printed meanwhile comes here, warnings too."""
        with contextlib.redirect_stdout(self), contextlib.redirect_stderr(self):
            yield


def _observe(
    function: Callable[..., Any], args: tuple[Any, ...], printed: Printed, seconds: float,
    alarm: Callable[[float], None],
) -> Call:  # fmt: skip
    # a number or a text cannot be changed, and most arguments are such
    plain_args = all(type(arg) in UNCHANGING for arg in args)
    given = args if plain_args else copy.deepcopy(args)
    error, late = None, False
    answer: Any = None
    try:
        try:
            alarm(seconds)
            answer = plain(function(*given))
        finally:
            alarm(0)
    except TooLong:
        late, answer = True, NO_ANSWER
    except NotPlain as problem:
        answer = Other.of(problem)
    except (Exception, SystemExit) as problem:
        error, answer = problem, Raised.of(problem)
    return Call(
        args, answer, printed.taken(), () if plain_args else _changed(args, given), late,
        error=error, trace=error.__traceback__ if error else None,
    )  # fmt: skip


def _changed(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(
        number
        for number, (one, other) in enumerate(zip(before, after, strict=True))
        if not isinstance(one, (int, float, str, type(None))) and not _same_value(one, other)
    )


def _same_value(one: Any, other: Any) -> bool:
    try:
        return type(one) is type(other) and same_arguments([plain(one)], [plain(other)])
    except NotPlain:  # a function under test, say: it is not compared
        return True


@contextlib.contextmanager
def _alarm() -> Iterator[Callable[[float], None]]:
    """Gives what sets the clock: TooLong is raised so many seconds later; 0 stops the clock.

    Only where this thread can be interrupted; elsewhere the menu's Interrupt does.
    """
    if threading.current_thread() is not threading.main_thread() or sys.platform == "emscripten":
        yield lambda seconds: None
        return
    if not hasattr(signal, "setitimer"):  # Windows
        with _interrupting() as clock:
            yield clock
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if not _imports(frame):
            raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    try:
        yield lambda seconds: _set(seconds)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _interrupting() -> Iterator[Callable[[float], None]]:
    """The clock of a system without alarms: a thread that interrupts this one, as Ctrl-C does."""
    ends: float | None = None
    strikes: list[float] = []
    waiting: threading.Timer | None = None

    def stop(number: int, frame: FrameType | None) -> None:
        if not strikes:  # not the clock: somebody pressed Interrupt
            raise KeyboardInterrupt
        strikes.clear()
        if ends is not None and time.monotonic() >= ends and not _imports(frame):
            raise TooLong

    def strike() -> None:
        strikes.append(time.monotonic())
        wait(AGAIN)
        _thread.interrupt_main()

    def wait(seconds: float) -> None:
        nonlocal waiting
        waiting = threading.Timer(seconds, strike)
        waiting.daemon = True
        waiting.start()

    def clock(seconds: float) -> None:
        nonlocal ends
        ends = time.monotonic() + seconds if seconds else None
        if waiting:
            waiting.cancel()
        if seconds:
            wait(seconds)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield clock
    finally:
        clock(0)
        if waiting:
            waiting.join()  # an interrupt that is on its way arrives here, and counts for nothing
        signal.signal(signal.SIGINT, before or signal.default_int_handler)


def _set(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)


def _imports(frame: FrameType | None) -> bool:
    """Whether a module is being loaded: half of one would stay behind, and break what comes later.

    Loading ends by itself, and the clock strikes again afterwards.
    """
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
