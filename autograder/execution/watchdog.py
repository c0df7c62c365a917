"""Watches a sandbox from outside and stops what goes over a limit.

The kernel of the system limits each process by itself (``guest/enter.py``); the watchdog limits the
sandbox as a whole: seconds, memory, processes, and what is written to the shared folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import FlagKind
from autograder.limits import MIB, Limits
from autograder.sandbox.processes import (
    addressed,
    ancestors,
    busy,
    descendants,
    end_all,
    in_sockets,
    peak_resident,
    proportional,
    queued,
    resident,
    stalled,
)

NEAR = 0.5  # of a limit: who has used so much may well have asked for more than the rest
BUSY = 0.9  # of the processor's time: who had less of it may blame the machine
PATIENCE = 5  # times a limit of time that somebody may take who waits for a processor
CROWD = 16  # processes of a notebook's own, behind which it waits by its own doing
GRACE = 3.0  # seconds between an interrupt and the end of the process; twice, for who has to wait
PERIOD, SHORTEST = 0.2, 0.02  # seconds between two looks
TIGHT = 0.6  # of the memory: who uses more of it is allowed to address only the rest
FASTEST = 4 * 2**30  # bytes a second that may be used up
PER_FILE = 1024  # bytes that a file in memory costs the system beside what is in it
SHARED_FILES, SHARED_BYTES = 64, MIB


@dataclass(frozen=True)
class Stop:
    """A limit that was hit: its kind, a sentence for the student, and the cell.

    ``doubtful``: the machine may be to blame, or the notebook says so itself and nobody else.
    """

    kind: FlagKind
    says: str
    cell: int | None = None
    doubtful: bool = False


@dataclass(frozen=True)
class Use:
    """Seconds of the processor that a process and those below it have had, and have waited for.

    ``lost`` are those in which they were ready and others ran, or the machine itself stood still.
    Who sleeps loses none: that is no machine's fault.
    """

    busy: float = 0.0
    lost: float = 0.0

    @classmethod
    def of(cls, pid: int) -> Use:
        """What it is now."""
        pids = [pid, *descendants(pid)]
        return cls(sum(map(busy, pids)), sum(map(queued, pids)) + stalled())

    def starved_since(self, before: Use, seconds: float) -> bool:
        """Whether the machine may be to blame that ``seconds`` were not enough."""
        rest = (1 - BUSY) * seconds
        return self.busy - before.busy < seconds - rest and self.lost - before.lost > rest


class Watchdog:
    """Enforces ``limits`` on a notebook.

    ``notebook`` is the process that runs the cells, ``outermost`` the one above everything that
    belongs to the notebook, ``shared`` the folder that it can write to outside of its ``scratch``
    folders, which are given as it sees them; ``known`` gives the processes that answer for it,
    which live on when it is ended.  After ``start_cell`` the clock of that cell runs.
    ``stops`` holds what happened; ``over`` says that no further cell can run here.  ``began`` is
    when the notebook's first process did.
    """

    def __init__(
        self,
        limits: Limits,
        notebook: int,
        outermost: int,
        shared: Path,
        scratch: Sequence[str] = (),
        began: float | None = None,
        known: Callable[[], Collection[int]] = tuple,
    ) -> None:
        self.limits, self.notebook, self.outermost = limits, notebook, outermost
        self._known, self._above = known, ancestors(notebook, outermost)
        self.shared, self.scratch = shared, scratch
        self._handle = os.pidfd_open(notebook)
        self.stops: list[Stop] = []
        self.over = False
        self.peak_memory = 0
        self._written = self._most_written = 0  # into the scratch folders: now, and so far
        self.out_of_time = False  # the notebook as a whole
        self._began = time.monotonic() if began is None else began
        self._cell: int | None = None
        self._cell_began = self._cell_queued = 0.0
        self._all = Use(lost=stalled())
        self._cell_use = Use()
        self._seen = False  # whether the running cell has been looked at
        self._interrupted: float | None = None
        self._pause, self._queued_then = SHORTEST, 0.0

    def start_cell(self, index: int) -> None:
        """The clock of cell ``index`` starts."""
        self._cell, self._cell_began, self._interrupted = index, time.monotonic(), None
        self._seen = False

    def end_cell(self) -> None:
        """No cell is running."""
        self._cell = self._interrupted = None

    async def watch(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(self._pause)
            self._look()

    def _look_first(self, now: float) -> None:
        """Note what the running cell starts from; most have ended before anybody looks."""
        self._seen = True
        self._cell_queued = queued(self.notebook)
        use = Use.of(self.notebook)
        self._cell_use = replace(use, busy=use.busy - (now - self._cell_began))

    def _look(self) -> None:
        now = time.monotonic()
        if self._cell is not None and not self._seen:
            self._look_first(now)
        members = list(self.members())
        if now > self._due(members, self._began, self.limits.notebook_seconds):
            self.out_of_time = True
            says = f"the notebook ran for more than {self.limits.notebook_seconds:g} s"
            self._end("timeout", says, self._starved(self.limits.notebook_seconds, self._all))
        elif self._interrupted is not None and now > self._interrupted + GRACE + min(
            queued(self.notebook) - self._queued_then, GRACE
        ):
            self._doubt_the_last()
            self.end_notebook()
        elif self._cell is not None and now > self._due(
            members, self._cell_began, self.limits.cell_seconds, self._cell_queued
        ):
            says = f"it ran for more than {self.limits.cell_seconds:g} s"
            starved = self._starved(self.limits.cell_seconds, self._cell_use)
            self.stop_cell("timeout", says, starved)
        memory = self._memory(members)
        self.peak_memory = max(self.peak_memory, memory)
        self._tighten(memory)
        if memory > self.limits.memory:
            self._end("memory", f"it used more than {self.limits.memory // MIB} MiB of memory")
        if self._written > self.limits.disk + MIB:  # in folders that do not share their room
            self._end("disk", f"it wrote more than {self.limits.disk // MIB} MiB")
        if len(members) > self.limits.processes:
            self._end("processes", f"it started more than {self.limits.processes} processes")
        if self._shared_folder_is_flooded():
            self._end("disk", "it wrote into the folder that the grader talks through")

    def _due(self, members: list[int], began: float, seconds: float, before: float = 0.0) -> float:
        """When a limit of time ends; who waits behind a crowd of their own gets no more."""
        if len(members) > CROWD:
            return began + seconds
        return due(began, seconds, self.notebook, before)

    def _memory(self, members: list[int]) -> int:
        """Bytes of memory that the notebook uses, wherever: what it addresses is not counted."""
        written = self._measure_scratch()
        elsewhere = in_sockets(self.notebook) if self.scratch else 0  # trusted: everybody's sockets
        memory = sum(map(resident, members)) + written + elsewhere
        if memory > TIGHT * self.limits.memory:  # shared pages were counted for each that has them
            sizes = [proportional(pid) for pid in members]
            shared = sum(shared for _, shared in sizes)  # a part of it may be what was written
            memory = sum(size for size, _ in sizes) - shared + max(shared, written) + elsewhere
        return memory

    def _tighten(self, memory: int) -> None:
        """Have the system refuse the notebook's process more memory than is left.

        Much may be addressed, so that an array of zeros costs what is used of it.  But who uses
        much is better refused the next piece, by an error in their cell, than ended.
        """
        self._pause = PERIOD
        if memory > TIGHT * self.limits.memory:
            limit = addressed(self.notebook) + max(0, self.limits.memory - memory)
            with contextlib.suppress(OSError, ValueError):  # it has ended; or had less already
                before = resource.prlimit(self.notebook, resource.RLIMIT_DATA)[1]
                if limit < before or before == resource.RLIM_INFINITY:
                    resource.prlimit(self.notebook, resource.RLIMIT_DATA, (limit, limit))
        else:
            soonest = (TIGHT * self.limits.memory - memory) / FASTEST
            self._pause = min(PERIOD, max(SHORTEST, soonest))

    def _measure_scratch(self) -> int:
        """How many bytes lie in the scratch folders, seen from outside: they are no names here."""
        found: dict[int, tuple[int, int]] = {}  # several of them may share their room
        for folder in self.scratch:
            with contextlib.suppress(OSError):
                path = f"/proc/{self.notebook}/root{folder}"
                disk = os.statvfs(path)
                files = max(0, disk.f_files - disk.f_ffree)
                used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
                found[os.stat(path).st_dev] = used, files * PER_FILE
        self._written = sum(used for used, _ in found.values())
        self._most_written = max(self._most_written, self._written)
        return sum(map(sum, found.values()))

    def used_up(self, kind: FlagKind) -> bool:
        """Whether the notebook's use of memory or disk, as measured here, has come near its limit.

        The system refuses what goes over a limit, and the notebook is told so by an error of
        Python's; but it can tell itself such errors too.
        """
        if kind == "memory":
            return peak_resident(self.notebook) > NEAR * self.limits.memory
        self._measure_scratch()
        return self._most_written > NEAR * min(self.limits.disk, self.limits.file)

    def _starved(self, seconds: float, before: Use) -> bool:
        return Use.of(self.notebook).starved_since(before, seconds)

    def stop_cell(self, kind: FlagKind, says: str, doubtful: bool = False) -> None:
        """Interrupt the running cell; if it does not obey, its process is ended soon after."""
        if self._interrupted is None:
            self._note(kind, says, doubtful)
            self._interrupted, self._queued_then = time.monotonic(), queued(self.notebook)
            self._signal(signal.SIGINT)

    def _doubt_the_last(self) -> None:
        """Who does not obey an interrupt in time may have too much to clear away."""
        if self.stops:
            self.stops[-1] = replace(self.stops[-1], doubtful=True)

    def _note(self, kind: FlagKind, says: str, doubtful: bool = False) -> None:
        if not any(stop.kind == kind and stop.cell == self._cell for stop in self.stops):
            self.stops.append(Stop(kind, says, self._cell, doubtful))

    def _end(self, kind: FlagKind, says: str, doubtful: bool = False) -> None:
        """End the notebook at once; what it left running goes too if it is still over the limit."""
        self._note(kind, says, doubtful)
        if self.over:  # what it left behind, and who testifies
            end_all(self.outermost, self._above)
        self.end_notebook()

    def end_notebook(self) -> None:
        """End the notebook's own process and all that it has started.  Witnesses live on."""
        self.over = True
        self._signal(signal.SIGKILL)
        end_all(self.outermost, self._above, self._witnesses())

    def end_children(self) -> None:
        """End what the notebook's process has started."""
        end_all(self.outermost, [*self._above, self.notebook], self._witnesses())

    def _witnesses(self) -> set[int]:
        return {*self._known()} - {self.notebook}

    def _signal(self, number: int) -> None:
        """Send a signal to the notebook's process, and to no other that may have got its number."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, number)

    def close(self) -> None:
        """Let go of the notebook's process."""
        os.close(self._handle)

    def members(self) -> Iterator[int]:
        """The process ids, outside, of everything that belongs to the notebook."""
        yield self.outermost
        yield from descendants(self.outermost)

    def _shared_folder_is_flooded(self) -> bool:
        size = 0
        with contextlib.suppress(OSError), os.scandir(self.shared) as entries:
            for count, entry in enumerate(entries):
                size += entry.stat(follow_symlinks=False).st_size
                crowded = count > SHARED_FILES or size > SHARED_BYTES
                if crowded or entry.is_dir(follow_symlinks=False):
                    return True
        return False


def due(began: float, seconds: float, pid: int, before: float = 0.0) -> float:
    """When a limit of ``seconds`` ends: its clock stands still while ``pid`` waits for a processor.

    ``before`` is what ``queued`` said when it began.  Who queues behind processes of its own waits
    as well, so there is an end to it.
    """
    return began + seconds + min(queued(pid) - before, (PATIENCE - 1) * seconds)
