"""The wall between a stranger's notebook and everything else: a bubblewrap sandbox.

The threat: the code in a submission does whatever it likes, on purpose or by accident.  It may look
for the key, the gradebook, other students' work and the network; it may use up time, memory, disk,
processes and output; it may leave something behind for the next notebook.

The wall: its own process, network, ipc and host-name namespaces (no network at all, not even the
machine's own); a file system made afresh for each notebook, in which the system, this Python and
the packages of the course are read-only and all else of the machine, home folders included, is
absent; scratch folders in memory, gone with the notebook; no privileges, and no way to gain any (no
capabilities, no set-uid, no new namespaces, no tracing: ``guest/wall.py``); limits per process
set by the kernel and limits for the whole sandbox watched from outside (``execution/watchdog.py``).

A sandbox may outlive a notebook: a warm process in it forks a process for each, in namespaces of
its own within the sandbox's (``guest/zygote.py``), so that none sees or meets another, or the warm
process.  Where the system forbids that, each notebook gets a sandbox of its own.

Left open: the machine's kernel itself is shared, so a hole in Linux is a hole in this wall; a
notebook can read the system's programs and libraries and see the machine's core count and load;
timing is observable.  Who needs more runs the workers in virtual machines.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.limits import Limits
from autograder.sandbox.leftovers import PREFIX, place_of_folders
from autograder.sandbox.visible import KIT, hidden_paths, package_folders, python_folders
from autograder.submission.lying import Lying

HOME = "/home/student"
WORK = f"{HOME}/work"  # the notebook's working directory
GUEST = "/opt/autograder"
DATA = "/opt/data"
TALK = "/opt/talk"  # where a notebook sees the one folder that it shares with the worker
SCRATCH = ("/dev/shm", "/tmp", HOME)  # folders in memory, empty for each notebook
ADDRESSED = 4  # times a notebook's memory that each of its processes may address

# As root the sandbox changes to a user id of its own instead of making a user namespace: the
# kernel's limit on processes never binds root, whatever the namespace calls it.
# Each process has its own, since that limit counts by user id: one by its number, which no other
# process has.  In a container there may be too few ids for that.
FIRST_UID, MANY_UIDS, FEW_UIDS = 62_000, 1_000_000_000, 2_000


def own_uid() -> int:
    """The user id of this process's sandboxes."""
    first, _, count = Path("/proc/self/uid_map").read_text().split()[:3]
    if int(first) == 0 and int(count) > 2 * MANY_UIDS:
        return MANY_UIDS + os.getpid()
    return FIRST_UID + os.getpid() % FEW_UIDS


