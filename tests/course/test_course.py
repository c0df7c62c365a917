"""The package: what a notebook's first line brings, wherever the notebook lies."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "source"


@pytest.mark.parametrize("first", ["", "."], ids=["a notebook", "a script"])
def test_a_teacher_runs_a_notebook_where_its_private_exercises_lie(first):
    """Python looks there first, and ``exercises.py`` is called as the kit is."""
    code = f"import sys; sys.path.insert(0, {first!r})\n"
    code += "from course.units.output_size import check, panels\n"
    code += "import exercises.check; print(exercises.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        cwd=SOURCE / "02-output-size",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert Path(done.stdout.strip()) == SOURCE.parent / "exercises" / "__init__.py"
