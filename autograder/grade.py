"""Grading one submission: from bytes to a result, with no gradebook and no shared folder.

This is what travels to a worker.  Both doors, ``nbgrader autograde`` and ``autograder grade``, call
``grade`` and write what it returns.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import pickle
import platform
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import IgnorePattern, LimitOutput, NbGraderPreprocessor

from autograder.errors import NO_ROOM, is_full
from autograder.execution.execute import Execution, execute
from autograder.execution.questions import Questions
from autograder.json_data import writable
from autograder.limits import Limits
from autograder.marking.marking import Marking, mark_notebook, nothing_to_mark, record_of
from autograder.sandbox.zygote import CouldNotStart
from autograder.submission.reading import read_notebook
from autograder.submission.repair import repair
from autograder.submission.structure import Flag, Structure
from exercises.unit import load

# what a limit that was hit is called among the flags
FLAG_OF_STOP = {"time": "timeout", "output": "output", "memory": "memory", "processes": "processes",
                "disk": "disk", "died": "died"}  # fmt: skip


@dataclass(frozen=True)
class Common:
    """What all submissions of a notebook are graded with.

    ``files`` are the instructor's, which replace a student's of the same name; ``key`` is the text
    of the unit's ``exercises.py`` (None for a unit without one); ``outputs`` are the settings of
    nbgrader's own steps that look at outputs.
    """

    structure: Structure
    key: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    trusted: bool = False
    outputs: dict[type[NbGraderPreprocessor], dict[str, Any]] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        # it travels with every task: packed once by the driver, unpacked once by a worker
        return _unpacked, (self._packed,)

    @functools.cached_property
    def _packed(self) -> bytes:
        return pickle.dumps([getattr(self, one.name) for one in fields(self)])

    @functools.cached_property
    def hashes(self) -> dict[str, str | None]:
        """What a result depends on beside the submission, as SHA-256: key, unit and engine."""
        files = [(name, hashlib.sha256(data).hexdigest()) for name, data in self.files.items()]
        of_unit = (self.structure, sorted(files), self.limits, self.trusted, self.outputs)
        return {
            "key": hashlib.sha256(self.key.encode()).hexdigest() if self.key else None,
            "unit": hashlib.sha256(repr(of_unit).encode()).hexdigest(),
            "engine": engine_hash(),
        }


@functools.lru_cache(maxsize=8)
def _unpacked(data: bytes) -> Common:
    return Common(*pickle.loads(data))


@dataclass(frozen=True)
class Task:
    """One notebook of one submission, with all that grading it needs.

    ``notebook`` is the submitted file (None if there is none), ``files`` what else the student
    handed in, ``flags`` what was found when these were read.
    """

    student: str
    common: Common
    notebook: bytes | None
    files: dict[str, bytes] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    @property
    def structure(self) -> Structure:
        """What the notebook is made of."""
        return self.common.structure

    @property
    def all_files(self) -> dict[str, bytes]:
        """The files that lie beside the notebook: the student's, and over them the instructor's."""
        return {**self.files, **self.common.files}

    @functools.cached_property
    def hashes(self) -> dict[str, str | None]:
        """What the result depends on: submission, key, unit and engine, as SHA-256."""
        submission = hashlib.sha256(self.notebook if self.notebook is not None else b"missing")
        for name, data in sorted(self.files.items()):
            if name not in self.common.files:
                submission.update(os.fsencode(name) + b"\0" + hashlib.sha256(data).digest())
        return {"submission": submission.hexdigest(), **self.common.hashes}


@dataclass
class Result:
    """What grading gave: the notebook with outputs and verdicts, scores, comments and flags.

    ``failed`` is a sentence if the engine itself could not do its work: then nothing is decided.
    ``doubtful`` says that the machine may be to blame for what was lost: a limit of time that was
    hit while others used the processor, a process that ended, or a failure of the engine.
    """

    student: str
    unit: str
    notebook_name: str
    notebook: str
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    marks: list[dict[str, Any]]
    flags: list[Flag]
    hashes: dict[str, str | None]
    seconds: float
    memory: int
    failed: str = ""
    doubtful: bool = False

    def record(self) -> dict[str, Any]:
        """The result as it stands in ``marks.json``."""
        return {
            "marks": self.marks,
            "flags": [asdict(flag) for flag in self.flags],
            "failed": self.failed,
            "hashes": self.hashes,
            "seconds": round(self.seconds, 3),
            "memory": self.memory,
        }


key_of = functools.lru_cache(maxsize=8)(load)  # a worker grades a whole class with one key


@functools.lru_cache(maxsize=200)
def _asked(key: str, name: str) -> Questions:
    """The questions of one exercise of a key, packed once for a class."""
    return Questions.of(key_of(key).exercises[name].questions)


def grade(task: Task) -> Result:
    """Grade one notebook.  Never raises for anything that a submission can be."""
    return _grade(task, _run_and_mark)


def undecided(task: Task, why: str) -> Result:
    """The result of a notebook that the engine could not grade: nothing is decided."""
    return _grade(task, lambda nb, task, key: (Execution({}, []), Marking(), why))


def _grade(task: Task, run: Callable[..., tuple[Execution, Marking, str]]) -> Result:
    began = time.perf_counter()
    structure, limits = task.structure, task.common.limits
    key = key_of(task.common.key) if task.common.key else None
    nb, flags = read_notebook(task.notebook, limits.notebook, limits.cells)
    flags = [*task.flags, *flags]
    unreadable = any(flag.kind in ("missing", "unreadable") for flag in flags)
    if unreadable:
        nb, _ = repair(nb, structure)
        execution, marking, failed = Execution({}, []), nothing_to_mark(structure), ""
    else:
        nb, repairs = repair(nb, structure)
        flags += repairs
        execution, marking, failed = run(nb, task, key)
        flags += [
            Flag(FLAG_OF_STOP[stop.kind], _where(nb, stop.cell) + stop.says)
            for stop in execution.stops
        ]
        flags += marking.flags
        flags += _answer_flags(marking)
    if flags:
        nb.cells.insert(0, _note(flags))
    return Result(
        student=task.student,
        unit=structure.unit,
        notebook_name=structure.notebook,
        notebook=writable(_text_of(nb)),
        scores={name: score.earned for name, score in marking.scores.items()},
        comments=marking.comments,
        marks=[record_of(score) for score in marking.scores.values()],
        flags=flags,
        hashes=task.hashes,
        seconds=time.perf_counter() - began,
        memory=execution.peak_memory,
        failed=failed,
        doubtful=bool(failed) or execution.doubtful,
    )


def grade_calmly(task: Task) -> Result:
    """``grade``, and once more if the first result is doubtful: a caller with nothing else to do.

    So nobody loses a mark because the machine was busy.
    """
    result = grade(task)
    return grade(task) if result.doubtful else result


def _run_and_mark(nb: Any, task: Task, key: Any) -> tuple[Execution, Marking, str]:
    structure = task.structure
    language = str(structure.kernelspec.get("language", "python")).lower()
    if language not in ("python", "ipython"):
        return Execution({}, []), Marking(), f"it is written in {language}, not in Python"
    questions = {
        cell.grade_id: _asked(task.common.key, cell.grade_id)
        for cell in structure.cells
        if key and cell.tests and cell.grade_id in key.exercises
    }
    try:
        execution = execute(
            nb,
            questions,
            task.common.limits,
            files=task.all_files,
            preload=structure.imports,
            trusted=task.common.trusted,
            slot=os.getpid() % 2000,
        )
    except CouldNotStart as error:
        return Execution({}, []), Marking(), f"the notebook did not start: {error}"
    except Exception as error:  # one submission must not stop a class
        if isinstance(error, OSError) and is_full(error):
            failed = f"{NO_ROOM} {tempfile.gettempdir()} on {platform.node()}"
            return Execution({}, []), Marking(), failed
        failed = f"the talk with the notebook broke off ({type(error).__name__}: {error})"
        return Execution({}, []), Marking(), failed[:300]
    nb, _ = IgnorePattern(**task.common.outputs.get(IgnorePattern, {}))(nb, {})
    marking = mark_notebook(nb, structure, key, execution.answers, task.all_files)
    nb, _ = LimitOutput(**task.common.outputs.get(LimitOutput, {}))(nb, {})
    for cell in nb.cells:
        _leave_pictures(cell)
    return execution, marking, ""


def _leave_pictures(cell: Any) -> None:
    """Take widgets out of outputs that hold a picture as well: on a page there is no kernel."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data or "image/svg+xml" in data or "image/png" in data:
            data.pop("application/vnd.jupyter.widget-view+json", None)


