"""What answers are worth: groups, claims, tests of implementations, files, and which slip it was."""

from fractions import Fraction

import pytest

from autograder.errors import Problem
from autograder.marking.marks import GroupMark, known_mistakes, mark, mark_file
from exercises.answers import Other, Raised
from exercises.errors import BadExercise
from exercises.handed_in import Unusable, handed_in
from exercises.public import answers_of
from exercises.source import compiled
from exercises.unit import load
from tests.support.half import KEY as KEY_OF_HALF

UNIT = """
from exercises.authoring import Group, claim, edit, exercise, tests


@exercise(
    points=6,
    returns="W - F + 1; raises ValueError for a filter that does not fit",
    examples={(7, 3): 5, (3, 5): ValueError},
    probes=[(9, 4), (20, 3), (8, 8)],
    groups=[
        Group("small", [(5, 3), (6, 3)]),
        Group("large", [(100, 7), (200, 7), (300, 7)], worth=2),
        Group("just fits, or not", [(4, 4), (4, 5)], worth=3),
    ],
)
def width(W, F):
    if F > W:
        raise ValueError("does not fit")
    return W - F + 1


width.slip("M02", "one too few", "W - F", "Count the posts.")
width.slip("M08", "the filter is ignored", "W", "How wide is F?")


@claim(
    "Two numbers have an odd sum.",
    points=1,
    returns="two numbers with an even sum",
    gives="a, b",
    requirements=[("an even sum", "(a + b) % 2 == 0")],
)
def even_sum():
    return 1, 3


even_sum.slip("odd", "odd", "1, 2", "Even?", matches="(a + b) % 2")


@tests(of=width, points=4, returns="True for a right width, False for any other")
def is_width(width):
    if width(9, 4) != 6 or width(8, 8) != 1:
        return False
    try:
        width(3, 5)
    except ValueError:
        return True
    return False


is_width.sound("counts left edges", edit("W - F + 1", "len(range(W - F + 1))"))
is_width.sound("says it in other words", edit("does not fit", "the filter is too wide"))
is_width.faulty("counts gaps", slip="M02")
is_width.faulty("never refuses", edit("F > W", "False"), "Ask for a filter that does not fit.",
                "Take one.")
is_width.faulty("is right for F = 4 alone", "width(W, F) if F == 4 else width(W, 4)",
                "How many different filters do you try?", worth=2, shown=True)
"""
KEY = load(UNIT)
SLOW = Problem("timeout", "it took too long")
UNDEFINED = Problem("undefined", "there is nothing called so")
WIDTH, EVEN_SUM, IS_WIDTH = KEY.exercises.values()


def answers(function, exercise=WIDTH):
    return answers_of(function, exercise.questions)


class BadWidth(ValueError):
    pass


def right(W, F):
    if W < F:
        raise BadWidth("no")
    return W - F + 1


# ------------------------------------------------------------------------------ functions


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
    judged = mark(WIDTH, answers(function))
    assert type(judged.credit) is Fraction and judged.credit == credit
    assert tuple(group.passed for group in judged.groups) == passed
    assert [group.says for group in judged.groups] == ["small", "large", "just fits, or not"]
    assert [group.worth for group in judged.groups] == [1, 2, 3]
    assert (judged.slip and judged.slip.id) == slip
    assert judged.exercise == "width" and judged.problem is None


def test_how_many_of_a_group_were_right_is_told():
    judged = mark(WIDTH, answers(lambda W, F: right(W, F) if W != 200 else 0))
    assert [(group.right, group.cases) for group in judged.groups] == [(2, 2), (2, 3), (2, 2)]


@pytest.mark.parametrize("given", range(13))
def test_what_was_not_answered_is_wrong(given):
    """The groups end at the 2nd, 5th and 7th answer; five public inputs follow."""
    judged = mark(WIDTH, answers(right)[:given], SLOW)
    credit = Fraction((given >= 2) * 1 + (given >= 5) * 2 + (given >= 7) * 3, 6)
    assert judged.credit == credit
    assert judged.problem == SLOW
    assert sum(group.right for group in judged.groups) == min(given, 7)


def test_a_slip_is_named_only_when_all_public_inputs_were_answered():
    slip = answers(lambda W, F: W - F)
    assert mark(WIDTH, slip).slip.id == "M02"
    assert mark(WIDTH, slip[:-1], "too slow").slip is None
    assert mark(WIDTH, [], "nothing").slip is None


def test_no_slip_is_named_beside_full_marks():
    exact = answers(right)[:7] + answers(lambda W, F: W - F)[7:]
    judged = mark(WIDTH, exact)
    assert judged.credit == 1 and judged.slip is None


