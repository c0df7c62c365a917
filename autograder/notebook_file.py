"""The file of a graded notebook: what it put out, the verdicts, and the grader's notes on top."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.errors import Flag, Problem
from autograder.untrusted import writable

NOTES = "notes-of-the-grader"


def empty() -> NotebookNode:
    """A notebook without a cell."""
    nb: NotebookNode = nbformat.v4.new_notebook()
    nb.nbformat, nb.nbformat_minor = 4, 5
    return nb


def without_outputs(nb: NotebookNode) -> NotebookNode:
    """What was handed in, with nothing of what came of it: ``nb`` without outputs."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nb


def as_text(nb: NotebookNode, flags: Iterable[Flag], failed: Problem | None = None) -> str:
    """The notebook's file, a cell a line, with a cell of notes on top where there are any.

    nbformat's own writer copies all and indents all, which costs more than marking does.
    """
    notes = [f"Not graded yet: {failed}. A person will look at it."] if failed else []
    notes += [flag.says for flag in flags]
    cells = [_notes(notes), *nb.cells] if notes else nb.cells
    for cell in cells:
        _leave_pictures(cell)
    return text_of(nb, cells)


def text_of(nb: NotebookNode, cells: list[NotebookNode] | None = None) -> str:
    """The notebook's file as it is, a cell a line; ``cells`` stand in the place of its own."""
    cells = nb.cells if cells is None else cells
    lines = ",\n".join(json.dumps(cell, ensure_ascii=False, sort_keys=True) for cell in cells)
    rest = {name: value for name, value in nb.items() if name != "cells"}
    end = json.dumps(rest, ensure_ascii=False, sort_keys=True)[1:]
    return writable(f'{{"cells": [\n{lines}\n],\n{end}\n')


def _leave_pictures(cell: NotebookNode) -> None:
    """Take widgets out of outputs that hold a picture as well: on a page there is no kernel."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data or "image/svg+xml" in data or "image/png" in data:
            data.pop("application/vnd.jupyter.widget-view+json", None)


def _notes(notes: list[str]) -> NotebookNode:
    lines = "\n".join(f"- {plain_markdown(says)}" for says in notes)
    cell: NotebookNode = new_markdown_cell(f"**Notes of the grader**\n\n{lines}\n")
    cell["id"] = NOTES
    return cell


def plain_markdown(words: str) -> str:
    """``words`` as markdown that shows them as they are, on one line."""
    return re.sub(r"([\\`*_\[\]<>&!$|~#])", r"\\\1", " ".join(words.split()))
