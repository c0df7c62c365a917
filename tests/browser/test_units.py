"""The student's road through each unit in JupyterLab: sliders, a slip, its hint, the right answer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.demo.demo import make_course
from autograder.demo.sample import Maker, as_bytes
from exercises.unit import load
from tests.support.student import Student

SOURCE = Path(__file__).parents[2] / "source"
ROADS = {  # an exercise with a panel of its own, and a slip that shows on it at once
    "02-output-size": ("output_size", "M02"),
    "03-padding": ("same_padding_s2", "M23"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with every unit, handed out."""
    return make_course(tmp_path_factory.mktemp("units") / "course", SOURCE, list(ROADS))


class Unit:
    """A unit with what its student types, and its notebook as handed out and as solved."""

    def __init__(self, course, name):
        self.name, self.exercise, slip = name, *ROADS[name]
        key = load(course.key(name) or "")
        self.released = course.path("release", ".", name) / "unit.ipynb"
        self.code = [c.source for c in nbformat.read(self.released, 4).cells]
        solved = nbformat.read(course.source(name) / "unit.ipynb", 4)
        maker = Maker(solved, nbformat.read(self.released, 4), key)
        self.solved = as_bytes(maker.right())
        self.exercises = list(key.exercises)
        exercise = key.exercises[self.exercise]
        self.slip = exercise.slips[slip]
        self.wrong = exercise.standing_alone(slip)
        self.right = maker.answer(maker.right(), self.exercise).source
        self.examples = len(exercise.stated)

    @property
    def panel(self):
        """The first cell that shows a panel."""
        return next(source for source in self.code if re.fullmatch(r"panels\.\w+\(\)", source))

    @property
    def own_panel(self):
        """The cell that shows the student's own answer beside the truth."""
        shows = re.compile(rf"panels\.\w+\({self.exercise}\)")
        return next(source for source in self.code if shows.fullmatch(source))


@pytest.fixture(params=ROADS)
def unit(request, course):
    return Unit(course, request.param)


def test_the_students_road(unit, lab, notebooks):
    from playwright.sync_api import expect

    place = f"{unit.name}/unit.ipynb"
    (lab.root / place).parent.mkdir()
    shutil.copy(unit.released, lab.root / place)
    student = Student(notebooks.open(place))
    student.notebook.run_all()  # as far as the first exercise

    # a slider moves, and the picture with it
    panel = student.panel(unit.panel)
    before = panel.alt()
    panel.root.locator(".panel-range").first.press("ArrowRight")
    expect(panel.picture).not_to_have_attribute("aria-label", before)

    # a slip: the table and the hint, and one line in the place of a traceback
    answer = f"{unit.exercise}-answer"
    student.write(answer, unit.wrong)
    expect(student.run(answer)).to_be_empty()
    checked = student.run(unit.exercise)
    expect(checked.get_by_role("row")).to_have_count(unit.examples + 1)
    expect(checked.get_by_label("wrong").first).to_be_visible()
    expect(checked).to_contain_text(unit.slip.hint)
    expect(checked).to_contain_text("NotYet:")
    expect(checked).not_to_contain_text("Traceback")
    more = checked.get_by_text(unit.slip.more)
    expect(more).to_be_hidden()
    checked.get_by_text("Tell me more").click()
    expect(more).to_be_visible()

    # the panel shows it beside the truth
    student.run(unit.own_panel)
    expect(student.panel(unit.own_panel).picture).to_have_attribute(
        "aria-label", re.compile(rf"✗ {unit.exercise}\(")
    )

    # nbgrader's own button finds it, and what is not written yet
    found = student.validate()
    for exercise in unit.exercises:
        expect(found).to_contain_text(f"check({exercise})")
    expect(found).to_contain_text(f"NotYet: {unit.exercise}: ")
    expect(found).to_contain_text("nothing written yet")
    student.close_dialog()

    # the right answer
    student.write(answer, unit.right)
    student.run(answer)
    checked = student.run(unit.exercise)
    expect(checked).to_contain_text(f"✓ {unit.exercise}: all {unit.examples} examples agree")
    expect(checked.get_by_role("row")).to_have_count(0)
    expect(checked).not_to_contain_text("NotYet")
    student.run(unit.own_panel)
    expect(student.panel(unit.own_panel).picture).to_have_attribute(
        "aria-label", re.compile(rf"✓ {unit.exercise}\(")
    )


def test_a_solved_notebook_runs_through_and_is_valid(unit, lab, notebooks):
    from playwright.sync_api import expect

    place = f"solved/{unit.name}/unit.ipynb"
    (lab.root / place).parent.mkdir(parents=True)
    (lab.root / place).write_bytes(unit.solved)
    student = Student(notebooks.open(place))
    student.notebook.run_all()
    for exercise in unit.exercises:
        cell = student.go_to(exercise)
        expect(cell.locator(".jp-OutputArea")).to_contain_text(f"✓ {exercise}: ")
    assert student.tracebacks() == 0
    expect(student.validate()).to_contain_text("Success! Your notebook passes all the tests.")
    student.close_dialog()
