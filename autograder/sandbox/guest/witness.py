"""Witnesses: the student's functions as they were at their grade cells, to be questioned later.

At a grade cell the function is packed by value with all that it refers to (cloudpickle, which Dask
and Ray send functions with), and the worker keeps the pack.  When the last cell has run and all
outputs are collected, the notebook's process is given one pack after the other, with questions.  So
a hidden input can never turn up in an output, and what later cells do to a name or a value changes
nothing about an answer given before.  If the process ends, another takes its place (``zygote.py``).

What cannot be packed (a function that holds an open file, that looks names up as it runs, or that
shares its process with threads) stays where it is: the process is copied (``fork``), and the copy
waits to be asked.  That is exact too, but a copy costs as much as thirty cells.

Modules are not packed: a function finds NumPy's settings, say, as the notebook left them.

Runs inside the sandbox; nothing here is trusted.  The talk, over a Unix socket, is one line each
way: the witness says ``{"ticket": ...}``, then gets a pack in base64 (an empty line: the copy's own
function) and all questions for it in a second line (``execution/questions.py``), and answers each
question with a line (``exercises.wire``).
"""

from __future__ import annotations

import base64
import contextlib
import contextvars
import io
import os
import pickle
import socket
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import cloudpickle

if TYPE_CHECKING:
    from autograder.sandbox.guest import wall
else:  # it lies beside this file, and the engine is not there
    import wall

LARGEST = 2**20  # bytes of a pack

# who uses these finds names that no pack can know of
SEEKING = ("__import__", "_getframe", "eval", "exec", "get_ipython", "globals", "import_module",
           "inspect", "locals", "vars")  # fmt: skip


def freeze(namespace: dict[str, Any], name: str, address: str, ticket: str) -> dict[str, str]:
    """Keep ``namespace[name]`` as it is now.  Returns what to tell the worker.

    That is ``{"frozen": "packed", "pack": ...}``; ``"copied"`` for a copy of the process, which
    makes itself known by ``ticket``; or ``"missing"``.
    """
    if name not in namespace:
        return {"frozen": "missing"}
    pack = _packed(namespace[name])
    if pack is not None:
        return {"frozen": "packed", "pack": base64.b64encode(pack).decode()}
    if _copied():
        try:
            os.setsid()  # an interrupt of the notebook does not concern the witness
            testify(address, ticket, namespace[name])
        finally:
            os._exit(0)
    return {"frozen": "copied"}


def _packed(function: Any) -> bytes | None:
    """The function and what it refers to, as bytes; None where only a copy will do."""
    if threading.active_count() > 1:
        return None  # they would go on beside the answers, or change what was packed
    try:
        file = _Bounded()
        cloudpickle.Pickler(file).dump(function)
        pack = file.getvalue()
        _Unpickler(io.BytesIO(pack)).load()
    except Exception:
        return None
    return None if any(_as_name(name) in pack for name in SEEKING) else pack


class _Bounded(io.BytesIO):
    def write(self, data: Any) -> int:
        if self.tell() + len(data) > LARGEST:
            raise ValueError("more than a pack may hold")
        return super().write(data)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == "__main__":  # a reference to what the name may no longer be when it is asked
            raise pickle.UnpicklingError(f"{name} was not packed by value")
        return super().find_class(module, name)


def _as_name(name: str) -> bytes:
    """How a name of a function's code stands in a pickle: opcode, length, text."""
    return b"\x8c" + bytes([len(name)]) + name.encode()


def _copied() -> bool:
    """Fork a sibling, not a child: the notebook's process must never see it.  True in the copy."""
    if wall.single_threaded():
        return wall.fork(wall.CLONE_PARENT) == 0
    child = os.fork()  # twice, which orphans the second
    if child:
        os.waitpid(child, 0)
        return False
    if os.fork():
        os._exit(0)
    return True


def testify(address: str, ticket: str, own: Any = None) -> None:
    """Answer whatever is asked at ``address``, until it is closed there.

    ``own`` answers where no pack comes with the questions.
    """
    import json

    from exercises.answers import answer_of_keeper
    from exercises.wire import encode

    # a notebook's links: this must not look like a running cell
    wall.nothing_open(wall.MOST_HANDLES)
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(address)
        lines = link.makefile("rwb")

        def say(data: bytes) -> None:
            lines.write(data + b"\n")
            lines.flush()

        say(json.dumps({"ticket": ticket}).encode())

        def answer(pack: bytes, questions: bytes) -> None:
            _fall_silent()
            function = pickle.loads(pack) if pack else own
            for call in pickle.loads(questions):
                say(encode([answer_of_keeper(function, pickle.loads(call))]))

        for line in lines:
            pack, questions = base64.b64decode(line), base64.b64decode(lines.readline())
            # what one exercise sets (numpy.errstate, warnings) is nothing to the next
            contextvars.copy_context().run(answer, pack, questions)


def _fall_silent() -> None:
    """Stop all that would speak over the notebook's channels: they belong to the original."""
    import builtins
    import io
    import sys
    import warnings

    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), _Sink(), _Sink()
    warnings.simplefilter("ignore")

    def no_input(*_: object) -> str:
        raise EOFError("input() has nobody to ask while a notebook is graded")

    builtins.input = no_input
    with contextlib.suppress(Exception):
        from IPython import get_ipython

        shell = get_ipython()
        shell.display_pub.publish = _nothing
        shell.displayhook = _nothing
        shell.kernel.session.send = _nothing


def _nothing(*_: object, **__: object) -> None:
    return None


class _Sink:
    """A text file that forgets."""

    encoding = "utf-8"
    closed = False

    def write(self, text: str) -> int:
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        pass

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_WRONLY)
