"""Limits, privileges and namespaces: what a process gives up before it runs a stranger's code.

Used by ``zygote.py`` inside the sandbox; imports nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.sandbox.guest import calls
else:  # it lies beside this file, and the engine is not there
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import calls

    sys.path.pop(0)

# What the kernel calls a machine, and the numbers of the calls that are looked at more closely.
MACHINES = {
    "x86_64": (0xC000003E, {"clone": 56, "clone3": 435, "socket": 41, "fcntl": 72, "flock": 73}),
    "aarch64": (0xC00000B7, {"clone": 220, "clone3": 435, "socket": 198, "fcntl": 25, "flock": 32}),
}
FAMILIES = (1, 2)  # of sockets: AF_UNIX, and AF_INET on a loopback of one's own
# of fcntl: to ask who holds a lock or a lease, or who opens something, on files that others share
ASKING = (5, 36, 1024, 1025, 1026)

EPERM, NO_LOCKS, ENOSYS, NO_FAMILY = 1, 37, 38, 97
NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS = 0x00020000, 0x08000000, 0x10000000, 0x20000000
NEW_NET = 0x40000000
ANY_NEW_NAMESPACE = 0x7E020000  # cgroup, uts, ipc, user, pid, net and mount namespaces
BIND, RECURSIVE, PRIVATE, NO_SUID, NO_DEVICES, NO_PROGRAMS = 4096, 16384, 1 << 18, 2, 4, 8
DETACH = 2
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1  # of a network interface
SET_DUMPABLE, SET_SECCOMP, NO_NEW_PRIVILEGES = 4, 22, 38

CLONE_PARENT = 0x8000

MOST_FILES = 65_536  # in a notebook's folders: each costs the system memory beside what is in it
MOST_HANDLES = 4096

libc = ctypes.CDLL(None, use_errno=True)
held = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock over a call


class Refused(OSError):
    """The system does not allow it."""


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise Refused(number, f"{what}: {os.strerror(number)}")


def become(uid: int | None) -> None:
    """Change from root to the user ``uid``, for good.  None: stay who you are.

    What bubblewrap has laid over parts of /proc goes first: that user could write nothing there
    anyway, and the system gives no /proc of its own to who cannot see all of this one.
    """
    if uid is not None:
        _uncover("/proc")
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        drop_capabilities()  # those too that a program started later could have got


def _uncover(path: str) -> None:
    """Take away what is mounted below ``path``."""
    with open("/proc/self/mountinfo") as file:
        places = [line.split()[4] for line in file]
    for place in places:
        if place.startswith(f"{path}/"):
            _check(libc.umount2(place.encode(), DETACH), f"umount {place}")


def dumpable(yes: bool) -> None:
    """Whether processes of the same user may look into this one's memory."""
    _check(libc.prctl(SET_DUMPABLE, int(yes), 0, 0, 0), "prctl")


def fork(flags: int = 0) -> int:
    """Like ``os.fork``, with flags of clone(2), each of which would cost another fork.

    Only for a process with a single thread: the C library's ``fork`` would look after locks that
    other threads hold.  Raises Refused.
    """
    number = MACHINES[platform.machine()][1]["clone"]
    ctypes.pythonapi.PyOS_BeforeFork()
    pid: int = held.syscall(number, ctypes.c_long(flags | signal.SIGCHLD), None, None, None, None)
    error = ctypes.get_errno()
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    else:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise Refused(error, f"clone: {os.strerror(error)}")
    return pid


def single_threaded() -> bool:
    """Whether this process has one thread alone, on a machine that ``fork`` knows."""
    return platform.machine() in MACHINES and len(os.listdir("/proc/self/task")) == 1


def fork_into_namespaces() -> int:
    """Fork; the child gets namespaces of its own, that of processes as its number 1.

    The child has to call ``settle`` first.  Raises Refused where the system forbids it (some
    distributions do).
    """
    new = NEW_USER | NEW_MOUNTS | NEW_PIDS | NEW_IPC | NEW_NET
    if single_threaded():
        return fork(new)
    pid = os.fork()
    if pid == 0:
        if libc.unshare(new) != 0:
            os._exit(1)
        first = os.fork()
        if first:
            os.waitpid(first, 0)
            os._exit(0)
    return pid


def settle(uid: int, gid: int) -> None:
    """In new namespaces: be the user that you were, and let no mount be seen outside.

    They get what belongs to them: a /proc that shows their own processes, and a loopback.
    """
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"),
                       ("gid_map", f"{gid} {gid} 1")):  # fmt: skip
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    _mount("none", "/", None, RECURSIVE | PRIVATE)
    _mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES | NO_PROGRAMS)
    with socket.socket() as any_socket:
        loopback = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(any_socket, GET_FLAGS, loopback))
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", flags | UP))


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    arguments = (source.encode(), target.encode(), kind.encode() if kind else None)
    data = options.encode() if options else None
    _check(libc.mount(*arguments, ctypes.c_ulong(flags), data), f"mount {target}")


