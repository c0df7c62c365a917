"""What comes next: the missed after two others, then the due, the new and the weakest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course.practice.log import RIGHT, WRONG, Event
from course.practice.queue import LONG_AWAY, Queue, planned, weakest_first
from course.practice.schedule import Schedule
from course.practice.skill import Skill

A, B, C, D = (Skill(name, "slip") for name in "abcd")
A2 = Skill("a", "other slip")
TODAY = date(2026, 3, 2)


def queue(*skills):
    return Queue(skills, lambda: list(skills))


def take(asked, count):
    return [asked.next() for _ in range(count)]


def test_in_order_and_round_again():
    assert take(queue(A, B, C), 7) == [A, B, C, A, B, C, A]


def test_what_was_missed_comes_back_after_two_others():
    asked = queue(A, B, C, D)
    assert asked.next() == A
    asked.miss(A)
    assert take(asked, 4) == [B, C, A, D]


def test_two_missed_in_a_row_come_back_in_a_row():
    asked = queue(A, B, C, D)
    for skill in (A, B):
        assert asked.next() == skill
        asked.miss(skill)
    assert take(asked, 5) == [C, A, B, D, A]


def test_missed_again_it_waits_again():
    asked = queue(A, B, C, D)
    asked.next()
    asked.miss(A)
    assert take(asked, 3) == [B, C, A]
    asked.miss(A)
    assert take(asked, 3) == [D, B, A]


def test_a_slip_that_was_not_asked_for_comes_back_too():
    asked = queue(A, B, C, D)
    asked.next()
    asked.miss(A2)
    assert take(asked, 3) == [B, C, A2]


def test_an_objective_does_not_come_twice_in_a_row():
    assert take(queue(A, A2, B), 3) == [A, B, A2]


@given(st.data(), st.integers(1, 6))
def test_it_never_ends_and_the_missed_come_in_time(data, count):
    skills = [Skill(str(number), "slip") for number in range(count)]
    asked = queue(*skills)
    wait = {}
    for _ in range(60):
        skill = asked.next()
        for other in wait:
            wait[other] += 1
        if skill in wait:
            since = wait.pop(skill)
            assert since >= 3 or count < 3
        if data.draw(st.booleans()):
            asked.miss(skill)
            wait[skill] = 0
        assert all(since < 3 + len(wait) for since in wait.values())


def test_without_skills_it_says_so():
    with pytest.raises(LookupError):
        queue().next()


def events(*made):
    return Schedule(
        Event(datetime(2026, 3, 2, 9, tzinfo=UTC) - timedelta(days=ago), skill, outcome)
        for skill, outcome, ago in sorted(made, key=lambda one: -one[2])
    )


def test_a_sitting_begins_with_what_is_due_weakest_first_and_goes_on_with_what_is_new():
    schedule = events((A, RIGHT, 8), (B, WRONG, 8), (C, RIGHT, 0))
    assert planned([D, C, B, A], schedule, TODAY) == [B, A, D]
    assert weakest_first([D, C, B, A], schedule, TODAY) == [B, A, C, D]


def test_after_two_weeks_away_it_begins_with_what_is_strongest():
    schedule = events((A, RIGHT, LONG_AWAY), (B, WRONG, LONG_AWAY))
    assert planned([D, B, A], schedule, TODAY) == [A, B, D]


@given(st.sets(st.sampled_from([A, B, C, D, A2])), st.integers(0, 40))
def test_nothing_is_planned_twice_and_nothing_that_is_known_well(known, ago):
    assume(known)
    schedule = events(*((skill, RIGHT, ago) for skill in known))
    plan = planned([A, B, C, D, A2], schedule, TODAY)
    assert len(plan) == len(set(plan))
    assert {skill for skill in plan if schedule.due(skill)} == {
        skill for skill in known if schedule.due(skill) <= TODAY
    }
