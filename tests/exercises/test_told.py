"""Inputs as a student would type them."""

from exercises.told import call_text


def test_a_call_is_shown_as_it_is_typed():
    assert call_text("half", (7,)) == "half(7)"
    assert call_text("f", (7, 3.5, "same", None, True)) == "f(7, 3.5, 'same', None, True)"
    assert call_text("f", ([[1, 2], [3, 4]], (5, 6))) == "f([[1, 2], [3, 4]], [5, 6])"
    assert len(call_text("f", ("x" * 500,))) < 80


def test_what_is_no_data_is_shown_all_the_same():
    assert call_text("f", (3j, [1, {2}])) == "f(3j, [1, {2}])"
