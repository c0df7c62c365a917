"""Runs the cells of a notebook, one by one, in a process inside a sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from typing import Any, Literal

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.execution.canaries import Canary
from autograder.execution.outputs import LONGEST_WORDS, Outputs, message
from autograder.execution.talk import LONGEST_LINE, Link
from autograder.execution.watchdog import Stop, Watchdog
from autograder.limits import MIB, Limits

# Limits that the system enforces itself: what goes over them is refused, not ended.
Refused = Literal["memory", "disk"]
REFUSED: tuple[Refused, ...] = ("memory", "disk")


class Runner:
    """Runs cells over a link, and puts functions aside.

    ``forged`` are the places of cells whose end was announced by somebody else than the kernel.
    """

    def __init__(self, nb: NotebookNode, link: Link, watchdog: Watchdog, limits: Limits) -> None:
        self.link, self.watchdog, self.limits = link, watchdog, limits
        self.outputs = Outputs(nb, limits, self._too_much)
        self.forged: set[int] = set()
        self._ended: dict[str, int] = {}

    async def run_cell(self, index: int, cell: NotebookNode) -> None:
        """Run one cell.  A limit that is hit becomes an error in its outputs."""
        if cell.cell_type != "code" or not cell.source.strip():
            return
        if self.outputs.skip_cells_with_tag in cell.metadata.get("tags", []):
            return
        self.watchdog.start_cell(index)
        before = len(self.watchdog.stops)
        self.outputs.begin(cell)
        refused = None
        try:
            refused = await self._converse(index, cell)
        except DeadKernelError:
            self.watchdog.over = True
            if len(self.watchdog.stops) == before:
                says = "it ended the notebook's process (os._exit, a crash, or memory)"
                self.watchdog.stops.append(Stop("died", says, index, doubtful=True))
        finally:
            self.watchdog.end_cell()
        self.outputs.end(cell)
        if refused is not None:
            self._note_refused(index, refused)
        for stop in self.watchdog.stops[before:]:
            message = f"Stopped here: {stop.says}."
            cell.outputs.append(
                new_output("error", ename="Stopped", evalue=message, traceback=[message])
            )

    async def _converse(self, index: int, cell: NotebookNode) -> Refused | None:
        """Send the cell and take what it publishes, until it is done.  Raises DeadKernelError.

        Returns which limit, by the notebook's own word, was the reason for its error.
        """
        name = secrets.token_hex(8)  # an end that was announced for another cell is none
        for content in self.outputs.kc.heard():
            await self._say({"comm": content})
        await self._say({"run": cell.source, "cell": name})
        while True:
            before = self.link.heard
            data = await self._hear()
            size = self.link.heard - before
            self.outputs.count(size)
            if data is None:
                if size > LONGEST_LINE:
                    self.outputs.leave_out(size, cell, index)
                continue
            if "done" in data and data.get("cell") == name:
                self._ended[name] = index
                return self._finish(index, cell, name, data["done"], data.get("refused"))
            self._notice_forgery(data)
            kind, content = data.get("type"), data.get("content")
            if data.get("parent") == name and isinstance(kind, str) and isinstance(content, dict):
                metadata = data.get("metadata")
                metadata = metadata if isinstance(metadata, dict) else {}
                self.outputs.take(message(kind, content, metadata, name), cell, index)

    async def _say(self, data: Any) -> None:
        try:
            await self.link.say(data)
        except OSError:
            raise DeadKernelError("the notebook's process is gone") from None

    async def _hear(self) -> dict[str, Any] | None:
        """The next line, or None for one that is no message.  Raises DeadKernelError at the end."""
        try:
            line = await self.link.line()
        except OSError:
            line = b""
        if line is None:
            return None
        if not line:
            raise DeadKernelError("the notebook's process is gone")
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None

    def _finish(
        self, index: int, cell: NotebookNode, name: str, reply: Any, refused: Any
    ) -> Refused | None:
        """Add to a cell's outputs what the reply to it says; see ``_converse``."""
        if not isinstance(reply, dict):
            return None
        count = reply.get("execution_count")
        if type(count) is int and count >= 0:
            cell.execution_count = count
        shown = [out.ename for out in cell.outputs if out.output_type == "error"]
        says = {part: str(reply.get(part, ""))[:LONGEST_WORDS] for part in ("ename", "evalue")}
        if reply.get("status") == "error" and says["ename"] not in shown:
            # an error that the notebook's own display of errors kept quiet about
            lines = reply.get("traceback")
            trace = list(map(str, lines)) if isinstance(lines, list) else []
            quiet = ["An error occurred while showtraceback was disabled."]
            error = {**says, "traceback": trace or quiet}
            self.outputs.take(message("error", error, {}, name), cell, index)
        if reply.get("status") != "error":
            return None
        return next((kind for kind in REFUSED if kind == refused), None)

    async def freeze(self, name: str, ticket: str) -> dict[str, Any] | None:
        """Put the function ``name`` aside as it is now; what was said of it, or None.

        See ``freeze`` in ``guest/witness.py``.
        """
        with contextlib.suppress(DeadKernelError, TimeoutError):
            async with asyncio.timeout(10):
                await self._say({"freeze": name, "ticket": ticket})
                while (data := await self._hear()) is None or "frozen" not in data:
                    pass
                return data
        return None

    async def listen_for(self, found: list[Canary]) -> bool:
        """Try canaries in a copy of the process; whether one of them showed that failures pass.

        What the notebook has said meanwhile is heard too: see ``forged``.
        """
        with contextlib.suppress(DeadKernelError, TimeoutError):
            async with asyncio.timeout(10):
                await self._say({"canaries": [one.source for one in found]})
                while (data := await self._hear()) is None or "sung" not in data:
                    self._notice_forgery(data)
                sung = data["sung"] if isinstance(data["sung"], list) else []
                return any(
                    isinstance(said, dict) and one.passed(said)
                    for one, said in zip(found, sung, strict=False)
                )
        return False

    def _notice_forgery(self, data: dict[str, Any] | None) -> None:
        """A cell ends once: what ends again was said to have ended before it had."""
        if data is not None and "done" in data and isinstance(data.get("cell"), str):
            index = self._ended.get(data["cell"])
            if index is not None:
                self.forged.add(index)

    async def testify(self, ticket: str) -> None:
        """Turn the notebook's process into a witness, known by ``ticket``.  No cell can follow."""
        await self._say({"testify": ticket})

    def _note_refused(self, index: int, kind: Refused) -> None:
        """Name a limit that the system enforced itself, by refusing what the cell asked for.

        That it did so is the notebook's own word, which can be forged.  So it holds where the
        watchdog has measured as much, and is doubtful otherwise.
        """
        if any(stop.cell == index for stop in self.watchdog.stops):
            return
        says = f"it asked for more than {self.limits.memory // MIB} MiB of memory"
        if kind == "disk":
            whole, file = self.limits.disk // MIB, self.limits.file // MIB
            says = f"it wrote more than {whole} MiB, or a file of more than {file} MiB"
        measured = self.watchdog.used_up(kind)
        if not measured:
            says = f"its error says that {says}, which was not seen from outside"
        self.watchdog.stops.append(Stop(kind, says, index, doubtful=not measured))

    def _too_much(self) -> None:
        if not self.watchdog.over:
            says = f"it printed more than {self.limits.printed:,} characters"
            self.watchdog.stop_cell("output", says)


def not_run(cell: NotebookNode) -> None:
    """Say so in a cell that could not run: a test without outputs would have passed."""
    if cell.cell_type == "code" and cell.source.strip():
        says = "Not run: the notebook had been stopped before this cell."
        cell.outputs = [new_output("error", ename="NotRun", evalue=says, traceback=[says])]
