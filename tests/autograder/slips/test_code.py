"""What of a student's code may become a slip: only what does nothing but compute."""

from __future__ import annotations

import ast

import pytest

from autograder.marking.slipless import without_slips
from autograder.slips.code import plain_function

PLAIN = [
    "def f(W, F):\n    return W - F",
    "def f(W, F):\n    'Words.'\n    starts = []\n    for left in range(W):\n"
    "        starts.append(left)\n    return starts",
    "def f(x, k):\n    return np.pad(x, k).sum()",
    "def f(W: int, F: int) -> int:\n    return earlier(W, F) if W > F else max(W, F)",
    "def f(n):\n    return 1 if n == 0 else n * f(n - 1)",
    "def f(n):\n    if n < 0:\n        raise ValueError('no')\n    return [i ** 2 for i in range(n)]",
]
NOT_PLAIN = [
    "def f(n):\n    import os\n    return n",
    "def f(n):\n    return open('key').read()",
    "def f(n):\n    return __import__('os').listdir()",
    "def f(n):\n    return n.__class__",
    "def f(n):\n    return ().__class__.__base__.__subclasses__()",
    "def f(n):\n    return np.load('key')",
    "def f(n):\n    return np.lib.format.open_memmap('key')",
    "def f(n):\n    return eval('n')",
    "def f(n):\n    return globals()",
    "def f(n):\n    return output_size.slips",
    "def f(n):\n    return other(n)",
    "def f(n, m=open('key')):\n    return n",
    "@print\ndef f(n):\n    return n",
    "def f(n):\n    return f'{n.__class__}'",
    "def f(n):\n    return '{0.__class__}'.format(n)",
    "def f(n):\n    return (lambda: n)()",
    "def f(n):\n    with n:\n        return n",
    "def f(n):\n    global earlier\n    earlier = n",
    "def f(n):\n    [eval for eval in [0]]\n    return eval('n')",
    "def f(n):\n    [random for random in [0]]\n    return random.sum",
    "f = 5",
    "def f(n:",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_computes_is_taken(text):
    node = plain_function(text, {"earlier"})
    assert node is not None
    compile(ast.unparse(node), "<slip>", "exec")


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_all_else_is_not(text):
    assert plain_function(text, {"earlier", "output_size"}, {"random", "earlier"}) is None


KEY = """
from exercises.authoring import Group, edit, exercise


@exercise(points=1, returns="", examples={(4,): 2}, groups=[Group("all", [(3,)])])
def half(n):
    return n // 2


slip = half.slip
slip("up", "rounds up", "(n + 1) // 2", "Which half?")


@slip("down", "", hint="")
def _(n):
    return n
"""


def test_marks_do_not_depend_on_slips():
    other = KEY.replace("Which half?", "Which?").replace("return n\n", "return n + 1\n")
    more = KEY + '\nhalf.slip("new", "says", "n", "?")  # of a class\n'
    assert without_slips(KEY) == without_slips(other) == without_slips(more)


@pytest.mark.parametrize(
    ("old", "new"), [("points=1", "points=2"), ("n // 2", "n / 2"), ("(3,)", "(5,)")]
)
def test_marks_depend_on_all_else(old, new):
    assert without_slips(KEY) != without_slips(KEY.replace(old, new, 1))


def test_a_slip_that_a_test_must_find_counts():
    judged = KEY + '\nis_half.faulty("rounds up", slip="up")\n'
    other = judged.replace('"(n + 1) // 2"', '"n"')
    assert without_slips(judged) != without_slips(other)
    assert without_slips(KEY) == without_slips(KEY.replace('"(n + 1) // 2"', '"n"'))


def test_a_key_that_cannot_be_read_is_taken_as_it_is():
    assert without_slips("def (") == "def ("
