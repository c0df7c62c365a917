"""Questions with numbers of the student's own: whose they are, what an answer earns, what is wrong.

The oracle is arithmetic on the numbers that the public file hands out.
"""

import json
from dataclasses import replace
from fractions import Fraction

import nbformat
import pytest
from nbformat.v4 import new_notebook
from nbgrader.utils import compute_checksum

from autograder.demo.sample import Maker
from autograder.errors import Problem
from autograder.execution.witnesses import Answers
from autograder.marking.identity import whose
from autograder.marking.marking import mark_notebook
from autograder.marking.marks import GroupMark, known_mistakes, mark, mark_variant
from autograder.marking.problems import problems_of
from autograder.submission.structure import Cell, Structure
from exercises import public
from exercises.answers import Raised
from exercises.public import answers_of
from exercises.source import compiled
from exercises.unit import load
from exercises.variants import identity_in
from tests.support import cells
from tests.support.own_numbers import TEXT

KEY = load(TEXT)
LAYER = identity_in(public.read(KEY.public())).chain("layer")
WINDOWS, ENDS, MEAN = (KEY.exercises[name] for name in ("windows", "ends", "mean"))
NOTHING = Raised(("NotImplementedError", "RuntimeError", "Exception"))
SLOW = Problem("timeout", "it took too long")


def numbers(id):
    return LAYER.numbers(LAYER.number_of(id))


def windows(id):
    own = numbers(id)
    return (own["W"] - own["F"]) // own["S"] + 1


def two_who_differ():
    return next(
        (f"s{a}", f"s{b}")
        for a in range(9)
        for b in range(9)
        if windows(f"s{a}") != windows(f"s{b}")
    )


ANN, BOB = two_who_differ()


# ------------------------------------------------------------------------------- marks


@pytest.mark.parametrize("variant", range(24))
def test_the_right_answer_to_each_variant_earns_all(variant):
    own = LAYER.numbers(variant)
    answers = {
        WINDOWS: (own["W"] - own["F"]) // own["S"] + 1,
        ENDS: [0, own["W"] - own["F"]],
        MEAN: sum(own["parts"]) / 2,
    }
    for question, answer in answers.items():
        judged = mark_variant(question, [answer], variant)
        assert judged.credit == 1 and not judged.slip and judged.variant.number == variant
        assert judged.exercise == question.name
        says = f"the answer for {judged.variant}"
        assert judged.groups == (GroupMark(says, True, right=1, cases=1, worth=1),)
        wrong = [answer[0], answer[1] + 100] if type(answer) is list else answer + 100
        judged = mark_variant(question, [wrong], variant)
        assert judged.credit == 0 and not judged.slip
        assert judged.groups == (GroupMark(says, False, right=0, cases=1, worth=1),)


@pytest.mark.parametrize("question", [WINDOWS, ENDS, MEAN])
def test_a_slip_earns_nothing_and_is_named(question):
    for id in (ANN, BOB, "zo\u00eb"):
        for slip, text in known_mistakes(question, id):
            given = answers_of(compiled(text, {}, slip), question.questions)
            judged = mark(question, given, of=id)
            assert judged.credit == 0 and judged.slip.id == slip
    assert [slip for slip, _ in known_mistakes(question, ANN)] == list(question.slips)


def test_the_numbers_that_were_asked_about_are_told():
    judged = mark(WINDOWS, [0], of=ANN)
    own = numbers(ANN)
    assert judged.groups[0].says == f"the answer for W = {own['W']}, F = {own['F']}, S = {own['S']}"
    assert judged.variant.numbers == {name: own[name] for name in "WFS"}
    says = f"the answer for parts = {own['parts']} (one number, mean)"
    assert mark(MEAN, ["x"], of=ANN).groups[0].says == says


@pytest.mark.parametrize(
    ("form", "credit"),
    [(float, 1), (lambda n: [n], 1), (lambda n: n + 0.5, 0), (str, 0), (lambda n: NOTHING, 0)],
)
def test_the_form_of_an_answer(form, credit):
    assert mark(WINDOWS, [form(windows(ANN))], of=ANN).credit == credit


def test_without_an_answer_there_is_a_reason():
    judged = mark(WINDOWS, [], SLOW, of=ANN)
    assert judged.credit == 0 and judged.problem is SLOW and judged.slip is None


@pytest.mark.parametrize(
    ("answers", "credit"),
    [(["ada"], 1), ([" Ada "], 1), ([""], 0), ([7], 0), ([NOTHING], 0), ([], 0)],
)
def test_an_id_earns_its_mark_by_being_said(answers, credit):
    judged = mark(KEY.exercises["my_id"], answers, SLOW)
    assert judged.exercise == "my_id" and judged.credit == credit and judged.problem is SLOW
    (group,) = judged.groups
    assert group.says == "says whose numbers these are" and group.passed is (credit == 1)
    assert (group.right, group.cases, group.worth) == (credit, 1, 1)


