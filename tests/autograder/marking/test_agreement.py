"""Where a notebook and its exercises file differ: points, ids, signatures, headings, tables."""

import pytest

from autograder.marking.agreement import disagreements
from exercises.unit import load
from tests.support import cells

UNIT = """
from exercises.authoring import Group, claim, exercise
from exercises.handed_in import handed_in


@exercise(
    points=3,
    returns="a list with the picture cut off at the given column, and its width",
    examples=[
        (([[1, 2], [3, 4]], 1), ([[1], [3]], 1)),
        (([[0.5, -2.0]], 2), ([[0.5, -2.0]], 2)),
        (([[7, 8]], 0), ([[], []], 0)),
        (([[7, 8]], -1), ValueError),
        (([[7, 8]],), ([[7], [8]], 1)),
        (([[7, float("-inf")]], 9), ([[7, float("-inf")]], 9)),
    ],
    groups=[Group("all", [([[5]], 1)])],
)
def cut(image, K_1=1):
    if K_1 < 0:
        raise ValueError
    return [row[:K_1] for row in image], K_1


@claim("No.", points=1, returns="a number", gives="n", requirements=[("even", "n % 2 == 0")])
def even():
    return 2


@handed_in("w.bin", points=5, groups={"there": 1}, samples={})
def weights(data):
    return {"there": True}
"""
KEY = load(UNIT)
TABLE = """### A · Cut · `cut(image, K_1=1)`

**3 points · 2 minutes · ●○○**

| `image` | $K_1$ | answer |
|:--|:-:|:--|
| `[[1, 2], [3, 4]]` | 1 | `([[1], [3]], 1)` |
| `[[0.5, −2.0]]` | 2 | `([[0.5, -2]], 2)`, all of it |
| `[[7, 8]]` | 0 | two empty rows |
| `[[7, 8]]` | −1 | `ValueError` |
| `[[7, 8]]` | | `([[7], [8]], 1)` |
| `[[7, -inf]]` | `9` | `([[7, -inf]], 9)` |
| any picture | 0 | `[[]]` |
"""


def notebook(**changed):
    """The unit's notebook; a cell may be changed by its name, or left out with None."""
    made = {
        "head": TABLE,
        "cut_answer": cells.answer("cut", "def cut(image, K_1=1):\n    return image"),
        "cut": cells.test("cut", 3),
        "even_head": "### B · Even · `even()`\n\n**1 point**",
        "even_answer": cells.answer("even", "def even() -> int:\n    return 2"),
        "even": cells.test("even", 1),
        "weights": cells.cell("look()", "weights", 5),
        "words": cells.cell("Why?", "why", 2, kind="markdown", solution=True),
        "task": cells.cell("Draw.", "draw", 2, kind="markdown", task=True),
        **changed,
    }
    return cells.notebook(*filter(None, made.values()))


def said(folder, **changed):
    cells.write(folder, notebook(**changed))
    return list(disagreements(folder, KEY))


def test_a_notebook_that_agrees(tmp_path):
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "name", "says"),
    [
        ({"cut": None}, "cut", "no grade cell of the notebook has this id"),
        ({"weights": None}, "weights", "no grade cell of the notebook has this id"),
        (
            {"cut": cells.test("cut", 4)},
            "cut", "the notebook gives 4 points, the exercises file 3",
        ),
        (
            {"weights": cells.cell("look()", "weights", 0.5)},
            "weights", "the notebook gives 0.5 points, the exercises file 5",
        ),
        (
            {"more": cells.test("later", 1)},
            "later", "a test cell has points, and the exercises file does not know it",
        ),
        ({"cut_answer": None}, "cut", "no answer cell is called cut-answer"),
        (
            {"cut_answer": cells.answer("cut", "def cut(image, K_1=2):\n    pass")},
            "cut", "its answer cell does not define cut(image, K_1=1)",
        ),
        (
            {"even_answer": cells.answer("even", "def odd():\n    pass")},
            "even", "its answer cell does not define even()",
        ),
        ({"even_head": "### B · Even"}, "even", "no heading of the notebook names it"),
        (
            {"even_head": "### B · `even()`\n\n**2 points · 3 minutes**"},
            "even", "its heading says 2 points, the exercises file 1",
        ),
    ],
)  # fmt: skip
def test_what_differs_is_a_sentence(tmp_path, changed, name, says):
    assert said(tmp_path, **changed) == [(name, f"{name}: {says}")]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "| `[[1, 2], [3, 4]]` | 1 |", "| `[[1, 2], [3, 5]]` | 1 |",
            "the table's example cut([[1, 2], [3, 5]], 1) is not in the exercises file",
        ),
        ("| 2 | `([[0.5", "| 3 | `([[0.5", "the table's example cut([[0.5, -2.0]], 3) is not in the"),
        ("| 0 | two", "| 5 | two", "the table's example cut([[7, 8]], 5) is not in the exercises file"),
        (
            "`([[1], [3]], 1)`", "`([[1], [4]], 1)`",
            "the table says [[[1], [4]], 1] for cut([[1, 2], [3, 4]], 1), the exercises file "
            "[[[1], [3]], 1]",
        ),
        (
            "| −1 | `ValueError`", "| −1 | `[]`",
            "the table says [] for cut([[7, 8]], -1), the exercises file ValueError",
        ),
        (
            "| | `([[7], [8]], 1)`", "| | `ValueError`",
            "the table says ValueError for cut([[7, 8]]), the exercises file [[[7], [8]], 1]",
        ),
        ("([[7, -inf]], 9)", "([[7, 0]], 9)", "the table says [[[7, 0]], 9] for cut([[7, -inf]], 9)"),
    ],
)  # fmt: skip
def test_a_table_that_differs_is_a_sentence(tmp_path, old, new, says):
    assert TABLE.count(old) == 1
    ((name, sentence),) = said(tmp_path, head=TABLE.replace(old, new))
    assert name == "cut" and sentence.startswith(f"cut: {says}")


def test_a_table_of_something_else_is_left_alone(tmp_path):
    other = TABLE.replace("| `image` | $K_1$ | answer |", "| picture | column | answer |")
    assert said(tmp_path, head=other.replace("| 1 |", "| 99 |")) == []


def test_all_notebooks_of_a_unit_are_read(tmp_path):
    first, second = notebook(), notebook()
    first.cells, second.cells = first.cells[:3], second.cells[3:]
    cells.write(tmp_path, first, "a.ipynb")
    cells.write(tmp_path, second, "b.ipynb")
    assert list(disagreements(tmp_path, KEY)) == []
