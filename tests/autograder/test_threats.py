"""One class of attackers, one after the other in one worker, and honest students among them.

The same submissions are graded in a unit with a key and in a unit without one.  With a key nobody
earns what they did not compute.  Without one nbgrader's rule holds, by which the student's own
process says whether a test passed: who changes what a test is (``FOOLED``) is found by canaries,
and waits for a person.  In both, nothing leaks, nothing is left for the next, and everyone has a record.

Every attacker's answer is wrong, so that each point is an unearned one.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.driver import Graded
from autograder.nbgrader_plugin.course_folder import CourseFolder, find_own_programs
from autograder.nbgrader_plugin.releasing import release
from autograder.run import grade_unit
from tests.support.cells import cell, notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(600)]

KEYED, PLAIN = "01-keyed", "02-plain"
CONFIG = """
from autograder.nbgrader_plugin.plugin import configure

c = get_config()
configure(c)
c.CourseDirectory.course_id = "threats"
c.Engine.limits = {"cell_seconds": 2, "answer_seconds": 2, "notebook_seconds": 20}
"""
KEY = """
from exercises.authoring import Group, exercise


@exercise(points=4, returns="W * H", examples={}, groups=[Group("sides", [(41, 43), (47, 53)])])
def area(W, H):
    return W * H


@exercise(points=2, returns="W * H * D", examples={}, groups=[Group("sides", [(59, 61, 67)])])
def volume(W, H, D):
    return W * H * D
"""
ASSERTS = """assert area(2, 3) == 6
assert area(4, 5) == 20
### BEGIN HIDDEN TESTS
assert area(47, 53) == 2491
### END HIDDEN TESTS"""
NUMPY = "import numpy.testing\nnumpy.testing.assert_equal(volume(2, 3, 4), 24)"
POINTS = {"area": 4.0, "volume": 2.0}
RIGHT = {"area": "def area(W, H): return W * H", "volume": "def volume(W, H, D): return W * H * D"}
WRONG = {"area": "def area(W, H): return -1", "volume": "def volume(W, H, D): return -1"}


def unit() -> NotebookNode:
    """Two exercises, one tested by asserts and one with NumPy, and code that a person reads."""
    cells = []
    for name, test in (("area", ASSERTS), ("volume", NUMPY)):
        answer = f"### BEGIN SOLUTION\n{RIGHT[name]}\n### END SOLUTION"
        cells.append(cell(answer, f"{name}-answer", solution=True))
        cells.append(cell(test, name, POINTS[name]))
    cells.append(cell("### BEGIN SOLUTION\n1\n### END SOLUTION", "by-hand", 3, solution=True))
    return notebook(*cells)


