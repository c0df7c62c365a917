"""Unit 02, output size: what its notebook imports."""

from course.units import check_of, panels_of

check = check_of(__file__)
__getattr__ = panels_of(__name__)
