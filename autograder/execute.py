"""Runs a notebook in a sandbox, cell by cell, and questions it at its grade cells.

Execution is nbclient's; what is added is the watch over limits, the cap on outputs, and the
witnesses: at each grade cell that has a key the notebook's process is copied, and the copies are
asked once the last cell has run (see ``inside/witness.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbclient import NotebookClient
from nbclient.client import CellExecutionComplete
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.kernel import SandboxKernelManager
from autograder.limits import MIB, Limits
from autograder.sandbox import Sandbox
from autograder.structure import DEEPEST, deeper_than
from autograder.warden import Stop, Warden
from course.answers import NotPlain, Other, decode, plain, to_json

LONGEST_LINE = 16 * 2**20  # bytes of one answer on the wire


class CouldNotStart(RuntimeError):
    """The kernel did not start: no fault of the submission's.  The message says what it said."""


@dataclass
class Answers:
    """What a witness answered, in order; ``problem`` says why there are fewer than questions."""

    given: list = field(default_factory=list)
    problem: str = ""


@dataclass
class Execution:
    """An executed notebook: the answers by exercise, the limits that were hit, the peak memory."""

    answers: dict[str, Answers]
    stops: list[Stop]
    peak_memory: int = 0


def execute(
    nb: NotebookNode,
    questions: Mapping[str, list[tuple]],
    limits: Limits,
    *,
    files: dict[str, bytes] | None = None,
    trusted: bool = False,
    slot: int = 0,
) -> Execution:
    """Run ``nb`` in a sandbox; its cells get their outputs in place.

    ``questions`` maps grade cells' ids to the arguments to ask the function of that name with.
    ``files`` lie in the notebook's folder.  Raises CouldNotStart.
    """

    async def run() -> Execution:
        with Sandbox(limits, trusted, files, slot) as box:
            return await _execute(nb, questions, limits, box)

    return asyncio.run(run())


async def _execute(
    nb: NotebookNode, questions: Mapping[str, list[tuple]], limits: Limits, box: Sandbox
) -> Execution:
    name = nb.metadata.get("kernelspec", {}).get("name", "python3")
    manager = SandboxKernelManager(box, name, largest=limits.printed)
    runner = Runner(nb, manager, limits)
    async with Witnesses(box) as witnesses:
        try:
            warden = await runner.start(box)
            watch = asyncio.create_task(warden.watch())
            try:
                for index, cell in enumerate(nb.cells):
                    if warden.over:
                        break
                    await runner.run_cell(index, cell)
                    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                    if grade_id in questions and not warden.over:
                        await runner.freeze(grade_id, witnesses)
                warden.end_notebook()  # the original; only the witnesses are needed now
                answers = {
                    grade_id: await witnesses.ask(grade_id, asked, limits.answer_seconds)
                    for grade_id, asked in questions.items()
                }
            finally:
                watch.cancel()
            return Execution(answers, warden.stops, warden.peak_memory)
        finally:
            await runner.finish()