def cell_of(nb: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


# ------------------------------------------------------------------------------ the attackers


@dataclass
class Attacker:
    """What a student writes first and as answers, what else they do to the file, and beside it.

    ``fooled`` are the points that the process claims in a unit without a key, where a person then
    decides; the first cell prints FOUND for whatever it finds and should not.
    """

    first: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    tamper: Callable[[NotebookNode], object] = lambda nb: None
    files: dict[str, str] = field(default_factory=dict)
    fooled: dict[str, float] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


FOOLED = {"fooled": {"area": 4.0}}
ALL_FOOLED = {"fooled": POINTS}


def says(line: str) -> dict[str, str]:
    """A wrong answer that does something first."""
    return {"area": f"import os, sys\ndef area(W, H):\n    {line}\n    return -1"}


def retag(name: str, **fields) -> Callable[[NotebookNode], object]:
    return lambda nb: cell_of(nb, name).metadata.nbgrader.update(fields)


def claims_to_be_given(source: str) -> Callable[[NotebookNode], object]:
    """A first cell that says of itself that it is the instructor's."""
    about = {"grade_id": "given", "locked": True, "grade": False, "solution": False}
    return lambda nb: nb.cells.insert(0, new_code_cell(source, metadata={"nbgrader": about}))


def everywhere(**metadata) -> Callable[[NotebookNode], object]:
    return lambda nb: [cell.metadata.update(metadata) for cell in nb.cells]


DROP_ASSERTS = """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Drop())
"""
RUN_NOTHING = """
shell = type(get_ipython())
real = shell.run_cell_async
async def lazy(self, source, **options):
    return await real(self, "pass", **{**options, "transformed_cell": "pass"})
shell.run_cell_async = lazy
"""
READ_THE_TEST = """
import re
def area(W, H):
    found = re.search(rf"area\\({W}, {H}\\) == (\\d+)", get_ipython().user_ns["In"][-1])
    return int(found[1]) if found else -1
"""
LOOK_FOR_THE_KEY = """
import gc, sys
def search(*args):
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("autograder"):
            print("FOUND", module)
    for thing in gc.get_objects():
        if getattr(thing, "__name__", "").startswith("reference"):
            print("FOUND", thing)
            return thing(*args)
    frame = sys._getframe()
    while frame := frame.f_back:
        for value in frame.f_locals.values():
            if type(value) is int and value == 1763:
                return value
    return -1
area = volume = search
search(1, 2)
"""
FORGE_THE_END = """
import json
kernel = get_ipython().kernel
def area(W, H):
    end = {"done": {"status": "ok", "execution_count": 1}, "cell": kernel.session.cell}
    kernel.session.link.sendall(json.dumps(end).encode() + b"\\n")
    return -1
"""
FORGE_A_WITNESS = """
import json, socket, witness
def answer_all(address, ticket):
    link = socket.socket(socket.AF_UNIX)
    link.connect(address)
    lines = link.makefile("rwb")
    for value in ({"ticket": ticket}, [[1763]], {"credit": 1}, {"mark": 4.0}):
        lines.write(json.dumps(value).encode() + b"\\n")
    lines.flush()
witness.freeze = lambda *_: {"frozen": "packed", "pack": "eA=="}
witness.testify = answer_all
"""
PICKLED = """
import os
class Evil:
    def __reduce__(self):
        return os.system, ("touch ROOT/pwned",)
def area(W, H):
    return Evil()
"""
READ_EVERYTHING = """
import course, glob, os, sys
own = (course.__file__, sys.prefix, sys.base_prefix)  # wherever they lie
hidden = ["ROOT", "ROOT/source/01-keyed/exercises.py", "ROOT/gradebook.db", "ROOT/submitted/m-honest",
          os.path.join(*[".."] * 12, "ROOT/source")]
for path in [*hidden, *glob.glob("/tmp/*"), *glob.glob("/dev/shm/*"), "/etc/shadow"]:
    if os.path.exists(path) and not any(one.startswith(path) for one in own):
        print("FOUND", path)
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"SECRET" in open(path, "rb").read():
            print("FOUND", path)
    except OSError:
        pass
"""
WRITE_THE_GRADEBOOK = """
import os, sqlite3, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        if os.fork() == 0:
            os.execlp("sleep", "sleep", "31337")
        for _ in range(100):
            for path in ("ROOT/gradebook.db", "../gradebook.db", "../../../gradebook.db"):
                try:
                    with sqlite3.connect("file:" + path + "?mode=rw", uri=True) as book:
                        book.execute("update grade set manual_score = 15")
                except sqlite3.Error:
                    time.sleep(0.05)
    os._exit(0)
"""
PLANT = """
import course, numpy, pathlib
home = pathlib.Path.home()
python = f"python{__import__('sys').version_info[0]}.{__import__('sys').version_info[1]}"
code = "print('FOUND'); import builtins; builtins.AssertionError = KeyError"
for place in (".ipython/profile_default/startup/x.py", f".local/lib/{python}/site-packages/usercustomize.py",
              ".jupyter/jupyter_config.py", ".local/share/jupyter/kernels/python3/kernel.json", ".bashrc",
              "work/sitecustomize.py", "work/numpy.py", "work/course.py", "/tmp/planted.py", "/dev/shm/planted.py"):
    path = home / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
for module in (numpy, course):
    try:
        pathlib.Path(module.__file__).write_text(code)
        print("FOUND", module)
    except OSError:
        pass
numpy.pi = 3  # the warm process has imported it too
"""
LOOK_FOR_PLANTS = """
import os, pathlib, numpy
for place in ("~", "/tmp", "/dev/shm"):
    for folder, _, names in os.walk(pathlib.Path(place).expanduser()):
        if os.access(folder, os.W_OK):  # not this Python's own, wherever it lies
            for name in names:
                if name != "p1.ipynb":  # its own notebook, as it was handed in
                    print("FOUND", folder, name)
if numpy.pi == 3:
    print("FOUND a changed numpy")
"""
ATTACK_THE_ZYGOTE = """
import ctypes, glob, os, signal, socket
libc = ctypes.CDLL(None)
me = {os.getpid(), os.getppid(), 1}
for pid in range(1, 400):
    if pid in me:
        continue
    try:
        os.kill(pid, 0)
        print("FOUND process", pid)
    except OSError:
        pass
for pid in (1, os.getppid()):
    if libc.ptrace(16, pid, 0, 0) == 0:
        print("FOUND a way to trace", pid)
    try:
        open(f"/proc/{pid}/root/opt/autograder/zygote.py", "r+b")
        print("FOUND a way into", pid)
    except OSError:
        pass
for path in [*glob.glob("/tmp/sw-*/s/control"), *glob.glob("/opt/**/control*", recursive=True)]:
    print("FOUND", path)
for line in open("/proc/net/unix").read().splitlines():  # names can be seen, not reached
    path = line.split()[-1]
    if "control" in path:
        try:
            socket.socket(socket.AF_UNIX).connect(path.replace("control~", "control"))
            print("FOUND a way to the warm process")
        except OSError:
            pass
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
    os.kill(-1, number)
"""
NEXT_KERNEL = """
import glob, os, socket
for port in (*range(5000, 5200), *range(8880, 8900)):
    with socket.socket() as link:
        if link.connect_ex(("127.0.0.1", port)) == 0:
            print("FOUND port", port)
for path in ("/run/**", "/root/**", os.path.expanduser("~/.local/**"), "/tmp/sw-*/**"):
    for found in glob.glob(path + "/kernel-*", recursive=True):
        print("FOUND", found)
"""
RANDOM = """
import random, numpy
print("random", random.random(), numpy.random.random())
"""
POISON = "class testing:\n    assert_equal = staticmethod(lambda *a, **k: None)\n"

ATTACKERS: dict[str, Attacker] = {
    # 1
    "skip-tag": Attacker(tamper=everywhere(tags=["skip-execution"]), flags={"retagged"}),
    # 2, 3
    "displayhook": Attacker(answers=says("sys.displayhook('x')")),
    "displayhook-nan": Attacker(answers=says("sys.displayhook(float('nan'))")),
    "displayhook-much": Attacker(answers=says("sys.displayhook(100.0)")),
    # 4
    "flip-solution": Attacker(tamper=retag("by-hand", solution=False), flags={"retagged"}),
    # 5 to 8
    "ast": Attacker(DROP_ASSERTS, **FOOLED),
    "ast-as-the-instructors": Attacker(tamper=claims_to_be_given(DROP_ASSERTS), **FOOLED),
    "ast-behind-arithmetic": Attacker(
        answers={"area": f"x = 1\n{DROP_ASSERTS}\ndef area(W, H): return -x"}, **FOOLED
    ),
    "input": Attacker(
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])", **ALL_FOOLED
    ),
    "run-cell": Attacker(RUN_NOTHING, **ALL_FOOLED),
    "compiler": Attacker(
        "type(get_ipython().compile).__call__ = lambda self, s, f, m: compile(s, f, m, optimize=2)",
        **FOOLED,
    ),
    # 9
    "equal": Attacker(
        answers={"area": "class Yes:\n    __eq__ = lambda *_: True\ndef area(W, H): return Yes()"},
        **FOOLED,
    ),
    "equal-int": Attacker(
        answers={
            "area": "class Yes(int):\n    __eq__ = lambda *_: True\n    __hash__ = int.__hash__\n"
            "def area(W, H): return Yes()"
        },
        **FOOLED,
    ),
    # 10, 26
    "reads-the-test": Attacker(answers={"area": READ_THE_TEST}, **FOOLED),
    "looks-for-the-key": Attacker(answers={"volume": LOOK_FOR_THE_KEY}),
    "patched-numpy": Attacker(
        "import numpy.testing\nnumpy.testing.assert_equal = lambda *_, **__: None",
        fooled={"volume": 2.0},
    ),
    # 12 to 15, 29
    "writes-the-gradebook": Attacker(WRITE_THE_GRADEBOOK),
    "reads-everything": Attacker(READ_EVERYTHING),
    "plants": Attacker(PLANT),
    "plants-next": Attacker(LOOK_FOR_PLANTS),
    # 16
    "duplicate": Attacker(
        tamper=lambda nb: nb.cells.append(cell_of(nb, "area").copy()), flags={"duplicated"}
    ),
    "schema": Attacker(tamper=retag("area", schema_version=2)),
    "schema-99": Attacker(tamper=retag("area", schema_version=99)),
    # 17, 18, 20
    "exit-first": Attacker("import os; os._exit(0)", flags={"died"}),
    "deaf-first": Attacker(
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)",
        flags={"timeout"},
    ),
    "exit": Attacker(answers=says("os._exit(0)"), flags={"died"}),
    "deaf-loop": Attacker(
        answers={
            "volume": "import signal\ndef volume(W, H, D):\n"
            "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True: pass"
        },
        flags={"timeout"},
    ),
    "loop": Attacker(answers=says("while True: pass"), flags={"timeout"}),
    "sys-exit": Attacker(answers=says("sys.exit(0)")),
    "interrupt": Attacker(answers=says("raise KeyboardInterrupt")),
    "skip-test": Attacker(answers=says("import unittest; raise unittest.SkipTest")),
    "showtraceback": Attacker("get_ipython().showtraceback = lambda *_, **__: None"),
    "custom-exception": Attacker(
        "get_ipython().set_custom_exc((Exception,), lambda *_, **__: None)"
    ),
    "raw": Attacker(
        tamper=lambda nb: cell_of(nb, "area").update(cell_type="raw"), flags={"retyped"}
    ),
    "deleted": Attacker(
        tamper=lambda nb: nb.cells.remove(cell_of(nb, "area")), flags={"deleted"}
    ),
    "retagged": Attacker(tamper=retag("area", points=100, locked=False), flags={"retagged"}),
    "test-rewritten": Attacker(
        tamper=lambda nb: cell_of(nb, "area").update(source="4"), flags={"edited"}
    ),
    # 19
    "long-lines": Attacker("print('x' * 30_000_000)\nprint('y' * 30_000_000)", flags={"output"}),
    # 23, 24
    "zygote": Attacker(ATTACK_THE_ZYGOTE),
    "other-kernels": Attacker(NEXT_KERNEL),
    "forged-end": Attacker(answers={"area": FORGE_THE_END}, **FOOLED),
    "forged-witness": Attacker(FORGE_A_WITNESS),
    "pickled": Attacker(answers={"area": PICKLED}),
    # 25
    "shadows": Attacker(
        files={"numpy.py": POISON, "sitecustomize.py": "print('FOUND')", "conftest.py": "1 / 0",
               "json.py": "1 / 0", "witness.py": "1 / 0", "course/answers.py": "1 / 0"},
    ),
    # 27
    "knows-it": Attacker(
        answers=says("if 'NBGRADER_EXECUTION' in os.environ: return 1763")
    ),
    # 30
    "random-1": Attacker(RANDOM),
    "random-2": Attacker(RANDOM),
}  # fmt: skip
HONEST = ("a-honest", "m-honest", "z-honest")


