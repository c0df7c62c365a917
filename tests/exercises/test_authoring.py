"""How an exercise is written: what an author gives, what comes of it, and mistakes with places."""

import inspect

import numpy as np
import pytest

from exercises import authoring, public
from exercises.answers import Raised
from exercises.authoring import BadExercise, Group, claim, edit, exercise
from exercises.public import answers_of
from exercises.subjects import built
from exercises.unit import load

OFFSET = 1


@exercise(
    points=3,
    returns="the output width; raises ValueError when F > W",
    examples={(7, 3): 5, (3, 5): ValueError},
    probes=[(9, 4), (4, 4)],
    groups=[
        Group("small", [(5, 3), (6, 3)]),
        Group("just fits, or not", [(4, 4), (4, 5)], worth=2),
    ],
)
def width(W, F):
    if F > W:
        raise ValueError("the filter does not fit, my friend")
    return W - F + OFFSET


width.slip("M02", "one too few", "W - F", "Count the posts.", "One more.")
width.slip("strict", "refuses what fits", edit("F > W", "F >= W"), "Does it fit?")
width.slip("both", "two at once", edit("F > W", "F >= W") & edit("+ OFFSET", ""), "?")


@width.slip("loop", "counts beyond the end", hint="Where does the last one end?")
def _(W, F):
    count = 0
    for _ in range(W):
        count += 1
    return count


def answers(function):
    return answers_of(function, width.inputs)


# ------------------------------------------------------------------------------ a function


def test_name_signature_and_contract_stand_once():
    assert (width.name, width.signature, width.points) == ("width", "width(W, F)", 3)
    assert width(7, 3) == 5, "a later exercise may use an earlier one"
    made = width.public
    assert (made.name, made.signature, made.points) == ("width", "width(W, F)", 3)
    assert made.returns == "the output width; raises ValueError when F > W"


def test_a_grader_asks_hidden_cases_and_then_what_is_public():
    assert width.inputs == [(7, 3), (3, 5), (9, 4), (4, 4)]
    assert width.questions == [(5, 3), (6, 3), (4, 4), (4, 5), *width.inputs]
    right = [3, 4, 1, Raised.of(ValueError), 5, Raised.of(ValueError), 6, 1]
    assert [getattr(one, "names", one) for one in width.expected] == [
        getattr(one, "names", one) for one in right
    ]
    assert [(group.says, group.worth) for group in width.groups] == [
        ("small", 1), ("just fits, or not", 2),
    ]  # fmt: skip


def test_slips_are_changes_of_the_reference():
    refused = "ValueError"
    asked = {"M02": [4, -2, 5, 0], "strict": [5, refused, 6, refused],
             "both": [4, refused, 5, refused], "loop": [7, 3, 9, 4]}  # fmt: skip
    for id, wanted in asked.items():
        given = [getattr(one, "names", [one])[0] for one in answers(width.wrong(id))]
        assert given == wanted, id
    assert list(width.slips) == list(asked)


def test_what_is_published_is_words_and_answers_and_no_code():
    text = public.write({"width": width.public})
    assert "M02" in text and "Count the posts." in text
    for secret in ("W - F", "return ", "OFFSET", "my friend", "range", "small", "just fits"):
        assert secret not in text, secret
    slip = width.public.slips[0]
    assert slip.answers == (4, -2, 5, 0) and slip.matches == ""
    assert width.public.inputs[1].right == Raised.of(ValueError), "of an error only its kind"


@pytest.mark.parametrize("id", [None, *width.slips])
def test_reference_and_slips_run_in_an_empty_notebook(id):
    space = {}
    exec(width.standing_alone(id), space)
    assert answers(space["width"]) == answers(width.wrong(id) if id else width)


def test_a_slip_can_be_read_back():
    assert inspect.getsource(width.wrong("M02")) == "def width(W, F):\n    return W - F\n"
    assert inspect.getsource(width.wrong("loop")).startswith("def width(W, F):\n    count = 0")


def test_the_same_file_makes_the_same_public_half():
    text = KIT + "width.slip('a', 'b', 'W', 'c', 'd')\n"
    assert load(text).public() == load(text).public()


# --------------------------------------------------------------------------------- claims


@claim(
    "The sum of two odd numbers is odd.",
    points=1,
    returns="two odd numbers with an even sum",
    gives="a, b",
    requirements=[("both are odd", "a % 2 and b % 2"), ("the sum is even", "(a + b) % 2 == 0")],
)
def odd_sum():
    return 1, 3


odd_sum.slip("even", "even numbers", "2, 4", "Odd?", matches="a % 2 == b % 2 == 0")
odd_sum.slip("pi", "this very answer", "[3.14, 1]", "Whole?")


