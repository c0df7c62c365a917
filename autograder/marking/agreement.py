"""Whether a unit's notebook says what its exercises file says: points, names, tables, heads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from exercises.answers import Raised, plain
from exercises.authoring import Authored, AuthoredExercise
from exercises.comparison import same, show
from exercises.handed_in import HandedIn
from exercises.told import call_text
from exercises.unit import Unit


def disagreements(folder: Path, unit: Unit) -> Iterator[tuple[str, str]]:
    """Pairs of a grade cell's id and a sentence: where notebook and exercises file differ."""
    graded: dict[str, Any] = {}
    texts, answers = [], {}
    for path in sorted(folder.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            data = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "markdown":
                texts.append(cell.source)
            elif data.get("grade") and not data.get("solution"):
                graded[data["grade_id"]] = cell
            elif data.get("solution"):
                answers[data["grade_id"]] = cell.source
    known: dict[str, Authored | HandedIn] = {**unit.exercises, **unit.files}
    for name, exercise in known.items():
        if name not in graded:
            yield name, f"{name}: no grade cell of the notebook has this id"
            continue
        points = graded[name].metadata["nbgrader"]["points"]
        if points != exercise.points:
            says = f"the notebook gives {points:g} points, the exercises file {exercise.points:g}"
            yield name, f"{name}: {says}"
        if isinstance(exercise, Authored):
            yield from ((name, says) for says in _of(exercise, answers, texts))
    for name in sorted(graded.keys() - known.keys()):
        yield name, f"{name}: a test cell has points, and the exercises file does not know it"


def _of(exercise: Authored, answers: dict[str, str], texts: list[str]) -> Iterator[str]:
    name = exercise.name
    source = answers.get(f"{name}-answer")
    if source is None:
        yield f"{name}: no answer cell is called {name}-answer"
    elif f"def {exercise.asked_as}" not in _annotations_off(source):
        yield f"{name}: its answer cell does not define {exercise.asked_as}"
    head = next((text for text in texts if re.search(rf"^#+ .*`{name}\(", text, re.MULTILINE)), "")
    if not head:
        yield f"{name}: no heading of the notebook names it"
        return
    stated = re.search(r"\*\*([\d.]+) points?\b", head)
    if stated and float(stated[1]) != exercise.points:
        yield f"{name}: its heading says {stated[1]} points, the exercises file {exercise.points:g}"
    if isinstance(exercise, AuthoredExercise):
        yield from (f"{name}: {says}" for says in _table(exercise, head))


def _annotations_off(source: str) -> str:
    return re.sub(r"\s*->\s*[^:]+(?=:)", "", source)


def _table(exercise: AuthoredExercise, head: str) -> Iterator[str]:
    """The table of examples below a heading, where its columns are the function's arguments.

    An argument that may be left out has an empty cell where it is.
    """
    rows = [_cells(line) for line in head.splitlines() if line.startswith("|")]
    arguments = re.findall(r"[A-Za-z_]\w*", exercise.signature.partition("(")[2])
    if len(rows) < 3 or [_bare(cell) for cell in rows[0][:-1]] != list(map(_bare, arguments)):
        return
    for *asked, answer in rows[2:]:
        values = [_value(cell) for cell in asked if cell]
        if not all(values):
            continue
        args = tuple(value[0] for value in values if value)
        right = next((given for known, given in exercise.stated if _same_args(args, known)), None)
        called = call_text(exercise.name, args)
        if right is None:
            yield f"the table's example {called} is not in the exercises file"
            continue
        told = _value(answer)
        if told and not same(told[0], right):
            yield (f"the table says {show(told[0])} for {called}, the exercises file {show(right)}")


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _bare(name: str) -> str:
    """A name without its typesetting: ``$K_1$`` is K1."""
    return re.sub(r"[$`_]", "", name)


def _value(cell: str) -> tuple[Any] | None:
    """The plain value at the beginning of a table's cell, in a tuple; None for words."""
    found = re.match(r"`([^`]+)`|\$?(-?\d[\d.]*(?:e-?\d+)?)", cell.replace("−", "-"))
    if not found:
        return None
    text = found[1] or found[2].rstrip(".")
    if text == "ValueError":
        return (Raised.of(ValueError),)
    try:
        return (plain(ast.literal_eval(re.sub(r"\binf\b", "1e999", text))),)
    except (ValueError, SyntaxError):
        return None


def _same_args(args: tuple[Any, ...], known: tuple[Any, ...]) -> bool:
    return len(args) == len(known) and all(
        same(one, plain(other)) for one, other in zip(args, known, strict=True)
    )