class Runner(NotebookClient):
    """nbclient's client with a warden and a cap on outputs."""

    def __init__(self, nb: NotebookNode, manager: SandboxKernelManager, limits: Limits) -> None:
        super().__init__(
            nb,
            km=manager,
            timeout=None,  # the warden keeps time
            allow_errors=True,
            record_timing=False,
            coalesce_streams=True,  # in which pieces text arrives is chance
            raise_on_iopub_timeout=True,
            iopub_timeout=8,
        )
        self.limits = limits
        self.warden: Warden
        self._kept_by_cell: dict[int, int] = {}
        self._streamed: dict[int, int] = {}
        self._printed = 0

    async def start(self, box: Sandbox) -> Warden:
        """Start kernel and warden.  Raises CouldNotStart."""
        self.reset_execution_trackers()
        try:
            await self.km.start()
            self.kc = self.km.client()
            self.kc.start_channels()
            await self.kc.wait_for_ready(timeout=self.limits.start_seconds)
        except (RuntimeError, OSError) as error:
            raise CouldNotStart(f"{error} {self.km.last_words()}".strip()) from error
        self.kc.allow_stdin = False
        pid = self.km.provisioner.process.pid
        self.warden = Warden(box, self.limits, pid, self.km.interrupt_kernel)
        return self.warden

    async def finish(self) -> None:
        """End the sandbox and everything in it."""
        if self.km.has_kernel:
            with contextlib.suppress(Exception):
                await self.km.provisioner.kill()
                await asyncio.wait_for(self.km.provisioner.wait(), 10)
        if self.kc is not None:
            self.kc.stop_channels()
        self.km.context.destroy(linger=0)

    async def run_cell(self, index: int, cell: NotebookNode) -> None:
        """Run one cell.  A limit that is hit becomes an error in its outputs."""
        self.warden.start_cell(index)
        before = len(self.warden.stops)
        try:
            await self.async_execute_cell(cell, index)
        except DeadKernelError:
            self.warden.over = True
            if len(self.warden.stops) == before:
                says = "it ended the notebook's process (os._exit, a crash, or memory)"
                self.warden.stops.append(Stop("died", says, index))
        except CellTimeoutError:  # the closing message was lost in too much output
            await self.warden.stop_cell("output", self._too_much())
        finally:
            self.warden.end_cell()
        self._note_system_limits(index, cell)
        for stop in self.warden.stops[before:]:
            message = f"Stopped here: {stop.says}."
            cell.outputs.append(
                new_output("error", ename="Stopped", evalue=message, traceback=[message])
            )

    def _note_system_limits(self, index: int, cell: NotebookNode) -> None:
        """Name the limits that the system itself enforced, which show as Python's own errors."""
        for output in cell.outputs if cell.cell_type == "code" else ():
            if output.output_type != "error":
                continue
            if output.ename == "MemoryError":
                says = f"it asked for more than {self.limits.memory // MIB} MiB of memory"
                self.warden.stops.append(Stop("memory", says, index))
            elif "[Errno 27]" in output.evalue or "[Errno 28]" in output.evalue:
                says = (
                    f"it wrote more than {self.limits.disk // MIB} MiB, or a file that is too large"
                )
                self.warden.stops.append(Stop("disk", says, index))

    def _too_much(self) -> str:
        return f"it printed more than {self.limits.printed:,} characters"

    def on_missing_error(self, cell: NotebookNode, reply: dict[str, Any]) -> None:
        """Show an error that the notebook's own display of errors kept quiet about."""
        content = reply["content"]
        shown = (out.ename for out in cell.outputs if out.output_type == "error")
        if content["status"] == "error" and content["ename"] not in shown:
            trace = content["traceback"] or ["An error occurred while showtraceback was disabled."]
            cell.outputs.append(
                new_output(
                    "error", ename=content["ename"], evalue=content["evalue"], traceback=trace
                )
            )

    async def _check_raise_for_error(
        self, cell: NotebookNode, cell_index: int, exec_reply: dict[str, Any] | None
    ) -> None:
        if exec_reply is not None:
            self.on_missing_error(cell, exec_reply)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """As nbclient does, but keep only what the limits allow and what a kernel would say."""
        count = cell.get("execution_count")
        try:
            return self._process(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # a notebook can speak for its kernel, and say what it likes
            return None
        finally:
            if not isinstance(cell.get("execution_count"), int | None):
                cell["execution_count"] = count

    def _process(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if deeper_than(DEEPEST, msg["content"]):
            raise ValueError("a message nested too deeply to be written")
        if msg["msg_type"] == "update_display_data":  # nbclient looks at all others itself
            data, metadata = msg["content"]["data"], msg["content"]["metadata"]
            new_output("display_data", data=data, metadata=metadata)
        size = _length(msg["content"])
        self._printed += size
        if self._printed > self.limits.printed and not self.warden.over:
            self._printed = 0
            self._stopping = asyncio.ensure_future(
                self.warden.stop_cell("output", self._too_much())
            )
        kept = self._kept_by_cell.get(cell_index, 0)
        if msg["msg_type"] == "stream":
            return self._process_stream(msg, cell, cell_index, kept)
        if msg["msg_type"] in {"display_data", "execute_result", "update_display_data", "error"}:
            room = min(
                self.limits.cell_output - kept,
                self.limits.notebook_output - sum(self._kept_by_cell.values()),
            )
            if size > room:
                data = {"text/plain": f"… an output of {size:,} characters is left out …"}
                header = {**msg["header"], "msg_type": "display_data"}
                content = {"data": data, "metadata": {}}
                msg = {**msg, "msg_type": "display_data", "header": header, "content": content}
                size = 0
            self._kept_by_cell[cell_index] = kept + size
        return super().process_message(msg, cell, cell_index)

    def _process_stream(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int, kept: int
    ) -> NotebookNode | None:
        text = msg["content"].get("text", "")
        streamed = self._streamed.get(cell_index, 0)
        room = self.limits.stream_output - streamed
        self._streamed[cell_index] = streamed + len(text)
        if room <= 0:
            return None
        if len(text) > room:
            text = text[:room] + "\n… the rest of what this cell printed is left out …\n"
        self._kept_by_cell[cell_index] = kept + len(text)
        msg = {**msg, "content": {**msg["content"], "text": text}}
        return super().process_message(msg, cell, cell_index)

    async def freeze(self, name: str, witnesses: Witnesses) -> None:
        """Leave a witness for the function ``name``, as it is now."""
        ticket = witnesses.ticket(name)
        # nothing here can be shadowed by a variable of the student's
        code = (
            f"__import__('runpy').run_path({self.km.box.script('witness.py')!r})['freeze']("
            f"__import__('__main__').__dict__, {name!r}, {str(witnesses.path)!r}, {ticket!r})"
        )
        request = self.kc.execute(code, silent=True, store_history=False, stop_on_error=False)
        with contextlib.suppress(DeadKernelError, asyncio.TimeoutError):
            await asyncio.wait_for(self.async_wait_for_reply(request), 10)


def _length(content: Any) -> int:
    """The characters in a message's content."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_length, content.values()))
    if isinstance(content, list):
        return sum(map(_length, content))
    return 8


class Witnesses:
    """The worker's end of the talk with witnesses: a Unix socket in the shared folder."""

    def __init__(self, box: Sandbox) -> None:
        self.path = box.shared / "ask"
        self._box = box
        self._tickets: dict[str, str] = {}
        self._arrivals: dict[str, asyncio.Future] = {}

    async def __aenter__(self) -> Witnesses:
        self._server = await asyncio.start_unix_server(
            self._welcome, str(self.path), limit=LONGEST_LINE
        )
        self._box.give(self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for arrival in self._arrivals.values():
            if arrival.done():
                arrival.result()[1].close()
            else:
                arrival.cancel()

    def ticket(self, name: str) -> str:
        """A fresh ticket, by which the witness for ``name`` is known when it arrives."""
        ticket = secrets.token_hex(8)
        self._tickets[name] = ticket
        self._arrivals[ticket] = asyncio.get_running_loop().create_future()
        return ticket

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hello = json.loads(await asyncio.wait_for(reader.readline(), 10))
            arrival = self._arrivals[hello["ticket"]]
            arrival.set_result((reader, writer, hello["found"] is True))
        except (TimeoutError, ValueError, KeyError, TypeError, asyncio.InvalidStateError, OSError):
            writer.close()

    async def ask(self, name: str, questions: list[tuple], seconds: float) -> Answers:
        """The answers of the witness for ``name`` to ``questions``, within ``seconds`` in all."""
        answers = Answers()
        if name not in self._tickets:
            answers.problem = "the notebook was stopped before this cell"
            return answers
        try:
            async with asyncio.timeout(10):
                reader, writer, found = await self._arrivals[self._tickets[name]]
        except TimeoutError:
            answers.problem = "the notebook could not be asked for its answer"
            return answers
        if not found:
            answers.problem = f"there is nothing called {name} at this cell"
            return answers
        try:
            async with asyncio.timeout(seconds):
                for question in questions:
                    asked = [to_json(plain(argument)) for argument in question]
                    writer.write(json.dumps(asked).encode() + b"\n")
                    line = await reader.readline()
                    if not line:
                        answers.problem = f"{name} ended the process that ran it"
                        break
                    answers.given.append(_one(line))
        except TimeoutError:
            answers.problem = f"{name} took more than {seconds:g} s for the grader's inputs"
        except (OSError, ValueError):
            answers.problem = f"{name} broke off the talk with the grader"
        return answers


def _one(line: bytes) -> Any:
    """The one answer in a line; what is malformed counts as an answer that is no data."""
    try:
        answers = decode(line)
    except NotPlain as problem:
        return Other(str(problem))
    return answers[0] if len(answers) == 1 else Other("a malformed answer")
