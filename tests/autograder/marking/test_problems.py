"""What can be wrong with an exercise: each defect is found, in a sentence that names its line."""

import re
import time

import numpy as np
import pytest

from autograder.marking.problems import file_problems, problems_of
from exercises.comparison import alike
from exercises.handed_in import handed_in
from exercises.public import answers_of
from exercises.unit import load

pytestmark = pytest.mark.slow

UNIT = """
from exercises.authoring import Group, claim, edit, exercise, tests


@exercise(
    points=3,
    returns="W - F + 1; raises ValueError for a filter that does not fit",
    examples={(7, 3): 5, (3, 5): ValueError},
    probes=[(9, 4), (20, 3), (8, 8)],
    groups=[Group("small", [(5, 3), (6, 3)]), Group("just fits, or not", [(4, 4), (4, 5)])],
)
def width(W, F):
    if F > W:
        raise ValueError("does not fit")
    return W - F + 1


width.slip("M02", "one too few", "W - F", "Count the posts.")
width.slip("M08", "the filter is ignored", "W", "How wide is F?")


@claim("Two numbers have an odd sum.", points=1, returns="two numbers", gives="a, b",
       requirements=[("an even sum", "(a + b) % 2 == 0")])
def even_sum():
    return 1, 3


even_sum.slip("odd", "odd", "1, 2", "Even?", matches="(a + b) % 2")


@tests(of=width, points=2, returns="True for a right width")
def is_width(width):
    try:
        width(3, 5)
    except ValueError:
        return width(9, 4) == 6
    return False


is_width.sound("counts left edges", edit("W - F + 1", "len(range(W - F + 1))"))
is_width.faulty("counts gaps", slip="M02")
is_width.faulty("is twice as large", "2 * width(W, F)", "Look at a number.", shown=True)
"""
END = UNIT.count("\n") + 1


def line(start):
    """``exercises.py, line 7``, for the first line of the unit that begins like this."""
    number = next(n for n, text in enumerate(UNIT.splitlines(), 1) if text.startswith(start))
    return f"exercises.py, line {number}"


EXERCISE, CLAIM, TESTS = line("@exercise"), line("@claim"), line("@tests")
M02, ODD = line('width.slip("M02"'), line("even_sum.slip")


def problems(*changes, more=""):
    """What is wrong with each exercise after changes of the text, and with ``more`` at its end."""
    text = UNIT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    unit = load(text + more)
    return [says for exercise in unit.exercises.values() for says in problems_of(exercise)]


def test_a_good_unit_has_no_problems():
    assert problems() == []


