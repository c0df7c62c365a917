"""A notebook's process: an IPython kernel without sockets, driven over one stream.

ipykernel's own kernel and shell run the cells; only their transport is replaced.  Every message
that the kernel would publish becomes a JSON line to the worker, in order, and a cell is one line
from it.  That saves the five sockets, three threads and four signed messages a cell of a kernel
that listens, which cost more than the cells of most notebooks.

From the worker: ``{"run": source, "cell": name}``, ``{"comm": content}`` (a page's word to a
widget), ``{"freeze": name, "ticket": ...}``, ``{"canaries": [source, ...]}`` (see ``canary.py``),
and at the end ``{"testify": ticket}`` (see
``witness.py``).
To the worker: ``{"type": ..., "content": ..., "metadata": ..., "parent": name}`` for a message,
``{"done": reply, "cell": name, "refused": limit}`` after a cell (see ``refused``),
``{"frozen": ...}``, ``{"sung": [...]}``.

Runs inside the sandbox; nothing here is trusted.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import gc
import inspect
import io
import json
import linecache
import logging
import os
import random
import signal
import socket
import sys
import threading
import traceback
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.sandbox.guest import canary, witness
else:  # it lies beside this file, and the engine is not there
    import canary
    import witness

# no debugger for graded notebooks: it is large and slow to import
sys.modules["debugpy"] = None  # type: ignore[assignment]  # how Python says that there is none
import ipykernel.compiler  # noqa: E402
import ipykernel.debugger  # noqa: E402

del sys.modules["debugpy"]
from ipykernel.eventloops import enable_gui  # noqa: E402
from ipykernel.ipkernel import IPythonKernel  # noqa: E402
from ipykernel.jsonutil import json_clean  # noqa: E402
from jupyter_client.jsonutil import json_clean as plain  # noqa: E402
from jupyter_client.jsonutil import json_default  # noqa: E402
from jupyter_client.session import Session  # noqa: E402
from traitlets.config import Config  # noqa: E402

PIECE = 16_384  # characters of printed text that are sent at the latest
LONGEST = 100_000  # characters of printed text in one message
LONGEST_WORDS, MOST_WORDS = 20_000, 40  # characters of an error's words, and how many of these
REPLY = ("status", "execution_count", "ename", "evalue", "traceback")  # what the worker reads of it


class Published(Session):
    """A session whose messages go to the worker's stream instead of a socket."""

    link: socket.socket | None = None
    cell: str | None = None  # the name of the running cell

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None,
             ident: Any = None, buffers: Any = None, track: bool = False, header: Any = None,
             metadata: Any = None) -> dict[str, Any]:  # fmt: skip
        """Publish one message; printed text that came before it goes first."""
        if isinstance(msg_or_type, dict):
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
            parent = parent or msg_or_type.get("parent_header")
            metadata = msg_or_type.get("metadata")
        else:
            kind = msg_or_type
        if kind == "error":
            content = short(content)
        message = {
            "type": kind,
            "content": json_clean(content or {}),
            "metadata": json_clean(metadata or {}),
            "parent": _id_of(parent or {}) or self.cell,
        }
        if kind != "stream":
            for file in (sys.stdout, sys.stderr):
                if isinstance(file, Printed):
                    file.flush()
        self.say(message)
        return {"header": {"msg_type": kind}, "content": content or {}, "metadata": metadata or {}}

    def say(self, data: Any) -> None:
        """Send one line to the worker."""
        if self.link is not None:
            try:  # as a session's own messages are packed: pictures as base64, no NaN
                text = json.dumps(data, default=json_default, allow_nan=False)
            except (TypeError, ValueError):
                text = json.dumps(plain(data))
            self.link.sendall(text.encode() + b"\n")


def _id_of(parent: dict[str, Any]) -> Any:
    return parent.get("msg_id") or parent.get("header", {}).get("msg_id")


class Printed(io.TextIOBase):
    """stdout or stderr of a notebook: text becomes stream messages."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, session: Published, name: str, number: int) -> None:
        self.session, self.name, self.number = session, name, number
        self._pieces: list[str] = []
        self._length = 0
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        """Keep ``text`` until a flush, a message, or the end of the cell."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._lock:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > PIECE:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was printed."""
        with self._lock:
            text, self._pieces, self._length = "".join(self._pieces), [], 0
        for start in range(0, len(text), LONGEST):
            piece = text[start : start + LONGEST]
            self.session.send(None, "stream", {"name": self.name, "text": piece})

    def fileno(self) -> int:
        """The descriptor that programs started from the notebook print to."""
        return self.number

    def writable(self) -> bool:
        """True."""
        return True

    def isatty(self) -> bool:
        """False."""
        return False


