"""Where a function is right: the smallest rule over its arguments that holds without exception.

Without exception means: whatever the rule covers is right, so that every wrong answer lies beyond
it.  Some answers beyond it may be right by chance.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from exercises.claims import value_of
from exercises.public import Exercise, Slip

LEAST = 6  # inputs on either side of a rule: fewer are chance
ENOUGH = 0.6  # so many of the answers beyond a rule have to be wrong
Rule = tuple[str, str, Callable[[dict[str, Any]], bool]]  # its words, its contrary's, the test
Held = tuple[Rule, int]  # a rule, and at which inputs it holds: a bit for each


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
    if right.count(False) < LEAST:
        return None
    good = _mask(right)
    inputs = [dict(zip(exercise.arguments, given.args, strict=False))
              for given in exercise.all_inputs]  # fmt: skip

    def asked(rules: Iterator[Rule]) -> list[Held]:
        return [(rule, mask) for rule in rules if (mask := _where(rule, inputs)) is not None]

    singles = asked(itertools.chain(_features(exercise), _of_one(exercise), _of_two(exercise)))
    pairs = itertools.starmap(_both_hold, itertools.combinations(singles, 2))
    for held in (singles, asked(_divisions(exercise)), pairs):
        best, most = None, ENOUGH
        for rule, mask in held:
            share = _share(mask, good, len(inputs))
            if share > most + 1e-9:
                best, most = rule, share
        if best:
            return best
    return None


def _mask(holds: Iterable[bool]) -> int:
    """A number whose bit is set wherever it holds: thousands of rules are compared by it."""
    return sum(1 << place for place, one in enumerate(holds) if one)


def _where(rule: Rule, inputs: list[dict[str, Any]]) -> int | None:
    """At which inputs a rule holds, as a mask; None where it cannot be asked."""
    try:
        return _mask(bool(rule[2](names)) for names in inputs)
    except Exception:
        return None


def _share(inside: int, good: int, count: int) -> float:
    """How many of the answers beyond a rule are wrong; 0 where a wrong one is within it."""
    within = inside.bit_count()
    if within < LEAST or count - within < LEAST or inside & ~good:
        return 0.0
    return (count - good.bit_count()) / (count - within)


def _both_hold(one: Held, other: Held) -> Held:
    (rule, mask), (further, narrower) = one, other
    return _and(rule, further), mask & narrower


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
        if all(
            place < len(given.args) and type(given.args[place]) is int  # it may have a default
            for given in exercise.all_inputs
        )
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
