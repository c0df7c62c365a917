"""What was answered, one line of JSON each, in a file beside the notebooks.

The file is only ever added to.  All that practice knows is made from it anew each time, so there
is no state to lose: a line that a crash tore off, or that a newer version of the course wrote, is
passed over, and every other line still counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from course.practice.skill import Skill
from course.workspace import add_line, lines_of

NAME = "practice.jsonl"
VERSION = 1

RIGHT, HINT, WRONG, SHOWN, REPAIRED = "right", "hint", "wrong", "shown", "repaired"
OUTCOMES = (RIGHT, HINT, WRONG, SHOWN, REPAIRED)


@dataclass(frozen=True)
class Event:
    """One answer.

    ``at`` has a time zone.  ``outcome`` is "right" (at once), "hint" (right after a hint), "wrong",
    "shown" (the answer was asked for) or "repaired" (right at the second try).
    """

    at: datetime
    skill: Skill
    outcome: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    answer: str = ""

    def line(self) -> str:
        """The event as a line of the file."""
        return json.dumps(
            {
                "version": VERSION,
                "at": self.at.isoformat(timespec="seconds"),
                "objective": self.skill.objective,
                "slip": self.skill.slip,
                "outcome": self.outcome,
                "numbers": dict(self.numbers),
                "answer": self.answer,
            },
            ensure_ascii=False,
        )


class Log:
    """The events in a file that may not be there yet."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def events(self) -> list[Event]:
        """All events that this version understands, by time."""
        events = [event for line in lines_of(self.file) for event in _understood(line)]
        return sorted(events, key=lambda event: event.at)

    def add(self, event: Event) -> None:
        """Write one more line; OSError if the folder cannot be written to."""
        add_line(self.file, event.line())


def _understood(line: str) -> Iterator[Event]:
    """The event of a line, or nothing."""
    try:
        found = json.loads(line)
        if found["version"] != VERSION or found["outcome"] not in OUTCOMES:
            return
        at = datetime.fromisoformat(found["at"])
        if at.tzinfo is None:
            return
        skill = Skill(str(found["objective"]), str(found["slip"]))
        numbers, answer = dict(found["numbers"]), str(found["answer"])
        yield Event(at, skill, found["outcome"], numbers, answer)
    except (ValueError, TypeError, KeyError, RecursionError):
        return
