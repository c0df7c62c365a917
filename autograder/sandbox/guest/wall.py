"""Limits, privileges and namespaces: what a process gives up before it runs a stranger's code.

Used by ``zygote.py`` inside the sandbox; imports nothing but the standard library.
"""

import ctypes
import os
import platform
import resource
import signal
import struct

# System calls that make or enter namespaces, mount, trace or load code into the system's kernel:
# nothing a notebook needs, and the usual ways to look for a hole.  Numbers: the kernel's tables.
FORBIDDEN = {
    "x86_64": (
        0xC000003E,
        {
            "ptrace": 101, "pivot_root": 155, "mount": 165, "umount2": 166, "add_key": 248,
            "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298, "setns": 308,
            "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "userfaultfd": 323,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
            "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432,
        },
        {"clone": 56, "clone3": 435},
    ),
    "aarch64": (
        0xC00000B7,
        {
            "umount2": 39, "mount": 40, "pivot_root": 41, "unshare": 97, "ptrace": 117,
            "add_key": 217, "request_key": 218, "keyctl": 219, "perf_event_open": 241, "setns": 268,
            "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280, "userfaultfd": 282,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
            "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432,
        },
        {"clone": 220, "clone3": 435},
    ),
}  # fmt: skip

EPERM, ENOSYS = 1, 38
NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS = 0x00020000, 0x08000000, 0x10000000, 0x20000000
ANY_NEW_NAMESPACE = 0x7E020000  # cgroup, uts, ipc, user, pid, net and mount namespaces
BIND, RECURSIVE, PRIVATE, NO_SUID, NO_DEVICES, NO_PROGRAMS = 4096, 16384, 1 << 18, 2, 4, 8
SET_DUMPABLE, SET_SECCOMP, NO_NEW_PRIVILEGES = 4, 22, 38

CLONE_PARENT = 0x8000

libc = ctypes.CDLL(None, use_errno=True)
held = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock over a call


class Refused(OSError):
    """The system does not allow it."""


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise Refused(number, f"{what}: {os.strerror(number)}")


def become(uid: int | None) -> None:
    """Change from root to the user ``uid``, for good.  None: stay who you are."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def dumpable(yes: bool) -> None:
    """Whether processes of the same user may look into this one's memory."""
    _check(libc.prctl(SET_DUMPABLE, int(yes), 0, 0, 0), "prctl")


def fork(flags: int = 0) -> int:
    """Like ``os.fork``, with flags of clone(2), each of which would cost another fork.

    Only for a process with a single thread: the C library's ``fork`` would look after locks that
    other threads hold.  Raises Refused.
    """
    number = FORBIDDEN[platform.machine()][2]["clone"]
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
    return platform.machine() in FORBIDDEN and len(os.listdir("/proc/self/task")) == 1


def fork_into_namespaces() -> int:
    """Fork; the child gets user, mount and ipc namespaces, and a process namespace as its number 1.

    The child has to call ``settle`` first.  Raises Refused where the system forbids it (some
    distributions do).
    """
    new = NEW_USER | NEW_MOUNTS | NEW_PIDS | NEW_IPC
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
    """In new namespaces: be the user that you were, and let no mount be seen outside."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"),
                       ("gid_map", f"{gid} {gid} 1")):  # fmt: skip
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    _mount("none", "/", None, RECURSIVE | PRIVATE)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    arguments = (source.encode(), target.encode(), kind.encode() if kind else None)
    data = options.encode() if options else None
    _check(libc.mount(*arguments, ctypes.c_ulong(flags), data), f"mount {target}")


def fresh_processes() -> None:
    """Show under /proc the processes of this process namespace, by its own numbers.

    The system allows it within a user namespace only where a /proc can be seen of which nothing is
    covered.
    """
    _mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES | NO_PROGRAMS)


def fresh_folder(path: str, size: int, keep: list[str]) -> None:
    """Put an empty folder in memory at ``path``; the folders ``keep`` below it stay visible."""
    below = [other for other in keep if other.startswith(path + "/")]
    handles = [os.open(other, os.O_PATH) for other in below]
    _mount("tmpfs", path, "tmpfs", NO_SUID | NO_DEVICES, f"size={size},mode=1777")
    for other, handle in zip(below, handles, strict=True):
        os.makedirs(other, exist_ok=True)
        _mount(f"/proc/self/fd/{handle}", other, None, BIND | RECURSIVE)
        os.close(handle)


def bind(source: str, target: str) -> None:
    """Make ``source`` visible at ``target`` too."""
    _mount(source, target, None, BIND)


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
    """Forbid the calls above for this process and all it starts.  False where that is unknown.

    A classic BPF program as in the kernel's Documentation/userspace-api/seccomp_filter.rst.
    clone3 answers ENOSYS, so that the C library falls back to clone, whose flags can be seen.
    """
    if platform.machine() not in FORBIDDEN:
        return False
    audit, numbers, forks = FORBIDDEN[platform.machine()]
    load, equal, any_bit, ret = 0x20, 0x15, 0x45, 0x06
    allow, kill, errno = 0x7FFF0000, 0x80000000, 0x00050000
    program = [(load, 0, 0, 4), (equal, 1, 0, audit), (ret, 0, 0, kill), (load, 0, 0, 0)]
    # calls of the x32 table share the architecture's number and carry this bit
    program += [(any_bit, 0, 1, 0x40000000), (ret, 0, 0, errno | ENOSYS)] if audit & 2 else []
    for number in numbers.values():
        program += [(equal, 0, 1, number), (ret, 0, 0, errno | EPERM)]
    program += [(equal, 0, 1, forks["clone3"]), (ret, 0, 0, errno | ENOSYS)]
    program += [(equal, 0, 3, forks["clone"]), (load, 0, 0, 16)]
    program += [(any_bit, 0, 1, ANY_NEW_NAMESPACE), (ret, 0, 0, errno | EPERM)]
    program += [(ret, 0, 0, allow)]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(buffer)))
    filter_mode = 2
    steps = (NO_NEW_PRIVILEGES, 1, 0, 0, 0), (SET_SECCOMP, filter_mode, ctypes.byref(header), 0, 0)
    return all(libc.prctl(*step) == 0 for step in steps)
