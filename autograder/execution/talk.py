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

from autograder.limits import Limits
from autograder.sandbox.processes import descendants, kill

LONGEST_LINE = 16 * 2**20  # bytes of one answer on the wire


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
            kill(list(descendants(self.pid)))
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it."""
        self.writer.close()
        os.close(self.handle)


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


def _peer(link: socket.socket) -> int:
    """The number, on this side, of the process at the other end of a Unix socket."""
    size = struct.calcsize("3i")
    found = struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(found[0])
