"""From answers and outputs to points and words: what is said, and what is never said."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_notebook, new_output
from nbgrader.utils import compute_checksum

from autograder.errors import Flag, Problem
from autograder.execution.witnesses import Answers
from autograder.marking.marking import (
    Score,
    explain,
    mark_notebook,
    nothing_to_mark,
    number,
    record_of,
    score_of,
    verdict,
)
from autograder.marking.marks import mark
from autograder.submission.structure import Cell, Structure
from exercises.answers import Raised
from exercises.public import answers_of
from exercises.unit import load

# ------------------------------------------------------------------------------ a small unit

HOSTILE = "</li><script>alert(1)</script>&amp;"


# ``area(W, H)`` in groups worth 1, 2 and 1, with inputs that no text mentions by chance
UNIT = """
from exercises.authoring import Group, claim, edit, exercise


@exercise(
    points=4,
    returns="W * H",
    examples={(6131, 6133): 6131 * 6133},
    probes=[(6151, 6163), (6173, 6197)],
    groups=[
        Group("squares", [(4111, 4127), (4129, 4133)]),
        Group("rectangles", [(4139, 4153), (4157, 4159)], worth=2),
        Group("negative sides", [(-4177, 4201)]),
    ],
)
def area(W, H):
    if W < 0:
        raise ValueError("a side is negative")
    return W * H


area.slip("sum", "the sides are added", "W + H", "What is the area of 1 × 9?", "Multiply.")


@claim("There are no even numbers.", points=1, returns="an even number", gives="n",
       requirements=[("it is even", "n % 2 == 0")])
def pair():
    return 2


pair.slip("odd", "an odd number", "3", "Even?", matches="n % 2 == 1")
"""
WITH_FILE = (
    UNIT
    + """
from exercises.handed_in import Unusable, handed_in


@handed_in("weights.bin", points=2, groups={"there": 1, "long": 3}, samples={})
def test(data):
    if data is None:
        raise Unusable("there is no file weights.bin")
    return {"there": True, "long": len(data) > 1000 // len(data)}
"""
)


KEY = load(UNIT)
AREA = KEY.exercises["area"]
HIDDEN = {str(abs(n)) for case in AREA.questions for n in case} | {
    str(W * H) for W, H in AREA.questions
}


def known(grade_id, source="x", *, cell_type="code", points=0.0, **kind):
    flags = {"locked": False, "grade": False, "solution": False, "task": False, **kind}
    made = Cell(grade_id, cell_type, source, source, None, points=points, **flags)
    node = nbformat.from_dict(
        {"cell_type": cell_type, "source": source, "metadata": {"nbgrader": made.metadata()}}
    )
    return replace(made, checksum=compute_checksum(node))


STRUCTURE = Structure(
    "02-area",
    "unit",
    {"name": "python3"},
    (
        known("area-answer", "def area", solution=True),
        known("area", "check(area)", grade=True, locked=True, points=4.0),
        known("pair", "check(pair)", grade=True, locked=True, points=1.0),
        known("test", "assert area(2, 3) == 6", grade=True, locked=True, points=2.0),
        known("by-hand", "your code", grade=True, solution=True, points=3.0),
        known("why", "Because", cell_type="markdown", grade=True, solution=True, points=1.0),
        known("draw", "Draw.", cell_type="markdown", task=True, locked=True, points=1.0),
    ),
)


def notebook(**changed):
    """The unit's notebook, as after repair and execution; ``changed`` are sources or outputs."""
    cells = []
    for one in STRUCTURE.cells:
        data = {"cell_type": one.cell_type, "source": one.source, "id": one.grade_id}
        data["metadata"] = {"nbgrader": one.metadata()}
        if one.cell_type == "code":
            data |= {"outputs": [], "execution_count": None}
        change = changed.get(one.grade_id.replace("-", "_"))
        data |= {"source" if isinstance(change, str) else "outputs": change} if change else {}
        cells.append(nbformat.from_dict(data))
    nb = new_notebook()
    nb.cells = cells
    return nb


def marked(nb, key, answers, files=()):
    return mark_notebook(nb, STRUCTURE, key, answers, dict(files))


def answers(function, name="area"):
    return Answers(answers_of(function, KEY.exercises[name].questions))


def right(W, H):
    if W < 0:
        raise ValueError
    return W * H


def scored(function, points=4.0):
    judged = mark(AREA, answers(function).given)
    return Score("area", float(judged.credit) * points, points, judged)


ERROR = new_output("error", ename="AssertionError", evalue="", traceback=["AssertionError"])


# ----------------------------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("function", "earned"),
    [
        (right, 4.0),
        (lambda W, H: W * H, 3.0),
        (lambda W, H: right(W, H) if W != 4159 and H != 4159 else 0, 2.0),
        (lambda W, H: W + H, 0.0),
        (lambda W, H: None, 0.0),
    ],
)
def test_cells_with_a_key_are_marked_by_their_answers(function, earned):
    nb = notebook()
    marking = marked(nb, KEY, {"area": answers(function)})
    score = marking.scores["area"]
    assert (score.earned, score.points) == (earned, 4.0)
    (shown,) = next(c for c in nb.cells if c.source == "check(area)").outputs
    assert shown.metadata.autograder == {"verdict": True}
    nbformat.validate(nb)


