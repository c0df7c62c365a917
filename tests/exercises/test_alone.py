"""The kit stands on Python alone: on no NumPy, no course, no grader, and it starts quickly."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import exercises
from tests.support.half import KEY

KIT = Path(exercises.__file__).parent
MODULES = sorted(path.stem for path in KIT.glob("*.py") if path.stem != "__main__")

WATCHED = """
import sys, time
class NotHere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numpy", "torch", "course", "autograder", "IPython"}:
            raise ModuleNotFoundError(f"{name} is not here", name=name)
sys.meta_path.insert(0, NotHere())
before = time.process_time()
"""


def alone(code):
    """What ``code`` prints in a fresh process in which there is nothing but Python and the kit."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED + code], capture_output=True, text=True, check=True, cwd="/"
    )
    return done.stdout


@pytest.mark.slow
def test_every_module_can_be_imported_alone():
    for module in MODULES:
        assert alone(f"import exercises.{module}; print('fine')") == "fine\n", module


def test_a_unit_is_written_published_and_checked_alone(tmp_path):
    (tmp_path / "exercises.py").write_text(KEY)
    code = f"""
from pathlib import Path

import pytest
from exercises.check import checker
from exercises.unit import load_file
folder = Path({str(tmp_path)!r})
(folder / "exercises.json").write_text(load_file(folder / "exercises.py").public())
def half(n):
    return n // 2
checker(folder / "exercises.json")(half)
"""
    assert alone(code) == "✓ half: all 1 examples agree. The grader tries others too.\n"


def test_a_check_is_imported_quickly():
    """Every notebook of every unit does so.  Seconds of the processor, in the median of five."""
    code = "import exercises.check; print(time.process_time() - before)"
    seconds = [float(alone(code)) for _ in range(5)]
    assert statistics.median(seconds) < 0.15, seconds


def test_nothing_of_the_kit_names_the_course_or_the_grader():
    names = set()
    for file in KIT.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module)
    assert not {name for name in names if name.partition(".")[0] in ("course", "autograder")}
    assert "exercises.answers" in names
