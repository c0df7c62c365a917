"""What holds for every unit, asked once: of its exercises, its notebook, and what students get."""

from __future__ import annotations

import ast
import json
import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.marking.marks import known_mistakes, mark
from autograder.marking.selftest import examine
from exercises.answers import Raised
from exercises.authoring import AuthoredClaim, AuthoredExercise, AuthoredTests
from exercises.check import inspect
from exercises.comparison import alike
from exercises.public import Claim, Exercise, answers_of, read
from exercises.publishing import case_key
from exercises.questions import AuthoredQuestion
from exercises.report import Report
from exercises.source import compiled
from exercises.unit import Unit, load_file
from tests.support.running import run_notebook
from tools import twin

ROOT = Path(__file__).parents[2]
SOURCE, RELEASE = ROOT / "source", ROOT / "release"
UNITS = sorted(path.parent.name for path in SOURCE.glob("*/unit.md"))
WITHOUT_WORDS = {"00-start", "11-review"}  # every other unit ends with a question in words
every_unit = pytest.mark.parametrize("name", UNITS)


@cache
def unit_of(name: str) -> Unit:
    """A unit's exercises: loaded once, since much is worked out of them."""
    return load_file(SOURCE / name / "exercises.py")


def package_of(name: str) -> str:
    return name.partition("-")[2].replace("-", "_")


def cells_of(folder: Path) -> list[Any]:
    return nbformat.read(folder / "unit.ipynb", as_version=4).cells


def nbgrader(cell: Any) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def functions_of(name: str) -> dict[str, AuthoredExercise]:
    exercises = unit_of(name).exercises
    return {one: it for one, it in exercises.items() if isinstance(it, AuthoredExercise)}


def hidden_of(exercise: AuthoredExercise) -> set[str]:
    return {case_key(case) for group in exercise.groups for case in group.cases}


def test_there_are_units_and_each_has_its_package_and_its_tests():
    assert sorted(path.name for path in SOURCE.iterdir() if path.is_dir()) == UNITS
    assert {"02-output-size", "03-padding", "10-mnist"} <= set(UNITS)
    for name in UNITS:
        assert (ROOT / "course" / "units" / package_of(name) / "__init__.py").exists()
        assert Path(__file__).with_name(f"test_{package_of(name)}.py").exists()


# ----------------------------------------------------------------------------- its exercises


@every_unit
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_is_wrong_with_its_exercises(name: str) -> None:
    found = list(examine(SOURCE / name, unit_of(name)))
    assert {one.exercise for one in found} >= set(unit_of(name).exercises)
    assert [problem for one in found for problem in one.problems] == []


@every_unit
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_public_file_is_what_the_private_one_makes(name: str) -> None:
    file = ROOT / "course" / "units" / package_of(name) / "exercises.json"
    assert file.read_text(encoding="utf-8") == unit_of(name).public(), "make release"


@every_unit
def test_nothing_that_is_public_is_a_hidden_case(name: str) -> None:
    file = ROOT / "course" / "units" / package_of(name) / "exercises.json"
    public = read(file.read_text(encoding="utf-8"))
    assert list(public) == list(unit_of(name).exercises)
    for one, exercise in functions_of(name).items():
        made = public[one]
        assert isinstance(made, Exercise)
        hidden = hidden_of(exercise)
        examples = {case_key(given.args) for given in made.examples}
        for given in (*made.probes, *made.others):
            assert case_key(given.args) not in hidden, (one, given.args)
        for group in exercise.groups:
            assert not {case_key(case) for case in group.cases} <= examples, (one, group.says)


@every_unit
def test_known_mistakes_run_in_an_empty_notebook(name: str) -> None:
    """The sample class pastes them there; they answer as they do beside the reference."""
    for exercise in unit_of(name).exercises.values():
        for id, text in known_mistakes(exercise):
            alone = compiled(text, {}, f"{exercise.name}: {id}")
            if isinstance(exercise, AuthoredTests | AuthoredQuestion):
                assert mark(exercise, answers_of(alone, exercise.questions), of="").credit == 0
                continue  # there is nothing beside them to compare with
            inputs = exercise.inputs if isinstance(exercise, AuthoredExercise) else [()]
            beside = answers_of(exercise.wrong(id), inputs)
            assert alike(answers_of(alone, inputs), beside), (exercise.name, id)


