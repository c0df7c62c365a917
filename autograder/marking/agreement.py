"""Whether a unit's notebook says what its exercises file says: points, names, tables, heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from exercises.authoring import Authored, AuthoredExercise
from exercises.comparison import same
from exercises.handed_in import HandedIn
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
            yield (
                name,
                (
                    f"{name}: the notebook gives {points:g} points, the exercises file "
                    f"{exercise.points:g}"
                ),
            )
        if isinstance(exercise, Authored):
            yield from ((name, says) for says in _of(exercise, answers, texts))
    for name in sorted(graded.keys() - known.keys()):
        yield name, f"{name}: a test cell has points, and the exercises file does not know it"


def _of(exercise: Authored, answers: dict[str, str], texts: list[str]) -> Iterator[str]:
    name = exercise.name
    source = answers.get(f"{name}-answer")
    if source is None:
        yield f"{name}: no answer cell is called {name}-answer"
    elif f"def {exercise.signature}" not in _annotations_off(source):
        yield f"{name}: its answer cell does not define {exercise.signature}"
    head = next((text for text in texts if re.search(rf"^#+ .*`{name}\(", text, re.MULTILINE)), "")
    if not head:
        yield f"{name}: no heading of the notebook names it"
        return
    stated = re.search(r"\*\*([\d.]+) points?\b", head)
    if stated and float(stated[1]) != exercise.points:
        yield f"{name}: its heading says {stated[1]} points, the exercises file {exercise.points:g}"
    if isinstance(exercise, AuthoredExercise):
        yield from _table(exercise, head)


def _annotations_off(source: str) -> str:
    return re.sub(r"\s*->\s*[^:]+(?=:)", "", source)


def _table(exercise: AuthoredExercise, head: str) -> Iterator[str]:
    """The table of examples below a heading, where its columns are the function's arguments."""
    rows = [line for line in head.splitlines() if line.startswith("|")]
    if len(rows) < 3:
        return
    arguments = re.findall(r"[A-Za-z_]\w*", exercise.signature.partition("(")[2])
    columns = [cell.strip().strip("$`") for cell in rows[0].strip("|").split("|")]
    if columns[:-1] != arguments:
        return
    for row in rows[2:]:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        numbers = [
            re.fullmatch(r"\$?`?(-?\d+)`?\$?", cell.replace("−", "-")) for cell in cells[:-1]
        ]
        if not all(numbers):
            continue
        args = tuple(int(number[1]) for number in numbers if number)
        right = next((value for known, value in exercise.stated if known == args), None)
        if right is None:
            yield f"{exercise.name}: the table's example {args} is not in the exercises file"
        elif (number := re.match(r"`?(-?\d+)\b", cells[-1])) and not same(int(number[1]), right):
            yield f"{exercise.name}: the table says {number[1]} for {args}, the exercises file not"
