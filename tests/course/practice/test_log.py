"""No answer is lost: not to a torn line, a newer version, or a second notebook."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.practice.log import NAME, OUTCOMES, VERSION, Event, Log
from course.practice.skill import Skill
from course.workspace import beside_the_notebooks

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVENTS = [
    Event(MONDAY + timedelta(hours=hour), Skill("output-size", "M02"), outcome, {"W": 7}, "3")
    for hour, outcome in enumerate(OUTCOMES)
]


@pytest.fixture
def log(tmp_path):
    made = Log(tmp_path / "practice.jsonl")
    assert made.events() == []
    for event in EVENTS:
        made.add(event)
    return made


def test_what_is_written_is_read_again(log):
    assert log.events() == EVENTS
    assert len(log.file.read_text().splitlines()) == len(EVENTS)


def test_a_torn_last_line_costs_itself_alone(log):
    whole = log.file.read_bytes()
    for cut in range(len(whole) - len(EVENTS[-1].line()), len(whole) - 2):
        log.file.write_bytes(whole[:cut])
        assert log.events() == EVENTS[:-1]
    log.add(EVENTS[-1])  # and what is added after it stands on a line of its own
    assert log.events() == EVENTS


def test_a_line_of_a_newer_version_is_passed_over_and_kept(log):
    newer = json.dumps({**json.loads(EVENTS[0].line()), "version": VERSION + 1, "mood": "glad"})
    with log.file.open("a") as opened:
        opened.write(newer + "\n")
    later = Event(MONDAY + timedelta(days=1), EVENTS[0].skill, "right")
    log.add(later)
    assert log.events() == [*EVENTS, later]
    assert newer in log.file.read_text().splitlines()


STRANGE = [
    "", "{}", "[]", "null", "7", "\0", "{" * 5000, '{"version": 1}', "\ufeff",
    EVENTS[0].line().replace("+00:00", ""), EVENTS[0].line().replace("2026", "year"),
    EVENTS[0].line().replace('"right"', '"guessed"'),
    EVENTS[0].line().replace('{"W": 7}', "7"), EVENTS[0].line().replace('"numbers"', '"n"'),
]  # fmt: skip


@given(
    st.lists(st.sampled_from(STRANGE) | st.text(max_size=30), max_size=6), st.binary(max_size=20)
)
def test_strange_lines_cost_nothing_else(tmp_path_factory, strange, torn):
    log = Log(tmp_path_factory.mktemp("log") / "practice.jsonl")
    log.file.write_text("\n".join([*strange, EVENTS[0].line(), *strange, ""]))
    with log.file.open("ab") as opened:
        opened.write(torn)
    log.add(EVENTS[1])
    assert log.events() == EVENTS[:2]


def test_two_notebooks_may_write_at_once(log):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Log(log.file).add(EVENTS[0]), range(200)))
    assert len(log.events()) == 200 + len(EVENTS)


def test_time_zones_are_put_in_order(log):
    early = Event(
        datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=9))), EVENTS[0].skill, "right"
    )
    log.add(early)
    assert log.events()[0] == early


def test_all_units_share_a_log(tmp_path):
    unit = tmp_path / "work" / "02-output-size"
    unit.mkdir(parents=True)
    assert beside_the_notebooks(NAME, unit) == unit / "practice.jsonl"
    (unit / "unit.ipynb").touch()
    assert beside_the_notebooks(NAME, unit) == tmp_path / "work" / "practice.jsonl"
    (unit / "practice.jsonl").touch()
    assert beside_the_notebooks(NAME, unit) == unit / "practice.jsonl"
