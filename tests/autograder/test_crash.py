"""Whatever is killed, full or locked, the next run ends in the gradebook of an undisturbed one.

Against the real command, real workers and real sandboxes.  What is random has a fixed seed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
import pytest

from autograder.demo.demo import make_course
from autograder.sandbox.processes import descendants, parent_of
from exercises.unit import load
from tests.support.cells import cell, notebook
from tests.support.half import KEY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.timeout(300),
]

UNIT = "01-numbers"
LIMITS = {"cell_seconds": 1.5, "answer_seconds": 1, "start_seconds": 20}

RIGHT = "def half(n):\n    return n // 2\ndef square(x):\n    return x * x"
SLIP = "def half(n):\n    return (n + 1) // 2\ndef square(x):\n    return x * x"
WRONG = "def half(n):\n    return 0\ndef square(x):\n    return x + x"
ANSWERS = {
    "ann": RIGHT, "bob": SLIP, "cleo": WRONG, "dan": RIGHT,
    "eve-exits": "import os\ndef half(n):\n    return n // 2\ndef square(x):\n    os._exit(1)",
    "fay": SLIP,
    "gil-loops": "def half(n):\n    return n // 2\ndef square(x):\n    while True: pass",
    "hal-late": RIGHT, "ida": WRONG, "jan": SLIP, "kim": RIGHT, "leo": WRONG, "mia": RIGHT, "ned": SLIP,
}  # fmt: skip


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose class has handed in: cells with a key, without one, and for a person."""
    place = tmp_path_factory.mktemp("crash")
    nb = notebook(
        cell("def half(n):\n    ...\ndef square(x):\n    ...", "answer", solution=True),
        cell("half", "half", 4),
        cell("assert square(3) == 9", "test-square", 2),
        cell("'why?'", "why", 1, solution=True),  # marked by hand
    )
    (place / "source" / UNIT).mkdir(parents=True)
    (place / "source" / UNIT / "exercises.py").write_text(KEY)
    nbformat.write(nb, place / "source" / UNIT / "unit.ipynb")
    folder = make_course(place / "course", place / "source", [UNIT], LIMITS)
    with open(place / "course" / "nbgrader_config.py", "a") as file:
        file.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with folder.gradebook() as gradebook:
        gradebook.update_or_create_assignment(UNIT, duedate=datetime(2026, 11, 1))
    for student, answer in ANSWERS.items():
        hand_in(place / "course", student, answer)
    late = place / "course" / "submitted" / "hal-late" / UNIT / "timestamp.txt"
    late.write_text("2026-11-02 12:00:00 UTC")
    return place / "course"


def hand_in(root: Path, student: str, answer: str) -> None:
    nb = nbformat.read(root / "release" / UNIT / "unit.ipynb", as_version=4)
    nb.cells[0].source = answer
    if answer == RIGHT:
        nb.cells[3].source = "'because'"
    place = root / "submitted" / student / UNIT
    place.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, place / "unit.ipynb")


# ------------------------------------------------------------------------------------- a run


