"""A course without keys: our engine's grades beside stock nbgrader's, both really run."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support.cells import cell, notebook
from tests.support.nbgrader_course import OURS, STOCK, nbgrader
from tests.support.nbgrader_course import rows as all_rows

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(600)]


def source_notebook():
    """One of each kind of cell that nbgrader knows, with hidden tests and a data file."""
    return notebook(
        "# Squares",
        cell("def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION",
             "square", solution=True),
        cell("assert square(2) == 4\n### BEGIN HIDDEN TESTS\nassert square(3) == 9\n"
             "### END HIDDEN TESTS", "test-square", 3),
        cell("def total(path):\n    ### BEGIN SOLUTION\n"
             "    return sum(map(int, open(path).read().split()))\n    ### END SOLUTION", "total", solution=True),
        cell("points = 0\nif total('numbers.txt') == 6: points += 1.5\n"
             "if total('numbers.txt') > 5: points += 0.5\npoints", "test-total", 2),
        cell("### BEGIN SOLUTION\nplot = 1\n### END SOLUTION", "by-hand", 4, solution=True),
        cell("Because.", "words", 2, kind="markdown", solution=True),
        cell("assert 'plot' in globals()", "test-plot", 1),
    )  # fmt: skip


ANSWERS = {
    "right": {"square": "def square(x):\n    return x ** 2",
              "total": "def total(path):\n    return sum(map(int, open(path).read().split()))",
              "by-hand": "plot = 2", "words": "I think so."},
    "half": {"square": "def square(x):\n    return x + 2", "total": "def total(path):\n    return 7"},
    "untouched": {},
    "raises": {"square": "def square(x):\n    raise KeyError(x)", "by-hand": "1 / 0"},
    "stderr": {"square": "import sys\ndef square(x):\n    print('!', file=sys.stderr)\n    return x * x"},
    "loops": {"square": "def square(x):\n    while x: pass"},
}  # fmt: skip


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same course twice: configured for our engine, and stock."""
    made = []
    for name, config in (("ours", OURS), ("stock", STOCK)):
        root = tmp_path_factory.mktemp("plain") / name
        (root / "source" / "squares").mkdir(parents=True)
        (root / "nbgrader_config.py").write_text(config + "c.Execute.timeout = 4\n")
        nbformat.write(source_notebook(), root / "source" / "squares" / "p1.ipynb")
        (root / "source" / "squares" / "numbers.txt").write_text("1 2 3\n")
        nbgrader(root, "generate_assignment", "squares")
        released = nbformat.read(root / "release" / "squares" / "p1.ipynb", 4)
        for student, answers in ANSWERS.items():
            nb = nbformat.from_dict(released)
            nb = nbformat.reads(nbformat.writes(nb), 4)
            for one in nb.cells:
                grade_id = one.metadata.get("nbgrader", {}).get("grade_id")
                one.source = answers.get(grade_id, one.source)
            folder = root / "submitted" / student / "squares"
            folder.mkdir(parents=True)
            nbformat.write(nb, folder / "p1.ipynb")
            (folder / "numbers.txt").write_text("1 2 3 4\n")  # the instructor's replaces it
        made.append(root)
    return made[0], made[1]


def rows(root: Path) -> dict[tuple[str, str], tuple]:
    """What the gradebook says, by student and cell: there is one notebook."""
    return {(student, name): row for (student, _, _, name), row in all_rows(root).items()}


def test_grades_equal_stock_nbgraders(courses: tuple[Path, Path]) -> None:
    ours, stock = courses
    grade_unit(CourseFolder.open(ours), "squares")
    nbgrader(stock, "autograde", "squares")
    book = rows(stock)
    assert rows(ours) == book
    # and these are the grades that they should be
    score = {student: book[student, "score test-square"][0] for student in ANSWERS}
    assert score == {"right": 3, "half": 0, "untouched": 0, "raises": 0, "stderr": 0, "loops": 0}
    assert book["right", "score test-total"] == (2, 0)
    assert book["half", "score test-total"] == (0.5, 0)
    assert book["right", "score by-hand"] == (None, 1)
    assert book["untouched", "score by-hand"] == (0, 0)
    assert book["untouched", "comment words"][0] == "No response."


def test_deleting_the_test_cell_of_a_resubmission_keeps_no_old_score(
    courses: tuple[Path, Path],
) -> None:
    ours, _ = courses
    folder = CourseFolder.open(ours)
    grade_unit(folder, "squares", students=["right"])
    path = ours / "submitted" / "right" / "squares" / "p1.ipynb"
    nb = nbformat.read(path, 4)
    nb.cells = [
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "test-square"
    ]
    for one in nb.cells:
        if one.metadata.get("nbgrader", {}).get("grade_id") == "square":
            one.source = "def square(x):\n    return 5"
    nbformat.write(nb, path)
    (graded,) = grade_unit(folder, "squares", students=["right"])
    assert rows(ours)["right", "score test-square"] == (0, 0)
    assert {flag["kind"] for flag in graded.notebooks["p1"]["flags"]} == {"deleted"}


def test_tests_that_are_switched_off_by_tags_run_all_the_same(courses: tuple[Path, Path]) -> None:
    ours, _ = courses
    path = ours / "submitted" / "half" / "squares" / "p1.ipynb"
    nb = nbformat.read(path, 4)
    for one in nb.cells:
        one.metadata["tags"] = ["skip-execution"]
    nbformat.write(nb, path)
    (graded,) = grade_unit(CourseFolder.open(ours), "squares", students=["half"])
    assert rows(ours)["half", "score test-square"] == (0, 0)
    assert "retagged" in {flag["kind"] for flag in graded.notebooks["p1"]["flags"]}


def test_an_end_announced_for_another_cell_ends_nothing(courses: tuple[Path, Path]) -> None:
    """Or the worker would be one cell behind, and throw the next test's error away."""
    ours, _ = courses
    path = ours / "submitted" / "raises" / "squares" / "p1.ipynb"
    nb = nbformat.read(path, 4)
    forged = "get_ipython().kernel.session.link.sendall(b'{\"done\": {}}\\n')"
    nb.cells.insert(1, new_code_cell(forged))
    nbformat.write(nb, path)
    grade_unit(CourseFolder.open(ours), "squares", students=["raises"])
    assert rows(ours)["raises", "score test-square"] == (0, 0)
