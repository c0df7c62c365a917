"""Runs a unit's notebook from top to bottom in a process of its own, and marks what it defines.

``python -m tests.support.running SOURCE NOTEBOOK`` prints one JSON object: the errors and the printed
text of every code cell, and what each exercise earned.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run_notebook(unit: Path, notebook: Path, folder: Path, **environment: str) -> dict[str, Any]:
    """What running ``notebook`` in ``folder`` gives: ``cells`` and ``credit``, by name.

    ``unit`` is the source folder with the exercises that are marked.
    """
    command = [sys.executable, "-m", "tests.support.running", str(unit), str(notebook)]
    places = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": places, "MPLBACKEND": "Agg", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(unit: Path, notebook: Path) -> None:
    """Run, mark, print."""
    from IPython.display import display

    from autograder.marking.marks import mark
    from exercises.public import answers_of
    from exercises.unit import load_file

    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    space: dict[str, Any] = {"__name__": "__main__", "display": display}
    found = [
        _run("".join(one["source"]), one, space) for one in cells if one["cell_type"] == "code"
    ]
    credit = {}
    key = load_file(unit / "exercises.py")
    author = key.identity.reference() if key.identity else ""
    for name, exercise in key.exercises.items():
        with contextlib.redirect_stdout(io.StringIO()):
            answers = answers_of(space[name], exercise.questions) if name in space else []
        credit[name] = float(mark(exercise, answers, of=author).credit)
    print(json.dumps({"cells": found, "credit": credit}), flush=True)


def _run(source: str, cell: dict[str, Any], space: dict[str, Any]) -> dict[str, Any]:
    """Run one cell as a notebook does: its last expression is shown."""
    printed, error = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            body = ast.parse(source).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), "<cell>", "exec"), space)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)
                if value is not None:
                    print(repr(value))
    except Exception as problem:
        error = [type(problem).__name__, str(problem)]
    name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return {"name": name, "source": source, "printed": printed.getvalue(), "error": error}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
