"""Nothing that a notebook can import while it is graded answers an exercise of any unit.

In the real sandbox every callable of every module of the course and of the kit is handed in under
the name of every exercise, and asked and marked as an answer is.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import Execution, execute
from autograder.execution.questions import Questions
from autograder.limits import MIB, Limits
from autograder.marking.marks import mark
from exercises.authoring import AnyAuthored, AuthoredTests
from exercises.subjects import Implementation, built
from tests.units.test_every_unit import UNITS, unit_of

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(600)]

PACKAGES = ("course", "exercises")
LIMITS = Limits(
    cell_seconds=120, notebook_seconds=500, answer_seconds=3, memory=3 * 1024 * MIB,
    stream_output=4_000_000, cell_output=4_000_000, notebook_output=8_000_000,
)  # fmt: skip

# finds the candidates: every callable that a module of ours defines, and the methods of its classes
FIND = """
import importlib, inspect, json, pkgutil, types

MODULES, ABSENT, CANDIDATES = [], {}, {}
for package in ("course", "exercises"):
    MODULES.append(importlib.import_module(package))
    for found in pkgutil.walk_packages(MODULES[-1].__path__, package + ".", onerror=lambda name: None):
        if not found.name.endswith("__main__"):
            try:
                MODULES.append(importlib.import_module(found.name))
            except ImportError as error:
                ABSENT[found.name] = str(error)

def candidates():
    for module in MODULES:
        for name, value in sorted(vars(module).items()):
            ours = (getattr(value, "__module__", None) or type(value).__module__).startswith(("course", "exercises"))
            if not callable(value) or not ours:
                continue
            yield f"{module.__name__}:{name}", value
            if isinstance(value, type):
                for part in sorted(vars(value)):
                    if callable(getattr(value, part)) and not part.startswith("__"):
                        yield f"{module.__name__}:{name}.{part}", getattr(value, part)

seen = []
for name, value in candidates():
    if not any(value is other for other in seen):
        seen.append(value)
        CANDIDATES[name] = value

def takes(function, count):
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # nobody knows
        return True
    return True
"""


def notebook(*sources: str, names: tuple[str, ...] = ()) -> NotebookNode:
    """Cells to run, then an empty grade cell for each name."""
    cells = [new_code_cell(source) for source in sources]
    for name in names:
        cells.append(new_code_cell("", metadata={"nbgrader": {"grade_id": name}}))
    return new_notebook(cells=cells)


def run(nb: NotebookNode, questions: dict[str, Questions]) -> Execution:
    execution = execute(nb, questions, LIMITS, preload=("course", "numpy", "torch", "matplotlib"))
    for cell in nb.cells:
        assert not [out for out in cell.outputs if out.output_type == "error"], cell.outputs
    return execution


@pytest.fixture(scope="module")
def found(sandbox: None) -> dict[str, Any]:
    """What is there in the sandbox: modules, those that are absent, and how candidates are called."""
    most = max(len(args) for one in exercises().values() for args in one.questions)
    show = (
        "print(json.dumps({'modules': [m.__name__ for m in MODULES], 'absent': ABSENT, 'candidates':"
        f" {{name: [n for n in range({most + 1}) if takes(value, n)] for name, value in CANDIDATES.items()}}}}))"
    )
    nb = notebook(FIND, show)
    run(nb, {})
    return json.loads(nb.cells[1].outputs[0].text)


def exercises() -> dict[str, AnyAuthored]:
    """All exercises of all units, as ``02-output-size/output_size``."""
    return {
        f"{unit}/{name}": exercise
        for unit in UNITS
        for name, exercise in unit_of(unit).exercises.items()
    }


class Near(Implementation):
    """As an implementation that is judged, in the same process: ours have nothing to hide it from."""

    def __reduce__(self) -> tuple[Any, ...]:
        return built, (self.name, self.source, self.right)


def asked(exercise: AnyAuthored) -> Questions:
    """What a grader asks, without a process for each implementation."""
    if isinstance(exercise, AuthoredTests):
        inputs = [(Near(one.name, one.source, one.right),) for (one,) in exercise.questions]
        return Questions.of(inputs)
    return Questions.of(exercise.questions)


def test_what_computes_answers_is_not_there(found: dict[str, Any]) -> None:
    assert {"course.units.padding", "course.mnist.model", "exercises.check"} <= set(
        found["modules"]
    )
    panels = {f"course.units.{unit.partition('-')[2].replace('-', '_')}.panels" for unit in UNITS}
    assert not [name for name in found["modules"] if name in panels or ".live" in name]
    assert len(found["candidates"]) > 200


def test_nothing_that_can_be_imported_earns_a_point(found: dict[str, Any]) -> None:
    pairs: dict[str, tuple[str, str]] = {}  # grade id: exercise, candidate
    questions: dict[str, Questions] = {}
    for name, exercise in exercises().items():
        packed = asked(exercise)
        counts = {len(args) for args in exercise.questions}
        for candidate, takes in found["candidates"].items():
            if counts & set(takes):
                id = f"c{len(pairs)}"
                pairs[id] = name, candidate
                questions[id] = packed
    names = json.dumps({id: candidate for id, (_, candidate) in pairs.items()})
    hand_in = (
        f"globals().update({{id: CANDIDATES[name] for id, name in json.loads({names!r}).items()}})"
    )
    execution = run(notebook(FIND, hand_in, names=tuple(pairs)), questions)
    earned, answered = {}, 0
    for id, (name, candidate) in pairs.items():
        given = execution.answers[id]
        answered += bool(given.given)
        if credit := mark(exercises()[name], given.given, given.problem).credit:
            earned[name, candidate] = str(credit)
    print(len(found["candidates"]), "candidates,", len(pairs), "pairs,", answered, "answered")
    assert earned == {}
    assert answered > 0.9 * len(pairs) > 500


def test_a_right_answer_earns_everything_in_the_same_way(found: dict[str, Any]) -> None:
    """So that the test above could fail."""
    names = {f"r{number}": name for number, name in enumerate(exercises())}
    texts, questions = [], {}
    for id, name in names.items():
        exercise = exercises()[name]
        questions[id] = asked(exercise)
        texts.append(
            f"space = {{}}\nexec({exercise.standing_alone()!r}, space)\n{id} = space[{exercise.name!r}]"
        )
    execution = run(notebook(*texts, names=tuple(names)), questions)
    credit = {
        name: mark(exercises()[name], execution.answers[id].given).credit
        for id, name in names.items()
    }
    assert {name: share for name, share in credit.items() if share != 1} == {}
