"""What a unit's notebook is made of, by the gradebook and the source, never by a submission.

``Structure`` is plain data, so that it can travel to a worker; ``repair`` brings a submission back
into that structure and says what it found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

SCHEMA = 3  # of nbgrader's cell metadata
DEEPEST = 30  # lists and dicts within each other, in a cell and its metadata


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
    """A unit's notebook: its known cells in order, the kernel it runs on, and what it imports."""

    unit: str
    notebook: str
    kernelspec: dict[str, Any]
    cells: tuple[Cell, ...]
    imports: tuple[str, ...] = ()

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
    nb = _source_notebook(source)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells]
    order = {name: place for place, name in enumerate(filter(None, names))}
    cells.sort(key=lambda cell: order.get(cell.grade_id, len(order)))
    kernelspec = json.loads(entry.kernelspec or "{}")
    return Structure(unit, notebook, kernelspec, tuple(cells), _imports(nb))


def _source_notebook(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        return nbformat.v4.new_notebook()


IMPORT = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_][\w.]*)(?:[ \t]+import[ \t]+\(?([\w, \t]+))?",
    re.MULTILINE,
)


def _imports(nb: NotebookNode) -> tuple[str, ...]:
    """The modules that a notebook imports, sorted; names from a module may be modules too."""
    code = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")
    found = set()
    for module, names in IMPORT.findall(code):
        parts = (name.split()[0] for name in names.split(",") if name.strip())
        found |= {module, *(f"{module}.{part}" for part in parts)}
    return tuple(sorted(found))


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
    student's other cells stay in the order in which they were; what answered a question stays the
    student's.  Outputs are cleared.
    """
    flags: list[Flag] = []
    known = {cell.grade_id: cell for cell in structure.cells}
    cells = [(_grade_id(cell, known), cell) for cell in nb.cells]
    cells = _drop_duplicates(cells, known, flags)
    cells, moved = _take_out_of_order(cells, structure, flags)
    cells = _put_in_place(cells, moved, structure, flags)
    restored = [_restore(cell, known.get(name or ""), flags) for name, cell in cells]
    nb = nbformat.from_dict({**nb, "cells": restored, "metadata": {}})
    if structure.kernelspec:
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


def _take_out_of_order(cells: Named, structure: Structure, flags: list[Flag]) -> tuple[Named, dict]:
    """``cells`` without the known cells that stand in the wrong place, and those by name.

    As few cells as possible are moved, and read-only ones rather than answers: what a student wrote
    may depend on what stands before it.
    """
    place = {cell.grade_id: number for number, cell in enumerate(structure.cells)}
    locked = {cell.grade_id for cell in structure.cells if cell.locked}
    names = [name for name, _ in cells if name]
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
    moved = {name: cell for name, cell in cells if name and name not in staying}
    return [(name, cell) for name, cell in cells if name is None or name in staying], moved


def _put_in_place(cells: Named, moved: dict, structure: Structure, flags: list[Flag]) -> Named:
    """Put back what was moved, and what was deleted and has points or is read-only.

    A cell goes behind the known cell before it, and behind the code that follows that cell.
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
            make = new_code_cell if known.cell_type == "code" else new_markdown_cell
            cell = make(known.source if known.locked else "")
            if known.scored:
                says = f"the cell {known.grade_id} was deleted"
                flags.append(Flag("deleted", says, known.grade_id))
        at = names.index(behind) + 1 if behind else 0
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
    if known is not None:
        new["id"] = known.grade_id
    elif "id" in cell:
        new["id"] = cell["id"]
    if kind == "code":
        new |= {"outputs": [], "execution_count": None}
    elif cell.get("attachments"):
        new["attachments"] = cell.attachments
    return new


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
            flags.append(
                Flag("old-format", f"a notebook of format {raw['nbformat']} was converted")
            )
            raw = nbformat.reads(data.decode(), as_version=4)
        if len(raw["cells"]) > most:
            return _nothing("unreadable", f"the notebook has {len(raw['cells']):,} cells, too many")
        cells = [cell for cell in map(_readable, raw["cells"]) if cell is not None]
        if deeper_than(DEEPEST, cells):
            raise RecursionError
        # halves of characters can be read from JSON, but in no file and on no wire be written
        cells = json.loads(json.dumps(cells, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        return _nothing("unreadable", "the notebook's file is nested too deeply")
    except Exception as error:
        return _nothing(
            "unreadable", f"the file is no notebook ({type(error).__name__}: {error})"[:200]
        )
    return nbformat.from_dict({"cells": cells, "metadata": {}}), flags


def deeper_than(levels: int, value: Any) -> bool:
    """Whether JSON data has more than so many lists and dicts within each other."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(deeper_than(levels - 1, item) for item in value)


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
    metadata = cell.get("metadata")
    if isinstance(metadata, dict):
        if "nbgrader" in metadata:
            kept["metadata"]["nbgrader"] = metadata["nbgrader"]
        tags = metadata.get("tags")
        tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
        if tags := [tag for tag in dict.fromkeys(tags) if tag and "," not in tag]:
            kept["metadata"]["tags"] = tags
    if isinstance(cell.get("id"), str):
        kept["id"] = cell["id"]
    if isinstance(cell.get("attachments"), dict):
        kept["attachments"] = {
            name: files for name, files in cell["attachments"].items()
            if isinstance(files, dict) and all(isinstance(data, str) for data in files.values())
        }  # fmt: skip
    return kept
