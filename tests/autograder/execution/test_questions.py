"""What a witness is asked arrives as it was meant, and nothing that a call does to it stays."""

import base64
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.execution.questions import Questions
from exercises.answers import NotPlain, plain


def unpacked(questions):
    """As a witness does it, in a process that has nothing of this engine's but its line."""
    return [pickle.loads(call) for call in pickle.loads(base64.b64decode(questions.line))]


@given(st.recursive(st.integers() | st.text(max_size=3), lambda x: st.tuples(x, x) | st.lists(x)))
def test_a_question_arrives_as_it_was_asked(value):
    assert unpacked(Questions.of([(value, 1)])) == [(as_data(value), 1)]


def as_data(value):
    """Tuples within lists arrive as lists; arguments that are tuples stay tuples."""
    return tuple(map(as_data, value)) if isinstance(value, tuple) else plain(value)


def test_all_questions_are_one_line():
    questions = Questions.of([(n,) for n in range(1000)])
    assert questions.count == 1000 and questions.line.count(b"\n") == 1
    assert questions.line.endswith(b"\n")


def test_each_call_gets_arguments_of_its_own():
    image = np.zeros((2, 2))
    one, two = unpacked(Questions.of([(image,), (image,)]))
    one[0][0, 0] = 5
    assert two[0][0, 0] == 0


def test_numbers_of_numpys_arrive_as_pythons():
    ((number,),) = unpacked(Questions.of([(np.int64(3),)]))
    assert type(number) is int


def test_what_is_no_data_cannot_be_asked():
    with pytest.raises(NotPlain):
        Questions.of([(object(),)])
