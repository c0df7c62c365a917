"""When a skill is due, found by playing the whole log through FSRS.

FSRS thinks in days and gets one rating for each skill and day; what happens within a day is the
queue's.  The ratings:

| on that day the skill was | rating |
|--|--|
| missed, or its answer shown | Again |
| right, but after a hint | Hard |
| right at once | Good |
| right at once, twice or more | Easy |

FSRS' own spreading of dates by chance stays off: the same log must always give the same dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from fsrs import Card, Rating, Scheduler

from course.practice.log import HINT, RIGHT, SHOWN, WRONG, Event
from course.practice.skill import Skill


def rating(outcomes: list[str]) -> Rating | None:
    """One day's rating of a skill; None if nothing that happened says how well it is known."""
    if WRONG in outcomes or SHOWN in outcomes:
        return Rating.Again
    if HINT in outcomes:
        return Rating.Hard
    if RIGHT in outcomes:
        return Rating.Easy if outcomes.count(RIGHT) > 1 else Rating.Good
    return None


class Schedule:
    """What a log says of each skill."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
        self.cards: dict[Skill, Card] = {}
        days: dict[date, dict[Skill, list[str]]] = defaultdict(lambda: defaultdict(list))
        for event in events:
            days[event.at.date()][event.skill].append(event.outcome)  # the student's own date
        self.last = max(days, default=None)
        for day in sorted(days):
            for skill, outcomes in days[day].items():
                if (rated := rating(outcomes)) is not None:
                    card = self.cards.get(skill) or Card(card_id=0, due=_moment(day))
                    self.cards[skill], _ = self._scheduler.review_card(card, rated, _moment(day))

    def due(self, skill: Skill) -> date | None:
        """The day on which a skill is due; None if it was never practised."""
        card = self.cards.get(skill)
        return card.due.date() if card else None

    def recall(self, skill: Skill, day: date) -> float:
        """The chance, from 0 to 1, that the skill is still there on a day."""
        return self._scheduler.get_card_retrievability(self.cards[skill], _moment(day))


def _moment(day: date) -> datetime:
    """A day as FSRS takes it: whole days apart, whatever the clock says."""
    return datetime.combine(day, time(), UTC)