# ------------------------------------------------------------------------------- whose numbers


def heard(me, answer=NOTHING):
    given = {"my_id": Answers([me]), "windows": Answers([answer]), "ends": Answers([NOTHING])}
    return {**given, "mean": Answers(problem=SLOW)}


@pytest.mark.parametrize("me", ["ann", " Ann ", "ANN"])
def test_who_enters_the_own_id_is_not_flagged(me):
    owner = whose(KEY, heard(me, 3), "ann")
    assert (owner.id, owner.flag, owner.remark) == ("ann", None, "")


def test_a_folder_with_capitals_is_the_same_id():
    assert whose(KEY, heard("Ann"), "ANN").flag is None


def test_another_id_counts_and_is_flagged():
    owner = whose(KEY, heard("Bob", 3), "ann")
    assert owner.id == "bob" and owner.flag.kind == "another-id" and owner.flag.cell == "my_id"
    assert owner.flag.says == "my_id says bob, ann handed it in; marked by bob's numbers"
    assert "bob" in owner.remark


@pytest.mark.parametrize("me", [NOTHING, "", 7, "x" * 101])
def test_without_an_id_the_submissions_own_counts(me):
    owner = whose(KEY, heard(me, 3), "Ann")
    assert owner.id == "ann" and owner.flag.kind == "another-id"
    assert "says no id" in owner.flag.says and "Ann" in owner.remark
    assert whose(KEY, heard(me), "Ann").flag is None  # nothing was answered either


def test_nobody_who_was_never_heard_is_flagged():
    assert whose(KEY, {}, "ann").flag is None
    assert whose(None, {}, "ann").id == "ann"


def test_a_strangers_id_is_shown_on_one_line():
    says = whose(KEY, heard("bob\n\x1b[31m" + "x" * 80), "ann").flag.says
    assert "\n" not in says and "\x1b" not in says and len(says) < 180


# ------------------------------------------------------------------------------- a notebook


def known(grade_id, source, points=0.0, **kind):
    flags = {"locked": False, "grade": False, "solution": False, "task": False, **kind}
    made = Cell(grade_id, "code", source, source, None, points=points, **flags)
    node = nbformat.from_dict(
        {"cell_type": "code", "source": source, "metadata": {"nbgrader": made.metadata()}}
    )
    return replace(made, checksum=compute_checksum(node))


STRUCTURE = Structure(
    "11",
    "unit",
    {"name": "python3"},
    tuple(
        known(name, f"check({name})", float(one.points), grade=True, locked=True)
        for name, one in KEY.exercises.items()
    ),
)


def marking(me, answer, student):
    nb = new_notebook()
    nb.cells = [
        nbformat.from_dict(
            {"cell_type": "code", "id": one.grade_id, "source": one.source, "outputs": [],
             "execution_count": None, "metadata": {"nbgrader": one.metadata()}}
        )
        for one in STRUCTURE.cells
    ]  # fmt: skip
    done = mark_notebook(nb, STRUCTURE, KEY, heard(me, answer), {}, student)
    verdicts = {cell.metadata.nbgrader.grade_id: cell.outputs[-1].data["text/plain"]
                for cell in nb.cells if cell.outputs}  # fmt: skip
    return done, verdicts


def test_an_answer_counts_by_the_id_that_was_entered():
    for me, answer, student, earned in [
        (ANN, windows(ANN), ANN, 1.0),
        (ANN, windows(BOB), ANN, 0.0),
        (BOB, windows(BOB), ANN, 1.0),
        (BOB, windows(ANN), ANN, 0.0),
        (NOTHING, windows(ANN), ANN, 1.0),
    ]:
        done, verdicts = marking(me, answer, student)
        assert done.scores["windows"].earned == earned
        assert {flag.kind for flag in done.flags} - {"timeout"} == (
            {"another-id"} if me != student else set()
        )
        remarks = done.scores["windows"].mark.remarks
        assert len(remarks) == verdicts["windows"].count("Note: ") == (me != student)
        assert ("Note: marked by the numbers of" in verdicts["windows"]) == (me == BOB)
        assert done.scores["my_id"].earned == 0 == done.scores["my_id"].points


