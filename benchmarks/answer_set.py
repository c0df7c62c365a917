"""The wrong and right answers of ``benchmarks/diagnosis/``, as functions in their notebook.

``answers`` reads a unit's file.  A ``Notebook`` is a unit's released one: it gives an answer the
cell that it was written for, and beside it what a student has who came that far: the notebook's own
imports and functions, and a right answer to every exercise before.
"""

from __future__ import annotations

import ast
import functools
import json
import linecache
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).with_name("diagnosis")
HELD_OUT = FOLDER / "held-out"  # of units of their own; nothing was built with these
STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()"


@dataclass(frozen=True)
class Answer:
    """What a student wrote: ``number`` is w01, w02, ... where it is wrong, r01, ... where right.

    ``says`` is what is wrong with it, or how it is done; ``code`` is a whole cell, or what stands
    in the place of the stub's last lines.
    """

    unit: str
    exercise: str
    number: str
    says: str
    code: str

    @property
    def id(self) -> str:
        """The answer's name among those of all units."""
        return f"{self.exercise}/{self.number}"

    @property
    def right(self) -> bool:
        """Whether it was written to be right."""
        return self.number.startswith("r")


def units(folder: Path = FOLDER) -> list[str]:
    """The folders' names of all units that there are answers for in ``folder``."""
    return sorted(path.stem for path in folder.glob("*.txt"))


def answers(unit: str) -> Iterator[Answer]:
    """A unit's answers, in the order of its file."""
    path = next(path for folder in (FOLDER, HELD_OUT) if (path := folder / f"{unit}.txt").exists())
    text = path.read_text(encoding="utf-8")
    for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        exercise, _, rest = part.partition("\n")
        for one in re.split(r"^# (?=[wr]\d\d )", rest, flags=re.MULTILINE)[1:]:
            head, _, code = one.partition("\n")
            number, _, says = head.partition(" ")
            yield Answer(unit, exercise, number, says, code.strip("\n"))


class Notebook:
    """A unit's released notebook, in which answers are functions."""

    def __init__(self, unit: str) -> None:
        cells = json.loads(
            (ROOT / "release" / unit / "unit.ipynb").read_text(encoding="utf-8")
        )["cells"]  # fmt: skip
        self.stubs: dict[str, str] = {}
        given: list[ast.stmt] = []
        for cell in cells:
            text = "".join(cell["source"])
            if cell["cell_type"] != "code":
                continue
            if STUB in text:
                self.stubs[re.match(r"def (\w+)", text)[1]] = text
            elif "nbgrader" not in cell["metadata"]:
                given += filter(_is_given, ast.parse(text).body)
        first: dict[str, Answer] = {}
        for one in answers(unit):
            if one.right:
                first.setdefault(one.exercise, one)
        self.right_ones = first
        self._given = ast.Module(given, type_ignores=[])

    @functools.cached_property
    def _start(self) -> dict[str, Any]:
        space: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(self._given, "<given>", "exec"), space)
        if torch := space.get("torch"):  # loaded by the cells that are left out, and it takes long
            torch.optim.SGD([torch.zeros(1)], lr=1.0)
        return space

    def function(self, answer: Answer) -> Callable[..., Any]:
        """The answer as a function, with right answers to the exercises before it."""
        space = dict(self._start)
        for exercise in self.stubs:
            if exercise == answer.exercise:
                break
            self._run(self.right_ones[exercise], space)
        self._run(answer, space)
        function: Callable[..., Any] = space[answer.exercise]
        return function

    def cell(self, answer: Answer) -> str:
        """The answer's whole cell."""
        if re.search(rf"^def {answer.exercise}\(", answer.code, re.MULTILINE):
            return answer.code
        return self.stubs[answer.exercise].replace(STUB, textwrap.indent(answer.code, "    "))

    def _run(self, answer: Answer, space: dict[str, Any]) -> None:
        """Run the answer's cell; its lines can be quoted afterwards, as IPython sees to it."""
        text, file = self.cell(answer), f"<{answer.id}>"
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        exec(compile(text, file, "exec"), space)


def _is_given(statement: ast.stmt) -> bool:
    """Whether a notebook's own line is an import or a function; panels and checks are left out."""
    if isinstance(statement, ast.ImportFrom):
        return not f"{statement.module}".startswith("course.units")
    return isinstance(statement, ast.Import | ast.FunctionDef)
