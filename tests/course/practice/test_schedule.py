"""Dates follow from the log alone, one rating for each skill and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from course.practice.log import HINT, OUTCOMES, REPAIRED, RIGHT, SHOWN, WRONG, Event, Log
from course.practice.schedule import Schedule, rating
from course.practice.skill import Skill

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ONE, OTHER = Skill("output-size", "M02"), Skill("output-size", "M05")


def on(day, *outcomes, skill=ONE, hour=0):
    return [Event(MONDAY + timedelta(days=day, hours=hour), skill, what) for what in outcomes]


def due(*events):
    return Schedule([event for some in events for event in some]).due(ONE)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([RIGHT], Rating.Good),
        ([RIGHT, RIGHT], Rating.Easy),
        ([HINT], Rating.Hard),
        ([RIGHT, HINT, RIGHT], Rating.Hard),
        ([WRONG, REPAIRED], Rating.Again),
        ([WRONG, RIGHT, RIGHT], Rating.Again),
        ([SHOWN], Rating.Again),
        ([REPAIRED], None),
        ([], None),
    ],
)
def test_a_day_is_one_rating(outcomes, expected):
    assert rating(outcomes) is expected


def test_the_dates_are_those_of_fsrs_itself():
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card = Card(card_id=1)
    for day, rated in ((0, Rating.Good), (3, Rating.Again), (4, Rating.Hard), (9, Rating.Easy)):
        card, _ = scheduler.review_card(card, rated, datetime(2026, 3, 2 + day, tzinfo=UTC))
    ours = due(on(0, RIGHT), on(3, WRONG, RIGHT), on(4, HINT), on(9, RIGHT, RIGHT))
    assert ours == card.due.date()


def test_the_better_it_went_the_later_it_comes_and_never_on_the_same_day():
    again, hard, good, easy = (
        due(on(0, *what)) for what in ([WRONG], [HINT], [RIGHT], [RIGHT, RIGHT])
    )
    assert date(2026, 3, 2) < again <= hard < good < easy


def test_what_was_never_practised_is_not_due():
    assert Schedule([]).due(ONE) is None
    assert Schedule(on(0, REPAIRED)).due(ONE) is None
    assert Schedule(on(0, WRONG, skill=OTHER)).due(ONE) is None


events = st.lists(
    st.builds(
        Event,
        st.integers(0, 60 * 24).map(lambda hours: MONDAY + timedelta(hours=hours)),
        st.sampled_from([ONE, OTHER, Skill("gone", "long ago")]),
        st.sampled_from(OUTCOMES),
    ),
    max_size=40,
)


@given(events)
def test_a_replayed_log_gives_the_same_dates(tmp_path_factory, made):
    log = Log(tmp_path_factory.mktemp("log") / "practice.jsonl")
    for event in made:
        log.add(event)
    first, again = Schedule(log.events()), Schedule(Log(log.file).events())
    assert first.cards == again.cards
    straight = Schedule(sorted(made, key=lambda event: event.at))
    assert straight.cards == first.cards


@given(events, st.randoms())
def test_within_a_day_neither_order_nor_hour_matters(made, random):
    shuffled = [
        Event(event.at.replace(hour=random.randrange(24)), event.skill, event.outcome)
        for event in random.sample(made, len(made))
    ]
    assert Schedule(shuffled).cards == Schedule(made).cards


def test_a_day_is_the_students_own():
    east = timezone(timedelta(hours=9))
    late = Event(datetime(2026, 3, 3, 1, tzinfo=east), ONE, RIGHT)  # still Monday in Greenwich
    assert Schedule([late]).due(ONE) == due(on(1, RIGHT))


def test_recall_falls():
    schedule = Schedule(on(0, RIGHT))
    chances = [schedule.recall(ONE, date(2026, 3, 2) + timedelta(days=days)) for days in (0, 2, 9)]
    assert chances[0] == 1 and chances == sorted(chances, reverse=True)