# ------------------------------------------------------------------------------- the gradings


@dataclass
class Gradings:
    """Both units, graded."""

    folder: CourseFolder
    graded: dict[str, dict[str, Graded]]

    def earned(self, unit: str, student: str) -> dict[str, float | None]:
        """A student's points by exercise, from the gradebook."""
        query = """select base_cell.name, auto_score, manual_score from grade
            join base_cell on base_cell.id = grade.cell_id
            join submitted_notebook on submitted_notebook.id = grade.notebook_id
            join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
            join assignment on assignment.id = submitted_assignment.assignment_id
            join student on student.id = submitted_assignment.student_id
            where student.id = ? and assignment.name = ?"""
        with sqlite3.connect(Path(self.folder.course.root) / "gradebook.db") as book:
            rows = list(book.execute(query, (student, unit)))
        assert {manual for *_, manual in rows} == {None}, "nobody wrote a manual score"
        return {name: score for name, score, _ in rows}

    def flags(self, unit: str, student: str) -> set[str]:
        """The kinds of a student's flags."""
        return {flag["kind"] for flag in self.graded[unit][student].notebooks["p1"]["flags"]}

    def printed(self, unit: str, student: str) -> str:
        """What a student's notebook printed."""
        path = self.folder.path("autograded", student, unit) / "p1.ipynb"
        outputs = [out for c in nbformat.read(path, 4).cells for out in c.get("outputs", [])]
        return "".join(out.get("text", "") for out in outputs)


