"""Grades the notebooks of any nbgrader course, in a sandbox, with the verdict reached outside it.

The engine knows nothing of convolutions.  What is right is said by a unit's key
(``marking/key.py``) or, where a unit has none, by the test cells that nbgrader's gradebook holds.
"""

__version__ = "0.1.0"
