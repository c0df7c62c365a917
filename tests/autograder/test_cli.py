"""The ``autograder`` command: help, exit codes, and sentences where something is wrong."""

import io
import re
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console
from typer.main import get_command
from typer.testing import CliRunner

from autograder import doctor as examination
from autograder.cli import EXIT_CODES, app
from autograder.demo.demo import make_course
from autograder.report import console as printing
from autograder.sandbox.available import require
from autograder.workers import cluster
from tests.support import cells
from tests.support.half import make_unit
from tests.support.nbgrader_course import OURS

pytestmark = pytest.mark.slow

UNIT = "01-half"
COMMANDS = sorted(get_command(app).commands)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A source folder with one small unit, and a course that was made of it."""
    root = tmp_path_factory.mktemp("cli")
    make_unit(root / "source" / UNIT)
    make_course(root / "course", root / "source", [UNIT])
    return root


@pytest.fixture
def course(made, tmp_path):
    """A copy of the course; ann handed in a folder without a notebook."""
    root = Path(shutil.copytree(made / "course", tmp_path / "course"))
    (root / "submitted" / "ann" / UNIT).mkdir(parents=True)
    return root


@pytest.fixture
def no_bubblewrap(monkeypatch):
    """A machine on which nobody installed bubblewrap."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert shutil.which("bwrap") is None
    require.cache_clear()
    yield
    require.cache_clear()


