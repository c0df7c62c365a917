"""The exercises file of the smallest unit there is: ``half(n)``, and one slip."""

KEY = """
from exercises.authoring import Group, exercise


@exercise(
    points=2,
    returns="half of n, rounded down",
    examples={(4,): 2},
    probes=[(7,), (11,)],
    groups=[Group("odd", [(5,), (9,)]), Group("even", [(6,), (8,)])],
)
def half(n):
    return n // 2


half.slip("up", "rounds up", "(n + 1) // 2", "?")
"""
