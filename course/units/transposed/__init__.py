"""Unit 08, transposed convolution: what its notebook imports."""

from pathlib import Path

from course.units import panel_at, panels_of
from exercises.check import checker

check = checker(Path(__file__).with_name("exercises.json"), offer=panel_at)
__getattr__ = panels_of(__name__)