@every_unit
@pytest.mark.slow
def test_the_check_passes_each_reference_and_names_each_slip(name: str) -> None:
    file = ROOT / "course" / "units" / package_of(name) / "exercises.json"
    public = read(file.read_text(encoding="utf-8"))
    for one, exercise in unit_of(name).exercises.items():
        if not isinstance(exercise, AuthoredExercise | AuthoredClaim):
            continue  # those need something of the student's
        assert _inspected(public[one], exercise.reference).passed, one
        for id, slip in exercise.slips.items():
            report = _inspected(public[one], exercise.wrong(id))
            assert not report.passed and report.slip, (one, id)
            if not _crashes(public[one], id):  # that is said first, with its line
                assert (report.slip.id, report.slip.hint) == (id, slip.hint), one


def _inspected(exercise: Exercise | Claim, function: Any) -> Report:
    """What a check finds; a warning of NumPy's is none, as in a notebook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return inspect(exercise, function)


def _crashes(exercise: Exercise | Claim, id: str) -> bool:
    """Whether a slip ends in another error than the one that is asked for."""
    if isinstance(exercise, Claim):
        return False
    answers = next(slip.answers for slip in exercise.slips if slip.id == id)
    pairs = zip(answers, exercise.inputs, strict=True)
    return any(isinstance(answer, Raised) and not given.accepts(answer) for answer, given in pairs)


@every_unit
def test_every_slip_has_something_to_say(name: str) -> None:
    for exercise in unit_of(name).exercises.values():
        words = [*exercise.slips.values()]
        if isinstance(exercise, AuthoredTests):
            words = [one for one in exercise.judged if not one.sound]
        for slip in words:
            where = (exercise.name, slip.says)
            for text in filter(None, (slip.hint, slip.more)):
                assert text.rstrip(")").endswith((".", "?", "!")) and "  " not in text, where


# ----------------------------------------------------------------------------- its notebook


@every_unit
def test_both_twins_are_what_the_text_makes(name: str) -> None:
    for path, wanted in twin.settled(SOURCE / name).items():
        assert path.read_text(encoding="utf-8") == wanted, f"python -m tools.twin source/{name}"


@every_unit
def test_the_notebook_makes_the_same_text(name: str) -> None:
    for path, wanted in twin.settled(SOURCE / name, from_notebook=True).items():
        assert path.read_text(encoding="utf-8") == wanted


@every_unit
def test_the_notebook_is_clean(name: str) -> None:
    notebook = nbformat.read(SOURCE / name / "unit.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "tags"}
        assert not cell.get("outputs") and cell.get("execution_count") is None


@every_unit
def test_cell_ids_are_readable_and_unique(name: str) -> None:
    cells = cells_of(SOURCE / name)
    assert len({cell.id for cell in cells}) == len(cells)
    for cell in cells:
        assert cell.id == nbgrader(cell).get("grade_id", cell.id)


@every_unit
def test_cells_have_what_nbgrader_and_the_engine_ask_for(name: str) -> None:
    notebook = nbformat.read(SOURCE / name / "unit.ipynb", as_version=4)
    MetadataValidator().validate_nb(notebook)
    unit = unit_of(name)
    cells = [cell for cell in notebook.cells if nbgrader(cell)]
    assert all(nbgrader(cell)["schema_version"] == 3 for cell in cells)
    assert all(nbgrader(cell)["cell_type"] == cell.cell_type for cell in cells)

    graded = [cell for cell in cells if nbgrader(cell)["grade"]]
    judged = [nbgrader(cell)["grade_id"] for cell in graded]
    assert [one for one in judged if one not in unit.files] == list(unit.exercises)
    assert [one for one in judged if one in unit.files] == list(unit.files)
    for cell in graded:
        if nbgrader(cell)["grade_id"] in unit.exercises:
            assert cell.source == f"check({nbgrader(cell)['grade_id']})"
        assert nbgrader(cell)["locked"] and not nbgrader(cell)["solution"]

    answers = [cell for cell in cells if nbgrader(cell)["solution"]]
    assert [nbgrader(c)["grade_id"] for c in answers] == [f"{one}-answer" for one in unit.exercises]
    for cell in answers:
        assert not nbgrader(cell)["locked"] and "points" not in nbgrader(cell)
        assert cell.source.count("### BEGIN SOLUTION") == cell.source.count("### END SOLUTION") == 1

    tasks = [cell for cell in cells if nbgrader(cell)["task"]]
    assert len(tasks) == (name not in WITHOUT_WORDS)
    for task in tasks:
        assert task.cell_type == "markdown" and nbgrader(task)["locked"]
        assert "=== BEGIN MARK SCHEME ===" in task.source.partition("\n")[2]
        assert task.source.rstrip().endswith("=== END MARK SCHEME ===")
    assert len(cells) == len(graded) + len(answers) + len(tasks)


@every_unit
def test_the_first_code_cell_imports_the_unit(name: str) -> None:
    first = next(cell for cell in cells_of(SOURCE / name) if cell.cell_type == "code")
    comment, *lines = [line for line in first.source.splitlines() if line]
    assert comment.startswith("# Run this cell first, and again after a restart: it brings check")
    (imported,) = [line for line in lines if line.startswith("from course.")]
    assert re.fullmatch(rf"from course\.units\.{package_of(name)} import check(, \w+)+", imported)
    assert set(lines) <= {imported, "import numpy as np", "environment.look()"}


@every_unit
def test_a_check_that_finds_something_does_not_end_run_all_and_progress_is_said_at_the_end(
    name: str,
) -> None:
    cells = [cell for cell in cells_of(RELEASE / name) if cell.cell_type == "code"]
    checks = [cell for cell in cells if cell.source.startswith("check(")]
    assert checks and all("raises-exception" in cell.metadata.tags for cell in checks)
    assert cells[-1].source == "from course import progress\n\nprogress()"
    assert not any(nbgrader(cell).get("solution") and "tags" in cell.metadata for cell in cells)


@every_unit
def test_an_answer_cell_says_what_its_exercise_promises(name: str) -> None:
    """Who reads the docstring alone knows of the errors that are asked for."""
    answers = {
        nbgrader(c)["grade_id"]: c.source
        for c in cells_of(SOURCE / name)
        if nbgrader(c).get("solution")
    }
    for one, exercise in unit_of(name).exercises.items():
        functions = [
            n for n in ast.parse(answers[f"{one}-answer"]).body if isinstance(n, ast.FunctionDef)
        ]
        said = ast.get_docstring(next(n for n in functions if n.name == one)) or ""
        assert ("ValueError" in said) == ("ValueError" in exercise.returns), one


@every_unit
def test_objectives_points_and_minutes_add_up(name: str) -> None:
    """In the title, in the table of objectives, in the headings, and in nbgrader's metadata."""
    cells = cells_of(SOURCE / name)
    words = [cell.source for cell in cells if cell.cell_type == "markdown"]
    points = {
        nbgrader(c)["grade_id"]: nbgrader(c)["points"] for c in cells if nbgrader(c).get("points")
    }
    title = re.search(r"\*\*Unit (\d\d) · (\d+) minutes · (\d+) points? · ", words[0])
    assert title and title[1] == name[:2]
    assert int(title[3]) == sum(points.values())

    table = next(text for text in words if "| exercise | points | minutes |" in text)
    rows = re.findall(r"^\|[^|]+\| ([^|]+) \| ([\d.]+) \| (\d+) \|$", table, re.MULTILINE)
    assert sum(float(worth) for _, worth, _ in rows) == sum(points.values())
    told = {
        one: (float(worth), int(minutes)) for text, worth, minutes in rows if (one := _named(text))
    }
    heads = {}
    for one, worth in points.items():
        head = next(
            text for text in words if re.search(rf"^#+ .*`{re.escape(one)}[(`]", text, re.M)
        )
        found = re.search(r"\*\*([\d.]+) points? · (\d+) minutes · [●○]{3}", head)
        assert found and float(found[1]) == worth, one
        heads[one] = float(found[1]), int(found[2])
    assert {one: heads[one] for one in told} == told
    together = [int(minutes) for text, _, minutes in rows]
    assert sum(together) == sum(minutes for _, minutes in heads.values()) <= int(title[2])


