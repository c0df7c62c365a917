"""Everything that a diagnosis says holds for the answers that it is given, whatever they are."""

from __future__ import annotations

import itertools
import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import diagnosis
from exercises.answers import Raised
from exercises.calls import observe_all
from exercises.claims import Requirement
from exercises.diagnosis import counterexamples as counterexamples_of
from exercises.diagnosis import explain
from exercises.diagnosis import lookalikes as lookalikes_of
from exercises.public import Claim, Exercise, Input, Lookalike, Slip


def telling(module, name="explain"):
    """A module of the diagnosis, of which whatever it tells is made of words and is no slip's."""

    def told(*args):
        slip = getattr(module, name)(*args)
        assert slip is None or (slip.id == "" and slip.says and slip.hint)
        assert slip is None or isinstance(slip.more, str)
        return slip

    return SimpleNamespace(**{name: told})


constants, counterexamples, entries, labels, regions, relations, transforms, unused = map(
    telling,
    (
        diagnosis.constants, counterexamples_of, diagnosis.entries, diagnosis.labels,
        diagnosis.regions, diagnosis.relations, diagnosis.transforms, diagnosis.unused,
    ),
)  # fmt: skip
crashes = telling(diagnosis.crashes, "without_arguments")


def of(signature, inputs, **more):
    return Exercise("f", signature, "a number", 1.0, examples=tuple(inputs), **more)


def asked(right, inputs, signature="f(n, m)", **more):
    """An exercise about a right function, and a way to have a wrong one explained."""
    exercise = of(signature, [Input(args, right(*args)) for args in inputs], **more)

    def why(wrong):
        calls = observe_all(wrong, [one.args for one in exercise.all_inputs])
        return explain(exercise, calls, wrong)

    return exercise, why


PAIRS = [(n, m) for n in range(1, 9) for m in range(1, 9)]

# ------------------------------------------------------------------------------- regions


def test_a_region_is_looked_for_where_an_argument_was_left_to_its_default():
    inputs = [Input((n,) if n < 10 else (n, 2), 2 * n) for n in range(20)]
    told = regions.explain(of("f(n, step=None)", inputs), [2 * n - n % 2 for n in range(20)])
    assert "the 10 with n is even all come out right" in told.hint
    assert "Wrong are 10, and all of these have n is odd" in told.hint


def test_a_rule_without_exception_counts_what_was_tried():
    exercise = of("f(n, m)", [Input((n, m), n + m) for n, m in PAIRS])
    told = regions.explain(exercise, [n + m if m == 1 else 0 for n, m in PAIRS])
    assert told.hint.startswith("Of 64 inputs tried, the 8 with m = 1 all come out right. Wrong")
    assert "Wrong are 56, and all of these have m ≠ 1" in told.hint


def test_no_rule_is_made_of_two():
    exercise = of("f(n, m)", [Input((n, m), n + m) for n, m in PAIRS])
    answers = [n + m if (n % 4 < 2) == (m % 4 < 2) else 0 for n, m in PAIRS]
    assert regions.explain(exercise, answers) is None


def test_errors_that_are_right_tell_nothing():
    inputs = [Input((n,), Raised(("ValueError",)) if n < 1 else n) for n in range(-9, 20)]
    answers = [one.right if isinstance(one.right, Raised) else one.right + one.args[0] % 2
               for one in inputs]  # fmt: skip
    told = regions.explain(of("f(n)", inputs), answers)
    assert "n is even" in told.hint and "n ≤ 0" not in told.hint and "Of 19 inputs" in told.hint


@given(st.lists(st.booleans(), min_size=64, max_size=64))
def test_the_counts_of_a_region_are_so(right):
    exercise = of("f(n, m)", [Input((n, m), n + m) for n, m in PAIRS])
    answers = [n + m if good else -1 for (n, m), good in zip(PAIRS, right, strict=True)]
    told = regions.explain(exercise, answers)
    if told and told.hint.startswith("Of 64"):
        inside, wrong = map(
            int, re.search(r"the (\d+) with .* Wrong are (\d+),", told.hint).groups()
        )
        assert wrong == right.count(False) and inside <= right.count(True)


