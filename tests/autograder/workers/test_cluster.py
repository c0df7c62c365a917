"""Grading on a Dask cluster: a scheduler and workers, each a process of its own, over TCP.

Workers see nothing of the course: its folder is hidden from them, and each has an empty one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.demo.demo import make_course
from autograder.workers import cluster as cluster_module
from autograder.workers.cluster import Refused, refuse_plain_text, remote
from tests.support.cells import cell, notebook
from tests.support.half import KEY

pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).parents[3]
DASK = str(Path(sys.executable).with_name("dask"))
PATIENCE = 240  # seconds: machines are shared
UNIT = "01-half"
ANSWERS = {
    "right": ("n // 2", 4),
    "up": ("(n + 1) // 2", 2),
    "wrong": ("n", 0),
    "loose": ("n /", 0),
}
STUDENTS = [f"{name}-{number}" for number in range(4) for name in ANSWERS]


def answer(text):
    """A student's function; it takes a while, so that workers can come and go meanwhile."""
    return f"import time\ntime.sleep(0.4)\ndef half(n):\n    return {text}"


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A course with a class's submissions, not graded yet."""
    root = tmp_path_factory.mktemp("cluster")
    solution = "def half(n):\n    ### BEGIN SOLUTION\n    return n // 2\n    ### END SOLUTION"
    nb = notebook(cell(solution, "answer", solution=True), cell("half", "half", 4))
    (root / "source" / UNIT).mkdir(parents=True)
    (root / "source" / UNIT / "exercises.py").write_text(KEY)
    nbformat.write(nb, root / "source" / UNIT / "unit.ipynb")
    make_course(root / "course", root / "source", [UNIT])
    for student in STUDENTS:
        nb = nbformat.read(root / "course" / "release" / UNIT / "unit.ipynb", 4)
        nb.cells[0].source = answer(ANSWERS[student.partition("-")[0]][0])
        folder = root / "course" / "submitted" / student / UNIT
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "unit.ipynb")
    return root / "course"


def outcome(course):
    """All that grading decided: every record without what was measured, and every row."""
    records = {}
    for path in course.glob(f"autograded/*/{UNIT}/marks.json"):
        (record,) = json.loads(path.read_text())["notebooks"].values()
        measured = {"seconds": 0, "memory": 0}
        records[path.parts[-3]] = json.dumps(record | measured, sort_keys=True)
    query = """select student_id, auto_score, needs_manual_grade from grade
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        order by student_id"""
    with sqlite3.connect(course / "gradebook.db") as connection:
        return records, connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def graded_here(handed_in, sandbox):
    """What a run on this machine alone decides."""
    course = Path(shutil.copytree(handed_in, handed_in.with_name("here")))
    command = [sys.executable, "-m", "autograder", "grade", UNIT, "--course", str(course)]
    subprocess.run(command, check=True, capture_output=True)
    found = outcome(course)
    assert [row[:2] for row in found[1]] == [
        (student, ANSWERS[student.partition("-")[0]][1]) for student in sorted(STUDENTS)
    ]
    return found


# ---------------------------------------------------------------------------- processes


class Driver:
    """`autograder grade` on a cluster; what it says can be waited for."""

    def __init__(self, course, address, *options, env=None):
        self.course = course
        words = ["grade", UNIT, "--course", str(course), "--scheduler", address, *options]
        if address.startswith("tcp://127.0.0.1"):  # as a rule that would be refused
            words.append("--plain-text")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(env or {})},
        )
        self.lines = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line)

    @property
    def text(self):
        return " ".join("".join(self.lines).split())

    def says(self, words, times=1):
        """Wait until it has said ``words``."""
        until(lambda: self.text.count(words) >= times or self.process.poll() is not None, self)
        assert self.text.count(words) >= times, self.text

    def graded(self, count):
        """Wait until so many are graded."""
        pattern = f"autograded/*/{UNIT}/marks.json"
        until(lambda: len(list(self.course.glob(pattern))) >= count, self)

    def ends(self, code):
        """Wait for its end, and return all that it said."""
        self.process.wait(PATIENCE)
        self.reader.join(10)
        assert self.process.returncode == code, self.text
        assert "Traceback" not in self.text
        return self.text


def until(true, driver=None):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, driver.text if driver else "nothing happens"
        time.sleep(0.05)


