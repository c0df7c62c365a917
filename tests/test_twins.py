"""Notebooks and their text twins: opened together in JupyterLab, and settled by the tool."""

import json
import os
import shutil
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from tools import twin

ROOT = Path(__file__).parents[1]

UNITS = twin.unit_folders()
every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


def read(unit):
    return nbformat.read(unit / "unit.ipynb", as_version=4)


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