def region(holds, inputs, signature="f(n, m)", **more):
    """What is told where a function is right wherever ``holds`` and nowhere else."""
    exercise = of(signature, [Input(args, place) for place, args in enumerate(inputs)], **more)
    answers = [place if holds(*args) else -1 for place, args in enumerate(inputs)]
    return regions.explain(exercise, answers)


def rows(count, columns):
    return np.arange(float(count * columns)).reshape(count, columns)


ROWS = [(rows(n, m), n + m) for n in range(1, 6) for m in range(1, 6)]
LISTS = [([n] * (1 + n % 3), n) for n in range(30)]
MODES = [(n, ("same", "valid", "full")[n % 3]) for n in range(30)]


@pytest.mark.parametrize(
    ("holds", "inputs", "within", "beyond"),
    [
        (lambda n, m: n == 2, PAIRS, "n = 2", "n ≠ 2"),
        (lambda n, m: n != 2, PAIRS, "n ≠ 2", "n = 2"),
        (lambda n, m: m <= 3, PAIRS, "m ≤ 3", "m > 3"),
        (lambda n, m: m > 3, PAIRS, "m > 3", "m ≤ 3"),
        (lambda n, m: n % 2 == 0, PAIRS, "n is even", "n is odd"),
        (lambda n, m: m % 2 == 1, PAIRS, "m is odd", "m is even"),
        (lambda n, m: n == m, PAIRS, "n = m", "n ≠ m"),
        (lambda n, m: n != m, PAIRS, "n ≠ m", "n = m"),
        (lambda n, m: n <= m, PAIRS, "n ≤ m", "n > m"),
        (lambda n, m: n > m, PAIRS, "n > m", "n ≤ m"),
        (lambda n, m: n < m, PAIRS, "n < m", "n ≥ m"),
        (lambda n, m: n >= m, PAIRS, "n ≥ m", "n < m"),
        (lambda n, m: (n + m) % 2 == 0, PAIRS, "n + m is even", "n + m is odd"),
        (lambda n, m: m == "same", MODES, "m = 'same'", "m ≠ 'same'"),
        (lambda n, m: m != "full", MODES, "m ≠ 'full'", "m = 'full'"),
        (lambda n, m: len(n) == 1, LISTS, "a single item in n", "another number of items in n"),
        (lambda n, m: n.shape[0] == n.shape[1], [(a, 0) for a, _ in ROWS] * 2,
         "as many rows as columns in n", "more rows than columns in n, or fewer"),
        (lambda n, m: n.shape[0] == 1, [(a, 0) for a, _ in ROWS] * 2,
         "a single item in n", "another number of items in n"),
    ],
)  # fmt: skip
def test_every_kind_of_region(holds, inputs, within, beyond):
    told = region(holds, inputs)
    good = sum(holds(*args) for args in inputs)
    assert told.says == f"right wherever {within}, of what was tried"
    assert told.hint == (
        f"Of {len(inputs)} inputs tried, the {good} with {within} all come out right. Wrong are "
        f"{len(inputs) - good}, and all of these have {beyond}. What is different there?"
    )


@pytest.mark.parametrize(
    ("feature", "beyond"),
    [("no rest", "no no rest"), ("n = 2m", "n ≠ 2m"), ("n = m = 2", "no n = m = 2")],
)
def test_a_region_that_the_author_named(feature, beyond):
    told = region(lambda n, m: n % m == 0, PAIRS, features=((feature, "n % m == 0"),))
    assert told.says == f"right wherever {feature}, of what was tried"
    assert f"all of these have {beyond}." in told.hint


def test_a_feature_that_cannot_be_asked_is_passed_over():
    told = region(lambda n, m: n <= 4, PAIRS, features=(("odd one", "n / (m - 1) > 2"),))
    assert told.says == "right wherever n ≤ 4, of what was tried"


