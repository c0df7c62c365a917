"""Making what students get of a unit, as ``nbgrader generate_assignment`` does."""

from __future__ import annotations

from nbgrader.apps import NbGraderAPI

from autograder.nbgrader_plugin.course_folder import CourseFolder


class NotReleased(RuntimeError):
    """nbgrader could not release a unit; the message says which, and what nbgrader says."""


def release(folder: CourseFolder, unit: str) -> None:
    """Make ``release/`` of a unit, and its rows in the gradebook.  Raises NotReleased."""
    result = NbGraderAPI(folder.course, config=folder.config).generate_assignment(unit, force=True)
    if not result["success"]:
        raise NotReleased(
            f"nbgrader could not release {unit}:\n{result.get('log') or result.get('error')}"
        )
