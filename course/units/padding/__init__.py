"""Unit 03, padding: what its notebook imports."""

from course.check import checker
from course.units.padding import panels
from course.units.padding.exercises import EXERCISES

check = checker(EXERCISES)

__all__ = ["check", "panels"]
