"""What a check says, as text and as HTML, and how it ends in a real notebook."""

import builtins
import inspect as python_inspect
import os
import sys
import textwrap
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from course.check import NotYet, Report, Row, call, checker, inspect, show_any
from course.exercise import Claim, Example, Exercise, Requirement


def exercises():
    """``half(n)`` with two slips that differ at the probes, and a claim."""
    half = Exercise(
        "half",
        "half(n)",
        "n // 2, for n >= 0",
        examples=(Example((4,), 2), Example((5,), 2), Example((-1,), ValueError)),
        probes=((7,), (10,), (-3,)),
    )

    @half.slip("up", "rounds up", hint="What is half of <5>?", more="Round down & not up.")
    def _(n):
        if n < 0:
            raise ValueError
        return (n + 1) // 2

    @half.slip("same", "does not halve", hint="Half?")
    def _(n):
        return n

    odd_sum = Claim(
        "odd_sum",
        "odd_sum()",
        "two numbers",
        claim="The sum of two odd numbers is odd.",
        requirements=(
            Requirement("two numbers", lambda answer: len(answer) == 2),
            Requirement("both are odd", lambda answer: all(n % 2 for n in answer)),
            Requirement("their sum is even", lambda answer: sum(answer) % 2 == 0),
        ),
    )

    @odd_sum.slip("even", "even", hint="Odd?", matches=lambda a: a[0] % 2 == a[1] % 2 == 0)
    def _():
        return 2, 4

    return half, odd_sum


HALF, ODD_SUM = exercises()


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
        (lambda n: n + 7, None),
        (lambda n: None, None),
        (lambda n: {}[n], None),
        (lambda: 5, None),
    ],
)
def test_a_hint_is_shown_exactly_when_one_slip_matches(function, slip):
    report = inspect(HALF, function)
    assert not report.passed
    assert (report.slip and report.slip.id) == slip
    assert ("Hint:" in str(report)) is (slip is not None)
    assert ("Hint:" in page(report).text) is (slip is not None)


def test_no_hint_is_shown_when_two_slips_match():
    half, _ = exercises()
    half.slip("twin", "the same", hint="twin")(lambda n: n)
    report = inspect(half, lambda n: n)
    assert not report.passed and report.slip is None and "Hint" not in str(report)


def test_no_hint_is_shown_with_a_right_answer():
    half, _ = exercises()
    half.slip("right", "no slip at all", hint="?")(right)
    assert inspect(half, right).slip is None


def test_what_came_is_said_in_words():
    for answer, words in [
        (None, "None (is a return missing?)"),
        ("two", "'two'"),
        (object(), "an object of type object"),
        (np.array([1, 2]), "[1, 2]"),
        ((1, 2), "[1, 2]"),
    ]:
        report = inspect(HALF, lambda n, answer=answer: answer)
        assert f"should be 2; yours: {words}" in str(report)
        assert words in page(report).texts
    report = inspect(HALF, lambda n: 1 / 0)
    assert "should be 2; yours: raises ZeroDivisionError: division by zero" in str(report)