def submission(folder: CourseFolder, unit: str, who: Attacker, wrong: bool = True) -> NotebookNode:
    nb = nbformat.read(folder.path("release", ".", unit) / "p1.ipynb", as_version=4)
    for name, answer in ({**WRONG, **who.answers} if wrong else RIGHT).items():
        cell_of(nb, f"{name}-answer").source = answer
    who.tamper(nb)
    if who.first:
        nb.cells.insert(0, new_code_cell(who.first))
    return nb


@pytest.fixture(scope="module")
def gradings(tmp_path_factory) -> Gradings:
    root = tmp_path_factory.mktemp("threats") / "course"
    for name in (KEYED, PLAIN):
        (root / "source" / name).mkdir(parents=True)
        nbformat.write(unit(), root / "source" / name / "p1.ipynb")
    (root / "source" / KEYED / "exercises.py").write_text(KEY)
    (root / "nbgrader_config.py").write_text(CONFIG)
    folder = CourseFolder.open(root)
    graded = {}
    os.environ["SECRET_OF_THE_GRADER"] = "SECRET"
    for name in (KEYED, PLAIN):
        release(folder, name)
        everyone = {**ATTACKERS, **dict.fromkeys(HONEST, Attacker())}
        for student, who in everyone.items():
            place = folder.path("submitted", student, name)
            place.mkdir(parents=True)
            nb = submission(folder, name, who, wrong=student not in HONEST)
            text = json.dumps(nb).replace("ROOT", str(root))
            (place / "p1.ipynb").write_text(text)
            for file, content in who.files.items():
                (place / file).parent.mkdir(exist_ok=True)
                (place / file).write_text(content)
        graded[name] = {one.student: one for one in grade_unit(folder, name, workers=3)}
        assert graded[name].keys() == everyone.keys()
    del os.environ["SECRET_OF_THE_GRADER"]
    return Gradings(folder, graded)


