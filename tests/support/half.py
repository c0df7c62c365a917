"""The smallest unit there is, as its author writes it: ``half(n)``, with one slip."""

KEY = """
from exercises.authoring import Group, exercise


@exercise(
    points=1,
    returns="n // 2",
    examples={(4,): 2},
    probes=[(7,), (11,)],
    groups=[Group("odd", [(5,), (9,)]), Group("even", [(6,), (8,)])],
)
def half(n):
    return n // 2


half.slip("up", "rounds up", "(n + 1) // 2", "Which half is whole?", "Round down: // does.")
"""
