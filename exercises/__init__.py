"""The kit: what an exercise is, how a check explains a wrong answer, how exercises are written.

Knows no subject and no grader.  A course's notebooks import ``check``; a teacher's ``exercises.py``
imports ``exercises.authoring``; a grader takes ``exercises.unit``.
"""
