"""The guides say what is: links and pictures exist, commands and flags are those of the code."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import typer.main

import autograder.cli
import course.cli
from autograder.errors import FlagKind, NoAnswer, NotGraded
from autograder.execution.runner import REFUSED
from autograder.limits import Limits
from autograder.marking.problems import problems_of
from exercises.unit import load
from tests.test_house import FLOORS

ROOT = Path(__file__).resolve().parents[1]
TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
GUIDES = [*TOP, *sorted((ROOT / "docs").glob("*.md"))]
APPS = {"autograder": autograder.cli.app, "course": course.cli.app}
every_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)


def prose(guide: Path) -> str:
    """A guide without its blocks of code."""
    return re.sub(r"(?ms)^```.*?^```", "", guide.read_text(encoding="utf-8"))


def blocks(guide: Path, language: str) -> list[str]:
    """A guide's blocks of code in one language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", guide.read_text(encoding="utf-8"))


def anchors(guide: Path) -> set[str]:
    """The anchors that a guide's headings make, by GitHub's rule."""
    heads = re.findall(r"(?m)^#+ (.+)$", prose(guide))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# --- links and pictures ---------------------------------------------------------------------------


@every_guide
def test_every_link_and_picture_exists(guide):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(guide)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        where = (guide.parent / file) if file else guide
        assert where.exists(), target
        assert not anchor or anchor in anchors(where), target


@every_guide
def test_every_picture_has_words_for_those_who_do_not_see_it(guide):
    for words in re.findall(r"!\[([^\]]*)\]", prose(guide)):
        assert len(words.split()) >= 5, words


def test_every_picture_is_shown_made_by_the_script_and_small():
    shown = {
        (guide.parent / target).resolve()
        for guide in GUIDES
        for target in re.findall(r"\]\(([^)]+\.png)\)", prose(guide))
    }
    there = set((ROOT / "docs" / "pictures").glob("*.png"))
    assert shown == there
    script = (ROOT / "tools" / "screenshots.py").read_text()
    made = re.findall(r"(?m)^@picture\ndef (\w+)", script)
    assert {name.replace("_", "-") for name in made} == {file.stem for file in there}
    assert all(file.stat().st_size < 150_000 for file in there)


# --- commands -------------------------------------------------------------------------------------


def typed(guide: Path) -> list[str]:
    """Everything in a guide that looks like a command of this project."""
    code = re.findall(r"`([^`\n]+)`", prose(guide))
    code += [line for block in blocks(guide, "sh") for line in block.splitlines()]
    starts = re.compile(r"(\.venv/bin/)?(make|autograder|course|python) [\w-]")
    return [line.strip() for line in code if starts.match(line.strip())]


def targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))


@every_guide
def test_commands_exist_with_their_options(guide):
    for line in typed(guide):
        program, *rest = line.removeprefix(".venv/bin/").split()
        if program == "make":
            assert rest[0] in targets(), line
            for variable in re.findall(r"\b([A-Z_]+)=", line):
                assert variable in (ROOT / "Makefile").read_text(), line
        elif program == "python":
            assert rest[0] == "-m", line
            module = ROOT.joinpath(*rest[1].split("."))
            file = module / "__main__.py" if module.is_dir() else module.with_suffix(".py")
            assert file.is_file(), line
            options = [word for word in rest if word.startswith("--")]
            text = file.read_text()
            assert all(option in text for option in options), line
        else:
            known = typer.main.get_command(APPS[program]).commands
            assert rest[0] in known, line
            options = {name for param in known[rest[0]].params for name in param.opts}
            for word in rest[1:]:
                assert not word.startswith("--") or word in options, line


def test_the_makefiles_examples_name_benchmarks_that_exist():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    (named,) = re.findall(r'BENCHMARKS="([\w ]+)"', listed.stdout)
    assert named.split()
    for name in named.split():
        assert (ROOT / "benchmarks" / f"{name}.py").is_file(), name


