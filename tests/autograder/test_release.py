"""``release/`` is what ``source/`` makes, byte for byte: nobody edits it, and nothing is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.demo.demo import make_course

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_release_is_what_the_source_makes(tmp_path: Path) -> None:
    units = sorted(path.parent.name for path in (ROOT / "source").glob("*/unit.ipynb"))
    made = make_course(tmp_path / "course", ROOT / "source", units, {})
    for unit in units:
        folder = made.path("release", ".", unit)
        ours = {p.name: p.read_bytes() for p in (ROOT / "release" / unit).iterdir() if p.is_file()}
        theirs = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
        assert theirs == ours, f"release/{unit} is not up to date: make release"
