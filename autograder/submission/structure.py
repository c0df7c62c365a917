"""What a unit's notebook is made of, by the gradebook and the source, never by a submission.

``Structure`` is plain data, so that it can travel to a worker.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from traitlets.config import Config

SCHEMA = 3  # of nbgrader's cell metadata


@dataclass(frozen=True)
class Cell:
    """A cell that nbgrader knows.

    ``released`` is its source as students got it, ``cell_id`` the id of its cell there, and
    ``placed`` says whether its place among the others is known.
    """

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
    placed: bool = True
    cell_id: str = field(default="", repr=False)  # no grade depends on it

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
        made: NotebookNode = nbformat.from_dict(data)
        return made


@dataclass(frozen=True)
class Structure:
    """A unit's notebook: its known cells in order, the kernel it runs on, and what it imports.

    ``language`` is what it is written in, in small letters; "" where nothing says so.  ``usual``
    are the cells' grade ids in the order in which most of the class have them, if it is another.
    ``given`` are the prints of the code cells that nbgrader does not know, as they were given out,
    sorted.
    """

    unit: str
    notebook: str
    kernelspec: dict[str, Any]
    cells: tuple[Cell, ...]
    imports: tuple[str, ...] = ()
    language: str = "python"
    usual: tuple[str, ...] = ()
    given: tuple[bytes, ...] = ()

    def as_had_by(self, names: list[str]) -> Structure:
        """The structure in the order that is nearer to ``names``: the usual or the released one."""
        if not self.usual:
            return self
        place = {name: number for number, name in enumerate(self.usual)}
        cells = sorted(self.cells, key=lambda cell: place.get(cell.grade_id, len(place)))
        return min(replace(self, cells=tuple(cells)), self, key=lambda one: one._breaks(names))

    def _breaks(self, names: list[str]) -> int:
        """How often of two neighbours among ``names`` the second stands before the first here."""
        place = {cell.grade_id: number for number, cell in enumerate(self.cells) if cell.placed}
        known = [place[name] for name in names if name in place]
        return sum(one > other for one, other in pairwise(known))

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
        near = difflib.get_close_matches(unit, known, n=1)
        near = near or [name for name in known if unit and unit in name][:1]
        raise UnknownUnit(
            f"The gradebook knows no unit {unit!r}"
            + (f". Did you mean {near[0]}? It knows" if near else "; it knows" if known else "")
            + (f" {', '.join(sorted(known))}. " if known else ". ")
            + f"Make it known with: nbgrader generate_assignment {unit}"
        )
    return sorted(notebook.name for notebook in gradebook.find_assignment(unit).notebooks)


def structure_of(
    gradebook: Gradebook,
    unit: str,
    notebook: str,
    source: Path,
    release: Path,
    config: Config | None = None,
) -> Structure:
    """The structure of one notebook, of which ``source`` and ``release`` are the files.

    The gradebook holds the cells but not their order.  That is of what was released: a header or a
    footer stands in no source, and a source may have changed since.  Cells of which neither file
    knows are taken in the order in which they were stored, and are not ``placed``.
    """
    entry = gradebook.find_notebook(notebook, unit)
    graded = {cell.name: cell.max_score for cell in entry.grade_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    tasks = {cell.name: cell.max_score for cell in entry.task_cells}
    files = [_notebook(release), _notebook(source)]
    places: dict[str, int] = {}
    ids: dict[str, str] = {}
    for nb in files:
        named = [(cell.metadata.get("nbgrader", {}).get("grade_id"), cell) for cell in nb.cells]
        order = [(name, cell) for name, cell in named if name]
        if not places:  # the source speaks where there is no release
            places = {name: place for place, (name, _) in enumerate(order)}
            ids = {name: str(cell.get("id", "")) for name, cell in order}
    cells = [
        Cell(
            grade_id=cell.name,
            cell_type=cell.cell_type,
            source=cell.source,
            released=_released(cell.source, config),
            checksum=cell.checksum,
            locked=cell.locked,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points={**tasks, **graded}.get(cell.name, 0.0),
            placed=cell.name in places,
            cell_id=ids.get(cell.name, ""),
        )
        for cell in entry.source_cells
    ]
    cells.sort(key=lambda cell: places.get(cell.grade_id, len(places)))
    kernelspec = json.loads(entry.kernelspec or "{}")
    imports = sorted({name for nb in files for name in imports_of(nb)})
    language = _language(kernelspec, files)
    unknown = [cell for nb in files for cell in nb.cells if "nbgrader" not in cell.metadata]
    given = sorted({print_of(cell.source) for cell in unknown if cell.cell_type == "code"})
    return Structure(
        unit, notebook, kernelspec, tuple(cells), tuple(imports), language, given=tuple(given)
    )


def print_of(source: str) -> bytes:
    """By what a cell's text is known again."""
    return hashlib.sha256(source.encode("utf-8", "replace")).digest()[:16]


def _language(kernelspec: dict[str, Any], files: list[NotebookNode]) -> str:
    """What a unit is written in: the kernels of Colab's notebooks, and others, do not say."""
    said = [kernelspec.get("language"), *(nb.metadata.get("language_info") for nb in files)]
    for one in said:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and name:
            return name.lower().removeprefix("i") if name.lower() == "ipython" else name.lower()
    kernel = f"{kernelspec.get('name', '')} {kernelspec.get('display_name', '')}".lower()
    return "python" if not kernel.strip() or re.search(r"\bi?py|-py\b", kernel) else ""


def _notebook(path: Path) -> NotebookNode:
    try:
        nb: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        nb = nbformat.v4.new_notebook()
    return nb


IMPORT = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_][\w.]*)(?:[ \t]+import[ \t]+\(?([\w, \t]+))?",
    re.MULTILINE,
)


def imports_of(nb: NotebookNode) -> tuple[str, ...]:
    """The modules that a notebook imports, sorted; names from a module may be modules too."""
    code = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")
    found = set()
    for module, names in IMPORT.findall(code):
        parts = (name.split()[0] for name in names.split(",") if name.strip())
        found |= {module, *(f"{module}.{part}" for part in parts)}
    return tuple(sorted(found))


def _released(source: str, config: Config | None) -> str:
    """``source`` without what nbgrader takes out for students, by the course's own delimiters."""
    cell = new_code_cell(source)
    try:
        ClearHiddenTests(config=config)._remove_hidden_test_region(cell)
        ClearMarkScheme(config=config)._remove_mark_scheme_region(cell)
    except RuntimeError:  # a delimiter stands there alone, in a comment say: nothing was taken out
        return source
    return str(cell.source)