def test_the_record_says_which_variant():
    from autograder.marking.marking import record_of

    done, _ = marking(ANN, windows(ANN), ANN)
    entry = json.loads(json.dumps(record_of(done.scores["windows"])))
    own = numbers(ANN)
    assert entry["variant"] == {
        "number": LAYER.number_of(ANN), "numbers": {name: own[name] for name in "WFS"}
    }  # fmt: skip
    assert "variant" not in record_of(done.scores["my_id"])
    assert record_of(done.scores["mean"])["variant"]["numbers"] == {"parts": own["parts"]}


# ------------------------------------------------------------------------------- the self-test


def problems(text, name):
    return problems_of(load(text).exercises[name])


def frozen():
    return TEXT.replace("numbers(", f'numbers(frozen="{KEY.identity.chains[0].fingerprint}", ', 1)


def test_a_good_unit_has_no_problems():
    for name in KEY.exercises:
        assert problems(frozen(), name) == []


def test_a_list_that_nothing_keeps_is_a_problem():
    (said,) = problems(TEXT, "my_id")
    assert f"write frozen='{KEY.identity.chains[0].fingerprint}'" in said and "line 11" in said


@pytest.mark.parametrize(
    ("old", "new", "name", "says"),
    [
        ('    return "ada"', '    return ""', "my_id", "the reference says no id"),
        ('mean.slip("sum"', '(lambda *_: 0)("sum"', "mean", "its check could not fail"),
    ],
)
def test_a_defect_is_found(old, new, name, says):
    text = frozen() if name == "my_id" else TEXT
    assert text.count(old) == 1
    assert any(says in one for one in problems(text.replace(old, new), name))


def test_a_chain_that_nobody_asks_about_is_a_problem():
    text = TEXT.partition("@layer.question")[0]
    assert any("nothing is asked about layer" in one for one in problems(text, "my_id"))


def with_variants_of(other):
    """The unit with variants that nobody chose: the self-test has to look at each by itself."""
    unit = load(TEXT)
    chain = unit.identity.chains[0]
    chain.public = replace(chain.public, rows=other(chain.public.rows))
    return unit


def test_each_variant_is_tried():
    bad = (20, 4, 2, [0, 0])  # the mean is the sum, and with remainder 0 rounding up is right
    unit = with_variants_of(lambda rows: (*rows[:7], bad, *rows[8:]))
    says = problems_of(unit.exercises["mean"])
    assert any("at parts = [0, 0] the slip sum loses nothing" in one for one in says)
    assert any("at parts = [0, 0] a slip matches the right answer" in one for one in says)
    says = problems_of(unit.exercises["windows"])
    assert any("at W = 20, F = 4, S = 2 the slip M08 loses nothing" in one for one in says)


def test_a_constant_that_is_often_right_is_a_problem():
    unit = with_variants_of(lambda rows: (*rows[:7], *(rows[7],) * 17))
    right = unit.exercises["windows"].rights[7][0]
    says = problems_of(unit.exercises["windows"])
    assert any(f"always answering [{right}] is right for" in one for one in says)


# ------------------------------------------------------------------------------- the sample class


def classes():
    head = "### `{0}()`\n\n**{1} points · 2 minutes**\n"
    made, bare = [], []
    for name, one in KEY.exercises.items():
        body = "return 'ada'" if name == "my_id" else "return 1"
        for nb, text in ((made, body), (bare, "raise NotImplementedError()")):
            nb += [
                head.format(name, one.points),
                cells.answer(name, f"def {name}():\n    {text}\n"),
                cells.test(name, one.points),
            ]
    return Maker(cells.notebook(*made), cells.notebook(*bare), KEY)


def test_samples_sign_with_their_own_names():
    for sample in classes().everyone():
        if sample.name in ("missing", "empty-file", "broken-file", "nothing-answered"):
            continue
        text = sample.files["unit.ipynb"].decode()
        own = "somebody-else" if sample.name == "another-id" else sample.name
        assert f"return '{own}'" in text, sample.name
        assert "my_id" not in sample.credit
        assert ("another-id" in sample.flags) == (sample.name == "another-id")


def test_the_released_notebook_stays_as_it_was():
    maker = classes()
    before = nbformat.writes(maker.released)
    list(maker.everyone())
    assert nbformat.writes(maker.released) == before


def test_samples_make_each_slip_with_their_own_numbers():
    for sample in classes().slips():
        nb = nbformat.reads(sample.files["unit.ipynb"].decode(), as_version=4)
        source = {cell.metadata.nbgrader.grade_id: cell.source
                  for cell in nb.cells if cell.cell_type == "code"}  # fmt: skip
        for question in (WINDOWS, ENDS, MEAN):
            function = compiled(source[f"{question.name}-answer"], {}, "a sample")
            judged = mark(question, answers_of(function, [()]), of=sample.name)
            assert judged.slip and sample.credit[question.name] == Fraction(0) == judged.credit
