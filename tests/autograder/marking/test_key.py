"""Keys: loading them, marking by groups, and the defects that a test of a key must find."""

import itertools
from fractions import Fraction

import pytest

from autograder.marking.key import (
    BadKey,
    Group,
    Key,
    KeyedExercise,
    Unusable,
    file_problems,
    load_key,
    problems_of,
)
from course.answers import Other, Raised
from course.exercise import Claim, Example, Exercise, Requirement

# ------------------------------------------------------------------------------- loading

GOOD = """
from autograder.marking.key import Group, Key
from course.exercise import Exercise

KEY = Key()
half = Exercise("half", "half(n)", "n // 2")


@KEY.answer(half, Group("even", [(4,)]), Group("odd", [(5,)]))
def reference(n):
    return n // 2
"""


def test_a_key_travels_as_text():
    key = load_key(GOOD)
    assert list(key.exercises) == ["half"]
    assert key.exercises["half"].reference(9) == 4
    assert load_key(GOOD).exercises["half"].exercise is not key.exercises["half"].exercise


def test_helpers_beside_a_reference_are_found_when_it_runs():
    key = load_key(
        GOOD.replace("return n // 2", "return helper(n)") + "\n\ndef helper(n):\n    return 7"
    )
    assert key.exercises["half"].expected((4,)) == 7


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "must make a Key with at least one exercise and call it KEY"),
        ("KEY = 5", "must make a Key"),
        ("from autograder.marking.key import Key\nKEY = Key()", "at least one exercise"),
        (GOOD.replace("KEY", "key"), "call it KEY"),
        ("def (", "cannot be run: SyntaxError"),
        ("\0", "cannot be run: "),
        ("1 / 0", "cannot be run: ZeroDivisionError: division by zero"),
        (
            "import no_such_module",
            "cannot be run: ModuleNotFoundError: No module named 'no_such_mod",
        ),
        (
            GOOD + "\n\n@KEY.answer(half, Group('again', [(1,)]))\ndef _(n): pass",
            "reference answer already",
        ),
        (GOOD.replace("[(4,)]", "[]"), "the group 'even' has no cases"),
        (GOOD.replace("[(4,)]", "[4]"), "the cases of 'even' must be tuples"),
        (GOOD.replace("[(4,)]", "[(4,)], worth=0"), "the group 'even' must be worth"),
        (GOOD.replace("[(4,)]", "[(4,)], worth=1.5"), "the group 'even' must be worth"),
        (
            GOOD.replace(', Group("even", [(4,)]), Group("odd", [(5,)])', ""),
            "an exercise needs groups of hidden cases",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_a_sentence(source, words):
    with pytest.raises(BadKey) as error:
        load_key(source, "02-output-size/key.py")
    text = str(error.value)
    assert text.startswith("02-output-size/key.py ") and words in text and "\n" not in text


def test_a_claim_takes_no_groups():
    with pytest.raises(ValueError, match="a claim takes none"):
        Key().answer(Claim("c", "c()", ""), Group("g", [()]))


# ------------------------------------------------------------------------------- marking


def width():
    """``width(W, F)`` is W - F + 1; a filter that does not fit is a ValueError.  Worth 1, 2, 3."""
    exercise = Exercise(
        "width",
        "width(W, F)",
        "W - F + 1",
        examples=(Example((7, 3), 5), Example((3, 5), ValueError)),
        probes=((9, 4), (20, 3), (8, 8)),
    )

    @exercise.slip("M02", "one too few", hint="Count the posts.")
    def _(W, F):
        return W - F

    @exercise.slip("M08", "the filter is ignored", hint="How wide is F?")
    def _(W, F):
        return W

    def reference(W, F):
        if F > W:
            raise ValueError("does not fit")
        return W - F + 1

    groups = (
        Group("small", [(5, 3), (6, 3)]),
        Group("large", [(100, 7), (200, 7), (300, 7)], worth=2),
        Group("just fits, or not", [(4, 4), (4, 5)], worth=3),
    )
    return KeyedExercise(exercise, reference, groups)


def answers(keyed, function):
    return keyed.exercise.answers(function, tuple(keyed.questions))


def test_the_questions_are_the_hidden_cases_and_then_the_probes():
    cases = [(5, 3), (6, 3), (100, 7), (200, 7), (300, 7), (4, 4), (4, 5)]
    assert width().questions == [*cases, (9, 4), (20, 3), (8, 8)]


def right(W, F):
    if W < F:
        raise BadWidth("no")
    return W - F + 1


class BadWidth(ValueError):
    pass


@pytest.mark.parametrize(
    ("function", "credit", "passed", "slip"),
    [
        (right, Fraction(1), (True, True, True), None),
        (lambda W, F: W - F + 1, Fraction(1, 2), (True, True, False), None),
        (lambda W, F: right(W, F) if W < 99 else 0, Fraction(2, 3), (True, False, True), None),
        (lambda W, F: right(W, F) if W > 99 else None, Fraction(1, 3), (False, True, False), None),
        (lambda W, F: right(W, F) if W != 200 else 0, Fraction(2, 3), (True, False, True), None),
        (lambda W, F: W - F, Fraction(0), (False, False, False), "M02"),
        (lambda W, F: W, Fraction(0), (False, False, False), "M08"),
        (lambda W, F: object(), Fraction(0), (False, False, False), None),
        (lambda W: W, Fraction(0), (False, False, False), None),
    ],
)
def test_credit_is_by_group(function, credit, passed, slip):
    keyed = width()
    mark = keyed.mark(answers(keyed, function))
    assert type(mark.credit) is Fraction and mark.credit == credit
    assert tuple(group.passed for group in mark.groups) == passed
    assert [group.says for group in mark.groups] == ["small", "large", "just fits, or not"]
    assert [group.worth for group in mark.groups] == [1, 2, 3]
    assert (mark.slip and mark.slip.id) == slip
    assert mark.exercise == "width" and mark.problem == ""


def test_how_many_of_a_group_were_right_is_told():
    keyed = width()
    mark = keyed.mark(answers(keyed, lambda W, F: right(W, F) if W != 200 else 0))
    assert [(group.right, group.cases) for group in mark.groups] == [(2, 2), (2, 3), (2, 2)]


@pytest.mark.parametrize("given", range(11))
def test_what_was_not_answered_is_wrong(given):
    """The groups end at the 2nd, 5th and 7th answer; three probes follow."""
    keyed = width()
    mark = keyed.mark(answers(keyed, right)[:given], "it took too long")
    credit = Fraction((given >= 2) * 1 + (given >= 5) * 2 + (given >= 7) * 3, 6)
    assert mark.credit == credit
    assert mark.problem == "it took too long"
    assert sum(group.right for group in mark.groups) == min(given, 7)


def test_a_slip_is_named_only_when_all_probes_were_answered():
    keyed = width()
    slip = answers(keyed, lambda W, F: W - F)
    assert keyed.mark(slip).slip.id == "M02"
    assert keyed.mark(slip[:-1], "too slow").slip is None
    assert keyed.mark([], "nothing").slip is None


def test_no_slip_is_named_beside_full_marks():
    keyed = width()
    exact = answers(keyed, right)[:7] + answers(keyed, lambda W, F: W - F)[7:]
    mark = keyed.mark(exact)
    assert mark.credit == 1 and mark.slip is None


def test_floats_earn_everything_and_one_remark():
    keyed = width()
    mark = keyed.mark(answers(keyed, lambda W, F: right(W, F) * 1.0))
    assert mark.credit == 1
    assert len(mark.remarks) == 1 and "should be an int" in mark.remarks[0]
    assert keyed.mark(answers(keyed, right)).remarks == ()


def test_answers_that_are_no_answers_earn_nothing():
    keyed = width()
    for answer in (Other("x"), Raised.of(KeyError), None, True, "3", [3]):
        assert keyed.mark([answer] * 10).credit == 0
    # one hidden case of seven asks for a ValueError, and its group holds another
    assert keyed.mark([Raised.of(ValueError)] * 10).credit == 0


def test_a_reference_without_an_answer_is_the_keys_fault():
    for reference in (lambda W, F: object(), lambda W, F: {}[W], lambda W: W):
        keyed = KeyedExercise(width().exercise, reference, (Group("g", [(5, 3)]),))
        with pytest.raises(BadKey, match=r"the reference of width answers .* to \(5, 3\)"):
            keyed.expected((5, 3))


def odd_sum():
    claim = Claim(
        "odd_sum",
        "odd_sum()",
        "",
        requirements=(
            Requirement("two numbers", lambda answer: len(answer) == 2),
            Requirement("an even sum", lambda answer: sum(answer) % 2 == 0),
        ),
    )
    claim.slip("odd", "odd", hint="?", matches=lambda a: sum(a) % 2 == 1)(lambda: (1, 2))
    return KeyedExercise(claim, lambda: (1, 3), ())


def test_a_counterexample_earns_all_or_nothing():
    keyed = odd_sum()
    assert keyed.questions == [()]
    mark = keyed.mark([[5, 5]])
    assert mark.credit == 1 and mark.slip is None
    assert [(group.says, group.passed) for group in mark.groups] == [("a counterexample", True)]
    mark = keyed.mark([[5, 6]])
    assert mark.credit == 0 and mark.slip.id == "odd"
    assert [(group.says, group.passed) for group in mark.groups] == [("an even sum", False)]
    for answer in (Raised.of(ValueError), Other("x"), None, [2]):
        mark = keyed.mark([answer])
        assert mark.credit == 0 and mark.slip is None and mark.groups[0].says == "two numbers"
    mark = keyed.mark([], "it was not asked")
    assert mark.credit == 0 and mark.problem == "it was not asked" and not mark.groups[0].passed


# -------------------------------------------------------------------------- testing a key


def test_a_good_exercise_has_no_problems():
    assert problems_of(width()) == []
    assert problems_of(odd_sum()) == []


def changed(keyed=None, *, reference=None, groups=None, **fields):
    keyed = keyed or width()
    for name, value in fields.items():
        setattr(keyed.exercise, name, value)
    return KeyedExercise(
        keyed.exercise, reference or keyed.reference, keyed.groups if groups is None else groups
    )


def unsteady():
    count = itertools.count()
    return lambda W, F: next(count)


def with_slip(keyed, wrong, matches=None):
    keyed.exercise.slip("new", "a new slip", hint="?", matches=matches)(wrong)
    return keyed


DEFECTS = {
    "a reference that changes its mind": (
        changed(reference=unsteady()),
        "width: the reference answer loses small, large, just fits, or not",
    ),
    "a reference that gives floats": (
        changed(reference=lambda W, F: right(W, F) * 1.0),
        None,  # its own expected answers are floats as well: nothing to remark on
    ),
    "an example that is wrong": (
        changed(examples=(Example((7, 3), 4),)),
        "width(7, 3): the example differs from the key's 5",
    ),
    "an example with the wrong error": (
        changed(examples=(Example((3, 5), KeyError),)),
        "width(3, 5): the example differs from the key's ValueError: does not fit",
    ),
    "no slips": (changed(slips=[]), "width: no slip is known"),
    "a slip that loses nothing": (
        with_slip(width(), lambda W, F: right(W, F) if W != 9 else 0),
        "width: the slip new (a new slip) loses nothing",
    ),
    "a slip that the probes do not show": (
        with_slip(width(), lambda W, F: W - F + 1),
        "width: on the probes the slip new looks like the right answer",
    ),
    "two slips that look alike": (
        with_slip(width(), lambda W, F: W - F if W < 99 else 0),
        "width: the probes do not tell the slip new from M02",
    ),
    "the other of the two": (
        with_slip(width(), lambda W, F: W - F if W < 99 else 0),
        "width: the probes do not tell the slip M02 from new",
    ),
    "a constant that earns something": (
        changed(groups=(*width().groups, Group("a single width", [(77, 7)]))),
        "width: always answering 71 earns 1/7 of the points",
    ),
    "an error that earns something": (
        changed(groups=(*width().groups, Group("too large", [(3, 9), (2, 9)]))),
        "width: always answering ValueError: does not fit earns 1/7 of the points",
    ),
    "a group of public examples": (
        changed(groups=(Group("known", [(7, 3), (3, 5)]), *width().groups)),
        "width: every case of 'known' is a public example",
    ),
    "a case that cannot be asked": (
        changed(groups=(Group("strange", [(5, 3j), (6, 3)]),)),
        "width: the case (5, 3j) cannot be asked, it holds an object of type complex",
    ),
    "a probe that cannot be asked": (
        changed(probes=((object(), 4),)),
        "cannot be asked, it holds an object of type object",
    ),
    "a claim's counterexample that is none": (
        changed(odd_sum(), reference=lambda: (1, 2)),
        "odd_sum: the reference answer loses an even sum",
    ),
    "a claim's slip that is right": (
        with_slip(odd_sum(), lambda: (5, 7), lambda a: a == [5, 7]),
        "odd_sum: the slip new (a new slip) loses nothing",
    ),
    "a claim's slip that is not recognised": (
        with_slip(odd_sum(), lambda: 5),
        "odd_sum: the probes do not tell the slip new as itself",
    ),
    "a claim's slip that another recognises too": (
        with_slip(odd_sum(), lambda: (3, 4), lambda a: a[0] == 3),
        "odd_sum: the probes do not tell the slip new as itself",
    ),
    "a claim without slips": (changed(odd_sum(), slips=[]), "odd_sum: no slip is known"),
}


@pytest.mark.parametrize(("keyed", "words"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_found_and_said(keyed, words):
    found = problems_of(keyed)
    if words is None:
        assert found == []
    else:
        assert any(words in problem for problem in found), found
    assert all(problem.startswith(keyed.exercise.name) for problem in found)


def test_a_remark_on_the_reference_is_found():
    """The first time it is asked it gives an int, later floats: only a remark tells."""
    seen = set()

    def reference(W, F):
        answer = right(W, F)
        if (W, F) in seen:
            return answer
        seen.add((W, F))
        return float(answer)

    found = problems_of(changed(reference=reference))
    assert any("the reference answer is remarked on" in problem for problem in found), found


def test_a_reference_without_an_answer_is_found():
    with pytest.raises(BadKey):
        problems_of(changed(reference=lambda W, F: object()))


# ---------------------------------------------------------------------- files to hand in


def weights(samples=None):
    key = Key()

    @key.file("weights", "w.bin", groups={"there": 1, "long": 3}, samples=samples)
    def _(data):
        if data is None:
            raise Unusable("there is no file w.bin")
        return {"there": True, "long": 100 / len(data) < 2}

    return key.files["weights"]


@pytest.mark.parametrize(
    ("data", "credit", "problem"),
    [
        (b"x" * 100, Fraction(1), ""),
        (b"x", Fraction(1, 4), ""),
        (None, Fraction(0), "there is no file w.bin"),
        (b"", Fraction(0), "w.bin could not be read (ZeroDivisionError)"),
    ],
)
def test_a_file_earns_by_group(data, credit, problem):
    mark = weights().mark(data)
    assert (mark.credit, mark.problem) == (credit, problem)
    assert [(group.says, group.worth) for group in mark.groups] == [("there", 1), ("long", 3)]


def test_samples_test_how_a_file_is_judged():
    right, short = (lambda: b"x" * 100), (lambda: b"x")
    assert file_problems(weights({"right": right, "short": short})) == []
    assert file_problems(weights({"short": short})) == ["weights: no sample is called 'right'"]
    assert file_problems(weights({"right": short})) == ["weights: the file 'right' earns 1/4 ()"]
    assert file_problems(weights({"right": right, "short": right})) == [
        "weights: the file 'short' earns 1 ()"
    ]


def test_a_key_may_hold_nothing_but_files():
    source = (
        "from autograder.marking.key import Key\nKEY = Key()\n"
        "KEY.file('w', 'w.bin', groups={'there': 1})(lambda data: {'there': True})"
    )
    assert list(load_key(source).files) == ["w"]
