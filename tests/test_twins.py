"""Notebooks and their text twins: in agreement, openable, and fit for nbgrader."""

import importlib
import json
import os
import re
import shutil
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class
from nbgrader.nbgraderformat import MetadataValidator

from exercises.check import exercises_in
from exercises.unit import load_file
from tools import twin

ROOT = Path(__file__).parents[1]

PUBLIC = "exercises.json"
UNITS = twin.unit_folders()
every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


def read(unit):
    return nbformat.read(unit / "unit.ipynb", as_version=4)


def nbgrader(cell):
    return cell.metadata.get("nbgrader", {})


def test_there_are_units():
    assert {unit.name for unit in UNITS} >= {"02-output-size"}


# ------------------------------------------------------------------------- what is committed


@every_unit
def test_both_twins_are_what_the_text_makes(unit):
    for path, wanted in twin.settled(unit).items():
        assert path.read_text(encoding="utf-8") == wanted, f"run: python -m tools.twin {unit}"


@every_unit
def test_the_notebook_makes_the_same_text(unit):
    for path, wanted in twin.settled(unit, from_notebook=True).items():
        assert path.read_text(encoding="utf-8") == wanted


@every_unit
def test_the_notebook_is_clean(unit):
    notebook = read(unit)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "tags"}
        assert not cell.get("outputs") and cell.get("execution_count") is None


@every_unit
def test_cell_ids_are_readable_and_unique(unit):
    notebook = read(unit)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        assert cell.id == nbgrader(cell).get("grade_id", cell.id)


@every_unit
def test_cells_have_what_nbgrader_and_the_engine_ask_for(unit):
    validator = MetadataValidator()
    notebook = read(unit)
    validator.validate_nb(notebook)
    key = load_file(unit / "exercises.py")
    cells = [cell for cell in notebook.cells if nbgrader(cell)]
    assert all(nbgrader(cell)["schema_version"] == 3 for cell in cells)
    assert all(nbgrader(cell)["cell_type"] == cell.cell_type for cell in cells)

    graded = [cell for cell in cells if nbgrader(cell)["grade"]]
    judged = [nbgrader(cell)["grade_id"] for cell in graded]
    assert [name for name in judged if name not in key.files] == list(key.exercises)
    assert [name for name in judged if name in key.files] == list(key.files)
    for cell in graded:
        if nbgrader(cell)["grade_id"] in key.exercises:
            assert cell.source == f"check({nbgrader(cell)['grade_id']})"
        assert nbgrader(cell)["locked"] and not nbgrader(cell)["solution"]

    answers = [cell for cell in cells if nbgrader(cell)["solution"]]
    assert [nbgrader(c)["grade_id"] for c in answers] == [
        f"{name}-answer" for name in key.exercises
    ]
    for cell in answers:
        assert not nbgrader(cell)["locked"] and "points" not in nbgrader(cell)
        assert cell.source.count("### BEGIN SOLUTION") == cell.source.count("### END SOLUTION") == 1

    tasks = [cell for cell in cells if nbgrader(cell)["task"]]
    assert len(tasks) == (unit.name not in ("00-start", "11-review"))  # these ask for no free text
    for cell in tasks:
        assert cell.cell_type == "markdown" and nbgrader(cell)["locked"]
        assert "=== BEGIN MARK SCHEME ===" in cell.source.partition("\n")[2]
        assert cell.source.rstrip().endswith("=== END MARK SCHEME ===")
    assert len(cells) == len(graded) + len(answers) + len(tasks)


@every_unit
def test_the_first_code_cell_imports_the_unit(unit):
    first = next(cell for cell in read(unit).cells if cell.cell_type == "code")
    package, names = re.search(
        r"^from (course\.units\.\w+) import (.+)$", first.source, re.M
    ).groups()
    wanted = {"check"} if unit.name == "11-review" else {"check", "panels"}  # it has no panels
    assert wanted <= set(names.split(", "))
    known = exercises_in(Path(importlib.import_module(package).__file__).with_name(PUBLIC))
    assert list(known) == list(load_file(unit / "exercises.py").exercises)


