"""The key of the smallest unit there is, for tests that need one: ``half(n)``, and one slip."""

KEY = """
from autograder.marking.key import Group, Key
from course.exercise import Example, Exercise

half = Exercise("half", "half(n)", "n // 2", (Example((4,), 2),), ((7,), (11,)))


@half.slip("up", "rounds up", hint="?")
def up(n):
    return (n + 1) // 2


KEY = Key()


@KEY.answer(half, Group("odd", [(5,), (9,)]), Group("even", [(6,), (8,)]))
def reference(n):
    return n // 2
"""