@pytest.mark.parametrize(
    ("right", "wrong", "is_told"), [(6, 6, True), (5, 9, False), (9, 5, False)]
)
def test_a_region_has_enough_on_either_side(right, wrong, is_told):
    inputs = [(n // 8, n % 8) for n in range(right + wrong)]
    holds = dict.fromkeys(inputs[:right])
    told = region(lambda n, m: (n, m) in holds, inputs, features=(("so", f"8 * n + m < {right}"),))
    assert (told is not None) is is_told


def test_a_region_with_exceptions():
    def mostly(n, m):
        return (n <= 4) != ((n, m) in ((1, 1), (8, 8)))

    told = region(mostly, PAIRS)
    assert told.says == "mostly right where n ≤ 4"
    assert told.hint == (
        "Of the 32 inputs tried with n ≤ 4, your answer is right for 31; of the 32 with n > 4, for "
        "1. What is different there?"
    )
    none = region(lambda n, m: n <= 4 and (n, m) != (1, 1), PAIRS)
    assert none.hint.endswith("of the 32 with n > 4, for none. What is different there?")


def test_a_rule_for_a_teacher():
    exercise = of("f(n, m)", [Input(args, 0) for args in PAIRS])
    told = diagnosis.regions.rule(exercise, exercise.all_inputs, [n <= 4 for n, _ in PAIRS])
    assert told == "right for 32 of 32 with n ≤ 4, and for 0 of 32 with n > 4"
    nearly = [(n <= 4) != (n == m == 1) for n, m in PAIRS]
    told = diagnosis.regions.rule(exercise, exercise.all_inputs, nearly)
    assert told == "right for 31 of 32 with n ≤ 4, and for 0 of 32 with n > 4"
    mixed = [(n % 4 < 2) == (m % 4 < 2) for n, m in PAIRS]
    assert diagnosis.regions.rule(exercise, exercise.all_inputs, mixed) == ""


def test_where_inputs_are_refused():
    exercise = of("f(n, m)", [Input(args, 0) for args in PAIRS])
    told = diagnosis.regions.where(exercise, exercise.all_inputs, [n <= 4 for n, _ in PAIRS])
    assert told == (
        "Of 64 inputs tried, 32 are refused, and all of these have n > 4; the 32 with n ≤ 4 are not."
    )
    mixed = [(n % 4 < 2) == (m % 4 < 2) for n, m in PAIRS]
    assert diagnosis.regions.where(exercise, exercise.all_inputs, mixed) == ""


def test_a_students_own_names_are_used():
    exercise = of("f(n, m)", [Input((n, m), n + m) for n, m in PAIRS], own=("rows", "m"))
    told = regions.explain(exercise, [n + m if n <= 4 else 0 for n, m in PAIRS])
    assert "rows ≤ 4" in told.hint and "n ≤" not in told.hint


# ------------------------------------------------------------------------------- relations


def test_numbers_that_are_none_are_no_multiple_of_the_right_ones():
    rights = [np.arange(6.0).reshape(2, 3) + n for n in range(4)]
    exercise = of("f(n)", [Input((n,), right) for n, right in enumerate(rights)])
    for strange in (np.nan, np.inf, -np.inf):
        assert relations.explain(exercise, [np.full((2, 3), strange)] * 4) is None
    assert "2 times" in relations.explain(exercise, [2 * right for right in rights]).says


def lists(n):
    return [3 * n + 2, 3 * n, 3 * n + 1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda items: items[::-1], "the right list, backwards"),
        (lambda items: items[:-1], "the last item is missing"),
        (lambda items: items[1:], "the first item is missing"),
        (lambda items: [*items, 0], "one item too many at the end"),
        (lambda items: items[:1], "only the first item"),
        (sorted, "the right items in another order"),
        (lambda items: [items[0], *items[2:]], "part of the list"),
    ],
)
def test_how_lists_differ(change, says):
    inputs = [Input((n,), [*lists(n), 100, *range(n % 3)]) for n in range(2, 12)]
    told = relations.explain(of("f(n)", inputs), [change(one.right) for one in inputs])
    assert told.says == says


def test_no_order_is_wrong_where_nothing_moved():
    """One of the lists is wrong, and all others are as they should be."""
    inputs = [Input((n,), lists(n) if n else []) for n in range(9)]
    answers = [one.right if one.args[0] else [0] for one in inputs]
    assert relations.explain(of("f(n)", inputs), answers) is None