@dataclass
class Sandbox:
    """One sandbox, to be used as a context manager; ``command`` gives what to start in it.

    ``shared`` is the one folder that both sides see, at the same path.  With ``trusted=True``
    commands run without any wall, for code that the instructor vouches for.  ``packages`` are those
    that the unit's notebook imports, ``large`` the unit's data that is read where it lies.
    """

    limits: Limits
    trusted: bool = False
    packages: tuple[str, ...] = ()
    large: tuple[Lying, ...] = ()

    def __enter__(self) -> Sandbox:
        self._folder = tempfile.TemporaryDirectory(
            prefix=f"{PREFIX}{os.getpid()}-", dir=place_of_folders(), ignore_cleanup_errors=True
        )
        self.root = Path(self._folder.name)
        self._lock: int | None = os.open(self.root, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # before "s" is there: then it can be swept
        self.shared = self.root / "s"
        self.shared.mkdir(mode=0o700)
        self.as_root = os.geteuid() == 0
        self.uid = own_uid() if self.as_root and not self.trusted else None
        if self.uid is not None:
            os.chown(self.shared, self.uid, self.uid)
        user = 1000 if self.uid is None else self.uid
        (self.root / "passwd").write_text(f"student:x:{user}:{user}::{HOME}:/bin/sh\n")
        (self.root / "group").write_text(f"student:x:{user}:\n")
        # what lies in the place of hidden data: /dev/null cannot be opened there
        (self.root / "nothing").touch(0o444)
        if self.trusted:
            self.work = self.root / "work"
            self.work.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
        if self._lock is not None:  # closed twice by a caller, it would be another's file
            os.close(self._lock)
            self._lock = None

    def exited(self) -> bool:
        """Whether the command inside has ended (the sandbox itself lives on)."""
        return (self.shared / "exited").exists()

    def give(self, path: Path) -> None:
        """Make a file of the shared folder readable inside."""
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)

    def script(self, name: str) -> str:
        """The path of a file of ``autograder/sandbox/guest`` as the sandbox sees it."""
        return str(Path(__file__).parent / "guest" / name) if self.trusted else f"{GUEST}/{name}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a graded notebook: nothing of the engine's own is passed on."""
        home = str(self.root) if self.trusted else HOME
        # where packages lie that this Python finds in some other way, as an editable install does
        places = dict.fromkeys(
            str(folder.parent)
            for folder in package_folders([KIT, *self.packages])
            if not folder.is_relative_to(sys.prefix)
        )
        return {
            "PYTHONPATH": os.pathsep.join(places),
            "HOME": home,
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "USER": "student",
            "TMPDIR": "/tmp",
            "NBGRADER_EXECUTION": "autograde",  # as nbgrader does
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",  # sets of strings come in one order, at every grading
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            # one thread a notebook: the machine's cores are shared among notebooks
            **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
        }

    def command(self, command: list[str], *, filtered: bool = True) -> list[str]:
        """``command`` as it must be started to run inside."""
        settings = {
            "filtered": filtered,
            "uid": self.uid,
            "limits": self.resource_limits(),
            "exited": str(self.shared / "exited"),
        }
        if self.trusted:
            return command
        enter = [sys.executable, "-I", self.script("enter.py"), json.dumps(settings)]
        return [*self._bwrap(str(self.shared)), "--", *enter, *command]

    def zygote_command(self, preload: list[str], nested: bool) -> list[str]:
        """The command of a zygote inside, which listens on ``shared/control``.

        One that is not ``nested`` serves a single notebook, which sees what it sees: so it finds
        the shared folder where notebooks look for it, and nobody of its own user is above it but
        the zygote, who cannot be looked into.
        """
        shared = str(self.shared) if nested or self.trusted else TALK
        settings = {
            "uid": self.uid,
            "control": f"{shared}/control",
            "preload": preload,
            "limits": self.resource_limits(),
            "scratch": SCRATCH,
            "size": self.limits.disk,
            "keep": python_folders(self.packages),
            "talk": TALK,
            "work": str(self.work) if self.trusted else WORK,
            "nested": nested,
            "links": [(one.name, self.place_of(one)) for one in self.large],
        }
        command = [sys.executable, self.script("zygote.py"), json.dumps(settings)]
        if self.trusted:
            return command
        # as root bubblewrap is another user; and it could not end a number 1 that has become one
        first = [] if nested or self.as_root else ["--as-pid-1"]
        return [*self._bwrap(shared), *first, "--", *command]

    def place_of(self, one: Lying) -> str:
        """Where the unit's data that is read where it lies is seen inside."""
        return one.path if self.trusted else f"{DATA}/{self.large.index(one)}"

    def resource_limits(self) -> dict[str, int]:
        """The limits of each process, by the names that ``resource`` has for them."""
        return {
            # addressed, not used: what is used the watchdog counts
            "RLIMIT_DATA": ADDRESSED * self.limits.memory,
            "RLIMIT_FSIZE": self.limits.file,
            "RLIMIT_NPROC": self.limits.processes,
            "RLIMIT_NOFILE": self.limits.open_files,
            "RLIMIT_CORE": 0,
        }

    def _bwrap(self, shared: str) -> list[str]:
        """bubblewrap and its arguments; inside, the shared folder lies at ``shared``."""
        program = shutil.which("bwrap") or "bwrap"
        known = features(program)
        args = [program, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
        args += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
        if self.as_root:
            args += ["--cap-drop", "ALL"]
            # for the first program inside, which becomes an ordinary user before all else
            for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SYS_ADMIN"):
                args += ["--cap-add", capability]
        else:
            args += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
        args += ["--clearenv"]
        for name, value in self.environment.items():
            args += ["--setenv", name, value]
        args += ["--ro-bind", "/usr", "/usr"]
        for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
            if os.path.islink(folder):
                args += ["--symlink", os.readlink(folder), folder]
            elif os.path.isdir(folder):
                args += ["--ro-bind", folder, folder]
        for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts"):
            args += _bind("--ro-bind-try", path, path)
        for name in ("passwd", "group"):
            args += _bind("--ro-bind", str(self.root / name), f"/etc/{name}")
        args += ["--proc", "/proc", "--dev", "/dev"]

        def scratch(path: str) -> list[str]:
            size = ["--size", str(self.limits.disk)] if "--size" in known else []
            return ["--perms", "1777", *size, "--tmpfs", path]

        for path in SCRATCH:
            args += scratch(path)
        # after /tmp and /home: an environment may lie there
        for path in python_folders(self.packages):
            args += _bind("--ro-bind", path, path)
        for hidden in hidden_paths(self.packages):
            if hidden.is_dir():
                args += ["--perms", "0555", "--tmpfs", str(hidden), "--remount-ro", str(hidden)]
            else:
                # a module is not found where no file is; what is read has to be one
                module = hidden.suffix in (".py", ".pyc")
                nothing = "/dev/null" if module else str(self.root / "nothing")
                args += ["--ro-bind", nothing, str(hidden)]
        args += _bind("--ro-bind", str(Path(__file__).parent / "guest"), GUEST)
        for one in self.large:
            args += _bind("--ro-bind", one.path, self.place_of(one))
            for name in one.hidden:
                args += ["--ro-bind", "/dev/null", f"{self.place_of(one)}/{name}"]
        args += ["--perms", "0755", "--dir", TALK]
        args += _bind("--bind", str(self.shared), shared)
        args += ["--perms", "1777", "--dir", WORK, "--remount-ro", "/dev", "--remount-ro", "/"]
        return [*args, "--chdir", WORK]


def _bind(kind: str, path: str, target: str) -> list[str]:
    """A mount, and the folders above it: bwrap would make those readable to their owner alone."""
    parents = [str(parent) for parent in reversed(Path(target).parents) if parent.name]
    return [*(word for parent in parents for word in ("--perms", "0755", "--dir", parent)),
            kind, path, target]  # fmt: skip


@functools.cache
def features(program: str) -> frozenset[str]:
    """The options that this bubblewrap knows; older ones lack ``--size``."""
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    return frozenset(word for word in (text.stdout + text.stderr).split() if word[:2] == "--")


def run_inside(
    command: list[str],
    limits: Limits | None = None,
    *,
    packages: Sequence[str] = (),
    filtered: bool = True,
) -> tuple[str, str]:
    """What ``command`` prints on stdout and stderr, run in a sandbox of its own.

    ``packages`` are those that it imports; ``filtered`` forbids the system calls that notebooks may
    not make.
    """
    with Sandbox(limits or Limits(), packages=tuple(packages)) as box:
        # to files: a pipe has no end while anything that is left inside holds it
        with open(box.root / "out", "wb") as out, open(box.root / "err", "wb") as err:
            process = subprocess.Popen(
                box.command(command, filtered=filtered),
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        try:
            while process.poll() is None and not box.exited():
                if time.monotonic() > deadline:
                    raise subprocess.TimeoutExpired(command, 60)
                time.sleep(0.01)
        finally:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        texts = [(box.root / name).read_text(errors="replace") for name in ("out", "err")]
        return texts[0], texts[1]
