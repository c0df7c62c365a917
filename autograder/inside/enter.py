"""The first program inside the sandbox: give up privileges, set limits, start the command.

Called as ``python -I enter.py SETTINGS COMMAND...`` where SETTINGS is JSON: ``uid`` (or null to
keep the present one), ``limits`` (names of ``resource`` limits to numbers), ``files`` (a folder
whose contents are copied into the working directory, or null) and ``exited`` (a file that is made
when the command has ended; its text is the exit status).

The sandbox lives on after the command: what was frozen before a notebook ended its own process
still answers (``witness.py``).  It ends when it is killed from outside.
"""

import ctypes
import json
import os
import platform
import resource
import shutil
import signal
import struct
import sys

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
CLONE_NEW_ANYTHING = 0x7E020000  # cgroup, uts, ipc, user, pid, net and mount namespaces


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
    program += [(any_bit, 0, 1, CLONE_NEW_ANYTHING), (ret, 0, 0, errno | EPERM), (ret, 0, 0, allow)]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    return (
        libc.prctl(no_new_privileges, 1, 0, 0, 0) == 0
        and libc.prctl(set_seccomp, filter_mode, ctypes.byref(header), 0, 0) == 0
    )


def main() -> None:
    """Enter; does not return."""
    settings, command = json.loads(sys.argv[1]), sys.argv[2:]
    if settings["files"]:
        shutil.copytree(settings["files"], ".", dirs_exist_ok=True, copy_function=shutil.copyfile)
    if settings["uid"] is not None:
        for folder, _, files in os.walk("."):
            for name in [".", *files]:
                os.chown(os.path.join(folder, name), settings["uid"], settings["uid"])
        os.setgroups([])
        os.setresgid(*[settings["uid"]] * 3)
        os.setresuid(*[settings["uid"]] * 3)
    for name, number in settings["limits"].items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        number = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(which, (number, number))
    filter_system_calls()
    child = os.fork()
    if child == 0:
        os.execv(command[0], command)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(settings["exited"] + "~", "w") as file:
        file.write(str(status))
    os.rename(settings["exited"] + "~", settings["exited"])
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