@dataclass
class Course:
    """A copy of the course, and a folder for temporary files by which its processes are known."""

    root: Path
    scratch: Path
    log: Path
    seconds: float = 0

    def start(self, *options: str, patch: str = "") -> subprocess.Popen:
        """``autograder grade`` in a session of its own; ``patch`` is code that comes before it."""
        code = f"{patch}\nfrom autograder.cli import app\napp()"
        words = ["grade", UNIT, "--course", str(self.root), *options]
        with open(self.log, "w") as log:
            return subprocess.Popen(
                [sys.executable, "-c", code, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "TMPDIR": str(self.scratch)},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What the last run printed, on one line."""
        return " ".join(self.log.read_text().split())

    def grade(self, *options: str, patch: str = "", seconds: float = 120) -> int:
        """Run to the end; the exit code."""
        run = self.start(*options, patch=patch)
        try:
            return run.wait(seconds)
        finally:
            kill_group(run)

    def outcome(self) -> tuple[list, dict]:
        """All that a grading leaves behind and that should always be the same."""
        return rows(self.root), marks(self.root)

    def processes(self) -> list[str]:
        """The processes of a run that are there, by their command lines."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (place / "cmdline").read_bytes()
                with contextlib.suppress(PermissionError):
                    if str(self.scratch).encode() in (place / "environ").read_bytes() + command:
                        found.append(f"{place.name} {command[:200]!r}")
        return found

    def wait_for_silence(self, seconds: float = 10) -> None:
        """Give the processes of a killed run a moment to end; whoever stays is an error."""
        deadline = time.monotonic() + seconds
        while left := self.processes():
            assert time.monotonic() < deadline, left
            time.sleep(0.1)

    def leftovers(self) -> list[str]:
        """Files that only a run that is going on may have."""
        aside = [str(path) for path in self.root.rglob(".*~")]
        return aside + [str(path) for path in self.scratch.glob("sw-*")]


def rows(root: Path) -> list[tuple]:
    """What the gradebook says; a list, so that a row that is there twice shows."""
    scores = """
        select student.id, notebook.name, base_cell.name, 'score', grade.auto_score,
               grade.needs_manual_grade, grade.manual_score,
               submitted_notebook.late_submission_penalty
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join notebook on notebook.id = submitted_notebook.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id"""
    comments = scores.replace(
        "grade.auto_score,\n               grade.needs_manual_grade, grade.manual_score",
        "comment.auto_comment, comment.manual_comment, submitted_assignment.timestamp",
    ).replace("from grade", "from comment")
    comments = comments.replace("grade.", "comment.").replace("'score'", "'comment'")
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as book:
        return sorted([*book.execute(scores), *book.execute(comments)], key=str)


def marks(root: Path) -> dict[str, dict]:
    """What ``marks.json`` says of each student, without what differs between any two runs."""
    found = {}
    for path in sorted((root / "autograded").glob(f"*/{UNIT}/marks.json")):
        entry = json.loads(path.read_text())
        for record in entry["notebooks"].values():
            del record["seconds"], record["memory"]
        found[path.parts[-3]] = entry
    return found


def kill_group(run: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def copied(root: Path, to: Path, scratch: Path) -> Course:
    return Course(Path(shutil.copytree(root, to / "course")), scratch, scratch / "log")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for temporary files whose name is short enough for sockets in it."""
    with tempfile.TemporaryDirectory(prefix="crash-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def course(handed_in: Path, tmp_path: Path, scratch: Path) -> Course:
    """A copy of the course, not graded yet."""
    return copied(handed_in, tmp_path, scratch)


@pytest.fixture(scope="module")
def undisturbed(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course as one run grades it that nobody disturbs."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        made = copied(handed_in, tmp_path_factory.mktemp("undisturbed"), Path(folder))
        began = time.monotonic()
        assert made.grade("--workers", "2") == 0, made.said
        made.seconds = time.monotonic() - began
        assert made.leftovers() == []
        return made


@pytest.fixture
def graded(undisturbed: Course, tmp_path: Path, scratch: Path) -> Course:
    """A copy of the graded course."""
    return copied(undisturbed.root, tmp_path, scratch)


def test_the_undisturbed_run_is_what_it_should_be(undisturbed: Course) -> None:
    score = {
        (s, c): (v, late)
        for s, _, c, kind, v, *_, late in rows(undisturbed.root)
        if kind == "score"
    }
    assert len(score) == 3 * len(ANSWERS) and len(rows(undisturbed.root)) == 5 * len(ANSWERS)
    assert score["ann", "half"] == (4, None) and score["ann", "why"] == (None, None)
    assert score["bob", "half"][0] == 2 and score["cleo", "test-square"][0] == 0
    assert score["eve-exits", "half"][0] == 4 and score["eve-exits", "test-square"][0] == 0
    assert score["gil-loops", "half"][0] == 4 and score["gil-loops", "test-square"][0] == 0
    assert score["hal-late", "half"] == (4, 6)
    flags = {name: {flag["kind"] for flag in one["notebooks"]["unit"]["flags"]}
             for name, one in marks(undisturbed.root).items()}  # fmt: skip
    assert {name: kinds for name, kinds in flags.items() if kinds} == {
        "eve-exits": {"died"}, "gil-loops": {"timeout"},
    }  # fmt: skip


# ------------------------------------------------------------------------- the driver is killed


@pytest.mark.parametrize("whole_group", [True, False], ids=["group", "driver"])
def test_a_driver_that_is_killed_at_any_moment(
    course: Course, undisturbed: Course, whole_group: bool
) -> None:
    chance = random.Random(20)
    for _ in range(5):
        run = course.start("--workers", "2")
        time.sleep(chance.uniform(0.2, 1.1) * undisturbed.seconds)
        before = marks(course.root)
        kill_group(run) if whole_group else (run.kill(), run.wait())
        course.wait_for_silence()
        assert before.items() <= undisturbed.outcome()[1].items()  # nothing half-done is in place
    assert course.grade("--workers", "2") == 0, course.said
    assert course.outcome() == undisturbed.outcome()
    assert course.leftovers() == []


STEPS = {
    "half a submission is written aside": "files.write_extra_files = end",
    "it is written aside": "book.Ledger.record = end",
    "its rows are written, not committed": "book.LatePenalties.assign = end",
    "its rows are committed": "driver.publish = end",
    "the old folder is away": "files.os.rename = nth(2, os.rename)",
    "the new folder is there": "files.clear = nth(5, files.clear)",
}
END_AT = """
import os
from autograder import driver
from autograder.nbgrader_plugin import autograded as files
from autograder.nbgrader_plugin import gradebook as book

def end(*_, **__):
    os._exit(9)

def nth(number, function):
    left = iter(range(number - 1))
    return lambda *args: function(*args) if next(left, None) is not None else end()

"""


@pytest.mark.parametrize("step", STEPS)
def test_a_driver_that_ends_between_two_steps(
    graded: Course, undisturbed: Course, step: str
) -> None:
    """Of two who handed in anew; the first is bob, who has a manual score and an old folder."""
    for student in ("bob", "kim"):
        hand_in(graded.root, student, WRONG)
    set_by_hand(graded.root, "bob", 3.5)
    only = ["--workers", "1", "--student", "bob", "--student", "kim"]
    assert graded.grade(*only, patch=END_AT + STEPS[step]) == 9, graded.said
    assert graded.grade("--workers", "1") == 0, graded.said
    kept = len(ANSWERS) - (1 if step == "the new folder is there" else 2)
    assert f"({kept} unchanged, kept)" in graded.said
    if step != "the new folder is there":  # then the first run would have said it
        assert "bob: half 2 → 0 (a new submission: ✗ even)" in graded.said
    assert "kim: half 4 → 0 (a new submission: ✗ odd, ✗ even)" in graded.said
    book, found = graded.outcome()
    expected = undisturbed.outcome()
    for student in ("bob", "kim"):
        assert found.pop(student)["notebooks"]["unit"]["marks"][0]["earned"] == 0
        del expected[1][student]
    assert found == expected[1]
    others = [[row for row in one if row[0] not in ("bob", "kim")] for one in (book, expected[0])]
    assert others[0] == others[1] and len(book) == len(expected[0])
    (bobs,) = [row for row in book if row[:4] == ("bob", "unit", "half", "score")]
    assert bobs[4:7] == (0, 1, 3.5)  # a person's word stays, and asks for another look
    assert graded.leftovers() == []


def set_by_hand(root: Path, student: str, score: float) -> None:
    """What formgrader does when a person marks the exercise ``half``."""
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as book, book:
        changed = book.execute(
            """update grade set manual_score = ?, needs_manual_grade = 0
               where cell_id in (select id from base_cell where name = 'half') and notebook_id in
               (select submitted_notebook.id from submitted_notebook join submitted_assignment
                on submitted_assignment.id = submitted_notebook.assignment_id
                where student_id = ?)""",
            (score, student),
        )
        assert changed.rowcount == 1


# ------------------------------------------------------- those who work for the driver are killed


def below(pid: int) -> dict[int, str]:
    """The processes below a run's driver, nearer ones first, and what each is."""
    found = {}
    for child in descendants(pid):
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{child}/cmdline").read_bytes().decode("utf-8", "replace")
            if command.startswith("bwrap") or "/bwrap\0" in command:
                found[child] = "bwrap"
            elif "zygote.py" in command:
                found[child] = "zygote" if found.get(parent_of(child)) == "bwrap" else "notebook"
            elif "forkserver" in command:
                found[child] = "worker"
    return found


def test_workers_and_sandboxes_that_are_killed_at_any_moment(
    course: Course, undisturbed: Course
) -> None:
    chance = random.Random(21)
    killed = []
    for _ in range(2):
        run = course.start("--workers", "2", "--force")
        deadline = time.monotonic() + 30 + 3 * undisturbed.seconds
        try:
            for kind in chance.sample(["worker", "bwrap", "zygote", "notebook"], 4):
                time.sleep(chance.uniform(0, 0.25) * undisturbed.seconds)
                while run.poll() is None and time.monotonic() < deadline:
                    if these := [pid for pid, what in below(run.pid).items() if what == kind]:
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(chance.choice(these), signal.SIGKILL)
                            killed.append(kind)
                        break
                    time.sleep(0.005)
            assert run.wait(60 + 3 * undisturbed.seconds) == 0, course.said
        finally:
            kill_group(run)
        course.wait_for_silence()
        assert course.outcome() == undisturbed.outcome()
        assert course.leftovers() == []
    assert len(killed) >= 6


# ----------------------------------------------------------------------------- a full disk


@pytest.fixture
def small_disk(scratch: Path) -> Iterator[Path]:
    """A disk of its own with little room."""
    place = scratch / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m,nr_inodes=400", "none", place],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a disk can be mounted by root alone")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(place: Path, leave: int = 0) -> Path:
    """Use up the room at ``place`` but for some bytes; gives the file that does it."""
    path = place / "ballast"
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    os.truncate(path, max(0, path.stat().st_size - leave))
    return path


@pytest.mark.parametrize("leave", [0, 60_000])
def test_a_full_disk_under_the_course(
    handed_in: Path, undisturbed: Course, small_disk: Path, scratch: Path, leave: int
) -> None:
    """With no room at all, and with room for some of the class."""
    course = copied(handed_in, small_disk, scratch)
    ballast = fill(small_disk, leave)
    assert course.grade("--workers", "2") == 1, course.said
    assert "Stopped: There is no room left in" in course.said
    assert "type the same command again" in course.said and "Traceback" not in course.said
    assert course.leftovers() == []
    assert marks(course.root).items() <= marks(undisturbed.root).items()
    ballast.unlink()
    assert course.grade("--workers", "2") == 0, course.said
    assert course.outcome() == undisturbed.outcome()


def test_a_full_disk_under_the_sandboxes(
    graded: Course, undisturbed: Course, small_disk: Path
) -> None:
    """Whatever could not be graded for want of room keeps the marks that it had."""
    graded.log, graded.scratch = graded.scratch / "log", small_disk
    # room for one more name: with none at all Python takes another folder for temporary files
    names = [small_disk / str(number) for number in range(os.statvfs(small_disk).f_favail - 1)]
    for name in names:
        name.touch()
    only = ["--force", "--student", "ann", "--student", "bob"]
    for workers in ("1", "2"):
        assert graded.grade(*only, "--workers", workers) == 1, graded.said
        assert f"There is no room left in {small_disk}" in graded.said
        assert "Traceback" not in graded.said
        assert graded.outcome() == undisturbed.outcome()
    for name in names:
        name.unlink()
    assert graded.grade(*only, "--workers", "1") == 0, graded.said
    assert graded.outcome() == undisturbed.outcome()


# --------------------------------------------------------------------- others at the gradebook


LOCKER = """
import sqlite3, sys, time
book = sqlite3.connect(sys.argv[1], isolation_level=None)
book.execute("begin exclusive")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
book.execute("rollback")
"""


@contextlib.contextmanager
def locked(root: Path, seconds: float) -> Iterator[subprocess.Popen]:
    """The gradebook, while another program holds it."""
    command = [sys.executable, "-c", LOCKER, str(root / "gradebook.db"), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"locked\n"
        try:
            yield other
        finally:
            other.kill()


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(
    graded: Course, undisturbed: Course
) -> None:
    """Longer than the five seconds after which SQLite gives up by itself."""
    with locked(graded.root, 8) as other:
        assert graded.grade("--workers", "1", "--student", "ann", "--force") == 0, graded.said
        assert other.poll() is not None
    assert graded.outcome() == undisturbed.outcome()


def test_a_gradebook_that_stays_locked_is_told_of(graded: Course, undisturbed: Course) -> None:
    short = "from autograder.nbgrader_plugin import course_folder; course_folder.PATIENCE = 1"
    with locked(graded.root, 100):
        assert graded.grade("--workers", "1", "--force", patch=short) == 1
    assert "Stopped: The gradebook is locked by another program" in graded.said
    assert "Traceback" not in graded.said
    assert graded.outcome() == undisturbed.outcome()


def test_a_driver_keeps_the_course_to_itself(course: Course, undisturbed: Course) -> None:
    first = course.start("--workers", "1", "--student", "gil-loops")
    root = os.open(course.root, os.O_RDONLY)
    try:
        while first.poll() is None and "notebook" not in below(first.pid).values():
            time.sleep(0.02)
        with pytest.raises(BlockingIOError):
            fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert first.wait(60) == 0, course.said
    finally:
        os.close(root)
        kill_group(first)


def test_a_second_driver_does_nothing(course: Course, undisturbed: Course) -> None:
    root = os.open(course.root, os.O_RDONLY)
    fcntl.flock(root, fcntl.LOCK_EX)  # as a first driver holds it
    assert course.grade("--workers", "1") == 1
    assert "Busy: Another `autograder grade` is at work" in course.said
    assert not (course.root / "autograded").exists() and rows(course.root) == []
    os.close(root)


# ----------------------------------------------------------------------------- again and again


def test_grading_twice_gives_the_same_bytes(graded: Course, undisturbed: Course) -> None:
    """Numbers of processes and orders of sets included: nothing is left to chance."""
    telling = RIGHT + "\nimport os\nprint(set('abcdefgh'), os.getpid())\nhalf(1, 2)"
    hand_in(graded.root, "ann", telling)
    some = [
        "--force",
        *(word for name in ("ann", "bob", "eve-exits") for word in ("--student", name)),
    ]
    seen = []
    for workers in ("1", "2"):
        assert graded.grade(*some, "--workers", workers) == 0, graded.said
        seen.append(
            [path.read_bytes() for path in sorted(graded.root.glob(f"autograded/*/{UNIT}/*.ipynb"))]
        )
        seen.append(marks(graded.root))
    assert seen[0] == seen[2] and seen[1] == seen[3]
    assert "TypeError" in (graded.root / "autograded" / "ann" / UNIT / "unit.ipynb").read_text()


def test_a_changed_key_is_told_in_gains_and_losses(graded: Course) -> None:
    path = graded.root / "source" / UNIT / "exercises.py"
    text = path.read_text()
    path.write_text(text.replace("[(3,), (5,), (9,)]", "[(3,), (5,), (9,)], worth=3"))
    some = [word for name in ("ann", "bob") for word in ("--student", name)]
    assert graded.grade(*some, "--workers", "1") == 0, graded.said
    assert "(0 unchanged, kept)" in graded.said
    assert "ann: " not in graded.said
    assert "bob: half 2 → 1 (the key changed)" in graded.said
    assert graded.grade(*some, "--workers", "1") == 0
    assert "(2 unchanged, kept)" in graded.said and "Changed" not in graded.said
    assert "graded again" not in graded.said
    path.write_text(path.read_text().replace("(5,), (9,)]", "(5,), (11,)]"))
    assert graded.grade(*some, "--workers", "1") == 0
    assert "2 graded again (the key changed): nobody's points changed." in graded.said


def test_an_old_gradebook_is_filled_again(
    handed_in: Path, graded: Course, undisturbed: Course
) -> None:
    shutil.copy(handed_in / "gradebook.db", graded.root)  # from a time when nobody had been graded
    assert graded.grade("--workers", "2") == 0, graded.said
    assert "(0 unchanged, kept)" in graded.said
    assert graded.outcome() == undisturbed.outcome()


# ------------------------------------------------------------------------------- out of time


# Three steps of niceness leave the notebook a third of a core.  More would be unfair: who waits for
# more than PATIENCE times a limit has lost, however slow the machine.
BURN = "import os\nos.nice(-3) if os.geteuid() == 0 else 0\nwhile True: pass"
ASKED = len(load(KEY).exercises["half"].questions)
WORKS = f"""
import time
def works(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds: pass
def half(n):
    works({0.6 * LIMITS["answer_seconds"] / ASKED})
    return n // 2
def square(x):
    works({0.6 * LIMITS["cell_seconds"]})
    return x * x
"""


@contextlib.contextmanager
def heavy_load() -> Iterator[None]:
    """Every core is wanted by others, who come first where that is allowed."""
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def test_who_shares_the_processor_loses_nothing(graded: Course) -> None:
    """60 % of a limit alone is more than all of it beside others."""
    hand_in(graded.root, "ann", WORKS)
    with heavy_load():
        assert graded.grade("--student", "ann", "--workers", "1") == 0, graded.said
    unit = marks(graded.root)["ann"]["notebooks"]["unit"]
    assert [mark["earned"] for mark in unit["marks"]] == [4, 2, 0], unit
    assert unit["flags"] == []


COUNT = """
import os, pathlib
from autograder.workers import pool
grade = pool.grade

def counted(task):
    with open(os.environ["TMPDIR"] + "/gradings", "a") as file:
        file.write(task.student + "\\n")
    return grade(task)

pool.grade = counted
"""


def test_an_endless_loop_and_a_sleeper_run_once(graded: Course) -> None:
    hand_in(
        graded.root, "ann", "def half(n):\n    return n // 2\ndef square(x):\n    while True: pass"
    )
    hand_in(
        graded.root,
        "bob",
        "import time\ndef half(n):\n    return n // 2\ndef square(x):\n    time.sleep(99)",
    )
    some = ["--student", "ann", "--student", "bob", "--workers", "1"]
    assert graded.grade(*some, patch=COUNT) == 0, graded.said
    assert (graded.scratch / "gradings").read_text().split() == ["ann", "bob"]
    for student in ("ann", "bob"):
        unit = marks(graded.root)[student]["notebooks"]["unit"]
        assert [mark["earned"] for mark in unit["marks"]] == [4, 0, 0], unit
        assert [flag["kind"] for flag in unit["flags"]] == ["timeout"]