def test_no_order_is_told_of_equal_items():
    inputs = [Input((n,), [0, 1, 1, 0][n % 4 :] + [0, 1, 1, 0][: n % 4]) for n in range(9)]
    answers = [one.right[::-1] if one.args[0] % 2 else [1, 0, 0, 1] for one in inputs]
    assert relations.explain(of("f(n)", inputs), answers) is None


@pytest.mark.parametrize(("places", "says"), [(1, "1 decimal"), (2, "2 decimals"), (0, "whole")])
def test_rounded_numbers(places, says):
    inputs = [Input((n,), n / 7) for n in range(1, 20)]
    answers = [round(one.right, places) for one in inputs]
    assert says in relations.explain(of("f(n)", inputs), answers).hint


# ------------------------------------------------------------------------------- constants


def constant(answers, rights):
    """What is told of answers that are the same, where these are asked."""
    exercise = of("f(n)", [Input((n,), right) for n, right in enumerate(rights)])
    return constants.explain(exercise, answers)


REFUSED = Raised(("ValueError",))


@pytest.mark.parametrize(("answer", "says"), [(7, "always 7,"), ([0, 0], "always [0, 0],")])
def test_the_same_answer_to_everything(answer, says):
    told = constant([answer] * 9, [[n, n + 1] for n in range(9)])
    assert told.says == "the same answer to everything" and says in told.hint


@pytest.mark.parametrize(
    ("answers", "rights", "is_told"),
    [
        ([7] * 5, range(5), True),
        ([7] * 4, range(4), False),  # four may be chance
        ([7] * 5 + [0], [*range(5), REFUSED], True),  # what is not to be answered does not count
        ([7] * 5, [*range(4), REFUSED], False),
        ([7] * 9, [0, 1, 2] * 3, True),
        ([7] * 9, [0, 1] * 4 + [0], False),  # two right ones: a guess
        ([None] * 9, range(9), False),
        ([7] * 8 + [REFUSED], range(9), False),
        ([REFUSED] * 9, range(9), False),
        ([7] * 8 + [8], range(9), False),
    ],
)
def test_when_the_same_answer_tells(answers, rights, is_told):
    assert (constant(answers, rights) is not None) is is_told


def zeros(lengths, kind=list):
    return [np.zeros(n) if kind is np.array else [0.0] * n for n in lengths]


@pytest.mark.parametrize("kind", [list, np.array])
def test_the_same_number_everywhere(kind):
    told = constant(zeros(range(2, 11), kind), [[n] * (n + 2) for n in range(9)])
    assert told.says == "the same number everywhere"
    assert told.hint.startswith("Every number that you give is 0, whatever goes in.")


@pytest.mark.parametrize(
    ("lengths", "is_told"),
    [
        ((2, 3, 4, 5, 6), True),
        ((2, 3, 4, 5, 1), False),  # of one number in a list nothing is the same
        ((2, 2, 2, 3, 1, 3), True),
        ((2, 1, 2, 1, 2, 1, 2), False),
    ],
)
def test_when_the_same_number_tells(lengths, is_told):
    assert (constant(zeros(lengths), [[n] for n in range(len(lengths))]) is not None) is is_told


def test_numbers_that_differ_are_not_the_same():
    answers = zeros(range(2, 11))
    assert constant([*answers[:-1], [0.0] * 9 + [1.0]], [[n] for n in range(9)]) is None
    truths = [np.zeros(n, bool) for n in range(2, 11)]
    assert constant(truths, [[n] for n in range(9)]) is None


def test_where_one_answer_is_right_nothing_is_told():
    assert constant([8] * 9, [7] * 9) is None


# ------------------------------------------------------------------------------- lookalikes


@pytest.mark.parametrize(
    ("kind", "names", "words"),
    [
        ("use", ("S", "F"), "S stands in one place where F belongs"),
        ("use", ("S", "1"), "The same may come about in another way"),
        ("exchanged", ("S", "F"), "S and F have changed places"),
        ("missing", ("S",), "S is left out"),
        ("missing", (), "one part of the computation is left out"),
        ("up", (), "up where it should round down"),
        ("nearest", (), "to the nearest number"),
        ("down", (), "loses its fraction"),
    ],
)
def test_what_is_said_of_a_lookalike(kind, names, words):
    inputs = [Input((n,), n) for n in range(lookalikes_of.LEAST)]
    exercise = of("f(n)", inputs, lookalikes=(Lookalike(kind, ("a", "b"), names),))
    assert words in telling(lookalikes_of, "lookalike").lookalike(exercise, ("a", "b")).more
    few = of("f(n)", inputs[1:], lookalikes=exercise.lookalikes)
    assert lookalikes_of.lookalike(few, ("a", "b")) is None


