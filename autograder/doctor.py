"""What this machine offers for grading, and what that means."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.limits import MIB, Limits
from autograder.sandbox.available import NoSandbox, how_to_install, require
from autograder.sandbox.sandbox import features, run_inside
from autograder.sandbox.visible import python_folders
from autograder.sandbox.zygote import CouldNotStart, nesting_allowed

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
    yield Finding(
        "Python", GOOD if ok else BAD, f"{platform.python_version()} (3.11 or newer is needed)"
    )
    for package in ("nbgrader", "nbclient", "ipykernel", "distributed"):
        try:
            yield Finding(package, GOOD, version(package))
        except PackageNotFoundError:
            yield Finding(package, BAD, "missing: pip install 'sliding-windows[autograder]'")
    yield Finding("cores", GOOD, f"{os.cpu_count()}: so many submissions are graded at a time")
    yield _memory()
    program = shutil.which("bwrap")
    if program is None:
        yield Finding(
            "bubblewrap", BAD, f"missing, and nothing is graded without it: {how_to_install()}"
        )
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
                  "this bubblewrap knows no --size: files are limited one by one")  # fmt: skip
    yield Finding("memory limit", GOOD, "counted from outside, wherever it lies: no cgroup is used")
    yield from _inside()


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    needed = Limits().memory * (os.cpu_count() or 1)
    enough = total > needed
    means = f"{total // MIB} MiB; {needed // MIB} MiB if every notebook takes all it may"
    return Finding("memory", GOOD if enough else FAIR, means)


PROBE = """
import json, os, socket, sys
filtered = 'Seccomp:\\t2' in open('/proc/self/status').read()
try:
    interfaces = [name for _, name in socket.if_nameindex() if name != 'lo']
except OSError:
    interfaces = []
home = sys.argv[1]
seen = os.listdir(home) if os.path.isdir(home) else []
print(json.dumps([filtered, interfaces, seen]))
"""


def _inside() -> Iterator[Finding]:
    home = os.path.expanduser("~")
    output, errors = run_inside([sys.executable, "-I", "-c", PROBE, home])
    try:
        filtered, interfaces, seen = json.loads(output)
    except ValueError:
        yield Finding("probe", BAD, f"nothing came from inside the sandbox: {errors[-200:]}")
        return
    yield Finding("system calls", GOOD if filtered else FAIR,
                  "namespaces, mounts and tracing are forbidden" if filtered else
                  f"no filter is known for {platform.machine()}; the namespaces hold")  # fmt: skip
    yield Finding("network inside", BAD if interfaces else GOOD, ", ".join(interfaces) or "none")
    try:
        nested = nesting_allowed()
    except CouldNotStart as error:
        yield Finding("warm process", BAD, str(error))
        return
    shared = "shared: each notebook is forked from it into namespaces of its own"
    alone = "one a notebook, which is slower: the system forbids namespaces in namespaces"
    state, means = (GOOD, shared) if nested else (FAIR, alone)
    yield Finding("warm process", state, means)
    # this Python itself may lie in the home folder, and is all that may be seen of it
    allowed = {Path(path).relative_to(home).parts[0] for path in python_folders()
               if Path(path).is_relative_to(home)}  # fmt: skip
    strange = sorted(set(seen) - allowed)
    yield Finding("home inside", BAD if strange else GOOD, ", ".join(strange) or "not visible")