# ---------------------------------------------------------------------------- in JupyterLab


@pytest.mark.parametrize("newer", ["unit.md", "unit.ipynb"])
@every_unit
def test_jupyterlab_opens_the_pair_and_saves_the_same_text(unit, newer, tmp_path, monkeypatch):
    """Whichever of the two is newer: git gives no care to the order in which it writes files."""
    manager = _contents_manager(tmp_path)
    folder = tmp_path / "source" / unit.name
    shutil.copytree(unit, folder)
    shutil.copy(ROOT / "source" / "jupytext.toml", tmp_path / "source")
    os.utime(folder / newer, (2_000_000_000, 2_000_000_000))
    before = (folder / "unit.md").read_text(encoding="utf-8")
    model = manager.get(f"source/{unit.name}/unit.ipynb")
    notebook = model["content"]
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13"}
    for cell in notebook["cells"]:
        cell["metadata"].update({"trusted": True, "editable": True, "scrolled": False})
    notebook["cells"].append(nbformat.v4.new_markdown_cell("One more thought."))
    manager.save(model, f"source/{unit.name}/unit.ipynb")
    after = (folder / "unit.md").read_text(encoding="utf-8")
    assert after.replace("\n\n\nOne more thought.\n", "\n") == before


def _contents_manager(root):
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(root)
    return manager


# ---------------------------------------------------------------------------------- the tool

SMALL = """\
# A unit

Some words.


## A · Part 2

More.

```python
x = 1
```

```python
x = 1
```

```python nbgrader={"schema_version": 3, "grade_id": "f-answer", "grade": false, "solution": true}
def f():
    pass
```
"""


@pytest.fixture
def unit(tmp_path):
    folder = tmp_path / "source" / "99-small"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "source" / "jupytext.toml", tmp_path / "source")
    (folder / "unit.md").write_text(SMALL, encoding="utf-8")
    return folder


def test_the_tool_settles_a_pair_once_and_for_all(unit, capsys):
    assert twin.main(["--check", str(unit)]) == 1
    assert not (unit / "unit.ipynb").exists(), "--check writes nothing"
    assert twin.main([str(unit)]) == 0
    assert twin.main(["--check", str(unit)]) == 0
    capsys.readouterr()
    assert twin.main([str(unit)]) == 0
    assert capsys.readouterr().out == "", "nothing is left to write"


def test_ids_come_from_grade_ids_and_first_lines(unit):
    twin.main([str(unit)])
    assert [cell.id for cell in read(unit).cells] == [
        "a-unit",
        "a-part-2",
        "x-1",
        "x-1-2",
        "f-answer",
    ]


def test_metadata_is_put_in_order_without_changing_it(unit):
    twin.main([str(unit)])
    text = (unit / "unit.md").read_text(encoding="utf-8")
    assert 'nbgrader={"grade": false, "grade_id": "f-answer", "schema_version": 3, ' in text
    before = jupytext.reads(SMALL, "md").cells
    after = jupytext.reads(text, "md").cells
    assert [(c.source, c.metadata) for c in before] == [(c.source, c.metadata) for c in after]


def test_the_notebook_can_be_the_source(unit):
    twin.main([str(unit)])
    notebook = read(unit)
    notebook.cells[0].source = "# A better unit"
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="noise")]
    notebook.metadata["jupytext"] = {"formats": "ipynb,md"}
    nbformat.write(notebook, unit / "unit.ipynb")
    assert twin.main(["--check", str(unit)]) == 1
    assert twin.main(["--from-notebook", str(unit)]) == 0
    assert "# A better unit\n" in (unit / "unit.md").read_text(encoding="utf-8")
    assert "noise" not in (unit / "unit.ipynb").read_text(encoding="utf-8")
    assert json.loads((unit / "unit.ipynb").read_text(encoding="utf-8"))["metadata"].keys() <= {
        "kernelspec"
    }
    assert twin.main(["--check", str(unit)]) == 0
