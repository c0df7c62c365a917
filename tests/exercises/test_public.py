"""The public half: what is recognised, what is forgiven, and the file there and back."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import public
from exercises.answers import CHANGED, Other, Raised
from exercises.claims import Requirement
from exercises.public import (
    Claim,
    Exercise,
    Input,
    Lookalike,
    Slip,
    Subject,
    answers_of,
    read,
    write,
)
from tests.support.values import arrays, plain_values


def half(n):
    if n < 0:
        raise ValueError("n must not be negative")
    return n // 2


def up(n):
    return (n + 1) // 2


def same(n):
    return n


ASKED = [(4,), (5,), (-2,), (7,), (10,), (11,), (-3,)]


def halves(**more):
    """``half(n)`` is n // 2, and a negative n is a ValueError; ``more`` are further slips."""
    given = [Input(args, *answers_of(half, [args])) for args in ASKED]
    slips = [
        Slip(id, "", "?", answers=tuple(answers_of(wrong, ASKED)))
        for id, wrong in {"up": up, "same": same, **more}.items()
    ]
    return Exercise(
        "half", "half(n)", "n // 2", 2, tuple(given[:3]), tuple(given[3:]), tuple(slips)
    )


def found(exercise, function):
    slip = exercise.diagnose(exercise.answers(function))
    return slip and slip.id


# ---------------------------------------------------------------------------------- slips