def _text_of(nb: Any) -> str:
    """The notebook's file, a cell a line.

    nbformat's own writer copies all and indents all, which costs more than marking does.
    """
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False, sort_keys=True) for cell in nb.cells)
    rest = {name: value for name, value in nb.items() if name != "cells"}
    return (
        f'{{"cells": [\n{cells}\n],\n{json.dumps(rest, ensure_ascii=False, sort_keys=True)[1:]}\n'
    )


def _where(nb: Any, index: int | None) -> str:
    if index is None:
        return ""
    name = nb.cells[index].metadata.get("nbgrader", {}).get("grade_id")
    return f"cell {index + 1}{f' ({name})' if name else ''}: "


def _answer_flags(marking: Marking) -> list[Flag]:
    return [
        Flag("timeout", score.mark.problem, name)
        for name, score in marking.scores.items()
        if score.mark and "took more" in score.mark.problem
    ]


def _note(flags: list[Flag]) -> Any:
    lines = "\n".join(f"- {plain_markdown(flag.says)}" for flag in flags)
    cell = new_markdown_cell(f"**Notes of the grader**\n\n{lines}\n")
    cell["id"] = "notes-of-the-grader"
    return cell


def plain_markdown(words: str) -> str:
    """``words`` as markdown that shows them as they are, on one line."""
    return re.sub(r"([\\`*_\[\]<>&!$|~#])", r"\\\1", " ".join(words.split()))


@functools.cache
def engine_hash() -> str:
    """A hash of the engine's and the kit's code: marks of another engine are not kept."""
    import autograder
    import exercises

    digest = hashlib.sha256()
    for package in (autograder, exercises):
        root = Path(package.__file__).parent
        for path in sorted(root.rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