def like(*lookalikes, prints=("a", "b")):
    """What is told of answers with these fingerprints, where such wrong functions are known."""
    slips = (
        Slip("one", "leaves one out", "One?", "Add one."),
        Slip("two", "halves", "Two?", "Double."),
    )
    inputs = [Input((n,), n) for n in range(lookalikes_of.LEAST)]
    exercise = of("f(n)", inputs, lookalikes=lookalikes, slips=slips)
    return telling(lookalikes_of, "lookalike").lookalike(exercise, prints)


def test_two_slips_at_once_are_both_told():
    told = like(Lookalike("both", ("c", "d")), Lookalike("both", ("a", "d"), ("two", "one")))
    assert told.says == "as with two slips at once: halves; and leaves one out"
    assert told.hint == "One way to answers like yours is two slips at once. The first: Two?"
    assert told.more == "Double. The second: One? Add one."


def test_what_answers_alike_throughout_comes_before_what_does_but_for_errors():
    sign, product = Lookalike("sign", ("x", "b")), Lookalike("product", ("a", "y"))
    assert "adds in one place" in like(sign, product).more
    assert "adds in one place" in like(product, sign).says
    assert "single plus or minus" in like(sign).more
    assert like(Lookalike("sign", ("x", "y"))) is None


def test_of_several_that_differ_in_errors_nothing_is_told():
    sign, product = Lookalike("sign", ("x", "b")), Lookalike("product", ("y", "b"))
    assert like(sign, product) is None
    assert "single plus or minus" in like(sign, Lookalike("sign", ("y", "b"))).more
    named = [
        Lookalike("missing", (print, "b"), (name,)) for print, name in (("x", "S"), ("y", "F"))
    ]
    assert like(*named) is None and "S is left out" in like(named[0]).more


# ------------------------------------------------------------------------------- words


def kinds(n):
    return "even" if n % 2 == 0 else "odd"


def of_words(function, count=9):
    """What is told of a function that says whether numbers from 0 on are even."""
    exercise = Exercise("f", "f(n)", "'even' or 'odd'; nothing else", 1.0,
                        examples=tuple(Input((n,), kinds(n)) for n in range(count)))  # fmt: skip
    return labels.explain(exercise, [function(n) for n in range(count)])


def test_a_word_that_nobody_asked_for():
    told = of_words(lambda n: "Even" if n % 2 == 0 else "odd")
    assert told.says == "gives 'Even', which is none of the words that are asked"
    assert told.hint.startswith("Your function gives 'Even'. Is that one of the words")
    assert told.more == "Asked for: 'even' or 'odd'."


def test_which_word_is_given_where():
    told = of_words(lambda n: "odd" if n in (2, 4) else kinds(n))
    assert told.says == "'odd' where 'even' is asked"
    assert told.hint == (
        "Of what was tried, 'even' is asked 5 times, and yours says 'odd' 2 of 5 times: f(2), for "
        "one. Which line of yours decides that?"
    )


def test_a_word_that_is_always_another():
    assert "'odd' is asked 4 times, and yours says 'even' every time: f(1)" in (
        of_words(lambda n: "even").hint
    )
    assert "'odd' is asked 2 times, and yours says 'even' every time" in (
        of_words(lambda n: "even", 4).hint
    )
    assert "'odd' is asked 1 time, and yours says 'even' 1 of 1 times: f(1)" in (
        of_words(lambda n: "even", 3).hint
    )


def test_of_several_mix_ups_the_most_frequent_is_told():
    told = of_words(lambda n: "odd" if n in (4, 6) else "even" if n == 1 else kinds(n))
    assert "'odd' 2 of 5 times: f(4)" in told.hint


