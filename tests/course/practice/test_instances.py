"""Every question tells every slip apart, and all that is said of it is true."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.practice.answers import read, written
from course.practice.instance import fresh, separates
from course.practice.objectives import OBJECTIVES, skills

SEEDS = st.integers(0, 10**6)


def test_there_are_skills_from_every_unit():
    assert len(OBJECTIVES) >= 20
    assert {objective.unit for objective in OBJECTIVES.values()} == set(range(1, 10))
    assert len(set(skills())) == len(skills()) == sum(len(o.slips) for o in OBJECTIVES.values())


def test_skills_of_the_first_units_alone_and_each_objective_once_before_any_comes_again():
    few = skills(2)
    assert {OBJECTIVES[skill.objective].unit for skill in few} == {1, 2}
    first = few[: len({skill.objective for skill in few})]
    assert len({skill.objective for skill in first}) == len(first)


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
@settings(max_examples=25)
@given(seed=SEEDS)
def test_a_question_separates_its_slips(objective, seed):
    made = fresh(objective, Random(seed))
    answers = [made.right, *(slip.answer(made.numbers) for slip in objective.slips)]
    assert separates(answers)
    asked = made.asks_for
    assert read(written(made.right), asked).agrees(made.right)
    assert made.slip_of(read(written(made.right), asked)) is None
    for slip in objective.slips:
        assert made.slip_of(read(written(slip.answer(made.numbers)), asked)) is slip
    assert "{" not in made.question
    for number in re.findall(r"\d+", written(made.right)):
        assert re.search(rf"(?<!\d){number}(?!\d)", made.worked())


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
@settings(max_examples=3)
@given(seed=SEEDS)
def test_pictures_can_be_drawn_and_say_what_they_show(objective, seed):
    made = fresh(objective, Random(seed))
    for picture in filter(None, (made.pointing(), made.picture())):
        drawn = list(ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}svg"))
        assert drawn and "NaN" not in picture.svg
        assert len(picture.alt) > 40


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_a_question_does_not_come_again_soon(objective):
    random, seen = Random(7), []
    for _ in range(10):
        made = fresh(objective, random, seen)
        assert dict(made.numbers) not in seen
        seen.append(dict(made.numbers))


def test_the_same_chance_gives_the_same_question():
    objective = OBJECTIVES["output-size"]
    assert fresh(objective, Random(5)) == fresh(objective, Random(5))


def test_ranges_that_are_too_narrow_are_named():
    narrow = replace(OBJECTIVES["output-size"], among={"W": (7,), "F": (3,), "S": (1,), "P": (0,)})
    with pytest.raises(LookupError, match="output-size"):
        fresh(narrow, Random(0))


ONE_OF_MANY = re.compile(r"(?<![\d.,×−=] )(?<![\d.,×−])\b1 ([a-z]+s)\b")
VERBS = {"gets", "gives", "holds", "is", "lies", "reads", "takes"}


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_one_thing_is_not_called_many(objective, seed):
    made = fresh(objective, Random(seed))
    for text in (made.question, made.worked()):
        assert set(ONE_OF_MANY.findall(text)) <= VERBS, text
