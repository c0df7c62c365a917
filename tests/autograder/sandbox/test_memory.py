"""What a notebook uses of memory is counted, wherever it lies; what it only addresses is not."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import execute
from autograder.limits import MIB, Limits
from autograder.sandbox import zygote

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]

SMALL = Limits(cell_seconds=20, memory=400 * MIB, disk=256 * MIB)


def run(*sources, limits=SMALL):
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    execution = execute(nb, {}, limits)
    text = ["".join(o.get("text", o.get("evalue", "")) for o in c.outputs) for c in nb.cells]
    return text, [stop.kind for stop in execution.stops], execution.peak_memory


def test_an_array_that_is_not_touched_costs_nothing():
    code = "import numpy as np\nx = np.zeros((20000, 20000))\nx[5, :] = 1\nprint(x.nbytes, x.sum())"
    text, kinds, peak = run(code, "import time; time.sleep(0.5)", limits=Limits())
    assert (text[0], kinds) == ("3200000000 20000.0\n", []) and peak < 400 * MIB


def test_an_array_that_is_touched_is_refused_or_ended():
    code = "import numpy as np\nx = np.zeros(100_000_000)\nfor n in range(10**8 // 10**5):\n    x[n * 10**5 :][: 10**5] = 1"
    _, kinds, peak = run(code)
    assert kinds == ["memory"] and peak < 800 * MIB


ELSEWHERE = {
    "files": """
places = ["/tmp", "/dev/shm", "."]
for k in range(24):
    open(f"{places[k % 3]}/{k}", "wb").write(bytes(10 * 2**20))
hoard = b"x" * (200 * 2**20)
""",
    "shared pages": """
import mmap
maps = [mmap.mmap(-1, 2**20) for _ in range(450)]
for m in maps:
    m.write(b"x" * 2**20)
""",
    "sockets in one process": """
import socket
links = []
for _ in range(240):
    one, other = socket.socketpair()
    for link in (one, other):
        link.setblocking(False)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 10**9)
        try:
            while True: link.send(b"x" * 60000)
        except OSError: pass
    links += [one, other]
""",
    "sockets of TCP": """
import socket
server = socket.create_server(("127.0.0.1", 0))
links = []
for _ in range(100):
    one = socket.create_connection(server.getsockname())
    other, _ = server.accept()
    for link in (one, other):
        link.setblocking(False)
        try:
            while True: link.send(b"x" * 100000)
        except OSError: pass
    links += [one, other]
""",
}


@pytest.mark.parametrize("place", ELSEWHERE)
def test_memory_that_no_process_has_is_counted(place):
    code = ELSEWHERE[place]
    if place == "sockets in one process":  # as many as one may have open, in each of some
        code = f"import os\nfor _ in range(4): os.fork()\n{code}"
    _, kinds, peak = run(f"{code}\nimport time; time.sleep(10)")
    assert kinds == ["memory"] and peak < 1500 * MIB  # what fills up between two looks is over


def test_ten_sockets_and_some_files_are_no_reason():
    code = """
import socket, time
links = [socket.socketpair() for _ in range(10)]
for k in range(50): open(f"/tmp/{k}", "wb").write(bytes(2**20))
time.sleep(0.5)
print("on")
"""
    text, kinds, peak = run(code)
    assert (text, kinds) == (["on\n"], []) and 50 * MIB < peak < 350 * MIB


def test_all_folders_share_their_room():
    code = """
import os
written = 0
for place in ("/tmp", "/dev/shm", "."):
    for k in range(12):
        try:
            written += open(f"{place}/{k}", "wb").write(bytes(10 * 2**20))
        except OSError:
            pass
print(written // 2**20)
"""
    limits = Limits(disk=100 * MIB, cell_seconds=20)
    text, kinds, _ = run(code, "import time; time.sleep(2)", limits=limits)
    if zygote.nesting_allowed():
        assert int(text[0]) <= 100 and kinds == []
    else:  # each folder has room of its own: who fills several of them is ended
        assert kinds == ["disk"]
