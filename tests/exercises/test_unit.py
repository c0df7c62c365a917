"""A unit's file: loaded from its text, anywhere, any number of times."""

import pytest

from exercises.errors import BadExercise
from exercises.unit import FILE, load, load_file, text_in
from tests.support.half import KEY

FILES = """
from exercises.handed_in import handed_in


@handed_in("w.bin", points=2, groups={"there": 1}, samples={"right": lambda: b"x"})
def weights(data):
    return {"there": data is not None}
"""


def test_a_unit_travels_as_text():
    unit = load(KEY)
    assert list(unit.exercises) == ["half"] and not unit.files
    assert unit.exercises["half"](9) == 4
    assert load(KEY).exercises["half"] is not unit.exercises["half"]


def test_two_units_do_not_disturb_each_other():
    one, other = load(KEY), load(KEY.replace("n // 2\n", "n // 3\n", 1).replace("// 2", "// 3"))
    assert (one.exercises["half"](9), other.exercises["half"](9)) == (4, 3)


def test_exercises_stand_in_their_order_and_may_use_each_other():
    text = KEY + KEY.replace("half", "quarter").replace("return n // 2", "return half(half(n))")
    unit = load(text)
    assert list(unit.exercises) == ["half", "quarter"]
    assert unit.exercises["quarter"](9) == 2
    assert list(unit.exercises["quarter"].public.examples[0].args) == [4]


def test_another_name_for_an_exercise_is_no_second_one():
    assert list(load(KEY + "\nagain = half\n").exercises) == ["half"]


def test_a_file_may_hold_nothing_but_what_is_handed_in():
    unit = load(FILES)
    assert not unit.exercises and list(unit.files) == ["weights"]
    wanted = unit.files["weights"]
    assert (wanted.file, wanted.points, wanted.groups) == ("w.bin", 2, {"there": 1})
    assert unit.public() == "[\n\n]\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "",
            "unit/exercises.py holds no exercise: put @exercise(...) of exercises.authoring above",
        ),
        ("import math", "unit/exercises.py holds no exercise"),
        ("def half(n): return n", "unit/exercises.py holds no exercise"),
        ("\0", "unit/exercises.py"),
        (KEY + "\nother = half\n" + KEY, "unit/exercises.py: two exercises are called half"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence(text, says):
    with pytest.raises(BadExercise) as error:
        load(text, "unit/exercises.py")
    assert str(error.value).startswith(says) and "\n" not in str(error.value)


def test_a_file_is_found_by_its_folder(tmp_path):
    folder = tmp_path / "01-half"
    folder.mkdir()
    assert text_in(folder) is None, "a unit may have none"
    (folder / FILE).write_text(KEY, encoding="utf-8")
    assert text_in(folder) == KEY
    assert list(load_file(folder / FILE).exercises) == ["half"]
    (folder / FILE).write_text("1 / 0\n")
    with pytest.raises(BadExercise, match=r"^01-half/exercises.py, line 1: ZeroDivisionError"):
        load_file(folder / FILE)


@pytest.mark.parametrize(
    "text", ["", "import math\n", "# from exercises.authoring import exercise\n", "x = 'exercises'"]
)
def test_a_file_of_this_name_that_is_something_else_is_left_alone(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    assert text_in(tmp_path) is None