@pytest.mark.parametrize("student", ATTACKERS)
def test_with_a_key_nobody_earns_what_they_did_not_compute(gradings, student):
    assert not gradings.graded[KEYED][student].failed
    earned = gradings.earned(KEYED, student)
    assert (earned["area"], earned["volume"]) == (0, 0)


@pytest.mark.parametrize("student", ATTACKERS)
def test_without_a_key_the_students_process_can_lie_and_nothing_else(gradings, student):
    assert not gradings.graded[PLAIN][student].failed
    earned, fooled = gradings.earned(PLAIN, student), ATTACKERS[student].fooled
    for name in POINTS:
        assert earned[name] == (None if name in fooled else 0), name
    assert ("tampered" in gradings.flags(PLAIN, student)) >= bool(fooled)


@pytest.mark.parametrize("unit", [KEYED, PLAIN])
@pytest.mark.parametrize("student", HONEST)
def test_honest_students_among_them_earn_everything(gradings, unit, student):
    earned = gradings.earned(unit, student)
    assert {name: earned[name] for name in POINTS} == POINTS
    assert gradings.flags(unit, student) == set()


@pytest.mark.parametrize("unit", [KEYED, PLAIN])
def test_nothing_leaks_and_nothing_is_left_for_the_next(gradings, unit):
    for student in gradings.graded[unit]:
        assert "FOUND" not in gradings.printed(unit, student), student


