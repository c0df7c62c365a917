"""Questions with numbers of the student's own: variants, ids, what is public, what a check says."""

import json
import math
import random
from collections import Counter

import cloudpickle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import public
from exercises.answers import Raised
from exercises.check import NotYet, checker, inspect
from exercises.errors import BadExercise
from exercises.own_numbers import numbers_from
from exercises.unit import load
from exercises.variants import LONGEST_ID, Chain, Identity, Question, entered, identity_in
from tests.support.own_numbers import TEXT
from tests.support.values import plain_values


def unit(text=TEXT, old="", new=""):
    assert text.count(old) == 1 or not old
    return load(text.replace(old, new) if old else text)


UNIT = unit()
PUBLIC = public.read(UNIT.public())
LAYER = identity_in(PUBLIC).chain("layer")
WINDOWS = UNIT.exercises["windows"]


# ------------------------------------------------------------------------------- ids and variants


@pytest.mark.parametrize(
    ("answer", "id"),
    [
        ("ada", "ada"),
        ("  Ada\n", "ada"),
        ("STRASSE", "strasse"),
        ("Zoe\u0308", "zo\u00eb"),
        ("\u96ea", "\u96ea"),
        ("", None),
        ("   ", None),
        ("x" * LONGEST_ID, "x" * LONGEST_ID),
        ("x" * (LONGEST_ID + 1), None),
        (7, None),
        (None, None),
        (["ada"], None),
        (Raised(("NotImplementedError",)), None),
    ],
)
def test_an_id_is_a_text_without_blanks_and_capitals(answer, id):
    assert entered(answer) == id


@given(plain_values)
def test_any_answer_is_an_id_or_none(answer):
    id = entered(answer)
    assert id is None or (id == id.strip() != "" and entered(id) == id)


@given(st.text(min_size=1))
def test_an_id_always_has_the_same_variant(id):
    number = LAYER.number_of(id)
    assert number == LAYER.number_of(id) and 0 <= number < len(LAYER.rows)


def test_which_variant_an_id_has_does_not_change():
    """What students were handed out: these numbers must stay, whatever becomes of the code."""
    chain = Chain("layer", (("W", "columns"),), tuple((n,) for n in range(24)))
    assert [chain.number_of(id) for id in ("ada", "bob", "zo\u00eb")] == [8, 1, 8]


def test_a_class_gets_all_variants_about_equally_often():
    seen = Counter(LAYER.number_of(f"student{number}") for number in range(2400))
    assert len(seen) == 24 and 60 <= min(seen.values()) <= max(seen.values()) <= 145


def test_two_chains_give_two_students_other_neighbours():
    other = Chain("row", LAYER.says, LAYER.rows)
    ids = [f"student{number}" for number in range(100)]
    assert any(LAYER.number_of(id) != other.number_of(id) for id in ids)


# ------------------------------------------------------------------------------- the frozen list


def test_the_list_is_the_same_every_time_and_has_no_variant_twice():
    assert unit().public() == UNIT.public()
    assert len(set(map(repr, LAYER.rows))) == len(LAYER.rows) == 24


def test_at_every_variant_all_answers_differ():
    for exercise in (one for one in UNIT.exercises.values() if one.points):
        answers = [exercise.rights, *(map(exercise.given_by, exercise.slips))]
        for at in range(24):
            texts = [json.dumps(parts[at]).strip("[]") for parts in answers]
            assert len(set(texts)) == len(texts), (exercise.name, at)


def test_no_right_answer_is_shared_by_many_variants():
    for exercise in (one for one in UNIT.exercises.values() if one.points):
        assert max(Counter(map(repr, exercise.rights)).values()) <= 6