def test_floats_earn_everything_and_one_remark():
    judged = mark(WIDTH, answers(lambda W, F: right(W, F) * 1.0))
    assert judged.credit == 1
    assert len(judged.remarks) == 1 and "should be an int" in judged.remarks[0]
    assert mark(WIDTH, answers(right)).remarks == ()


def test_answers_that_are_no_answers_earn_nothing():
    for answer in (Other("x"), Raised.of(KeyError), None, True, "3", [3], Raised.of(ValueError)):
        assert mark(WIDTH, [answer] * 12).credit == 0, answer


# --------------------------------------------------------------------------------- claims


def test_a_counterexample_earns_all_or_nothing():
    judged = mark(EVEN_SUM, [[5, 5]])
    assert judged.credit == 1 and judged.slip is None and judged.exercise == "even_sum"
    assert judged.groups == (GroupMark("a counterexample", True, right=1, cases=1, worth=1),)
    judged = mark(EVEN_SUM, [[5, 6]], SLOW)
    assert judged.credit == 0 and judged.slip.id == "odd" and judged.problem is SLOW
    assert judged.remarks == ()
    assert judged.groups == (GroupMark("an even sum", False, right=0, cases=1, worth=1),)


@pytest.mark.parametrize("answer", [Raised.of(ValueError), Other("x"), None, [2], [2, 0.5], "two"])
def test_what_is_no_two_numbers_earns_nothing(answer):
    judged = mark(EVEN_SUM, [answer])
    assert judged.credit == 0 and judged.slip is None
    assert judged.groups[0].says == "two whole numbers a, b"


@pytest.mark.parametrize(
    ("answer", "says"), [("2, 4", "in quotes"), ([[2, 4]], "brackets of its own"),
                         ([[2, 4], [4, 6]], "2 answers")]
)  # fmt: skip
def test_a_counterexample_in_another_form_earns_nothing_and_is_told_so(answer, says):
    judged = mark(EVEN_SUM, [answer])
    assert judged.credit == 0 and says in judged.slip.says


def test_a_claim_that_was_not_asked_earns_nothing_and_says_so():
    judged = mark(EVEN_SUM, [], UNDEFINED)
    assert judged.credit == 0 and judged.problem == UNDEFINED and judged.exercise == "even_sum"
    assert judged.groups == (GroupMark("a counterexample", False, right=0, cases=1, worth=1),)


# ------------------------------------------------------------- tests of implementations


def judged_by(test):
    return mark(IS_WIDTH, answers(test, IS_WIDTH))


def summary(judged):
    return [(group.says, group.passed, group.worth) for group in judged.groups]


def test_the_reference_earns_everything():
    judged = judged_by(IS_WIDTH.reference)
    assert judged.credit == 1 and judged.slip is None
    assert judged.exercise == "is_width" and judged.remarks == ()
    assert summary(judged) == [
        ("accepts every sound one", True, 0),
        ("rejects one that counts gaps", True, 1),
        ("rejects one that never refuses", True, 1),
        ("rejects one that is right for F = 4 alone", True, 2),
    ]


def test_each_faulty_one_that_is_rejected_earns_its_share():
    judged = judged_by(lambda width: width(9, 4) == 6)
    assert judged.credit == Fraction(1, 4)
    assert [passed for _, passed, _ in summary(judged)] == [True, True, False, False]
    assert judged.slip.says == "accepts one that never refuses", "the first that slipped through"
    assert judged.slip.hint.endswith("If not: Ask for a filter that does not fit.")
    assert (judged.slip.id, judged.slip.more) == ("", "Take one.")
    assert [(group.right, group.cases) for group in judged.groups] == [
        (1, 1),
        (2, 2),
        (0, 2),
        (0, 2),
    ]
    judged = judged_by(lambda width: width(9, 4) == 6 and width(8, 8) == 1)
    assert judged.credit == Fraction(3, 4)


def test_an_assert_is_a_test_as_well():
    def asserts(width):
        assert width(9, 4) == 6
        assert width(8, 8) == 1

    def accepts(width):
        asserts(width)
        return True

    assert judged_by(accepts).credit == Fraction(3, 4)
    assert judged_by(asserts).credit == 0, "it accepts nobody"


def test_who_rejects_one_that_is_sound_earns_nothing():
    """A test that asks for the very words of an error rejects what is right."""

    def too_strict(width):
        try:
            width(3, 5)
        except ValueError as error:
            return str(error) == "does not fit" and width(8, 8) == 1
        return False

    judged = judged_by(too_strict)
    assert judged.credit == 0 and judged.slip is None and judged.exercise == "is_width"
    assert summary(judged)[0] == ("accepts one that says it in other words", False, 4)
    assert (judged.groups[0].right, judged.groups[0].cases) == (0, 1)
    says = ["counts gaps", "never refuses", "is right for F = 4 alone"]
    assert judged.groups[1:] == tuple(
        GroupMark(f"rejects one that {one}", True, right=2, cases=2, worth=0) for one in says
    )