def test_what_the_notebook_printed_earns_nothing():
    printed = [
        new_output("stream", name="stdout", text="all passed"),
        new_output("execute_result", data={"text/plain": "4"}),
    ]
    nb = notebook(area=printed)
    marking = marked(nb, KEY, {"area": answers(lambda W, H: 0)})
    assert marking.scores["area"].earned == 0
    assert nb.cells[1].outputs[:2] == printed, "it stays where it was, before the verdict"


def test_an_error_in_the_cell_costs_nothing_where_the_answers_are_right():
    error = new_output("error", ename="NotYet", evalue="", traceback=["NotYet"])
    nb = notebook(area=[error, new_output("stream", name="stderr", text="a warning")])
    marking = marked(nb, KEY, {"area": answers(right)})
    assert marking.scores["area"].earned == 4


def test_what_could_not_be_asked_waits_for_a_person_and_says_so():
    nb = notebook()
    nobody = Answers(problem=Problem("unreachable", "nobody came"), doubtful=True)
    marking = marked(nb, KEY, {"pair": nobody})
    assert marking.scores["area"].earned is marking.scores["pair"].earned is None
    assert nb.cells[1].outputs[0].data["text/plain"] == (
        "area: not decided yet; a person will look\n  What stopped the grader: it was not asked."
    )
    assert [(flag.kind, flag.says, flag.cell) for flag in marking.flags] == [
        ("unreachable", "it was not asked", "area"),
        ("unreachable", "nobody came", "pair"),
    ]
    assert record_of(marking.scores["pair"])["problem"] == {
        "kind": "unreachable", "says": "nobody came"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "flagged"),
    [("timeout", True), ("died", True), ("output", True), ("undefined", False)],
)
def test_a_limit_that_answers_hit_is_flagged_and_what_is_missing_is_wrong(kind, flagged):
    given = replace(answers(right), problem=Problem(kind, "no more"))
    given.given = given.given[:4]  # the squares and the rectangles
    marking = marked(notebook(), KEY, {"area": given, "pair": answers(lambda: 2, "pair")})
    assert marking.scores["area"].earned == 3
    wanted = [Flag(kind, "no more", "area")] if flagged else []
    assert marking.flags == wanted


def test_a_claim_earns_its_points():
    for function, earned in ((lambda: 8, 1.0), (lambda: 3, 0.0), (lambda: "no", 0.0)):
        marking = marked(notebook(), KEY, {"pair": answers(function, "pair")})
        assert marking.scores["pair"].earned == earned


def test_a_file_is_judged_from_its_bytes():
    key = load(WITH_FILE)

    def earned(files):
        nb = notebook(test=[ERROR])
        marking = marked(nb, key, {}, files)
        said = nb.cells[3].outputs[-1].data["text/plain"]
        return marking.scores["test"].earned, said

    assert earned({"weights.bin": b"x" * 100})[0] == 2
    assert earned({"weights.bin": b"x"})[0] == 0.5
    points, said = earned({"other.bin": b"x" * 100})
    assert points == 0 and "there is no file weights.bin" in said
    points, said = earned({"weights.bin": b""})  # a judge that stumbles
    assert points == 0 and "weights.bin could not be read (ZeroDivisionError)" in said


def text(data):
    result = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
    return nbformat.from_dict({**result, "data": {"text/plain": data}})