class Caught:
    """What programs write to a descriptor, past Python: kept in memory, sent after the cell."""

    def __init__(self, session: Published, name: str, number: int, most: int = 1_000_000) -> None:
        self.session, self.name, self.most = session, name, most
        self.file = os.open("/tmp", os.O_TMPFILE | os.O_RDWR, 0o600)  # counts as written
        self.seen = 0
        os.dup2(self.file, number)

    def flush(self) -> None:
        """Send what came since the last time."""
        size = os.fstat(self.file).st_size
        if size > self.seen:
            data = os.pread(self.file, min(size - self.seen, self.most), self.seen)
            self.seen = size
            text = data.decode("utf-8", "replace")
            self.session.send(None, "stream", {"name": self.name, "text": text})


def make_kernel() -> IPythonKernel:
    """A kernel that has everything but somebody to talk to."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    config = Config()
    config.HistoryManager.enabled = False  # it would keep a thread, and nobody looks back
    log = logging.getLogger("notebook")
    # the instance of its class, as a widget looks for it
    kernel: IPythonKernel = IPythonKernel.instance(
        session=Published(), config=config, log=log, user_ns=None
    )

    kernel.shell_channel_thread = _ThisThread()
    # %matplotlib and %gui look for a kernel in the application, and there is none
    assert kernel.shell is not None
    kernel.shell.enable_gui = functools.partial(enable_gui, kernel=kernel)
    _do_nothing_twice(kernel.shell)
    _warm_up(kernel.shell)
    return kernel


class _ThisThread:
    """Stands where the kernel looks for the thread that its messages come from."""

    parent_thread = threading.current_thread()


def _do_nothing_twice(shell: Any) -> None:
    """Spare each cell what kernel and shell both do to it, a quarter of what small cells cost.

    Both transform it, and both compile it to see whether it awaits anything, which no cell without
    these words does.
    """
    transform, awaits = shell.transform_cell, shell.should_run_async
    last: list[str] = []  # the cell that the kernel has just transformed, and what became of it

    def transform_cell(raw_cell: str) -> str:
        if last and last[0] is raw_cell:
            return last[1]
        last[:] = raw_cell, transform(raw_cell)
        return last[1]

    def should_run_async(
        raw_cell: str, *, transformed_cell: str | None = None, preprocessing_exc_tuple: Any = None
    ) -> bool:
        text = raw_cell if transformed_cell is None else transformed_cell
        return ("await" in text or "async" in text) and bool(
            awaits(
                raw_cell,
                transformed_cell=transformed_cell,
                preprocessing_exc_tuple=preprocessing_exc_tuple,
            )
        )

    shell.transform_cell, shell.should_run_async = transform_cell, should_run_async
    _write_errors_once(shell)
    # the kernel looks at it for every cell
    run_cell_async = type(shell).run_cell_async
    run_cell_async.__signature__ = inspect.signature(run_cell_async)
    # a cell's name in tracebacks needs no hash that is written in Python
    ipykernel.compiler.murmur2_x86 = lambda text, seed: zlib.crc32(text.encode(), seed)


def _write_errors_once(shell: Any) -> None:
    """Keep of an error, in the session's history, what was shown of it.

    The shell writes it a second time for that, which costs more than most cells.
    """
    write = getattr(shell, "_format_exception_for_storage", None)  # IPython 9 has it
    if write is None:
        return

    def as_shown(exception: BaseException, *given: Any, **options: Any) -> dict[str, Any]:
        lines = shell._last_traceback
        if lines is None:  # it was not shown: the notebook has put something else in that place
            kept: dict[str, Any] = write(exception, *given, **options)
            return kept
        name = type(exception).__name__
        return {"ename": name, "evalue": str(exception), "traceback": lines}

    shell._format_exception_for_storage = as_shown


def _warm_up(shell: Any) -> None:
    """Import and compute once for all what a first cell and a first error would.

    Nothing of it is left for a notebook to see.
    """
    import IPython.core.logger  # noqa: F401
    import tornado.platform.asyncio  # noqa: F401

    before = dict(shell.user_ns)
    shell.run_cell("def f(x):\n    return 1 / x\nf(0)", silent=True, store_history=False)
    shell.user_ns.clear()
    shell.user_ns.update(before)
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)
    shell.last_execution_result = None
    shell.last_execution_succeeded = True
    shell.compile._filename_map.clear()
    for name in [name for name in linecache.cache if "ipykernel_" in name]:
        del linecache.cache[name]
    gc.collect()


def run(kernel: IPythonKernel, address: str, ticket: str) -> None:
    """Be a notebook: make yourself known at ``address``, then run what is asked until it closes."""
    session = kernel.session
    assert isinstance(session, Published)
    fresh_random_state()
    link = socket.socket(socket.AF_UNIX)
    link.connect(address)
    session.link = link
    session.say({"ticket": ticket})
    sys.argv = ["ipykernel_launcher.py"]
    forget_shadowed_modules()
    caught = [Caught(session, "stdout", 1), Caught(session, "stderr", 2)]
    sys.stdout, sys.stderr = Printed(session, "stdout", 1), Printed(session, "stderr", 2)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_serve(kernel, session, link, caught, address))


async def _serve(
    kernel: IPythonKernel,
    session: Published,
    link: socket.socket,
    caught: list[Caught],
    address: str,
) -> None:
    from tornado.ioloop import IOLoop

    kernel.io_loop = IOLoop.current()
    reader, _ = await asyncio.open_unix_connection(sock=link.dup(), limit=2**26)
    link.setblocking(True)
    shell: Any = kernel.shell
    interrupt: Any = signal.default_int_handler
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while line := await reader.readline():
        request = json.loads(line)
        if "freeze" in request:
            ticket = request["ticket"]
            session.say(witness.freeze(shell.user_ns, request["freeze"], address, ticket))
            continue
        if "canaries" in request:
            session.say({"sung": canary.sing(kernel, request["canaries"])})
            continue
        if "testify" in request:
            witness.testify(address, request["testify"])
            return
        if "comm" in request:
            session.cell = None
            kernel.set_parent([], {"header": {}})
            told: Any = kernel.comm_manager.comm_msg
            told(None, [], {"content": request["comm"], "buffers": []})
            continue
        session.cell = request["cell"]
        parent = {
            "header": {"msg_id": request["cell"], "msg_type": "execute_request"},
            "msg_id": request["cell"],
            "content": {"code": request["run"], "silent": False, "allow_stdin": False},
            "metadata": {},
        }
        kernel.set_parent([], parent)
        before = getattr(shell, "last_execution_result", None)
        signal.signal(signal.SIGINT, interrupt)
        reply = await kernel.do_execute(
            request["run"], False, store_history=True, user_expressions={}, allow_stdin=False
        )
        # an interrupt that comes too late must not end the process
        interrupt = signal.getsignal(signal.SIGINT) or signal.default_int_handler
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        files: list[Any] = [sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__, *caught]
        for file in files:
            try:
                file.flush()
            except Exception:
                continue  # a notebook may put anything in the place of sys.stdout
        result = getattr(shell, "last_execution_result", None)
        error = getattr(result, "error_in_exec", None) if result is not before else None
        let_go(error)
        done = short({name: reply[name] for name in REPLY if name in reply})
        session.say({"done": done, "cell": request["cell"], "refused": refused(error)})


def short(error: dict[str, Any]) -> dict[str, Any]:
    """What is said of an error, as long as anybody reads: the worker takes no endless lines."""
    words: dict[str, Any] = json_clean(error)
    for name, value in words.items():
        if isinstance(value, str):
            words[name] = value[:LONGEST_WORDS]
        elif isinstance(value, list):
            half = MOST_WORDS // 2
            some = value if len(value) <= MOST_WORDS else [*value[:half], "…", *value[-half:]]
            words[name] = [str(part)[:LONGEST_WORDS] for part in some]
    return words


def let_go(error: BaseException | None) -> None:
    """Clear what the functions held that a limit ended: the shell keeps an error with all of it."""
    with contextlib.suppress(Exception):  # an error's class may be a notebook's own
        if isinstance(error, MemoryError | KeyboardInterrupt):
            traceback.clear_frames(error.__traceback__)
            for frame, _ in traceback.walk_tb(error.__traceback__):
                names = frame.f_locals  # of a function, a copy, which was made to be shown
                if frame.f_code.co_flags & inspect.CO_OPTIMIZED and isinstance(names, dict):
                    names.clear()


def refused(error: BaseException | None) -> str | None:
    """Which limit the system held against a cell that ended in ``error``: "memory", "disk", None.

    The system says so to whoever asks for more, and to nobody else.
    """
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    try:
        if isinstance(error, MemoryError):
            return "memory"
        return "disk" if isinstance(error, OSError) and error.errno in full else None
    except Exception:  # an error's class may be a notebook's own
        return None


def fresh_random_state() -> None:
    """Draw new random states: a fork would repeat those of the notebook before."""
    random.seed()
    numbers = sys.modules.get("numpy.random")  # NumPy imports it when it is first asked for
    if numbers is not None:
        numbers.seed()
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.seed()


def forget_shadowed_modules() -> None:
    """Let a file beside the notebook come before an imported module of its name, as it would."""
    for entry in os.listdir("."):
        name = entry.removesuffix(".py")
        if (entry.endswith(".py") or os.path.isdir(entry)) and name in sys.modules:
            if name in sys.stdlib_module_names or name in NEEDED:
                continue
            for module in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
                del sys.modules[module]


# a fresh kernel has imported these too before the first cell runs
NEEDED = set(
    [
        "IPython",
        "ipykernel",
        "jupyter_client",
        "traitlets",
        "tornado",
        "zmq",
        "comm",
        "psutil",
        "packaging",
        "dateutil",
        "six",
        "decorator",
        "pygments",
        "matplotlib_inline",
        "prompt_toolkit",
        "stack_data",
        "executing",
        "asttokens",
        "cloudpickle",
        "notebook",
        "calls",
        "canary",
        "wall",
        "witness",
    ]
)
