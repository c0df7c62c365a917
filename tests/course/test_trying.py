"""Exercises without a notebook: what the page "try an exercise" asks of Python.

The browser has neither NumPy nor widgets, so each unit is tried in a process in which they cannot
be imported; ``tests/browser/test_try.py`` does the same in a real page.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
import yaml

from course.bare import Bare
from course.panel import Slider
from course.pictures.picture import Picture
from tools import try_page

ROOT = Path(__file__).parents[2]
AT_LEAST = {  # exercises with plain numbers, lists and texts
    "00-start": 2, "01-convolution": 3, "02-output-size": 7, "03-padding": 7, "04-parameters": 8,
    "05-one-by-one": 4, "06-pooling": 4, "07-equivariance": 2, "08-transposed": 7, "09-scaling": 2,
    "10-mnist": 5,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("unit", AT_LEAST)
def test_exercises_without_arrays_can_be_tried(unit):
    made = try_page.unit_of(ROOT / "release" / unit)
    right = try_page.answers_of(unit)
    found = try_page.in_a_browser(made, right)
    passing = [name for name, one in found.items() if one["passes"]]
    assert len(passing) >= AT_LEAST[unit], {name: found[name]["answered"] for name in found}
    for name in passing:
        assert all("<svg" in picture for picture in found[name]["pictures"])
    for exercise in made["exercises"]:  # what the page says holds no answer
        solution = right[exercise["name"]].split("### BEGIN SOLUTION")[1].split("### END")[0]
        assert solution.strip() not in exercise["html"] + exercise["stub"]
        assert ".ipynb" not in exercise["html"] and "NotImplementedError" in exercise["stub"]


def test_a_panel_is_there_as_in_the_notebook():
    made = try_page.unit_of(ROOT / "release/02-output-size")
    wrong = "def output_size(W, F, S, P):\n    return (W - F + P) // S + 1"
    answers = try_page.answers_of("02-output-size") | {"output_size": wrong}
    found = try_page.in_a_browser(made, answers)["output_size"]
    first, last = found["pictures"]
    assert "output_size(7, 3, 2, 0) is not written yet" in first
    assert "Input 16 × 16" in last  # no slider goes further than its end
    assert not found["passes"] and "Draw the padded row for W = 5" in found["answered"]


def test_where_nothing_can_be_run_that_is_said():
    made = try_page.unit_of(ROOT / "release/02-output-size")
    right = try_page.answers_of("02-output-size")
    said = {
        "def output_size(W, F, S, P)\n    return 1": "Python cannot read this in line 1: expected ':'",
        "def outputsize(W, F, S, P):\n    return 1": "Nothing here is called output_size.",
        "1 / 0": "Your text ended in a ZeroDivisionError: division by zero",
    }
    for text, words in said.items():
        found = try_page.in_a_browser(made, right | {"output_size": text})
        assert words in found["output_size"]["answered"].replace("&#x27;", "'")


def test_a_slider_goes_no_further_than_the_others_let_it():
    drawn = []

    def picture(**values):
        drawn.append(values)
        return Picture("<svg></svg>", str(values))

    panel = Bare(
        picture, (Slider("W", 1, 9, 4, "width"), Slider("at", 1, lambda W: W - 1, 1, "at"))
    )
    assert panel.settled({}) == {"W": (4, 9), "at": (1, 3)}
    assert panel.settled({"at": 99}) == {"W": (4, 9), "at": (3, 3)}
    panel.draw({"W": 99, "at": -5})
    assert drawn == [{"W": 9, "at": 1}]


def test_what_is_not_pinned_is_not_unpacked(tmp_path, monkeypatch):
    archive = tmp_path / "pyodide.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in try_page.CORE:
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = 3
            packed.addfile(entry, io.BytesIO(b"abc"))
    with pytest.raises(SystemExit, match=r"is not the Pyodide .* that is pinned"):
        try_page.unpack(archive, tmp_path / "core")
    assert not (tmp_path / "core").exists()
    found = hashlib.sha512(archive.read_bytes()).digest()
    monkeypatch.setattr(try_page, "SHA512", try_page.base64.b64encode(found).decode())
    try_page.unpack(archive, tmp_path / "core")
    assert (tmp_path / "core" / "pyodide.mjs").read_bytes() == b"abc"


def test_the_whole_course_in_a_browser_is_configured_and_says_what_is_skipped():
    here = ROOT / "tools" / "lite"
    config = json.loads((here / "jupyter_lite_config.json").read_text())
    (units,) = config["LiteBuildConfig"]["contents"]
    assert (here / units).resolve() == ROOT / "release"
    job = yaml.safe_load((ROOT / ".github/workflows/lite.yml").read_text())["jobs"]["lite"]
    (wheels,) = config["PipliteAddon"]["piplite_urls"]
    steps = "\n".join(step.get("run", "") for step in job["steps"])
    assert str((here / wheels).resolve().relative_to(ROOT)) in steps
    assert "NumPy for Pyodide is in no package registry" in steps
