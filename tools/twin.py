#!/usr/bin/env python3
"""Make each unit's notebook from its text twin, and keep the two in agreement.

    python -m tools.twin                     all units: unit.md -> unit.ipynb
    python -m tools.twin source/02-output-size
    python -m tools.twin --from-notebook     the other way, after editing the notebook by itself
    python -m tools.twin --check             change nothing, exit 1 where the twins disagree

Either way both files are settled: the notebook without outputs and with cell ids that stay the same
from one run to the next, the text in the one form that jupytext would write.  The second matters,
because JupyterLab refuses to open a pair of which the older text differs from the notebook.

A cell's id is its nbgrader ``grade_id``; for other cells it is made from their first line.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import jupytext
import nbformat
from jupytext.config import JupytextConfiguration, load_jupytext_configuration_file

ROOT = Path(__file__).resolve().parents[1]
ID_LENGTH = 40


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("units", nargs="*", type=Path, help="unit folders (default: all)")
    parser.add_argument("--check", action="store_true", help="change nothing, only say")
    parser.add_argument("--from-notebook", action="store_true", help="unit.ipynb -> unit.md")
    options = parser.parse_args(arguments)
    stale = 0
    for unit in options.units or unit_folders():
        for path, wanted in settled(unit, options.from_notebook).items():
            if path.exists() and path.read_text(encoding="utf-8") == wanted:
                continue
            stale += 1
            if options.check:
                print(f"{path} is not what its twin makes of it. Run: python -m tools.twin {unit}")
            else:
                path.write_text(wanted, encoding="utf-8")
                print(f"{path} written")
    return int(options.check and stale > 0)


def unit_folders() -> list[Path]:
    """All folders of ``source/`` that hold a unit."""
    return sorted(path.parent for path in (ROOT / "source").glob("*/unit.md"))


def settled(unit: Path, from_notebook: bool = False) -> dict[Path, str]:
    """What ``unit.md`` and ``unit.ipynb`` of a unit's folder should hold, by path.

    Both come from the text, or from the notebook if ``from_notebook``.
    """
    text, notebook = unit / "unit.md", unit / "unit.ipynb"
    config = _config(unit)
    if from_notebook:
        markdown = to_markdown(nbformat.read(notebook, as_version=4), config)
    else:
        markdown = to_markdown(_read(text.read_text(encoding="utf-8"), config), config)
    return {text: markdown, notebook: to_notebook(markdown, config)}


def to_markdown(notebook: nbformat.NotebookNode, config: JupytextConfiguration) -> str:
    """The notebook as text, in jupytext's own form, with nbgrader's metadata in order."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"] = dict(sorted(cell.metadata["nbgrader"].items()))
    notebook.metadata.pop("jupytext", None)
    return jupytext.writes(notebook, "md", config=config)


def to_notebook(markdown: str, config: JupytextConfiguration) -> str:
    """The text as a notebook's JSON, without outputs.

    Nothing in it tells jupytext about the pair: ``source/jupytext.toml`` does that for a teacher,
    and a student's copy is no pair.
    """
    notebook = _read(markdown, config)
    notebook.metadata.pop("jupytext", None)
    taken: set[str] = set()
    for cell in notebook.cells:
        cell.id = cell_id(cell, taken)
        taken.add(cell.id)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def cell_id(cell: nbformat.NotebookNode, taken: set[str]) -> str:
    """The cell's ``grade_id``, or its first line as an id may be written; not in ``taken``."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    name = grade_id or _slug(cell.source) or cell.cell_type
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def _slug(source: str) -> str:
    """``## 1 · Count the windows`` as ``1-count-the-windows``; ``""`` if there are no words."""
    first_line = source.strip().partition("\n")[0]
    words = re.findall(r"[a-z0-9]+", first_line.lower())
    slug = ""
    for word in words:
        if len(slug) + 1 + len(word) > ID_LENGTH:
            break
        slug += f"-{word}" if slug else word
    return slug


def _config(unit: Path) -> JupytextConfiguration:
    """The unit's jupytext configuration, from the file that also rules in JupyterLab."""
    return load_jupytext_configuration_file(str(unit.resolve().parent / "jupytext.toml"))


def _read(markdown: str, config: JupytextConfiguration) -> nbformat.NotebookNode:
    return jupytext.reads(markdown, "md", config=config)


if __name__ == "__main__":
    sys.exit(main())