@pytest.mark.parametrize("verdict", [True, False, None, 0, 1, "yes", [], 0.5])
def test_a_test_that_never_looks_earns_nothing(verdict):
    assert judged_by(lambda width: verdict).credit == 0


def test_a_test_that_raises_or_is_not_written_earns_nothing():
    def unwritten(width):
        raise NotImplementedError

    assert judged_by(unwritten).credit == 0
    assert judged_by(lambda width: 1 / 0).credit == 0


def test_a_test_that_changes_its_mind_earns_nothing_for_that_one():
    seen = []

    def undecided(width):
        if width(9, 4) == 5:  # the one that counts gaps: rejected the first time
            seen.append(width)
            return len(seen) == 2
        return IS_WIDTH.reference(width)

    judged = judged_by(undecided)
    assert judged.credit == Fraction(3, 4)
    assert summary(judged)[1] == (
        "rejects one that counts gaps (yours answers once this, once that)", False, 1,
    )  # fmt: skip
    assert judged.groups[1].right == 1 and judged.groups[1].cases == 2


def test_who_guesses_by_the_order_earns_nothing():
    """Each is asked about twice, in a mixed order: neither counting nor taking turns helps."""
    for period in (2, 3, 4, 6, 7):
        count = iter(range(1000))
        judged = judged_by(lambda width, count=count, period=period: next(count) % period != 0)
        assert judged.credit == 0, period


def test_verdicts_that_are_missing_are_wrong():
    given = answers(IS_WIDTH.reference, IS_WIDTH)
    for count in range(len(given)):
        judged = mark(IS_WIDTH, given[:count], SLOW)
        assert judged.credit == 0 or count > len(given) // 2
        assert judged.problem == SLOW
    assert mark(IS_WIDTH, [], UNDEFINED).credit == 0


# ---------------------------------------------------------------------- files to hand in


@handed_in("w.bin", points=4, groups={"there": 1, "long": 3}, samples={"right": lambda: b"x" * 100})
def weights(data):
    if data is None:
        raise Unusable("there is no file w.bin")
    return {"there": True, "long": 100 / len(data) < 2}


@pytest.mark.parametrize(
    ("data", "credit", "problem"),
    [
        (b"x" * 100, Fraction(1), None),
        (b"x", Fraction(1, 4), None),
        (None, Fraction(0), Problem("unusable", "there is no file w.bin")),
        (
            b"",
            Fraction(0),
            Problem("unreadable", "w.bin could not be read (ZeroDivisionError)"),
        ),
    ],
)
def test_a_file_earns_by_group(data, credit, problem):
    judged = mark_file(weights, data)
    assert (judged.credit, judged.problem) == (credit, problem)
    assert judged.exercise == "weights"
    assert judged.groups == (
        GroupMark("there", credit > 0, right=int(credit > 0), cases=1, worth=1),
        GroupMark("long", credit == 1, right=int(credit == 1), cases=1, worth=3),
    )


def test_a_group_that_a_judge_says_nothing_of_is_not_met():
    silent = handed_in("w", points=1, groups={"there": 1}, samples={})(lambda data: {})
    assert mark_file(silent, b"").credit == 0


# ------------------------------------------------------------------------ known mistakes


def test_known_mistakes_are_slips_and_for_a_test_the_two_that_never_look():
    assert [id for id, _ in known_mistakes(WIDTH)] == ["M02", "M08"]
    assert [id for id, _ in known_mistakes(EVEN_SUM)] == ["odd"]
    assert [id for id, _ in known_mistakes(IS_WIDTH)] == ["accepts-all", "rejects-all"]
    verdicts = {id: text.split()[-1] for id, text in known_mistakes(IS_WIDTH) if "-all" in id}
    assert verdicts == {"accepts-all": "True", "rejects-all": "False"}


@pytest.mark.parametrize("exercise", KEY.exercises.values(), ids=list(KEY.exercises))
def test_known_mistakes_run_in_an_empty_notebook_and_cost_something(exercise):
    for id, text in known_mistakes(exercise):
        assert mark(exercise, answers(compiled(text, {}, id), exercise)).credit < 1


def test_a_reference_without_an_answer_is_the_authors_mistake():
    half = load(KEY_OF_HALF.replace("return n // 2\n", "return object()\n")).exercises["half"]
    with pytest.raises(BadExercise, match=r"half\(3\): the reference answers an object"):
        mark(half, [])


# ------------------------------------------------------------------------------ said only if so


def test_a_slip_has_to_agree_with_the_hidden_answers_too():
    """Whoever answers the public inputs as a slip does, and others not, is not told that slip."""
    slip = WIDTH.public.slips[0]
    wrong = WIDTH.wrong(slip.id)
    public = set(map(repr, WIDTH.inputs))

    def in_public_alone(*args):
        return wrong(*args) if repr(args) in public else 10_000

    assert mark(WIDTH, answers_of(wrong, WIDTH.questions)).slip.id == slip.id
    assert mark(WIDTH, answers_of(in_public_alone, WIDTH.questions)).slip is None


