"""A sitting, with a clock of its own: two tries, hints, the worked answer, and an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from course.practice.answers import written
from course.practice.log import HINT, REPAIRED, RIGHT, SHOWN, WRONG, Log
from course.practice.objectives import OBJECTIVES, skills
from course.practice.schedule import Schedule
from course.practice.sitting import Sitting
from course.practice.skill import Skill


class Clock:
    def __init__(self):
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday

    def __call__(self):
        return self.time

    def wait(self, **time):
        self.time += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path / "practice.jsonl")


@pytest.fixture
def sitting(log, clock):
    return Sitting(log, skills(), clock, Random(1))


def right(sitting):
    return sitting.enter(written(sitting.instance.right))


def slipped(sitting, number=0):
    slip = sitting.instance.objective.slips[number]
    return slip, sitting.enter(written(slip.answer(sitting.instance.numbers)))


def outcomes(log):
    return [(event.skill, event.outcome) for event in log.events()]


def test_right_at_once(sitting, log):
    asked = sitting.said
    assert asked.open and asked.verdict == "" and asked.picture is None
    said = right(sitting)
    assert said.mood == "right" and not said.open and said.question == asked.question
    assert said.verdict == f"Right: {sitting.instance.worked()}"
    assert outcomes(log) == [(sitting.skill, RIGHT)]
    assert sitting.enter("").question != asked.question


def test_a_slip_is_named_at_once_and_has_a_second_try(sitting, log):
    skill = sitting.skill
    slip, said = slipped(sitting, 2)
    assert slip.when in said.verdict and slip.think in said.verdict and said.open
    assert said.verdict.startswith("Not yet. ")
    assert right(sitting).mood == "right"
    assert outcomes(log) == [(Skill(skill.objective, slip.id), WRONG), (skill, REPAIRED)]


def test_after_two_tries_the_answer_is_worked_out_and_a_fresh_one_comes_after_two_others(sitting):
    slip, _ = slipped(sitting)
    said = slipped(sitting)[1]
    missed, numbers = Skill(sitting.skill.objective, slip.id), sitting.instance.numbers
    assert not said.open and said.mood == "wrong"
    assert sitting.instance.worked() in said.verdict
    assert f"The answer is {written(sitting.instance.right)}." in said.verdict
    others = []
    for _ in range(2):
        sitting.enter("")
        others.append(sitting.skill)
        right(sitting)
    sitting.enter("")
    assert missed not in others and sitting.skill == missed
    assert sitting.instance.numbers != numbers


def test_an_answer_that_no_slip_gives_gets_the_hint_and_the_skill_that_was_asked_is_missed(
    sitting, log
):
    said = sitting.enter("123456789")
    assert said.verdict == (f"Not yet. 123456789 is not it. {sitting.instance.objective.hint}")
    assert outcomes(log) == [(sitting.skill, WRONG)]


def test_a_hint_then_the_answer(sitting, log):
    said = sitting.hint()
    assert said.verdict == f"Hint: {sitting.instance.objective.hint}" and said.open
    said = sitting.enter(" ? ")
    assert not said.open and sitting.instance.worked() in said.verdict
    assert outcomes(log) == [(sitting.skill, SHOWN)]
    assert sitting.hint() == said  # nothing more to tell


def test_right_after_a_hint(sitting, log):
    sitting.enter("?")
    right(sitting)
    assert outcomes(log) == [(sitting.skill, HINT)]


def test_what_cannot_be_read_is_no_try(sitting, log):
    for _ in range(5):
        said = sitting.enter("W - F")
        assert said.open and said.mood == "again" and "Type" in said.verdict
    assert log.events() == []
    assert right(sitting).mood == "right"


def test_five_minutes_have_an_end_that_says_when_to_come_back(sitting, clock, log):
    clock.wait(hours=1)  # the clock does not run before the first answer
    right(sitting)
    for _ in range(4):
        clock.wait(seconds=70)
        assert sitting.enter("").mood == "ask"
        right(sitting)
    clock.wait(seconds=30)
    said = sitting.enter("")
    assert said.mood == "end" and not said.open
    first = min(filter(None, map(Schedule(log.events()).due, skills())))
    assert (first - clock().date()).days > 1
    assert said.verdict == f"Come back on {first:%A}, {first.day} {first:%B}: 5 skills will be due."
    assert sitting.enter("").mood == "ask"  # five more minutes
    clock.wait(minutes=4)
    right(sitting)
    assert sitting.enter("").mood == "ask"


def test_what_was_missed_is_due_tomorrow_and_comes_first_then(sitting, clock, log):
    slip, _ = slipped(sitting, 1)
    missed = Skill(sitting.skill.objective, slip.id)
    right(sitting)
    clock.wait(minutes=6)
    assert sitting.enter("").verdict == "Come back tomorrow: 1 skill will be due."
    clock.wait(days=1)
    assert sitting.enter("").open and sitting.skill == missed
    elsewhere = Sitting(Log(log.file), skills(), clock, Random(2))
    assert elsewhere.skill == missed


def test_it_never_runs_out_of_questions(log, clock):
    sitting = Sitting(log, skills(1), clock, Random(3))
    for _ in range(30):
        right(sitting)
        clock.wait(seconds=1)
        assert sitting.enter("").open
    assert sitting.skill.objective == "patch"


def test_a_log_that_cannot_be_written_costs_the_memory_and_not_the_sitting(tmp_path, clock):
    sitting = Sitting(Log(tmp_path / "no" / "practice.jsonl"), skills(), clock, Random(1))
    said = right(sitting)
    assert said.mood == "right"
    assert "This answer is not kept" in said.verdict and "practice.jsonl" in said.verdict
    clock.wait(minutes=9)
    assert sitting.enter("").verdict.startswith("Come back on ")  # what it does know, it uses


def test_a_log_of_another_edition_of_the_course_does_no_harm(log, clock):
    Sitting(log, skills(), clock, Random(1)).enter("?")
    log.file.write_text(
        '{"version": 1, "at": "2026-02-01T09:00:00+00:00", "objective": "gone", "slip": "X", '
        '"outcome": "wrong", "numbers": {}, "answer": ""}\n'
    )
    sitting = Sitting(log, skills(), clock, Random(1))
    assert sitting.skill.objective in OBJECTIVES
    right(sitting)
    assert len(log.events()) == 2
