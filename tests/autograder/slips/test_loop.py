"""From a class's wrong answers to a new slip that is named: the whole loop, with sixty students."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.demo.demo import make_course
from autograder.marking.selftest import selftest
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support import cells

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(600)]

UNIT = "01-rooms"
KEY = """
from exercises.authoring import Group, edit, exercise


@exercise(
    points=3,
    returns="(W - F) // S + 1; raises ValueError when F > W",
    examples={(7, 3, 1): 5, (7, 3, 2): 3, (3, 5, 1): ValueError},
    probes=[(9, 4, 3), (11, 2, 4), (6, 6, 2), (8, 3, 1)],
    groups=[
        Group("stride 1", [(6, 2, 1), (9, 3, 1), (12, 5, 1), (10, 7, 1)]),
        Group("larger strides", [(13, 4, 3), (10, 3, 2), (16, 5, 4), (15, 2, 6)]),
        Group("what does not fit", [(2, 4, 1), (3, 9, 2), (5, 5, 1)]),
    ],
)
def windows(W, F, S):
    if F > W:
        raise ValueError("no window fits")
    return (W - F) // S + 1


windows.slip("steps", "counts steps", edit(" + 1", ""), "And the first window?", "One more.")
"""
FIT = "    if F > W:\n        raise ValueError\n"
ANSWERS = {  # what is written in the place of the solution, and by how many
    "right": (f"{FIT}    return (W - F) // S + 1", 26),
    "a known slip": (f"{FIT}    return (W - F) // S", 8),
    "rounds up": (f"{FIT}    return -(-(W - F) // S) + 1", 7),
    "rounds up, too": (
        f"{FIT}    steps = (W - F) // S\n    if (W - F) % S:\n        steps += 1\n"
        "    return steps + 1",
        6,
    ),
    "no stride": (f"{FIT}    return W - F + 1", 5),
    "reads a file": (f"{FIT}    open('/etc/hostname').close()\n    return W - F + 2", 4),
    "crashes": ("    return W.size", 3),
    "nothing": ("    raise NotImplementedError()", 1),
}


def written(body: str) -> str:
    return f"def windows(W, F, S):\n{body}"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose class of sixty has handed in and is graded."""
    root = tmp_path_factory.mktemp("slips")
    solution = cells.solved("windows(W, F, S)", ANSWERS["right"][0].strip())
    head = "### A · `windows(W, F, S)`\n\n**3 points · 2 minutes**\n"
    nb = cells.notebook(head, cells.answer("windows", solution), cells.test("windows", 3))
    cells.write(root / "source" / UNIT, nb)
    (root / "source" / UNIT / "exercises.py").write_text(KEY, encoding="utf-8")
    folder = make_course(root / "course", root / "source", [UNIT])
    bodies = [body for body, count in ANSWERS.values() for _ in range(count)]
    assert len(bodies) == 60
    for number, body in enumerate(bodies):
        hand_in(folder, f"s{number:02}", body)
    assert len(grade_unit(folder, UNIT)) == 60
    return root / "course"


def hand_in(folder: CourseFolder, student: str, body: str) -> None:
    nb = nbformat.read(folder.path("release", ".", UNIT) / "unit.ipynb", as_version=4)
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "windows-answer":
            cell.source = written(body)
    place = folder.path("submitted", student, UNIT)
    place.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, place / "unit.ipynb")


@pytest.fixture
def own(course, tmp_path):
    """A copy of the graded course, to be changed."""
    return Path(shutil.copytree(course, tmp_path / "course", symlinks=True))


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def key_file(course: Path) -> Path:
    return course / "source" / UNIT / "exercises.py"


def fill_in(course: Path) -> None:
    """The words of a new slip, as an instructor writes them."""
    head, mark, tail = key_file(course).read_text(encoding="utf-8").partition('"C1",')
    tail = tail.replace('""', '"rounds up"', 1)
    tail = tail.replace('hint=""', 'hint="Does the last window fit?"', 1)
    key_file(course).write_text(head + mark + tail, encoding="utf-8")


def marks_of(course: Path, student: str) -> dict:
    path = course / "autograded" / student / UNIT / "marks.json"
    return json.loads(path.read_text(encoding="utf-8"))["notebooks"]["unit"]["marks"][0]