def test_a_slip_is_recognised_by_its_answers():
    assert found(halves(), lambda n: -(-n // 2)) == "up"
    assert found(halves(), lambda n: np.int64(n)) == "same"
    assert found(halves(), lambda n: n * 1.0) == "same"


def test_other_mistakes_are_no_slip():
    assert found(halves(), lambda n: n + 1) is None
    assert found(halves(), lambda n: object()) is None
    assert found(halves(), lambda: 1) is None
    assert found(halves(), lambda n: {}[n]) is None
    assert found(halves(), half) is None


def test_of_two_slips_that_look_alike_none_is_named():
    exercise = halves(twin=lambda n: n)
    assert found(exercise, lambda n: n) is None
    assert found(exercise, lambda n: -(-n // 2)) == "up"


def test_a_slip_is_recognised_behind_a_check_that_it_lacks():
    def guarded(n):
        if n < 0:
            raise ValueError("n must not be negative")
        return -(-n // 2)

    assert found(halves(), guarded) == "up"


def test_a_slip_is_recognised_without_the_check_that_it_has():
    def guarded(n):
        return up(n) if n >= 0 else half(n)

    exercise = halves(up=guarded)
    assert found(exercise, guarded) == found(exercise, up) == "up"


def test_a_slip_that_answers_exactly_so_goes_before_one_that_only_might():
    def guarded(n):
        return up(n) if n >= 0 else half(n)

    exercise = halves(guarded=guarded)
    assert found(exercise, up) == "up"
    assert found(exercise, guarded) == "guarded"


def test_errors_alone_show_no_slip():
    def fails_mostly(n):
        if n == 10:
            return 10  # as the slip "same" does, but that is too little to go by ...
        raise ValueError

    assert found(halves(), lambda n: {}[n]) is None
    assert found(halves(twin=lambda n: n), fails_mostly) is None  # ... where two could say it


def test_answers_where_the_slip_is_right_show_no_slip():
    def fails_where_it_matters(n):
        if n % 2 or n < 0:
            raise ValueError
        return n // 2

    assert found(halves(), fails_where_it_matters) is None


def test_exceptions_are_told_apart_by_their_class():
    asked = [(1,), (2,)]

    def index(_):
        return [][0]

    def key(_):
        return {}["W"]

    exercise = Exercise(
        "f", "f(n)", "", 1, probes=tuple(Input(args, 1) for args in asked),
        slips=tuple(Slip(f.__name__, "", "?", answers=tuple(answers_of(f, asked))) for f in (index, key)),
    )  # fmt: skip

    def other_words(_):
        raise IndexError("with other words")

    assert found(exercise, other_words) == "index"
    assert found(exercise, lambda n: {}[5]) == "key"
    assert found(exercise, lambda n: 1 / 0) is None


def test_no_slip_is_named_where_answers_are_missing():
    exercise = halves()
    answers = exercise.answers(up)
    assert exercise.diagnose(answers).id == "up"
    assert exercise.diagnose(answers[:-1]) is exercise.diagnose([]) is None


# -------------------------------------------------------------------------------- answers


def test_a_function_that_changes_its_arguments_harms_nobody_and_gives_no_answer():
    row, grid = [1, 2, 3], np.zeros(2)

    def spoils(row, grid):
        row.append(4)
        grid += 1
        return [len(row), grid]

    first, second = answers_of(spoils, [(row, grid), (row, grid)])
    assert first == second and first.kind == CHANGED
    assert row == [1, 2, 3] and grid.tolist() == [0, 0]


def test_answers_come_one_for_each_input():
    assert answers_of(lambda n: n + 1, [(1,), (2,)]) == [2, 3]
    assert answers_of(lambda n: n + 1, []) == []


# --------------------------------------------------------------------------------- claims

ODD_SUM = Claim(
    "odd_sum", "odd_sum()", "two numbers", 1, "The sum of two odd numbers is odd.",
    gives=(("a", "whole"), ("b", "whole")),
    requirements=(
        Requirement("both are odd", "a % 2 and b % 2"),
        Requirement("their sum is even", "(a + b) % 2 == 0"),
    ),
    slips=(
        Slip("even", "even numbers", "Odd?", matches="a % 2 == b % 2 == 0"),
        Slip("zero", "zero", "Is zero odd?", matches="0 in (a, b)"),
        Slip("one", "one number", "Two?", matches="type(answer) is int"),
        Slip("key", "an error", "?", matches="'LookupError' in raised"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "unmet"),
    [
        ([1, 3], None),
        ([-1, 1], None),
        ([1.0, 3], None),
        (np.array([1, 3]), None),
        ([1, 2], "both are odd"),
        ([2, 2], "both are odd"),
        ([1], "two whole numbers a, b"),
        ([1, 2, 3], "two whole numbers a, b"),
        ([1, 0.5], "two whole numbers a, b"),
        ([1, True], "two whole numbers a, b"),
        ([1, 3_000_001], "two whole numbers a, b"),
        ("ab", "two whole numbers a, b"),
        (5, "two whole numbers a, b"),
        (None, "two whole numbers a, b"),
        (Raised.of(ValueError), "two whole numbers a, b"),
        (Other("an object"), "two whole numbers a, b"),
        ({"a": 1, "b": 3}, "two whole numbers a, b"),
        (np.ones((2, 2)), "two whole numbers a, b"),
    ],
)
def test_the_first_unmet_requirement_is_named(answer, unmet):
    found = ODD_SUM.unmet(answer)
    assert (found and found.says) == unmet


@pytest.mark.parametrize(
    ("answer", "slip"),
    [
        ([2, 6], "even"),
        ([0, 3], "zero"),
        ([0, 2], None),  # two could say it
        ([1, 3], None),
        ([], None),
        (5, "one"),
        (Raised.of(KeyError), "key"),
        (Raised.of(ValueError), None),
        (Other("an object"), None),
    ],
)
def test_a_claims_slip_is_recognised_where_exactly_one_matches(answer, slip):
    found = ODD_SUM.diagnose([answer])
    assert (found and found.id) == slip


def test_a_claim_asks_once_and_without_arguments():
    asked = []
    assert ODD_SUM.answers(lambda *args: asked.append(args) or (1, 3)) == [[1, 3]]
    assert asked == [()]


@given(plain_values)
def test_no_answer_to_a_claim_breaks_it(answer):
    unmet = ODD_SUM.unmet(answer)
    assert unmet is None or unmet in ODD_SUM.all_requirements
    ODD_SUM.diagnose([answer])


# ------------------------------------------------------------------------- there and back

text = st.text(max_size=12)
numbers = st.integers(-(10**30), 10**30) | st.floats() | st.booleans() | st.none()
values = st.recursive(
    numbers | text | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(text, inner, max_size=3)
    ),
    max_leaves=8,
)
results = (
    values
    | st.builds(Raised, st.lists(text, min_size=1, max_size=3).map(tuple), text)
    | st.builds(Other, text)
)
inputs = st.lists(st.builds(Input, st.lists(values, max_size=2).map(tuple), results), max_size=2)
prints = st.just(()) | st.tuples(text, text)
words = {"id": text, "says": text, "hint": text, "more": text}
slips = st.lists(
    st.builds(
        Slip,
        **words,
        answers=st.lists(results, min_size=1, max_size=3).map(tuple),
        prints=prints,
    ),
    max_size=2,
).map(tuple)
matching = st.lists(
    st.builds(Slip, **words, matches=st.text(min_size=1, max_size=9)), max_size=2
).map(tuple)
heads = {"signature": text, "returns": text, "points": st.integers(1, 9) | st.sampled_from([0.5])}


def unit_of(name, kind, **fields):
    return st.builds(kind, name=st.just(name), **heads, **fields)


units = st.fixed_dictionaries(
    {},
    optional={
        "f": unit_of("f", Exercise, examples=inputs.map(tuple), probes=inputs.map(tuple), others=inputs.map(tuple),
            slips=slips, praise=text,
            features=st.lists(st.tuples(text, text), max_size=2).map(tuple),
            lookalikes=st.lists(st.builds(Lookalike, text, st.tuples(text, text)), max_size=2).map(tuple),
        ),
        "c": unit_of(
            "c", Claim, claim=text,
            gives=st.dictionaries(text, text, max_size=3).map(lambda d: tuple(d.items())),
            requirements=st.lists(st.builds(Requirement, text, text), max_size=2).map(tuple),
            slips=matching,
        ),
        "t": unit_of(
            "t", public.Tests, of=text, right=text,
            subjects=st.lists(
                st.builds(Subject, st.booleans(), text, text, text, text), max_size=2
            ).map(tuple),
        ),
    },
)  # fmt: skip


def frozen(value):
    """Something that is equal for equal values, arrays and NaN included, and for no others."""
    match value:
        case np.ndarray():
            return value.dtype.newbyteorder("="), value.shape, frozen(value.tolist())
        case float():
            return value.hex()
        case list() | tuple():
            return type(value).__name__, [frozen(item) for item in value]
        case dict():
            return [(key, frozen(item)) for key, item in value.items()]
        case _ if hasattr(value, "__dataclass_fields__"):
            return type(value).__name__, frozen(vars(value))
    return type(value).__name__, value


def there_and_back(value):
    return public.read_value(json.loads(json.dumps(public.written(value))))


@given(results)
def test_a_value_comes_back_as_it_was(value):
    assert frozen(there_and_back(value)) == frozen(value)


@given(units)
def test_a_unit_comes_back_as_it_was(unit):
    back = read(write(unit))
    assert frozen(dict(back)) == frozen(unit)


@pytest.mark.slow
@given(units)
def test_the_same_unit_makes_the_same_file(unit):
    text = write(unit)
    assert write(copy.deepcopy(unit)) == write(read(text)) == text
