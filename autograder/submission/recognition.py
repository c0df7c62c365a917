"""Finds a unit's cells in a notebook that has lost nbgrader's data about them.

Other programs than Jupyter's drop a cell's metadata, or its id, or both.  Nothing is earned by
being recognised: what students may not change is restored all the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from nbformat import NotebookNode

from autograder.submission.structure import Cell

Named = list[tuple[str | None, NotebookNode]]
Way = tuple[Callable[[Cell], str], Callable[[NotebookNode], str]]  # a mark of what is missing

DEFINED = re.compile(r"^(?:async def|def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)


def recognised(cells: Named, known: dict[str, Cell]) -> tuple[Named, list[str]]:
    """``cells`` with the names of those that lost them, and these names.

    A cell is known by its id, by its text as it was released, by the names that it defines, and, in
    a notebook without any names, by standing alone where an answer is missing.
    """
    there = {name for name, _ in cells if name}
    bare = not there
    missing = {name: cell for name, cell in known.items() if name not in there}
    if not missing:
        return cells, []
    cells, found = list(cells), []

    def give(at: int, name: str) -> None:
        cells[at] = (name, cells[at][1])
        found.append(name)
        del missing[name]

    ways: tuple[Way, ...] = (
        (lambda one: one.cell_id, lambda cell: str(cell.get("id", ""))),
        (lambda one: stripped(one.released), lambda cell: stripped(cell.source)),
        (lambda one: stripped(one.source), lambda cell: stripped(cell.source)),
        (lambda one: "" if one.locked else defined_in(one.source), lambda c: defined_in(c.source)),
    )
    for of_known, of_cell in ways:
        wanted = Counter(of_known(one) for one in missing.values())
        names = {of_known(one): name for name, one in missing.items()}
        free = [at for at, (name, _) in enumerate(cells) if name is None]
        offered = Counter(of_cell(cells[at][1]) for at in free)
        for at in free:
            mark = of_cell(cells[at][1])
            alone = mark and wanted[mark] == 1 and offered[mark] == 1
            if alone and known[names[mark]].cell_type == cells[at][1].cell_type:
                give(at, names[mark])
    if bare:
        for name in list(missing):
            place = _only_place(cells, known, name)
            if not known[name].locked and place is not None:
                give(place, name)
    return cells, found


def _only_place(cells: Named, known: dict[str, Cell], name: str) -> int | None:
    """Where the one cell stands that can be ``name``: between the neighbours that are there."""
    order = list(known)
    places = {one: at for at, (one, _) in enumerate(cells) if one}
    before = [places[one] for one in order[: order.index(name)] if one in places]
    after = [places[one] for one in order[order.index(name) + 1 :] if one in places]
    low, high = max(before, default=-1) + 1, min(after, default=len(cells))
    kind = known[name].cell_type
    free = [
        at for at in range(low, high) if cells[at][0] is None and cells[at][1].cell_type == kind
    ]
    return free[0] if len(free) == 1 else None


def defined_in(source: str) -> str:
    """The names that a cell's text defines at its top level, sorted, as text."""
    return " ".join(sorted({one or other for one, other in DEFINED.findall(source)}))


def stripped(source: str) -> str:
    """A cell's text without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