def test_groups_are_by_behaviour_and_by_size(own):
    code, text = run("slips", UNIT, "--course", own)
    assert code == 0
    heads = re.findall(r"^\d+\. windows, (\d+) student", text, re.MULTILINE)
    # two texts have one behaviour; a known slip is named, and what is not written is no answer
    assert heads == ["13", "5", "4", "3"]
    first = text.partition("1. windows")[2].partition("2. windows")[0]
    assert "-(-(W - F) // S) + 1" in first and "steps += 1" in first  # two examples of code
    assert "windows(9, 4, 3): 2 is right, theirs is 3" in first


def test_the_region_is_told(own):
    text = run("slips", UNIT, "--course", own)[1]
    assert "S = 1" in " ".join(text.partition("1. windows")[0].split())


def test_the_whole_loop(own, monkeypatch):
    before = key_file(own).read_text(encoding="utf-8")
    assert run("slips", UNIT, "--course", own, "--add", 1)[0] == 0
    added = key_file(own).read_text(encoding="utf-8")
    assert added.startswith(before.rstrip()) and '@windows.slip(\n    "C1",' in added
    assert "13 of 60" in added

    (tested,) = selftest(own / "source", [UNIT])
    assert any("has no words yet" in problem for problem in tested.problems)
    fill_in(own)
    (tested,) = selftest(own / "source", [UNIT])
    assert not [problem for problem in tested.problems if "C1" in problem]

    def no_sandbox(*_, **__):
        raise AssertionError("nothing may run")

    monkeypatch.setattr("autograder.grade.execute", no_sandbox)
    monkeypatch.setattr("autograder.workers.crew.pool_for", no_sandbox)
    code, text = run("grade", UNIT, "--course", own, "--workers", 1)
    assert code == 0 and "(60 unchanged, kept)" in text, text
    assert text.count("windows is named another slip") == 13
    named = [marks_of(own, f"s{number:02}")["slip"] for number in range(60)]
    assert [slip["id"] for slip in named if slip].count("C1") == 13
    assert [slip["id"] for slip in named if slip].count("steps") == 8
    nb = (own / "autograded" / "s34" / UNIT / "unit.ipynb").read_text(encoding="utf-8")
    assert "This looks like a known slip: rounds up. Does the last window fit?" in nb
    nbformat.validate(nbformat.reads(nb, as_version=4))

    code, text = run("grade", UNIT, "--course", own, "--workers", 1)
    assert code == 0 and "named another slip" not in text  # it is said once
    assert "C1" not in re.findall(r"^\d+\. windows", run("slips", UNIT, "--course", own)[1])


def test_the_mark_of_a_named_answer_stays(own):
    before = [marks_of(own, f"s{number:02}")["earned"] for number in range(60)]
    assert run("slips", UNIT, "--course", own, "--add", 1)[0] == 0
    fill_in(own)
    assert run("grade", UNIT, "--course", own)[0] == 0
    assert [marks_of(own, f"s{number:02}")["earned"] for number in range(60)] == before


def test_a_function_that_does_more_than_compute_is_not_taken_over(own):
    before = key_file(own).read_text(encoding="utf-8")
    code, text = run("slips", UNIT, "--course", own, "--add", 3)
    assert code == 1 and "plain enough" in " ".join(text.split())
    assert key_file(own).read_text(encoding="utf-8") == before


def test_who_mends_an_answer_is_counted(own):
    folder = CourseFolder.open(own)
    for student in ("s47", "s48"):  # of those who took no stride
        hand_in(folder, student, ANSWERS["right"][0])
    grade_unit(folder, UNIT)
    text = run("slips", UNIT, "--course", own)[1]
    assert re.search(r"│\s+3 │\s+2 │ windows", text), text


@pytest.mark.parametrize("number", [0, 9])
def test_a_group_that_is_not_there_is_told_so(own, number):
    code, text = run("slips", UNIT, "--course", own, "--add", number)
    assert code == 1 and "4 groups" in " ".join(text.split())


def test_a_changed_question_is_graded_again(own):
    text = key_file(own).read_text(encoding="utf-8").replace("(6, 2, 1), ", "(6, 3, 1), ")
    key_file(own).write_text(text, encoding="utf-8")
    assert "(0 unchanged, kept)" in run("grade", UNIT, "--course", own)[1]
