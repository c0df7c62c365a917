"""The rows of nbgrader's gradebook: every cell's, in one transaction a submission."""

import shutil
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from autograder.errors import Problem
from autograder.nbgrader_plugin.course_folder import find_own_programs
from autograder.nbgrader_plugin.gradebook import LatePenalties, Ledger
from tests.support.results import result

pytestmark = [
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
    pytest.mark.slow,  # its tables are made by alembic
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A gradebook with one unit of three cells with points, and ann's submission."""
    find_own_programs()
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}", "course") as made:
        made.update_or_create_assignment("02")
        made.update_or_create_notebook("unit", "02")
        for name in ("area", "by-hand"):
            made.update_or_create_grade_cell(name, "unit", "02", max_score=2, cell_type="code")
        made.update_or_create_task_cell("draw", "unit", "02", max_score=1, cell_type="markdown")
        for name in ("area-answer", "by-hand"):
            made.update_or_create_solution_cell(name, "unit", "02")
        made.update_or_create_student("ann")
        made.update_or_create_submission("02", "ann")
    return path


@pytest.fixture
def book(database, tmp_path):
    """A copy of the gradebook, open."""
    shutil.copy(database, tmp_path)
    with Gradebook(f"sqlite:///{tmp_path / database.name}", "course") as opened:
        yield opened


def rows(book):
    book.db.expire_all()
    notebook = book.find_submission_notebook("unit", "02", "ann")
    return {
        grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
        for grade in notebook.grades
    }


def put(book, *results, **more):
    Ledger(book, "02").record("ann", list(results), **more)


def test_scores_are_recorded_and_the_rest_waits_for_a_person(book):
    put(book, result())
    assert rows(book) == {
        "area": (1.5, None, False),
        "by-hand": (None, None, True),
        "draw": (None, None, True),
    }


def test_comments_are_recorded(book):
    put(book, result())
    notebook = book.find_submission_notebook("unit", "02", "ann")
    comments = {comment.name: comment.auto_comment for comment in notebook.comments}
    assert comments["area-answer"] == "No response." and comments["by-hand"] is None
    put(book, result(comments={}))
    assert {comment.auto_comment for comment in notebook.comments} == {None}


def test_nothing_of_an_earlier_grading_stays(book):
    put(book, result(scores={"area": 2.0, "by-hand": 0.0, "draw": 0.0}))
    assert rows(book)["by-hand"] == (0.0, None, False)
    put(book, result(scores={"area": 0.5}))
    assert rows(book) == {
        "area": (0.5, None, False),
        "by-hand": (None, None, True),
        "draw": (None, None, True),
    }


def test_a_persons_score_stays_and_asks_for_another_look(book):
    notebook = book.find_submission_notebook("unit", "02", "ann")
    for grade in notebook.grades:
        grade.manual_score, grade.needs_manual_grade = 1.0, False
    book.db.commit()
    put(book, result(scores={"area": 0.0, "by-hand": None}))
    assert rows(book) == {
        "area": (0.0, 1.0, True),
        "by-hand": (None, 1.0, True),
        "draw": (None, 1.0, True),
    }


def test_what_could_not_be_graded_waits_for_a_person(book):
    put(book, result(scores={"area": 2.0}))
    put(book, result(scores={}, failed=Problem("start", "no kernel")))
    assert set(rows(book).values()) == {(None, None, True)}


@pytest.mark.filterwarnings("ignore:Object of type")
def test_a_new_students_rows_are_those_that_nbgrader_makes(book):
    """The rows of nbgrader's own ``add_submission``, made in its place."""

    def shape(student):
        entry = book.find_submission_notebook("unit", "02", student)
        comments = sorted((one.name, one.auto_comment) for one in entry.comments)
        return sorted((one.name, one.cell.type) for one in entry.grades), comments

    book.update_or_create_student("stock")
    book.update_or_create_submission("02", "stock")
    Ledger(book, "02").record("new", [result(comments={}, scores={})])
    assert shape("new") == shape("stock")
    assert book.find_submission("02", "new").timestamp is None


def test_a_submission_is_written_whole_or_not_at_all(book):
    broken = result(notebook="no such notebook")
    with pytest.raises(KeyError):
        Ledger(book, "02").record("new", [result(), broken])
    with pytest.raises(MissingEntry):
        book.find_submission("02", "new")
    put(book, result(scores={"area": 2.0}))
    with pytest.raises(KeyError):
        put(book, result(scores={"area": 0.0}), broken)
    assert rows(book)["area"] == (2.0, None, False)


def test_a_cell_that_came_later_gets_its_row(book):
    put(book, result())
    book.update_or_create_grade_cell("late", "unit", "02", max_score=2, cell_type="code")
    put(book, result(scores={"late": 1.0}))
    assert rows(book)["late"] == (1.0, None, False)


def test_the_time_of_a_submission_is_kept_where_none_is_given(book):
    when = datetime(2026, 11, 21, 12, 0)
    put(book, result(), timestamp=when)
    put(book, result())
    assert book.find_submission("02", "ann").timestamp == when


def test_lateness_costs_what_the_courses_plugin_says(book, tmp_path, monkeypatch):
    (tmp_path / "late.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class Tenth(BasePlugin):\n"
        "    def late_submission_penalty(self, student, score, seconds):\n"
        "        return score * seconds / 36000\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    penalties = LatePenalties(Config({"AssignLatePenalties": {"plugin_class": "late.Tenth"}}))
    due = datetime(2026, 11, 21, 12, 0)
    book.update_or_create_assignment("02", duedate=due)

    def penalty(hours):
        put(book, result(), timestamp=due + timedelta(hours=hours), penalties=penalties)
        book.db.expire_all()
        return book.find_submission_notebook("unit", "02", "ann").late_submission_penalty

    assert penalty(-1) is None
    assert penalty(1) == pytest.approx(0.15)
    assert penalty(20) == pytest.approx(1.5)  # never more than was earned
    assert penalty(0) is None


def test_marks_that_the_gradebook_lost_are_seen(book):
    ledger = Ledger(book, "02")
    ledger.record("ann", [result()])
    records = {"unit": result().record()}
    assert ledger.agrees("ann", records)
    assert not ledger.agrees("bob", records)
    assert not ledger.agrees(
        "ann", {"unit": result(marks=[{"exercise": "area", "earned": 2.0}]).record()}
    )
