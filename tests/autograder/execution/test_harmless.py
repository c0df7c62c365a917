"""Cells that only compute: what honest people write is among them, and no way to fool a test is."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.execution.harmless import doubted
from autograder.submission.structure import print_of

IMPORTS = "import math\nimport random\nimport numpy as np\nfrom numpy.testing import assert_equal"


def given(source, grade_id="given"):
    """A cell of the instructor's."""
    about = {"grade_id": grade_id, "locked": True, "grade": False, "solution": False}
    return new_code_cell(source, metadata={"nbgrader": about})


def asked(*sources, first="import math\nimport random\nimport numpy as np", files=False):
    """Which of two tests are doubted: one behind the instructor's cell, one behind ``sources``."""
    cells = [given(first), given("assert True", "before"), new_markdown_cell("Now you.")]
    cells += [new_code_cell(source) for source in sources]
    cells += [given("assert area(2, 3) == 6", "after")]
    return doubted(cells, {"before", "after"}, files=files)


HONEST = {
    "a function": "def area(W, H):\n    '''The area.'''\n    return W * H",
    "squares, as in nbgrader's manual": """
def squares(n):
    if n < 1:
        raise ValueError("n must be greater than or equal to 1")
    return [i ** 2 for i in range(1, n + 1)]
print(squares(10))""",
    "a loop": """
def median(numbers: list[float]) -> float:
    numbers = sorted(numbers, key=lambda x: -x)
    while len(numbers) > 2:
        numbers = numbers[1:-1]
    total = 0
    for index, number in enumerate(numbers):
        total += number
    return total / len(numbers) if numbers else math.nan
""",
    "arrays": """
def pad2d(image, P):
    H, W = image.shape
    out = np.zeros((H + 2 * P, W + 2 * P), dtype=image.dtype)
    out[P:P + H, P:P + W] = image
    assert out.sum() == image.sum(), f"{out} {image!r:>10}"
    return out
x = np.arange(6).reshape(2, 3).T
np.random.seed(0); y = np.linalg.norm(x) + np.random.rand(3).mean()""",
    "words": """
from collections import Counter, defaultdict
def words(text):
    found = defaultdict(int)
    for word in text.lower().split():
        found[word.strip(",.")] += 1
    return {k: v for k, v in found.items() if v > 1}, Counter(text).most_common(3)
_ = words("a b, a")""",
    "functions that call each other, and one that gives functions": """
def even(n):
    return n == 0 or odd(n - 1)
def odd(n):
    return n > 0 and even(n - 1)
def adder(n):
    count = 0
    def add(x, *more, scale=1, **named):
        nonlocal count
        count += 1
        return (x + n) * scale
    return add
print(adder(1)(2), [f(3) for f in (adder(1), even)], (seen := 3) + seen)""",
    "an error that is caught": """
try:
    int("x")
except (ValueError, TypeError) as problem:
    print("not a number:", problem)
finally:
    done = True
if type(done) == bool and __name__ == "__main__":
    pass""",
    "names of its own within a function": "def f(list, sum=0):\n    max = sum\n    return list, max",
    "a generator": "def count(n):\n    yield from range(n)\n    yield n\nlist(count(3))",
    "nothing": "# nothing yet",
}
FOOLING = {
    "a class": "class Equal:\n    def __eq__(self, other):\n        return True\narea = lambda *a: Equal()",
    "a class by its type": "area = lambda *a: type('E', (int,), {'__eq__': lambda *a: True})()",
    "a class by its type, in two steps": "make = type\narea = lambda *a: make('E', (int,), {})()",
    "a class by the type of a type": "area = type(type(1))('E', (int,), {'__eq__': print})",
    "a type for later": "kind = type(1)",
    "the type of several": "x = type(*[1]) == int",
    "what equals everything": "from unittest.mock import ANY\ndef area(*a): return ANY",
    "a transformer": "get_ipython().ast_transformers.append(None)",
    "the shell's variables": "In[-1]",
    "another module": "import sys",
    "a module of a module": "import numpy.testing",
    "an attribute that is a module": "np.testing.assert_equal(1, 1)",
    "an attribute of another kind": "np.ctypeslib.ctypes",
    "an attribute that is written": "np.pi = 3",
    "an item of what cannot be had": "np.__dict__['all'] = print",
    "globals": "globals()['assert_equal'] = print",
    "builtins": "__builtins__.all = print",
    "builtins by another way": "__builtins__['all'] = print",
    "a function's globals": "(lambda: 0).__globals__['x'] = 1",
    "a frame": "g = (i for i in [1])\ng.gi_frame.f_back",
    "a function's code": "def area(*a): return 1\narea.__code__",
    "names by their text": "getattr(np, 'testing')",
    "text that is run": "exec('x = 1')",
    "text that is worth something": "eval('1')",
    "text that is compiled": "compile('1', '', 'eval')",
    "an import by its name": "__import__('sys')",
    "a file": "open('x', 'w')",
    "a decorator": "@print\ndef area(*a): return 1",
    "everything of a module": "from math import *",
    "a relative import": "from . import math",
    "a part that is on no list": "from numpy import testing",
    "an import of what is not there": "from helper import area",
    "a context": "with np.errstate(all='ignore'):\n    x = 1",
    "a name that is taken away": "x = 1\ndel x",
    "something asynchronous": "async def f(): pass",
    "something that waits": "await f()",
    "a match": "match 1:\n    case all: pass",
    "a magic command": "%cd /",
    "a program": "!ls",
    "a cell magic": "%%bash\nls",
    "IPython's prompt": "In [1]: x = 5",
    "no Python": "def area(:",
    "a name that nobody has bound": "ls",
    "a name that ends with zeros": "x = '\0'",
    "the kernel's own name": "display = print",
    "a name of the system's": "__builtins__ = {}",
    "a name of the instructor's": "np = 3",
}
REBINDS = ["all = print", "def all(x): return True", "for all in [1]: pass", "import math as all",
           "(all := print)", "[all := i for i in [1]]", "def f():\n    global all\n    all = print",
           "try: 1\nexcept ValueError as all: pass", "[all] = [print]", "x, (*all, y) = 1, (2, 3)",
           "all: int = 3", "from math import sqrt as all", "all += 1",
           "def f():\n    def g():\n        global all\n        def all(): pass"]  # fmt: skip


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST.keys())
def test_who_only_computes_is_not_doubted(source):
    assert asked(source) == set()
    assert asked(source, "def area(W, H): return W * H") == set()


