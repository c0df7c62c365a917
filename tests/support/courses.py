"""Assignments as people write them, in ``tests/courses``, and what a class makes of them.

An assignment is a folder with ``assignment.txt``: its cells, each below a line ``%% KIND ...``:

``%% markdown``, ``%% code``     cells that nbgrader does not know
``%% locked ID``                 code that students may not change
``%% answer ID``                 an answer, with its solution
``%% test ID POINTS``            a test
``%% by-hand ID POINTS``         code that a person reads; ``%% words ID POINTS``: text
``%% task ID POINTS``            a question in words
``%% wrong ID``                  not a cell: another answer to ID, which somebody hands in

``files/`` beside it is copied into the source folder, ``course/`` into the course's,
``config.txt`` ends the course's ``nbgrader_config.py``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.support.accidents import accidents, id_of
from tests.support.cells import cell, notebook

FOLDER = Path(__file__).parents[1] / "courses"
HEAD = re.compile(r"^%% (.+)$", re.MULTILINE)


@dataclass
class Assignment:
    """An assignment, and the wrong answers that are handed in, each with its answer cell's id."""

    folder: Path
    source: NotebookNode
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.folder.name

    @property
    def config(self) -> str:
        """What the course's ``nbgrader_config.py`` ends with."""
        path = self.folder / "config.txt"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def assignments() -> list[Assignment]:
    """All of them, in order."""
    return [read(path.parent) for path in sorted(FOLDER.glob("*/assignment.txt"))]


def read(folder: Path) -> Assignment:
    """The assignment in a folder."""
    pieces = HEAD.split((folder / "assignment.txt").read_text(encoding="utf-8"))[1:]
    cells, wrong = [], []
    for head, text in zip(pieces[::2], pieces[1::2], strict=True):
        kind, *words = head.split()
        source = text.strip("\n")
        match kind:
            case "markdown":
                cells.append(new_markdown_cell(source))
            case "code":
                cells.append(new_code_cell(source))
            case "wrong":
                wrong.append((words[0], source))
            case "locked":
                cells.append(cell(source, words[0]))
            case "answer":
                cells.append(cell(source, words[0], solution=True))
            case "test":
                cells.append(cell(source, words[0], float(words[1])))
            case "by-hand":
                cells.append(cell(source, words[0], float(words[1]), solution=True))
            case "words":
                made = cell(source, words[0], float(words[1]), kind="markdown", solution=True)
                cells.append(made)
            case "task":
                cells.append(cell(source, words[0], float(words[1]), kind="markdown", task=True))
            case _:
                raise ValueError(f"{folder.name}: no cell is called {kind!r}")
    return Assignment(folder, notebook(*cells), wrong)


@dataclass(frozen=True)
class Submission:
    """What somebody hands in, as a ``file``.

    ``documented`` is the row of docs/differences.md that it shows; then the scores here are those
    that ``like`` has by stock nbgrader, if anybody.
    """

    student: str
    nb: NotebookNode
    documented: str = ""
    like: str = ""
    file: str = "unit.ipynb"


