"""What is read beside a submission, and what is written of a result."""

import json
import os
import shutil
import socket
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from autograder.grade import Result
from autograder.nbgrader_plugin import gradebook as module
from autograder.nbgrader_plugin.course_folder import PRIVATE, find_own_programs
from autograder.nbgrader_plugin.gradebook import (
    LatePenalties,
    Ledger,
    clear,
    publish,
    read_marks,
    source_files,
    stage,
    submitted_files,
    write_extra_files,
    write_files,
)
from autograder.submission.structure import Flag

IGNORE = [".ipynb_checkpoints", "*.pyc", "__pycache__", *PRIVATE]

# ---------------------------------------------------------------- files of a submission


@pytest.fixture
def folder(tmp_path):
    """A submission with a file in it, and a secret of the instructor's beside it."""
    (tmp_path / "secret.txt").write_text("the key")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key.txt").write_text("the key")
    made = tmp_path / "ann" / "02"
    made.mkdir(parents=True)
    (made / "notes.txt").write_text("mine")
    return made


def write(folder, name, text="mine"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_files_are_read_however_deep(folder):
    write(folder, "data/deep/er/x.csv", "1,2")
    write(folder, "data/y.bin", "")
    assert submitted_files(folder, IGNORE) == (
        {"data/deep/er/x.csv": b"1,2", "data/y.bin": b"", "notes.txt": b"mine"},
        [],
    )


def test_notebooks_and_what_is_ignored_are_left_out(folder):
    for name in ("unit.ipynb", "data/other.ipynb", "x.pyc", "__pycache__/y.txt", "key.py", "marks.json",
                 ".ipynb_checkpoints/unit.txt", "data/unit.md"):  # fmt: skip
        write(folder, name)
    assert submitted_files(folder, IGNORE) == ({"notes.txt": b"mine"}, [])


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert submitted_files(tmp_path / "nobody", IGNORE) == ({}, [])
    (tmp_path / "file").write_text("x")
    assert submitted_files(tmp_path / "file", IGNORE) == ({}, [])


@pytest.mark.parametrize(
    "target", ["../../secret.txt", "../../secrets", "nowhere", "notes.txt", ".", ".."]
)
@pytest.mark.parametrize("name", ["link", "data/link"])
def test_links_are_never_followed(folder, name, target):
    (folder / "data").mkdir()
    up = "../" if name.startswith("data") and target not in (".", "nowhere") else ""
    (folder / name).symlink_to(up + target)
    files, flags = submitted_files(folder, IGNORE)
    assert files == {"notes.txt": b"mine"}
    ((kind, says),) = {(flag.kind, flag.says) for flag in flags}
    assert kind == "link" and says.startswith(f"{name} is a link")


def test_an_absolute_link_is_not_followed(folder):
    (folder / "link").symlink_to(folder.parents[1] / "secret.txt")
    (folder / "links").symlink_to(folder.parents[1] / "secrets", target_is_directory=True)
    files, flags = submitted_files(folder, IGNORE)
    assert files == {"notes.txt": b"mine"}
    assert {flag.says.split()[0] for flag in flags} == {"link", "links"}


@pytest.mark.timeout(20)
def test_pipes_and_sockets_are_not_waited_for(folder):
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        before = os.getcwd()
        os.chdir(folder)  # a socket's path is short
        try:
            server.bind("socket")
        finally:
            os.chdir(before)
        files, flags = submitted_files(folder, IGNORE)
    assert files == {"notes.txt": b"mine"}
    assert {flag.says.split()[0] for flag in flags} == {"pipe", "socket"}


def test_there_is_an_end_to_what_is_read(folder, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_FILES", 1000)
    write(folder, "a.bin", "x" * 600)
    write(folder, "b.bin", "x" * 396)
    assert set(submitted_files(folder, IGNORE)[0]) == {"a.bin", "b.bin", "notes.txt"}
    write(folder, "b.bin", "x" * 401)
    files, flags = submitted_files(folder, IGNORE)
    assert set(files) == {"a.bin"}
    assert [(flag.kind, flag.says.split()[0]) for flag in flags] == [("size", "b.bin")]


def test_a_file_larger_than_all_is_never_opened(folder):
    with open(folder / "huge.bin", "wb") as file:
        file.truncate(2**40)  # takes no room on the disk
    files, flags = submitted_files(folder, IGNORE)
    assert files == {} and [flag.kind for flag in flags] == ["size"]


def test_names_may_be_strange(folder):
    names = ["ü ñ.txt", "[a]*.txt", "-rf", "a\nb.txt", "..x"]
    for name in names:
        write(folder, name)
    (folder / os.fsdecode(b"\xff.txt")).write_text("mine")
    files, flags = submitted_files(folder, IGNORE)
    assert set(files) == {*names, "notes.txt", os.fsdecode(b"\xff.txt")} and flags == []


# --------------------------------------------------------------------- files of a unit


def test_a_units_files_without_its_private_half(folder):
    for name in ("key.py", "unit.md", "marks.json", "unit.ipynb", "data/key.py", "data/x.csv",
                 "__pycache__/key.cpython-311.pyc"):  # fmt: skip
        write(folder, name)
    assert source_files(folder, IGNORE) == {"data/x.csv": b"mine", "notes.txt": b"mine"}


def test_a_file_of_which_the_students_version_counts(folder):
    write(folder, "data/x.csv")
    assert source_files(folder, IGNORE, ["data/x.csv", "no.txt"]) == {"notes.txt": b"mine"}


def test_a_unit_without_a_folder_has_no_files(tmp_path):
    assert source_files(tmp_path / "none", IGNORE) == {}


# ------------------------------------------------------------------------------- writing


def result(notebook="unit", **fields):
    values = {
        "student": "ann",
        "unit": "02",
        "notebook_name": notebook,
        "notebook": '{"cells": []}\n',
        "scores": {"area": 1.5, "by-hand": None},
        "comments": {"area-answer": "No response.", "by-hand": None},
        "marks": [{"exercise": "area", "earned": 1.5, "points": 2.0}],
        "flags": [Flag("edited", "the read-only cell area was edited", "area")],
        "hashes": {"submission": "s"},
        "seconds": 1.23456,
        "memory": 5,
    }
    return Result(**values | fields)


def test_marks_are_written_beside_the_notebook(tmp_path):
    folder = tmp_path / "ann" / "02"
    write_files(folder, result())
    assert sorted(path.name for path in folder.iterdir()) == ["marks.json", "unit.ipynb"]
    assert (folder / "unit.ipynb").read_text() == '{"cells": []}\n'
    assert read_marks(folder) == {
        "student": "ann",
        "unit": "02",
        "notebooks": {
            "unit": {
                "marks": [{"exercise": "area", "earned": 1.5, "points": 2.0}],
                "flags": [
                    {"kind": "edited", "says": "the read-only cell area was edited", "cell": "area"}
                ],
                "failed": "",
                "hashes": {"submission": "s"},
                "seconds": 1.235,
                "memory": 5,
            }
        },
    }


def test_several_notebooks_share_their_marks(tmp_path):
    write_files(tmp_path, result("a"))
    write_files(tmp_path, result("b", marks=[]))
    write_files(tmp_path, result("a", marks=["new"]))
    notebooks = read_marks(tmp_path)["notebooks"]
    assert {name: entry["marks"] for name, entry in notebooks.items()} == {"a": ["new"], "b": []}


@pytest.mark.parametrize("text", [None, "", "{", "[]", "5", "{}", '{"notebooks": 5}', "\xff"])
def test_marks_that_cannot_be_read_are_none(tmp_path, text):
    if text is not None:
        (tmp_path / "marks.json").write_bytes(text.encode("latin-1"))
    assert read_marks(tmp_path) is None
    write_files(tmp_path, result())
    assert set(read_marks(tmp_path)["notebooks"]) == {"unit"}


def test_a_flag_that_is_no_text_is_written(tmp_path):
    name = os.fsdecode(b"\xff.txt")
    write_files(tmp_path, result(flags=[Flag("link", f"{name} ü is a link")]))
    (flag,) = read_marks(tmp_path)["notebooks"]["unit"]["flags"]
    assert flag["says"] == "?.txt ü is a link"


def test_writing_replaces_links_and_follows_none(tmp_path):
    folder = tmp_path / "graded"
    folder.mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    for name in ("unit.ipynb", "unit.ipynb~", "marks.json~", "x.csv"):
        (folder / name).symlink_to(tmp_path / "mine.txt")
    write_files(folder, result())
    write_extra_files(folder, {"x.csv": b"1,2", "data/y.csv": b"3"})
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert (folder / "x.csv").read_bytes() == b"1,2"
    assert (folder / "data" / "y.csv").read_bytes() == b"3"


def test_read_only_files_can_be_cleared(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    folder = tmp_path / "graded"
    write_files(folder, result())
    write_extra_files(folder, {"data/y.csv": b"3"})
    (folder / "link").symlink_to(tmp_path / "mine.txt")
    os.chmod(folder / "data" / "y.csv", 0o444)
    os.chmod(folder / "data", 0o500)
    clear(folder)
    assert not folder.exists() and (tmp_path / "mine.txt").read_text() == "mine"
    clear(folder)


# --------------------------------------------------------------------------- the gradebook

pytestmark = pytest.mark.filterwarnings("ignore:Object of type")  # SQLAlchemy on nbgrader


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
    put(book, result(scores={}, failed="the notebook's kernel did not start"))
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


# ------------------------------------------------------------------------ whole folders


def test_a_folder_is_written_aside_and_put_in_its_place(tmp_path):
    final = tmp_path / "ann" / "02"
    publish(stage(final, [result(notebook_name="old")], {"old.txt": b"1"}), final)
    staged = stage(final, [result()], {"data/new.txt": b"2"})
    assert (final / "old.ipynb").exists() and not (final / "unit.ipynb").exists()
    publish(staged, final)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"ann/02/unit.ipynb", "ann/02/marks.json", "ann/02/data/new.txt"}


def test_what_an_interrupted_run_left_aside_is_no_part_of_the_next(tmp_path):
    final = tmp_path / "ann" / "02"
    stage(final, [result()], {"half.txt": b"1"})
    publish(stage(final, [result()], {}), final)
    assert {path.name for path in final.iterdir()} == {"unit.ipynb", "marks.json"}


def test_a_record_is_json():
    assert json.loads(json.dumps(result().record()))["failed"] == ""
