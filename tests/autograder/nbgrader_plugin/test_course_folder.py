"""An nbgrader course folder: what is where, who handed in, and what grading needs of it."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from autograder.demo.demo import make_course
from autograder.limits import Limits
from autograder.nbgrader_plugin.course_folder import (
    BadSettings,
    CourseFolder,
    NoCourse,
    find_own_programs,
    settings,
)
from autograder.submission.structure import UnknownUnit
from tests.support.cells import cell, notebook, write

pytestmark = pytest.mark.slow

UNIT = "01-small"
KEY = "import exercises  # é"


def small_unit(folder):
    """A unit of two notebooks, a key, a text twin and a file of data."""
    for name in ("b", "a"):
        write(folder, notebook("Words.", cell("assert True", name, 2)), f"{name}.ipynb")
    (folder / "exercises.py").write_text(KEY, encoding="utf-8")
    (folder / "unit.md").write_text("the text twin")
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("1,2")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("folder")
    small_unit(root / "source" / UNIT)
    make_course(root / "course", root / "source", [UNIT])
    return root / "course"


@pytest.fixture
def root(made, tmp_path):
    """A copy of the course, as it was after its release."""
    return Path(shutil.copytree(made, tmp_path / "course"))


def submit(root, student, unit=UNIT, **files):
    folder = root / "submitted" / student / unit
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def tasks(root, student):
    folder = CourseFolder.open(root)
    with folder.gradebook() as gradebook:
        return folder.tasks(folder.common(gradebook, UNIT), student)


# ------------------------------------------------------------------------------- opening


def test_a_folder_that_is_no_course_is_told_what_is_missing(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoCourse) as error:
            CourseFolder.open(path)
        assert str(path) in str(error.value)
        assert "neither nbgrader_config.py nor source/" in str(error.value)
        assert "--course" in str(error.value)


def test_a_source_folder_alone_makes_a_course(tmp_path):
    (tmp_path / "source").mkdir()
    folder = CourseFolder.open(tmp_path)
    assert folder.limits == Limits() and folder.trusted is False
    assert folder.source("x") == tmp_path / "source" / "x"


def test_opening_leaves_the_working_directory(root, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    CourseFolder.open(Path("course"))
    assert Path.cwd() == tmp_path


def test_two_courses_can_be_open(root, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'other'\nc.Execute.timeout = 7"
    )
    first, other = CourseFolder.open(root), CourseFolder.open(tmp_path / "other")
    assert first.path("submitted", "ann", UNIT) == root / "submitted" / "ann" / UNIT
    assert other.path("submitted", "ann", UNIT) == tmp_path / "other" / "submitted" / "ann" / UNIT
    assert (first.limits.cell_seconds, other.limits.cell_seconds) == (6, 7)


def test_folders_may_have_other_names(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.submitted_directory = 'in'\n"
        "c.CourseDirectory.directory_structure = '{nbgrader_step}/of-{student_id}/{assignment_id}'\n"
        "c.CourseDirectory.student_id_exclude = 'zoe,max'"
    )
    for name in ("of-ann", "of-zoe", "of-max", "bob"):
        (tmp_path / "in" / name / UNIT).mkdir(parents=True)
    folder = CourseFolder.open(tmp_path)
    assert folder.path("submitted", "ann", UNIT) == tmp_path / "in" / "of-ann" / UNIT


def test_nbgraders_own_programs_are_found(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    find_own_programs()
    find_own_programs()
    own = str(Path(sys.executable).parent)
    assert os.environ["PATH"].split(os.pathsep) == list(dict.fromkeys([own, "/usr/bin"]))


# ------------------------------------------------------------------------------ settings


def config(**parts):
    made = Config()
    for name, fields in parts.items():
        made[name].update(fields)
    return made


@pytest.mark.parametrize(
    ("given", "limits", "trusted"),
    [
        (config(), Limits(), False),
        (config(Engine={"limits": {"memory": 5, "cells": 7}}), Limits(memory=5, cells=7), False),
        (config(Engine={"limits": {}, "trusted": True}), Limits(), True),
        (config(Execute={"timeout": 9}), Limits(cell_seconds=9), False),
        (config(Execute={"timeout": None}), Limits(), False),
        (config(Execute={"timeout": -1}), Limits(), False),
        (config(ExecutePreprocessor={"timeout": 9}), Limits(cell_seconds=9), False),
        # as words on a command line, which are text until somebody knows what they should be
        (config(Execute={"timeout": DeferredConfigString("9")}), Limits(cell_seconds=9), False),
        (config(Engine={"trusted": DeferredConfigString("False")}), Limits(), False),
        (config(Engine={"trusted": DeferredConfigString("True")}), Limits(), True),
        (
            config(Execute={"timeout": 9}, Engine={"limits": {"cell_seconds": 3}}),
            Limits(cell_seconds=3),
            False,
        ),
    ],
)
def test_settings_come_from_nbgraders_configuration(given, limits, trusted):
    assert settings(given) == {"limits": limits, "trusted": trusted}


@pytest.mark.parametrize(
    "given", [config(Engine={"trusted": "perhaps"}), config(Execute={"timeout": "soon"})]
)
def test_settings_of_the_wrong_kind_are_a_sentence(given):
    with pytest.raises(BadSettings, match=r"nbgrader_config\.py"):
        settings(given)


def test_a_grading_is_limited_by_default():
    limits = Limits()
    assert limits.memory == 2 * 2**30, "design.md: enforced at 2 GiB"
    assert 0 < limits.cell_seconds <= limits.notebook_seconds
    assert 0 < limits.stream_output <= limits.cell_output <= limits.notebook_output


# ------------------------------------------------------------------------- who and what


def test_students_are_those_who_handed_in(root):
    for name in ("zoe", "ann", "ü-1", "a b", "bob@uni", "[x]*", ".ipynb_checkpoints"):
        submit(root, name)
    submit(root, "late", unit="02-other")
    (root / "submitted" / "file").write_text("")
    (root / "submitted" / "max").mkdir()
    (root / "submitted" / "max" / UNIT).write_text("no folder")
    folder = CourseFolder.open(root)
    assert folder.students(UNIT) == ["[x]*", "a b", "ann", "bob@uni", "zoe", "ü-1"]
    assert folder.students("02-other") == ["late"]
    assert folder.students("99-nothing") == []


def test_students_may_be_excluded(root):
    with open(root / "nbgrader_config.py", "a") as file:
        file.write("c.CourseDirectory.student_id_exclude = 'zoe,max'\n")
    for name in ("zoe", "ann", "max"):
        submit(root, name)
    assert CourseFolder.open(root).students(UNIT) == ["ann"]


def test_nobody_handed_in(root):
    assert CourseFolder.open(root).students(UNIT) == []


def test_a_key_is_text_or_none(root):
    folder = CourseFolder.open(root)
    assert folder.key(UNIT) == KEY
    (root / "source" / UNIT / "exercises.py").write_text("print('of another kind')")
    assert folder.key(UNIT) is None
    (root / "source" / UNIT / "exercises.py").unlink()
    assert folder.key(UNIT) is None


def test_the_structures_of_all_notebooks(root):
    folder = CourseFolder.open(root)
    with folder.gradebook() as gradebook:
        found = folder.structures(gradebook, UNIT)
        with pytest.raises(UnknownUnit):
            folder.structures(gradebook, "99-nothing")
    assert [(one.notebook, one.points) for one in found] == [("a", {"a": 2.0}), ("b", {"b": 2.0})]


def test_private_files_are_not_released(root):
    released = {path.name for path in (root / "release" / UNIT).rglob("*")}
    assert released == {"a.ipynb", "b.ipynb", "data", "x.csv"}


# --------------------------------------------------------------------------------- tasks


def test_a_task_for_each_notebook(root):
    submit(root, "ann", a__ipynb="{}", notes__txt="mine")
    first, second = tasks(root, "ann")
    assert (first.structure.notebook, first.notebook) == ("a", b"{}")
    assert (second.structure.notebook, second.notebook) == ("b", None)
    for task in (first, second):
        assert task.student == "ann" and task.common.key == KEY
        assert task.common.trusted is False
        assert task.common.limits.cell_seconds == 6
        assert task.all_files == {"notes.txt": b"mine", "data/x.csv": b"1,2"}
        assert task.flags == ()


def test_nobodys_task_is_a_missing_notebook(root):
    assert [(task.notebook, sorted(task.all_files)) for task in tasks(root, "nobody")] == [
        (None, ["data/x.csv"])
    ] * 2


def test_a_key_never_lies_beside_a_submission(root):
    submit(root, "ann", exercises__py="import exercises", unit__md="mine", marks__json="{}")
    for task in tasks(root, "ann"):
        assert set(task.all_files) == {"data/x.csv"}
        assert task.common.key == KEY


def test_the_instructors_files_win(root):
    folder = submit(root, "ann")
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("mine")
    assert tasks(root, "ann")[0].all_files["data/x.csv"] == b"1,2"
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(f"c.Autograde.exclude_overwriting = {{{UNIT!r}: ['data/x.csv']}}\n")
    assert tasks(root, "ann")[0].all_files["data/x.csv"] == b"mine"


def test_links_of_a_submission_are_left_out_and_flagged(root):
    folder = submit(root, "ann")
    (folder / "a.ipynb").symlink_to(root / "source" / UNIT / "a.ipynb")
    (folder / "link.txt").symlink_to(root / "source" / UNIT / "exercises.py")
    (folder / "links").symlink_to(root / "source")
    first, second = tasks(root, "ann")
    assert first.notebook is None and second.notebook is None
    assert set(first.all_files) == {"data/x.csv"}
    assert {flag.says.split()[0] for flag in first.flags} >= {"link.txt", "links"}


@pytest.mark.timeout(20)
def test_a_notebook_that_is_no_file_is_missing(root):
    folder = submit(root, "ann")
    os.mkfifo(folder / "a.ipynb")
    (folder / "b.ipynb").mkdir()
    assert [task.notebook for task in tasks(root, "ann")] == [None, None]