class Cluster:
    """A scheduler and workers; ``hidden`` is the folder that workers do not see."""

    def __init__(self, folder, hidden):
        self.folder, self.hidden = folder, hidden
        self.processes, self.address = [], ""

    def _start(self, command, name, env=None):
        place = self.folder / name
        place.mkdir()
        with open(self.folder / f"{name}.log", "w") as log:
            process = subprocess.Popen(
                command, cwd=place, stdout=log, stderr=log, env={**os.environ, **(env or {})}
            )
        self.processes.append(process)
        return process

    def scheduler(self, *options, name="scheduler", protocol="tcp", env=None):
        """Start it on a free port, and wait for it."""
        file = self.folder / f"{name}.json"
        words = [DASK, "scheduler", "--port", "0", "--scheduler-file", str(file)]
        words += ["--host", f"{protocol}://127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
        process = self._start([*words, *options], name, env)
        until(lambda: file.exists() and file.stat().st_size)
        self.address = json.loads(file.read_text())["address"]
        return process

    def worker(self, name, env=None):
        """Start a worker that cannot see the course; the process that grades."""
        hide = [shutil.which("bwrap"), "--dev-bind", "/", "/", "--tmpfs", str(self.hidden)]
        words = [DASK, "worker", self.address, "--name", name, "--nthreads", "1", "--no-nanny"]
        outer = self._start([*hide, "--die-with-parent", "--", *words], name, env)
        until(lambda: psutil.Process(outer.pid).children())
        return psutil.Process(outer.pid).children()[0]

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def course(handed_in, sandbox, tmp_path):
    """A copy of the course, in a folder that workers do not see."""
    return Path(shutil.copytree(handed_in, tmp_path / "driver" / "course"))


@pytest.fixture
def cluster(course, tmp_path):
    made = Cluster(tmp_path, course.parent)
    yield made
    made.close()


# ------------------------------------------------------------------------------ grading


@pytest.mark.slow
@pytest.mark.sandbox
def test_workers_that_join_and_share_no_folder_grade_as_this_machine_does(
    cluster, course, graded_here
):
    cluster.scheduler("--no-dashboard")
    driver = Driver(course, cluster.address)
    driver.says("waiting for workers")
    cluster.worker("first")
    driver.says("going on")
    second = cluster.worker("second")
    hidden = subprocess.run(
        ["nsenter", "--mount", f"--target={second.pid}", "ls", str(course.parent)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert hidden.stdout == "" and (hidden.returncode == 0 or os.geteuid() != 0)
    text = driver.ends(0)
    assert "dashboard: the scheduler has none" in text
    assert outcome(course) == graded_here


@pytest.mark.slow
@pytest.mark.sandbox
def test_workers_may_leave_and_the_last_one_too(cluster, course, graded_here):
    cluster.scheduler()
    first, second = cluster.worker("first"), cluster.worker("second")
    driver = Driver(course, cluster.address)
    driver.graded(2)
    first.send_signal(signal.SIGKILL)
    driver.graded(5)
    second.send_signal(signal.SIGTERM)
    driver.says("waiting for workers")
    cluster.worker("third")
    text = driver.ends(0)
    assert re.search(r"dashboard: http://127\.0\.0\.1:\d+/status", text)
    assert outcome(course) == graded_here


@pytest.mark.slow
@pytest.mark.sandbox
def test_unfit_workers_are_left_out_by_name_and_nobody_suffers(
    cluster, course, graded_here, tmp_path
):
    for package in ("autograder", "course", "exercises"):
        shutil.copytree(ROOT / package, tmp_path / "later" / package)
    with open(tmp_path / "later" / "autograder" / "grade.py", "a") as file:
        file.write("# a later version\n")
    cluster.scheduler()
    other = {"PYTHONPATH": str(tmp_path / "later")}
    bare = {"PATH": str(Path(sys.executable).parent)}
    assert shutil.which("bwrap", path=bare["PATH"]) is None
    cluster.worker("other", other)
    cluster.worker("bare", bare)
    driver = Driver(course, cluster.address)
    driver.says("another version of sliding-windows")
    driver.says("bubblewrap (bwrap) is missing")
    driver.says("waiting for workers")
    cluster.worker("good")
    text = driver.ends(0)
    assert (
        len(re.findall(r"worker tcp://127\.0\.0\.1:\d+ left out: it has another version", text))
        == 1
    )
    assert len(re.findall(r"worker tcp://127\.0\.0\.1:\d+ left out: bubblewrap", text)) == 1
    assert outcome(course) == graded_here


@pytest.mark.slow
@pytest.mark.sandbox
def test_a_scheduler_that_goes_away_ends_the_run_and_the_next_one_completes_it(
    cluster, course, graded_here
):
    scheduler = cluster.scheduler()
    cluster.worker("first")
    driver = Driver(course, cluster.address)
    driver.graded(3)
    scheduler.kill()
    text = driver.ends(1)
    assert "SchedulerLost: The connection to the scheduler broke." in text
    assert "type the same command" in text
    kept = len(outcome(course)[0])
    assert 3 <= kept < len(STUDENTS)
    cluster.scheduler(name="again")
    cluster.worker("second")
    text = Driver(course, cluster.address).ends(0)
    assert f"({kept} unchanged, kept)" in text
    assert outcome(course) == graded_here


@pytest.mark.slow
def test_a_scheduler_may_go_away_while_nobody_is_there(cluster, course):
    scheduler = cluster.scheduler()
    driver = Driver(course, cluster.address)
    driver.says("waiting for workers")
    scheduler.kill()
    assert "SchedulerLost: The connection to the scheduler broke." in driver.ends(1)


# ----------------------------------------------------------------------------- security


def certificates(folder):
    """Make them as the operator's guide says; the environment that names them to Dask."""
    guide = (ROOT / "docs" / "operator.md").read_text()
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", guide)
    (make,) = [block for block in blocks if "openssl" in block]
    (names,) = [block for block in blocks if "DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in block]
    folder.mkdir()
    subprocess.run(["sh", "-e"], input=make, text=True, cwd=folder, check=True, capture_output=True)
    script = names.replace("/etc/grading", str(folder))
    printed = subprocess.run(
        ["env", "-i", "sh", "-ec", f"{script}\nenv"], capture_output=True, text=True, check=True
    )
    found = dict(line.split("=", 1) for line in printed.stdout.splitlines())
    return {name: value for name, value in found.items() if name.startswith("DASK_")}


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")
def test_tls_with_the_certificates_of_the_guide_and_with_others(cluster, course, tmp_path):
    right, wrong = certificates(tmp_path / "right"), certificates(tmp_path / "wrong")
    cluster.scheduler(protocol="tls", env=right)
    assert cluster.address.startswith("tls://")
    cluster.worker("first", right)
    alone = ("--student", "right-0", "--student", "up-1")
    text = Driver(course, cluster.address, *alone, env=wrong).ends(1)
    assert "Refused: No Dask scheduler answers at tls://" in text
    assert "do the certificates fit?" in text
    assert "name none for a client" in Driver(course, cluster.address, *alone).ends(
        1
    )  # no certificates at all
    assert not (course / "autograded").exists()
    Driver(course, cluster.address, *alone, env=right).ends(0)
    assert outcome(course)[1] == [("right-0", 4, 0), ("up-1", 2, 0)]
    # and require-encryption keeps plain text out, on this machine too
    plain = cluster.address.replace("tls://", "tcp://")
    text = Driver(course, plain, *alone, "--force", env=right).ends(1)
    assert "require encryption. Use tls://" in text


def test_no_scheduler_is_a_sentence(monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT", "1s")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with (
        pytest.raises(Refused, match=f"No Dask scheduler answers at {nobody} "),
        remote(nobody, plain_text=True),
    ):
        pass


@pytest.mark.parametrize(
    "address",
    [
        "tls://127.0.0.1:8786", "tls://localhost:8786",
        "tls://grading.example.org:8786", "tls://192.0.2.1:8786", "wss://grading.example.org:8786",
    ],
)  # fmt: skip
def test_tls_is_accepted(address):
    refuse_plain_text(address, allowed=False)


@pytest.mark.parametrize(
    "address",
    [
        # the loopback is every user's of the machine
        "tcp://127.0.0.1:8786", "127.0.0.1:8786", "localhost:8786", "tcp://localhost:8786",
        "tcp://[::1]:8786", "tcp://127.3.2.1:8786", "ws://127.0.0.1:8786",
        "tcp://192.0.2.1:8786", "192.0.2.1:8786", "grading.example.org:8786", "grading:8786",
        "tcp://grading.example.org:8786", "tcp://[2001:db8::1]:8786", "tcp://0.0.0.0:8786",
        "tcp://[::]:8786", "tcp://:8786", "ws://grading.example.org:8786", "http://192.0.2.1:8786",
        "ucx://127.0.0.1:8786", "inproc://192.0.2.1/1/1", "TLS://192.0.2.1:8786",
        "tcp://localhost.example.org:8786", "tcp://127.0.0.1.example.org:8786",
        "tcp://localhost@192.0.2.1:8786", "tls://a,tcp://192.0.2.1:8786", "tcp://[::1", "tcp://",
        "", "nonsense",
    ],
)  # fmt: skip
def test_all_else_is_refused_unless_told_otherwise(address):
    with pytest.raises(Refused, match=r"is not encrypted.*each of its users.*--plain-text"):
        refuse_plain_text(address, allowed=False)
    refuse_plain_text(address, allowed=True)


@pytest.mark.slow
def test_the_command_refuses_plain_text(handed_in):
    text = Driver(handed_in, "tcp://192.0.2.1:8786").ends(1)
    assert "Refused: tcp://192.0.2.1:8786 is not encrypted" in text
