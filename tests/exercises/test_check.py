"""What a check says, as text and as HTML, and how it ends in a real notebook."""

import builtins
import functools
import json
import os
import re
import signal
import sys
import time
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from exercises.answers import answer_of
from exercises.calls import observe_all
from exercises.check import NotYet, accepts, checker, inspect
from exercises.public import Slip, read
from exercises.report import Report, Row, show_any
from exercises.unit import load

UNIT = """
from exercises.authoring import Group, claim, edit, exercise, tests


@exercise(
    points=1,
    returns="n // 2, for n >= 0",
    examples={(4,): 2, (5,): 2, (-1,): ValueError},
    probes=[(7,), (10,), (-3,)],
    groups=[Group("all", [(1,), (2,), (-2,)])],
)
def half(n):
    if n < 0:
        raise ValueError
    return n // 2


half.slip("up", "rounds up", edit("n // 2", "(n + 1) // 2"),
          "What is half of <5>?", "Round down & not up.")
half.slip("same", "does not halve", "n", "Half?")


@claim(
    "The sum of two odd numbers is odd.",
    points=1,
    returns="two odd numbers with an even sum",
    gives="a, b",
    requirements=[("both are odd", "a % 2 and b % 2"), ("their sum is even", "(a + b) % 2 == 0")],
)
def odd_sum():
    return 1, 3


odd_sum.slip("even", "even", "2, 4", "Odd?", matches="a % 2 == b % 2 == 0")


@tests(of=half, points=1, returns="True for a half, False for any other")
def is_half(half):
    return half(4) == 2 and half(7) == 3


is_half.faulty("rounds up", slip="up")
is_half.faulty("is one too large", "half(n) + 1", "Ask for a number.", "Any will do.", shown=True)
is_half.faulty("never changes its mind", "0 * half(n) + 2", "Ask twice.", shown=True)


def double(n):
    return 2 * n


@tests(of=double, points=1, returns="True for a double, False for any other")
def is_double(double):
    return double(3) == 6


is_double.faulty("squares", edit("2 * n", "n * n"), "2 + 2 is 2 × 2.", "Take 3.", shown=True)
"""
PUBLIC = load(UNIT).public()
KNOWN = read(PUBLIC)
HALF, ODD_SUM, IS_HALF, IS_DOUBLE = KNOWN.values()


@pytest.fixture(scope="session")
def check(tmp_path_factory):
    """The check of this unit, as a notebook imports it."""
    file = tmp_path_factory.mktemp("unit") / "exercises.json"
    file.write_text(PUBLIC, encoding="utf-8")
    return checker(file)


def right(n):
    if n < 0:
        raise ValueError("n must not be negative")
    return n // 2