@pytest.mark.parametrize("unit", [KEYED, PLAIN])
def test_what_a_person_should_see_is_flagged(gradings, unit):
    for student, who in ATTACKERS.items():
        # with a key an answer that ends or loops is met by the witness alone, without a key in a cell
        there = gradings.flags(unit, student)
        assert who.flags <= there, (student, there)


@pytest.mark.parametrize("unit", [KEYED, PLAIN])
def test_what_is_read_by_a_person_stays_to_be_read(gradings, unit):
    assert gradings.earned(unit, "flip-solution")["by-hand"] == 0, "it was left as released"


def test_nothing_runs_on_and_nothing_was_written(gradings):
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "sleep 31337" not in listed.stdout
    root = Path(gradings.folder.course.root)
    assert not (root / "pwned").exists()
    assert {path.name for path in root.iterdir()} <= {
        "autograded", "gradebook.db", "nbgrader_config.py", "release", "source", "submitted",
    }  # fmt: skip


def test_two_notebooks_draw_different_random_numbers(gradings):
    one, two = (gradings.printed(KEYED, name) for name in ("random-1", "random-2"))
    assert "random" in one and one != two


def test_graded_notebooks_stay_small(gradings):
    for student in ATTACKERS:
        path = gradings.folder.path("autograded", student, PLAIN) / "p1.ipynb"
        assert path.stat().st_size < 300_000, student


def test_a_resubmission_without_its_tests_keeps_no_points(gradings):
    folder = gradings.folder
    for unit in (KEYED, PLAIN):
        path = folder.path("submitted", "a-honest", unit) / "p1.ipynb"
        before = path.read_bytes()
        try:
            empty = Attacker(tamper=lambda nb: nb.cells.clear())
            path.write_text(nbformat.writes(submission(folder, unit, empty)))
            grade_unit(folder, unit, students=["a-honest"])
            earned = gradings.earned(unit, "a-honest")
            assert (earned["area"], earned["volume"]) == (0, 0)
        finally:
            path.write_bytes(before)
            grade_unit(folder, unit, students=["a-honest"])


# ------------------------------------------------------------------- what lies in a submission


def nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    find_own_programs()
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def links(gradings, tmp_path_factory) -> tuple[CourseFolder, Path]:
    """A course in which submissions hold links and what is no file; and a secret outside of it."""
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("SECRET")
    root = tmp_path_factory.mktemp("links") / "course"
    shutil.copytree(Path(gradings.folder.course.root) / "source", root / "source")
    (root / "nbgrader_config.py").write_text(CONFIG)
    folder = CourseFolder.open(root)
    release(folder, PLAIN)

    def student(name: str) -> Path:
        place = folder.path("submitted", name, PLAIN)
        place.mkdir(parents=True)
        right = submission(folder, PLAIN, Attacker(), wrong=False)
        (place / "p1.ipynb").write_text(nbformat.writes(right))
        return place

    student("honest")
    mallory = student("mallory")
    (mallory / "mine.txt").write_text("mine")
    (mallory / "link.txt").symlink_to(secret)
    (mallory / "up.txt").symlink_to("../../../source/01-keyed/exercises.py")
    (mallory / "folder").symlink_to(root / "source")
    (mallory / "nowhere").symlink_to("nowhere")
    (mallory / "endless").symlink_to("/dev/zero")
    os.mkfifo(mallory / "pipe")
    (mallory / "timestamp.txt").symlink_to("/dev/zero")
    (student("no-time") / "timestamp.txt").write_text("9999-99-99 not a time\n")
    linked = student("linked")
    (linked / "p1.ipynb").unlink()
    (linked / "p1.ipynb").symlink_to(root / "source" / PLAIN / "p1.ipynb")
    endless = student("endless")
    (endless / "p1.ipynb").unlink()
    (endless / "p1.ipynb").symlink_to("/dev/zero")
    with open(student("huge") / "p1.ipynb", "wb") as file:
        file.truncate(2**40)  # takes no room on the disk
    student('<img src=x onerror="1">')
    return folder, secret


