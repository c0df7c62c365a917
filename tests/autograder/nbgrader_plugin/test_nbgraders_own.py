"""nbgrader's own tests of ``nbgrader autograde``, run against this engine through both doors.

They ship with nbgrader and run as they are; only the course's configuration names this engine.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.api
import pytest
from nbgrader.api import Gradebook
from nbgrader.tests import create_grade_cell, run_nbgrader
from nbgrader.tests.apps import test_nbgrader_autograde as theirs
from nbgrader.tests.apps.base import BaseTestApp
from nbgrader.tests.apps.conftest import course_dir, db  # noqa: F401
from nbgrader.tests.apps.conftest import temp_cwd as nbgraders_cwd  # noqa: F401
from typer.testing import CliRunner

from autograder.cli import app
from autograder.nbgrader_plugin.autograded import read_marks
from autograder.nbgrader_plugin.course_folder import find_own_programs
from tests.support.nbgrader_course import differences_in_the_docs

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]

# nbgrader's tests that must fail, and the row of docs/differences.md that says why
DIFFERENT = {
    "test_side_effects": "files written by a notebook",
    "test_handle_failure": "cells that the gradebook does not know",
    "test_handle_failure_single_notebook": "cells that the gradebook does not know",
    "test_missing_source_kernelspec": "a source without a kernel",
    "test_no_execute": "`--no-execute`",
    "test_missing_files": "a folder without a notebook",
    "test_grade_missing_notebook": "one of several notebooks is missing",
    "test_grade_empty_timestamp": "`timestamp.txt` without a time",
}
# those that must fail through the second door alone
DIFFERENT_BY_COMMAND = {
    "test_incorrect_source_kernelspec": "a submission that cannot be graded",
    "test_filter_notebook": "`--notebook`",
    "test_force_single_notebook": "`--notebook`",
    "test_update_newer_single_notebook": "`--notebook`",
}
# those that nbgrader itself leaves out, and so do we: the classes below have none of this name
LEFT_OUT = {
    "test_many_students": "needs a PostgreSQL server",
    "test_infinite_loop_with_output": "fills the memory; here the limit on memory ends it",
}

alembic_version = functools.cache(nbgrader.api.get_alembic_version)


@pytest.fixture
def temp_cwd(nbgraders_cwd: str, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """nbgrader's folder with its configuration, and this engine in that."""
    with open("nbgrader_config.py", "a") as config:
        config.write("from autograder.nbgrader_plugin.plugin import configure\nconfigure(c)\n")
    find_own_programs()
    # the same for every gradebook, and a program of its own to be started for each
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", alembic_version)
    return nbgraders_cwd


@pytest.fixture
def different(request: pytest.FixtureRequest) -> None:
    """A test of nbgrader's that is named as a difference has to fail."""
    name = request.node.originalname
    if why := request.cls.different.get(name):
        request.applymarker(pytest.mark.xfail(reason=why, strict=True))


@pytest.mark.usefixtures("different")
class TestNbgraderAutograde(theirs.TestNbGraderAutograde):
    """The first door: every word of nbgrader's tests as it stands."""

    different = DIFFERENT
    test_many_students = test_infinite_loop_with_output = None