# text that is changed, what it becomes, and all that is said
DEFECTS = {
    "an example that the reference answers otherwise": (
        "(7, 3): 5,", "(7, 3): 4,",
        [f"{EXERCISE}: width(7, 3): the example says 4, the reference 5"],
    ),
    "an example with another error": (
        "(3, 5): ValueError", "(3, 5): KeyError",
        [f"{EXERCISE}: width(3, 5): the example says KeyError, the reference "
         "ValueError"],
    ),
    "no example": (
        "{(7, 3): 5, (3, 5): ValueError}", "{}",
        [f"{EXERCISE}: width has no example"],
    ),
    "a probe among the hidden cases": (
        "(8, 8)]", "(8, 8), (6, 3)]",
        [f"{EXERCISE}: the probe width(6, 3) is also a hidden case of 'small'; "
         "take another one"],
    ),
    "a group of examples": (
        '[(5, 3), (6, 3)]', '[(7, 3), (3, 5)]',
        [f"{EXERCISE}: width: every case of 'small' is an example"],
    ),
    "a constant that earns": (
        '[(5, 3), (6, 3)]', '[(5, 3), (7, 5)]',
        [f"{EXERCISE}: width: always answering 3 earns 1/2 of the points"],
    ),
    "an error that earns": (
        '[(5, 3), (6, 3)]', '[(5, 6), (6, 7)]',
        [f"{EXERCISE}: width: always answering ValueError: does not fit earns "
         "1/2 of the points"],
    ),
    "a slip that loses nothing": (
        '"W - F", "Count', 'edit("F + 1", "F + (W != 9)"), "Count',
        [f"{M02}: width: the slip M02 (one too few) loses nothing"],
    ),
    "a claim's counterexample that is none": (
        "return 1, 3", "return 1, 4",
        [f"{CLAIM}: even_sum: the reference does not meet: an even sum",
         f"{ODD}: even_sum: a slip matches the right answer"],
    ),
    "a claim's requirement that cannot be computed": (
        '"(a + b) % 2 == 0"', '"(a + c) % 2 == 0"',
        [f"{CLAIM}: even_sum: the reference does not meet: an even sum",
         f"{CLAIM}: even_sum: (a + c) % 2 == 0: NameError: name 'c' is not "
         "defined"],
    ),
    "a claim's slip that is right": (
        'even_sum.slip("odd", "odd", "1, 2", "Even?", matches="(a + b) % 2")',
        'even_sum.slip("odd", "odd", "2, 2", "Even?", matches="a == b")',
        [f"{ODD}: even_sum: the slip odd is a counterexample"],
    ),
    "a claim's slip that is not recognised": (
        'matches="(a + b) % 2")', 'matches="a == b")',
        [f"{ODD}: even_sum: the slip odd is recognised as none, or more than one"],
    ),
    "a claim's slip that takes the right answer for itself": (
        'matches="(a + b) % 2")', 'matches="a == 1")',
        [f"{ODD}: even_sum: a slip matches the right answer"],
    ),
    "a test that rejects what is sound": (
        "== 6", "== 7",
        [f"{TESTS}: is_width: the reference fails at: accepts one that is the "
         "one that everybody writes"],
    ),
    "a test that lets a faulty one through": (
        "return width(9, 4) == 6", "return width(9, 4) in (6, 12)",
        [f"{TESTS}: is_width: the reference fails at: rejects one that is twice as large"],
    ),
    "a test with one sound implementation": (
        'is_width.sound("counts left edges", edit("W - F + 1", "len(range(W - F + 1))"))', "",
        [f"{TESTS}: is_width needs sound and faulty implementations"],
    ),
    "a test that shows no faulty one": (
        ', shown=True)', ")",
        [f"{TESTS}: is_width shows no faulty one: its check could not fail"],
    ),
    "a faulty one without a hint": (
        '"Look at a number.", ', "",
        [f"exercises.py, line {END - 1}: is_width: no hint for who accepts one that is twice as "
         "large"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_said_with_its_line_and_nothing_else_is(old, new, said):
    found = problems((old, new))
    assert [says for says in found if ": with '" not in says] == said


def test_two_slips_of_a_claim_that_recognise_the_same_answer_are_found():
    found = problems(more="even_sum.slip('three', 'three', '3, 4', '?', matches='a == 3')\n")
    assert found == [
        f"exercises.py, line {END}: even_sum: the slip three is recognised as none, or more than one"
    ]


COUNTING = [
    ("from exercises", "calls = []\nfrom exercises"),
    ('is_width.sound("counts left edges", edit("W - F + 1", "len(range(W - F + 1))"))', ""),
]


def test_a_reference_that_changes_its_mind_is_found():
    found = problems(
        *COUNTING,
        ("    return W - F + 1\n", "    calls.append(1)\n    return len(calls)\n"),
    )
    says = "exercises.py, line 6: width: the reference answers differently each time: small"
    assert any(one.startswith(says) for one in found), found


def test_a_reference_that_is_remarked_on_is_found():
    """The first time it is asked it gives an int, later floats: only a remark tells."""
    found = problems(
        *COUNTING,
        (
            "    return W - F + 1\n",
            "    calls.append((W, F))\n    size = W - F + 1\n"
            "    return float(size) if calls.count((W, F)) > 1 else size\n",
        ),
    )
    says = "exercises.py, line 6: width: the reference is remarked on: The value is right, but"
    assert any(one.startswith(says) for one in found), found


def test_floats_that_are_expected_are_not_remarked_on():
    found = problems(*COUNTING[1:], ("return W - F + 1\n", "return (W - F + 1) * 1.0\n"))
    assert not [one for one in found if "remarked" in one]


# ------------------------------------------- small changes of the reference that nobody sees


def test_a_change_that_passes_the_check_and_loses_points_is_found():
    """No public input has a filter that does not fit: whoever forgets the check is told too late."""
    found = problems(("(7, 3): 5, (3, 5): ValueError", "(7, 3): 5"))
    assert (
        f"{EXERCISE}: width: with 'if W > W:' the reference passes the check and loses points; "
        in ("\n".join(found))
    )
    for says in found:
        W, F = proposal(says)
        assert F > W, "what is proposed is an input at which it shows"


def test_a_change_that_earns_everything_is_found():
    found = problems(("[(5, 3), (6, 3)]", "[(5, 4), (6, 5)]"), ("(4, 4), (4, 5)", "(7, 6), (4, 5)"))
    text = "\n".join(found)
    assert f"{EXERCISE}: width: with 'return 1 + 1' the reference earns everything; " in text or (
        f"{EXERCISE}: width: always answering 2 earns 1/2 of the points" in text
    )


# ------------------------------------------------------------------- a probe, found by search


def proposal(says):
    """The probe that a sentence proposes, as a tuple."""
    return eval(re.search(r"; (\(.*\)) would do$", says)[1], {"array": np.array})


NEW = f"exercises.py, line {END}: width: no example or probe "


def with_slip(change, probe=""):
    text = UNIT.replace("(8, 8)]", f"(8, 8){probe}]")
    return load(text + f"width.slip('new', 'says', {change}, 'hint?')\n").exercises["width"]


@pytest.mark.parametrize(
    "change",
    [
        "edit('F + 1', 'F + (W != 13)')",
        "edit('F + 1', 'F + (F != 1)')",
        "edit('F + 1', 'F + (W - F != 7)')",
        "edit('F > W', 'F > W and W != 5')",
        "edit('F > W', 'F > W or F > 9')",
    ],
)
def test_a_slip_that_nothing_shows_gets_a_probe_that_shows_it(change):
    width = with_slip(change)
    (shown,) = [says for says in problems_of(width) if "no example or probe" in says]
    assert shown.startswith(NEW + "shows that new is wrong; ")
    probe = proposal(shown)
    assert not alike(answers_of(width, [probe]), answers_of(width.wrong("new"), [probe]))
    assert probe not in [case for group in width.groups for case in group.cases]
    cured = problems_of(with_slip(change, f", {probe}"))
    assert not [says for says in cured if "no example or probe" in says]


@pytest.mark.parametrize(
    "change", ["'W - F if W != 12 else 0'", "'W - F + (F == 2)'", "'W - F - (W - F == 1)'"]
)
def test_two_slips_that_nothing_tells_apart_get_a_probe_that_does(change):
    width = with_slip(change)
    other, shown = problems_of(width)
    assert other.startswith(f"{M02}: width: no example or probe tells M02 from new; ")
    assert shown.startswith(NEW + "tells new from M02; ")
    for probe in (proposal(shown), proposal(other)):
        asked = [answers_of(width.wrong(id), [probe]) for id in ("M02", "new")]
        assert not alike(*asked)
        assert problems_of(with_slip(change, f", {probe}")) == []


def test_where_no_probe_is_found_it_says_so():
    nothing = "; 4,000 inputs were tried and none did: are they the same?"
    assert problems_of(with_slip("'W + 0 - F'")) == [
        f"{M02}: width: no example or probe tells M02 from new{nothing}",
        f"{NEW}tells new from M02{nothing}",
    ]
    same = problems_of(with_slip("edit('F > W', 'W < F')"))
    assert same == [f"{NEW}shows that new is wrong{nothing}"]


def test_the_same_search_finds_the_same_probe():
    first, second = (problems_of(with_slip("'W - F if W != 12 else 0'")) for _ in range(2))
    assert first == second


STRIDES = """
from exercises.authoring import Group, edit, exercise


@exercise(points=1, returns="left edges", examples={(7, 3, 2): [0, 2, 4]}, probes=[(9, 4, 1)],
          groups=[Group("all", [(5, 3, 1), (6, 3, 2)])])
def edges(W, F, S):
    found, left = [], 0
    while left + F <= W:
        found.append(left)
        left += S
    return found


edges.slip("a", "leaves out the last", edit("return found", "return found[:-1]"), "?")
edges.slip("b", "leaves out the last of many",
           edit("return found", "return found[:-1] if len(found) < 7 else found"), "?")
"""


def test_a_search_asks_nothing_that_a_reference_never_ends_at():
    """With a stride of 0 this one runs for ever: no number is smaller than the known ones."""
    began = time.process_time()
    found = problems_of(load(STRIDES).exercises["edges"])
    assert time.process_time() - began < 30, "one without an end is told by its lines, not its time"
    assert len(found) == 2 and all(proposal(says)[2] >= 1 for says in found)


ARRAYS = """
import numpy as np
from exercises.authoring import Group, exercise

image = np.arange(6.0).reshape(2, 3)


@exercise(points=1, returns="the sum", examples=[((image, "all"), 15.0)], probes=[(image + 1, "all")],
          groups=[Group("all", [(image * 2, "all"), (image * 3, "all")])])
def total(image, what):
    return image.sum()


total.slip("a", "the corners", "image[0, 0] + image[1, 2] + 10", "?")
total.slip("b", "corners", "image[0, 0] + image[1, 2] + 9 + (image[0, 1] < 9)", "?")
"""


def test_a_search_changes_the_numbers_of_an_array_too():
    total = load(ARRAYS).exercises["total"]
    for says in problems_of(total):
        probe = proposal(says)
        asked = [answers_of(total.wrong(id), [probe]) for id in "ab"]
        assert not alike(*asked)
    assert len(problems_of(total)) == 2


# ------------------------------------------------------------------------- files to hand in


def weights(samples):
    @handed_in("w.bin", points=4, groups={"there": 1, "long": 3}, samples=samples)
    def weights(data):
        return {"there": data is not None, "long": len(data) > 50}

    return weights


def test_samples_test_how_a_file_is_judged():
    right, short = (lambda: b"x" * 100), (lambda: b"x")
    assert file_problems(weights({"right": right, "short": short})) == []
    assert file_problems(weights({"short": short})) == ["weights: no sample is called 'right'"]
    assert file_problems(weights({"right": short})) == ["weights: the file 'right' earns 1/4"]
    assert file_problems(weights({"right": right, "short": right})) == [
        "weights: the file 'short' earns 1"
    ]
