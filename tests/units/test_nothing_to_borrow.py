"""Nothing that a notebook can import while it is graded answers an exercise of any unit.

In the real sandbox every callable of every module of the course and of the kit is tried under the
name of every exercise that can call it so, and what it answers is marked as a student's answers are.
There are some ten thousand pairs.  So first each is asked for one case of every group, all in one
notebook; whoever answers one of these rightly is handed in as a function of that name.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import Execution, execute
from autograder.execution.questions import Questions
from autograder.limits import MIB, Limits
from autograder.marking.marks import mark
from autograder.sandbox.visible import hidden_paths
from exercises.authoring import AuthoredExercise, AuthoredTests
from exercises.check import accepts
from exercises.comparison import same
from exercises.questions import AuthoredQuestion
from exercises.subjects import Implementation, built
from exercises.unit import AnyExercise
from tests.units.test_every_unit import ROOT, UNITS, unit_of

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(900)]

LIMITS = Limits(
    cell_seconds=120, notebook_seconds=600, answer_seconds=200, memory=3 * 1024 * MIB,
    answers=512 * MIB, stream_output=4_000_000, cell_output=4_000_000,
)  # fmt: skip

# Every module that can be imported, and every callable that one of them defines, with the methods
# of its classes; ``ask`` calls one of these by its name, for a second at most.
FIND = """
import importlib, inspect, json, pkgutil, signal

MODULES, ABSENT, CANDIDATES = [], {}, {}
for package in ("course", "exercises"):
    root = importlib.import_module(package)
    names = [package, *(found.name for found in pkgutil.walk_packages(
        root.__path__, package + ".", onerror=lambda name: None))]
    for name in names:
        if not name.endswith("__main__"):
            try:
                MODULES.append(importlib.import_module(name))
            except ImportError as error:
                ABSENT[name] = str(error)

def callables():
    for module in MODULES:
        for name, value in sorted(vars(module).items()):
            home = getattr(value, "__module__", None) or type(value).__module__
            if callable(value) and home.partition(".")[0] in ("course", "exercises"):
                yield f"{module.__name__}:{name}", value
                for part in sorted(vars(value)) if isinstance(value, type) else ():
                    if callable(getattr(value, part)) and not part.startswith("__"):
                        yield f"{module.__name__}:{name}.{part}", getattr(value, part)

def takes(function):
    try:
        signature = inspect.signature(function)
    except ValueError:  # nobody knows
        return list(range(MOST + 1))
    counts = []
    for count in range(MOST + 1):
        try:
            signature.bind(*range(count))
            counts.append(count)
        except TypeError:
            pass
    return counts

seen = []
for name, value in callables():
    if not any(value is other for other in seen):
        seen.append(value)
        CANDIDATES[name] = takes(value)

class Late(Exception):
    pass

def stop(*_):
    raise Late

