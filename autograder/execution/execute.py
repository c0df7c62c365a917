"""Runs a notebook in a sandbox, cell by cell, and questions it at its grade cells.

The cells run in a process forked from a warm one (``zygote.py``); what they publish becomes outputs
by nbclient's own rules.  Added are the watch over limits, the cap on outputs, and the witnesses: at
each grade cell that has a key the student's function is put aside as it is, and it is asked once
the last cell has run (see ``guest/witness.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import secrets
import shutil
import signal
import socket
import struct
import time
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.execution.outputs import output_of
from autograder.execution.questions import Questions
from autograder.execution.watchdog import BUSY, Stop, Watchdog, due
from autograder.limits import MIB, Limits
from autograder.sandbox.processes import busy, descendants, kill, queued
from autograder.sandbox.zygote import CouldNotStart, Processes, Zygote, zygote_for
from autograder.submission.structure import DEEPEST, deeper_than
from exercises.answers import NotPlain, Other
from exercises.wire import decode

LONGEST_LINE = 16 * 2**20  # bytes of one answer on the wire
LONGEST_PACK = 2 * 2**20  # characters of a packed function
PATIENCE = 10.0  # seconds to wait for witnesses that do not make themselves known, all together
GATHER = 0.002  # seconds in which answers gather before the next are read
ARRIVAL = 10.0  # seconds until a notebook that was forked is heard of: later it was killed


@dataclass
class Answers:
    """What a witness answered, in order; ``problem`` says why there are fewer than questions.

    ``starved``: time ran out, and others may have used the processor.
    """

    given: list = field(default_factory=list)
    problem: str = ""
    starved: bool = False


@dataclass
class Execution:
    """An executed notebook: the answers by exercise, the limits that were hit, the peak memory."""

    answers: dict[str, Answers]
    stops: list[Stop]
    peak_memory: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether another, calmer run might end better: see ``Result.doubtful``."""
        return any(stop.starved or stop.kind == "died" for stop in self.stops) or any(
            answers.starved for answers in self.answers.values()
        )


def execute(
    nb: NotebookNode,
    questions: Mapping[str, Questions],
    limits: Limits,
    *,
    files: dict[str, bytes] | None = None,
    preload: Sequence[str] = (),
    trusted: bool = False,
    slot: int = 0,
) -> Execution:
    """Run ``nb`` in a sandbox; its cells get their outputs in place.

    ``questions`` maps grade cells' ids to what the function of that name is asked.
    ``files`` lie in the notebook's folder; ``preload`` names modules that it will import.  Raises
    CouldNotStart.
    """

    async def run() -> Execution:
        async with zygote_for(limits, preload, trusted=trusted, slot=slot) as zygote:
            with zygote.folder(files or {}) as folder:
                return await _execute(nb, questions, limits, zygote, folder, bool(files))

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run_to_the_end(run())
    return _beside_a_loop().submit(_run_to_the_end, run()).result()


def _run_to_the_end(coroutine: Coroutine[Any, Any, Execution]) -> Execution:
    # not asyncio.run: it installs a signal handler, which costs more than a small notebook
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


@functools.cache
def _beside_a_loop() -> ThreadPoolExecutor:
    """A thread for callers that run a loop themselves: formgrader's button grades in a server.

    It stays for good, because bubblewrap ends a sandbox with the thread that started it.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="autograder")


async def _execute(
    nb: NotebookNode,
    questions: Mapping[str, Questions],
    limits: Limits,
    zygote: Zygote,
    folder: Path,
    files: bool,
) -> Execution:
    async with Talk(folder / "ask", limits) as talk:
        zygote.box.give(folder / "ask")
        ticket, spare = talk.ticket(), talk.ticket()
        await zygote.fork(folder, ticket, spare, files)
        link = await talk.arrival(ticket, min(limits.start_seconds, ARRIVAL))
        if link is None:
            raise CouldNotStart(f"the notebook did not make itself known: {zygote.last_words()}")
        shutil.rmtree(folder / "files", ignore_errors=True)
        processes = Processes.of(zygote, link.pid)
        watchdog = Watchdog(limits, processes.notebook, processes.outermost, folder)
        runner = Runner(nb, link, watchdog, limits)
        witnesses = Witnesses(talk, spare, limits)
        watch = asyncio.create_task(watchdog.watch())
        try:
            for index, cell in enumerate(nb.cells):
                if watchdog.over:
                    _not_run(cell)
                    continue
                await runner.run_cell(index, cell)
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                if grade_id in questions and not watchdog.over:
                    ticket = talk.ticket()
                    witnesses.frozen[grade_id] = await runner.freeze(grade_id, ticket), ticket
            if not watchdog.over:
                watchdog.end_children()
                if witnesses.frozen:
                    await witnesses.call(runner, talk.ticket())
            answers = await witnesses.ask(questions)
            if zygote.nested and not zygote.alive():
                raise CouldNotStart(f"the warm process ended: {zygote.last_words()}")
            return Execution(answers, watchdog.stops, watchdog.peak_memory)
        finally:
            watch.cancel()
            processes.end(zygote)
            watchdog.close()


@dataclass
class Link:
    """The worker's end of a talk with a process inside, and that process's number outside."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pid: int
    handle: int  # of that process: its number may be another's once it has ended
    asked: bool = False
    rest: bytes = b""  # what was read of the next answers

    async def say(self, data: Any) -> None:
        """Send one line."""
        self.writer.write(json.dumps(data).encode() + b"\n")
        await self.writer.drain()

    def end(self) -> None:
        """End the process and what it has started."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self.handle, signal.SIGSTOP)
            kill(list(descendants(self.pid)))
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it."""
        self.writer.close()
        os.close(self.handle)