def test_nothing_is_told_of_right_words_or_of_no_words():
    assert of_words(kinds) is None
    assert of_words(lambda n: n) is None


# ------------------------------------------------------------------------------- unused


def with_a_name_of_its_own(n, m):
    product = n * m
    return product


def overwrites(n, m):
    m = 3  # noqa: F841
    return n


def test_an_argument_that_is_never_looked_at():
    exercise, _ = asked(lambda n, m: n * m, PAIRS, needed=("n", "m"))
    assert "never looks at width" in unused.explain(exercise, lambda rows, width: 2 * rows).hint
    for uses in (
        lambda n, m: n + m,
        lambda n, m: [m for _ in range(n)],
        lambda n, m: (lambda: n + m)(),
        lambda n, m: eval("n + m"),
        lambda *both: both[0],
        lambda first, n, m: n + m,  # called wrongly, which is told by who called it
        max,
        with_a_name_of_its_own,
    ):
        assert unused.explain(exercise, uses) is None
    assert unused.explain(exercise, overwrites).says == "m is never looked at"
    assert unused.explain(exercise, overwrites).hint == (
        "Your function never looks at m. Should its answer be the same whatever m is?"
    )


def test_an_argument_that_nobody_needs_may_be_left_alone():
    exercise, _ = asked(lambda n, m: n, PAIRS, needed=("n",))
    assert unused.explain(exercise, lambda n, m: 2 * n) is None


# ------------------------------------------------------------------------------- entries


def matrices(change):
    rights = [np.arange(1.0, 1 + r * c).reshape(r, c) for r, c in ((3, 4), (4, 3), (5, 5), (3, 3))]
    exercise = of("f(n)", [Input((n,), right) for n, right in enumerate(rights)])
    return entries.explain(exercise, [change(right.copy()) for right in rights])


def first_row_only(right):
    right[1:] += 7
    return right


def border_lost(right):
    right[[0, -1]] = right[:, [0, -1]] = 0
    return right


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (first_row_only, "the row is the first"),
        (border_lost, "the place is not at the border"),
        (lambda right: np.where(right % 2, right, 0), None),
        (lambda right: right[::-1], "the right rows in another order"),
        (lambda right: right.ravel()[::-1].reshape(right.shape), "the right numbers at other"),
    ],
)
def test_which_of_many_numbers_are_right(change, says):
    told = matrices(change)
    assert told is None if says is None else says in told.says


def test_the_counts_of_entries_are_so():
    told = matrices(first_row_only)
    assert "Of the 58 numbers" in told.hint and "the 15 where the row is the first" in told.hint
    assert "Wrong are 43" in told.hint


# ------------------------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda right: right**2, "the square of the right one"),
        (lambda right: right**0.5 / 2, "0.5 times the square root of the right one"),
        (lambda right: 1 / right, "1 divided by the right one"),
        (lambda right: 3 * right - 1, "3 times the right one, minus 1"),
        (lambda right: right * 1.4427, "1.443 times the right one"),
        (lambda right: right + 1, "the right one, plus 1"),
    ],
)
def test_a_formula_of_the_right_one(change, says):
    inputs = [Input((n,), float(n * n + 1)) for n in range(1, 12)]
    told = transforms.explain(of("f(n)", inputs), [change(one.right) for one in inputs])
    assert says in told.hint


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (min, "the smallest of items"),
        (lambda items: items[0], "the first of items"),
        (len, "number"),
    ],
)
def test_a_formula_of_the_arguments(wrong, says):
    rows = [[n, 3 * n % 7, 5 * n % 11] + [2] * (n % 3) for n in range(1, 12)]
    inputs = [Input((row,), sum(row) / 3 + 20) for row in rows]
    assert says in transforms.explain(of("f(items)", inputs), [wrong(row) for row in rows]).hint


def test_which_side_wrong_answers_are_on():
    inputs = [Input((n,), n * n) for n in range(1, 20)]
    told = transforms.explain(of("f(n)", inputs), [one.right + one.args[0] % 4 for one in inputs])
    assert "every one of these is too large" in told.hint and "19 numbers" in told.hint
    mixed = [one.right + (-1) ** one.args[0] * one.args[0] for one in inputs]
    assert transforms.explain(of("f(n)", inputs), mixed) is None