def run(*words):
    """Exit code and text of a command; what went wrong is a sentence, never a traceback."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


# ---------------------------------------------------------------------------------- help


def test_these_are_the_commands():
    assert {"demo", "doctor", "grade", "selftest"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_its_options_and_its_exit_codes(command):
    code, text = run(command, "--help")
    assert code == 0
    assert "Exit codes: 0 all is well" in text.replace("│", "")
    for parameter in get_command(app).commands[command].params:
        assert parameter.help, f"{command}: {parameter.name} has no help"


def test_the_program_explains_itself():
    code, text = run("--help")
    assert code == 0 and all(command in text for command in COMMANDS)
    assert all(number in EXIT_CODES for number in ("0 ", "1 ", "2 ", "3 "))
    assert "Usage" in run()[1]


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("grade",),
        ("grade", UNIT, "--nonsense"),
        ("grade", UNIT, "--workers", "0"),
        ("grade", UNIT, "--workers", "many"),
        ("grade", UNIT, "another"),
        ("doctor", "please"),
    ],
)
def test_wrong_usage_is_2(words):
    code, text = run(*words)
    assert code == 2 and "Usage" in text


def test_the_module_is_the_program():
    command = [sys.executable, "-m", "autograder", "grade", UNIT, "--course", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "/nowhere is no course folder" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr + done.stdout


# --------------------------------------------------------------------------------- grade


def test_a_folder_that_is_no_course(tmp_path):
    code, text = run("grade", UNIT, "--course", tmp_path)
    assert code == 1 and "is no course folder" in text and "--course" in text


def test_nobody_handed_in(course):
    code, text = run("grade", "99-nothing", "--course", course)
    assert code == 1
    assert "Nobody has handed in 99-nothing" in text and "submitted" in text


def test_a_unit_that_the_gradebook_does_not_know(course, sandbox):
    (course / "submitted" / "ann" / "99-nothing").mkdir()
    code, text = run("grade", "99-nothing", "--course", course)
    assert code == 1
    assert f"it knows {UNIT}" in text and "nbgrader generate_assignment 99-nothing" in text


def test_a_student_who_handed_nothing_in(course):
    code, text = run("grade", UNIT, "--course", course, "--student", "ann", "--student", "[/zoe]")
    assert code == 1 and f"No submission of {UNIT} by [/zoe]." in text


def test_without_a_sandbox_nothing_is_graded(course, no_bubblewrap):
    code, text = run("grade", UNIT, "--course", course)
    assert code == 3
    assert "No sandbox: bubblewrap (bwrap) is missing" in text and "Type: " in text
    assert not (course / "autograded").exists()


STRANGE = ["<img>", "a\x1b[31mb", "gnp\u202efdp", "x\u2066y", "\x9b5m"]


@pytest.mark.sandbox
def test_folders_that_bear_no_name_are_said_and_reach_no_terminal_as_they_are(course, sandbox):
    for name in (*STRANGE, "Zo\u00eb\u00a0M\u00fcller"):
        (course / "submitted" / name / UNIT).mkdir(parents=True)
    code, text = run("grade", UNIT, "--course", course, "--workers", "1")
    assert code == 1, "not everybody was graded"
    assert text.count("bears no name for a student") == len(STRANGE)
    assert text.count("NOT") >= len(STRANGE)  # in the table: NOT GRADED
    assert not any(letter in text for letter in "\x1b\x9b\u202e\u2066")
    assert {path.name for path in (course / "autograded").iterdir()} == {
        "ann",
        "Zo\u00eb\u00a0M\u00fcller",
    }


@pytest.mark.sandbox
def test_a_class_is_graded_and_kept(course, sandbox):
    (course / "submitted" / "[b]ob" / UNIT).mkdir(parents=True)
    code, text = run("grade", UNIT, "--course", course, "--workers", "1")
    assert code == 0
    assert "ann" in text and "[b]ob" in text and "missing" in text
    assert "2 submissions" in text and "(0 unchanged, kept)" in text
    assert (course / "autograded" / "ann" / UNIT / "marks.json").exists()
    code, text = run("grade", UNIT, "--course", course)
    assert code == 0 and "(2 unchanged, kept)" in text
    code, text = run(
        "grade", UNIT, "--course", course, "--student", "ann", "--force", "--workers", "1"
    )
    assert code == 0 and "1 submissions" in text and "(0 unchanged, kept)" in text


@pytest.mark.sandbox
def test_a_dashboard_has_an_address_or_says_what_is_missing(course, sandbox, monkeypatch):
    code, text = run("grade", UNIT, "--course", course, "--dashboard", "--workers", "2")
    if find_spec("bokeh"):
        assert code == 0 and "dashboard: http://127.0.0.1:" in text
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    code, text = run("grade", UNIT, "--course", course, "--dashboard")
    assert code == 1 and "pip install bokeh" in text


def test_progress_is_a_line_now_and_then_in_a_log_and_a_bar_on_a_terminal(monkeypatch):
    def shown(**options):
        file = io.StringIO()
        monkeypatch.setattr(printing, "console", Console(file=file, width=100, **options))
        with printing.bar() as progress:
            task = progress.add_task("grading", total=4)
            for _ in range(4):
                time.sleep(0.15)
                progress.advance(task)
        return file.getvalue()

    monkeypatch.setattr(printing, "LOG_EVERY", 0.2)
    lines = shown().splitlines()
    assert 2 <= len(lines) <= 5, lines
    assert "4/4" in lines[-1] and all(line.endswith("left") for line in lines)
    counts = [int(re.search(r"(\d)/4", line)[1]) for line in lines]
    assert counts == sorted(counts) and counts[0] < 4
    assert any(re.search(r" \d+\.\d/s ", line) for line in lines[1:])
    monkeypatch.setattr(printing, "LOG_EVERY", 0.01)
    assert shown(force_terminal=True).count("\n") <= 1, "rich redraws one line"


@pytest.mark.sandbox
def test_a_key_that_cannot_be_used_is_a_sentence(course, sandbox):
    (course / "source" / UNIT / "exercises.py").write_text("import exercises\n1 / 0")
    code, text = run("grade", UNIT, "--course", course, "--workers", "1")
    assert code == 1 and "exercises.py, line 2: ZeroDivisionError" in text


# ------------------------------------------------------------------------------ selftest


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
def test_selftest_of_a_good_unit(made):
    code, text = run("selftest", "--course", made / "course")
    assert code == 0 and "half" in text and "its own solution" in text
    assert "✓" in text and "✗" not in text


def changed(made, root, file, old, new):
    """The course with another text in its unit."""
    shutil.copytree(made / "course", root, dirs_exist_ok=True)
    path = root / "source" / UNIT / file
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    return root


def test_selftest_says_what_is_wrong(made, tmp_path, no_bubblewrap):
    course = changed(made, tmp_path, "exercises.py", "(n + 1) // 2", "n // 2")
    code, text = run("selftest", UNIT, "--course", course)
    assert code == 1
    assert "half: no example or probe shows that up is wrong" in text
    assert "The notebooks' own solutions were not run: " in text and "bubblewrap" in text


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_being_tested(made, tmp_path):
    course = changed(made, tmp_path, "exercises.py", "(n + 1) // 2", "(n + 1) //")
    shutil.copytree(made / "course" / "source" / UNIT, course / "source" / "99-good")
    code, text = run("selftest", "--course", course)
    assert code == 1 and f"In {UNIT}: ✗ {UNIT}/exercises.py, line" in text
    assert "99-good" in text and "its own solution" in text


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("return n / 2", "half: its own solution earns 2 of 4 points (odd)"),
        ("return n // 2 + 1 / 0", "half: its own solution earns 0 of 4 points (odd; even)"),
        (
            "while True: pass",
            "half: its own solution earns 0 of 4 points (odd; even; half took more than 3 s",
        ),
    ],
)
def test_selftest_grades_the_notebooks_own_solution(made, tmp_path, new, says):
    course = changed(made, tmp_path, "unit.ipynb", "return n // 2", new)
    before = sorted(path for path in course.rglob("*") if "pycache" not in str(path))
    code, text = run("selftest", UNIT, "--course", course)
    assert code == 1 and f"✗ {says}" in text
    assert sorted(path for path in course.rglob("*") if "pycache" not in str(path)) == before


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
def test_selftest_of_a_plain_unit_runs_its_solution(tmp_path):
    """With the course's own settings: here a header that the solution stands on."""
    nb = cells.notebook(
        cells.answer("twice", cells.solved("twice(n)", "return STEP * n")),
        cells.cell("assert twice(2) == 4\n### BEGIN HIDDEN TESTS\nassert twice(5) == 11\n"
                   "### END HIDDEN TESTS", "test-twice", 3),
        cells.cell("Why?", "why", 2, kind="markdown", solution=True),
    )  # fmt: skip
    cells.write(tmp_path / "source" / "plain", nb)
    cells.write(tmp_path / "source", cells.notebook(cells.cell("STEP = 2", "step")), "header.ipynb")
    header = 'c.IncludeHeaderFooter.header = "source/header.ipynb"\n'
    (tmp_path / "nbgrader_config.py").write_text(OURS + header)
    code, text = run("selftest", "plain", "--course", tmp_path)
    assert code == 1
    assert "✗ test-twice: its own solution earns 0 of 3 points" in text and "why" not in text


