"""Implementations that a test judges: called over a pipe, in processes that nobody sees into."""

import copy
import gc
import os
import pickle
import select
import time
from pathlib import Path

import numpy as np
import pytest

from exercises.subjects import Implementation, built

DOUBLE = Implementation("double", "def double(n):\n    return 2 * n\n")
FUSSY = Implementation(
    "double", "def double(n):\n    if n < 0:\n        raise ValueError('no')\n    return 2 * n\n"
)
COUNTS = Implementation(
    "double", "calls = []\n\n\ndef double(n):\n    calls.append(n)\n    return len(calls)\n"
)


def hidden(implementation):
    """As a witness gets it."""
    return pickle.loads(pickle.dumps(implementation))


def test_text_becomes_a_function():
    assert built("double", DOUBLE.source)(4) == 8
    assert DOUBLE(4) == 8


def test_within_its_text_the_name_means_the_right_one():
    around = "def double(n):\n    return double(n) + 1\n"
    assert built("double", around, DOUBLE.source)(4) == 9
    assert built("double", around, lambda n: 10 * n)(4) == 41
    assert Implementation("double", around, DOUBLE.source)(4) == 9


def test_without_a_right_one_the_name_means_itself():
    text = "def count(n):\n    return 1 + count(n - 1) if n else 0\n"
    assert built("count", text)(5) == 5


@pytest.mark.parametrize("value", [0, 5, -2.5, [1, [2]], "ab", np.array([[1, 2]])], ids=repr)
def test_a_hidden_one_answers_as_it_would_here(value):
    here, there = DOUBLE(value), hidden(DOUBLE)(value)
    assert type(there) is type(here) and np.all(there == here)


def test_a_hidden_one_shows_nothing_of_itself():
    double = hidden(DOUBLE)
    assert (double.__name__, double.__qualname__) == ("double", "double")
    seen = [double.__code__.co_consts, double.__code__.co_names, vars(double)]
    seen += [cell.cell_contents for cell in double.__closure__]
    assert "2 * n" not in repr(seen) and "source" not in dir(double)


def test_errors_come_back_as_errors():
    fussy = hidden(FUSSY)
    with pytest.raises(ValueError, match="no"):
        fussy(-1)
    assert fussy(1) == 2, "and it goes on answering"
    own = Implementation(
        "f", "class Bad(Exception):\n    pass\n\n\ndef f():\n    raise Bad('why')\n"
    )
    with pytest.raises(RuntimeError, match="why"):
        hidden(own)()
    with pytest.raises(TypeError):
        hidden(DOUBLE)(1, 2)


def test_what_it_is_asked_has_to_be_data():
    with pytest.raises(TypeError, match="double takes numbers, lists and arrays, not an object"):
        hidden(DOUBLE)(object())


def test_a_call_leaves_its_arguments_alone():
    grows = Implementation("grow", "def grow(x):\n    x.append(1)\n    return len(x)\n")
    row = [5]
    assert hidden(grows)(row) == 2 and row == [5]


def test_each_has_a_process_and_a_memory_of_its_own():
    one, other = hidden(COUNTS), hidden(COUNTS)
    assert [one(0), one(0), other(0), one(0)] == [1, 2, 1, 3]
    assert COUNTS(0) == 1


def children():
    """The processes of this one that live."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(status.parent.name)
    return found


def test_who_is_asked_no_more_ends():
    before = children()
    double = hidden(DOUBLE)
    assert double(1) == 2
    assert len(children() - before) == 1
    del double
    gc.collect()
    until = time.monotonic() + 10
    while children() - before and time.monotonic() < until:
        time.sleep(0.01)
    assert not children() - before


def test_one_that_ends_its_process_takes_nobody_with_it():
    leaves = Implementation("f", "import os\n\n\ndef f():\n    os._exit(0)\n")
    with pytest.raises((EOFError, OSError)):
        hidden(leaves)()
    assert hidden(DOUBLE)(1) == 2


def test_a_copy_remembers_nothing_and_starts_no_process():
    """Whoever tries a test on an implementation copies its arguments first, hundreds of times."""
    before = children()
    used = copy.deepcopy(COUNTS)
    assert [used(0), used(0)] == [1, 2]
    assert copy.deepcopy(used)(0) == 1 and used(0) == 3
    assert not children() - before


def test_it_holds_nothing_that_it_inherited():
    """A browser's driver waited for ever for the end of a pipe that such a process held open."""
    out, into = os.pipe()
    double = hidden(DOUBLE)
    os.close(into)
    assert double(4) == 8
    assert select.select([out], [], [], 10)[0] and os.read(out, 1) == b""
    os.close(out)