def _named(text: str) -> str:
    found = re.match(r"`([\w-]+)`", text)
    return found[1] if found else ""


@every_unit
def test_every_exercise_has_hints_before_its_answer_cell(name: str) -> None:
    text = jupytext.reads((SOURCE / name / "unit.md").read_text(encoding="utf-8"), "md")
    before: list[str] = []
    for cell in text.cells:
        if nbgrader(cell).get("solution"):
            folded = "\n".join(before)
            asked = nbgrader(cell)["grade_id"].removesuffix("-answer")
            needed = bool(unit_of(name).exercises[asked].points)
            assert needed <= folded.count("<details>") == folded.count("</details>") <= 4, (
                cell.source
            )
            before = []
        elif cell.cell_type == "markdown":
            before = (
                [cell.source] if re.search(r"^### ", cell.source, re.M) else [*before, cell.source]
            )


# -------------------------------------------------------------------------- what students get


@every_unit
def test_no_solution_and_no_mark_scheme_is_released(name: str) -> None:
    released = {nbgrader(c).get("grade_id"): c.source for c in cells_of(RELEASE / name)}
    text = (RELEASE / name / "unit.ipynb").read_text(encoding="utf-8")
    assert "BEGIN SOLUTION" not in text and "MARK SCHEME" not in text
    for cell in cells_of(SOURCE / name):
        if nbgrader(cell).get("solution"):
            region = r"(?m)^( *)### BEGIN SOLUTION[\s\S]*?### END SOLUTION"
            stub = re.sub(region, r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", cell.source)
            assert released[nbgrader(cell)["grade_id"]] == stub
    assert {path.name for path in (RELEASE / name).iterdir()} == {"unit.ipynb"}


@every_unit
def test_no_call_in_what_is_released_is_a_hidden_case(name: str) -> None:
    text = "\n".join(cell.source for cell in cells_of(RELEASE / name))
    for one, exercise in functions_of(name).items():
        hidden = hidden_of(exercise) - {case_key(known) for known, _ in exercise.stated}
        for arguments in re.findall(rf"\b{one}\(((?:[^()]|\([^()]*\))*)\)", text):
            try:
                args = ast.literal_eval(f"({arguments},)")
            except (ValueError, SyntaxError):  # a signature, or a call with names
                continue
            assert case_key(args) not in hidden, f"{one}{args}"


@every_unit
def test_no_slip_and_no_reference_is_published(name: str) -> None:
    """Answers are; code is not."""
    file = ROOT / "course" / "units" / package_of(name) / "exercises.json"
    entries = {entry["name"]: entry for entry in json.loads(file.read_text(encoding="utf-8"))}
    for one, exercise in functions_of(name).items():
        words = json.dumps(entries[one], ensure_ascii=False)
        for text in (exercise.source, *(slip.source for slip in exercise.slips.values())):
            body = text.partition("\n")[2].strip()
            assert body not in words and json.dumps(body)[1:-1] not in words, one


# ---------------------------------------------------------------------- from top to bottom


@pytest.fixture(scope="module")
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A unit's notebook, run as its author solved it and as students get it."""
    name = request.param
    found = {}
    for kind, notebook in (("solved", SOURCE / name), ("released", RELEASE / name)):
        folder = tmp_path_factory.mktemp(f"{name}-{kind}")
        # files that are handed in are there already, and nothing is trained
        quick = (
            {"NBGRADER_EXECUTION": "autograde", "XDG_CACHE_HOME": "/nonexistent"}
            if unit_of(name).files
            else {}
        )
        if kind == "solved":
            for wanted in unit_of(name).files.values():
                (folder / wanted.file).write_bytes(wanted.samples["right"]() or b"")
        found[kind] = run_notebook(SOURCE / name, notebook / "unit.ipynb", folder, **quick)
    return {"name": name, **found}


run_every_unit = pytest.mark.parametrize("ran", UNITS, indirect=True)


@run_every_unit
@pytest.mark.slow
def test_the_authors_answers_pass_their_checks_and_earn_everything(ran: dict[str, Any]) -> None:
    assert [cell for cell in ran["solved"]["cells"] if cell["error"]] == []
    checks = {cell["name"]: cell["printed"] for cell in ran["solved"]["cells"]
              if cell["source"].startswith("check(")}  # fmt: skip
    assert list(checks) == list(unit_of(ran["name"]).exercises)
    exercises = unit_of(ran["name"]).exercises
    open = [one for one in checks if isinstance(exercises[one], AuthoredQuestion)]
    assert {one: said for one, said in checks.items() if not said.startswith("✓")} == {
        one: checks[one] for one in open if checks[one].startswith(f"? {one}: ")
    }  # only a grader knows whether these are right
    assert set(ran["solved"]["credit"].values()) == {1.0}


@run_every_unit
@pytest.mark.slow
def test_the_untouched_notebook_runs_and_each_check_says_what_to_do(ran: dict[str, Any]) -> None:
    unit = unit_of(ran["name"])
    wrong = [cell for cell in ran["released"]["cells"]
             if cell["error"] and cell["name"] not in {**unit.exercises, **unit.files}]  # fmt: skip
    assert wrong == []
    said = {cell["name"]: cell["error"] for cell in ran["released"]["cells"] if cell["error"]}
    assert set(said) == {*unit.exercises, *unit.files}
    for one, exercise in unit.exercises.items():
        kind, message = said[one]
        waits = isinstance(exercise, AuthoredTests) and "your test is tried on your own" in message
        waits |= isinstance(exercise, AuthoredQuestion) and "whose numbers?" in message
        assert kind == "NotYet" and ("nothing written yet" in message or waits), (one, message)
    assert set(ran["released"]["credit"].values()) == {0.0}


def test_a_claim_is_published_without_a_counterexample():
    """Of all units: no slip's recognition and no requirement recognises the author's answer."""
    seen = 0
    for name in UNITS:
        for exercise in unit_of(name).exercises.values():
            made = exercise.public
            if isinstance(made, Claim):
                seen += 1
                answer = answers_of(exercise.reference, [()])[0]
                assert made.diagnose([answer]) is None and made.unmet(answer) is None
    assert seen > 3