STDERR = new_output("stream", name="stderr", text="careful")
STDOUT = new_output("stream", name="stdout", text="fine")
ERROR = new_output("error", ename="AssertionError", evalue="", traceback=[])


@pytest.mark.parametrize(
    ("outputs", "earned"),
    [
        ([], 2.0),
        ([STDOUT], 2.0),
        ([ERROR], 0.0),
        ([STDERR], 0.0),
        ([STDOUT, ERROR], 0.0),
        ([text("1.5")], 1.5),
        ([text("0")], 0.0),
        ([text("2")], 2.0),
        ([ERROR, text("1")], 0.0),
        ([text("'done'")], 2.0),
        ([text("None")], 2.0),
        ([text("nan")], 2.0),
        ([text("-1")], 2.0),
        ([new_output("display_data", data={"text/plain": "1"})], 2.0),
    ],
)
def test_cells_without_a_key_are_marked_as_nbgrader_does(outputs, earned):
    for key in (KEY, None):
        given = {"area": answers(right), "pair": answers(lambda: 2, "pair")}
        marking = marked(notebook(test=outputs), key, given)
        assert (marking.scores["test"].earned, marking.scores["test"].points) == (earned, 2.0)
        assert marking.scores["test"].mark is None
        assert marking.flags == []


def test_a_result_before_an_error_is_no_result():
    """``sys.displayhook(2)`` and then a test that fails: nbgrader gives the points."""
    assert marked(notebook(test=[text("1"), ERROR]), None, {}).scores["test"].earned == 0


@pytest.mark.parametrize(
    "output",
    [
        text("2.5"),
        text("inf"),
        text(""),
        new_output("execute_result", data={"text/html": "<b>2</b>"}),
        new_output("execute_result", data={}),
        nbformat.from_dict({"output_type": "execute_result"}),
        text({"points": 2}),
        text([]),
    ],
)
def test_a_result_on_which_nbgrader_gives_up_is_left_to_a_person(output):
    marking = marked(notebook(test=[output]), None, {})
    assert marking.scores["test"].earned is None
    (flag,) = marking.flags
    assert (flag.kind, flag.cell) == ("score", "test")
    assert flag.says.startswith("test: ") and "NoneType" not in flag.says


@pytest.mark.parametrize(
    ("outputs", "earned"), [([], None), ([ERROR], 0.0)], ids=["passes", "fails"]
)
def test_where_failures_pass_a_person_looks(outputs, earned):
    """Points that a test gave wait for a person; what it refused stays refused."""
    marking = mark_notebook(notebook(test=outputs), STRUCTURE, None, {}, {}, tampered=["test"])
    assert {name: score.earned for name, score in marking.scores.items() if name == "test"} == {
        "test": earned
    }
    (flag,) = marking.flags
    assert (flag.kind, flag.cell) == ("tampered", "test")
    assert flag.says.startswith("test: here failures pass")
    assert marked(notebook(test=outputs), None, {}).flags == []


def test_cells_that_are_not_nbgraders_are_passed_over():
    nb = notebook()
    nb.cells.insert(0, nbformat.v4.new_markdown_cell("my own notes"))
    assert marked(nb, KEY, {"area": answers(right)}).scores["area"].earned == 4


def test_every_score_says_whose_it_is_and_of_how_many():
    broken = new_output("execute_result", data={"text/plain": "{"})
    points = {"area": 4, "pair": 1, "test": 2, "by-hand": 3, "why": 1, "draw": 1}
    for made in (
        marked(notebook(), KEY, {"area": answers(right)}),
        marked(notebook(test=[ERROR]), None, {}),
        marked(notebook(test=[broken]), None, {}),
        nothing_to_mark(STRUCTURE, 0),
    ):
        assert {name: score.points for name, score in made.scores.items()} == points
        assert {name: score.grade_id for name, score in made.scores.items()} == {
            name: name for name in points
        }


def test_answers_read_by_a_person():
    marking = marked(notebook(), KEY, {})
    assert marking.scores["by-hand"].earned == marking.scores["why"].earned == 0
    marking = marked(notebook(by_hand="x = 1", why="I think"), KEY, {})
    assert marking.scores["by-hand"].earned is marking.scores["why"].earned is None
    assert marking.scores["draw"].earned is None, "a task has no answer that could be empty"