@pytest.mark.parametrize("source", FOOLING.values(), ids=FOOLING.keys())
def test_who_does_more_is_doubted_from_there_on(source):
    assert asked(source) == {"after"}
    assert asked("def area(W, H): return W * H", source, "x = 1") == {"after"}


@pytest.mark.parametrize("source", REBINDS)
def test_pythons_own_names_and_the_instructors_are_bound_by_nobody_else(source):
    assert asked(source) == {"after"}
    theirs = source.replace("all", "assert_equal")
    assert asked(theirs, first=IMPORTS) == {"after"}
    own = source.replace("all", "mine")
    if "global" not in own and "+=" not in own:
        assert asked(own) == set()


def test_what_the_instructor_has_is_used_if_it_only_computes():
    assert asked("helper(3)", first="def helper(x): return x") == set()
    assert asked("helper(3)", first="def helper(x): return open(x)") == {"after"}
    assert asked("plt.sqrt(3)", first="import os as plt") == {"after"}, "os is on no list"
    again = [given("def helper(x): return x", "a"), given("helper = open", "b"),
             new_code_cell("helper('x = 1')"), given("assert True", "t")]  # fmt: skip
    assert doubted(again, {"t"}, files=False) == {"t"}


def test_an_instructors_magic_lines_are_read_as_what_they_do():
    magic = "%matplotlib inline\n%load_ext autoreload\nimport numpy as np\nx = !ls"
    assert asked("def area(W, H): return W * H", first=magic) == set()
    assert asked("np = 3", first=magic) == {"after"}
    assert asked("x = 3", first=magic) == {"after"}
    # what these bind cannot be read: so whatever a student binds may be the instructor's
    for unknown in ("from os import *", "def (:", "%%time\nfrom os import *", "%run helpers.py",
                    "%pylab inline", "%time import os", "%%sql result\nselect 1", "globals().update(x=1)",
                    "exec('from os import *')"):  # fmt: skip
        assert asked("def area(W, H): return W * H", first=unknown) == {"before", "after"}


def test_an_instructors_cell_magics_bind_what_their_text_does_or_nothing():
    assert asked("x = np.zeros(3)", first="%%time\nimport numpy as np") == set()
    assert asked("np = 3", first="%%time\nimport numpy as np") == {"after"}
    for nothing in ("%%html\n<b>np = 3</b>", "%%latex\n$x$", "%%bash\nls"):
        assert asked("np = 3", first=nothing) == set()


def test_of_an_instructors_cell_each_statement_counts_by_itself():
    several = "import os, numpy as np\nimport math\nfrom scipy.optimize import minimize"
    assert asked("x = math.pi", first=several) == set()
    assert asked("x = np.pi", first=several) == {"after"}, "one statement, with os in it"
    assert asked("minimize(3)", first=several) == {"after"}
    assert asked("x = math.pi", first="import math\nmath = open") == {"after"}


def test_cells_without_nbgraders_mark_are_the_instructors_as_long_as_they_are_as_given_out():
    import_os = new_code_cell("import os")
    cells = [import_os, new_code_cell("x = 3"), given("assert x == 3", "t")]
    assert doubted(cells, {"t"}) == {"t"}
    assert doubted(cells, {"t"}, given={print_of("import os")}) == set()
    cells[1].source = "os.remove('x')"
    assert doubted(cells, {"t"}, given={print_of("import os")}) == {"t"}


def test_pictures_and_tables_are_drawn_and_computed():
    first = "%matplotlib inline\nimport matplotlib.pyplot as plt\nimport pandas as pd"
    drawn = "%matplotlib inline\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()"
    assert asked(drawn, first=first) == set()
    table = "pd.DataFrame({'x': [1, 2]}).groupby('x').mean().sort_values('y').head()"
    assert asked(table, first=first) == set()
    for more in (
        "plt.savefig('x')",
        "pd.eval('1')",
        "table.agg('eval')",
        "%matplotlib x; exec('')",
    ):
        assert asked(f"table = pd.DataFrame()\n{more}", first=first) == {"after"}


def test_what_lies_beside_a_notebook_may_be_imported_in_the_place_of_anything():
    assert asked("def area(W, H): return W * H", files=True) == {"before", "after"}


@pytest.mark.parametrize(
    "source",
    ["x = 1\n" * 50_000, "(" * 5_000 + ")" * 5_000, "-" * 190_000 + "1", "x" + ".T" * 90_000,
     "x = " + "[" * 90 + "]" * 90 + "\n" + "if 1:\n " * 99, "\ud800"],
    ids=["long", "nested", "signs", "a chain", "both", "no text"],
)  # fmt: skip
def test_what_is_long_or_deep_is_doubted_and_ends_nothing(source):
    assert asked(source) == {"after"}


def test_reading_a_cell_warns_nobody(recwarn):
    assert asked("pattern = '\\d'\nsame = pattern is 'x'") == set()
    assert not recwarn.list
