#!/usr/bin/env python3
"""Make the pictures of docs/pictures/ from the running thing.

    python -m tools.screenshots                 all of them
    python -m tools.screenshots check feedback  only these

Plays a small class into a scratch course, grades it, and photographs JupyterLab, formgrader and a
feedback page in headless Chromium.  Nothing outside docs/pictures/ is changed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from autograder.demo.demo import hand_in, make_course, sample_class, write_feedback
from autograder.demo.sample import as_bytes
from autograder.run import grade_unit
from exercises.unit import load
from tests.support import lab as driving
from tests.support.notebook import Notebooks
from tests.support.student import Student

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 150_000  # bytes
UNIT, EXERCISE, SLIP = "02-output-size", "output_size", "M02"
CLASS = ("all-correct", "half-done", "slips-02")
FREE_TEXT = (
    "The filter has to fit on the padded input, so F may be at most W + 2P. S must be at least 1. "
    "If S leaves a remainder, the size is rounded down: W = 7, F = 3, S = 4 gives 2 windows."
)
CONFIG = """
from autograder.nbgrader_plugin.plugin import configure

c = get_config()
configure(c)
c.CourseDirectory.root = {root!r}
"""

photographs: dict[str, Callable[[Studio], None]] = {}


def picture(photograph: Callable[[Studio], None]) -> Callable[[Studio], None]:
    """Make the function the photographer of the picture of its name."""
    photographs[photograph.__name__.replace("_", "-")] = photograph
    return photograph


@dataclass
class Studio:
    """A JupyterLab above a course, a tab, and where pictures go."""

    lab: Any
    page: Any
    root: Path

    @cached_property
    def course(self) -> Any:
        """The course, handed out."""
        return make_course(self.root, ROOT / "source", [UNIT])

    @cached_property
    def graded(self) -> Any:
        """The course with a small class, graded, and feedback for it."""
        samples = [one for one in sample_class(self.course, UNIT) if one.name in CLASS]
        hand_in(self.course, UNIT, samples)
        for one in samples:
            file = self.course.path("submitted", one.name, UNIT) / "unit.ipynb"
            nb = nbformat.read(file, 4)
            for cell in nb.cells:
                if cell.source.startswith("*Your answer:*"):
                    cell.source = FREE_TEXT
            file.write_bytes(as_bytes(nb))
        grade_unit(self.course, UNIT)
        write_feedback(self.course, UNIT, list(CLASS))
        return self.course

    @cached_property
    def student(self) -> Student:
        """A student with the unit open, who has made a slip and checked it."""
        place = self.lab.root / UNIT / "unit.ipynb"
        place.parent.mkdir()
        shutil.copy(self.course.path("release", ".", UNIT) / "unit.ipynb", place)
        exercise = load(self.course.key(UNIT) or "").exercises[EXERCISE]
        student = Student(Notebooks(self.lab, self.page).open(f"{UNIT}/unit.ipynb"))
        student.notebook.run_all()
        student.notebook.command("application:toggle-left-area")
        student.write(f"{EXERCISE}-answer", exercise.standing_alone(SLIP))
        student.run(f"{EXERCISE}-answer")
        student.run(EXERCISE).get_by_role("table").wait_for()
        return student

    def take(self, name: str, *shown: Any, margin: int = 4) -> None:
        """Photograph the part of the page in which all of ``shown`` lie."""
        self.page.mouse.move(0, 0)
        shown[0].scroll_into_view_if_needed()
        self.page.wait_for_timeout(700)
        boxes = [one.bounding_box() for one in shown]
        left, top = (min(box[side] for box in boxes) - margin for side in ("x", "y"))
        right = max(box["x"] + box["width"] for box in boxes) + margin
        bottom = max(box["y"] + box["height"] for box in boxes) + margin
        clip = {"x": max(left, 0), "y": max(top, 0)}
        clip |= {"width": right - clip["x"], "height": bottom - clip["y"]}
        PICTURES.mkdir(parents=True, exist_ok=True)
        file = PICTURES / f"{name}.png"
        self.page.screenshot(path=file, clip=clip)
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}: {size // 1000} kB")
        if size > LARGEST:
            sys.exit(f"{file.name} is larger than {LARGEST // 1000} kB")


@picture
def panel(studio: Studio) -> None:
    """A panel whose layer leaves columns unread."""
    student = studio.student
    shown = student.panel("panels.windows()")
    for slider, key, presses in (
        ("W", "ArrowRight", 3), ("F", "ArrowLeft", 1), ("S", "ArrowRight", 2), ("window", "End", 1),
    ):  # fmt: skip
        for _ in range(presses):
            shown.press(slider, key)
            studio.page.wait_for_timeout(150)
    studio.take("panel", student.go_to("panels.windows()"))


@picture
def check(studio: Studio) -> None:
    """A failing check with its hint."""
    student = studio.student
    answer, checked = student.go_to(f"{EXERCISE}-answer"), student.go_to(EXERCISE)
    studio.take("check", checked, answer)


@picture
def yours(studio: Studio) -> None:
    """The student's own function on the staircase, beside the truth."""
    student = studio.student
    student.run("panels.staircase(output_size)")
    student.panel("panels.staircase(output_size)")
    studio.take("yours", student.go_to("panels.staircase(output_size)"))


@picture
def validate(studio: Studio) -> None:
    """What nbgrader's Validate says."""
    dialog = studio.student.validate()
    studio.take("validate", dialog)
    studio.student.close_dialog()


@picture
def feedback(studio: Studio) -> None:
    """The verdict on a feedback page."""
    page = studio.graded.path("feedback", "slips-02", UNIT) / "unit.html"
    studio.page.goto(page.as_uri(), wait_until="domcontentloaded")
    verdict = studio.page.get_by_role("note").filter(has_text=f"{EXERCISE}: 0 of 3 points")
    studio.take("feedback", studio.page.locator(".cell", has=verdict).last)


@picture
def formgrader(studio: Studio) -> None:
    """The free-text task in formgrader: mark scheme, score, and the student's answer below."""
    with studio.graded.gradebook() as gradebook:
        submission = gradebook.find_submission_notebook("unit", UNIT, "slips-02").id
    login = f"{studio.lab.url}/login?token={studio.lab.token}"
    studio.page.goto(f"{login}&next=/formgrader/submissions/{submission}/")
    task = studio.page.locator(".cell", has=studio.page.locator("input#constraints"))
    studio.take("formgrader", task, task.locator("xpath=following-sibling::*[1]"))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=", ".join(photographs))
    wanted = parser.parse_args().pictures or list(photographs)
    if unknown := set(wanted) - photographs.keys():
        parser.error(f"no such picture: {', '.join(unknown)}")
    if missing := driving.what_is_missing():
        sys.exit(missing)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        root = place / "lab" / "root" / "course"
        (place / "lab" / "config").mkdir(parents=True)
        config = place / "lab" / "config" / "nbgrader_config.py"
        config.write_text(CONFIG.format(root=str(root)))
        with driving.lab_server(place / "lab") as lab, driving.chromium(place / "web") as browser:
            tab = browser.new_page()
            tab.set_viewport_size({"width": 1000, "height": 1100})
            studio = Studio(lab, tab, root)
            for name in wanted:
                photographs[name](studio)


if __name__ == "__main__":
    main()
