"""What of a unit's folder students get, and that nothing private is in it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.nbgrader_plugin.released import NotForStudents, is_released, released_files
from autograder.nbgrader_plugin.releasing import NotReleased, release
from tests.support.cells import answer, notebook, test

PUBLIC = ["data.csv", "data/deep/train-images-idx3-ubyte", "helper.py", "README", "picture.PNG",
          "exercises.json", "model.safetensors", "my.data.tar.gz", "notes.md"]  # fmt: skip
LEFT_OVER = ["exercises.py", "exercises.py~", ".exercises.py.swp", "exercises.py.bak", "#unit.md#",
             "unit.md~", ".unit.md.swo", "unit.md.orig", "key.py~", "4913", ".#exercises.py",
             "exercises.py.save", "exercises.py.rej", "unit.md", "marks.json", "data/exercises.py",
             "exercises.py.tmp", ".ipynb_checkpoints/unit-checkpoint.ipynb", ".env", "unit.ipynb.old",
             "exercises.py.1", ".vscode/x.json", "exercises.py_", "key.old"]  # fmt: skip


@pytest.mark.parametrize("name", PUBLIC)
def test_data_code_and_documents_are_released(name):
    assert is_released(name)


@pytest.mark.parametrize("name", [name for name in LEFT_OVER if name != "4913"])
def test_what_editors_and_teachers_leave_is_not(name):
    assert not is_released(name)


def test_a_course_may_name_more():
    assert not is_released("x.weird") and is_released("x.weird", ["*.weird"])


KEY = """from exercises.authoring import Group, exercise
@exercise(points=4, returns="n // 2", examples={}, groups=[Group("all", [(19,), (20,)])])
def half(n):
    return n // 2
"""
HIDDEN = "    ### BEGIN SOLUTION\n    return (n - n % 2) // 2 + 0\n    ### END SOLUTION"


@pytest.fixture
def course(tmp_path: Path) -> CourseFolder:
    """A unit with a key, a text twin, data, and what an editor left."""
    unit = tmp_path / "course" / "source" / "01"
    unit.mkdir(parents=True)
    nb = notebook(answer("half", f"def half(n):\n{HIDDEN}"), test("half", 4))
    nbformat.write(nb, unit / "unit.ipynb")
    for name in LEFT_OVER:
        (unit / name).parent.mkdir(parents=True, exist_ok=True)
        (unit / name).write_text("4913")  # vim's own test whether it can write
    (unit / "exercises.py").write_text(KEY)
    for name in PUBLIC:
        (unit / name).parent.mkdir(parents=True, exist_ok=True)
        (unit / name).write_text("import numpy as np, scipy as sp\n" + "1,2,3\n")
    (unit / "exercises.json").write_text(KEY)  # generated: what of the key is public
    (tmp_path / "course" / "nbgrader_config.py").write_text(
        "from autograder.nbgrader_plugin.plugin import configure\n"
        "c = get_config()\nconfigure(c)\nc.CourseDirectory.course_id = 'x'\n"
    )
    return CourseFolder.open(tmp_path / "course")


def released(course: CourseFolder) -> set[str]:
    folder = course.path("release", ".", "01")
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_a_release_holds_what_is_for_students_and_so_does_the_grading(course):
    release(course, "01")
    expected = {*PUBLIC, "4913"}  # a name like any data's, and nothing private in it
    assert released(course) == {*expected, "unit.ipynb"}
    assert not any(p.is_dir() and not any(p.iterdir())
                   for p in course.path("release", ".", "01").rglob("*"))  # fmt: skip
    assert set(course.files_beside("01")) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("exercises (1).py", KEY),
        ("key.txt", f"an old one:\n  {KEY.splitlines()[1]}\n"),
        ("solution.py", "def half(n):\n    return (n - n % 2) // 2 + 0\n"),
    ],
)
def test_a_file_with_a_private_line_is_refused_by_name(course, name, text):
    (course.source("01") / name).write_text(text)
    with pytest.raises(NotForStudents, match="not for students") as caught:
        course.files_beside("01")
    assert name in str(caught.value)
    with pytest.raises(NotReleased, match="not for students"):
        release(course, "01")
    assert not course.path("release", ".", "01").exists()
    files = released_files(course.source("01"), [], [name])  # said by name, it is meant
    assert name in files


def test_a_file_of_which_the_students_version_counts(course):
    files = released_files(course.source("01"), [], [], ["data.csv", "no.txt"])
    assert set(files) == {*PUBLIC, "4913"} - {"data.csv"}


def test_a_unit_without_a_folder_has_no_files(tmp_path):
    assert released_files(tmp_path / "none", []) == {}
