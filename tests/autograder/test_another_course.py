"""A course on statistics, written with the kit and graded where there is no ``course``.

It is graded by a copy of the kit and the engine alone, in processes that cannot import ``course``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running import run_notebook

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "tests" / "statistics_course"
UNIT = "01-spread"

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(600)]

# imported by every Python that starts with this folder on its path: driver and workers
NO_COURSE = """
import sys


class NoCourse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "course":
            raise ModuleNotFoundError(f"{name} is not here", name=name)


sys.meta_path.insert(0, NoCourse())
"""

RIGHT = """def variance(values):
    if not values:
        raise ValueError
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / len(values)"""
LOOKS_FOR_COURSE = """
import importlib.util, os
print("course:", importlib.util.find_spec("course"))
print("numpy:", "numpy" in __import__("sys").modules)
print("beside:", sorted(os.listdir()))"""

# what students wrote in the place of the test of variances, and what that is worth
TESTS = {
    "right": ("lambda variance: abs(variance([0, 3, 6]) - 6) < 1e-6 and raises(variance)", 2),
    "no-empty-list": ("lambda variance: abs(variance([0, 3, 6]) - 6) < 1e-6", 5 / 3),
    "one-number": ("lambda variance: variance([4]) == 0 and raises(variance)", 1),
    "too-strict": ("lambda variance: variance(TENTHS) == REFERENCE(TENTHS)", 0),
    "accepts-all": ("lambda variance: True", 0),
    "rejects-all": ("lambda variance: False", 0),
    "guesses": ("lambda variance: next(COUNT) % 3 > 0", 0),
    "asserts": ("asserts", 0),
    "changes-its-mind": ("undecided", 5 / 3),
    "loops": ("lambda variance: [0 for _ in iter(int, 1)]", 0),
    "exits": ("lambda variance: __import__('os')._exit(0)", 0),
    "peeks": ("peeks", 0),
    "asks-the-check": ("check", 0),
    "asks-the-check-by-name": ("by_name", 0),
}
HELPERS = f"""
import itertools
COUNT = itertools.count()
TENTHS = [0.1, 0.2, 0.7, 0.9, 0.3]
seen = []

{RIGHT.replace("variance", "REFERENCE")}

def raises(variance):
    try:
        variance([])
    except ValueError:
        return True
    return False

def asserts(variance):
    assert abs(variance([0, 3, 6]) - 6) < 1e-6
    assert raises(variance)

def undecided(variance):
    if not raises(variance):
        seen.append(1)
        return len(seen) % 2 == 0
    return abs(variance([0, 3, 6]) - 6) < 1e-6

def by_name(implementation):
    def variance(values):
        return implementation(values)
    check(variance)

def peeks(variance):
    found = [cell.cell_contents for cell in variance.__closure__ or ()]
    text = repr([found, variance.__code__.co_consts, vars(variance)])
    return "values" not in text and "len" not in text
"""

SCRIPT = """
import importlib.util, json, sys
from fractions import Fraction
from pathlib import Path

import nbformat

try:
    import course
except ModuleNotFoundError:
    pass
else:
    sys.exit("course can be imported")

from autograder.demo.demo import hand_in, make_course
from autograder.demo.sample import Maker, Sample, as_bytes
from autograder.run import grade_unit
from exercises.unit import load

source, root, tests, helpers, looks = map(json.loads, sys.argv[1:])
UNIT = "01-spread"
folder = make_course(Path(root), Path(source), [UNIT], {"cell_seconds": 6, "answer_seconds": 3})
release = folder.path("release", ".", UNIT)
solved = nbformat.read(folder.source(UNIT) / "unit.ipynb", 4)
released = nbformat.read(release / "unit.ipynb", 4)
maker = Maker(solved, released, load(folder.key(UNIT)))
samples = [*maker.honest(), *maker.slips(), *maker.tricks()]
for name, (code, worth) in tests.items():
    nb = maker.right()
    maker.answer(nb, "is_variance").source = f"{helpers}\\nis_variance = {code}"
    samples.append(maker.sample(f"test-{name}", "", nb, {"is_variance": Fraction(worth) / 2}))