class NoClient:
    """Stands where nbclient's widgets expect a client: a widget's answers go nowhere."""

    class session:
        @staticmethod
        def msg(*_: Any, **__: Any) -> dict:
            return {}

    class shell_channel:
        @staticmethod
        def send(_: Any) -> None:
            return None


class Runner(NotebookClient):
    """Runs cells over a link; nbclient's rules make outputs of what they publish."""

    def __init__(self, nb: NotebookNode, link: Link, watchdog: Watchdog, limits: Limits) -> None:
        super().__init__(nb, allow_errors=True, record_timing=False)
        self.reset_execution_trackers()
        self.kc = NoClient()
        self.link, self.watchdog, self.limits = link, watchdog, limits
        self._kept_by_cell: dict[int, int] = {}
        self._streamed: dict[int, int] = {}
        self._printed = 0

    async def run_cell(self, index: int, cell: NotebookNode) -> None:
        """Run one cell.  A limit that is hit becomes an error in its outputs."""
        if cell.cell_type != "code" or not cell.source.strip():
            return
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return
        self.watchdog.start_cell(index)
        before = len(self.watchdog.stops)
        cell.outputs = []
        self.clear_before_next_output = False
        try:
            await self._converse(index, cell)
        except DeadKernelError:
            self.watchdog.over = True
            if len(self.watchdog.stops) == before:
                says = "it ended the notebook's process (os._exit, a crash, or memory)"
                self.watchdog.stops.append(Stop("died", says, index))
        finally:
            self.watchdog.end_cell()
        _coalesce(cell)
        self._note_system_limits(index, cell)
        for stop in self.watchdog.stops[before:]:
            message = f"Stopped here: {stop.says}."
            cell.outputs.append(
                new_output("error", ename="Stopped", evalue=message, traceback=[message])
            )

    async def _converse(self, index: int, cell: NotebookNode) -> None:
        """Send the cell and take what it publishes, until it is done.  Raises DeadKernelError."""
        name = secrets.token_hex(8)  # an end that was announced for another cell is none
        await self._say({"run": cell.source, "cell": name})
        while True:
            data = await self._hear()
            if data is None:
                continue
            if "done" in data and data.get("cell") == name:
                self._finish(cell, data["done"])
                return
            kind, content = data.get("type"), data.get("content")
            if data.get("parent") == name and isinstance(kind, str) and isinstance(content, dict):
                header = {"msg_type": kind}
                parent = {"msg_id": name}
                metadata = data.get("metadata") if isinstance(data.get("metadata"), dict) else {}
                message = {"header": header, "msg_type": kind, "parent_header": parent,
                           "content": content, "metadata": metadata, "buffers": []}  # fmt: skip
                self.process_message(message, cell, index)

    async def _say(self, data: Any) -> None:
        try:
            await self.link.say(data)
        except OSError:
            raise DeadKernelError("the notebook's process is gone") from None

    async def _hear(self) -> dict | None:
        """The next line, or None for one that is no message.  Raises DeadKernelError at the end."""
        try:
            line = await self.link.reader.readline()
        except ValueError:  # a line longer than anything that may be printed
            self.watchdog.stop_cell("output", self._too_much())
            return None
        except OSError:
            line = b""
        if not line:
            raise DeadKernelError("the notebook's process is gone")
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None

    def _finish(self, cell: NotebookNode, reply: Any) -> None:
        """What the reply to a cell adds to its outputs."""
        if not isinstance(reply, dict):
            return
        if isinstance(reply.get("execution_count"), int):
            cell.execution_count = reply["execution_count"]
        shown = [out.ename for out in cell.outputs if out.output_type == "error"]
        name, value = str(reply.get("ename", "")), str(reply.get("evalue", ""))
        if reply.get("status") == "error" and name not in shown:
            # an error that the notebook's own display of errors kept quiet about
            lines = reply.get("traceback")
            trace = list(map(str, lines)) if isinstance(lines, list) else []
            quiet = ["An error occurred while showtraceback was disabled."]
            cell.outputs.append(
                new_output("error", ename=name, evalue=value, traceback=trace or quiet)
            )

    async def freeze(self, name: str, ticket: str) -> dict | None:
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

    async def testify(self, ticket: str) -> None:
        """Turn the notebook's process into a witness, known by ``ticket``.  No cell can follow."""
        await self._say({"testify": ticket})

    def _note_system_limits(self, index: int, cell: NotebookNode) -> None:
        """Name the limits that the system itself enforced, which show as Python's own errors."""
        for output in cell.outputs if cell.cell_type == "code" else ():
            if output.output_type != "error":
                continue
            if output.ename == "MemoryError":
                says = f"it asked for more than {self.limits.memory // MIB} MiB of memory"
                self.watchdog.stops.append(Stop("memory", says, index))
            elif "[Errno 27]" in output.evalue or "[Errno 28]" in output.evalue:
                says = (
                    f"it wrote more than {self.limits.disk // MIB} MiB, or a file that is too large"
                )
                self.watchdog.stops.append(Stop("disk", says, index))

    def _too_much(self) -> str:
        return f"it printed more than {self.limits.printed:,} characters"

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """As nbclient does, but keep only what the limits allow and what a kernel would say."""
        count = cell.get("execution_count")
        try:
            return self._process(msg, cell, cell_index)
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
        if msg["msg_type"] == "update_display_data":  # no output of its own, but a part of others
            output_of("display_data", msg["content"])
        size = _length(msg["content"])
        self._printed += size
        if self._printed > self.limits.printed and not self.watchdog.over:
            self._printed = 0
            self.watchdog.stop_cell("output", self._too_much())
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

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """As nbclient does, but with outputs that are checked faster."""
        if self.output_hook_stack[msg["parent_header"]["msg_id"]]:  # a widget takes it
            return super().output(outs, msg, display_id, cell_index)
        output = output_of(msg["msg_type"], msg["content"])
        if self.clear_before_next_output:
            outs[:] = []
            self.clear_display_id_mapping(cell_index)
            self.clear_before_next_output = False
        if display_id:
            places = self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, [])
            places.append(len(outs))
        outs.append(output)
        return output

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


