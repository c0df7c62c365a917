"""The talk between a worker and the processes inside a sandbox: lines over a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox.processes import descendants, kill

LONGEST_ANSWER = 16 * 2**20  # bytes of one answer on the wire
LONGEST_LINE = 2 * 2**20  # bytes of what a notebook says otherwise; what it prints is in pieces
HELLO = 200  # bytes in which a process makes itself known
STRANGERS = 8  # who may be about to make themselves known at a time
INTRODUCTION = 10.0  # seconds in which they must


@dataclass
class Link:
    """The worker's end of a talk with a process inside, and that process's number outside."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pid: int
    handle: int  # of that process: its number may be another's once it has ended
    asked: bool = False
    rest: bytes = b""  # what was read of the next answers
    heard: int = 0  # bytes of all lines that were read

    async def line(self) -> bytes | None:
        """The next line; None in the place of one that is too long to be looked at.

        b"" at the end.  Raises OSError.
        """
        whole = True
        while True:
            try:
                line = await self.reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                return b""
            except asyncio.LimitOverrunError as error:  # it stays in the buffer
                whole = False
                self.heard += len(await self.reader.readexactly(max(1, error.consumed)))
                continue
            self.heard += len(line)
            return line if whole else None

    async def say(self, data: Any) -> None:
        """Send one line."""
        self.writer.write(json.dumps(data).encode() + b"\n")
        await self.writer.drain()

    def pause(self, now: bool) -> None:
        """Take nothing in for a while, or go on."""
        transport = self.writer.transport
        assert isinstance(transport, asyncio.Transport)  # of a socket: it reads too
        if now:
            transport.pause_reading()
        else:
            transport.resume_reading()

    def end(self) -> None:
        """End the process and what it has started."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self.handle, signal.SIGSTOP)
            kill(list(descendants(self.pid)), self.pid)
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def has_ended(self) -> None:
        """Nothing more can come: what is read next is the last.

        The socket itself may have no end, since all that the process has started may hold it.
        """
        asyncio.get_running_loop().remove_reader(self.handle)
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it."""
        asyncio.get_running_loop().remove_reader(self.handle)
        self.writer.close()
        os.close(self.handle)


class Talk:
    """Unix sockets in the folders that worker and notebook share, one in each: see ``open``.

    A process inside makes itself known by a ticket; what else connects is turned away, after no
    more than a few bytes.
    """

    def __init__(self) -> None:
        self._doors: list[tuple[socket.socket, asyncio.Task[None]]] = []
        self._arrivals: dict[str, asyncio.Queue[Link]] = {}
        self._links: list[Link] = []
        self._strangers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Talk:
        return self

    def open(self, path: Path) -> None:
        """Hear who connects at ``path``, from now on."""
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen(STRANGERS)
        server.setblocking(False)
        self._doors.append((server, asyncio.create_task(self._let_in(server))))

    async def __aexit__(self, *_: object) -> None:
        doors = [door for _server, door in self._doors]
        for one in (*doors, *self._strangers):
            one.cancel()
        await asyncio.gather(*doors, *self._strangers, return_exceptions=True)
        for server, _door in self._doors:
            server.close()
        for link in self._links:
            link.close()

    async def _let_in(self, server: socket.socket) -> None:
        """Let in who connects, a few at a time: the others wait before the door."""
        loop = asyncio.get_running_loop()
        while True:
            while len(self._strangers) >= STRANGERS:
                await asyncio.wait(self._strangers, return_when=asyncio.FIRST_COMPLETED)
            try:
                visitor, _ = await loop.sock_accept(server)
            except OSError:  # gone already, or this process has too many files open
                await asyncio.sleep(0.01)
                continue
            task = asyncio.create_task(self._welcome(visitor))
            self._strangers.add(task)
            task.add_done_callback(self._strangers.discard)

    def known(self) -> set[int]:
        """The numbers of all that have made themselves known."""
        return {link.pid for link in self._links}

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

    async def _welcome(self, visitor: socket.socket) -> None:
        try:
            async with asyncio.timeout(INTRODUCTION):
                arrivals = self._arrivals[await _ticket_of(visitor)]
            if arrivals.full():
                raise ValueError("one of this ticket is here already")
            pid = _peer(visitor)
            handle = os.pidfd_open(pid)
        except (TimeoutError, ValueError, KeyError, OSError):
            visitor.close()
            return
        except asyncio.CancelledError:
            visitor.close()
            raise
        reader, writer = await asyncio.open_unix_connection(sock=visitor, limit=LONGEST_LINE)
        link = Link(reader, writer, pid, handle)
        asyncio.get_running_loop().add_reader(handle, link.has_ended)
        self._links.append(link)
        arrivals.put_nowait(link)


async def _ticket_of(visitor: socket.socket) -> str:
    """By which ticket somebody makes themselves known: a line, and nothing after it.

    Raises ValueError for anything else.
    """
    visitor.setblocking(False)
    said = b""
    while not said.endswith(b"\n"):
        piece = await asyncio.get_running_loop().sock_recv(visitor, HELLO + 1 - len(said))
        said += piece
        if not piece or len(said) > HELLO:
            raise ValueError("no hello")
    match json.loads(said):
        case {"ticket": str(ticket)}:
            return ticket
    raise ValueError("a hello without a ticket")


def _peer(link: socket.socket) -> int:
    """The number, on this side, of the process at the other end of a Unix socket."""
    size = struct.calcsize("3i")
    found = struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(found[0])
