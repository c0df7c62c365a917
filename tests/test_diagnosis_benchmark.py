"""The benchmark of the diagnosis: its answers are complete, and on one unit it holds its ground."""

from __future__ import annotations

import pytest

from benchmarks.answer_set import HELD_OUT, Answer, Notebook, answers, units
from benchmarks.diagnosis import Judgements, Outcome, digest, last_line, outcomes, refused, shown

pytestmark = pytest.mark.slow

UNIT = "02-output-size"  # all kinds of answers but a test, and fast


@pytest.fixture(scope="module")
def found():
    return list(outcomes(UNIT))


@pytest.fixture(scope="module")
def judged():
    return Judgements()


def test_every_message_is_judged(found, judged):
    unjudged = [shown(one, judged) for one in found
                if "?" in (judged.of(one.answer, text) for text in one.messages)]  # fmt: skip
    assert not unjudged, "python -m benchmarks.diagnosis --judge\n" + "\n".join(unjudged)


def test_nothing_false_is_said(found, judged):
    false = [one for one in found if not one.answer.right and judged.kind(one) == "false"]
    assert not false, "\n".join(shown(one, judged) for one in false)


def test_most_wrong_answers_are_told_what_is_wrong(found, judged):
    kinds = [judged.kind(one) for one in found if not one.answer.right]
    assert kinds.count("true") >= 0.85 * len(kinds)


def test_no_unit_is_in_both_sets():
    assert not set(units()) & set(units(HELD_OUT)) and units(HELD_OUT)


def test_no_right_answer_is_refused(found, judged):
    right = [one for one in found if one.answer.right]
    assert right
    assert not [shown(one, judged) for one in right if refused(one)]


def test_no_wrong_answer_passes_or_earns_all(found, judged):
    wrong = [one for one in found if not one.answer.right]
    assert not [shown(one, judged) for one in wrong if one.passed or one.full]


@pytest.mark.parametrize("unit", units())
def test_a_unit_has_enough_answers_to_each_of_its_exercises(unit):
    given = list(answers(unit))
    assert len({one.id for one in given}) == len(given)
    for exercise in Notebook(unit).stubs:
        right = [one.right for one in given if one.exercise == exercise]
        assert right.count(False) >= 15, exercise
        assert right.count(True) >= 3, exercise
    for one in given:
        compile(Notebook(unit).cell(one), one.id, "exec")


def test_no_two_exercises_of_different_units_share_a_name():
    names = [name for unit in units() for name in Notebook(unit).stubs]
    assert len(set(names)) == len(names)


def test_an_answer_stands_in_its_cell_with_right_answers_before_it():
    wrong = next(one for one in answers(UNIT) if one.id == "output_size/w25")
    notebook = Notebook(UNIT)
    assert notebook.cell(wrong).startswith("def output_size(W, F, S, P):\n")
    assert "NotImplementedError" not in notebook.cell(wrong)
    function = notebook.function(wrong)
    assert function(7, 3, 2, 0) == [0, 2, 4]  # it returns what window_starts gives it
    assert "unread_columns" not in function.__globals__


def outcome(number, passed=False, full=False, said="", fed_back=""):
    return Outcome(Answer("unit", "f", number, "", "return 1"), passed, full, said, fed_back)


def test_an_outcome_counts_by_what_was_judged(monkeypatch):
    judged = Judgements()
    verdicts = {"holds": "true", "lies": "false: it does not", "says nothing": "empty: nothing"}
    monkeypatch.setattr(
        judged, "verdicts", {"f/w01": {digest(text): what for text, what in verdicts.items()}}
    )
    assert judged.kind(outcome("w01", said="holds")) == "true"
    assert judged.kind(outcome("w01", said="lies")) == "false"
    assert judged.kind(outcome("w01", said="says nothing")) == "silent"
    assert judged.kind(outcome("w01", said="holds", fed_back="lies")) == "false"
    assert judged.kind(outcome("w01", said="nobody has judged this")) == "false"
    assert judged.kind(outcome("w01")) == "silent"
    assert judged.kind(outcome("w01", passed=True, fed_back="holds")) == ""
    some = [outcome("w01", said="holds"), outcome("w01", passed=True, full=True),
            outcome("w01", said="lies"), outcome("w01"), outcome("r01", passed=True)]  # fmt: skip
    assert last_line(some, judged) == (
        "true=25.0% false=25.0% silent=25.0% passed_wrong=25.0% full_marks_wrong=1 refused_right=1"
    )