SOLUTION = re.compile(r"^[ \t]*#+ (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def submissions(assignment: Assignment, released: NotebookNode) -> Iterator[Submission]:
    """A class: right, untouched, half done and wrong, with warnings, plots, and small accidents."""
    answers = {
        id_of(one): SOLUTION.sub("", one.source)
        for one in assignment.source.cells
        if id_of(one) and one.metadata.nbgrader.solution
    }
    names = [name for name in answers if name]

    def solved(**changed: str) -> NotebookNode:
        nb = copy.deepcopy(released)
        for one in nb.cells:
            if id_of(one) in answers:
                one.source = {**answers, **changed}[id_of(one)]
        return nb

    def with_cell(source: str, *, at: int = 1) -> NotebookNode:
        nb = solved()
        nb.cells.insert(at, new_code_cell(source))
        return nb

    def before_tests(source: str) -> NotebookNode:
        nb = solved()
        for at in reversed(range(len(nb.cells))):
            data = nb.cells[at].metadata.get("nbgrader", {})
            if data.get("grade") and not data.get("solution"):
                nb.cells.insert(at, new_code_cell(source))
        return nb

    yield Submission("right", solved())
    yield Submission("untouched", copy.deepcopy(released))
    for student, some in (("first-half", names[::2]), ("second-half", names[1::2])):
        nb = copy.deepcopy(released)
        for one in nb.cells:
            if id_of(one) in some:
                one.source = answers[id_of(one)]
        yield Submission(student, nb)
    for number, (name, source) in enumerate(assignment.wrong):
        assert name in answers, (assignment.name, name)
        yield Submission(f"wrong-{number}-{name}", solved(**{name: source}))
    yield Submission("all-wrong", solved(**dict(assignment.wrong)))

    first = names[0]
    yield Submission("warns", with_cell("import warnings\nwarnings.warn('careful')"))
    warned = "import warnings\nwarnings.warn('deprecated', DeprecationWarning)\n"
    yield Submission("warns-in-the-answer", solved(**{first: warned + answers[first]}))
    said = "import sys\nprint('working on it', file=sys.stderr)\n"
    yield Submission("stderr-in-the-answer", solved(**{first: said + answers[first]}))
    yield Submission("prints", before_tests("print('now the test')\nfor k in range(30): print(k)"))
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.title('mine')"
    yield Submission("plots", before_tests(plot))
    yield Submission("plots-and-shows", before_tests(plot + "\nplt.show()"))
    yield Submission("inline", with_cell("%matplotlib inline\n" + plot))
    yield Submission("syntax-error", solved(**{first: "def f(:\n"}))
    yield Submission("raises", solved(**{first: answers[first] + "\nraise ValueError('oh')"}))
    yield Submission("error-elsewhere", with_cell("1 / 0"))
    yield Submission("exits", with_cell("raise SystemExit"))
    yield Submission("magics", with_cell("%time sum(range(10))\n%pwd\n%who\n!echo hello"))
    yield Submission("capture", before_tests("%%capture\nprint('nobody sees it')"))
    yield Submission("pandas-and-numpy", with_cell(
        "import numpy as np, pandas as pd\nnp.set_printoptions(precision=3)\n"
        "pd.set_option('display.max_rows', 5)\npd.DataFrame({'a': range(20)})"))  # fmt: skip
    yield Submission("display", before_tests(
        "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>x</b>'))\n"
        "display(Markdown('*y*'))\n[1, 2]"))  # fmt: skip

    colab = solved()
    for one in colab.cells:
        one.metadata["id"] = "AbCdEf"
        one.metadata["colab"] = {"base_uri": "none"}
    colab.metadata = nbformat.from_dict({
        "colab": {"provenance": []}, "language_info": {"name": "python"},
        "kernelspec": {"name": "python3", "display_name": "Python 3"}})  # fmt: skip
    yield Submission("colab", colab)

    notes = solved()
    for at in reversed(range(1, len(notes.cells), 2)):
        notes.cells.insert(at, new_markdown_cell("my *notes*"))
        notes.cells.insert(at, new_code_cell("scratch = [n * n for n in range(3)]"))
    yield Submission("notes-between", notes)

    yield Submission("last-cell-fails", with_cell("import nothing_like_it", at=10**6))
    yield Submission("asks", with_cell("name = input('your name: ')"))
    yield Submission("awaits", with_cell(
        "import asyncio\nawait asyncio.sleep(0)\nasyncio.run(asyncio.sleep(0))"))  # fmt: skip
    yield Submission("own-module", with_cell(
        "from pathlib import Path\nPath('mine.py').write_text('def f(): return 3')\n"
        "import mine\nassert mine.f() == 3"))  # fmt: skip
    yield Submission("names-of-python", before_tests("sum, list = 0, [1, 2]"))
    yield Submission("talks-much", before_tests("for k in range(1500): print('line', k)"))
    logs = "import logging\nlogging.warning('here')\n"
    yield Submission("logs-in-the-answer", solved(**{first: logs + answers[first]}))
    for one in accidents(solved(), released):
        yield Submission(one.name, one.nb, one.documented, one.like, one.file)
