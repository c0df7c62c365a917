"""What an nbgrader user expects of both doors: options, names of students, files and links."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from autograder.nbgrader_plugin.autograded import read_marks
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support.cells import cell, notebook, write
from tests.support.nbgrader_course import OURS, rows
from tests.support.nbgrader_course import nbgrader_here as nbgrader

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]

DOORS = ["nbgrader autograde", "autograder grade"]
UNIT = "unit 1"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose unit has two notebooks, a key that is none, and a file for students to edit."""
    root = tmp_path_factory.mktemp("options")
    source = root / "source" / UNIT
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(OURS)
    for name in ("a", "b"):
        tests = "import sys, helper\nprint(answer)\nassert answer == helper.expected"
        nb = notebook(cell("answer = 1", "answer", solution=True), cell(tests, "test", 3))
        write(source, nb, f"{name}.ipynb")
    (source / "helper.py").write_text("expected = 1\n")
    (source / "data").mkdir()
    (source / "data" / "secret.txt").write_text("for tests\n")
    nbgrader(root, "generate_assignment", UNIT)
    return root


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "course"))


@pytest.fixture(params=DOORS)
def autograde(request: pytest.FixtureRequest, course: Path) -> Callable[[], None]:
    """Grade the unit through either door."""
    if request.param.startswith("nbgrader"):
        return lambda: nbgrader(course, "autograde", UNIT, "--force")
    return lambda: grade_unit(CourseFolder.open(course), UNIT, workers=1)


def configure(course: Path, *lines: str) -> None:
    with open(course / "nbgrader_config.py", "a") as config:
        config.write("\n".join(lines) + "\n")


def hand_in(course: Path, student: str, answer: str = "answer = 1", notebooks: str = "ab") -> Path:
    folder = course / "submitted" / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    for name in notebooks:
        nb = nbformat.read(course / "release" / UNIT / f"{name}.ipynb", 4)
        nb.cells[0].source = answer
        nbformat.write(nb, folder / f"{name}.ipynb")
    return folder


def scores(course: Path) -> dict[tuple[str, str], float | None]:
    """The score of the test by student and notebook."""
    return {
        (student, notebook): row[0]
        for (student, _, notebook, name), row in rows(course).items()
        if name == "score test"
    }


def test_students_may_be_called_anything(course, autograde):
    names = ["a b", "-rf", "[x]*", "o'brien", "ü-1", "max@uni", "$(id)", "{student_id}"]
    for name in names:
        hand_in(course, name)
    hand_in(course, ".ipynb_checkpoints")  # nobody
    autograde()
    assert scores(course) == {(name, notebook): 3 for name in names for notebook in "ab"}


def test_excluded_students_are_passed_over(course, autograde):
    configure(course, "c.CourseDirectory.student_id_exclude = 'ann,bob'")
    for name in ("ann", "bob", "cleo"):
        hand_in(course, name)
    autograde()
    assert {student for student, _ in scores(course)} == {"cleo"}


def test_a_students_own_file_counts_where_the_course_says_so(course, autograde):
    folder = hand_in(course, "ann", "answer = 2")
    (folder / "helper.py").write_text("expected = 2\n")
    autograde()
    assert set(scores(course).values()) == {0}
    configure(course, f"c.Autograde.exclude_overwriting = {{{UNIT!r}: ['helper.py']}}")
    autograde()
    assert set(scores(course).values()) == {3}


def test_what_stderr_may_say_is_the_courses_to_decide(course, autograde):
    hand_in(course, "ann", "import sys\nclass One(int):\n    def __str__(self):\n"
            "        print('Warning: old', file=sys.stderr)\n        return '1'\nanswer = One(1)")  # fmt: skip
    autograde()
    assert set(scores(course).values()) == {0}
    configure(course, "c.IgnorePattern.enabled = True", "c.IgnorePattern.pattern = 'Warning: old'")
    autograde()
    assert set(scores(course).values()) == {3}


def test_lines_that_are_cut_off_count_all_the_same(course, autograde):
    configure(course, "c.LimitOutput.max_lines = 5")
    hand_in(course, "ann", "import sys\nclass One(int):\n    def __str__(self):\n"
            "        print('\\n' * 10)\n        print('!', file=sys.stderr)\n        return '1'\nanswer = One(1)")  # fmt: skip
    autograde()
    assert set(scores(course).values()) == {0}
    nb = nbformat.read(course / "autograded" / "ann" / UNIT / "a.ipynb", 4)
    assert "... Output truncated ..." in nb.cells[-1].outputs[0].text


