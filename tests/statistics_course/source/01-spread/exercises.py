"""Unit 01, spread: a variance, a wrong claim about means, and a test of other people's variances."""

from exercises.authoring import Group, claim, edit, exercise, tests


@exercise(
    points=3,
    returns="the mean squared distance from the mean; raises ValueError for an empty list",
    examples=[
        (([1, 3],), 1.0),
        (([2, 2, 2],), 0.0),
        (([0, 3, 6],), 6.0),
        (([],), ValueError),
    ],
    probes=[([1, 2, 4, 9],), ([-5],), ([10, 20, 20, 30, 70],)],
    groups=[
        Group("two numbers", [([0, 10],), ([3, 4],), ([-1, 5],)]),
        Group("many numbers", [([1, 2, 3, 4],), (list(range(30)),), ([5, 5, 6, 9, 1],)]),
        Group("one number, or none", [([4],), ([],), ([7],)]),
        Group("numbers with a fraction", [([0.5, 0.25, 0],), ([1e6, 1e6 + 1],)]),
    ],
)
def variance(values):
    if not values:
        raise ValueError("no numbers, no variance")
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / len(values)


slip = variance.slip

slip("not-squared", "distances are not squared", edit("(value - mean) ** 2", "(value - mean)"),
     "Take 1 and 3. What do the distances from 2 add up to?",
     "Distances below the mean are negative, and all of them together cancel. Square them first.")
slip("absolute", "the mean distance instead of the mean squared distance",
     edit("(value - mean) ** 2", "abs(value - mean)"),
     "Take 0, 3 and 6. What is the square of 3?",
     "The variance squares each distance before it takes the mean.")
slip("sample", "divided by one number less",
     edit("for value in values) / len(values)", "for value in values) / max(len(values) - 1, 1)"),
     "How many squared distances have 1 and 3? By how many do you divide?",
     "n - 1 estimates the variance of a population from a sample. The mean divides by n.")
slip("root", "the standard deviation",
     edit("return sum(", "return (sum(") & edit("for value in values) / len(values)",
                                               "for value in values) / len(values)) ** 0.5"),
     "What is the unit of your answer, if the numbers are metres?",
     "The standard deviation is the root of the variance.")
slip("not-divided", "the squared distances are added up and not divided",
     edit("for value in values) / len(values)", "for value in values)"),
     "Write every number twice. Should the spread be twice as large?",
     "The mean of the squared distances: divide by how many there are.")
slip("zero", "returns 0 for an empty list", edit('raise ValueError("no numbers, no variance")', "return 0"),
     "How far apart do no numbers lie?", "The exercise asks for an error: raise ValueError(...).")


@claim(
    "The mean of some numbers is one of them.",
    points=1,
    returns="a list of numbers whose mean is none of them",
    gives={"values": "list"},
    requirements=[
        ("it holds numbers, at least one",
         "len(values) > 0 and all(type(value) in (int, float) for value in values)"),
        ("none of them is the mean", "sum(values) / len(values) not in values"),
    ],
)
def means_elsewhere():
    return [1, 2]


slip = means_elsewhere.slip

slip("empty", "an empty list", "[]", "What is the mean of no numbers?",
     "Without numbers there is no mean. Give at least one.", matches="values == []")
slip("one", "a single number", "[5]", "Where is the mean of 5 alone?",
     "The mean of one number is that number. Take two.", matches="len(values) == 1")
slip("even-steps", "three numbers in equal steps", "[1, 2, 3]",
     "Which of your numbers lies in the middle?",
     "The middle one of equal steps is the mean. Move one of the others.",
     matches="len(values) == 3 and sum(values) / 3 in values")


@tests(
    of=variance,
    points=2,
    returns="True for an implementation that is right, False for any other",
)
def is_variance(variance):
    if not abs(variance([0, 3, 6]) - 6) < 1e-6 or not abs(variance([5, 5, 6, 9]) - 2.6875) < 1e-6:
        return False
    try:
        variance([])
    except ValueError:
        return True
    return False


is_variance.sound("takes the mean of the squares less the squared mean",
                  "variance(values) and sum(v * v for v in values) / len(values)"
                  " - (sum(values) / len(values)) ** 2")
is_variance.sound("adds up backwards, so that the last digit may differ",
                  "variance(list(reversed(values)))")
is_variance.faulty("divides by one number less", slip="sample", worth=2)
is_variance.faulty("gives the standard deviation", slip="root",
                   hint="Do you try numbers whose variance is not its own root?")
is_variance.faulty("gives 0 for an empty list", slip="zero",
                   hint="Do you try an empty list as well?")
is_variance.faulty("is always one too large", "variance(values) + 1",
                   "Do you compare with a number that you worked out by hand?", shown=True)
is_variance.faulty("leaves out the last number", "variance(values[:-1])",
                   "Does the last of your numbers matter?", shown=True)
