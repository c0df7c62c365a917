"""An end to what marking one submission may take, whatever its answers and the key do."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class OutOfTime(Exception):
    """A piece of work took more than its ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it took more than {seconds:g} s")
        self.seconds = seconds


class _Stop(BaseException):
    """What ends the work: no ``except Exception`` on the way keeps it."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work()`` gives.  Raises OutOfTime where that takes more seconds.

    A worker grades in whichever thread Dask gives it, where no alarm can be set; so another thread
    raises an error in this one.  It comes between two steps of Python's: one long step of NumPy's
    ends first.
    """
    thread, lock, over = threading.get_ident(), threading.Lock(), False

    def stop() -> None:
        with lock:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(_Stop)
                )

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    try:
        try:
            timer.start()
            return work()
        finally:
            with lock:  # from here on nothing is raised; what was raised before arrives here
                over = True
    except _Stop:
        raise OutOfTime(seconds) from None
    finally:
        timer.cancel()
