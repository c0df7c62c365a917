"""What this machine offers for grading, and what that means."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from autograder.limits import MIB, Limits
from autograder.sandbox import NoSandbox, features, how_to_install, require, run_inside

GOOD, FAIR, BAD = "good", "fair", "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and what follows from it."""

    what: str
    state: str
    means: str


def examine() -> Iterator[Finding]:
    """Look at everything that grading needs."""
    ok = sys.version_info >= (3, 11)
    yield Finding("Python", GOOD if ok else BAD, f"{platform.python_version()} (3.11 or newer is needed)")
    for package in ("nbgrader", "nbclient", "jupyter_client", "ipykernel", "distributed"):
        try:
            yield Finding(package, GOOD, version(package))
        except PackageNotFoundError:
            yield Finding(package, BAD, "missing: pip install 'sliding-windows[autograder]'")
    yield Finding("cores", GOOD, f"{os.cpu_count()}: so many submissions are graded at a time")
    yield _memory()
    program = shutil.which("bwrap")
    if program is None:
        yield Finding("bubblewrap", BAD, f"missing, and nothing is graded without it: {how_to_install()}")
        return
    try:
        require()
    except NoSandbox as error:
        yield Finding("sandbox", BAD, str(error))
        return
    yield Finding("sandbox", GOOD, "works: no network, read-only system, no home, no course source")
    if os.geteuid() == 0:
        yield Finding("user", FAIR, "root: notebooks run as user ids of their own, from 62000 on; "
                      "grading as an ordinary user is safer still")  # fmt: skip
    else:
        yield Finding("user", GOOD, "an ordinary user, in a user namespace of its own")
    sized = "--size" in features(program)
    yield Finding("disk limit", GOOD if sized else FAIR, "enforced" if sized else
                  "this bubblewrap is too old for --size: a notebook's files are limited one by one")  # fmt: skip
    yield from _inside()


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    needed = Limits().memory * (os.cpu_count() or 1)
    enough = total > needed
    means = f"{total // MIB} MiB; {needed // MIB} MiB if every notebook takes all it may"
    return Finding("memory", GOOD if enough else FAIR, means)


PROBE = """
import os, resource, socket
lines = open('/proc/self/status').read()
filtered = 'Seccomp:\\t2' in lines
try:
    socket.create_connection(('127.0.0.1', 9), 1)
    network = True
except ConnectionRefusedError:
    network = len(os.listdir('/sys/class/net')) > 1 if os.path.isdir('/sys/class/net') else False
except OSError:
    network = False
home = [name for name in os.listdir('/home') if name != 'student']
print('filtered' if filtered else 'open', 'network' if network else 'offline', len(home))
"""


def _inside() -> Iterator[Finding]:
    output, errors = run_inside([sys.executable, "-I", "-c", PROBE])
    words = output.split()
    if len(words) != 3:
        yield Finding("probe", BAD, f"the sandbox could not be looked at from inside: {errors[-200:]}")
        return
    known = words[0] == "filtered"
    yield Finding("system calls", GOOD if known else FAIR, "namespaces, mounts and tracing are forbidden"
                  if known else f"no filter is known for {platform.machine()}; the namespaces hold")  # fmt: skip
    yield Finding("network inside", GOOD if words[1] == "offline" else BAD, words[1])
    yield Finding("homes inside", GOOD if words[2] == "0" else BAD, f"{words[2]} home folders visible")
