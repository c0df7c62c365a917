"""The whole road on the sample class: release, hand in, grade, gradebook, feedback; both doors."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.demo.demo import write_feedback
from autograder.marking.marks import known_mistakes
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from exercises.authoring import AuthoredExercise, AuthoredTests
from exercises.unit import load
from tests.autograder.conftest import WHOLE, Class

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]

on_the_whole_class = pytest.mark.parametrize("graded_class", [WHOLE], indirect=True)

REVIEW = "11-review"

# one of each kind is enough for nbgrader's own, slower door
THROUGH_NBGRADER = [
    "all-correct", "broken-file", "deleted-cell", "edited-test", "empty-file", "equals-everything",
    "half-done", "missing", "old-format", "os-exit", "slips-01",
]  # fmt: skip


def rows(folder: CourseFolder) -> dict[tuple[str, str], tuple]:
    """What the gradebook says of every student's every graded cell."""
    query = """
        select student.id, base_cell.name, grade.auto_score, grade.manual_score,
               grade.needs_manual_grade, submitted_notebook.late_submission_penalty
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id
    """
    with sqlite3.connect(Path(folder.course.root) / "gradebook.db") as connection:
        return {(student, cell): tuple(rest) for student, cell, *rest in connection.execute(query)}


def test_everyone_has_a_record_and_earns_what_they_computed(graded_class: Class) -> None:
    assert graded_class.graded.keys() == graded_class.samples.keys()
    wrong = {}
    for name, sample in graded_class.samples.items():
        marks = graded_class.marks(name)
        for exercise, credit in sample.credit.items():
            earned = marks[exercise]["earned"]
            points = Fraction(marks[exercise]["points"])
            if abs(Fraction(earned) - credit * points) > Fraction(1, 10**9):
                wrong[name, exercise] = (earned, credit)
        assert not graded_class.graded[name].failed
    assert not wrong


def test_flags_name_what_a_person_should_see(graded_class: Class) -> None:
    for name, sample in graded_class.samples.items():
        assert sample.flags <= graded_class.flags(name), name
    for name in ("all-correct", "half-done", "warns", "slips-01", "nothing-answered"):
        assert graded_class.flags(name) == set(), name


def test_every_slip_is_recognised_from_the_answers_alone(graded_class: Class) -> None:
    """But for tests of implementations, whose marks say what they let through."""
    key = load(graded_class.folder.key(graded_class.unit) or "")
    scored = {name: one for name, one in key.exercises.items() if one.points}
    seen: dict[str, set[str]] = {name: set() for name in scored}
    for student in graded_class.graded:
        if not student.startswith("slips-"):
            continue
        number = int(student.removeprefix("slips-")) - 1
        marks = graded_class.marks(student)
        for name, exercise in scored.items():
            known = [id for id, _ in known_mistakes(exercise, student)]
            wanted = known[number % len(known)]
            seen[name].add(wanted)
            if isinstance(exercise, AuthoredTests):
                assert marks[name]["earned"] == 0
            else:
                assert (marks[name]["slip"] or {}).get("id") == wanted, (student, name)
    for name, exercise in scored.items():
        assert seen[name] == {id for id, _ in known_mistakes(exercise)}


def test_the_gradebook_holds_the_marks(graded_class: Class) -> None:
    book = rows(graded_class.folder)
    for student in graded_class.graded:
        for exercise, mark in graded_class.marks(student).items():
            auto, manual, needs_person, _ = book[student, exercise]
            assert auto == mark["earned"]
            assert manual is None
            assert bool(needs_person) == (auto is None)
    key = load(graded_class.folder.key(graded_class.unit) or "")
    free_text = {cell for student, cell in book if cell not in key.exercises}
    assert len(free_text) == 1 or graded_class.unit != WHOLE
    for cell in free_text:
        assert book["all-correct", cell][0] is None and book["all-correct", cell][2]
        if "missing" in graded_class.graded:
            assert book["missing", cell][0] == 0 and not book["missing", cell][2]


@on_the_whole_class
def test_a_second_grading_keeps_everything(graded_class: Class) -> None:
    before = rows(graded_class.folder)
    again = grade_unit(graded_class.folder, graded_class.unit)
    assert all(one.kept for one in again)
    assert rows(graded_class.folder) == before


