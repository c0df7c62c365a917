"""What a unit's notebook is made of, by the gradebook and the source, never by a submission.

``Structure`` is plain data, so that it can travel to a worker; ``repair`` brings a submission back
into that structure and says what it found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

SCHEMA = 3  # of nbgrader's cell metadata


@dataclass(frozen=True)
class Flag:
    """Something about a submission that a person should see; ``cell`` is a grade id or ""."""

    kind: str
    says: str
    cell: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell that nbgrader knows.  ``released`` is its source as students got it."""

    grade_id: str
    cell_type: str
    source: str
    released: str
    checksum: str | None
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float

    @property
    def tests(self) -> bool:
        """Whether the cell tests an answer automatically."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def scored(self) -> bool:
        """Whether the cell has points."""
        return self.grade or self.task

    def metadata(self) -> NotebookNode:
        """nbgrader's metadata of this cell."""
        data: dict[str, Any] = {
            "grade": self.grade, "grade_id": self.grade_id, "locked": self.locked,
            "schema_version": SCHEMA, "solution": self.solution, "task": self.task,
            "cell_type": self.cell_type,
        }  # fmt: skip
        if self.checksum is not None:
            data["checksum"] = self.checksum
        if self.scored:
            data["points"] = self.points
        return nbformat.from_dict(data)


@dataclass(frozen=True)
class Structure:
    """A unit's notebook: its known cells in order, and the kernel it runs on."""

    unit: str
    notebook: str
    kernelspec: dict[str, Any]
    cells: tuple[Cell, ...]

    @property
    def points(self) -> dict[str, float]:
        """Points by grade id, in order."""
        return {cell.grade_id: cell.points for cell in self.cells if cell.scored}


class UnknownUnit(LookupError):
    """The gradebook does not know the unit; the message says what to do."""


def notebooks_of(gradebook: Gradebook, unit: str) -> list[str]:
    """The names of a unit's notebooks.  Raises UnknownUnit."""
    known = [assignment.name for assignment in gradebook.assignments]
    if unit not in known:
        raise UnknownUnit(
            f"The gradebook knows no unit {unit!r}"
            + (f"; it knows {', '.join(sorted(known))}. " if known else ". ")
            + f"Make it known with: nbgrader generate_assignment {unit}"
        )
    return sorted(notebook.name for notebook in gradebook.find_assignment(unit).notebooks)


