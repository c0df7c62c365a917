"""The test of all exercises of a unit, and of several units one after the other."""

import pytest

from autograder.marking.selftest import selftest, units_of
from exercises.unit import load
from tests.support import cells
from tests.support.half import HEAD, KEY, make_unit, notebook

FILES = """
from exercises.handed_in import handed_in


@handed_in("w.bin", points=2, groups={"there": 1},
           samples={"right": lambda: b"x", "missing": lambda: None})
def weights(data):
    return {"there": data is not None}
"""


def problems(root, unit="01-half"):
    return [problem for tested in selftest(root, [unit]) for problem in tested.problems]


def test_units_are_the_folders_with_exercises_of_the_kit(tmp_path):
    make_unit(tmp_path / "02-b")
    make_unit(tmp_path / "01-a")
    make_unit(tmp_path / "00-without", key=None)
    make_unit(tmp_path / "03-something-else", key="def helper():\n    return 5\n")
    (tmp_path / "exercises.py").write_text(KEY)
    assert units_of(tmp_path) == ["01-a", "02-b"]
    assert units_of(tmp_path / "nowhere") == []


def test_a_good_unit(tmp_path):
    manual = cells.cell("n = 1", "by-hand", 1, solution=True)
    task = cells.cell("Draw.", "draw", 1, kind="markdown", task=True)
    weights = cells.cell("look()", "weights", 2)
    make_unit(tmp_path / "01-half", KEY + FILES, notebook("Words.", manual, task, weights))
    half, file = selftest(tmp_path, ["01-half"])
    assert (half.unit, half.exercise, half.slips, half.cases) == ("01-half", "half", 1, 5)
    assert (file.exercise, file.slips, file.cases) == ("weights", 1, 0)
    assert half.problems == file.problems == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (KEY, "", "01-half has no exercises.py that imports exercises.authoring"),
        ("\n\n\n@exercise", "\n1 / 0\n\n\n@exercise", "01-half/exercises.py, line 3: ZeroDivisionError"),
        ('"(n + 1) // 2"', '"n // 2 + 0"', "01-half/exercises.py, line 16: half: no example or probe shows that up"),
        ("(4,): 2", "(4,): 3", "01-half/exercises.py, line 5: half(4): the example says 3, the reference 2"),
        ("[(3,), (5,), (9,)]", "[(5,), (5,)]", "01-half/exercises.py, line 5: half: with 'return round(n / 2)' the reference earns everything; "),
        ("[(6,), (8,)]", "[(6,), (6,)]", "01-half/exercises.py, line 5: half: always answering 3 earns 1/2 of the points"),
        ("return n // 2\n", "return object()\n", "01-half/exercises.py, line 5: half(3): the reference answers"),
        ("points=4", "points=3", "half: the notebook gives 4 points, the exercises file 3"),
    ],
)  # fmt: skip
def test_a_defect_is_a_problem(tmp_path, old, new, says):
    assert KEY.count(old) == 1
    make_unit(tmp_path / "01-half", KEY.replace(old, new))
    assert problems(tmp_path)[0].startswith(says), problems(tmp_path)


def test_a_unit_without_exercises_is_a_problem(tmp_path):
    make_unit(tmp_path / "01-half", key=None)
    assert len(problems(tmp_path)) == 1
    assert len(problems(tmp_path, "99-nothing")) == 1


def test_a_cell_without_an_exercise_is_a_problem_of_its_own(tmp_path):
    other = cells.notebook(HEAD, cells.answer("half", "def half(n): ..."), cells.test("other", 1))
    make_unit(tmp_path / "01-half", nb=other)
    half, unknown = selftest(tmp_path, ["01-half"])
    assert half.problems == ["half: no grade cell of the notebook has this id"]
    assert unknown.exercise == "other" and len(unknown.problems) == 1


def test_one_bad_unit_does_not_hide_another(tmp_path):
    make_unit(tmp_path / "01-bad", key=KEY + "1 / 0\n")
    make_unit(tmp_path / "02-good")
    tested = list(selftest(tmp_path, ["01-bad", "02-good"]))
    assert [(one.unit, one.exercise, bool(one.problems)) for one in tested] == [
        ("01-bad", "exercises.py", True),
        ("02-good", "half", False),
    ]


def test_a_check_that_reads_its_file_beside_the_notebook_needs_it_there(tmp_path):
    reads = cells.new_code_cell('check = checker("exercises.json")')
    folder = make_unit(tmp_path / "01-half", nb=notebook(reads))
    command = f"python -m exercises {folder}/exercises.py {folder}/exercises.json"
    assert problems(tmp_path) == [f"exercises.json is not there: {command}"]
    (folder / "exercises.json").write_text(load(KEY).public())
    assert problems(tmp_path) == []
    (folder / "exercises.py").write_text(KEY.replace("Which half", "What"))
    assert problems(tmp_path) == [f"exercises.json is not what exercises.py makes: {command}"]