def test_draws_that_are_none_are_left_out():
    odd = unit(
        old="    return {\n", new="    if draw.random() < 0.5:\n        return None\n    return {\n"
    )
    assert len(odd.exercises["my_id"].public.chains[0].rows) == 24


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'edit(" + 1", "")',
            '"(W - F) // S + 1"',
            "windows: the right answer and M02 are the same",
        ),
        ('"sum(parts)"', '"parts"', "mean: sum gives no answer of the right form"),
        ("draw.randint(20, 60)", "20", "of 400 draws"),
        ('"W": draw.randint(20, 60),\n', "", "says what W, F, S, parts are, and draws F, S, parts"),
        ("return 0, W - F", "return W - F", "ends: at {"),
        (
            "    return (W - F) // S + 1\n",
            "    return 8 + 1\n",
            "right answers that many variants share",
        ),
    ],
)
def test_a_chain_that_cannot_be_used_says_why(old, new, says, monkeypatch):
    monkeypatch.setattr("exercises.questions.TRIED", 400)
    with pytest.raises(BadExercise, match=r"exercises.py, line \d+") as error:
        unit(old=old, new=new).public()
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("def windows(W, F, S)", "def windows(W, F, Q)", "windows: layer has no Q"),
        ('gives="windows"', 'gives={"windows": "colour"}', "each one of whole"),
        ('gives="first, last"', 'gives=""', "an answer has 1 to 10 parts"),
        ('W="columns", F=', 'count=19, W="columns", F=', "layer has 20 to 50 variants, not 19"),
        ('edit(" + 1", "")', 'edit(" + 9", "")', "windows, slip M02: the text ' + 9'"),
        ('"M08", "rounds', '"M02", "rounds', "windows has two slips called M02"),
    ],
)
def test_an_author_learns_what_is_wrong_and_where(old, new, says):
    with pytest.raises(BadExercise, match=r"line \d+") as error:
        unit(old=old, new=new)
    assert says in str(error.value)


def test_a_list_that_was_handed_out_is_kept():
    frozen = UNIT.identity.chains[0].fingerprint
    head = '@my_id.numbers(W="columns"'
    kept = TEXT.replace(head, f'@my_id.numbers(frozen="{frozen}", W="columns"')
    assert load(kept).public() == UNIT.public()
    with pytest.raises(BadExercise, match="students would get other numbers") as error:
        unit(kept, "draw.randint(20, 60)", "draw.randint(20, 59)").public()
    assert "write frozen='" in str(error.value)


def test_a_unit_knows_who_is_asked():
    assert UNIT.identity is UNIT.exercises["my_id"]
    assert load(TEXT.partition("@my_id.numbers")[0]).identity.chains == []


# ------------------------------------------------------------------------------- what is public


def test_the_public_file_is_read_as_it_was_written():
    assert public.write(PUBLIC) == UNIT.public()
    assert isinstance(PUBLIC["my_id"], Identity) and isinstance(PUBLIC["windows"], Question)
    assert PUBLIC["windows"].signature == "windows()"
    assert PUBLIC["ends"].gives == (("first", "whole"), ("last", "whole"))
    assert list(LAYER.numbers(0)) == ["W", "F", "S", "parts"]


def test_no_right_answer_is_public():
    for exercise in (one for one in UNIT.exercises.values() if one.points):
        kept = PUBLIC[exercise.name]
        for at, right in enumerate(exercise.rights):
            for slip in kept.slips:
                assert kept.parts(slip.answers[at]) != right
        entry = next(one for one in json.loads(UNIT.public()) if one["name"] == exercise.name)
        assert set(entry) == {"kind", "name", "signature", "returns", "points", "chain", "gives",
                              "slips"}  # fmt: skip
        for slip in entry["slips"]:
            assert set(slip) == {"id", "says", "hint", "more", "answers"}


# ------------------------------------------------------------------------------- what a check says


def student(me="ada", **answers):
    """The student's functions, with ``my_id`` among their globals, as in a notebook."""
    space = {}
    if me is not None:
        exec(f"def my_id():\n    return {me!r}\n", space)
    for name, text in answers.items():
        exec(f"def {name}():\n    {text}\n", space)
    return space


def told(name, text, me="ada"):
    return inspect(PUBLIC[name], student(me, **{name: text})[name], PUBLIC)


def of(id, name="windows"):
    return UNIT.exercises[name].rights[LAYER.number_of(id)]


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=9)
)
def test_a_right_answer_is_never_called_wrong_nor_right(id):
    me = entered(id)
    if me is None:
        return
    (right,) = of(me)
    report = told("windows", f"return {right}", id)
    assert report.passed and report.open and not report.slip
    assert "Whether it is right, only the grader knows." in report.headline


@pytest.mark.parametrize("id", ["ada", "bob", "eve", "zoe"])
def test_every_slip_is_told_by_its_own_answer(id):
    for exercise in (one for one in UNIT.exercises.values() if one.points):
        for slip in exercise.slips:
            wrong = exercise.given_by(slip)[LAYER.number_of(id)]
            report = told(exercise.name, f"return {wrong!r}", id)
            assert not report.passed and report.slip.id == slip
            assert "is not right for your numbers" in report.headline


