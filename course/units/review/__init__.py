"""Unit 11, the review: what its notebook imports."""

from pathlib import Path

from course.units import check_of
from exercises.own_numbers import numbers_from

FILE = Path(__file__).with_name("exercises.json")
check = check_of(__file__)
numbers = numbers_from(FILE)
