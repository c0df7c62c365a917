"""What a witness is asked arrives as it was meant, and nothing that a call does to it stays."""

import base64
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.execution.questions import Questions
from exercises.answers import NotPlain, arguments
from exercises.public import read_value, written
from exercises.subjects import Implementation


def unpacked(questions):
    """As a witness does it, in a process that has nothing of this engine's but its line."""
    return [pickle.loads(call) for call in pickle.loads(base64.b64decode(questions.line))]


values = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=8,
)


@given(st.lists(values, max_size=3).map(tuple))
def test_a_question_arrives_as_the_check_asks_it(call):
    """The check reads it from the public file, the witness from its line: tuples stay tuples."""
    from_the_file = read_value(json.loads(json.dumps(written(arguments(call)))))
    assert unpacked(Questions.of([call])) == [from_the_file] == [call]


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


def test_an_implementation_arrives_as_a_way_to_a_process_of_its_own():
    """What it is made of stays with whoever asks: the line is read by the student's process."""
    secret = Implementation("double", "def double(n):\n    return 2 * n  # 31337\n")
    ((asked,),) = unpacked(Questions.of([(secret,)]))
    assert asked(21) == 42 and asked.__name__ == "double"
    assert "31337" not in repr([cell.cell_contents for cell in asked.__closure__])