@on_the_whole_class
def test_grading_again_gives_the_same_marks_and_the_same_bytes(graded_class: Class) -> None:
    some = ["all-correct", "slips-01", "broken-file"]
    texts = [_graded_text(graded_class, name) for name in some]
    again = grade_unit(graded_class.folder, graded_class.unit, students=some, force=True)
    for one in again:
        before = graded_class.graded[one.student].notebooks["unit"]
        assert one.notebooks["unit"]["marks"] == before["marks"]
    assert [_graded_text(graded_class, name) for name in some] == texts


def _graded_text(graded: Class, student: str) -> str:
    text = (graded.folder.path("autograded", student, graded.unit) / "unit.ipynb").read_text()
    return re.sub(r"ipykernel_\d+/\d+", "ipykernel", text)


def test_a_right_submission_ends_in_an_error_nowhere(graded_class: Class) -> None:
    nb = nbformat.reads(_graded_text(graded_class, "all-correct"), as_version=4)
    outputs = [(cell, out) for cell in nb.cells for out in cell.get("outputs", [])]
    assert [out for _, out in outputs if out.output_type == "error"] == []
    checks = [cell for cell in nb.cells if cell.source.startswith("check(")]
    tried = "not tried while it is graded"
    said = {cell.id for cell, out in outputs if tried in out.get("text", "")}
    # the review's check knows whose numbers a question has, and no answers: it stays
    assert checks and ({cell.id for cell in checks} <= said or graded_class.unit == REVIEW)


@on_the_whole_class
def test_feedback_teaches_and_tells_no_hidden_case(graded_class: Class) -> None:
    folder, unit = graded_class.folder, graded_class.unit
    write_feedback(folder, unit, ["slips-01", "all-correct", "broken-file"])
    page = (folder.path("feedback", "slips-01", unit) / "unit.html").read_text()
    public = _everything_public(folder.path("submitted", "slips-01", unit) / "unit.ipynb")
    unseen = 0
    for exercise in load(folder.key(unit) or "").exercises.values():
        if not isinstance(exercise, AuthoredExercise):
            continue
        for group in exercise.groups:
            assert group.says in page
            for case in group.cases:
                text = f"({', '.join(map(str, case))})"
                if case not in exercise.inputs and text not in public and len(case) > 1:
                    unseen += 1
                    assert text not in page
    assert unseen > 50
    assert "This looks like a known slip" in page
    assert "points lost)" in page or "point lost)" in page
    broken = (folder.path("feedback", "broken-file", unit) / "unit.html").read_text()
    assert "the file is no notebook" in broken
    assert not (folder.path("feedback", "slips-01", unit) / "marks.json").exists()


def _everything_public(path: Path) -> str:
    """What a notebook says and prints when its student runs it, without the grader."""
    nb = nbformat.read(path, as_version=4)
    NotebookClient(nb, allow_errors=True).execute()
    return json.dumps(nb)


def test_no_key_and_no_text_twin_is_handed_out(graded_class: Class) -> None:
    for step, student in (("release", "."), ("autograded", "all-correct")):
        folder = graded_class.folder.path(step, student, graded_class.unit)
        assert {path.name for path in folder.iterdir()} <= {"unit.ipynb", "marks.json"}
    release = graded_class.folder.path("release", ".", graded_class.unit) / "unit.ipynb"
    text = release.read_text()
    assert "BEGIN SOLUTION" not in text and "MARK SCHEME" not in text


@on_the_whole_class
def test_nbgraders_own_door_gives_equal_results(graded_class: Class, tmp_path: Path) -> None:
    ours, unit = graded_class.folder, graded_class.unit
    root = tmp_path / "elsewhere" / "course"
    left_out = shutil.ignore_patterns("autograded", "feedback", "gradebook.db", "release")
    shutil.copytree(ours.course.root, root, ignore=left_out)
    for student in (root / "submitted").iterdir():
        if student.name not in THROUGH_NBGRADER:
            shutil.rmtree(student)

    def nbgrader(*arguments: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    nbgrader("generate_assignment", unit, "--force")
    nbgrader("autograde", unit)
    theirs = CourseFolder.open(root)
    expected = {key: value for key, value in rows(ours).items() if key[0] in THROUGH_NBGRADER}
    assert rows(theirs) == expected
    for student in THROUGH_NBGRADER:
        one, two = (
            json.loads((folder.path("autograded", student, unit) / "marks.json").read_text())
            for folder in (ours, theirs)
        )
        for record in (one, two):
            record["notebooks"]["unit"].pop("seconds")
            record["notebooks"]["unit"].pop("memory")
        assert one == two
    nbgrader("generate_feedback", unit, "--student", "slips-01")
    page = theirs.path("feedback", "slips-01", unit) / "unit.html"
    assert "known slip" in page.read_text()
