"""Files that are handed in beside a notebook, and how they are judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Judge = Callable[[bytes | None], dict[str, bool]]


class Unusable(Exception):
    """What was handed in cannot be judged at all; the message tells the student what is wrong."""


@dataclass(frozen=True)
class HandedIn:
    """A file to hand in; its grade cell is called ``name``.

    ``judge`` gets the file's bytes (None if there is no such file) in the trusted process, and
    answers for each group whether it is met; it raises Unusable where nothing can be judged.  The
    bytes are a stranger's: a judge parses them with care and runs nothing of them.  ``groups`` map
    each group's words to its worth.  ``samples`` make files for the sample class, by name; the one
    called ``right`` must earn everything, and no other.
    """

    name: str
    file: str
    points: float
    groups: dict[str, int]
    judge: Judge
    samples: dict[str, Callable[[], bytes | None]] = field(default_factory=dict)


def handed_in(
    file: str,
    *,
    points: float,
    groups: dict[str, int],
    samples: dict[str, Callable[[], bytes | None]],
) -> Callable[[Judge], HandedIn]:
    """A decorator: the function below judges ``file``; its name is the grade cell's id."""
    return lambda judge: HandedIn(judge.__name__, file, points, dict(groups), judge, dict(samples))