def test_a_claim_is_asked_once_and_published_without_its_answer():
    assert odd_sum.questions == [()]
    made = odd_sum.public
    assert made.claim == "The sum of two odd numbers is odd."
    assert made.gives == (("a", "whole"), ("b", "whole"))
    assert [one.says for one in made.all_requirements] == [
        "two whole numbers a, b", "both are odd", "the sum is even",
    ]  # fmt: skip
    assert "1, 3" not in public.write({"odd_sum": made})


def test_a_claims_slip_is_recognised_by_its_expression_or_as_this_answer_alone():
    assert odd_sum.public.diagnose([[6, 8]]).id == "even"
    assert odd_sum.public.diagnose([[3.14, 1]]).id == "pi"
    assert odd_sum.public.diagnose([[3.15, 1]]) is None


def test_a_claims_parts_may_be_of_several_kinds():
    @claim("x", points=1, returns="", gives={"A": "array", "why": "text"}, requirements=[])
    def mixed():
        return np.ones(2), "because"

    assert mixed.public.unmet([[1.0, 1.0], "because"]) is None
    assert mixed.public.unmet([1, "because"]).says == "A (array), why (text)"


# ---------------------------------------------------------------------------------- tests


@authoring.tests(of=width, points=2, returns="True for a right width")
def judges(width):
    if width(9, 4) != 6 or width(4, 4) != 1:
        return False
    try:
        width(3, 5)
    except ValueError:
        return True
    return False


judges.sound("counts them one by one", edit("W - F + OFFSET", "len(range(W - F + OFFSET))"))
judges.faulty("counts gaps", slip="M02")
judges.faulty("is one too large", "width(W, F) + 1", "Ask for a number.", "Compare.", shown=True)


@judges.faulty("never refuses", hint="What about 3 columns?", worth=3)
def _(W, F):
    return W - F + 1


def test_what_is_judged_is_made_of_the_exercise():
    assert [(one.sound, one.worth) for one in judges.judged] == [
        (True, 1), (True, 1), (False, 1), (False, 1), (False, 3),
    ]  # fmt: skip
    made = [judges.implementation(one) for one in judges.judged]
    assert [one(9, 4) for one in made] == [6, 6, 5, 7, 6]
    assert [bool(judges(one)) for one in made] == [True, True, False, False, False]
    counts_gaps = judges.judged[2]
    assert (counts_gaps.hint, counts_gaps.more) == ("Count the posts.", "One more.")


def test_each_is_asked_about_twice_in_a_mixed_order():
    assert sorted(judges.asked) == sorted([*range(5)] * 2)
    assert judges.asked != sorted(judges.asked)
    assert [one.source for (one,) in judges.questions[:2]] == [
        judges.implementation(judges.judged[number]).source for number in judges.asked[:2]
    ]


def test_of_what_is_judged_only_the_shown_ones_are_published_and_no_reference():
    made = judges.public
    assert [one.says for one in made.subjects] == ["is one too large"]
    assert (made.of, made.right) == ("width", "")
    text = public.write({"judges": made})
    assert "width(W, F) + 1" in text
    for secret in ("OFFSET", "raise", "never refuses", "counts gaps", "return False"):
        assert secret not in text, secret


def test_what_is_shown_brings_the_imports_that_it_needs():
    @authoring.tests(of=width, points=1, returns="")
    def judges(width):
        return width(7, 3) == 5

    judges.faulty("is twice as large", "np.multiply(2, width(W, F))", "?", shown=True)
    judges.faulty("is off by a constant", "width(W, F) + OFFSET", "?", shown=True)
    twice, off = judges.public.subjects
    assert twice.source.startswith("import numpy as np\n\ndef width(W, F)")
    assert built("width", twice.source, width)(7, 3) == 10
    assert built("width", off.source, width)(7, 3) == 6


def double(n):
    return 2 * n


def test_a_function_that_is_no_exercise_may_be_judged_and_published():
    @authoring.tests(of=double, points=1, returns="")
    def doubles(double):
        return double(3) == 6

    doubles.faulty("forgets", edit("2 * n", "n"), "?", shown=True)
    assert doubles.public.right == "def double(n):\n    return 2 * n\n"
    assert doubles.public.subjects[0].source == "def double(n):\n    return n\n"


# ------------------------------------------------------------------------ authors' mistakes

KIT = """\
from exercises.authoring import Group, claim, edit, exercise, tests


@exercise(points=1, returns="W - F + 1", examples={(7, 3): 5}, probes=[(9, 4)],
          groups=[Group("small", [(5, 3), (6, 3)])])
def width(W, F):
    return W - F + 1


"""
LINE = KIT.count("\n") + 1


F = "def f(n):\n    return n\n"
C = "@claim('x', points=1, returns='', gives='a', requirements=[])\ndef c():\n    return 1\n"
T = "@tests(of=width, points=1, returns='')\ndef t(width):\n    return True\n"
ASKS = "@exercise(points=1, returns='', examples={}, groups=[Group('g', [(4,)])])\n"