def test_the_readme_names_the_commands_of_all_three_users():
    named = {" ".join(line.removeprefix(".venv/bin/").split()[:2]) for line in typed(GUIDES[0])}
    assert named >= {
        "make demo", "make test", "make lab", "make teach", "make release", "make bench",
        "autograder grade", "autograder selftest", "autograder doctor", "course units",
    }  # fmt: skip


def test_units_that_are_named_exist():
    for guide in GUIDES:
        for unit in re.findall(r"\b(\d\d-[a-z][a-z-]+)\b", guide.read_text()):
            assert (ROOT / "source" / unit / "unit.md").exists(), f"{guide.name}: {unit}"


def test_exit_codes_are_those_of_the_command():
    text = (ROOT / "docs" / "operator.md").read_text()
    codes = {int(code) for code in re.findall(r"(?m)^\| (\d) \|", text)}
    theirs = autograder.cli
    assert codes == {theirs.FINE, theirs.FAILED, theirs.NO_SANDBOX, 2}
    assert codes == {int(code) for code in re.findall(r"\b(\d) ", theirs.EXIT_CODES)}


# --- flags, limits, examples ----------------------------------------------------------------------


def kinds_in(guide: str, section: str) -> set[str]:
    """The kinds that a table of a guide's section has a row for."""
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    part = re.split(r"(?m)^#+ ", text.partition(f"# {section}\n")[2])[0]
    return set(re.findall(r"(?m)^\| `([\w-]+)` \|", part))


@pytest.mark.parametrize(
    ("kinds", "guide", "section"),
    [
        (FlagKind, "instructor.md", "Flags"),
        (NoAnswer, "instructor.md", "Read the marks"),
        (NotGraded, "operator.md", "Not graded"),
    ],
    ids=["flags", "no answers", "not graded"],
)
def test_every_kind_of_the_engine_has_its_row(kinds, guide, section):
    assert kinds_in(guide, section) == set(get_args(kinds))


def kinds_said_by_the_engine() -> set[str]:
    """The kinds that stand in the engine's code where a flag or a problem is made."""
    makers = {"Flag": 0, "_nothing": 0, "Stop": 0, "Problem": 0, "problem_with_one": 0}
    makers |= {"stop_cell": 0, "_end": 0}
    kinds: set[str] = set()
    for file in (ROOT / "autograder").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in makers and isinstance(node.args[0], ast.Constant):
                    kinds.add(node.args[0].value)
    return kinds | set(REFUSED)


def test_the_engine_says_every_kind_that_there_is():
    """A kind that nothing makes is a row that nobody needs."""
    known = {*get_args(FlagKind), *get_args(NoAnswer), *get_args(NotGraded)}
    assert kinds_said_by_the_engine() == known


def test_every_test_that_the_security_page_names_exists():
    text = (ROOT / "docs" / "security.md").read_text()
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", text)
    assert len(named) > 25
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text())
        assert test in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, (file, test)
    table = text.partition("\n## What is tried")[2].partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| (?!threat|---)(.+)$", table)
    assert all("::" in row for row in rows), "every threat has a test"


def test_limits_in_the_guide_exist():
    (block,) = [b for b in blocks(ROOT / "docs" / "instructor.md", "python") if "c.Engine" in b]
    limits = ast.literal_eval(block.partition("=")[2].strip().replace("4 * 2**30", "1"))
    assert Limits(**limits)
    assert (Limits().cell_seconds, Limits().notebook_seconds) == (30, 300)
    assert (Limits().answer_seconds, Limits().memory) == (10, 2 * 2**30)


def test_the_slip_in_the_guide_works():
    slip, *_ = blocks(ROOT / "docs" / "instructor.md", "python")
    unit = load((ROOT / "source" / "02-output-size" / "exercises.py").read_text() + slip)
    exercise = unit.exercises["output_size"]
    assert "class-26" in exercise.slips and problems_of(exercise) == []