def test_an_expected_error_is_named():
    line = str(inspect(HALF, lambda n: n // 2)).splitlines()[-1]
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
    for exercise in (HALF, ODD_SUM):
        report = inspect(exercise, lambda *_: unwritten(1))
        assert not report.passed and not report.rows and report.slip is None
        assert str(report) == (
            f"✗ {exercise.name}: nothing written yet. Replace `raise NotImplementedError()`."
        )


def test_half_written_is_not_unwritten():
    def half_written(n):
        return unwritten(n) if n < 0 else n // 2

    assert "1 of 3 examples disagree" in str(inspect(HALF, half_written))


def test_a_call_is_shown_as_it_is_typed():
    assert call("half", (7,)) == "half(7)"
    assert call("f", (7, 3.5, "same", None, True)) == "f(7, 3.5, 'same', None, True)"
    assert call("f", ([[1, 2], [3, 4]], (5, 6))) == "f([[1, 2], [3, 4]], [5, 6])"
    assert len(call("f", ("x" * 500,))) < 80


# -------------------------------------------------------------------------------- claims


def test_a_counterexample():
    report = inspect(ODD_SUM, lambda: (1, 3))
    assert report.passed
    assert str(report) == "✓ odd_sum: [1, 3] is a counterexample."


def test_a_counterexample_that_is_none():
    report = inspect(ODD_SUM, lambda: (2, 4))
    assert str(report).splitlines() == [
        "✗ odd_sum: not a counterexample yet.",
        "  ✓ two numbers",
        "  ✗ both are odd  (yours: [2, 4])",
        "  Hint: Odd?",
    ]
    seen = page(report)
    assert "both are odd" in seen.texts and "yours: [2, 4]" in seen.texts
    assert "their sum is even" not in seen.text, "what was not looked at is not judged"


@pytest.mark.parametrize(
    "answer", [(1, 2), None, 5, "<b>", {"W": 1}, object(), (), np.zeros((2, 2))], ids=str
)
def test_other_answers_to_a_claim_get_no_hint(answer):
    report = inspect(ODD_SUM, lambda: answer)
    assert not report.passed and report.slip is None
    page(report)


def test_a_claim_that_raises():
    report = inspect(ODD_SUM, lambda: 1 / 0)
    assert "✗ two numbers  (yours: raises ZeroDivisionError: division by zero)" in str(report)


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
    half, _ = exercises()
    slip = half.slip("x", HOSTILE, hint=HOSTILE, more=HOSTILE)
    slip(lambda n: n)
    for wanted in ("", HOSTILE):
        rows = (Row(HOSTILE, False, HOSTILE, wanted), Row(HOSTILE, True, "", wanted))
        report = Report(HOSTILE, HOSTILE, False, rows, half.slips[-1], HOSTILE)
        assert not {"script", "img"} & set(page(report).elements)


# --------------------------------------------------------------------------------- check


def named(function, name="half"):
    def wrapper(*args):
        return function(*args)

    wrapper.__name__ = name
    return wrapper


def test_a_passing_check_prints_and_returns_nothing(capsys):
    assert checker([HALF])(named(right)) is None
    assert capsys.readouterr().out == f"{inspect(HALF, right)}\n"


def test_a_failing_check_prints_and_then_raises(capsys):
    with pytest.raises(AssertionError) as error:
        checker([HALF, ODD_SUM])(named(up))
    assert type(error.value) is NotYet
    assert str(error.value) == "half: 1 of 3 examples disagree."
    assert "Hint: What is half of <5>?" in capsys.readouterr().out


def test_a_check_finds_the_exercise_by_name(capsys):
    check = checker([HALF, ODD_SUM])
    check(named(lambda: (1, 3), "odd_sum"))
    assert "[1, 3] is a counterexample" in capsys.readouterr().out


def test_not_yet_draws_itself_in_one_line():
    assert NotYet("half: no.")._render_traceback_() == ["NotYet: half: no."]


def test_a_called_function_is_told_what_to_do():
    with pytest.raises(TypeError) as error:
        checker([HALF])(right(7))
    assert "without brackets: check(half)" in str(error.value)
    assert "It was given 3." in str(error.value)
    with pytest.raises(TypeError, match="without brackets"):
        checker([HALF])(None)


@pytest.mark.parametrize("function", [lambda n: n // 2, right, print, int])
def test_another_name_is_told_what_to_do(function):
    with pytest.raises(TypeError) as error:
        checker([HALF, ODD_SUM])(function)
    assert repr(function.__name__) in str(error.value)
    assert "Keep the name that the exercise gives: half, odd_sum." in str(error.value)


def test_any_value_can_be_shown():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    assert show_any(Mute()) == "an object of type Mute"
    assert show_any("x" * 100) == "'" + "x" * 58 + "…"


def test_without_ipython_a_check_prints(monkeypatch, capsys):
    original = builtins.__import__

    def no_ipython(name, *args, **kwargs):
        if name.partition(".")[0] == "IPython":
            raise ImportError(name)
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_ipython)
    checker([HALF])(named(right))
    assert "all 3 examples agree" in capsys.readouterr().out


# ---------------------------------------------------------------------- in a real notebook


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook's cells after being run in a kernel: the set-up, then a check in each."""
    source = textwrap.dedent(python_inspect.getsource(exercises))
    setup = (
        "from course.check import checker\n"
        "from course.exercise import Claim, Example, Exercise, Requirement\n\n"
        f"{source}\ncheck = checker(exercises())"
    )
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
    folder = tmp_path_factory.mktemp("kernel")
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
