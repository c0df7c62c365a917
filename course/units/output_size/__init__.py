"""Unit 02, output size: what its notebook imports.

``panels`` is the module of that name beside this file.  It is imported only when a notebook asks
for it, so that a key, which needs nothing but the exercises, draws in neither widgets nor pictures.
"""

from course.check import checker
from course.units.output_size.exercises import EXERCISES

check = checker(EXERCISES)
