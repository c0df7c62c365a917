"""A sitting: questions, two tries at each, hints, and an end after five minutes.

Everything is words and numbers here; the widget shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from course.pictures.picture import Picture
from course.practice.answers import Typed, read, written
from course.practice.instance import Instance, fresh
from course.practice.log import HINT, REPAIRED, RIGHT, SHOWN, WRONG, Event, Log
from course.practice.objectives import OBJECTIVES
from course.practice.queue import Queue, planned, weakest_first
from course.practice.schedule import Schedule
from course.practice.skill import Skill

MINUTES = 5
TRIES = 2
REMEMBERED = 12  # of an objective's last questions; none of them is asked again


@dataclass(frozen=True)
class Said:
    """What a student is told: a heading, what is asked, the verdict, and a picture.

    ``mood`` is "ask", "right", "wrong", "again" (cannot be read) or "end".  ``open`` says whether
    the question still waits for an answer; if not, Enter goes on.
    """

    heading: str
    question: str
    verdict: str
    mood: str
    open: bool
    picture: Picture | None = None


class Sitting:
    """Practice from a log, with a clock and a source of numbers of the caller's."""

    def __init__(
        self, log: Log, skills: list[Skill], now: Callable[[], datetime], random: Random
    ) -> None:
        self._log, self._skills, self._now, self._random = log, skills, now, random
        self._events = log.events()
        self._unsaved = ""
        self.hinted = False  # whether the open question's hint has been given
        self._begin()

    def _begin(self) -> None:
        schedule = self._schedule()
        self._until: datetime | None = None  # the clock starts with the first answer or hint
        self._queue = Queue(planned(self._skills, schedule, self._today()), self._all_again)
        self.said = self.ask()

    # ------------------------------------------------------------------ what a student does

    def enter(self, words: str) -> Said:
        """What follows on Enter: a verdict while a question is open, then the next question."""
        self._until = self._until or self._now() + timedelta(minutes=MINUTES)
        if self.said.mood == "end":
            self._begin()
        elif self.said.open:
            self.said = self.hint() if words.strip() == "?" else self._judge(words)
        else:
            over = self._now() >= self._until
            self.said = self._end() if over else self.ask()
        return self.said

    def hint(self) -> Said:
        """A hint; the second time, the answer."""
        if not self.said.open:
            return self.said
        self._until = self._until or self._now() + timedelta(minutes=MINUTES)
        if self.hinted:
            self._record(SHOWN, self.skill)
            self._queue.miss(self.skill)
            self.said = self._solution("Here is how it comes about.")
        else:
            self.hinted = True
            hint = f"Hint: {self.instance.objective.hint}"
            self.said = self._say(hint, "ask", True, self.instance.pointing())
        return self.said

    def ask(self) -> Said:
        """The next question."""
        self.skill = self._queue.next()
        objective = OBJECTIVES[self.skill.objective]
        seen = [e.numbers for e in self._events if e.skill.objective == objective.id]
        self.instance: Instance = fresh(objective, self._random, seen[-REMEMBERED:])
        self._tries, self.hinted = 0, False
        return self._say("", "ask", True)

    # ------------------------------------------------------------------ what follows from it

    def _judge(self, words: str) -> Said:
        try:
            typed = read(words, self.instance.asks_for)
        except ValueError as problem:
            return self._say(str(problem), "again", True, self.said.picture)
        self._tries += 1
        if typed.agrees(self.instance.right):
            outcome = REPAIRED if self._tries > 1 else HINT if self.hinted else RIGHT
            self._record(outcome, self.skill, words)
            return self._say(
                f"Right: {self.instance.worked()}", "right", False, self.instance.picture()
            )
        return self._missed(typed, words)

    def _missed(self, typed: Typed, words: str) -> Said:
        """Name the slip, if one answers so; what comes back is what was missed."""
        slip = self.instance.slip_of(typed)
        missed = Skill(self.skill.objective, slip.id) if slip else self.skill
        self._record(WRONG, missed, words)
        self._queue.miss(missed)
        given = words.strip() if typed.numbers else f"“{words.strip()}”"
        named = f"{given} is what comes out when {slip.when}." if slip else f"{given} is not it."
        if self._tries == TRIES:
            return self._solution(named)
        self.hinted = self.hinted or slip is None  # then the hint is given here
        think = slip.think if slip else self.instance.objective.hint
        return self._say(f"Not yet. {named} {think}", "wrong", True, self.instance.pointing())

    def _solution(self, before: str) -> Said:
        answer = f"The answer is {written(self.instance.right)}."
        verdict = (
            f"{before} {answer} {self.instance.worked()} A fresh one of this kind comes after two "
            f"others."
        )
        return self._say(verdict, "wrong", False, self.instance.picture())

    def _end(self) -> Said:
        schedule, today = self._schedule(), self._today()
        dates = [due for skill in self._skills if (due := schedule.due(skill))]
        later = min((due for due in dates if due > today), default=None)
        waiting = sum(due <= today for due in dates)
        if waiting:
            words = f"Still due today: {_skills(waiting)}."
        elif later:
            count = sum(due == later for due in dates)
            words = f"Come back {_day(later, today)}: {_skills(count)} will be due."
        else:
            words = "Come back when you like."
        return Said("Practice", "That is all for this time.", words, "end", False)

    def _say(self, verdict: str, mood: str, open: bool, picture: Picture | None = None) -> Said:
        objective = self.instance.objective
        heading = f"Unit {objective.unit:02} · {objective.title}"
        if self._unsaved:
            verdict = f"{verdict} {self._unsaved}".strip()
        return Said(heading, self.instance.question, verdict, mood, open, picture)

    # ------------------------------------------------------------------ log and clock

    def _record(self, outcome: str, skill: Skill, words: str = "") -> None:
        event = Event(self._now(), skill, outcome, self.instance.numbers, words.strip()[:40])
        self._events.append(event)
        try:
            self._log.add(event)
            self._unsaved = ""
        except OSError as problem:
            self._unsaved = (
                f"(This answer is not kept: {self._log.file.name} cannot be written, "
                f"{problem.strerror or problem}.)"
            )

    def _schedule(self) -> Schedule:
        return Schedule(self._events)

    def _today(self) -> date:
        return self._now().date()

    def _all_again(self) -> list[Skill]:
        return weakest_first(self._skills, self._schedule(), self._today())


def _skills(count: int) -> str:
    return f"{count} skill{'' if count == 1 else 's'}"


def _day(day: date, today: date) -> str:
    """``"tomorrow"`` or ``"on Thursday, 3 December"``."""
    if (day - today).days == 1:
        return "tomorrow"
    year = f" {day.year}" if day.year != today.year else ""
    return f"on {day:%A}, {day.day} {day:%B}{year}"
