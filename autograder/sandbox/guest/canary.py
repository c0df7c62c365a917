"""Canaries: cells that must fail, tried in a copy of the process just before a test cell.

Whoever has changed how a cell is compiled, run or shown, so that tests pass, lets them pass too.
The copy is gone after them, and with it whatever they did.

Runs inside the sandbox; nothing here is trusted.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.sandbox.guest import wall
else:  # it lies beside this file, and the engine is not there
    import wall

LONGEST = 1.0  # seconds: a test that takes long is not tried to its end
MOST = 65_536  # bytes of what a copy says


def sing(kernel: Any, sources: list[str]) -> list[dict[str, Any]]:
    """What became of each of ``sources``: ``status``, ``ename``, ``evalue`` and ``results``.

    ``results`` are the values that it showed.  Fewer than there are sources where one took long.
    """
    if not sources:
        return []
    hear, say = os.pipe()
    try:
        # a sibling where that can be had: the notebook never sees it
        pid = wall.fork(wall.CLONE_PARENT) if wall.single_threaded() else os.fork()
    except OSError:  # too many processes
        pid = -1
    if pid == 0:
        try:
            _try(kernel, sources, say)
        finally:
            os._exit(0)
    os.close(say)
    lines = _read(hear, time.monotonic() + LONGEST)
    os.close(hear)
    if pid > 0:
        for end in (lambda: os.kill(pid, signal.SIGKILL), lambda: os.waitpid(pid, 0)):
            with contextlib.suppress(OSError):  # it has ended, or is a sibling
                end()
    return [json.loads(line) for line in lines]


def _read(pipe: int, until: float) -> list[bytes]:
    data = b""
    while len(data) < MOST and select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
        piece = os.read(pipe, MOST)
        if not piece:
            break
        data += piece
    return data.split(b"\n")[:-1]


def _try(kernel: Any, sources: list[str], say: int) -> None:
    gc.disable()  # it would touch, and so copy, all that there is
    os.setsid()  # an interrupt of the notebook does not concern the copy
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    wall.nothing_open(say)
    # What a test does to files it has yet to do: a canary finds none beside it and writes nothing.
    # Where its test reads one, it fails for that reason, as it must.
    os.chdir("/")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    said: list[dict[str, Any]] = []
    kernel.session.say = said.append
    # what it looks like nobody will see, and writing it down costs more than all the rest
    kernel.shell.showtraceback = kernel.shell._format_exception_for_storage = _nothing
    for source in sources:
        del said[:]
        run = kernel.do_execute(source, False, store_history=True, allow_stdin=False)
        try:
            while True:
                run.send(None)
        except StopIteration as end:
            reply = end.value
        shown = [one["content"] for one in said if one.get("type") == "execute_result"]
        texts = [str(one.get("data", {}).get("text/plain"))[:100] for one in shown]
        words = {name: str(reply.get(name, ""))[:200] for name in ("status", "ename", "evalue")}
        os.write(say, json.dumps({**words, "results": texts}).encode() + b"\n")


def _nothing(*_: object, **__: object) -> None:
    return None
