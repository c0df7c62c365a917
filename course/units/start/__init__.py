"""Unit 00, start here: what its notebook imports."""

from course.units import check_of, panels_of

check = check_of(__file__)
__getattr__ = panels_of(__name__)
