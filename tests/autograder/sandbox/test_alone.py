"""No notebook meets another: what one leaves, opens, counts or listens to is nothing to the next."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import execute
from autograder.grade import grade_calmly
from autograder.limits import Limits
from autograder.sandbox import zygote
from autograder.sandbox.processes import descendants
from autograder.submission.files import Program
from autograder.submission.structure import Cell, Structure
from autograder.tasks import Common, Task
from tests.support.cells import KERNEL, cell

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]


def printed(*sources: str, fresh: bool = False) -> str:
    """What the cells of a notebook print, with their errors."""
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    execute(nb, {}, Limits(cell_seconds=20), fresh=fresh)
    return "".join(out.get("text", out.get("evalue", "")) for c in nb.cells for out in c.outputs)


TALK_TO_ONESELF = """
import os, socket
with socket.create_server(("127.0.0.1", 0)) as server:
    for _ in range(3):
        with socket.create_connection(server.getsockname()) as one:
            other, _ = server.accept()
            one.sendall(b"secret" * 1000)
            other.close()
print("talked")
"""
SEEN = """
import os
print(len(open("/proc/net/tcp").readlines()) - 1)
print([line.split()[1:3] for line in open("/proc/net/dev") if "lo:" in line])
print(sorted(int(name) for name in os.listdir("/proc") if name.isdigit()), os.getpid())
print([line for line in open("/proc/net/unix") if "control" in line or "@" in line])
"""


def test_a_notebook_has_a_network_and_processes_of_its_own():
    before = printed(SEEN)
    assert before.split("\n")[:2] == ["0", "[['0', '0']]"]
    assert printed(TALK_TO_ONESELF) == "talked\n"
    printed("import subprocess\nfor _ in range(9): subprocess.run(['true'])")
    assert printed(SEEN) == before
    *_, processes, names = before.strip().split("\n")
    assert processes.startswith("[1, ") and names == "[]"


def test_nothing_that_is_open_is_shared():
    mark = """
import fcntl, os
for number in range(64):
    try:
        fcntl.fcntl(number, fcntl.F_SETFL, fcntl.fcntl(number, fcntl.F_GETFL) | os.O_APPEND)
    except OSError:
        pass
"""
    look = """
import fcntl, os
print([n for n in (0, 1, 2) if fcntl.fcntl(n, fcntl.F_GETFL) & os.O_APPEND])
"""
    printed(mark)
    assert printed(look) == "[]\n"
    if zygote._kept is None:
        return  # here each notebook has a warm process of its own
    warm = next(pid for pid in descendants(zygote._kept.process.pid) if _is_zygote(pid))
    try:
        names = [os.readlink(path) for path in Path(f"/proc/{warm}/fd").iterdir()]
    except PermissionError:
        return  # it is not dumpable, and who looks is an ordinary user
    assert sorted(name.partition(":")[0] for name in names) == ["/dev/null"] * 3 + ["socket"]
    assert Path(f"/proc/{warm}/fd").stat().st_uid == 0, "it can be looked into"


def _is_zygote(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return b"bwrap" not in command[0] and any(part.endswith(b"zygote.py") for part in command)


def test_what_is_the_machines_own_can_be_written_in_one_place():
    """And that place is watched: what is written elsewhere lies in memory, and ends."""
    code = """
import os
for line in open("/proc/self/mountinfo"):
    here, _, there = line.partition(" - ")
    *_, place, options = here.split()[:6]
    if "rw" in options.split(",") and there.split()[0] not in ("tmpfs", "proc", "devpts"):
        if not place.startswith("/dev/") and os.path.exists(place):
            print(place)
"""
    assert printed(code) == "/opt/talk\n"


def test_who_is_above_a_notebook_cannot_be_looked_into():
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
above = {1, os.getppid()}
assert os.getpid() not in above
for pid in above:
    for path in ("environ", "maps", "mem", "fd", "root"):
        try:
            place = f"/proc/{pid}/{path}"
            os.listdir(place) if path in ("fd", "root") else open(place, "rb").read(1)
            print("FOUND", place)
        except OSError:
            pass
    handle = os.pidfd_open(pid)
    for number in range(64):
        if libc.syscall(438, handle, number, 0) >= 0:
            print("TAKEN", number)
print("done")
"""
    assert printed(code) == "done\n"


