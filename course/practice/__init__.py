"""Practice: endless questions over all units, in one cell, by keyboard alone.

In any notebook::

    from course.practice import practice
    practice()

Everything else in this folder computes answers, so it is not there while a notebook is graded: see
``course/hidden-while-graded.txt``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


class NotAsked:
    """What stands in a sitting's place while a notebook is graded."""

    def __repr__(self) -> str:
        return "Practice. It asks in JupyterLab, not while a notebook is graded."


def practice(upto: int = 9, log: str | Path | None = None) -> Any:
    """A displayable sitting: questions on units 1 to ``upto``, for five minutes or as you like.

    What you answered goes to ``practice.jsonl`` beside the folders of the units, or to ``log``; by
    it each skill comes back when you are about to forget it.  While a notebook is graded there is
    nothing to answer, and nothing is shown.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return NotAsked()
    from course.practice.widget import shown

    return shown(upto, None if log is None else Path(log))
