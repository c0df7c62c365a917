"""Canaries: who makes failures pass is seen, and who does not never notices."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import execute
from autograder.limits import Limits

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]


def run(*sources, test):
    """A notebook's execution, and the errors of its cells; the last one is a test."""
    cells = [new_code_cell(source) for source in sources]
    cells.append(new_code_cell(test, metadata={"nbgrader": {"grade_id": "t"}}))
    nb = new_notebook(cells=cells)
    execution = execute(nb, {}, Limits(), tests={"t"})
    outputs = [output for cell in nb.cells for output in cell.outputs]
    return execution, [output.evalue for output in outputs if output.output_type == "error"]


def test_a_test_that_changes_files_finds_them_as_the_notebook_left_them():
    test = """
import os, random
os.mkdir("made")
with open("log", "a") as log:
    log.write("x")
counted.append(random.random())
assert f() == 3
with open("log") as log:
    assert log.read() == "before x"
assert os.listdir("made") == [] and len(counted) == 1
"""
    before = "counted = []\nwith open('log', 'w') as log:\n    log.write('before ')"
    execution, errors = run("def f():\n    return 3", before, test=test)
    assert errors == []
    assert execution.tampered == frozenset()


def test_a_wrong_answer_is_wrong_and_nothing_more():
    execution, errors = run("def f():\n    return 4", test="assert f() == 3, 'three'")
    assert errors == ["three"]
    assert execution.tampered == frozenset()


def test_who_takes_assertions_out_is_seen():
    attack = """
import ast
class Gone(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Gone())
"""
    execution, errors = run("def f():\n    return 4", attack, test="assert f() == 3")
    assert errors == []
    assert execution.tampered == {"t"}
