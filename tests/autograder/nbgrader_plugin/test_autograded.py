"""What a graded submission leaves behind, whole or not at all."""

import json
import os

import pytest

from autograder.errors import Flag
from autograder.nbgrader_plugin.autograded import (
    clear,
    publish,
    read_marks,
    stage,
    write_extra_files,
    write_files,
)
from tests.support.results import result


def test_marks_are_written_beside_the_notebook(tmp_path):
    folder = tmp_path / "ann" / "02"
    write_files(folder, result())
    assert sorted(path.name for path in folder.iterdir()) == ["marks.json", "unit.ipynb"]
    assert (folder / "unit.ipynb").read_text() == '{"cells": []}\n'
    assert read_marks(folder) == {
        "student": "ann",
        "unit": "02",
        "notebooks": {
            "unit": {
                "marks": [{"exercise": "area", "earned": 1.5, "points": 2.0}],
                "flags": [
                    {"kind": "edited", "says": "the read-only cell area was edited", "cell": "area"}
                ],
                "failed": None,
                "hashes": {"submission": "s"},
                "seconds": 1.235,
                "memory": 5,
            }
        },
    }


def test_several_notebooks_share_their_marks(tmp_path):
    write_files(tmp_path, result("a"))
    write_files(tmp_path, result("b", marks=[]))
    write_files(tmp_path, result("a", marks=["new"]))
    notebooks = read_marks(tmp_path)["notebooks"]
    assert {name: entry["marks"] for name, entry in notebooks.items()} == {"a": ["new"], "b": []}


@pytest.mark.parametrize("text", [None, "", "{", "[]", "5", "{}", '{"notebooks": 5}', "\xff"])
def test_marks_that_cannot_be_read_are_none(tmp_path, text):
    if text is not None:
        (tmp_path / "marks.json").write_bytes(text.encode("latin-1"))
    assert read_marks(tmp_path) is None
    write_files(tmp_path, result())
    assert set(read_marks(tmp_path)["notebooks"]) == {"unit"}


def test_a_flag_that_is_no_text_is_written(tmp_path):
    name = os.fsdecode(b"\xff.txt")
    write_files(tmp_path, result(flags=[Flag("link", f"{name} ü is a link")]))
    (flag,) = read_marks(tmp_path)["notebooks"]["unit"]["flags"]
    assert flag["says"] == "?.txt ü is a link"


def test_writing_replaces_links_and_follows_none(tmp_path):
    folder = tmp_path / "graded"
    folder.mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    for name in ("unit.ipynb", "unit.ipynb~", "marks.json~", "x.csv"):
        (folder / name).symlink_to(tmp_path / "mine.txt")
    write_files(folder, result())
    write_extra_files(folder, {"x.csv": b"1,2", "data/y.csv": b"3"})
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert (folder / "x.csv").read_bytes() == b"1,2"
    assert (folder / "data" / "y.csv").read_bytes() == b"3"


def test_read_only_files_can_be_cleared(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    folder = tmp_path / "graded"
    write_files(folder, result())
    write_extra_files(folder, {"data/y.csv": b"3"})
    (folder / "link").symlink_to(tmp_path / "mine.txt")
    os.chmod(folder / "data" / "y.csv", 0o444)
    os.chmod(folder / "data", 0o500)
    clear(folder)
    assert not folder.exists() and (tmp_path / "mine.txt").read_text() == "mine"
    clear(folder)


# ------------------------------------------------------------------------ whole folders


def test_a_folder_is_written_aside_and_put_in_its_place(tmp_path):
    final = tmp_path / "ann" / "02"
    publish(stage(final, [result(notebook_name="old")], {"old.txt": b"1"}), final)
    staged = stage(final, [result()], {"data/new.txt": b"2"})
    assert (final / "old.ipynb").exists() and not (final / "unit.ipynb").exists()
    publish(staged, final)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"ann/02/unit.ipynb", "ann/02/marks.json", "ann/02/data/new.txt"}


def test_what_an_interrupted_run_left_aside_is_no_part_of_the_next(tmp_path):
    final = tmp_path / "ann" / "02"
    stage(final, [result()], {"half.txt": b"1"})
    publish(stage(final, [result()], {}), final)
    assert {path.name for path in final.iterdir()} == {"unit.ipynb", "marks.json"}


def test_a_record_is_json():
    assert json.loads(json.dumps(result().record()))["failed"] is None