def _not_run(cell: NotebookNode) -> None:
    """Say so in a cell that could not run: a test without outputs would have passed."""
    if cell.cell_type == "code" and cell.source.strip():
        says = "Not run: the notebook had been stopped before this cell."
        cell.outputs = [new_output("error", ename="NotRun", evalue=says, traceback=[says])]


def _length(content: Any) -> int:
    """The characters in a message's content."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_length, content.values()))
    if isinstance(content, list):
        return sum(map(_length, content))
    return 8


def _coalesce(cell: NotebookNode) -> None:
    """Join the pieces of printed text: in which pieces it arrives is chance."""
    joined: list[NotebookNode] = []
    streams: dict[str, NotebookNode] = {}
    for output in cell.outputs:
        if output.output_type != "stream":
            joined.append(output)
        elif output.name in streams:
            streams[output.name].text += output.text
        else:
            streams[output.name] = output
            joined.append(output)
    cell.outputs = joined


class Talk:
    """A Unix socket in the folder that worker and notebook share.

    A process inside makes itself known by a ticket; what else connects is turned away.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self._longest = max(LONGEST_LINE, limits.printed)
        self._arrivals: dict[str, asyncio.Queue[Link]] = {}
        self._links: list[Link] = []

    async def __aenter__(self) -> Talk:
        self._server = await asyncio.start_unix_server(
            self._welcome, str(self.path), limit=self._longest
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for link in self._links:
            link.close()

    def ticket(self) -> str:
        """A fresh ticket, by which a process is known when it arrives."""
        ticket = secrets.token_hex(8)
        self._arrivals[ticket] = asyncio.Queue(1)
        return ticket

    async def arrival(self, ticket: str, seconds: float) -> Link | None:
        """The link to the next process with ``ticket``, or None if none arrives in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._arrivals[ticket].get()
        return None

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hello = json.loads(await asyncio.wait_for(reader.readline(), 10))
            arrivals = self._arrivals[hello["ticket"]]
            if arrivals.full():
                raise ValueError("one of this ticket is here already")
            pid = _peer(writer.get_extra_info("socket"))
            link = Link(reader, writer, pid, os.pidfd_open(pid))
        except (TimeoutError, ValueError, KeyError, TypeError, OSError):
            writer.close()
        else:
            self._links.append(link)
            arrivals.put_nowait(link)


class Witnesses:
    """Who answers for what was put aside at the grade cells.

    ``frozen`` holds, by grade id, what the notebook said of it, and the ticket of its copy if it
    made one.  What is packed is answered for by the notebook's own process, which ``call`` turns
    into a witness; once that has ended, by the processes that come with the ticket ``spare``.
    """

    def __init__(self, talk: Talk, spare: str, limits: Limits) -> None:
        self.talk, self.spare, self.seconds = talk, spare, limits.answer_seconds
        self.frozen: dict[str, tuple[dict | None, str]] = {}
        self._patience = PATIENCE
        self._link: Link | None = None

    async def call(self, runner: Runner, ticket: str) -> None:
        """Have the notebook's process testify from now on."""
        with contextlib.suppress(DeadKernelError):
            await runner.testify(ticket)
            self._link = await self.talk.arrival(ticket, self._patience)
        if self._link is None:
            runner.watchdog.end_notebook()  # and another comes

    async def ask(self, questions: Mapping[str, Questions]) -> dict[str, Answers]:
        """The answers to all questions, each exercise's within a limit's seconds."""
        packed = {
            name: self.frozen[name][0]["pack"].encode("ascii", "replace") + b"\n" + asked.line
            for name, asked in questions.items()
            if name in self.frozen and _is_packed(self.frozen[name][0])
        }
        answers = {}
        for name, asked in questions.items():
            answers[name] = Answers(problem=self._absent(name))
            if answers[name].problem:
                continue
            if name in packed:
                link = await self._somebody(packed)
                del packed[name]
            else:
                link = await self._copy(name, asked)
            await self._hear(link, name, asked.count, answers[name])
        return answers

    def _absent(self, name: str) -> str:
        """Why there is nobody to ask, or ""."""
        if name not in self.frozen:
            return "the notebook was stopped before this cell"
        match self.frozen[name]:
            case {"frozen": "missing"}, _:
                return f"there is nothing called {name} at this cell"
        return ""

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

    async def _copy(self, name: str, asked: Questions) -> Link | None:
        """The copy that was left at a grade cell, asked."""
        said, ticket = self.frozen[name]
        link = await self._arrival(ticket) if said else None
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
        if link is None:
            answers.problem = "the notebook could not be asked for its answer"
            answers.starved = True  # its process may only have been slow to come: ask again later
            return
        try:
            await _in_time(_take(link, count, answers), self.seconds, link.pid)
            if len(answers.given) < count:
                answers.problem = f"{name} ended the process that ran it"
        except TimeoutError:
            answers.problem = f"{name} took more than {self.seconds:g} s for the grader's inputs"
            answers.starved = busy(link.pid) < BUSY * self.seconds
        except (OSError, ValueError):
            answers.problem = f"{name} broke off the talk with the grader"
        if answers.problem:  # whoever is asked next starts afresh
            link.end()
            if link is self._link:
                self._link = None


def _is_packed(said: dict | None) -> bool:
    match said:
        case {"frozen": "packed", "pack": str(pack)}:
            return len(pack) <= LONGEST_PACK
    return False


async def _take(link: Link, count: int, answers: Answers) -> None:
    """Take ``count`` answers, a line each, many at a time; fewer if the process ends.

    To be woken for each would cost both sides more than most answers do.  Raises ValueError for a
    line that is too long.
    """
    while True:
        *lines, link.rest = link.rest.split(b"\n", count - len(answers.given))
        answers.given += map(_one, lines)
        if len(answers.given) == count:
            return
        if len(link.rest) > LONGEST_LINE:
            raise ValueError("a line that is too long")
        link.writer.transport.pause_reading()
        await asyncio.sleep(GATHER)
        link.writer.transport.resume_reading()
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


def _peer(link: socket.socket) -> int:
    """The number, on this side, of the process at the other end of a Unix socket."""
    size = struct.calcsize("3i")
    return struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[0]


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
SHORT = 2_000  # bytes
_known = functools.lru_cache(maxsize=20_000)(_decoded)
