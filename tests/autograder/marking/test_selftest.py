"""The test of all exercises: of the real units, and of small ones with one defect each."""

from pathlib import Path

import nbformat
import pytest
from half import KEY
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.marking.selftest import selftest, units_of

SOURCE = Path(__file__).parents[3] / "source"


def cell(grade_id, **flags):
    kind = {"grade": True, "solution": False, "locked": True, "task": False, **flags}
    data = {"schema_version": 3, "grade_id": grade_id, "points": 1, **kind}
    return new_code_cell("check(half)", metadata={"nbgrader": data})


def make(root, unit, key=KEY, cells=None):
    folder = root / unit
    folder.mkdir(parents=True)
    if key is not None:
        (folder / "key.py").write_text(key)
    cells = [cell("half")] if cells is None else cells
    nbformat.write(new_notebook(cells=cells), folder / "unit.ipynb")


def problems(root, unit="01-half"):
    return [problem for tested in selftest(root, [unit]) for problem in tested.problems]


def test_units_are_the_folders_with_a_key(tmp_path):
    make(tmp_path, "02-b")
    make(tmp_path, "01-a")
    make(tmp_path, "00-without", key=None)
    (tmp_path / "key.py").write_text("")
    assert units_of(tmp_path) == ["01-a", "02-b"]
    assert units_of(tmp_path / "nowhere") == []


def test_a_good_unit(tmp_path):
    manual = cell("by-hand", solution=True, locked=False)
    task = new_markdown_cell("Draw.", metadata=cell("draw", grade=False, task=True).metadata)
    make(tmp_path, "01-half", cells=[new_markdown_cell("Words."), cell("half"), manual, task])
    (tested,) = selftest(tmp_path, ["01-half"])
    assert (tested.unit, tested.exercise, tested.slips, tested.cases) == ("01-half", "half", 1, 4)
    assert tested.problems == []


REAL = [
    pytest.param(unit, marks=[pytest.mark.slow] if "mnist" in unit else [])
    for unit in units_of(SOURCE)
]


@pytest.mark.parametrize("unit", REAL)
def test_the_real_units(unit):
    pytest.importorskip("torch")
    tested = list(selftest(SOURCE, [unit]))
    assert tested and [one.problems for one in tested] == [[]] * len(tested)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "01-half/key.py must make a Key"),
        ("1 / 0", "01-half/key.py cannot be run: ZeroDivisionError"),
        (KEY.replace("(n + 1) // 2", "n // 2"), "the slip up (rounds up) loses nothing"),
        (KEY.replace("(4,), 2", "(4,), 3"), "the example differs from the key's 2"),
        (KEY.replace("(9,)", "(5,)"), "always answering 2 earns 1/2 of the points"),
        (KEY.replace("return n // 2\n", "return object()\n"), "the reference of half answers"),
    ],
)
def test_a_defect_of_a_key_is_a_problem(tmp_path, key, words):
    make(tmp_path, "01-half", key=key)
    assert any(words in problem for problem in problems(tmp_path)), problems(tmp_path)


def test_a_unit_without_a_key_is_a_problem(tmp_path):
    make(tmp_path, "01-half", key=None)
    assert len(problems(tmp_path)) == 1
    assert len(problems(tmp_path, "99-nothing")) == 1


def test_an_exercise_without_a_cell_is_a_problem(tmp_path):
    make(tmp_path, "01-half", cells=[cell("other")])
    assert problems(tmp_path) == [
        "half: no grade cell of the notebook has this id",
        "other: a test cell has points but no key",
    ]


def test_one_bad_unit_does_not_hide_another(tmp_path):
    make(tmp_path, "01-bad", key="1 / 0")
    make(tmp_path, "02-good")
    tested = list(selftest(tmp_path, ["01-bad", "02-good"]))
    assert [(one.unit, bool(one.problems)) for one in tested] == [
        ("01-bad", True),
        ("02-good", False),
    ]
