"""Grading one submission: from bytes to a result, with no gradebook and no shared folder.

This is what travels to a worker.  Both doors, ``nbgrader autograde`` and ``autograder grade``, call
``grade`` and write what it returns.
"""

from __future__ import annotations

import functools
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import IgnorePattern, LimitOutput

from autograder.errors import Flag, Problem, is_full, no_room
from autograder.execution.execute import Execution, execute
from autograder.execution.harmless import doubted
from autograder.execution.questions import Questions
from autograder.marking.marking import Marking, mark_notebook, nothing_to_mark, record_of
from autograder.marking.time_limit import OutOfTime, within
from autograder.notebook_file import as_text, empty, without_outputs
from autograder.sandbox.zygote import CouldNotStart
from autograder.submission.reading import read_notebook
from autograder.submission.repair import repair
from autograder.submission.structure import Structure
from autograder.tasks import Result, Task
from autograder.untrusted import printable
from exercises.unit import PUBLIC, Unit, load

# Files that nothing imports.
DATA = (".csv", ".json", ".txt", ".md", ".png", ".jpg", ".jpeg", ".pdf", ".tsv", ".ipynb")

key_of = functools.lru_cache(maxsize=8)(load)  # a worker grades a whole class with one key


@functools.lru_cache(maxsize=200)
def _asked(key: str, name: str) -> Questions:
    """The questions of one exercise of a key, packed once for a class."""
    return Questions.of(key_of(key).exercises[name].questions)


class Undecided(Exception):
    """Nothing can be decided about a submission; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.says)
        self.problem = problem


def grade(task: Task) -> Result:
    """Grade one notebook.  Never raises, whatever the submission: see ``Result.failed``.

    Raises BadExercise for a key that cannot be used: that is no submission's fault.
    """
    return _surely(task, _run_and_mark)


def undecided(task: Task, problem: Problem) -> Result:
    """The result of a notebook that could not be graded: nothing is decided."""

    def give_up(*_: Any) -> tuple[Execution, Marking]:
        raise Undecided(problem)

    return _surely(task, give_up)


def grade_calmly(task: Task) -> Result:
    """``grade``, and once more if the first result is doubtful: a caller with nothing else to do.

    So nobody loses a mark because the machine was busy.  What the first one was asked reaches the
    second by no way: that one gets a sandbox of its own.
    """
    result = grade(task)
    return grade(replace(task, fresh=True)) if result.doubtful else result


Decide = Callable[[NotebookNode, Task, Unit | None], tuple[Execution, Marking]]


def _surely(task: Task, decide: Decide) -> Result:
    """A result whatever happens; the one place where what a submission raises is caught."""
    began = time.perf_counter()
    key = key_of(task.common.key) if task.common.key else None
    limits, structure = task.common.limits, task.structure
    nb, flags, failed = empty(), list(task.flags), None
    try:
        if task.unread is not None:
            raise Undecided(task.unread)
        nb, found = read_notebook(task.notebook, limits.notebook, limits.cells)
        flags += found
        kinds = {flag.kind for flag in found}
        nb, repairs = repair(nb, structure)
        if kinds & {"missing", "unreadable", "too-large"}:
            # what is not there earns nothing; what is too large is there, for a person
            earned = None if "too-large" in kinds else 0.0
            by_hand = 0.0 if "missing" in kinds else None
            execution, marking = Execution({}, []), nothing_to_mark(structure, earned, by_hand)
        else:
            flags += repairs
            execution, marking = decide(nb, task, key)
        more = [Flag(stop.kind, _where(nb, stop.cell) + stop.says) for stop in execution.stops]
        more += marking.flags
        text = as_text(nb, [*flags, *more])
        flags += more
    except Exception as error:
        failed = _problem_of(error)
        execution, marking = Execution({}, []), Marking()
        text = as_text(without_outputs(nb), flags, failed)
    return Result(
        student=task.student,
        unit=structure.unit,
        notebook_name=structure.notebook,
        notebook=text,
        scores={name: score.earned for name, score in marking.scores.items()},
        comments=marking.comments,
        marks=[record_of(score) for score in marking.scores.values()],
        flags=flags,
        hashes=task.hashes,
        seconds=time.perf_counter() - began,
        memory=execution.peak_memory,
        failed=failed,
        doubtful=execution.doubtful if failed is None else failed.kind not in ("language", "which"),
    )


def _run_and_mark(nb: NotebookNode, task: Task, key: Unit | None) -> tuple[Execution, Marking]:
    structure, limits = task.structure, task.common.limits
    if structure.language != "python":
        kernel = structure.kernelspec.get("name")
        says = f"its kernel is called {kernel!r}, and nothing says that it runs Python"
        if structure.language:
            says = f"it is written in {structure.language}, not in Python"
        raise Undecided(Problem("language", says))
    questions = {
        cell.grade_id: _asked(task.common.key, cell.grade_id)
        for cell in structure.cells
        if task.common.key and key and cell.tests and cell.grade_id in key.exercises
    }
    files = task.all_files
    if key and key.identity is None and PUBLIC in files:
        files = {**files, PUBLIC: b""}  # a check is no answer: see exercises.check
    # a notebook lies in its working directory, beside the unit's others
    own = as_text(nb, []).encode()
    beside = {**task.siblings, f"{structure.notebook}.ipynb": own}
    believed = _believed(structure, key)
    execution = execute(
        nb,
        questions,
        limits,
        files={**beside, **files},
        preload=structure.imports,
        trusted=task.common.trusted,
        fresh=task.fresh,
        tests=believed,
        doubted=doubted(nb.cells, believed, given=structure.given, files=_may_be_imported(task)),
        large=task.common.large,
    )
    nb, _ = IgnorePattern(**task.common.outputs.get(IgnorePattern, {}))(nb, {})
    marking = within(
        limits.marking_seconds,
        lambda: mark_notebook(
            nb,
            structure,
            key,
            execution.answers,
            task.all_files,
            task.student,
            execution.tampered,
        ),
    )
    LimitOutput(**task.common.outputs.get(LimitOutput, {}))(nb, {})
    return execution, marking


def _believed(structure: Structure, key: Unit | None) -> set[str]:
    """The test cells whose outputs decide, as in a course without a key."""
    known = {*key.exercises, *key.files} if key else set()
    return {cell.grade_id for cell in structure.cells if cell.tests} - known


def _may_be_imported(task: Task) -> bool:
    """Whether a student has laid anything but data beside the notebook."""
    own = task.files.keys() - task.common.files.keys()
    return any("/" in name or not name.endswith(DATA) for name in own)


def _problem_of(error: Exception) -> Problem:
    """Why nothing is decided, by what was raised."""
    match error:
        case Undecided():
            return error.problem
        case CouldNotStart():
            return Problem("start", printable(f"the notebook did not start: {error}", 300))
        case OutOfTime():
            return Problem("marking", f"marking it took more than {error.seconds:g} s")
        case OSError() if is_full(error):
            return Problem("no-room", no_room(f"{tempfile.gettempdir()} on {platform.node()}"))
    says = f"the engine failed at it ({type(error).__name__}: {error})"
    return Problem("engine", printable(says, 300))


def _where(nb: NotebookNode, index: int | None) -> str:
    if index is None:
        return ""
    name = nb.cells[index].metadata.get("nbgrader", {}).get("grade_id")
    return f"cell {index + 1}{f' ({name})' if name else ''}: "