def test_comments_are_nbgraders():
    marking = marked(notebook(), KEY, {})
    assert marking.comments == {
        "area-answer": "No response.",
        "by-hand": "No response.",
        "why": "No response.",
        "draw": None,
    }
    changed = marked(notebook(area_answer="a", by_hand="b"), KEY, {})
    assert changed.comments["area-answer"] is changed.comments["by-hand"] is None
    assert changed.comments["why"] == "No response."


def test_a_deleted_answer_cell_has_no_comment():
    nb = notebook()
    del nb.cells[0]
    assert marked(nb, KEY, {}).comments["area-answer"] is None


def test_every_cell_with_points_is_marked_in_order():
    marking = marked(notebook(), KEY, {})
    assert list(marking.scores) == ["area", "pair", "test", "by-hand", "why", "draw"]


def test_what_is_there_and_cannot_be_run_is_read_by_a_person():
    scores = nothing_to_mark(STRUCTURE, 0).scores
    by_hand = {name for name, score in scores.items() if score.earned is None}
    assert by_hand == {"by-hand", "why", "draw"}


def test_where_there_is_no_notebook_everything_is_zero():
    marking = nothing_to_mark(STRUCTURE, 0, 0)
    assert {name: (s.earned, s.points) for name, s in marking.scores.items()} == {
        "area": (0, 4), "pair": (0, 1), "test": (0, 2), "by-hand": (0, 3), "why": (0, 1), "draw": (0, 1),
    }  # fmt: skip
    assert marking.comments == {} and marking.flags == []


# ------------------------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (0.0, "0"),
        (2.0, "2"),
        (1.5, "1.5"),
        (0.25, "0.25"),
        (1 / 3, "0.33"),
        (2 / 3, "0.67"),
        (0.001, "0"),
        (100.0, "100"),
        (1234.5, "1234.5"),
        (2, "2"),
    ],
)
def test_numbers_are_short(points, words):
    assert number(points) == words


def test_a_full_verdict():
    assert explain(scored(right)) == [
        "area: 4 of 4 points",
        "✓ squares",
        "✓ rectangles",
        "✓ negative sides",
    ]


def test_a_partial_verdict_says_what_was_lost():
    assert explain(scored(lambda W, H: W * H)) == [
        "area: 3 of 4 points",
        "✓ squares",
        "✓ rectangles",
        "✗ negative sides (1 of 4 points lost)",
    ]


def test_a_group_that_is_worth_nothing_loses_nothing():
    judged = mark(AREA, answers(lambda W, H: 0).given)
    nothing = replace(judged, groups=tuple(replace(one, worth=0) for one in judged.groups))
    assert explain(Score("area", 0.0, 4.0, nothing))[1:4] == [
        "✗ squares", "✗ rectangles", "✗ negative sides",
    ]  # fmt: skip


def test_points_that_do_not_divide():
    lines = explain(scored(lambda W, H: right(W, H) if W > 4135 or W < 0 else 0, points=1.0))
    assert lines[:3] == [
        "area: 0.75 of 1 point",
        "✗ squares (0.25 of 1 point lost)",
        "✓ rectangles",
    ]


def test_a_slip_is_told_with_its_hint():
    lines = explain(scored(lambda W, H: W + H))
    assert lines[0] == "area: 0 of 4 points"
    assert lines[-1] == (
        "This looks like a known slip: the sides are added. What is the area of 1 × 9?"
    )
    assert [line for line in lines if "lost" in line] == [
        "✗ squares (1 of 4 points lost)",
        "✗ rectangles (2 of 4 points lost)",
        "✗ negative sides (1 of 4 points lost)",
    ]


def test_a_problem_is_told():
    judged = mark(AREA, [], Problem("timeout", "area took more than 3 s for the grader's inputs"))
    lines = explain(Score("area", 0.0, 4.0, judged))
    assert "What stopped the grader: area took more than 3 s for the grader's inputs." in lines


WRONG = [
    lambda W, H: W + H,
    lambda W, H: W * H,
    lambda W, H: 0,
    lambda W, H: (W, H),
    lambda W, H: f"{W} x {H}",
    lambda W, H: {}[W, H],
    lambda W, H: 1 / 0 if W == 4111 else right(W, H),
    lambda W, H: int(f"{W}{H}x"),
]


