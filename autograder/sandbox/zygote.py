"""The worker's side of a zygote: the warm process in a sandbox that notebooks are forked from.

See ``guest/zygote.py`` for what happens inside.  A worker keeps one zygote and gives it one
notebook at a time.  Where the system forbids namespaces within the sandbox, each notebook gets a
zygote, and so a sandbox, of its own; ``autograder doctor`` says so.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.limits import Limits
from autograder.sandbox.processes import kill, parent_of
from autograder.sandbox.sandbox import TALK, Sandbox, run_inside
from autograder.submission.lying import Lying

ALWAYS = ("IPython.display",)  # beside what the unit's own notebook imports
# what these import later, when they are first used
# (not matplotlib's inline backend, which a notebook's first figure imports, and which changes much)
LATER = {"matplotlib": "matplotlib.backends.backend_agg", "numpy": "numpy.random"}

TRIES = 3  # to find out what the system allows
ASKS = """
import errno, os, sys
sys.path.insert(0, sys.argv[1])
import wall
user = os.getuid(), os.getgid()
try:
    child = wall.fork_into_namespaces()
    if not child:
        wall.settle(*user)
        print("yes")
    elif os.waitpid(child, 0)[1] == 1 << 8:
        print("no")
except OSError as error:  # but a system that is short of something just now has not said no
    if error.errno not in (errno.EAGAIN, errno.ENOMEM):
        print("no")