EVERYONE = {"honest", "mallory", "no-time", "linked", "endless", "huge"}


def check_links(folder: CourseFolder) -> None:
    """Everyone has a record, nothing of the instructor's was copied, and a person is told."""
    graded = {path.name for path in (Path(folder.course.root) / "autograded").iterdir()}
    assert graded == EVERYONE
    # what is too large to be read waits for a person
    for name, auto in (
        ("honest", 4),
        ("mallory", 4),
        ("no-time", 4),
        ("linked", 0),
        ("huge", None),
    ):
        with folder.gradebook() as gradebook:
            grade = gradebook.find_grade("area", "p1", PLAIN, name)
            assert grade.auto_score == auto, name
    place = folder.path("autograded", "mallory", PLAIN)
    assert {path.name for path in place.rglob("*")} == {"p1.ipynb", "marks.json", "mine.txt"}
    for path in (Path(folder.course.root) / "autograded").rglob("*"):
        assert path.is_dir() or b"SECRET" not in path.read_bytes()
    marks = json.loads((place / "marks.json").read_text())
    flagged = {
        f["says"].split()[0] for f in marks["notebooks"]["p1"]["flags"] if f["kind"] == "link"
    }
    assert flagged == {
        "link.txt",
        "up.txt",
        "folder",
        "nowhere",
        "endless",
        "pipe",
        "timestamp.txt",
    }


def test_links_and_endless_files_do_no_harm_through_nbgraders_door(links):
    folder, _ = links
    done = nbgrader(Path(folder.course.root), "autograde", PLAIN)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "is no name for a student" in done.stderr
    check_links(folder)


def test_links_and_endless_files_do_no_harm_through_the_engines_door(links):
    folder, _ = links
    assert {one.student for one in grade_unit(folder, PLAIN, force=True, workers=1)} == EVERYONE
    check_links(folder)


def test_collecting_from_the_exchange_follows_no_link(links, tmp_path):
    folder, secret = links
    root = Path(folder.course.root)
    inbound = tmp_path / "exchange" / "threats" / "inbound"
    for name in ("eve", "trent"):
        place = inbound / f"{name}+{PLAIN}+2026-01-02 03:04:05 UTC+random"
        place.mkdir(parents=True)
        (place / "p1.ipynb").write_text("{}")
    (place.parent / f"oscar+{PLAIN}+2026-01-02 03:04:05 UTC+random").symlink_to(
        root / "source" / PLAIN
    )
    eve = inbound / f"eve+{PLAIN}+2026-01-02 03:04:05 UTC+random"
    (eve / "link.txt").symlink_to(secret)
    (eve / "folder").symlink_to(secret.parent)
    os.mkfifo(eve / "pipe")
    done = nbgrader(root, "collect", PLAIN, f"--Exchange.root={tmp_path / 'exchange'}")
    assert done.returncode == 0, done.stderr
    collected = {name: sorted(p.name for p in (root / "submitted" / name / PLAIN).rglob("*"))
                 for name in ("eve", "trent")}  # fmt: skip
    assert collected == {"eve": ["p1.ipynb"], "trent": ["p1.ipynb"]}
    assert not (root / "submitted" / "oscar" / PLAIN).exists()
    assert done.stderr.count("Left out") == 4