def test_another_wrong_answer_is_not_called_right():
    report = told("windows", "return 999")
    assert report.passed and "none of the 2 well-known slips gives it" in report.headline
    assert (
        str(report).startswith("? windows") and "✓" not in report._repr_mimebundle_()["text/html"]
    )


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("windows", "return 1.5", "one whole number, windows"),
        ("windows", "return None", "one whole number, windows"),
        ("windows", "return True", "one whole number, windows"),
        ("windows", "return 'many'", "one whole number, windows"),
        ("windows", "raise ValueError('no')", "one whole number, windows"),
        ("ends", "return 3", "two whole numbers first, last"),
        ("ends", "return 1, 2, 3", "two whole numbers first, last"),
        ("mean", "return 1, 2", "one number, mean"),
    ],
)
def test_another_form_is_told(name, text, says):
    report = told(name, text)
    assert (
        not report.passed
        and report.rows[0].tried == says
        and "not an answer yet" in report.headline
    )


@pytest.mark.parametrize("text", ["return {0}", "return {0}.0", "return [{0}]"])
def test_the_same_number_in_another_form_is_the_same(text):
    steps = WINDOWS.given_by("M02")[LAYER.number_of("ada")]
    assert told("windows", text.format(steps)).slip.id == "M02"


def test_nothing_written_yet():
    report = told("windows", "raise NotImplementedError()")
    assert not report.passed and "nothing written yet" in report.headline


@pytest.mark.parametrize("me", [None, "", 7])
def test_without_an_id_a_question_asks_for_it(me):
    report = told("windows", "return 5", me)
    assert not report.passed and "whose numbers? Make check(my_id) pass" in report.headline


def test_the_id_itself():
    check = {text: inspect(PUBLIC["my_id"], student(my_id=text)["my_id"], PUBLIC)
             for text in ("return ' Ada'", "return 7", "raise NotImplementedError()")}  # fmt: skip
    assert [one.passed for one in check.values()] == [True, False, False]
    assert "the numbers of 'ada'. Is that you?" in str(check["return ' Ada'"])
    assert "your id, a short text" in str(check["return 7"])
    assert "nothing written yet" in str(check["raise NotImplementedError()"])


def test_check_raises_for_a_slip(tmp_path, capsys):
    file = tmp_path / "exercises.json"
    file.write_text(UNIT.public())
    steps = WINDOWS.given_by("M02")[LAYER.number_of("ada")]
    with pytest.raises(NotYet, match="not right for your numbers"):
        checker(file)(student(windows=f"return {steps}")["windows"])
    assert "Hint: And the first?" in capsys.readouterr().out


# ------------------------------------------------------------------------------- the own numbers


@pytest.fixture
def numbers(tmp_path):
    file = tmp_path / "exercises.json"
    file.write_text(UNIT.public())
    return numbers_from(file)


def test_numbers_are_there_by_name_and_shown(numbers):
    mine = numbers(student(" ADA ")["my_id"], "layer")
    row = LAYER.numbers(LAYER.number_of("ada"))
    assert {name: getattr(mine, name) for name in row} == row
    shown = mine._repr_mimebundle_()
    for name, words in LAYER.says:
        assert f"{name} = {row[name]}: {words}" in shown["text/plain"]
        assert f"<code>{name}</code>" in shown["text/html"] and words in shown["text/html"]
    assert "scope='row'" in shown["text/html"] and "<caption" in shown["text/html"]


def test_an_id_is_shown_as_text(numbers):
    mine = numbers(student("<b>")["my_id"], "layer")
    assert "<strong>&lt;b&gt;</strong>" in mine._repr_mimebundle_()["text/html"]


def test_without_an_id_there_are_no_numbers(numbers):
    for asked in (student(my_id="raise NotImplementedError()")["my_id"], "ada", None):
        mine = numbers(asked, "layer")
        assert "Make check(my_id) pass" in str(mine) == repr(mine)
        assert "Make check(my_id) pass" in mine._repr_mimebundle_()["text/html"]
        with pytest.raises(NotYet, match="no numbers yet"):
            _ = mine.W


def test_what_is_not_there_is_said(numbers):
    with pytest.raises(AttributeError, match="no number called H, only W, F, S, parts"):
        _ = numbers(student()["my_id"], "layer").H
    with pytest.raises(LookupError, match="no numbers called 'row', only layer"):
        numbers(student()["my_id"], "row")


def test_numbers_travel_with_a_function(numbers):
    mine = numbers(student()["my_id"], "layer")
    for one in (mine, numbers(None, "layer")):
        again = cloudpickle.loads(cloudpickle.dumps(one))
        assert str(again) == str(one)
    assert math.isfinite(cloudpickle.loads(cloudpickle.dumps(mine)).W)


def test_the_numbers_of_the_check_are_those_that_were_shown(numbers):
    for id in random.Random(0).sample(range(1000), 30):
        mine = numbers(student(f"s{id}")["my_id"], "layer")
        assert of(f"s{id}") == [(mine.W - mine.F) // mine.S + 1]