def test_the_exercises_in_the_guide_work(tmp_path):
    _, *texts, use, _count, _config, _limits = blocks(ROOT / "docs" / "instructor.md", "python")
    unit = load("\n\n".join(texts))
    assert list(unit.exercises) == ["padded_width", "not_wider", "is_padded_width"]
    assert [says for one in unit.exercises.values() for says in problems_of(one)] == []
    (tmp_path / "exercises.json").write_text(unit.public(), encoding="utf-8")
    code = f"{use}\ndef padded_width(W, P):\n    return W + P\ncheck(padded_width)"
    command = [sys.executable, "-c", code]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert "Hint: Draw the row for W = 5 and P = 1." in done.stdout
    assert "NotYet: padded_width: 2 of 3 examples disagree." in done.stderr


def test_the_script_that_counts_slips_runs(tmp_path):
    (script,) = [b for b in blocks(ROOT / "docs" / "instructor.md", "python") if "Counter" in b]
    graded = tmp_path / "autograded" / "ada" / "02-output-size" / "marks.json"
    graded.parent.mkdir(parents=True)
    graded.write_text(
        '{"notebooks": {"unit": {"marks": ['
        '{"exercise": "a", "slip": {"id": "M02", "says": "no first window"}},'
        '{"exercise": "b", "slip": null}, {"exercise": "words"}]}}}'
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1 no first window\n"


# --- architecture ---------------------------------------------------------------------------------

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_drawing_has_every_room_in_its_order():
    (drawn,) = (block for block in re.findall(r"(?ms)^```\n(.*?)^```", ARCHITECTURE)
                if block.startswith("cli "))  # fmt: skip
    rooms = [line.split()[0].rstrip("/") for line in drawn.splitlines()]
    assert rooms == [room for room in reversed(FLOORS) if room != "__main__"]


def test_every_module_of_a_room_is_named():
    rows = dict(re.findall(r"(?m)^\| `([\w/]+)/` \| (.+) \|$", ARCHITECTURE))
    assert len(rows) >= 6
    for room, modules in rows.items():
        there = {path.stem for path in (ROOT / "autograder" / room).glob("*.py")} - {"__init__"}
        assert set(re.findall(r"`(\w+)`", modules)) == there, room


def test_every_borrowed_name_is_still_used_where_it_says():
    section = ARCHITECTURE.partition("## Names that others call their own")[2]
    rows = re.findall(r"(?m)^\| (.+?) \| (.+?) \| .+ \|$", section)
    rows = [row for row in rows if row[0] not in ("name", "---")]
    assert len(rows) > 25
    for names, where in rows:
        files = [ROOT / "autograder" / f"{file}.py" for file in re.findall(r"`([a-z_/]+)`", where)]
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        for name in re.findall(r"`([^`]+)`", names):
            for word in re.findall(r"[A-Za-z_]\w*", name):
                assert word in text, f"{name}: not in {where}"


def test_what_the_course_covers_names_every_exercise_and_no_other():
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    asked = {}
    for path in sorted((ROOT / "source").glob("*/unit.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        asked[path.parent.name[:2]] = {one["grade_id"] for one in marks if one.get("points")}
    questions, syllabus = text.split("## The syllabus")
    table, _ = syllabus.split("**Differs")
    for row in re.findall(r"^\| (\d\d) [^|]*\|[^|]*\| ([^|]*) \|$", table, re.M):
        assert set(re.findall(r"`([^`]+)`", row[1])) == asked.pop(row[0]), row[0]
    assert asked == {}
    known = {path.parent.name[:2]: path for path in (ROOT / "source").glob("*/unit.md")}
    for row in re.findall(r"^\|[^|]*\| ([^|]*) \|[^|]*\|$", questions, re.M)[2:]:
        unit = None
        for number, name in re.findall(r"(\d\d):|`([^`]+)`", row):
            unit = number or unit
            assert not name or f'"{name}"' in known[unit].read_text(encoding="utf-8"), (unit, name)
        assert unit, row