REFUSED = """
import ctypes, fcntl, mmap, os, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
allowed = []
def tries(name, call):
    try:
        if call() != -1:
            allowed.append(name)
    except OSError:
        pass
tries("memfd", lambda: os.memfd_create("x"))
tries("shmget", lambda: libc.shmget(0, 4096, 0o1600))
tries("msgget", lambda: libc.msgget(0, 0o1600))
tries("semget", lambda: libc.semget(0, 1, 0o1600))
tries("inotify", libc.inotify_init)
tries("ptrace", lambda: libc.ptrace(0, 0, 0, 0))
tries("unshare", lambda: libc.unshare(0x10000000))
tries("keyctl", lambda: libc.syscall(250, 0, -3, 0))
tries("userfaultfd", lambda: libc.syscall(323, 0))
tries("io_uring", lambda: libc.syscall(425, 1, ctypes.create_string_buffer(200)))
tries("bpf", lambda: libc.syscall(321, 0, ctypes.create_string_buffer(200), 64))
tries("mq_open", lambda: libc.syscall(240, b"x", 0o102, 0o600, None))
tries("a call of tomorrow", lambda: libc.syscall(9999))
shared = open(sys.executable, "rb")
for flags in (fcntl.LOCK_EX, fcntl.LOCK_SH):
    tries("flock", lambda: fcntl.flock(shared, flags | fcntl.LOCK_NB))
ask = struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0)
for command in (fcntl.F_GETLK, fcntl.F_OFD_GETLK, fcntl.F_GETLEASE):
    tries("asking for locks", lambda: fcntl.fcntl(shared, command, ask))
for name in ("AF_NETLINK", "AF_VSOCK", "AF_INET6", "AF_PACKET", "AF_ALG"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        tries(name, lambda: socket.socket(getattr(socket, name), kind))
print(allowed)
"""


def test_what_no_notebook_needs_is_no_call_there():
    assert printed(REFUSED) == "[]\n"


NEEDED = """
import asyncio, concurrent.futures, http.server, mmap, multiprocessing, os, signal, socket, sqlite3
import subprocess, tempfile, threading, time, urllib.request
import numpy as np
assert subprocess.run("echo hello | cat", shell=True, capture_output=True).stdout == b"hello\\n"
with multiprocessing.Pool(2) as pool:
    assert pool.map(abs, [-1, -2]) == [1, 2]
with concurrent.futures.ThreadPoolExecutor(2) as threads:
    assert list(threads.map(abs, [-3])) == [3]
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=4096)
block.buf[0] = 7; block.close(); block.unlink()
with tempfile.NamedTemporaryFile() as file, sqlite3.connect("a.db") as book:
    book.execute("create table t (x)"); book.execute("insert into t values (5)")
book.close()
assert list(sqlite3.connect("a.db").execute("select x from t")) == [(5,)]
os.mkfifo("pipe"); os.symlink("pipe", "link"); os.chmod("pipe", 0o600); os.remove("link")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
assert urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").status == 200
server.shutdown()
signal.setitimer(signal.ITIMER_REAL, 100); signal.setitimer(signal.ITIMER_REAL, 0)
one, other = socket.socketpair(); one.sendall(b"x"); assert other.recv(1) == b"x"
view = mmap.mmap(-1, 4096); view[0] = 1
np.save("x.npy", np.eye(3)); assert np.load("x.npy", mmap_mode="r")[1, 1] == 1
assert os.cpu_count() and os.urandom(3) and os.getloadavg() and os.sched_getaffinity(0)
time.sleep(0.01)
print("all there")
"""


def test_what_notebooks_need_is_there():
    assert "all there\n" in printed(NEEDED)


def test_fresh_means_a_sandbox_in_which_nobody_was():
    look = "import os; print(os.readlink('/proc/self/ns/uts'))"
    first = printed(look)
    assert printed(look, fresh=True) != first
    if zygote.nesting_allowed():
        assert printed(look) == first, "and the worker's own stays"


