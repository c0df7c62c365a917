"""Processes as this machine numbers them: who is below whom, what they use, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def kill(pids: list[int]) -> None:
    """End processes at once; those that are gone already do not matter."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
                found += map(int, text.split())
    return found


def descendants(pid: int, limit: int = 5_000) -> Iterator[int]:
    """The processes below ``pid``, nearer ones first; no more than ``limit``."""
    waiting = _children(pid)
    while waiting and limit:
        child = waiting.pop(0)
        yield child
        limit -= 1
        waiting += _children(child)


def parent_of(pid: int) -> int:
    """The process above ``pid``; 0 if ``pid`` is gone."""
    with contextlib.suppress(OSError):
        return int(_stat(pid)[1])
    return 0


def _stat(pid: int) -> list[bytes]:
    """What the system says of a process, from its state on: see proc(5)."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()


def busy(pid: int) -> float:
    """Seconds of the processor that a process has used, with its children that have ended."""
    with contextlib.suppress(OSError, IndexError):
        return sum(map(int, _stat(pid)[11:15])) / TICKS
    return 0.0


def queued(pid: int) -> float:
    """Seconds that a process was ready to run and had to wait for a processor."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/schedstat").read_bytes().split()[1]) / 1e9
    return 0.0


def resident(pid: int) -> int:
    """Bytes of memory of a process, shared pages included."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def peak_resident(pid: int) -> int:
    """The most bytes of memory that a process has had so far, shared pages included."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as lines:
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def proportional(pid: int) -> int:
    """Bytes of memory of a process, with shared pages divided among those that share them.

    Slower by far than ``resident``: the system walks through all of the process's pages.
    """
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as lines:
        for line in lines:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return resident(pid)
