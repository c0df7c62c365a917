"""Files beside a notebook: a class with right, weak, broken and missing weights, really graded."""

from __future__ import annotations

import os
import pickle
import struct
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.demo.demo import hand_in, make_course, sample_class
from autograder.marking.marks import mark_file
from autograder.run import grade_unit
from exercises.unit import load, load_file

if TYPE_CHECKING:
    from autograder.nbgrader_plugin.course_folder import CourseFolder

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(900)]

SOURCE = Path(__file__).parents[2] / "source"
UNIT = "10-mnist"
KINDS = {"right", "weak", "nan", "wrong-shape", "missing"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    """The lab as a scratch course; slow machines get the usual seconds."""
    return make_course(tmp_path_factory.mktemp("lab") / "course", SOURCE, [UNIT], {})


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return os.system, (f"touch {self.path}",)


def test_poisoned_weights_are_data_and_earn_nothing(tmp_path: Path) -> None:
    import torch

    ran = tmp_path / "ran"
    torch.save(Evil(ran), tmp_path / "weights.pt")
    header = b'{"a": {"dtype": "F32", "shape": [1000000000000], "data_offsets": [0, 4]}}'
    poisoned = [
        pickle.dumps(Evil(ran)),
        (tmp_path / "weights.pt").read_bytes(),
        struct.pack("<Q", 2**63) + header,
        struct.pack("<Q", len(header)) + header + bytes(4),
        struct.pack("<Q", 10**6) + b"[" * 10**6,
    ]
    (wanted,) = load_file(SOURCE / UNIT / "exercises.py").files.values()
    for data in poisoned:
        judged = mark_file(wanted, data)
        assert judged.credit == 0 and judged.problem
    assert not ran.exists()
    pickle.loads(poisoned[0])
    assert ran.exists(), "it would have run"


def test_weights_are_marked_by_what_they_do(folder: CourseFolder) -> None:
    samples = {sample.name: sample for sample in sample_class(folder, UNIT)}
    key = load(folder.key(UNIT) or "")
    (exercise,) = key.files
    assert set(key.files[exercise].samples) >= KINDS
    hand_in(folder, UNIT, list(samples.values()))
    graded = {one.student: one.notebooks["unit"] for one in grade_unit(folder, UNIT)}
    assert graded.keys() == samples.keys()
    for name, sample in samples.items():
        assert not graded[name]["failed"]
        marks = {mark["exercise"]: mark for mark in graded[name]["marks"]}
        for one, credit in sample.credit.items():
            expected = credit * Fraction(marks[one]["points"])
            assert abs(Fraction(marks[one]["earned"]) - expected) < Fraction(1, 10**9), (name, one)
    weights = {
        name: next(mark for mark in graded[name]["marks"] if mark["exercise"] == exercise)
        for name in samples
    }
    assert weights["all-correct"]["earned"] == weights["all-correct"]["points"]
    for kind in KINDS - {"right"}:
        mark = weights[f"{exercise}-{kind}"]
        assert mark["earned"] < mark["points"]
        assert mark["problem"] or any(not group["passed"] for group in mark["groups"])
    for kind in ("nan", "wrong-shape", "missing"):
        assert weights[f"{exercise}-{kind}"]["problem"]
