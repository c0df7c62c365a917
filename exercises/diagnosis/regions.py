"""Where a function is right: the smallest rule over its arguments that says it.

A rule is a condition on one argument, on two of them, or one that the author named.  What is said
of it are counts over the inputs that were tried, and nothing beyond them.  First a rule without
exception: whatever it covers is right, so that every wrong answer lies beyond it.  Else one that
tells right from wrong nearly.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from exercises.answers import Raised, is_array
from exercises.claims import value_of
from exercises.public import Exercise, Input, Slip

LEAST = 6  # inputs on either side of a rule: fewer are chance
ENOUGH = 0.6  # so many of the answers beyond a rule without exception have to be wrong
NEARLY = 0.7  # so much more often right within a rule with exceptions than beyond it
Rule = tuple[str, str, Callable[[dict[str, Any]], bool]]  # its words, its contrary's, the test


@dataclass(frozen=True)
class Split:
    """Answers within a rule and beyond it: how many, and how many of them are right."""

    within: str
    beyond: str
    inside: int
    right_inside: int
    outside: int
    right_outside: int

    @property
    def is_large(self) -> bool:
        """Whether there are enough on either side."""
        return min(self.inside, self.outside) >= LEAST

    @property
    def wrong_beyond(self) -> float:
        """The share of wrong answers beyond the rule; 0 where one is within."""
        if self.right_inside < self.inside:
            return 0.0
        return 1 - self.right_outside / self.outside

    @property
    def difference(self) -> float:
        """How much more often answers are right within."""
        return self.right_inside / self.inside - self.right_outside / self.outside


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """Where the answers are right and where wrong; None if no rule says it."""
    inputs = exercise.all_inputs
    right = [given.accepts(answer) for given, answer in zip(inputs, answers, strict=True)]
    exist = [not isinstance(given.right, Raised) for given in inputs]
    if all(good for good, real in zip(right, exist, strict=True) if not real):
        # the errors are right, so that they tell nothing
        inputs = tuple(itertools.compress(inputs, exist))
        right = list(itertools.compress(right, exist))
    splits = _splits(exercise, inputs, right)
    if one := _without_exception(splits):
        return Slip(
            "", f"right wherever {one.within}, of what was tried",
            f"Of {len(right)} inputs tried, the {one.inside} with {one.within} all come out right. "
            f"Wrong are {one.outside - one.right_outside}, and all of these have {one.beyond}. "
            "What is different there?",
        )  # fmt: skip
    if one := _nearly(splits):
        return Slip(
            "", f"mostly right where {one.within}",
            f"Of the {one.inside} inputs tried with {one.within}, your answer is right for "
            f"{one.right_inside}; of the {one.outside} with {one.beyond}, for "
            f"{one.right_outside or 'none'}. What is different there?",
        )  # fmt: skip
    return None


def rule(exercise: Exercise, inputs: Sequence[Input], right: Sequence[bool]) -> str:
    """Where these inputs are answered rightly, in words for a teacher; "" where no rule says it."""
    splits = _splits(exercise, inputs, right)
    one = _without_exception(splits) or _nearly(splits)
    if one is None:
        return ""
    return (
        f"right for {one.right_inside} of {one.inside} with {one.within}, and for "
        f"{one.right_outside} of {one.outside} with {one.beyond}"
    )


def where(exercise: Exercise, inputs: Sequence[Input], good: Sequence[bool]) -> str:
    """A sentence on which of the inputs are not good, where a rule without exception says it."""
    one = _without_exception(_splits(exercise, inputs, good))
    if one is None:
        return ""
    return (
        f"Of {len(inputs)} inputs tried, {one.outside - one.right_outside} are refused, and all of "
        f"these have {one.beyond}; the {one.inside} with {one.within} are not."
    )


def _without_exception(splits: Sequence[Split]) -> Split | None:
    """Of the rules without exception, the one with the fewest right answers beyond it."""
    fitting = [one for one in splits if one.wrong_beyond >= ENOUGH]
    return max(fitting, key=lambda one: one.wrong_beyond, default=None)


def _nearly(splits: Sequence[Split]) -> Split | None:
    """The rule that tells right from wrong best, where it does so nearly."""
    fitting = [one for one in splits if one.difference >= NEARLY]
    return max(fitting, key=lambda one: one.difference, default=None)


def _splits(exercise: Exercise, inputs: Sequence[Input], right: Sequence[bool]) -> list[Split]:
    """How every rule parts the answers, where there are enough on either side."""
    if list(right).count(False) < LEAST:
        return []
    good = _mask(right)
    named = [exercise.named(given.args) for given in inputs]
    found = []
    for rule in itertools.chain(
        _features(exercise),
        _of_one(exercise, inputs),
        _of_two(exercise, inputs),
        _of_sizes(exercise, inputs),
    ):
        if (mask := _where(rule, named)) is None:
            continue
        inside = mask.bit_count()
        right_inside = (mask & good).bit_count()
        split = Split(rule[0], rule[1], inside, right_inside, len(named) - inside,
                      good.bit_count() - right_inside)  # fmt: skip
        if split.is_large:
            found.append(split)
    return found


def _mask(holds: Iterable[bool]) -> int:
    """A number whose bit is set wherever it holds: hundreds of rules are compared by it."""
    return sum(1 << place for place, one in enumerate(holds) if one)


def _where(rule: Rule, inputs: list[dict[str, Any]]) -> int | None:
    """At which inputs a rule holds, as a mask; None where it cannot be asked."""
    try:
        return _mask(bool(rule[2](names)) for names in inputs)
    except Exception:
        return None


def _features(exercise: Exercise) -> Iterator[Rule]:
    for words, holds in exercise.features:
        yield from _both(words, _contrary(words), _holds(holds))


def _contrary(words: str) -> str:
    """The words for what an author's words do not hold of."""
    return words.replace(" = ", " ≠ ") if words.count(" = ") == 1 else f"no {words}"


