"""Everyday habits with the libraries that courses use, run here and by stock: they show the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.execution.execute import execute
from autograder.limits import Limits
from autograder.submission.structure import imports_of
from tests.support.cells import notebook

HABITS = sorted((Path(__file__).parents[2] / "everyday").glob("*.txt"))

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.slow]
# of processes and of chance: addresses, files of cells, models of widgets, seconds
CHANCE = re.compile(
    r"0x[0-9a-f]+|/ipykernel_\d+/\d+\.py|\b[0-9a-f]{32}\b|[\d.]+ ?(s|ms|μs|it/s)\b|\d\d:\d\d"
)


def cells_of(path: Path) -> NotebookNode:
    sources = path.read_text(encoding="utf-8").split("# %%\n")
    return notebook(*[new_code_cell(source.rstrip("\n")) for source in sources])


def shown(cell: NotebookNode) -> list[Any]:
    """What a cell shows, in a form in which two runs can be compared."""
    found: list[Any] = []
    streams = {"stdout": "", "stderr": ""}
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] += CHANCE.sub("…", output.text)
        elif output.output_type == "error":
            found.append((output.ename, CHANCE.sub("…", output.evalue)))
        else:
            text = CHANCE.sub("…", str(output.data.get("text/plain", "")))
            found.append((output.output_type, sorted(output.data), text))
    # as of a bar of progress, the last is enough; and which came first, of two streams, is chance
    return [*found, {name: text.rpartition("\r")[2] for name, text in streams.items()}]


@pytest.mark.parametrize("habits", HABITS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")
def test_what_is_shown_is_what_stock_shows(habits: Path, tmp_path: Path) -> None:
    here, stock = cells_of(habits), cells_of(habits)
    NotebookClient(
        stock, allow_errors=True, timeout=60, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    execution = execute(here, {}, Limits(), preload=imports_of(here))
    assert execution.stops == []
    for one, other in zip(here.cells, stock.cells, strict=True):
        assert shown(one) == shown(other), one.source
