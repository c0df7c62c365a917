"""Where a function is right: the smallest rule over its arguments that holds without exception.

Without exception means: whatever the rule covers is right, so that every wrong answer lies beyond
it.  Some answers beyond it may be right by chance.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from exercises.claims import value_of
from exercises.public import Exercise, Slip

LEAST = 6  # inputs on either side of a rule: fewer are chance
ENOUGH = 0.6  # so many of the answers beyond a rule have to be wrong
Rule = tuple[str, str, Callable[[dict[str, Any]], bool]]  # its words, its contrary's, the test


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """Where all answers are right, and the wrong ones are elsewhere; None if no rule says it."""
    right = [given.accepts(answer) for given, answer in
             zip(exercise.all_inputs, answers, strict=True)]  # fmt: skip
    rule = _best(exercise, right)
    if rule is None:
        return None
    words, contrary, _ = rule
    return Slip(
        "", f"right wherever {words}; what is wrong has {contrary}",
        f"Your answers are right wherever {words}. Every wrong one has {contrary}. What is "
        "different there?",
    )  # fmt: skip


def where(exercise: Exercise, right: Sequence[bool]) -> str:
    """The words for what is not ``right``, where a rule says it; else ""."""
    rule = _best(exercise, right)
    return rule[1] if rule else ""


def _best(exercise: Exercise, right: Sequence[bool]) -> Rule | None:
    """Of the simplest rules that fit, the one with the fewest right answers beyond it."""
    wrong = right.count(False)
    if wrong < LEAST:
        return None
    singles = [*_features(exercise), *_of_one(exercise), *_of_two(exercise)]
    pairs = itertools.starmap(_and, itertools.combinations(singles, 2))
    for rules in (singles, [*_divisions(exercise)], pairs):
        best, most = None, ENOUGH
        for rule in rules:
            share = _share(exercise, rule, right)
            if share > most + 1e-9:
                best, most = rule, share
        if best:
            return best
    return None


def _share(exercise: Exercise, rule: Rule, right: Sequence[bool]) -> float:
    """How many of the answers beyond a rule are wrong; 0 where a wrong one is within it."""
    inside = _inside(exercise, rule)
    if inside is None or inside.count(True) < LEAST or inside.count(False) < LEAST:
        return 0.0
    if any(within and not good for within, good in zip(inside, right, strict=True)):
        return 0.0
    return right.count(False) / inside.count(False)


def _inside(exercise: Exercise, rule: Rule) -> list[bool] | None:
    """At which inputs a rule holds; None where it cannot be asked."""
    try:
        return [bool(rule[2](_names(exercise, given.args))) for given in exercise.all_inputs]
    except Exception:
        return None


def _names(exercise: Exercise, args: tuple[Any, ...]) -> dict[str, Any]:
    """The arguments by name, and of an array its height and width too."""
    return dict(zip(exercise.arguments, args, strict=False))


def _features(exercise: Exercise) -> Iterator[Rule]:
    for words, holds in exercise.features:
        yield from _both(words, f"not ({words})", _holds(holds))


def _of_one(exercise: Exercise) -> Iterator[Rule]:
    for place, name in enumerate(exercise.arguments):
        values = {
            given.args[place] if type(given.args[place]) in (int, bool, str) else None
            for given in exercise.all_inputs
            if place < len(given.args)
        }
        if None in values or len(values) < 2:
            continue
        whole = [value for value in values if type(value) is int]
        if len(whole) == len(values):
            for value in sorted(whole)[:5]:
                yield from _both(f"{name} = {value}", f"{name} ≠ {value}", _equals(name, value))
                yield from _both(f"{name} ≤ {value}", f"{name} > {value}", _at_most(name, value))
            yield from _both(f"{name} is even", f"{name} is odd", _even(name))
        elif len(values) <= 4:
            for other in sorted(values, key=repr):
                yield from _both(
                    f"{name} is {other!r}", f"{name} is not {other!r}", _equals(name, other)
                )


Test = Callable[[dict[str, Any]], bool]


def _holds(expression: str) -> Test:
    return lambda names: bool(value_of(expression, names))


def _equals(name: str, value: Any) -> Test:
    return lambda names: bool(names[name] == value)


def _at_most(name: str, value: int) -> Test:
    return lambda names: bool(names[name] <= value)


def _even(name: str) -> Test:
    return lambda names: bool(names[name] % 2 == 0)


def _compare(one: str, how: Callable[[Any, Any], bool], other: str) -> Test:
    return lambda names: bool(how(names[one], names[other]))


def _even_together(one: int, other: int) -> bool:
    return (one + other) % 2 == 0


def _divides(one: int, other: int) -> bool:
    return one % other == 0


def _of_two(exercise: Exercise) -> Iterator[Rule]:
    for one, other in itertools.combinations(_whole(exercise), 2):
        yield from _both(f"{one} = {other}", f"{one} ≠ {other}",
                         _compare(one, operator.eq, other))  # fmt: skip
        yield from _both(f"{one} ≤ {other}", f"{one} > {other}",
                         _compare(one, operator.le, other))  # fmt: skip
        yield from _both(f"{one} < {other}", f"{one} ≥ {other}",
                         _compare(one, operator.lt, other))  # fmt: skip
        yield from _both(f"{one} + {other} is even", f"{one} + {other} is odd",
                         _compare(one, _even_together, other))  # fmt: skip


def _whole(exercise: Exercise) -> list[str]:
    """The arguments that are whole numbers."""
    return [
        name
        for place, name in enumerate(exercise.arguments)
        if all(type(given.args[place]) is int for given in exercise.all_inputs)
    ]


def _divisions(exercise: Exercise) -> Iterator[Rule]:
    for one, other in itertools.permutations(_whole(exercise), 2):
        yield from _both(f"{other} divides {one}", f"{other} does not divide {one}",
                         _compare(one, _divides, other))  # fmt: skip


def _both(words: str, contrary: str, test: Callable[[dict[str, Any]], bool]) -> Iterator[Rule]:
    yield words, contrary, test
    yield contrary, words, lambda names: not test(names)


def _and(one: Rule, other: Rule) -> Rule:
    return (
        f"{one[0]} and {other[0]}",
        f"{one[1]} or {other[1]}",
        lambda names: one[2](names) and other[2](names),
    )
