"""Notebooks as an author makes them with nbgrader's Create Assignment: one maker for all tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def cell(
    source: str,
    grade_id: str,
    points: float | None = None,
    *,
    kind: str = "code",
    solution: bool = False,
    task: bool = False,
    **fields: Any,
) -> NotebookNode:
    """A cell that nbgrader knows.

    With ``points`` a test, with ``solution`` an answer, with both one that a person reads; ``task``
    is a question in words.  ``fields`` are what nbgrader would not write.
    """
    make = new_code_cell if kind == "code" else new_markdown_cell
    data = {
        "grade": points is not None and not task, "grade_id": grade_id, "locked": not solution,
        "schema_version": 3, "solution": solution, "task": task,
    }  # fmt: skip
    if points is not None:
        data["points"] = points
    return make(source, metadata={"nbgrader": {**data, **fields}})


def answer(name: str, source: str) -> NotebookNode:
    """The cell in which an exercise is answered."""
    return cell(source, f"{name}-answer", solution=True)


def test(name: str, points: float) -> NotebookNode:
    """The cell whose points an exercise earns."""
    return cell(f"check({name})", name, points)


test.__test__ = False  # type: ignore[attr-defined]


def solved(head: str, body: str) -> str:
    """A function whose body is taken out of what students get."""
    return f"def {head}:\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"


def notebook(*cells: NotebookNode | str) -> NotebookNode:
    """A notebook in Python; a text is a cell of words."""
    made = [new_markdown_cell(one) if isinstance(one, str) else one for one in cells]
    return new_notebook(cells=made, metadata={"kernelspec": dict(KERNEL)})


def write(folder: Path, nb: NotebookNode, name: str = "unit.ipynb") -> Path:
    """The file of a notebook in a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, folder / name)
    return folder / name