# ------------------------------------------------------------------------------- only errors


def guarded(n, m):
    """The right function: it refuses what is larger than its partner."""
    if n > m:
        raise ValueError("too large")
    return m - n


def of_errors(function):
    """What is told of a function beside ``guarded``, by the module on errors alone."""
    answers = observe_all(guarded, PAIRS)
    exercise = of("f(n, m)", [Input(call.args, call.answer) for call in answers])
    return telling(diagnosis.errors).explain(exercise, observe_all(function, PAIRS))


def raises_another(n, m):
    if n > m:
        raise KeyError("too large")
    return m - n


def refuses_equals(n, m):
    if n >= m:
        raise ValueError("no")
    return m - n


def refuses_elsewhere(n, m):
    if n < m:
        raise ValueError("no")
    return m - n


def refuses_differently(n, m):
    if n % 2 == m % 2:
        raise ValueError("no")
    return m - n if n <= m else None


def says_so(n, m):
    if n > m:
        print("too large")
    else:
        return m - n


@pytest.mark.parametrize(
    ("function", "says", "hint", "more"),
    [
        (
            lambda n, m: m - n,
            "does not raise the error that is asked for",
            "Everything that exists is right. But f(2, 1) gives -1. Is there such a case at all?",
            "The exercise asks for an error there: raise ValueError(...). Ask for it before you "
            "compute.",
        ),
        (
            lambda n, m: m - n if n <= m else None,
            "returns None where it should raise an error",
            "f(2, 1) returns None. Would whoever called your function notice",
            "The exercise asks for an error there: raise ValueError(...).",
        ),
        (
            says_so,
            "prints something and returns None where it should raise an error",
            "f(2, 1) prints something and returns None. Would whoever",
            "raise ValueError(...). A printed word stops nobody.",
        ),
        (
            lambda n, m: m - n if n <= m else ValueError,
            "returns the error instead of raising it",
            "f(2, 1) hands the error back like any other value",
            "return ValueError gives the error away as a value. raise ValueError(...) stops the",
        ),
        (
            lambda n, m: m - n if n <= m else ValueError("no"),
            "returns the error instead of raising it",
            "f(2, 1) hands the error back",
            "return ValueError gives the error away",
        ),
        (
            lambda n, m: m - n if n <= m else "ValueError",
            "returns the error instead of raising it",
            "f(2, 1) hands the error back",
            "return ValueError gives the error away",
        ),
        (
            lambda n, m: m - n if n <= m else "too large",
            "does not raise the error that is asked for",
            "f(2, 1) gives 'too large'.",
            "Ask for it before you compute.",
        ),
        (
            raises_another,
            "raises another error than ValueError",
            "f(2, 1) raises KeyError: 'too large'. Which error does the exercise ask for?",
            "Whoever calls your function waits for a ValueError: raise ValueError(...).",
        ),
        (
            refuses_equals,
            "refuses what exists",
            "f(1, 1) raises ValueError: no. Does the exercise ask for an error here?",
            "it refuses too much. Of 36 inputs tried, 8 are refused, and all of these have n = m; "
            "the 28 with n ≠ m are not. Look at the condition in front of your raise.",
        ),
        (
            refuses_elsewhere,
            "raises errors in the wrong places",
            "f(1, 2) raises an error and should not; f(2, 1) should and does not.",
            "All other answers are right: look at the condition in front of your raise.",
        ),
    ],
)
def test_only_the_errors_are_wrong(function, says, hint, more):
    told = of_errors(function)
    assert told.says == says
    assert hint in told.hint and more in told.more
    assert ("printed word" in told.more) == (function is says_so)


def test_the_smallest_of_what_is_refused_in_vain_is_shown():
    def refuses_some(n, m):
        if n > m or n * m in (8, 15):
            raise ValueError("no")
        return m - n

    told = of_errors(refuses_some)
    assert told.hint.startswith("f(2, 4) raises ValueError")
    assert told.more == (
        "Whatever your function does answer is right, but it refuses too much. Look at the "
        "condition in front of your raise."
    )


