"""Whatever is answered to whichever exercise of a unit, it is marked, and nobody's grading ends."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grade import grade
from autograder.marking.marking import Score, explain, record_of
from autograder.marking.marks import mark, mark_file
from autograder.submission.structure import Cell, Structure
from autograder.tasks import Common, Task
from exercises.answers import Other
from exercises.comparison import same
from exercises.unit import load_file, text_in
from tests.support.answers import any_answer
from tests.support.cells import KERNEL

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parents[3] / "source"
UNITS = {path.parent.name: load_file(path) for path in sorted(SOURCE.glob("*/exercises.py"))}
EXERCISES = {f"{unit}: {name}": one for unit, loaded in UNITS.items()
             for name, one in loaded.exercises.items()}  # fmt: skip
FILES = {f"{unit}: {name}": one for unit, loaded in UNITS.items()
         for name, one in loaded.files.items()}  # fmt: skip


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
@settings(max_examples=25)
@given(palette=st.lists(any_answer, min_size=1, max_size=5), seed=st.integers(0, 99), part=...)
def test_any_answers_are_marked(exercise, palette, seed, part: bool):
    draw = random.Random(seed)
    answers = [draw.choice(palette) for _ in exercise.questions]
    if part:
        answers = answers[: draw.randrange(len(answers) + 1)]
    judged = mark(exercise, answers)
    assert 0 <= judged.credit <= 1
    score = Score(exercise.name, float(judged.credit * exercise.points), exercise.points, judged)
    assert json.dumps(record_of(score)) and explain(score)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_no_data_at_all_earns_nothing(exercise):
    """``return np.zeros(3).tolist``, the brackets forgotten, wherever an answer is asked."""
    forgotten = Other("an object of type builtin_function_or_method")
    assert mark(exercise, [forgotten] * len(exercise.questions)).credit == 0


@pytest.mark.parametrize("wanted", FILES.values(), ids=list(FILES))
@settings(max_examples=25)
@given(data=st.none() | st.binary(max_size=200))
def test_any_file_is_marked(wanted, data):
    judged = mark_file(wanted, data)
    assert judged.credit == 0 and judged.problem.kind == "unusable"


# ------------------------------------------------------------------------ in the real sandbox

ANSWERS = {
    "a-method": "np.zeros(3).tolist",
    "itself": "answer",
    "empty-axes": "np.zeros((100_000, 100_000, 0))",
    "texts": '["x" * 10_000] + [""] * 999',
    "a-large-integer": "[2**11_999, 0.5]",
    "a-list-of-no-data": "[np.zeros(3).tolist]",
    "no-array": "np.array([1, 'x'], dtype=object)",
    "an-error-of-ones-own": "(_ for _ in ()).throw(type('E', (Exception,), {})())",
}


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("unit", "kind"),
    [*((unit, "a-method") for unit in UNITS), *(("03-padding", kind) for kind in ANSWERS)],
)
def test_a_notebook_whose_every_answer_is_strange_is_graded(unit, kind):
    value = ANSWERS[kind]
    cells, source = [], "import numpy as np\n"
    for name, exercise in UNITS[unit].exercises.items():
        source += f"def answer(*args):\n    return {value}\n{name} = answer\n"
        cells.append(
            Cell(name, "code", name, name, None, True, True, False, False, exercise.points)
        )
    common = Common(Structure(unit, "unit", KERNEL, tuple(cells)), key=text_in(SOURCE / unit))
    nb = new_notebook(cells=[new_code_cell(source)])
    result = grade(Task("ann", common, json.dumps(nb).encode()))
    assert result.failed is None
    assert result.scores == dict.fromkeys(UNITS[unit].exercises, 0)
    assert {flag.kind for flag in result.flags} <= {"another-id", "deleted", "reordered"}


def test_the_right_answers_are_still_right():
    """Or all that is above could be had by refusing everything."""
    for exercise in EXERCISES.values():
        if hasattr(exercise, "expected"):
            assert mark(exercise, exercise.expected).credit == 1
            assert all(same(one, one) for one in exercise.expected)
    assert not same(np.zeros(3), Other("x"))