def _of_one(exercise: Exercise, inputs: Sequence[Input]) -> Iterator[Rule]:
    for place, name in enumerate(exercise.own_names):
        values = {
            given.args[place] if type(given.args[place]) in (int, bool, str) else None
            for given in inputs
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
                yield from _both(f"{name} = {other!r}", f"{name} ≠ {other!r}", _equals(name, other))


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


def _of_two(exercise: Exercise, inputs: Sequence[Input]) -> Iterator[Rule]:
    for one, other in itertools.combinations(_whole(exercise, inputs), 2):
        yield from _both(f"{one} = {other}", f"{one} ≠ {other}",
                         _compare(one, operator.eq, other))  # fmt: skip
        yield from _both(f"{one} ≤ {other}", f"{one} > {other}",
                         _compare(one, operator.le, other))  # fmt: skip
        yield from _both(f"{one} < {other}", f"{one} ≥ {other}",
                         _compare(one, operator.lt, other))  # fmt: skip
        yield from _both(f"{one} + {other} is even", f"{one} + {other} is odd",
                         _compare(one, _even_together, other))  # fmt: skip


def _all_of(
    exercise: Exercise, inputs: Sequence[Input], holds: Callable[[Any], bool]
) -> Iterator[str]:
    """The names of the arguments of which something holds in every input."""
    for place, name in enumerate(exercise.own_names):
        values = [given.args[place] for given in inputs if place < len(given.args)]
        if len(values) == len(inputs) and all(map(holds, values)):
            yield name


def _of_sizes(exercise: Exercise, inputs: Sequence[Input]) -> Iterator[Rule]:
    """How many items lists and arrays have, and whether arrays are square."""
    for name in _all_of(exercise, inputs, lambda v: isinstance(v, (list, tuple)) or is_array(v)):
        yield from _both(
            f"a single item in {name}", f"another number of items in {name}", _single(name)
        )
    for name in _all_of(exercise, inputs, lambda v: is_array(v) and v.ndim >= 2):
        yield from _both(f"as many rows as columns in {name}",
                         f"more rows than columns in {name}, or fewer", _square(name))  # fmt: skip


def _single(name: str) -> Test:
    return lambda names: len(names[name]) == 1


def _square(name: str) -> Test:
    return lambda names: bool(names[name].shape[-1] == names[name].shape[-2])


def _whole(exercise: Exercise, inputs: Sequence[Input]) -> list[str]:
    """The arguments that are whole numbers."""
    return [
        name
        for place, name in enumerate(exercise.own_names)
        if all(
            place < len(given.args) and type(given.args[place]) is int  # it may have a default
            for given in inputs
        )
    ]


def _both(words: str, contrary: str, test: Callable[[dict[str, Any]], bool]) -> Iterator[Rule]:
    yield words, contrary, test
    yield contrary, words, lambda names: not test(names)