def test_a_link_brings_nothing_of_the_instructors(course, autograde):
    folder = hand_in(course, "ann")
    (folder / "mine.txt").write_text("mine")
    (folder / "data").mkdir()
    secret = (course / "gradebook.db").resolve()
    for name in ("leak.txt", "data/leak.txt", "timestamp.txt"):
        (folder / name).symlink_to(secret)
    (folder / "b.ipynb").unlink()
    (folder / "b.ipynb").symlink_to(course / "source" / UNIT / "b.ipynb")
    with open(course / "nbgrader_config.py", "a") as config:  # as a course may, afterwards
        config.write("c.CourseDirectory.ignore = []\n")
    (course / "source" / UNIT / "unit.md").write_text("a file like any other: there is no key")
    (folder / "timestamp.txt").unlink()
    autograde()
    graded = course / "autograded" / "ann" / UNIT
    files = {str(path.relative_to(graded)) for path in graded.rglob("*") if path.is_file()}
    assert files == {
        "a.ipynb", "b.ipynb", "marks.json", "mine.txt", "helper.py", "data/secret.txt", "unit.md",
    }  # fmt: skip
    assert scores(course) == {("ann", "a"): 3, ("ann", "b"): 0}
    flags = read_marks(graded)["notebooks"]["b"]["flags"]
    assert {"link", "missing"} == {flag["kind"] for flag in flags}


def test_a_late_submission_loses_what_the_course_says(course, autograde):
    configure(course, "c.LateSubmissionPlugin.penalty_method = 'zero'")
    nbgrader(course, "db", "assignment", "add", UNIT, "--duedate", "2026-01-01 12:00 UTC")
    (hand_in(course, "ann") / "timestamp.txt").write_text("2026-01-01 12:01:00 UTC")
    (hand_in(course, "bob") / "timestamp.txt").write_text("2026-01-01 11:59:00 UTC")
    autograde()
    with CourseFolder.open(course).gradebook() as book:
        for student, penalty, late in (("ann", 3, 60), ("bob", None, 0)):
            submission = book.find_submission(UNIT, student)
            assert submission.total_seconds_late == late
            assert {nb.late_submission_penalty for nb in submission.notebooks} == {penalty}


def test_a_course_of_a_group_stays_the_groups(course, autograde):
    configure(course, "c.CourseDirectory.groupshared = True")
    hand_in(course, "ann")
    autograde()
    graded = course / "autograded" / "ann" / UNIT
    for path in graded.rglob("*"):
        assert path.stat().st_mode & 0o7777 == (0o2775 if path.is_dir() else 0o664), path
    autograde()


def test_patterns_of_students_and_notebooks(course):
    for name in ("ann", "anna", "bob"):
        hand_in(course, name)
    nbgrader(course, "autograde", UNIT, "--student", "ann*")
    assert {student for student, _ in scores(course)} == {"ann", "anna"}
    nbgrader(course, "autograde", "--assignment", UNIT, "--student", "bob", "--notebook", "b")
    graded = course / "autograded" / "bob" / UNIT
    assert [path.name for path in graded.glob("*.ipynb")] == ["b.ipynb"]
    assert scores(course)["bob", "b"] == 3 and scores(course)["bob", "a"] is None


def test_strangers_are_graded_only_where_the_course_allows(course):
    configure(course, "c.Autograde.create_student = False")
    hand_in(course, "ann")
    assert "No student with ID 'ann'" in nbgrader(course, "autograde", UNIT, code=1)
    assert CourseFolder.open(course).strangers(["ann"]) == ["ann"]
    nbgrader(course, "db", "student", "add", "ann")
    assert CourseFolder.open(course).strangers(["ann"]) == []
    nbgrader(course, "autograde", UNIT)
    assert scores(course)["ann", "a"] == 3


def test_the_courses_root_may_be_elsewhere(course, tmp_path):
    hand_in(course, "ann")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    text = OURS + f"c.CourseDirectory.root = {str(course)!r}\n"
    (elsewhere / "nbgrader_config.py").write_text(text)
    grade_unit(CourseFolder.open(elsewhere), UNIT, workers=1)
    assert scores(course)["ann", "a"] == 3


def test_the_log_says_what_was_found(course):
    folder = hand_in(course, "ann")
    nb = nbformat.read(folder / "a.ipynb", 4)
    del nb.cells[1]
    nbformat.write(nb, folder / "a.ipynb")
    assert "ann, deleted: the cell test was deleted" in nbgrader(course, "autograde", UNIT)
