"""What a student takes home: one file that works by itself and gives nothing away."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from exercises.authoring import AuthoredExercise
from exercises.public import Exercise, read
from exercises.publishing import case_key
from exercises.unit import load_file
from tools.bundle import bundle

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
UNITS = sorted(path.parent for path in (ROOT / "source").glob("*/unit.md"))
RIGHT = """
from course.units.output_size import check


def output_size(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("it does not fit")
    return (W - F + 2 * P) // S + 1


check(output_size)

import course, importlib.util, sys

print(course.__file__)
print(importlib.util.find_spec("autograder"), "torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The zip."""
    return bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def files(made):
    """Everything in the zip and in the wheel that is in it: path -> bytes."""
    found = {}
    with zipfile.ZipFile(made) as archive:
        for name in archive.namelist():
            found[name.removeprefix("sliding-windows/")] = archive.read(name)
    (wheel,) = [name for name in found if name.endswith(".whl")]
    with zipfile.ZipFile(io.BytesIO(found[wheel])) as archive:
        found |= {f"{wheel}/{name}": archive.read(name) for name in archive.namelist()}
    return found


def test_the_same_files_make_the_same_bytes(made, tmp_path):
    before = os.umask(0o077)  # another machine's habits
    try:
        again = bundle(tmp_path)
    finally:
        os.umask(before)
    assert again.read_bytes() == made.read_bytes()


def test_it_holds_what_a_student_needs_and_nothing_else(files):
    top = {name.partition("/")[0] for name in files}
    (wheel,) = [name for name in top if name.endswith("-py3-none-any.whl")]
    assert top == {
        "READ ME FIRST.md", "student.md", "pictures", "release", "constraints.txt", "LICENSE",
        "LICENSE-CC-BY-4.0.txt", "requirements.txt", "requirements-lab.txt", wheel,
    }  # fmt: skip
    assert {f"release/{unit.name}/unit.ipynb" for unit in UNITS} <= set(files)
    inside = {name.split("/")[1] for name in files if name.startswith(f"{wheel}/")}
    assert inside == {"course", "exercises", f"{wheel[: -len('-py3-none-any.whl')]}.dist-info"}
    assert files["requirements.txt"].decode() == (
        f"--constraint constraints.txt\n./{wheel}[student]\n"
    )
    guide = files["READ ME FIRST.md"].decode()
    for words in ("requirements.txt", "requirements-lab.txt", "course lab", "Windows", "macOS"):
        assert words in guide


def test_no_key_no_hidden_case_and_no_solution_is_in_it(files):
    names = list(files)
    assert not [n for n in names if re.search(r"source/|autograder|gradebook|unit\.md", n)]
    assert not [n for n in names if n.endswith("exercises.py")]
    notebooks = [files[name].decode() for name in names if name.endswith(".ipynb")]
    everything = b"\n".join(files.values()).decode("utf-8", errors="replace")
    assert "BEGIN SOLUTION" not in "".join(notebooks) and "MARK SCHEME" not in everything
    solutions, hidden = 0, 0
    for folder in UNITS:
        for cell in nbformat.read(folder / "unit.ipynb", as_version=4).cells:
            for text in re.findall(
                r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", cell.source, re.DOTALL
            ):
                lines = [line.strip() for line in text.splitlines() if line.strip()]
                if len(lines) < 3:
                    continue  # one line may stand in a text as what it says
                solutions += 1
                assert text not in everything, (folder.name, text)
                assert "\\n".join(text.splitlines()) not in everything
        unit = load_file(folder / "exercises.py")
        package = folder.name.partition("-")[2].replace("-", "_")
        (public,) = [
            name for name in names if name.endswith(f"course/units/{package}/exercises.json")
        ]
        known = read(files[public].decode())
        for name, exercise in unit.exercises.items():
            if not isinstance(exercise, AuthoredExercise):
                continue
            shown = known[name]
            assert isinstance(shown, Exercise) and not shown.way
            examples = {case_key(given.args) for given in shown.examples}
            given_away = {case_key(given.args) for given in (*shown.probes, *shown.others)}
            cases = {case_key(case) for group in exercise.groups for case in group.cases}
            hidden += len(cases - examples)
            assert not (cases - examples) & given_away, (folder.name, name)
    assert solutions > 30 and hidden > 500


@pytest.mark.timeout(120)
def test_in_a_fresh_environment_a_check_passes(made, tmp_path):
    """Without source/, without autograder/; the libraries are this environment's."""
    with zipfile.ZipFile(made) as archive:
        archive.extractall(tmp_path)
    home = tmp_path / "sliding-windows"
    libraries = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": libraries}
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / ".venv"], check=True)
    python = home / ".venv" / "bin" / "python"
    (wheel,) = home.glob("*.whl")
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install",
         "--quiet", "--no-index", "--no-deps", wheel],
        check=True, env=env | {"PYTHONPATH": ""},
    )  # fmt: skip

    def run(*command, cwd=home):
        done = subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    listed = run(home / ".venv" / "bin" / "course", "units")
    assert [line.split()[0] for line in listed.splitlines()] == [unit.name for unit in UNITS]
    brought = "from pathlib import Path; from course.workspace import hand_out; "
    run(python, "-c", brought + "hand_out(Path('release'), Path('work'))")
    told = run(python, "-c", RIGHT, cwd=home / "work" / "02-output-size").splitlines()
    assert told[0].startswith("✓ output_size: all 6 examples agree.")
    assert Path(told[-2]).is_relative_to(home / ".venv"), "the course is the bundle's"
    assert told[-1] == "None False"
    assert (home / "work" / "progress.jsonl").is_file()