def ask(name, *args):
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        return pkgutil.resolve_name(name)(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
"""


class Near(Implementation):
    """An implementation that is judged, in the same process: ours need not be hidden from it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return built, (self.name, self.source, self.right)


@cache
def exercises() -> dict[str, AnyExercise]:
    """All exercises of all units that are worth something, as ``02-output-size/output_size``."""
    return {
        f"{unit}/{name}": exercise
        for unit in UNITS
        for name, exercise in unit_of(unit).exercises.items()
        if exercise.points
    }


def inputs_of(exercise: AnyExercise) -> list[tuple[Any, ...]]:
    """All that a grader asks."""
    if isinstance(exercise, AuthoredTests):
        return [(Near(one.name, one.source, one.right),) for (one,) in exercise.questions]
    return list(exercise.questions)


def first_of(exercise: AnyExercise) -> list[int]:
    """The numbers of the questions of which who earns anything has one right."""
    if isinstance(exercise, AuthoredExercise):
        sizes = [len(group.cases) for group in exercise.groups]
        return [sum(sizes[:number]) for number in range(len(sizes))]
    if isinstance(exercise, AuthoredTests):
        return [exercise.asked.index(number) for number, _ in enumerate(exercise.judged)]
    return [0]


def promising(exercise: AnyExercise, answers: list[Any]) -> bool:
    """Whether the answers to the first questions leave open that all of them earn something."""
    if isinstance(exercise, AuthoredExercise):
        right = (exercise.expected[number] for number in first_of(exercise))
        return any(same(given, wanted) for given, wanted in zip(answers, right, strict=True))
    if isinstance(exercise, AuthoredTests):
        judged = list(zip(map(accepts, answers), exercise.judged, strict=True))
        return all(said for said, one in judged if one.sound) and not all(
            said for said, _ in judged
        )
    return bool(best_credit(exercise, answers))


def best_credit(exercise: AnyExercise, answers: list[Any]) -> Any:
    """What all answers earn; to a question with numbers of one's own, the best of its variants."""
    people = [f"student-{number}" for number in range(100)]
    return max(
        mark(exercise, answers, of=one).credit
        for one in (people if isinstance(exercise, AuthoredQuestion) else people[:1])
    )


def run(*sources: str, hand_in: dict[str, list[tuple[Any, ...]]]) -> tuple[NotebookNode, Execution]:
    """Run the cells, then ask the functions of these names what belongs to each."""
    cells = [new_code_cell(source) for source in sources]
    cells += [new_code_cell("", metadata={"nbgrader": {"grade_id": name}}) for name in hand_in]
    nb = new_notebook(cells=cells)
    questions = {name: Questions.of(inputs) for name, inputs in hand_in.items()}
    execution = execute(nb, questions, LIMITS, preload=("course", "numpy", "torch", "matplotlib"))
    errors = [out for cell in nb.cells for out in cell.outputs if out.output_type == "error"]
    assert not errors and not execution.stops, (errors, execution.stops)
    return nb, execution


@pytest.fixture(scope="module")
def found(sandbox: None) -> dict[str, Any]:
    """What there is in the sandbox, and how it can be called."""
    most = max(len(args) for one in exercises().values() for args in one.questions)
    setup = f"MOST = {most}\n{FIND}"
    show = "print(json.dumps([[one.__name__ for one in MODULES], ABSENT, CANDIDATES]))"
    nb, _ = run(setup, show, hand_in={})
    modules, absent, candidates = json.loads(nb.cells[1].outputs[0].text)
    return {"setup": setup, "modules": modules, "absent": absent, "candidates": candidates}


def test_what_computes_answers_is_not_there_and_all_else_is(found: dict[str, Any]) -> None:
    assert {"course.units.mnist", "course.mnist.train", "exercises.check"} <= set(found["modules"])
    assert len(found["candidates"]) > 300
    hidden = [
        str(path.with_suffix("")) for path in hidden_paths(["course"]) if path.suffix != ".pyc"
    ]
    for name in found["modules"]:
        assert str(ROOT / name.replace(".", "/")) not in hidden
    for name, why in found["absent"].items():  # itself, and not something that it needs
        assert str(ROOT / name.replace(".", "/")) in hidden and name in why, (name, why)


def test_nothing_that_can_be_imported_earns_a_point(found: dict[str, Any]) -> None:
    pairs: dict[str, list[str]] = {}
    hand_in = {}
    for name, exercise in exercises().items():
        counts = {len(args) for args in exercise.questions}
        pairs[name] = [one for one, takes in found["candidates"].items() if counts & set(takes)]
        inputs = inputs_of(exercise)
        asked = [inputs[number] for number in first_of(exercise)]
        hand_in[name] = [(one, *args) for one in pairs[name] for args in asked]
    everyone = "\n".join(f"globals()[{name!r}] = ask" for name in hand_in)
    _, execution = run(found["setup"], everyone, hand_in=hand_in)
    left = []
    for name, candidates in pairs.items():
        given, size = execution.answers[name].given, len(first_of(exercises()[name]))
        assert len(given) == len(candidates) * size, (name, execution.answers[name].problem)
        for number, one in enumerate(candidates):
            if promising(exercises()[name], given[number * size : (number + 1) * size]):
                left.append((name, one))
    assert sum(map(len, pairs.values())) > 5_000 > 500 > len(left)
    texts = "\n".join(
        f"def c{number}(*args): return ask({one!r}, *args)" for number, (_, one) in enumerate(left)
    )
    hand_in = {f"c{number}": inputs_of(exercises()[name]) for number, (name, _) in enumerate(left)}
    _, execution = run(found["setup"], texts, hand_in=hand_in)
    earned = {
        pair: str(share)
        for number, pair in enumerate(left)
        if (share := best_credit(exercises()[pair[0]], execution.answers[f"c{number}"].given))
    }
    assert earned == {}


def test_a_right_answer_earns_everything_in_the_same_way(found: dict[str, Any]) -> None:
    """So that the test above could fail."""
    names = {f"r{number}": name for number, name in enumerate(exercises())}
    texts = []
    for id, name in names.items():
        exercise = exercises()[name]
        text = exercise.standing_alone()
        texts.append(f"space = {{}}\nexec({text!r}, space)\n{id} = space[{exercise.name!r}]")
    hand_in = {id: inputs_of(exercises()[name]) for id, name in names.items()}
    _, execution = run(*texts, hand_in=hand_in)
    for id, name in names.items():
        exercise, given = exercises()[name], execution.answers[id].given
        if not isinstance(exercise, AuthoredQuestion):  # its numbers are somebody's own
            assert best_credit(exercise, given) == 1, (name, given[:3])
            assert promising(exercise, [given[number] for number in first_of(exercise)])