def test_an_argument_that_is_changed_costs_its_case():
    key = load(ROWS).exercises["total"]

    def spoils(row):
        row.append(0)
        return sum(row)

    whole = mark(key, answers_of(key.reference, key.questions))
    spoilt = mark(key, answers_of(spoils, key.questions))
    assert whole.credit == 1 and spoilt.credit == 0
    assert (spoilt.slip.id, spoilt.slip.says) == ("", "the call changes an argument")
    assert spoilt.slip.hint.startswith("After a call of your function, is each argument still")
    assert spoilt.slip.more == "Work on a copy, or build something new."


@pytest.mark.parametrize(
    ("function", "credit"), [(list, 1), (lambda row: [1.0 * n for n in row], 0)]
)
def test_whole_numbers_may_have_to_stay_whole(function, credit):
    key = load(ROWS).exercises["same"]
    assert mark(key, answers_of(function, key.questions)).credit == credit


ROWS = """
from exercises.authoring import Group, exercise


@exercise(points=1, returns="", examples=[(([1, 2],), 3)], groups=[Group("all", [([4, 5],), ([1],)])])
def total(row):
    return sum(row)


@exercise(points=1, returns="", whole=True, examples=[(([1, 2],), [1, 2])],
          groups=[Group("all", [([4, 5],), ([1],)])])
def same(row):
    return row
"""


# ------------------------------------------------------------------------ why nothing is right


class Secret41(Exception):
    """An error whose name tells a hidden input, and whose text does."""


def raises(error):
    def function(*args):
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (
            NotImplementedError(),
            "Nothing is written here yet: it still raises NotImplementedError.",
        ),
        (NameError("no np"), "It does not run: each call ends in NameError."),
        (Secret41("W = 41"), "It does not run: each call ends in another error."),
    ],
)
def test_an_error_each_time_is_said_without_its_text(error, why):
    for exercise in (WIDTH, IS_WIDTH):
        said = IS_WIDTH is exercise and type(error) is not NotImplementedError
        judged = mark(exercise, answers(raises(error), exercise))
        assert judged.why == why or (said and judged.why == ""), exercise.name
        assert "41" not in judged.why


def test_who_answers_anything_is_not_told_that_it_does_not_run():
    assert mark(WIDTH, answers(lambda W, F: W)).why == ""
    assert mark(WIDTH, answers(lambda W, F: W if W == 3 else 1 / 0)).why == ""
    assert mark(WIDTH, answers(right)).why == ""


def test_where_a_problem_is_told_the_answers_are_not():
    assert mark(WIDTH, answers(raises(NameError("x")))[:3], SLOW).why == ""
    assert mark(WIDTH, []).why == ""


def ended(*kinds):
    return [Raised((kind, "Exception")) for kind in kinds]


@pytest.mark.parametrize(
    ("kinds", "ends_in"),
    [
        (["NameError", "KeyError", "NameError"], "KeyError or NameError"),
        (["NameError", "KeyError", "TypeError"], "KeyError or NameError or TypeError"),
        # of many kinds three are named
        (
            ["NameError", "KeyError", "TypeError", "IndexError"],
            "IndexError or KeyError or NameError",
        ),
        (["KeyError", "Secret41"], "KeyError or another error"),
        (
            ["TypeError", "NameError", "KeyError", "Secret41"],
            "KeyError or NameError or another error",
        ),
        # a name of Python's own that is no error
        (["print", "dict"], "another error"),
    ],
)
def test_which_errors_every_call_ends_in(kinds, ends_in):
    assert mark(WIDTH, ended(*kinds)).why == f"It does not run: each call ends in {ends_in}."


def test_one_call_is_not_called_each():
    judged = mark(EVEN_SUM, ended("NameError"))
    assert judged.why == "It does not run: the call ends in NameError."


REFUSES = """
from exercises.authoring import Group, exercise


@exercise(points=1, returns="nothing", examples={(1,): ValueError}, groups=[Group("all", [(2,), (3,)])])
def never(n):
    raise ValueError("never")
"""


def test_errors_that_are_asked_for_are_no_reason():
    never = load(REFUSES).exercises["never"]
    judged = mark(never, answers(raises(ValueError("never")), never))
    assert judged.credit == 1 and judged.why == ""


def test_of_a_right_function_nothing_is_kept():
    assert mark(WIDTH, answers(right)).behaviour is None
    assert mark(WIDTH, answers(lambda W, F: W)).behaviour is not None
    assert mark(EVEN_SUM, [[1, 3]]).behaviour is None
