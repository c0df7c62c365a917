"""What a check knows of the cells of its notebook: in a real kernel, cell after cell."""

from __future__ import annotations

import os
import sys
import time

import nbformat
import pytest
from nbclient import NotebookClient

from exercises.unit import load

pytestmark = pytest.mark.slow

UNIT = """
from exercises.authoring import Group, exercise


@exercise(
    points=1,
    returns="n // 2",
    examples={(4,): 2, (5,): 2, (9,): 4},
    groups=[Group("all", [(1,), (2,)])],
    others=5,
)
def half_of(n):
    return n // 2
"""
STUB = "def half_of(n):\n    raise NotImplementedError()"
RIGHT = "def half_of(n):\n    return n // 2"
WRONG = "def half_of(n):\n    return n"


class Kernel:
    """A notebook with its kernel, in which cells are written, saved and run one by one."""

    def __init__(self, folder):
        self.file = folder / "unit.ipynb"
        (folder / "exercises.json").write_text(load(UNIT).public(), encoding="utf-8")
        self.notebook = nbformat.v4.new_notebook()
        self.client = NotebookClient(
            self.notebook, allow_errors=True, timeout=60, resources={"metadata": {"path": folder}}
        )

    def run(self, source):
        """Run a cell; its outputs."""
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        self.client.execute_cell(cell, len(self.notebook.cells) - 1)
        return cell.outputs

    def check(self):
        """What the check says, as text."""
        return self.run("check(half_of)")[0].data["text/plain"]

    def save(self, *sources):
        """The notebook as JupyterLab would save it now."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.file)


@pytest.fixture
def kernel(tmp_path):
    made = Kernel(tmp_path)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "JPY_SESSION_NAME": str(made.file),
    }
    with made.client.setup_kernel(env=env):
        made.run('from exercises.check import checker\n\ncheck = checker("exercises.json")')
        yield made


def test_what_was_run_is_known_and_what_was_not(kernel):
    kernel.run(STUB)
    said = kernel.check()
    assert said.startswith("✗ half_of: nothing written yet. Replace `raise NotImplementedError()`.")
    assert "That is what cell [2] made. Have you written more since? Run that cell" in said

    # a mistake in the newer text
    kernel.run("def half_of(n):\n    return n //")
    said = kernel.check()
    assert said.startswith("✗ half_of: nothing is written in the version that was run.")
    assert "was the version of cell [2]. The newer one, in cell [4], is not in use" in said
    assert "ended in a SyntaxError in its line 2" in said

    # repaired, and then broken again: a green check says which version it is about
    kernel.run(RIGHT)
    assert kernel.check() == "✓ half_of: all 3 examples agree. The grader tries others too."
    kernel.run("unknown\n" + WRONG)
    said = kernel.check()
    assert said.startswith("✓") and "The newer one, in cell [8], is not in use" in said
    assert "ended in a NameError." in said

    # run again, it is the newest
    kernel.run(RIGHT)
    assert "newer" not in kernel.check()


def test_a_misspelt_name_is_found(kernel):
    kernel.run(STUB)
    kernel.run("def other(n):\n    return 1")
    assert "cell [2] made. Have you" in kernel.check()
    kernel.run(RIGHT.replace("half_of", "halve_of"))
    said = kernel.check()
    assert "After it a cell made `halve_of`: was that to be `half_of`?" in said
    kernel.run(RIGHT)
    kernel.run(RIGHT.replace("half_of", "half_off"))
    assert kernel.check() == "✓ half_of: all 3 examples agree. The grader tries others too."


def test_a_text_that_is_saved_and_has_not_been_run_is_seen(kernel):
    kernel.save(WRONG)  # yesterday's, which this kernel never ran
    time.sleep(0.05)
    kernel.run(STUB)
    assert "has not been run" not in kernel.check(), "nobody knows that it is newer"
    time.sleep(0.05)
    kernel.save(RIGHT, "check(half_of)")
    said = kernel.check()
    assert "version of cell [2], and the notebook has another text of it, which has not" in said
    kernel.run(RIGHT)
    assert "has not been run" not in kernel.check()


def test_in_a_notebook_that_is_open_the_headline_stands_once(kernel):
    kernel.run(WRONG)
    shown, error = kernel.run("check(half_of)")
    assert shown.data["text/plain"].startswith("✗ half_of: 3 of 3 examples disagree.")
    assert error.traceback == ["NotYet: see above."]


def test_a_lambda_and_a_decorated_function_are_checked(kernel):
    kernel.run("half_of = lambda n: n // 2")
    assert kernel.check().startswith("✓ half_of: ")
    kernel.run("import functools\n\n\n@functools.cache\n" + RIGHT)
    assert kernel.check().startswith("✓ half_of: ")
