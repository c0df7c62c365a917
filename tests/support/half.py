"""The smallest unit there is, as its author writes it: ``half(n)``, with one slip."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support import cells

KEY = """
from exercises.authoring import Group, exercise


@exercise(
    points=4,
    returns="n // 2",
    examples={(4,): 2},
    probes=[(7,), (11,)],
    groups=[Group("odd", [(3,), (5,), (9,)]), Group("even", [(6,), (8,)])],
)
def half(n):
    return n // 2


half.slip("up", "rounds up", "(n + 1) // 2", "Which half is whole?", "Round down: // does.")
"""

HEAD = "### A · Halves · `half(n)`\n\n**4 points · 2 minutes**\n"


def notebook(*more: NotebookNode | str) -> NotebookNode:
    """The unit's notebook with its solution; ``more`` cells follow."""
    answer = cells.answer("half", cells.solved("half(n)", "return n // 2"))
    return cells.notebook(HEAD, answer, cells.test("half", 4), *more)


def make_unit(folder: Path, key: str | None = KEY, nb: NotebookNode | None = None) -> Path:
    """Write the unit into ``folder``; returns it."""
    cells.write(folder, nb or notebook())
    if key is not None:
        (folder / "exercises.py").write_text(key, encoding="utf-8")
    return folder
