"""The notebook in a submitted file, whatever its state."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.errors import Flag, FlagKind
from autograder.untrusted import DEEPEST, deeper_than


def read_notebook(data: bytes | None, largest: int, most: int) -> tuple[NotebookNode, list[Flag]]:
    """The notebook in a submitted file, whatever its state, without outputs.

    ``data`` is None for a file that is not there.  What cannot be read becomes an empty notebook
    with a flag; ``largest`` bounds the bytes, ``most`` the cells.
    """
    if data is None:
        return _nothing("missing", "no notebook was handed in")
    if len(data) > largest:
        says = f"the notebook's file has more than {largest:,} bytes, too many to be graded"
        return _nothing("too-large", says)
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
            says = f"the notebook has {len(raw['cells']):,} cells, too many to be graded"
            return _nothing("too-large", says)
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


LARGER = 8  # times the largest notebook: so much is read, if most of it is outputs
PARTS = 4_000_000  # lists, dicts and their items, in what is read: pictures have few


def slim(data: bytes, largest: int) -> bytes:
    """A notebook's file without its outputs, if it is larger than ``largest`` bytes.

    What cannot be read, or would take too much memory, stays as it is.
    """
    if len(data) <= largest or sum(map(data.count, (b"[", b"{", b","))) > PARTS:
        return data
    try:
        raw = json.loads(data)
        for cell in raw["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []
        return json.dumps(raw).encode()
    except Exception:  # it is no notebook: said when it is graded
        return data


def _nothing(kind: FlagKind, says: str) -> tuple[NotebookNode, list[Flag]]:
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
    source = source.replace("\r\n", "\n")  # Python knows both ends of a line, a shell does not
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
