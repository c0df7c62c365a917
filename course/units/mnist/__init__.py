"""Unit 10, the MNIST lab: what its notebook imports.  torch comes only with what needs it."""

from course.units.mnist import panels
from course.units.mnist.exercises import EXERCISES, RUNGS
from course.units.mnist.rungs import Ladder

ladder = Ladder(EXERCISES, RUNGS)
check = ladder.check

__all__ = ["check", "ladder", "panels"]