def up(n):
    if n < 0:
        raise ValueError("no")
    return -(-n // 2)


def unwritten(n):
    raise NotImplementedError()


class Page(HTMLParser):
    """Reads HTML strictly: every element is closed, in order."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.texts, self.attributes = [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "\n".join(self.texts)


def page(report):
    bundle = report._repr_mimebundle_()
    assert bundle["text/plain"] == str(report)
    return Page(bundle["text/html"])


# ----------------------------------------------------------------------------- functions


def test_a_right_function():
    report = inspect(HALF, right)
    assert report.passed and report.slip is None
    assert str(report) == "✓ half: all 3 examples agree. The grader tries others too."
    seen = page(report)
    assert "all 3 examples agree" in seen.text
    assert "table" not in seen.elements


def test_a_slip_is_shown_with_its_hint():
    report = inspect(HALF, up)
    assert not report.passed
    assert str(report).splitlines() == [
        "✗ half: 1 of 3 examples disagree.",
        "  ✓ half(4)",
        "  ✗ half(5)  should be 2; yours: 3",
        "  ✓ half(-1)",
        "  Hint: What is half of <5>?",
        "  More: Round down & not up.",
    ]
    seen = page(report)
    for words in ("half(5)", "2", "3", "What is half of <5>?", "Round down & not up."):
        assert words in seen.texts, "the page says what the text says"
    assert seen.elements.count("tr") == 4
    assert "details" in seen.elements, "more is folded away"
    assert ("role", "status") in seen.attributes, "a screen reader reads it out"


def test_right_and_wrong_are_not_told_by_colour_alone():
    seen = page(inspect(HALF, up))
    labels = [value for name, value in seen.attributes if name == "aria-label"]
    assert labels == ["right", "wrong", "right"]
    assert seen.texts.count("✓") == 2 and seen.texts.count("✗") == 1


@pytest.mark.parametrize(
    ("function", "slip"),
    [
        (up, "up"),
        (lambda n: n, "same"),
        (lambda n: 3 if n == 10 else right(n) + 7 * (n % 2), None),
        (lambda n: None, ""),
        (lambda n: {}[n], ""),
        (lambda: 5, ""),
    ],
)
def test_a_hint_is_shown_exactly_when_something_is_known(function, slip):
    """Of a slip its own; of what is wrong in another way words without an id."""
    report = inspect(HALF, function)
    assert not report.passed
    assert (report.slip.id if report.slip else None) == slip
    assert ("Hint:" in str(report)) is (slip is not None)
    assert ("Hint:" in page(report).text) is (slip is not None)


def test_no_hint_is_shown_with_a_right_answer():
    same = 'half.slip("right", "no slip at all", edit("n < 0", "0 > n"), "?")\n'
    half = read(load(UNIT + same).public())["half"]
    assert inspect(half, right).slip is None


def test_what_came_is_said_in_words():
    for answer, words in [
        (None, "None (is a return missing?)"),
        ("two", "'two', a text"),
        (object(), "an object of type object"),
        (np.array([1, 2]), "[1, 2]"),
        ((1, 2), "[1, 2]"),
    ]:
        report = inspect(HALF, lambda n, answer=answer: answer)
        assert f"should be 2; yours: {words}" in str(report)
        assert words in page(report).texts
    report = inspect(HALF, lambda n: 1 / 0)
    assert "should be 2; yours: raises ZeroDivisionError" in str(report)


def test_an_expected_error_is_named():
    line = str(inspect(HALF, lambda n: n // 2)).splitlines()[3]
    assert "half(-1)" in line and "a ValueError" in line and "yours: -1" in line


def test_a_float_in_place_of_a_size_passes_with_a_note():
    def floats(n):
        return right(n) * 1.0

    report = inspect(HALF, floats)
    assert report.passed
    assert str(report).splitlines()[1].startswith("  Note: The value is right")
    assert "it is a float" in page(report).text
    assert "Note" not in str(inspect(HALF, lambda n: np.int64(right(n))))


def test_nothing_written_yet():
    for exercise in (HALF, ODD_SUM, IS_DOUBLE):
        report = inspect(exercise, lambda *_: unwritten(1))
        assert not report.passed and not report.rows and report.slip is None
        assert str(report) == (
            f"✗ {exercise.name}: nothing written yet. Replace `raise NotImplementedError()`."
        )


def test_half_written_is_not_unwritten():
    def half_written(n):
        return unwritten(n) if n < 0 else n // 2

    assert "1 of 3 examples disagree" in str(inspect(HALF, half_written))


# -------------------------------------------------------------------------------- claims


def test_a_counterexample():
    report = inspect(ODD_SUM, lambda: (1, 3))
    assert report.passed
    assert str(report) == "✓ odd_sum: [1, 3] is a counterexample."


def test_a_counterexample_that_is_none():
    report = inspect(ODD_SUM, lambda: (2, 4))
    assert str(report).splitlines() == [
        "✗ odd_sum: not a counterexample yet.",
        "  ✓ two whole numbers a, b",
        "  ✗ both are odd  (yours: [2, 4])",
        "  Hint: Odd?",
    ]
    seen = page(report)
    assert "both are odd" in seen.texts and "yours: [2, 4]" in seen.texts
    assert "their sum is even" not in seen.text, "what was not looked at is not judged"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "returns nothing"),
        (5, "gives 1 part, not 2"),
        ("<b>", "gives 1 part, not 2"),
        ({"W": 1}, "gives a dictionary"),
        (object(), "gives an object of type object"),
        ((), "gives 0 parts, not 2"),
        (np.zeros((2, 2)), "2 answers are given where one is asked"),
        ((1, [2]), "b is no whole number"),
        ((1, 2), None),
    ],
)
def test_other_answers_to_a_claim_are_told_what_they_are(answer, says):
    report = inspect(ODD_SUM, lambda: answer)
    assert not report.passed and (report.slip.says if report.slip else None) == says
    page(report)


def test_a_claim_that_raises():
    report = inspect(ODD_SUM, lambda: 1 / 0)
    assert "✗ two whole numbers a, b  (yours: raises ZeroDivisionError: division by zero)" in str(
        report
    )


# ------------------------------------------------------------------------------ escaping

HOSTILE = "</code></td></table><script>alert('&amp;')</script><img src=x onerror=\"alert(1)\">"


class Hostile:
    def __repr__(self):
        return HOSTILE


Hostile.__name__ = HOSTILE


def _raises(*_):
    raise type(HOSTILE, (Exception,), {})(HOSTILE)


@pytest.mark.parametrize("exercise", [HALF, ODD_SUM], ids=lambda exercise: exercise.name)
@pytest.mark.parametrize(
    "function",
    [
        lambda *_: HOSTILE,
        lambda *_: [HOSTILE],
        lambda *_: {HOSTILE: 1},
        lambda *_: Hostile(),
        _raises,
    ],
)
def test_what_a_student_wrote_is_never_markup(exercise, function):
    report = inspect(exercise, function)
    seen = page(report)
    assert not {"script", "img"} & set(seen.elements)
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert "<script>" in seen.text, "it is shown as it is"


def test_nothing_in_a_report_is_markup():
    slip = Slip("x", HOSTILE, HOSTILE, HOSTILE)
    for wanted in ("", HOSTILE):
        rows = (Row(HOSTILE, False, HOSTILE, wanted), Row(HOSTILE, True, "", wanted))
        report = Report(HOSTILE, HOSTILE, False, rows, slip, HOSTILE)
        assert not {"script", "img"} & set(page(report).elements)


# --------------------------------------------------------------------------------- tests


def passing(half):
    return half(4) == 2 and half(7) == 3


def using(name, function):
    """A test of the student's, in a notebook where ``name`` is the student's own function."""
    space = {name: function}
    exec(f"def is_{name}({name}):\n    return judge({name})", space)
    return lambda judge: space.update(judge=judge) or space[f"is_{name}"]


def test_a_test_is_tried_on_the_students_own_function():
    report = inspect(IS_HALF, using("half", right)(passing), KNOWN)
    assert report.passed
    assert str(report) == "✓ is_half: all 3 are judged rightly. The grader tries others too."


def test_a_test_that_misses_one_is_told_which_and_how_to_find_it():
    report = inspect(IS_HALF, using("half", right)(lambda half: half(4) == 2), KNOWN)
    assert str(report).splitlines() == [
        "✗ is_half: 1 of 3 implementations is misjudged.",
        "  ✓ one that is right",
        "  ✓ one that is one too large",
        "  ✗ one that never changes its mind  should be rejected; yours: accepted",
        "  Hint: Your test accepts one that never changes its mind: on whatever your test calls it "
        "with, it answers as a right one does. Ask twice.",
    ]
    assert "accepted" in page(report).texts


def test_a_test_that_rejects_what_is_right_is_told_so():
    report = inspect(IS_HALF, using("half", right)(lambda half: half(4) == 3), KNOWN)
    assert "✗ one that is right  should be accepted; yours: rejected" in str(report)


def test_a_test_that_changes_its_mind_is_told_so():
    count = iter(range(100))
    report = inspect(IS_HALF, using("half", right)(lambda half: next(count) % 2 == 0), KNOWN)
    assert not report.passed and "yours: once this, once that" in str(report)


def test_a_test_waits_until_the_students_own_function_is_right():
    says = "is_half: your test is tried on your own half"
    for own, more in ((up, ". Make check(half) pass first."), (None, ", and there is none yet.")):
        report = inspect(IS_HALF, using("half", own)(passing), KNOWN)
        assert not report.passed and str(report) == f"✗ {says}{more}"


def test_a_function_of_the_course_needs_none_of_the_students():
    assert inspect(IS_DOUBLE, lambda double: double(3) == 6, KNOWN).passed
    report = inspect(IS_DOUBLE, lambda double: double(2) == 4, KNOWN)
    assert "✗ one that squares  should be rejected; yours: accepted" in str(report)
    assert "If not: 2 + 2 is 2 × 2." in str(report) and "  More: Take 3." in str(report)


def asserts(double):
    assert double(3) == 6


@pytest.mark.parametrize(
    ("judge", "verdict"),
    [
        (asserts, False),  # it has no return
        (lambda double: True, True),
        (lambda double: None, False),
        (lambda double: False, False),
        (lambda double: 1, False),
        (lambda double: "yes", False),
        (lambda double: np.True_, True),
        (lambda double: 1 / 0, False),
        (lambda double: unwritten(1), None),
    ],
)
def test_what_accepts_and_what_rejects(judge, verdict):
    assert accepts(answer_of(judge, (lambda n: 2 * n,))) is verdict


def test_an_assert_that_fails_rejects():
    def asserts_and_accepts(double):
        asserts(double)
        return True

    assert inspect(IS_DOUBLE, asserts_and_accepts, KNOWN).passed
    report = inspect(IS_DOUBLE, asserts, KNOWN)
    assert not report.passed and "your test gives None" in str(report)


def test_a_test_that_returns_an_array_is_judged_like_any_other():
    report = inspect(IS_DOUBLE, lambda double: np.array([double(3) == 6, True]), KNOWN)
    assert not report.passed and "implementations" in report.headline
    assert "broke" not in str(report) and report.slip is not None


@pytest.mark.parametrize(
    ("judge", "says"),
    [
        (lambda half: False, "rejects a right half, and never calls it"),
        (lambda half: True, "without a call of it"),
        (lambda half: half(4) == 3, "The last that it asks is half(4), and that one answers 2"),
        (lambda half: half() == 3, "your test ends in TypeError"),
        (lambda half: (half(4), half(7)) != (2, 3), "What does True mean, and what False?"),
        (lambda half: half(5) is not None, "this one answers 3, and a right one 2"),
    ],
)
def test_what_a_test_did_is_told(judge, says):
    """What is said of a test was seen: its calls are watched."""
    report = inspect(IS_HALF, using("half", right)(judge), KNOWN)
    assert says in report.slip.hint


@pytest.mark.timeout(60)
def test_a_test_that_does_not_end_is_told_so(monkeypatch):
    monkeypatch.setattr("exercises.calls.SECONDS", 0.2)

    def endless(double):
        while double(3):
            pass

    report = inspect(IS_DOUBLE, endless, KNOWN)
    assert not report.passed
    assert "your test of one that is right did not end within" in report.headline


# ------------------------------------------------------------------------------ what is printed


def test_what_a_function_prints_is_folded_away(check, capsys):
    def talks(n):
        print("n is", n, "<b>")
        return up(n)

    report = inspect(HALF, talks)
    assert report.printed.splitlines()[:2] == ["half(4)", "n is 4 <b>"]
    assert report.printed.count("n is") == len(HALF.examples)
    seen = page(report)
    assert "Your function printed" in seen.text and "n is 4 <b>" in seen.text
    with pytest.raises(NotYet):
        check(named(talks))
    assert capsys.readouterr().out.startswith("✗ half: 1 of 3 examples disagree.")
    check(named(right))


def test_what_a_test_prints_does_not_come_before_the_report(check, capsys):
    def is_double(double):
        print("double(3) is", double(3))
        return double(3) == 6

    check(is_double)
    out = capsys.readouterr().out
    assert out.startswith("✓ is_double") and "    double(3) is 6" in out


def adds_text(n):
    one = "1"
    return n + one


def refuses(n):
    raise RuntimeError("a message of its own")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (adds_text, "TypeError: unsupported operand type(s) for +: 'int' and 'str'"),
        (lambda: 1, "takes 0 positional arguments but 1 was given"),
        (refuses, "RuntimeError: a message of its own"),
    ],
)
def test_an_error_that_is_always_the_same_is_said_once(function, message):
    report = inspect(HALF, function)
    assert not any(row.passed for row in report.rows)
    assert str(report).count(message) == 1
    assert len({row.came.split()[1].strip(":,") for row in report.rows}) == 1, "all name its kind"


# ------------------------------------------------------------------------------ one way to write it


def test_one_way_to_write_it_is_shown_where_the_author_wants_it_and_the_check_passes():
    assert '"way"' not in PUBLIC
    text = UNIT.replace("points=1,", "points=1, shown=True,", 1)
    half = read(load(text).public())["half"]
    assert half.way.startswith("def half(n):") and "@exercise" not in half.way
    report = inspect(half, right)
    assert "One way to write it" in page(report).text
    assert str(report).endswith("        return n // 2")
    assert not inspect(half, up).way and "One way" not in str(inspect(half, up))


# ------------------------------------------------------------------------------ try after try


def test_a_hint_comes_again_with_something_new(check, capsys):
    said = []
    for _ in range(3):
        with pytest.raises(NotYet):
            check(named(up))
        said.append(capsys.readouterr().out)
    assert len(set(said)) == 3
    assert "Another input that comes out wrong" not in said[0]
    assert all("Another input that comes out wrong: half(" in text for text in said[1:])


def test_what_was_repaired_is_asked_once_more(check, capsys):
    with pytest.raises(NotYet):
        check(named(up))
    capsys.readouterr()
    check(named(right))
    text = capsys.readouterr().out
    asked = re.search(r"One more of that kind: what does half\((-?\d+)\) give\?", text)
    assert asked and up(int(asked[1])) != right(int(asked[1]))
    check(named(right))
    assert "One more" not in capsys.readouterr().out


# ------------------------------------------------------------------------------ time


def test_a_right_function_that_is_slow_passes_as_far_as_it_came(monkeypatch):
    hasty = functools.partial(observe_all, seconds=0.4)
    monkeypatch.setattr("exercises.check.observe_all", hasty)
    published = read(load(UNIT.replace("points=1", "points=1, others=100", 1)).public())["half"]
    assert len(published.all_inputs) > len(published.inputs)

    def slow(n):
        time.sleep(0.4 / (len(published.inputs) + 2))
        return right(n)

    report = inspect(published, slow)
    assert report.passed and "stopped trying further inputs" in report.remark


# --------------------------------------------------------------------------------- check


def named(function, name="half"):
    def wrapper(*args):
        return function(*args)

    wrapper.__name__ = name
    return wrapper


def test_a_passing_check_prints_and_returns_nothing(check, capsys):
    assert check(named(right)) is None
    assert capsys.readouterr().out == f"{inspect(HALF, right)}\n"


def test_a_failing_check_prints_and_then_raises(check, capsys):
    with pytest.raises(AssertionError) as error:
        check(named(up))
    assert type(error.value) is NotYet
    assert str(error.value) == "half: 1 of 3 examples disagree."
    assert "Hint: What is half of <5>?" in capsys.readouterr().out


def test_a_check_finds_the_exercise_by_name(check, capsys):
    check(named(lambda: (1, 3), "odd_sum"))
    assert "[1, 3] is a counterexample" in capsys.readouterr().out
    check(named(lambda double: double(3) == 6, "is_double"))
    assert "all 2 are judged rightly" in capsys.readouterr().out


def test_an_answer_is_found_by_its_variable_too(check, capsys):
    """A lambda, and what a decorator gives, have other names than what they answer."""
    for answer in (
        right.__get__(1).__func__,
        lambda n: right(n),
        functools.partial(right),
        functools.cache(right),
    ):
        names = {"check": check, "half": answer}
        exec("check(half)", names)
        assert capsys.readouterr().out.startswith("✓ half: ")


@pytest.mark.timeout(60)
def test_an_interrupted_check_is_one_line(check):
    def interrupted(n):
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a notebook
    try:
        with pytest.raises(KeyboardInterrupt) as error:
            check(named(interrupted))
    finally:
        signal.signal(signal.SIGINT, before)
    assert error.value._render_traceback_() == [
        "Interrupted: the check of half was stopped before its end. Nothing was judged."
    ]


def test_not_yet_draws_itself_in_one_line_and_where_a_person_sees_the_report_it_is_short(
    monkeypatch,
):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert NotYet("half: no.")._render_traceback_() == ["NotYet: half: no."]
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/unit.ipynb")
    assert NotYet("half: no.")._render_traceback_() == ["NotYet: see above."]


def test_a_called_function_is_told_what_to_do(check):
    with pytest.raises(TypeError) as error:
        check(right(7))
    assert "without brackets: check(half)" in str(error.value)
    assert "It was given 3." in str(error.value)
    with pytest.raises(TypeError, match="without brackets"):
        check(None)


@pytest.mark.parametrize("function", [lambda n: n // 2, right, print, int])
def test_another_name_is_told_what_to_do(check, function):
    with pytest.raises(TypeError) as error:
        check(function)
    assert repr(function.__name__) in str(error.value)
    assert "Keep the name that the exercise gives: half, odd_sum, is_half, is_double." in str(
        error.value
    )


def test_a_missing_file_is_told_where_and_what_to_fetch(tmp_path):
    check = checker(tmp_path / "exercises.json")  # it is read when it is first needed
    with pytest.raises(FileNotFoundError) as error:
        check(named(right))
    assert str(error.value) == (
        f"The unit's exercises are not here: exercises.json is missing in {tmp_path}. "
        "Fetch the unit again and put that file beside the notebook."
    )
    (tmp_path / "exercises.json").write_text(PUBLIC, encoding="utf-8")
    check(named(right))  # without starting the kernel anew


def test_a_file_of_another_version_is_told_so(tmp_path):
    entries = json.loads(PUBLIC)
    del entries[0]["examples"]
    (tmp_path / "exercises.json").write_text(json.dumps(entries), encoding="utf-8")
    check = checker(tmp_path / "exercises.json")
    with pytest.raises(ValueError, match="half was made by another version of this course: fetch"):
        check(named(right))
    check(named(lambda: (1, 3), "odd_sum"))  # the others are as they were


def test_an_empty_file_is_that_of_a_notebook_that_is_graded(tmp_path, capsys):
    (tmp_path / "exercises.json").write_text("")
    check = checker(tmp_path / "exercises.json")
    for function in (right, named(up), named(unwritten)):
        assert check(function) is None
    says = "not tried while it is graded. Now the grader asks."
    assert capsys.readouterr().out == f"right: {says}\nhalf: {says}\nhalf: {says}\n"


def test_a_course_folders_own_file_lies_beside_the_notebook(tmp_path, monkeypatch, capsys):
    """A unit of somebody's own needs no package: its notebook says ``checker("exercises.json")``."""
    (tmp_path / "exercises.json").write_text(PUBLIC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    check = checker("exercises.json")
    monkeypatch.chdir("/")  # a notebook may change its folder
    check(named(right))
    assert capsys.readouterr().out.startswith("✓ half")


def test_the_public_file_is_read_once(tmp_path, monkeypatch):
    file = tmp_path / "exercises.json"
    file.write_text(PUBLIC, encoding="utf-8")
    check, reads = checker(file), []
    monkeypatch.setattr(
        "exercises.public.json.loads", lambda text: reads.append(text) or REAL(text)
    )
    check(named(right))
    check(named(right))
    assert len(reads) == 1


REAL = json.loads


def test_any_value_can_be_shown():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    assert show_any(Mute()) == "an object of type Mute"
    assert show_any("x" * 100) == "'" + "x" * 58 + "…"


def test_without_ipython_a_check_prints(check, monkeypatch, capsys):
    original = builtins.__import__

    def no_ipython(name, *args, **kwargs):
        if name.partition(".")[0] == "IPython":
            raise ImportError(name)
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_ipython)
    check(named(right))
    assert "all 3 examples agree" in capsys.readouterr().out


# ---------------------------------------------------------------------- in a real notebook


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook's cells after being run in a kernel: the set-up, then a check in each."""
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "exercises.json").write_text(PUBLIC, encoding="utf-8")
    setup = 'from exercises.check import checker\n\ncheck = checker("exercises.json")'
    functions = {
        "right": "def half(n):\n    if n < 0:\n        raise ValueError\n    return n // 2",
        "slip": "def half(n):\n    if n < 0:\n        raise ValueError\n    return -(-n // 2)",
        "unwritten": "def half(n):\n    raise NotImplementedError()",
        "hostile": f"def half(n):\n    return {HOSTILE!r}",
        "deep": "def half(n):\n    return half(n)",
    }
    cells = [setup, *(f"{code}\n\n\ncheck(half)" for code in functions.values())]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    client = NotebookClient(
        nb, allow_errors=True, timeout=60, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=env)
    assert not nb.cells[0].outputs
    return {name: cell.outputs for name, cell in zip(functions, nb.cells[1:], strict=True)}


def test_a_passing_check_in_a_notebook(notebook):
    (shown,) = notebook["right"]
    assert shown.output_type == "display_data"
    assert shown.data["text/plain"] == str(inspect(HALF, right))
    assert shown.data["text/html"] == inspect(HALF, right)._html()


@pytest.mark.parametrize("name", ["slip", "unwritten", "hostile", "deep"])
def test_a_failing_check_in_a_notebook_shows_a_report_and_a_short_error(notebook, name):
    shown, error = notebook[name]
    assert shown.output_type == "display_data"
    assert set(shown.data) == {"text/plain", "text/html"}
    headline = shown.data["text/plain"].splitlines()[0].removeprefix("✗ ")
    assert error.output_type == "error"
    assert (error.ename, error.evalue) == ("NotYet", headline)
    assert error.traceback == [f"NotYet: {headline}"]


def test_the_hint_reaches_the_notebook(notebook):
    shown, _ = notebook["slip"]
    assert "Hint: What is half of <5>?" in shown.data["text/plain"]
    assert "What is half of &lt;5&gt;?" in shown.data["text/html"]