# what is written, in which of its lines the mistake is, and what is said
MISTAKES = [
    ("width.slip('a', 'b', edit('W + F', 'W'), '?')", 0,
     "width, slip a: the text 'W + F' stands nowhere in the reference; an edit needs a text that "
     "stands there exactly once"),
    ("width.slip('a', 'b', edit('F', ''), '?')", 0, "width, slip a: the text 'F' stands 2 times"),
    ("width.slip('a', 'b', edit('W -', '') & edit('- F', ''), '?')", 0,
     "width, slip a: two edits change the same place of the reference"),
    ("width.slip('a', 'b', 'W -', '?')", 0, "width, slip a: invalid syntax: return W -"),
    ("width.slip('a', 'b', edit('+ 1', '+'), '?')", 0,
     "width, slip a: invalid syntax: return W - F +"),
    ("width.slip('a', 'b', lambda W, F: W, '?')", 0,
     "width, slip a: a function has to be written with def; for one line give an expression"),
    ("@width.slip('a', 'b')\nclass wrong:\n    pass", 0, "width, slip a: a function has to be"),
    ("width.slip('a', 'b', 'W', '?')\nwidth.slip('a', 'c', 'F', '?')", 1,
     "width has two slips called a"),
    ("Group('empty', [])", 0, "the group 'empty' has no cases"),
    ("Group('free', [(1,)], worth=0)", 0,
     "the group 'free' must be worth a whole number of shares, not 0"),
    ("Group('half', [(1,)], worth=0.5)", 0, "the group 'half' must be worth a whole number"),
    (ASKS.replace("Group('g', [(4,)])", "") + F, 0, "f has no groups of hidden cases"),
    (ASKS.replace("(4,)", "4") + F, 0,
     "f: an input is a tuple of arguments; for one argument write (4,)"),
    (ASKS.replace("groups", "probes=[7], groups") + F, 0, "f: an input is a tuple of arguments"),
    (ASKS.replace("{}", "{5: 5}") + F, 0, "f: an input is a tuple of arguments"),
    (ASKS.replace("(4,)", "(3j,)") + F, 0,
     "f(3j) cannot be asked: it holds an object of type complex"),
    (ASKS.replace("{}", "{(1,): {2}}") + F, 0,
     "f(1): an expected answer must be plain data, not an object of type set"),
    (C.replace("'a'", "{'a': 'matrix'}"), 0,
     "c: a part is one of whole, number, array, list, text, not matrix"),
    (C.replace("'a'", "''"), 0, "c: an answer has 1 to 10 parts, not 0"),
    (C + "c.slip('s', '', '1 +', '?')", 3, "c, slip s: invalid syntax: return 1 +"),
    (C + "c.slip('s', '', '1', '?', matches='a >')", 3, "c, slip s: invalid syntax: a >"),
    (T + "t.faulty('x', slip='nope')", 3, "t: width has no slip called nope"),
    (T + "t.faulty('x', edit('nope', ''))", 3, "t, x: the text 'nope' stands nowhere"),
    (T + "t.sound('x', 'width(W')", 3, "t, x: '(' was never closed"),
    (T + "t.faulty('x', 'W', shown=True)", 3,
     "t, x: what is shown must be an expression around width, or it would give an answer away"),
    (T + "t.faulty('x', edit('+ 1', ''), shown=True)", 3, "t, x: what is shown must be an express"),
    (F + T + "t.faulty('x', 'f(width(W, F))', shown=True)", 5,
     "t, x: what is shown must not use f, which would be published too"),
    (ASKS + F + T + "t.faulty('x', 'f(width(W, F))', shown=True)", 6,
     "t, x: what is shown must not use f, which would be published too"),
    (T.replace("of=width", "of=lambda n: n"), 0, "a function has to be written with def"),
    ("1 / 0", 0, "ZeroDivisionError: division by zero"),
    ("def f(:", 0, "invalid syntax"),
    ("import no_such_module", 0, "ModuleNotFoundError: No module named 'no_such_module'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "line", "says"), MISTAKES, ids=[text[:60] for text, *_ in MISTAKES]
)
def test_a_mistake_is_a_sentence_with_its_place(more, line, says):
    with pytest.raises(BadExercise) as error:
        load(KIT + more, "02-width/exercises.py")
    text = str(error.value)
    assert text.startswith(f"02-width/exercises.py, line {LINE + line}: {says}")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("object()", "an object of type object"),
        ("{}[W]", "KeyError: 5"),
        ("width(W)", "TypeError: width() missing 1 required positional argument: 'F'"),
    ],
)
def test_a_reference_without_an_answer_is_found_when_it_is_asked(reference, says):
    unit = load(KIT.replace("return W - F + 1\n", f"return {reference}\n"))
    with pytest.raises(BadExercise) as error:
        unit.public()
    assert str(error.value) == (
        f"exercises.py, line 4: width(5, 3): the reference answers {says}, which no answer can equal"
    )
