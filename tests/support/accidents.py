"""What happens to a right notebook before it is handed in: its work is there, and must count.

Cells are moved, copied, split and deleted by hand; other programs than Jupyter's drop what nbgrader
wrote into them, their types and their ids; files are renamed on the way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output


@dataclass(frozen=True)
class Accident:
    """What became of a notebook that earns what ``like`` earns, or would.

    ``documented`` is the row of docs/differences.md for what stock nbgrader makes of it.
    """

    name: str
    nb: NotebookNode
    documented: str = ""
    like: str = "right"
    file: str = "unit.ipynb"


PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def id_of(cell: NotebookNode) -> str | None:
    """A cell's grade id."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell tests an answer."""
    data = cell.metadata.get("nbgrader", {})
    return bool(data.get("grade") and not data.get("solution"))


def is_answer(cell: NotebookNode) -> bool:
    """Whether a code cell is an answer that a test follows."""
    data = cell.metadata.get("nbgrader", {})
    return bool(data.get("solution") and not data.get("grade")) and cell.cell_type == "code"


def _changed(cell: NotebookNode, **fields: object) -> NotebookNode:
    made: NotebookNode = nbformat.from_dict({**copy.deepcopy(cell), **fields})
    return made


def _first(nb: NotebookNode, kind: Callable[[NotebookNode], bool]) -> int:
    return next(at for at, cell in enumerate(nb.cells) if kind(cell))


def accidents(right: NotebookNode, released: NotebookNode) -> Iterator[Accident]:
    """The accidents of somebody whose answers are all right, and of somebody who has none."""

    def begin() -> tuple[NotebookNode, int, int]:
        nb = copy.deepcopy(right)
        return nb, _first(nb, is_answer), _first(nb, is_test)

    nb, answer, test = begin()
    nb.cells.insert(0, nb.cells.pop(test))
    yield Accident("test-moved-up", nb, "moved cells")

    nb, answer, test = begin()
    nb.cells.append(nb.cells.pop(answer))
    yield Accident("answer-moved-down", nb, "moved cells")

    nb, answer, test = begin()
    stub = released.cells[_first(released, is_answer)]
    nb.cells.insert(answer, _changed(stub, id="copied"))
    yield Accident("answer-copied", nb, "a copied cell")

    nb, answer, test = begin()  # what JupyterLab's "split cell" leaves
    nb.cells.insert(answer, _changed(nb.cells[answer], source="import math", id="split"))
    yield Accident("answer-split", nb, "a copied cell")

    nb, answer, test = begin()
    lines = nb.cells[test].source.splitlines() or [""]
    nb.cells.insert(test, _changed(nb.cells[test], source=lines[0], id="split"))
    nb.cells[test + 1].source = "\n".join(lines[1:])
    yield Accident("test-split", nb, "a copied cell")

    nb, answer, test = begin()
    del nb.cells[test]
    yield Accident("test-deleted", nb, "a deleted cell with points")

    nb, answer, test = begin()
    nb.cells[answer] = new_code_cell(nb.cells[answer].source)
    yield Accident("answered-in-a-cell-of-ones-own", nb)

    for name, ids in (("stripped", False), ("stripped-but-for-ids", True)):
        nb, answer, test = begin()
        for cell in nb.cells:
            cell.metadata = {}
            if not ids:
                cell.pop("id", None)
        nb.nbformat_minor = 5 if ids else 4
        yield Accident(name, nb, "cells that lost nbgrader's data")

    nb, answer, test = begin()
    cell = _changed(nb.cells[answer], cell_type="markdown")
    del cell["outputs"], cell["execution_count"]
    nb.cells[answer] = cell
    yield Accident("answer-became-text", nb, "a cell that became another type")

    yield Accident("renamed", begin()[0], "a notebook under another name", file="unit (1).ipynb")

    nb, answer, test = begin()
    pasted = (
        "![](attachment:Bildschirmfoto%202024-05-01%20um%2010.12.png) ![](attachment:Übung.png)"
    )
    text = new_markdown_cell(f"{pasted} ![mine](data:image/png;base64,{PICTURE})")
    picture = {"image/png": PICTURE}
    text.attachments = {"Bildschirmfoto 2024-05-01 um 10.12.png": picture, "Übung.png": picture}
    nb.cells.insert(1, text)
    yield Accident("pictures-pasted", nb)

    nb, answer, test = begin()
    for cell in nb.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    yield Accident("lines-of-windows", nb, "lines that end as on Windows")

    # saved before it was run again: what stands in the file is of an older state
    nb, answer, test = begin()
    failed = new_output("error", ename="NameError", evalue="no", traceback=["NameError: no"])
    nb.cells[test].outputs = [failed]
    nb.cells[answer].outputs = [new_output("stream", name="stderr", text="x" * 2_000_000)]
    yield Accident("saved-with-old-failures", nb)

    nb = copy.deepcopy(released)
    shown = new_output("execute_result", data={"text/plain": "1"}, execution_count=9)
    for cell in filter(is_test, nb.cells):
        cell.outputs, cell.execution_count = [shown], 9
    yield Accident("saved-with-old-successes", nb, like="untouched")

    nb = copy.deepcopy(released)
    for cell in filter(is_test, nb.cells):
        cell.source = "# assert nothing any more"
    yield Accident("tests-edited", nb, like="untouched")

    nb, answer, test = begin()
    nb.metadata = nbformat.from_dict({
        "kernelspec": {"name": "conda-env-uni-py", "display_name": "uni", "language": "python"},
        "vscode": {"interpreter": {"hash": "0"}}})  # fmt: skip
    for cell in nb.cells:
        cell.pop("id", None)
    nb.nbformat_minor = 2
    yield Accident("older-format", nb)
