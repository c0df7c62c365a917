"""The notebook that was handed in under another name.

Browsers and learning platforms call a file that is there already ``unit (1).ipynb`` or
``unit-1.ipynb``, and students call theirs as they like.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.submission.recognition import stripped
from autograder.submission.structure import Structure
from autograder.untrusted import printable

ENOUGH = 0.5  # of a unit's cells: who has so many of them is its notebook
MOST = 20  # notebooks that are looked at


def unknown_notebooks(folder: Path, known: list[str]) -> list[Path]:
    """The notebooks in a submission that are called like none of its unit, sorted."""
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.glob("*.ipynb") if path.name not in known)
    return [path for path in found if path.is_file() and not path.is_symlink()][:MOST]


def fits(data: bytes, structure: Structure) -> bool:
    """Whether a file carries a unit's cells, by their names or by their text."""
    names, texts = _parts(data)
    cells = structure.cells
    here = sum(one.grade_id in names or stripped(one.released) in texts for one in cells)
    return bool(cells) and here >= ENOUGH * len(cells)


def unit_of(data: bytes, sources: Path) -> str | None:
    """Which other unit's notebook a file is, by the names of its cells."""
    names, _ = _parts(data)
    for path in sorted(sources.glob("*/*.ipynb")):
        theirs, _ = _parts(path.read_bytes())
        if theirs and len(theirs & names) >= ENOUGH * len(theirs):
            return path.parent.name
    return None


def which(name: str, strange: list[Path], fitting: list[Path], others: dict[Path, str]) -> str:
    """Why nobody but a person can say which notebook is meant, in a sentence."""
    called = " and ".join(printable(path.name, 80) for path in fitting or strange)
    if len(fitting) > 1:
        return f"there is no {name}, and {called} could each be it"
    told = [f"{printable(path.name, 80)} is of {unit}" for path, unit in others.items()]
    return f"there is no {name}; what was handed in is {called}" + "".join(
        f" ({words})" for words in told
    )


def _parts(data: bytes) -> tuple[set[str], set[str]]:
    """The names that nbgrader gave to a notebook's cells, and the texts of all."""
    names, texts = set(), set()
    for cell in cells_of(data):
        names.add(grade_id_of(cell))
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if isinstance(source, str):
            texts.add(stripped(source))
    return names - {""}, texts - {""}


def grade_id_of(cell: dict[str, Any]) -> str:
    """The name that nbgrader gave to a cell, or ""."""
    data = cell.get("metadata")
    data = data.get("nbgrader") if isinstance(data, dict) else None
    name = data.get("grade_id") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def cells_of(data: bytes) -> Iterator[dict[str, Any]]:
    """The cells in a notebook's file, whatever they are; none if it is no notebook."""
    try:
        cells = json.loads(data)["cells"]
    except Exception:  # no notebook
        return
    if isinstance(cells, list):
        yield from (cell for cell in cells if isinstance(cell, dict))
