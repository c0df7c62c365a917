"""Processes as this machine numbers them: who is below whom, what they use, and their end."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
FEW_SOCKETS = 64
ENDING = 5.0  # seconds in which all of a notebook's processes must have ended


def kill(pids: Iterable[int], below: int, number: int = signal.SIGKILL) -> None:
    """End those of ``pids`` that are ``below`` or somewhere below it, or send another signal.

    By handle, never by number: a number may be another's by now, so who has it is looked at while a
    handle is held.  Those that are gone already do not matter.
    """
    for pid in pids:
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(pid)
            try:
                if _is_below(pid, below):
                    signal.pidfd_send_signal(handle, number)
            finally:
                os.close(handle)


def end_all(below: int, but: Collection[int] = (), with_theirs: Collection[int] = ()) -> None:
    """End all processes below ``below``, those too that they start meanwhile.

    Those of ``but`` are left alone, and those of ``with_theirs`` with all that is below them.  Who
    is stopped starts no others, so each round finds fewer; what has ended but has not been waited
    for does not count.
    """
    until = time.monotonic() + ENDING
    while time.monotonic() < until:
        found = [
            pid for pid in descendants(below, skip=with_theirs) if pid not in but and _lives(pid)
        ]
        if not found:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            kill(found, below, number)
        time.sleep(0.001)


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return _stat(pid)[0] not in (b"Z", b"X")
    return False


def _is_below(pid: int, above: int) -> bool:
    while pid not in (above, 0):
        pid = parent_of(pid)
    return pid == above


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
                found += map(int, text.split())
    return found


def descendants(pid: int, limit: int = 5_000, skip: Collection[int] = ()) -> Iterator[int]:
    """The processes below ``pid``, nearer ones first; no more than ``limit``.

    Without those of ``skip``, and what is below them.
    """
    waiting = _children(pid)
    while waiting and limit:
        child = waiting.pop(0)
        if child in skip:
            continue
        yield child
        limit -= 1
        waiting += _children(child)


def ancestors(pid: int, up_to: int) -> list[int]:
    """The processes above ``pid``, the nearest first, up to and with ``up_to``."""
    found = []
    while pid not in (up_to, 0):
        pid = parent_of(pid)
        found.append(pid)
    return found


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


def stalled() -> float:
    """Seconds so far in which this machine did nothing but wait for its disks or for memory."""
    seconds = 0.0
    for what in ("io", "memory"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            full = Path(f"/proc/pressure/{what}").read_text().splitlines()[1]
            seconds += int(full.rpartition("=")[2]) / 1e6
    return seconds


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


def proportional(pid: int) -> tuple[int, int]:
    """Bytes of memory of a process, with shared pages divided among those that share them.

    Without those of files on a disk, which the system drops where it needs room.  The second number
    is how many of them lie in files in memory, or are shared without a file.
    Slower by far than ``resident``: the system walks through all of the process's pages.
    """
    found = {}
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as lines:
        for line in lines:
            name, _, rest = line.partition(":")
            if name in ("Pss", "Pss_File", "Pss_Shmem"):
                found[name] = int(rest.split()[0]) * 1024
    return found.get("Pss", resident(pid)) - found.get("Pss_File", 0), found.get("Pss_Shmem", 0)


def addressed(pid: int) -> int:
    """Bytes of memory that a process may write to, used or not: what its RLIMIT_DATA bounds."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[5]) * PAGE
    return 0


@functools.cache
def _largest_buffer() -> int:
    """What a socket's buffer may hold at the most, with the system's own part of it."""
    with contextlib.suppress(OSError, ValueError):
        return 2 * int(Path("/proc/sys/net/core/wmem_max").read_text())
    return 425_984


def in_sockets(pid: int) -> int:
    """The most bytes that the sockets of a process's network namespace may hold.

    How much of its buffer a socket uses is told for TCP alone, whose buffers are the largest.
    """
    net, used = Path(f"/proc/{pid}/net"), 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        count = int((net / "sockstat").read_text().split()[2])
        used = count * _largest_buffer()
        if count > FEW_SOCKETS:
            with open(net / "tcp") as rows:
                next(rows)
                for row in rows:
                    used += sum(int(queue, 16) for queue in row.split()[4].split(":"))
    return used