def fresh_folders(paths: Sequence[str], size: int, keep: Sequence[str], place: str) -> None:
    """Put empty folders at ``paths``, which have ``size`` bytes of memory all together.

    The folders ``keep`` below them stay visible.  ``place`` is an empty folder that is used
    meanwhile.
    """
    below = [other for other in keep if any(other.startswith(f"{path}/") for path in paths)]
    handles = [os.open(other, os.O_PATH) for other in below]
    options = f"size={size},nr_inodes={MOST_FILES},mode=0755"
    _mount("tmpfs", place, "tmpfs", NO_SUID | NO_DEVICES, options)
    for number, path in enumerate(paths):
        own = f"{place}/{number}"
        os.mkdir(own)
        os.chmod(own, 0o1777)
        _mount(own, path, None, BIND)
    _check(libc.umount2(place.encode(), DETACH), f"umount {place}")
    for other, handle in zip(below, handles, strict=True):
        os.makedirs(other, exist_ok=True)
        bind(handle, other)
        os.close(handle)


def bind(handle: int, target: str) -> None:
    """Make what ``handle`` stands for visible at ``target`` too."""
    _mount(f"/proc/self/fd/{handle}", target, None, BIND | RECURSIVE)


def nothing_open(but: int) -> None:
    """Close all files ``but`` one, and read and write what is nowhere: as the first three.

    What is open in two processes that come from one is the same open file in both.
    """
    os.closerange(3, but)
    os.closerange(but + 1, MOST_HANDLES)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)


def drop_capabilities() -> None:
    """Give up every capability, those within a user namespace included."""
    header = struct.pack("Ii", 0x20080522, 0)
    _check(libc.capset(header, bytes(24)), "capset")


def limit(limits: dict[str, int]) -> None:
    """Set hard limits, by the names that ``resource`` has for them."""
    for name, number in limits.items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        number = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(which, (number, number))


def filter_system_calls() -> bool:
    """Allow the calls of ``calls.py`` alone, for this process and all it starts.

    False where a machine's numbers are unknown.  A classic BPF program as in the kernel's
    Documentation/userspace-api/seccomp_filter.rst.  What is not allowed answers ENOSYS, as a call
    does that is newer than the system: the C library then finds another way (``clone`` for
    ``clone3``, whose flags can be seen).
    """
    if platform.machine() not in MACHINES:
        return False
    audit, numbers = MACHINES[platform.machine()]
    load, equal, at_least, above, any_bit, ret = 0x20, 0x15, 0x35, 0x25, 0x45, 0x06
    allow, kill, errno = 0x7FFF0000, 0x80000000, 0x00050000
    first, second = 16, 24  # where the arguments are
    program = [(load, 0, 0, 4), (equal, 1, 0, audit), (ret, 0, 0, kill), (load, 0, 0, 0)]
    # calls of the x32 table share the architecture's number and carry this bit
    program += [(any_bit, 0, 1, 0x40000000), (ret, 0, 0, errno | ENOSYS)] if audit & 2 else []

    def look_at(name: str, steps: list[tuple[int, int, int, int]]) -> None:
        program.extend([(equal, 0, len(steps), numbers[name]), *steps])

    look_at("clone", [(load, 0, 0, first), (any_bit, 0, 1, ANY_NEW_NAMESPACE),
                      (ret, 0, 0, errno | EPERM), (ret, 0, 0, allow)])  # fmt: skip
    look_at("socket", [(load, 0, 0, first),
                       *((equal, 0, 1, one) if last else (equal, 1, 0, one)
                         for one, last in zip(FAMILIES, (False, True), strict=True)),
                       (ret, 0, 0, allow), (ret, 0, 0, errno | NO_FAMILY)])  # fmt: skip
    asking = [step for command in ASKING
              for step in ((equal, 0, 1, command), (ret, 0, 0, errno | NO_LOCKS))]  # fmt: skip
    look_at("fcntl", [(load, 0, 0, second), *asking, (ret, 0, 0, allow)])
    look_at("flock", [(ret, 0, 0, errno | NO_LOCKS)])
    for low, high in _ranges(calls.allowed(platform.machine())):
        program += [(at_least, 1, 0, low), (ret, 0, 0, errno | ENOSYS)]
        program += [(above, 1, 0, high), (ret, 0, 0, allow)]
    program += [(ret, 0, 0, errno | ENOSYS)]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(buffer)))
    filter_mode = 2
    steps = (NO_NEW_PRIVILEGES, 1, 0, 0, 0), (SET_SECCOMP, filter_mode, ctypes.byref(header), 0, 0)
    return all(libc.prctl(*step) == 0 for step in steps)


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in order, as ranges without a gap: first and last of each."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found
