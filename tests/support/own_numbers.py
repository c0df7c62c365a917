"""A small unit with numbers of the student's own, as its author writes it."""

TEXT = """
from exercises.authoring import edit
from exercises.questions import identity


@identity
def my_id():
    return "ada"


@my_id.numbers(W="columns", F="size of the filter", S="stride", parts="some numbers")
def layer(draw):
    return {
        "W": draw.randint(20, 60),
        "F": draw.choice((3, 5, 7)),
        "S": draw.choice((2, 3, 4)),
        "parts": [draw.randint(1, 9), draw.randint(1, 9)],
    }


@layer.question(points=1, returns="how many windows fit", gives="windows")
def windows(W, F, S):
    return (W - F) // S + 1


windows.slip("M02", "counts the steps", edit(" + 1", ""), "And the first?", "Add 1.")
windows.slip("M08", "rounds up", "-(-(W - F) // S) + 1", "Is it whole?")


@layer.question(points=2, returns="(first, last)", gives="first, last")
def ends(W, F):
    return 0, W - F


ends.slip("hangs", "one too far", edit("W - F", "W - F + 1"), "Does it fit?")


@layer.question(points=1, returns="their mean", gives={"mean": "number"})
def mean(parts):
    return sum(parts) / 2


mean.slip("sum", "the sum", "sum(parts)", "How many are there?")
"""