STORE_AND_END = """
import fcntl, os, pathlib, socket
places = ["/tmp", "/dev/shm", ".", "/opt/talk", "/opt/autograder", "/dev"]
keep = socket.socket()
def area(W, H):
    text = f"stored {W} {H}"
    for place in places:
        try:
            pathlib.Path(place, "stored").write_text(text)
        except OSError:
            pass
    try:
        server = socket.create_server(("127.0.0.1", W * 100))
        link = socket.create_connection(server.getsockname()); server.accept(); link.close()
    except OSError:
        pass
    for pid in (1, os.getppid()):
        for number in (0, 1, 2):
            try:
                open(f"/proc/{pid}/fd/{number}", "ab", 0).write(text.encode())
                os.lseek(number, W * 1000 + H, 0)
            except OSError:
                pass
    os._exit(0)
"""
LOOK_FOR_IT = """
for place in places:
    path = pathlib.Path(place, "stored")
    if path.exists():
        print("FOUND", path.read_text())
for name in ("tcp", "udp", "unix", "dev", "netstat", "snmp"):
    print(open(f"/proc/net/{name}").read())
print(os.listdir("/proc"), os.listdir("/opt/talk"))
"""
KEY = """
from exercises.authoring import Group, exercise


@exercise(points=4, returns="W * H", examples={}, groups=[Group("sides", [(41, 43), (47, 53)])])
def area(W, H):
    return W * H
"""


def test_what_was_asked_reaches_no_output_of_the_second_grading():
    """By one submission alone: store what was asked, end, be graded again as doubtful, print."""
    cells = (Cell("area", "code", "area", "area", None, True, True, False, False, 4.0),)
    common = Common(Structure("u", "unit", KERNEL, cells), key=KEY)
    made = [new_code_cell(STORE_AND_END), cell("area", "area", 4), new_code_cell(LOOK_FOR_IT)]
    nb = new_notebook(cells=made)
    result = grade_calmly(Task("eve", common, json.dumps(nb).encode()))
    assert result.scores == {"area": 0} and result.doubtful
    graded = nbformat.reads(result.notebook, 4)
    shown = "".join(out.get("text", "") for c in graded.cells for out in c.get("outputs", []))
    assert "FOUND" not in shown and "stored" not in shown
    assert f"{4100:04X}" not in shown and f"{4700:04X}" not in shown, "a socket of the first one"


def test_where_no_namespaces_are_allowed_within_them_a_notebook_has_its_files(monkeypatch):
    """Its sandbox is its own then, and the folder it works in was made by another user."""
    monkeypatch.setattr(zygote, "nesting_allowed", lambda: False)
    look = """
import os
print(open("data/numbers.csv").read(), sorted(os.listdir(".")), os.access("tool.sh", os.X_OK))
open("data/mine.txt", "w").write("mine"); os.mkdir("new"); os.remove("data/numbers.csv")
"""
    files = {"data/numbers.csv": b"1,2", "tool.sh": Program(b"#!/bin/sh\n")}
    for _ in range(2):
        nb = new_notebook(cells=[new_code_cell(look)])
        execute(nb, {}, Limits(), files=files)
        (shown,) = nb.cells[0].outputs
        assert shown.text == "1,2 ['data', 'tool.sh'] True\n"


@pytest.mark.parametrize("died", [1, zygote.TRIES])
def test_a_trial_sandbox_that_was_ended_says_nothing_about_the_system(monkeypatch, died):
    """One killed for want of memory was taken for a system that forbids it: slow, and once wrong."""
    ask, tried = zygote.run_inside, []

    def ended(*arguments, **options):
        tried.append(arguments)
        return ("", "") if len(tried) <= died else ask(*arguments, **options)

    expected = zygote.nesting_allowed()
    monkeypatch.setattr(zygote, "run_inside", ended)
    if died < zygote.TRIES:
        assert zygote.nesting_allowed.__wrapped__() is expected
    else:
        with pytest.raises(zygote.CouldNotStart, match="did not answer"):
            zygote.nesting_allowed.__wrapped__()
    assert len(tried) == min(died + 1, zygote.TRIES)


def test_a_system_that_forbids_them_is_asked_once(monkeypatch):
    forbids = zygote.ASKS.replace("wall.fork_into_namespaces()", "refuse()").replace(
        "user =", "def refuse(): raise wall.Refused(1, 'no')\nuser ="
    )
    monkeypatch.setattr(zygote, "ASKS", forbids)
    assert zygote.nesting_allowed.__wrapped__() is False