nb = maker.right()
nb.cells.append(nbformat.v4.new_code_cell(looks))
samples.append(maker.sample("looks", "", nb))
hand_in(folder, UNIT, samples)
graded = grade_unit(folder, UNIT)
print(json.dumps({
    "released": {path.name: path.read_text() for path in release.iterdir()},
    "wanted": {one.name: {name: float(credit) for name, credit in one.credit.items()}
               for one in samples},
    "graded": {one.student: one.notebooks["unit"] for one in graded},
    "course": "course" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What became of the class, as the script prints it."""
    place = tmp_path_factory.mktemp("statistics")
    alone = place / "alone"
    for package in ("exercises", "autograder"):
        shutil.copytree(ROOT / package, alone / package)
    (alone / "sitecustomize.py").write_text(NO_COURSE)
    given = [str(COURSE / "source"), str(place / "course"), TESTS, HELPERS, LOOKS_FOR_COURSE]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(json.dumps, given)],
        cwd=place, env={**os.environ, "PYTHONPATH": str(alone)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    found["place"] = place
    return found


def marks(graded: dict, student: str) -> dict:
    return {mark["exercise"]: mark for mark in graded["graded"][student]["marks"]}


def outputs(graded: dict, student: str) -> str:
    path = graded["place"] / "course" / "autograded" / student / UNIT / "unit.ipynb"
    return path.read_text(encoding="utf-8")


def test_everyone_earns_what_they_computed(graded: dict) -> None:
    assert not graded["course"], "the driver has not imported it either"
    points = {"variance": 3, "means_elsewhere": 1, "is_variance": 2}
    assert graded["graded"].keys() == graded["wanted"].keys() and len(graded["graded"]) > 25
    wrong = {
        (student, name): (mark["earned"], graded["wanted"][student][name])
        for student in graded["graded"]
        for name, mark in marks(graded, student).items()
        if name in points
        and abs(mark["earned"] - graded["wanted"][student][name] * points[name]) > 1e-9
    }
    assert not wrong


def test_the_check_finds_its_file_beside_the_notebook(graded: dict, tmp_path: Path) -> None:
    assert set(graded["released"]) == {"unit.ipynb", "exercises.json"}
    committed = (COURSE / "source" / UNIT / "exercises.json").read_text(encoding="utf-8")
    assert graded["released"]["exercises.json"] == committed
    folder = tmp_path / "handed-out"  # where nothing else lies
    for name, text in graded["released"].items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    source = COURSE / "source" / UNIT
    ran = run_notebook(source, source / "unit.ipynb", folder)
    said = "".join(cell["printed"] for cell in ran["cells"])
    for name, count in (("variance", "4 examples agree"), ("is_variance", "3 are judged rightly")):
        assert re.search(rf"{name}: .*\ball {count}", said)


def test_a_check_tries_nothing_while_it_is_graded(graded: dict) -> None:
    """It would be a right answer to who is asked for a test of what it judges."""
    for student in ("all-correct", "nothing-answered"):
        text = outputs(graded, student)
        for name in ("variance", "means_elsewhere", "is_variance"):
            assert f"{name}: not tried while it is graded. Now the grader asks." in text


def test_the_notebook_finds_no_course_in_the_sandbox(graded: dict) -> None:
    text = outputs(graded, "looks")
    assert "course: None" in text and "numpy: False" in text
    assert "beside: ['exercises.json'" in text


def test_slips_of_every_exercise_are_named(graded: dict) -> None:
    named = {
        (name, mark["slip"]["id"])
        for student in graded["graded"]
        if student.startswith("slips")
        for name, mark in marks(graded, student).items()
        if mark.get("slip")
    }
    slips = {"not-squared", "absolute", "sample", "root", "not-divided", "zero"}
    assert {id for name, id in named if name == "variance"} == slips
    assert {id for name, id in named if name == "means_elsewhere"} == {"empty", "one", "even-steps"}


@pytest.mark.parametrize(
    ("student", "says", "passed"),
    [
        ("test-right", "accepts every sound one", True),
        ("test-right", "rejects one that gives 0 for an empty list", True),
        ("test-no-empty-list", "rejects one that gives 0 for an empty list", False),
        ("test-one-number", "rejects one that gives the standard deviation", False),
        (
            "test-too-strict",
            "accepts one that takes the mean of the squares less the squared mean", False,
        ),
        (
            "test-changes-its-mind",
            "rejects one that gives 0 for an empty list (yours answers once this, once that)", False,
        ),
    ],
)  # fmt: skip
def test_a_test_is_told_what_it_let_through(graded, student, says, passed) -> None:
    groups = {one["says"]: one["passed"] for one in marks(graded, student)["is_variance"]["groups"]}
    assert groups.get(says) is passed, groups


def test_a_test_that_never_ends_or_ends_its_process_has_a_reason(graded: dict) -> None:
    loops, exits = (marks(graded, f"test-{name}")["is_variance"] for name in ("loops", "exits"))
    assert "is_variance took more than 3 s" in loops["problem"]["says"]
    assert "is_variance ended the process that ran it" in exits["problem"]["says"]
    for student in ("test-loops", "test-exits"):
        assert marks(graded, student)["variance"]["earned"] == 3, (
            "the others are asked all the same"
        )


def test_an_implementation_shows_a_test_nothing_but_its_answers(graded: dict) -> None:
    """The one that peeks accepts whatever shows no text: it sees none, and accepts all of them."""
    groups = marks(graded, "test-peeks")["is_variance"]["groups"]
    assert not any(group["passed"] for group in groups[1:])
