"""Which skill comes next within a sitting.

What was missed comes back after two others.  Otherwise: what is due, what is new, and then what is
weakest, so that there is always a next one.  The same objective does not come twice in a row while
there is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from course.practice.schedule import Schedule
from course.practice.skill import Skill

OTHERS = 2  # questions before a missed skill comes back
LONG_AWAY = 14  # days after which what FSRS foretells is too bright: begin with what is strongest


class Queue:
    """Skills in the order in which they are asked; it never ends unless it has no skill at all."""

    def __init__(self, ahead: Iterable[Skill], again: Callable[[], list[Skill]]) -> None:
        """``again`` gives all skills afresh, weakest first, whenever ``ahead`` is used up."""
        self._ahead, self._again = list(ahead), again
        self._missed: list[tuple[int, Skill]] = []  # from which question on it may come back
        self._asked = 0
        self._last: Skill | None = None

    def next(self) -> Skill:
        """The skill to ask now; LookupError if there is none."""
        ready = [skill for at, skill in self._missed if at <= self._asked]
        skill = ready[0] if ready else self._another()
        self._missed = [(at, other) for at, other in self._missed if other != skill]
        self._asked += 1
        self._last = skill
        return skill

    def miss(self, skill: Skill) -> None:
        """Bring a skill back after two others."""
        self._missed = [(at, other) for at, other in self._missed if other != skill]
        self._missed.append((self._asked + OTHERS, skill))

    @property
    def missed(self) -> list[Skill]:
        """What waits to come back."""
        return [skill for _, skill in self._missed]

    def _another(self) -> Skill:
        waiting = set(self.missed)
        if not any(skill not in waiting for skill in self._ahead):
            self._ahead += self._again()
        choices = [skill for skill in self._ahead if skill not in waiting]
        if not choices:  # fewer skills than the wait is long
            if not self._missed:
                raise LookupError("there is nothing to practise")
            return self._missed[0][1]
        last = self._last.objective if self._last else None
        chosen = next((skill for skill in choices if skill.objective != last), choices[0])
        self._ahead.remove(chosen)
        return chosen


def planned(skills: list[Skill], schedule: Schedule, today: date) -> list[Skill]:
    """What a sitting begins with: the skills that are due, weakest first, then the new ones.

    After two weeks away the strongest come first, as a warm-up.
    """
    known = [skill for skill in skills if schedule.due(skill)]
    due = [skill for skill in known if schedule.due(skill) <= today]  # type: ignore[operator]
    away = schedule.last is not None and (today - schedule.last).days >= LONG_AWAY
    due.sort(key=lambda skill: schedule.recall(skill, today), reverse=away)
    return due + [skill for skill in skills if skill not in schedule.cards]


def weakest_first(skills: list[Skill], schedule: Schedule, today: date) -> list[Skill]:
    """All skills; those that were never practised come last."""
    known = sorted(
        (skill for skill in skills if skill in schedule.cards),
        key=lambda skill: schedule.recall(skill, today),
    )
    return known + [skill for skill in skills if skill not in schedule.cards]
