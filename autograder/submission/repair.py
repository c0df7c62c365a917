"""Brings a submission back into its unit's structure, and says what it found."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import compute_checksum

from autograder.errors import Flag
from autograder.submission.recognition import Named, recognised, stripped
from autograder.submission.structure import Cell, Structure


def repair(nb: NotebookNode, structure: Structure) -> tuple[NotebookNode, list[Flag]]:
    """``nb`` with the cells that nbgrader knows as they must be, and what had to be repaired.

    Afterwards every cell with points is there exactly once, with its own type, metadata and (where
    students may not change it) source, and the known cells stand in the order of the unit.  The
    student's other cells stay in the order in which they were; what answered a question stays the
    student's.  Outputs are cleared.
    """
    flags: list[Flag] = []
    known = {cell.grade_id: cell for cell in structure.cells}
    cells = [(_grade_id(cell, known), cell) for cell in nb.cells]
    cells = _drop_duplicates(cells, known, flags)
    cells, found = recognised(cells, known)
    if found:
        says = f"{len(found)} of the unit's cells had lost nbgrader's data and were recognised"
        flags.append(Flag("stripped", says))
    structure = structure.as_had_by([name for name, _ in cells if name])
    cells, moved = _take_out_of_order(cells, structure, flags)
    cells = _put_in_place(cells, moved, structure, flags)
    restored = [_restore(cell, known.get(name or ""), flags) for name, cell in cells]
    nb = nbformat.from_dict({**nb, "cells": restored, "metadata": {}})
    if structure.kernelspec:
        nb.metadata.kernelspec = structure.kernelspec
    nb.nbformat, nb.nbformat_minor = 4, 5
    _unique_ids(nb)
    return nb, flags


ByName = dict[str, NotebookNode]


def _grade_id(cell: NotebookNode, known: dict[str, Cell]) -> str | None:
    data = cell.metadata.get("nbgrader")
    name = data.get("grade_id") if isinstance(data, dict) else None
    return name if isinstance(name, str) and name in known else None


def _drop_duplicates(cells: Named, known: dict[str, Cell], flags: list[Flag]) -> Named:
    """The last of several cells with one id counts, as in nbgrader; the others lose the id."""
    last = {name: place for place, (name, _) in enumerate(cells) if name}
    kept: Named = []
    for place, (name, cell) in enumerate(cells):
        if name is None or last[name] == place:
            kept.append((name, cell))
            continue
        flags.append(Flag("duplicated", f"the cell {name} is there more than once", name))
        if not known[name].locked:
            kept.append((None, cell))
    return kept


def _take_out_of_order(
    cells: Named, structure: Structure, flags: list[Flag]
) -> tuple[Named, ByName]:
    """``cells`` without the known cells that stand in the wrong place, and those by name.

    As few cells as possible are moved, and read-only ones rather than answers: what a student wrote
    may depend on what stands before it.
    """
    place = {one.grade_id: number for number, one in enumerate(structure.cells) if one.placed}
    locked = {cell.grade_id for cell in structure.cells if cell.locked}
    names = [name for name, _ in cells if name in place]  # one of no known place stays
    if all(place[one] < place[next_] for one, next_ in pairwise(names)):
        return cells, {}
    flags.append(Flag("reordered", "cells of the unit were in another order"))
    # the heaviest increasing subsequence; an answer outweighs all read-only cells
    best: list[tuple[int, tuple[str, ...]]] = []
    for number, name in enumerate(names):
        weight = 1 if name in locked else len(names)
        before = [best[k] for k in range(number) if place[names[k]] < place[name]]
        heaviest = max(before, key=lambda item: item[0], default=(0, ()))
        best.append((heaviest[0] + weight, (*heaviest[1], name)))
    staying = set(max(best, key=lambda item: item[0])[1])
    moved = {name: cell for name, cell in cells if name in place and name not in staying}
    return [(name, cell) for name, cell in cells if name not in moved], moved


def _put_in_place(cells: Named, moved: ByName, structure: Structure, flags: list[Flag]) -> Named:
    """Put back what was moved, and what was deleted and has points or is read-only.

    A cell goes behind the known cell before it, and behind the code that follows that cell.  A test
    before which nothing is known goes before what is known, or to the end: an answer may be above.
    """
    cells = list(cells)
    behind = None
    for known in structure.cells:
        names = [name for name, _ in cells]
        if known.grade_id in names:
            behind = known.grade_id
            continue
        cell = moved.get(known.grade_id)
        if cell is None and not (known.scored or known.locked):
            continue  # a deleted answer cell: whatever the student wrote elsewhere counts
        if cell is None:
            source = known.source if known.locked else ""
            cell = new_code_cell(source) if known.cell_type == "code" else new_markdown_cell(source)
            if known.scored:
                says = f"the cell {known.grade_id} was deleted"
                flags.append(Flag("deleted", says, known.grade_id))
        at = names.index(behind) + 1 if behind else 0
        if behind is None and known.tests and moved.get(known.grade_id) is None:
            at = next((place for place, name in enumerate(names) if name), len(names))
        while behind and at < len(cells) and names[at] is None and cells[at][1].cell_type == "code":
            at += 1
        cells.insert(at, (known.grade_id, cell))
        behind = known.grade_id
    return cells


def _restore(cell: NotebookNode, known: Cell | None, flags: list[Flag]) -> dict[str, Any]:
    source = cell.source
    if known is None:
        metadata = {k: v for k, v in cell.metadata.items() if k != "nbgrader"}
        kind = cell.cell_type
    else:
        kind = known.cell_type
        metadata = {"nbgrader": known.metadata()}
        found = cell.metadata.get("nbgrader", {})
        as_released = known.locked and _untouched(cell)  # then it is the unit that has changed
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != kind:
            says = f"the cell {known.grade_id} had become a {cell.cell_type} cell"
            flags.append(Flag("retyped", says, known.grade_id))
        elif "skip-execution" in tags or (found and _disagrees(found, known, as_released)):
            says = f"the notebook's own data about the cell {known.grade_id} was changed"
            flags.append(Flag("retagged", says, known.grade_id))
        if known.locked:
            same = stripped(source) in {stripped(known.source), stripped(known.released)}
            if not (same or as_released):
                says = f"the read-only cell {known.grade_id} was edited"
                flags.append(Flag("edited", says, known.grade_id))
            source = known.source
    new: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    if known is not None:
        new["id"] = known.grade_id
    elif "id" in cell:
        new["id"] = cell["id"]
    if kind == "code":
        new |= {"outputs": [], "execution_count": None}
    elif cell.get("attachments"):
        new["attachments"] = cell.attachments
    return new


def _disagrees(found: Any, known: Cell, as_released: bool) -> bool:
    """Whether a submission's metadata claims something else than the source about a cell.

    Points may have changed since the release: nbgrader's checksum of a graded cell covers them, and
    that of an answer cannot tell.
    """
    kinds = ("grade", "solution", "task", "locked")
    if any(name in found and bool(found[name]) != getattr(known, name) for name in kinds):
        return True
    if not known.locked or (as_released and known.grade):
        return False
    return "points" in found and known.scored and bool(found["points"] != known.points)


def _untouched(cell: NotebookNode) -> bool:
    """Whether a cell is as nbgrader released it, by the checksum that it was given then."""
    try:
        return bool(cell.metadata.nbgrader["checksum"] == compute_checksum(cell))
    except Exception:  # the data may be anything
        return False


def _unique_ids(nb: NotebookNode) -> None:
    """Give every cell an id of its own, the same each time."""
    used: set[str] = set()
    for place, cell in enumerate(nb.cells):
        name = cell.get("id")
        if not isinstance(name, str) or not name.replace("-", "").replace("_", "").isalnum():
            name = None
        if name is None or len(name) > 64 or not name.isascii() or name in used:
            name = f"cell-{place}"
            while name in used:
                name += "-"
        used.add(name)
        cell["id"] = name