@pytest.mark.usefixtures("different", "second_door")
class TestAutograderGrade(theirs.TestNbGraderAutograde):
    """The second door: ``nbgrader autograde`` in nbgrader's tests becomes ``autograder grade``."""

    different = DIFFERENT | DIFFERENT_BY_COMMAND
    test_many_students = test_infinite_loop_with_output = None

    @pytest.fixture
    def second_door(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(theirs, "run_nbgrader", with_our_command)


# ------------------------------------------------------------- what this engine does instead


@pytest.fixture(params=["nbgrader autograde", "autograder grade"])
def autograde(request: pytest.FixtureRequest) -> Callable[..., str]:
    """``autograde(*words, retcode=0)`` through either door."""
    run = run_nbgrader if request.param.startswith("nbgrader") else with_our_command
    return lambda *words, retcode=0: run(["autograde", *words], retcode=retcode)


class TestInstead(BaseTestApp):
    """What happens where nbgrader's tests expect something else."""

    files = Path(theirs.__file__).with_name("files")

    @pytest.fixture
    def course(self, temp_cwd: str, course_dir: str) -> Path:  # noqa: F811
        return Path(course_dir)

    def configure(self, line: str) -> None:
        with open("nbgrader_config.py", "a") as config:
            config.write(line + "\n")

    def release(self, course: Path, **notebooks: str) -> None:
        """Make the unit ps1 of fixture notebooks, by name."""
        self.hand_in(course, ".", step="source", **notebooks)
        run_nbgrader(["generate_assignment", "ps1"])

    def hand_in(
        self, course: Path, student: str, step: str = "submitted", **notebooks: str
    ) -> None:
        folder = course / step / student / "ps1"
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in notebooks.items():
            shutil.copy(self.files / f"{file}.ipynb", folder / f"{name}.ipynb")

    def marks(self, course: Path, student: str = "foo") -> dict[str, Any]:
        """A student's record: marks and flags by notebook."""
        return read_marks(course / "autograded" / student / "ps1")["notebooks"]

    def test_what_a_notebook_writes_goes_with_the_sandbox(self, course, autograde):
        self.release(course, p1="side-effects")
        self.hand_in(course, "foo", p1="side-effects")
        autograde("ps1")
        assert not list(course.rglob("side-effect.txt"))
        nb = nbformat.read(course / "autograded" / "foo" / "ps1" / "p1.ipynb", 4)
        assert not [out for cell in nb.cells for out in cell.get("outputs", [])], "it could write"

    def test_cells_that_the_gradebook_does_not_know_are_ordinary_cells(self, course, autograde):
        self._empty_notebook(course / "source" / "ps1" / "p1.ipynb")
        self._empty_notebook(course / "source" / "ps1" / "p2.ipynb")
        run_nbgrader(["generate_assignment", "ps1"])
        self._empty_notebook(course / "submitted" / "foo" / "ps1" / "p1.ipynb")
        self.hand_in(course, "foo", p2="test")
        autograde("ps1")
        assert [nb["marks"] for nb in self.marks(course).values()] == [[], []]
        nb = nbformat.read(course / "autograded" / "foo" / "ps1" / "p2.ipynb", 4)
        assert not any("nbgrader" in cell.metadata for cell in nb.cells)

    def test_the_student_does_not_choose_the_kernel(self, course, autograde):
        self._empty_notebook(course / "source" / "ps1" / "p1.ipynb")
        run_nbgrader(["generate_assignment", "ps1"])
        self._empty_notebook(course / "submitted" / "foo" / "ps1" / "p1.ipynb", kernel="blarg")
        autograde("ps1")
        assert self.marks(course)["p1"]["failed"] is None

    def test_what_is_not_written_in_python_is_left_to_a_person(self, course, db, autograde):  # noqa: F811
        self.configure("c.ClearSolutions.code_stub = {'blah': '#'}")
        self._empty_notebook(course / "source" / "ps1" / "p1.ipynb", kernel="blah")
        nb = nbformat.read(course / "source" / "ps1" / "p1.ipynb", 4)
        nb.cells = [create_grade_cell("1", "code", "foo", 1)]
        nbformat.write(nb, course / "source" / "ps1" / "p1.ipynb")
        run_nbgrader(["generate_assignment", "ps1", "--db", db])
        shutil.copytree(course / "release" / "ps1", course / "submitted" / "foo" / "ps1")
        autograde("ps1", "--db", db, retcode=1)
        with Gradebook(db) as book:
            grade = book.find_grade("foo", "p1", "ps1", "foo")
            assert (grade.auto_score, grade.needs_manual_grade) == (None, True)

    def test_outputs_that_were_handed_in_count_for_nothing(self, course, db, autograde):  # noqa: F811
        self._empty_notebook(course / "source" / "ps1" / "p1.ipynb")
        nb = nbformat.read(course / "source" / "ps1" / "p1.ipynb", 4)
        nb.cells = [create_grade_cell("1 / 0", "code", "foo", 1)]
        nbformat.write(nb, course / "source" / "ps1" / "p1.ipynb")
        run_nbgrader(["generate_assignment", "ps1", "--db", db])
        shutil.copytree(course / "release" / "ps1", course / "submitted" / "foo" / "ps1")
        autograde("ps1", "--db", db, "--no-execute")
        with Gradebook(db) as book:
            assert book.find_grade("foo", "p1", "ps1", "foo").auto_score == 0

    def test_everyone_has_a_record(self, course, autograde):
        self.release(course, p1="submitted-unchanged", p2="submitted-unchanged")
        self.hand_in(course, "foo", p1="submitted-changed")
        (course / "submitted" / "bar" / "ps1").mkdir(parents=True)
        autograde("ps1")
        for student, notebook in (("foo", "p2"), ("bar", "p1"), ("bar", "p2")):
            record = self.marks(course, student)[notebook]
            assert [flag["kind"] for flag in record["flags"]] == ["missing"]
            assert {mark["earned"] for mark in record["marks"]} == {0}
            assert (course / "autograded" / student / "ps1" / f"{notebook}.ipynb").exists()
        assert sum(mark["earned"] or 0 for mark in self.marks(course)["p1"]["marks"]) == 2

    def test_an_infinite_loop_with_output_ends_at_a_limit(self, course, autograde):
        self.configure("c.Engine.limits = {'memory': 300 * 2**20, 'cell_seconds': 20}")
        self.release(course, p1="infinite-loop-with-output")
        self.hand_in(course, "foo", p1="infinite-loop-with-output")
        autograde("ps1")
        flags = {flag["kind"] for flag in self.marks(course)["p1"]["flags"]}
        assert flags and flags <= {"memory", "died"}

    def test_a_timestamp_that_holds_no_time_is_flagged(self, course, autograde):
        self.release(course, p1="submitted-unchanged")
        self.hand_in(course, "foo", p1="submitted-unchanged")
        (course / "submitted" / "foo" / "ps1" / "timestamp.txt").write_text("yesterday :(")
        autograde("ps1")
        flags = {flag["kind"] for flag in self.marks(course)["p1"]["flags"]}
        assert "timestamp" in flags

    def test_our_command_grades_all_of_a_submission(self, course):
        self.release(course, p1="submitted-unchanged", p2="submitted-unchanged")
        self.hand_in(course, "foo", p1="submitted-changed", p2="submitted-changed")
        with_our_command(["autograde", "ps1", "--notebook", "p1"])
        assert self.marks(course).keys() == {"p1", "p2"}

    def test_our_command_keeps_what_could_not_be_graded(self, course):
        self.configure("c.ClearSolutions.code_stub = {'blah': '#'}")
        self._empty_notebook(course / "source" / "ps1" / "p1.ipynb", kernel="blah")
        run_nbgrader(["generate_assignment", "ps1"])
        self._empty_notebook(course / "submitted" / "foo" / "ps1" / "p1.ipynb")
        with_our_command(["autograde", "ps1"], retcode=1)
        assert self.marks(course)["p1"]["failed"]["kind"] == "language"


def test_differences_are_in_the_docs() -> None:
    assert {*DIFFERENT.values(), *DIFFERENT_BY_COMMAND.values()} <= differences_in_the_docs()
    tests = {name for name in dir(theirs.TestNbGraderAutograde) if name.startswith("test_")}
    assert {*DIFFERENT, *DIFFERENT_BY_COMMAND, *LEFT_OUT} <= tests


# ----------------------------------------------------------------------------- the second door


def with_our_command(words: list[str], retcode: int = 0, **options) -> str | None:
    """Run one of nbgrader's commands; ``autograde`` as ``autograder grade``."""
    command, *words = words
    if command != "autograde":
        return run_nbgrader([command, *words], retcode=retcode, **options)
    ours, settings = translated(words)
    with configured(settings):
        done = CliRunner().invoke(app, ["grade", "--workers", "1", *ours])
    print(done.output)
    assert done.exit_code == retcode
    return done.output


def translated(words: list[str]) -> tuple[list[str], dict[str, object]]:
    """nbgrader's words for ``autograde`` as words of ``autograder grade`` and as settings."""
    ours, settings = [], {}
    rest = iter(words)
    for word in rest:
        option, _, value = word.partition("=")
        if word == "--db":
            settings["CourseDirectory.db_url"] = next(rest)
        elif word == "--notebook":
            settings["CourseDirectory.notebook_id"] = next(rest)
        elif word == "--no-execute":
            settings["Execute.enabled"] = False
        elif value:  # a setting: AutogradeApp is what Autograde was called before
            name = option.removeprefix("--").replace("AutogradeApp.", "Autograde.")
            settings[name] = literal(value)
        else:
            ours.append({"-f": "--force", "--help-all": "--help"}.get(word, word))
    return ours, settings


def literal(text: str) -> object:
    """The value that a setting's text stands for."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


@contextlib.contextmanager
def configured(settings: dict[str, object]) -> Iterator[None]:
    """The course's configuration with ``settings``: words on a command line hold for it alone."""
    config = Path("nbgrader_config.py")
    before = config.read_text()
    lines = [f"c.{name} = {value!r}\n" for name, value in settings.items()]
    config.write_text(before + "\n" + "".join(lines))
    try:
        yield
    finally:
        config.write_text(before)