def structure_of(gradebook: Gradebook, unit: str, notebook: str, source: Path) -> Structure:
    """The structure of one notebook.  ``source`` is its file in the source folder, for the order.

    The gradebook holds the cells but not their order; without the source file they are taken in the
    order in which they were stored.
    """
    entry = gradebook.find_notebook(notebook, unit)
    graded = {cell.name: cell for cell in entry.grade_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    tasks = {cell.name: cell for cell in entry.task_cells}
    cells = [
        Cell(
            grade_id=cell.name,
            cell_type=cell.cell_type,
            source=cell.source,
            released=_released(cell.source),
            checksum=cell.checksum,
            locked=cell.locked,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=(graded.get(cell.name) or tasks.get(cell.name)).max_score
            if cell.name in graded or cell.name in tasks
            else 0.0,
        )
        for cell in entry.source_cells
    ]
    order = {name: place for place, name in enumerate(_order(source))}
    cells.sort(key=lambda cell: order.get(cell.grade_id, len(order)))
    return Structure(unit, notebook, json.loads(entry.kernelspec or "{}"), tuple(cells))


def _order(source: Path) -> list[str]:
    try:
        nb = nbformat.read(source, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        return []
    known = (cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells)
    return [grade_id for grade_id in known if grade_id]


def _released(source: str) -> str:
    """``source`` without what nbgrader takes out for students."""
    cell = new_code_cell(source)
    ClearHiddenTests()._remove_hidden_test_region(cell)
    ClearMarkScheme()._remove_mark_scheme_region(cell)
    return cell.source


# --------------------------------------------------------------------------- repairing


def repair(nb: NotebookNode, structure: Structure) -> tuple[NotebookNode, list[Flag]]:
    """``nb`` with the cells that nbgrader knows as they must be, and what had to be repaired.

    Afterwards every cell with points is there exactly once, with its own type, metadata and (where
    students may not change it) source, and the known cells stand in the order of the source.  The
    student's other cells stay, each behind the known cell that it stood behind; what answered a
    question stays the student's.  Outputs are cleared.
    """
    flags: list[Flag] = []
    known = {cell.grade_id: cell for cell in structure.cells}
    cells = [(_grade_id(cell, known), cell) for cell in nb.cells]
    cells = _drop_duplicates(cells, known, flags)
    cells = _in_order(cells, structure, flags)
    cells = _add_missing(cells, structure, flags)
    restored = [_restore(cell, known.get(name or ""), flags) for name, cell in cells]
    nb = nbformat.from_dict({**nb, "cells": restored, "metadata": {}})
    nb.metadata.kernelspec = structure.kernelspec
    nb.nbformat, nb.nbformat_minor = 4, 5
    _unique_ids(nb)
    return nb, flags


Named = list[tuple[str | None, NotebookNode]]


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


def _in_order(cells: Named, structure: Structure, flags: list[Flag]) -> Named:
    place = {cell.grade_id: number for number, cell in enumerate(structure.cells)}
    present = [place[name] for name, _ in cells if name]
    if present == sorted(present):
        return cells
    flags.append(Flag("reordered", "cells of the unit were in another order"))
    blocks: list[tuple[int, Named]] = [(-1, [])]
    for name, cell in cells:
        if name:
            blocks.append((place[name], []))
        blocks[-1][1].append((name, cell))
    return [item for _, block in sorted(blocks, key=lambda block: block[0]) for item in block]


def _add_missing(cells: Named, structure: Structure, flags: list[Flag]) -> Named:
    """Put back what was deleted and has points or is read-only, behind what stands before it."""
    cells = list(cells)
    behind = None
    for known in structure.cells:
        names = [name for name, _ in cells]
        if known.grade_id in names:
            behind = known.grade_id
            continue
        if not (known.scored or known.locked):
            continue  # an answer cell: whatever the student wrote elsewhere counts
        if known.scored:
            flags.append(Flag("deleted", f"the cell {known.grade_id} was deleted", known.grade_id))
        # in front of the next known cell, so that the student's own cells keep their place
        at = names.index(behind) + 1 if behind else 0
        while behind and at < len(names) and names[at] is None:
            at += 1
        source = known.source if known.locked else ""
        make = new_code_cell if known.cell_type == "code" else new_markdown_cell
        cells.insert(at, (known.grade_id, make(source)))
        behind = known.grade_id
    return cells


def _restore(cell: NotebookNode, known: Cell | None, flags: list[Flag]) -> NotebookNode:
    source = cell.source
    if known is None:
        metadata = {k: v for k, v in cell.metadata.items() if k != "nbgrader"}
        kind = cell.cell_type
    else:
        kind = known.cell_type
        metadata = {"nbgrader": known.metadata()}
        found = cell.metadata.get("nbgrader", {})
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != kind:
            says = f"the cell {known.grade_id} had become a {cell.cell_type} cell"
            flags.append(Flag("retyped", says, known.grade_id))
        elif "skip-execution" in tags or (found and _disagrees(found, known)):
            says = f"the notebook's own data about the cell {known.grade_id} was changed"
            flags.append(Flag("retagged", says, known.grade_id))
        if known.locked:
            if _stripped(source) not in {_stripped(known.source), _stripped(known.released)}:
                says = f"the read-only cell {known.grade_id} was edited"
                flags.append(Flag("edited", says, known.grade_id))
            source = known.source
    new: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    if "id" in cell:
        new["id"] = cell["id"]
    if kind == "code":
        new |= {"outputs": [], "execution_count": None}
    elif cell.get("attachments"):
        new["attachments"] = cell.attachments
    return nbformat.from_dict(new)


def _disagrees(found: Any, known: Cell) -> bool:
    """Whether a submission's metadata claims something else than the source about a cell."""
    return any(
        name in found and bool(found[name]) != getattr(known, name)
        for name in ("grade", "solution", "task", "locked")
    ) or ("points" in found and known.scored and found["points"] != known.points)


def _stripped(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


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


# --------------------------------------------------------------------------- reading


def read_notebook(data: bytes | None, largest: int, most: int) -> tuple[NotebookNode, list[Flag]]:
    """The notebook in a submitted file, whatever its state, without outputs.

    ``data`` is None for a file that is not there.  What cannot be read becomes an empty notebook
    with a flag; ``largest`` bounds the bytes, ``most`` the cells.
    """
    if data is None:
        return _nothing("missing", "no notebook was handed in")
    if len(data) > largest:
        return _nothing("unreadable", f"the notebook's file has {len(data):,} bytes, too many")
    if not data.strip():
        return _nothing("unreadable", "the notebook's file is empty")
    flags = []
    try:
        raw = json.loads(data)
        if raw.get("nbformat", 4) != 4:
            flags.append(Flag("old-format", f"a notebook of format {raw['nbformat']} was converted"))
            raw = nbformat.reads(data.decode(), as_version=4)
        if len(raw["cells"]) > most:
            return _nothing("unreadable", f"the notebook has {len(raw['cells']):,} cells, too many")
        cells = [cell for cell in map(_readable, raw["cells"]) if cell is not None]
    except RecursionError:
        return _nothing("unreadable", "the notebook's file is nested too deeply")
    except Exception as error:
        return _nothing("unreadable", f"the file is no notebook ({type(error).__name__}: {error})"[:200])
    return nbformat.from_dict({"cells": cells, "metadata": {}}), flags


def _nothing(kind: str, says: str) -> tuple[NotebookNode, list[Flag]]:
    return nbformat.from_dict({"cells": [], "metadata": {}}), [Flag(kind, says)]


def _readable(cell: Any) -> dict[str, Any] | None:
    """The parts of a cell that are used, if they are what they should be."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    kept: dict[str, Any] = {"cell_type": cell["cell_type"], "source": source, "metadata": {}}
    if isinstance(cell.get("metadata"), dict):
        kept["metadata"] = cell["metadata"]
    if isinstance(kept["metadata"].get("tags", []), list) is False:
        kept["metadata"] = {k: v for k, v in kept["metadata"].items() if k != "tags"}
    for name, kind in (("id", str), ("attachments", dict)):
        if isinstance(cell.get(name), kind):
            kept[name] = cell[name]
    return kept