"""


class CouldNotStart(RuntimeError):
    """A notebook's process did not start: no fault of the submission's.  The message says why."""


@functools.cache
def nesting_allowed() -> bool:
    """Whether a process in the sandbox may make namespaces of its own here.

    Raises CouldNotStart where that could not be found out: what did not run to its end, perhaps
    because the system was short of memory, says nothing about what the system allows.
    """
    box = Sandbox(Limits())
    said = ""
    for _ in range(TRIES):
        output, said = run_inside([sys.executable, "-c", ASKS, box.script("")], filtered=False)
        if output.strip() in ("yes", "no"):
            return output.strip() == "yes"
    raise CouldNotStart(f"a sandbox was tried {TRIES} times and did not answer: {said[-500:]}")


class Zygote:
    """A warm process in its sandbox.  ``fork`` gives notebooks; ``close`` ends everything."""

    def __init__(
        self,
        limits: Limits,
        preload: Sequence[str],
        *,
        trusted: bool,
        nested: bool,
        large: tuple[Lying, ...] = (),
    ) -> None:
        for one in large:
            if why := one.missing():
                raise CouldNotStart(why)
        self.of = (limits, tuple(preload), trusted, nested, large)
        self.limits, self.nested = limits, nested
        packages = {name.partition(".")[0] for name in preload}
        self.box = Sandbox(limits, trusted, packages=tuple(sorted(packages)), large=large)
        self.box.__enter__()
        modules = [*ALWAYS, *preload, *(LATER[name] for name in sorted(packages & LATER.keys()))]
        command = self.box.zygote_command(modules, nested)
        with open(self.box.root / "log", "wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.box.environment,
                cwd=str(self.box.work) if trusted else "/",
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether it can be asked for a notebook."""
        return self.process.poll() is None

    async def ready(self) -> None:
        """Wait until it listens.  Raises CouldNotStart."""
        deadline = time.monotonic() + self.limits.start_seconds
        while not (self.box.shared / "control").exists():
            if not self.alive():
                raise CouldNotStart(f"the warm process ended: {self.last_words()}")
            if time.monotonic() > deadline:
                raise CouldNotStart(f"no warm process within {self.limits.start_seconds:g} s")
            await asyncio.sleep(0.01)

    def another(self) -> Zygote:
        """One like it, in a sandbox of its own: for a notebook that is taken up again."""
        limits, preload, trusted, nested, large = self.of
        return Zygote(limits, preload, trusted=trusted, nested=nested, large=large)

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """A fresh folder to share with one notebook: the sandbox's, where it is the notebook's."""
        if not self.nested:
            yield self.box.shared
            return
        folder = self.box.shared / secrets.token_hex(8)  # no number: a notebook can see the name
        folder.mkdir(mode=0o700)
        self.box.give(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def lay(self, folder: Path, files: dict[str, bytes]) -> None:
        """Put ``files`` into a shared folder, for the process that is forked next."""
        from autograder.submission.files import Program  # brings nbgrader: see workers/ahead.py

        for name, data in files.items():
            path = Path(os.path.normpath(folder / "files" / name))
            if not path.is_relative_to(folder / "files"):
                raise ValueError(f"a file outside the working directory: {name!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if isinstance(data, Program):
                path.chmod(0o755)
        if files and self.box.uid is not None:
            for path in (folder / "files", *(folder / "files").rglob("*")):
                self.box.give(path)

    async def fork(self, folder: Path, ticket: str, spare: str, files: bool) -> None:
        """Have it fork a notebook, which will make itself known in ``folder`` by ``ticket``.

        If that process ends, another comes, known by ``spare``, to testify in its place.
        """
        await self.ready()
        seen = str(folder) if self.nested or self.box.trusted else TALK
        request = {"folder": seen, "ticket": ticket, "spare": spare, "files": files}
        try:
            async with asyncio.timeout(self.limits.start_seconds):
                reader, writer = await asyncio.open_unix_connection(self.box.shared / "control")
                writer.write(json.dumps(request).encode() + b"\n")
                answer = json.loads(await reader.readline() or b"{}")
                writer.close()
        except (OSError, ValueError, TimeoutError) as error:
            raise CouldNotStart(f"the warm process does not answer ({error!r})") from error
        if not answer.get("ok"):
            raise CouldNotStart(answer.get("error") or self.last_words())

    def last_words(self) -> str:
        """The last line that the warm process wrote, or ""."""
        try:
            lines = (self.box.root / "log").read_bytes()[-2000:].decode("utf-8", "replace")
        except OSError:
            return ""
        return next((line for line in reversed(lines.splitlines()) if line.strip()), "")

    def close(self) -> None:
        """End it and all in its sandbox."""
        if self.process.returncode is None:  # else its number may be another's
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.box.__exit__()


_kept: Zygote | None = None


@atexit.register
def let_go() -> None:
    """End the zygote that this process keeps, if it keeps one."""
    global _kept
    kept, _kept = _kept, None
    if kept is not None:
        kept.close()


def keep(limits: Limits, preload: Sequence[str]) -> None:
    """Have this process keep a zygote for notebooks like this, which may not come."""
    global _kept
    let_go()
    _kept = Zygote(limits, preload, trusted=False, nested=True)


def kept() -> tuple[Limits, tuple[str, ...]] | None:
    """What the zygote that this process keeps is for, if ``keep`` could make one like it."""
    if _kept is None:
        return None
    limits, preload, trusted, nested, large = _kept.of
    return (limits, preload) if nested and not trusted and not large else None


@asynccontextmanager
async def zygote_for(
    limits: Limits,
    preload: Sequence[str],
    *,
    trusted: bool,
    fresh: bool = False,
    large: tuple[Lying, ...] = (),
) -> AsyncIterator[Zygote]:
    """The zygote for one notebook: this worker's, or its own if ``fresh`` or none may be shared."""
    global _kept
    nested = not trusted and nesting_allowed()
    if fresh or not nested:
        zygote = Zygote(limits, preload, trusted=trusted, nested=nested, large=large)
        try:
            yield zygote
        finally:
            zygote.close()
        return
    if _kept is not None and (
        not _kept.alive() or _kept.of != (limits, tuple(preload), trusted, nested, large)
    ):
        let_go()
    if _kept is None:
        _kept = Zygote(limits, preload, trusted=trusted, nested=True, large=large)
    zygote = _kept
    try:
        yield zygote
    except Exception:
        # whatever is wrong with it (its folder may be gone: /tmp is cleaned now and then), the
        # next notebook gets a new one; or this worker would fail at all that it is sent
        zygote.close()
        raise


@dataclass(frozen=True)
class Processes:
    """A notebook's processes as this machine numbers them.

    ``notebook`` runs the cells; ``outermost`` is above everything that belongs to the notebook.
    """

    notebook: int
    outermost: int

    @classmethod
    def of(cls, zygote: Zygote, notebook: int) -> Processes:
        """Found from the pid of the process that runs the cells.  Raises CouldNotStart."""
        if not zygote.nested:
            return cls(notebook, zygote.process.pid)
        outermost = parent_of(notebook)
        if outermost <= 1:
            raise CouldNotStart(f"the notebook's process ended at once: {zygote.last_words()}")
        return cls(notebook, outermost)

    def end(self, zygote: Zygote) -> None:
        """End everything that belongs to the notebook."""
        if not zygote.nested:
            zygote.close()
            return
        # number 1 of its namespace: all in there end with it
        kill([self.outermost], zygote.process.pid)
