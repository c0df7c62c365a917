"""Unit 01, convolution by hand: what its notebook imports."""

from course.units import check_of, panels_of

check = check_of(__file__)
__getattr__ = panels_of(__name__)