@pytest.mark.parametrize("function", [*WRONG, right])
def test_no_hidden_case_is_told(function):
    score = scored(function)
    told = json.dumps([verdict(score), explain(score)])
    assert not {secret for secret in HIDDEN if secret in told}
    cases = [case for group in AREA.groups for case in group.cases]
    secrets = {str(abs(n)) for case in cases for n in (*case, case[0] * case[1])}
    record = json.dumps(record_of(score))  # it keeps the answers to what is published
    assert not {secret for secret in secrets if re.search(rf"\b{secret}\b", record)}


def test_text_and_html_say_the_same():
    for function in [*WRONG, right]:
        score = scored(function)
        shown = verdict(score)
        assert shown.data["text/plain"].split("\n") == [
            line if place == 0 else f"  {line}" for place, line in enumerate(explain(score))
        ]
        assert Page(shown.data["text/html"]).texts == explain(score)


class Page(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.texts, self.elements = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)

    def handle_data(self, data):
        self.texts.append(data)


def test_nothing_in_a_verdict_is_markup():
    judged = mark(AREA, answers(lambda W, H: W + H).given, Problem("died", HOSTILE))
    group = replace(judged.groups[0], says=HOSTILE)
    judged = replace(judged, remarks=(HOSTILE,), groups=(group,))
    shown = Page(verdict(Score("area", 0.0, 4.0, judged)).data["text/html"])
    assert "script" not in shown.elements
    assert "".join(shown.texts).count("<script>") == 3


def test_full_points_look_otherwise_than_fewer():
    full, part = (verdict(scored(f)).data["text/html"] for f in (right, lambda W, H: W * H))
    green, orange = "#009e73", "#d55e00"  # told apart in every kind of colour blindness
    assert f"solid {green};" in full and orange not in full
    assert f"solid {orange};" in part and green not in part


# ---------------------------------------------------------------------------------- records


def test_the_record_of_a_mark():
    record = record_of(scored(lambda W, H: W + H))
    behaviour = record.pop("behaviour")
    assert len(behaviour["hidden"]) == 5 and len(set(behaviour["hidden"])) > 1
    assert behaviour["public"] == [W + H for W, H in AREA.inputs]
    assert json.loads(json.dumps(record)) == {
        "exercise": "area",
        "earned": 0.0,
        "points": 4.0,
        "groups": [
            {"says": "squares", "passed": False, "right": 0, "cases": 2, "worth": 1},
            {"says": "rectangles", "passed": False, "right": 0, "cases": 2, "worth": 2},
            {"says": "negative sides", "passed": False, "right": 0, "cases": 1, "worth": 1},
        ],
        "slip": {"id": "sum", "says": "the sides are added"},
        "remarks": [],
        "problem": None,
        "why": "",
    }


def test_the_record_of_a_cell_without_a_key():
    assert record_of(Score("why", None, 1.0)) == {"exercise": "why", "earned": None, "points": 1.0}


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (right, None),
        (lambda W, H: W + H, None),
        (lambda W, H: 1.0 * W * H, None),
        (lambda W, H: undefined, None),  # noqa: F821
        (lambda W, H: W + H, Problem("timeout", "it took too long")),
    ],
)
def test_a_record_is_read_as_it_was_written(function, problem):
    judged = mark(AREA, answers(function).given, problem)
    score = Score("area", float(judged.credit) * 4, 4.0, judged)
    entry = json.loads(json.dumps(record_of(score)))
    assert score_of(entry, judged.slip) == score
    assert score_of(entry, None).mark.slip is None
    del entry["why"]  # as it was before there was any
    entry.pop("behaviour", None)
    assert score_of(entry, None).mark == replace(judged, slip=None, behaviour=None, why="")


def test_thirds_add_up():
    groups = ", ".join(f"Group('{n}', [({n},)])" for n in range(3))
    text = f"""
from exercises.authoring import Group, exercise


@exercise(points=1, returns="n", examples={{(9,): 9}}, groups=[{groups}])
def f(n):
    return n
"""
    f = load(text).exercises["f"]
    assert mark(f, [0, 1, 2, 9]).credit == Fraction(1)
    assert mark(f, [0, 1, Raised.of(KeyError), 9]).credit == Fraction(2, 3)