def test_selftest_of_a_unit_that_is_not_there(made, tmp_path):
    code, text = run("selftest", "99-nothing", "--course", made / "course")
    assert code == 1 and "99-nothing" in text
    code, text = run("selftest", "--course", tmp_path)
    assert code == 1 and "--course" in text


# ---------------------------------------------------------------------------------- demo


def test_demo_replaces_nothing_but_a_scratch_course(made, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter-1.txt").write_text("years of work")
    code, text = run("demo", "--into", tmp_path / "thesis", "--source", made / "source")
    assert code == 1 and "is no scratch course" in text
    assert (tmp_path / "thesis" / "chapter-1.txt").exists()


def test_demo_of_a_unit_that_is_not_there(made, tmp_path):
    code, text = run(
        "demo", "--into", tmp_path / "demo", "--source", made / "source", "--unit", "99-x"
    )
    assert code == 1 and "99-x" in text
    code, text = run("demo", "--into", tmp_path / "demo", "--source", tmp_path)
    assert code == 1 and "--source" in text
    assert not (tmp_path / "demo").exists()


# -------------------------------------------------------------------------------- doctor


def test_doctor_without_bubblewrap(no_bubblewrap):
    code, text = run("doctor")
    assert code == 3
    assert "bubblewrap" in text and "bad" in text and "nothing is graded without it" in text


@pytest.mark.sandbox
def test_doctor_on_a_machine_with_everything(sandbox):
    code, text = run("doctor")
    assert code == 0 and "sandbox" in text and "bad" not in text.split()


def test_doctor_on_a_machine_that_lacks_a_package(no_bubblewrap, monkeypatch):
    def missing(package):
        raise examination.PackageNotFoundError(package)

    monkeypatch.setattr(examination, "version", missing)
    _, text = run("doctor")
    assert "pip install 'sliding-windows[autograder]'" in text