def test_a_wrong_answer_is_the_larger_trouble():
    assert of_errors(lambda n, m: m - n + 1) is None
    assert of_errors(guarded) is None
    assert of_errors(refuses_differently).says == "raises errors in the wrong places"


# ------------------------------------------------------------------------------- crashes


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda n, m: max(n), "not iterable"),
        (lambda n, m: divmod(n), "Another number of arguments"),
        (lambda n, m: n(m), "no function"),
        (lambda n, m: n[m], "no parts"),
        (lambda n, m: int(float("inf")), "too large, or infinite"),
        (lambda n, m: np.zeros(2) + np.zeros(3), "shapes do not fit"),
        (lambda n, m: n + "m", "do not go together"),
    ],
)
def test_what_an_error_means(wrong, says):
    _, why = asked(lambda n, m: n + m, PAIRS)
    told = why(wrong)
    assert says in told.hint and re.search(r"f\(1, 1\) ends in \w+Error", told.hint)


def refuses(n):
    if n > 3:
        raise ValueError("too large")
    return n


def test_an_error_that_another_function_raised_on_purpose():
    _, why = asked(lambda n, m: n + m, PAIRS)
    told = why(lambda n, m: refuses(n) + m)
    assert "raised on purpose, by refuses, which your function calls" in told.hint
    assert "in front of your raise" not in told.more


def test_a_claim_that_raises_on_purpose():
    def claim():
        raise ValueError("there is none")

    (call,) = observe_all(claim, [()])
    assert "raises ValueError: there is none" in crashes.without_arguments("claim", call).hint


# ------------------------------------------------------------------------------- claims

IN_RANGE = Requirement("W, F and S are at least 1", "W >= 1 and F >= 1 and S >= 1")
FITS = Requirement("the filter fits", "F <= W")
COUNTED = Requirement("out is the number of windows", "out == (W - F) // S + 1")
LAYER = Claim(
    "layer", "layer()", "", 1.0, "", tuple((name, "whole") for name in ("W", "F", "S", "out")),
    (IN_RANGE, FITS, COUNTED),
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((7, 3, 2), "You give 3 parts, and 4 are asked: W, F, S and out."),
        (7, "You give 1 part, and 4"),
        ("7, 3, 2, 3", "stands in quotes"),
        ("W = 7, F = 3", "stands in quotes"),
        ([(7, 3, 2, 3)], "one pair of brackets too many"),
        ([(7, 3, 2, 3), (8, 3, 1, 6)], "You give 2 answers at once"),
        ((7, 3, 2, 2.5), "Your out is 2.5, and it has to be a whole number"),
        ((7, 3, 2, 4), "with another number for out"),
        ((7, 3, 0, 4), "With your numbers, S = 0 is smaller than 1"),
        ((2, 9, 1, 0), "With your numbers, F = 9 is larger than W = 2"),
        ({"W": 7}, "gives a dictionary"),
        ({7, 3, 2, 1}, "an object of type set"),
        (None, "It gives None"),
        ("there is none", "You give 1 part, and 4"),
    ],
)
def test_what_is_wrong_with_a_counterexample(answer, says):
    (call,) = observe_all(lambda: answer, [()])
    told = counterexamples.explain(LAYER, call)
    assert says in told.hint


def test_what_was_printed_is_not_given():
    (call,) = observe_all(lambda: print(7, 3, 2, 3), [()])
    assert "prints" in counterexamples.explain(LAYER, call).says


@given(st.tuples(*[st.integers(-2, 9)] * 4))
def test_what_is_said_of_a_part_is_so(answer):
    """Where a part is said to stand in the way alone, another number for it is a counterexample."""
    (call,) = observe_all(lambda: answer, [()])
    if LAYER.unmet(call.answer) is None:
        return
    told = counterexamples.explain(LAYER, call)
    if told and (found := re.search(r"with another number for (\w+)", told.hint)):
        place = ("W", "F", "S", "out").index(found[1])
        assert any(
            LAYER.unmet([*answer[:place], number, *answer[place + 1 :]]) is None
            for number in range(-60, 61)
        )
    if told and (found := re.search(r"With (.*) in each other's places", told.more)):
        assert any(LAYER.unmet([*order]) is None for order in itertools.permutations(answer))
