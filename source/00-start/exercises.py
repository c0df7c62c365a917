"""Unit 00, start here: what to write, how it is marked, and the slips people make.

A point in all: half of it for a repair, half of it for a first test.  In every group of
``how_many`` some image has several channels, so that the program with the planted slip earns
nothing.  The slips called ``U0-..`` are this unit's own.
"""

from exercises.authoring import Group, edit, exercise, tests

# -------------------------------------------------------------------------- the planted slip


@exercise(
    points=0.5,
    returns="how many numbers the image holds",
    examples={(4, 3, 1): 12, (4, 3, 2): 24, (32, 32, 3): 3072, (1, 1, 5): 5},
    probes=[(7, 2, 3), (2, 7, 3), (3, 3, 3)],
    groups=[
        Group("small images", [(2, 3, 4), (3, 2, 1), (5, 4, 2), (6, 6, 3)]),
        Group("a single row, a single column, a single pixel",
              [(9, 1, 3), (1, 8, 3), (1, 1, 7), (12, 1, 1)]),
        Group("images and volumes of a network",
              [(28, 28, 1), (224, 224, 3), (16, 16, 20), (14, 14, 20), (640, 480, 3)]),
    ],
    praise="counts every channel",
)  # fmt: skip
def how_many(W, H, D):
    numbers = W * H
    numbers = numbers * D
    return numbers


slip = how_many.slip

slip("U0-one-channel", "one number for each pixel, whatever the depth is", "W * H",
     "One example agrees and the others do not. What have those others in common?",
     "W times H is the number of pixels. A pixel holds D numbers, one for each channel.")

slip("U0-depth-added", "the channels are added, not multiplied", edit("numbers * D", "numbers + D"),
     "Take 4 columns, 3 rows, 2 channels. How many numbers has the first channel, and how many the "
     "second?",
     "Each channel is a whole image of its own, with W times H numbers.")

slip("U0-three-channels", "every image is taken to have three channels",
     edit("numbers * D", "numbers * 3"),
     "Which of your answers would change if the image were grey?",
     "Three channels are red, green and blue. Other images have other depths: multiply by D.")

slip("U0-square", "the width is taken twice", edit("W * H", "W * W"),
     "Look for an example that is not square. Which of its numbers does not count in your answer?",
     "An image need not be square: it has H rows of W pixels each.")

slip("U0-sum", "the three sizes are added", "W + H + D",
     "4 columns and 3 rows: draw the pixels and count them. Do you get 7?",
     "H rows of W pixels are W times H pixels, and each of them holds D numbers.")

slip("U0-shape", "the shape is given, not how many numbers it holds", "(H, W, D)",
     "How many numbers does the exercise ask for: one, or three?",
     "That is the shape of the array. How many numbers it holds is their product.")


# ------------------------------------------------------------------- examples before any code


def place(row, column, H, W):
    """The place in memory of an image's number, where its rows lie one after the other."""
    return row * W + column


@tests(
    of=place,
    points=0.5,
    returns="True when place(row, column, H, W) says where the number lies, False (or an error) "
    "when it does not",
)
def test_place(place):
    return place(0, 1, 2, 3) == 1 and place(1, 0, 2, 3) == 3 and place(1, 2, 2, 3) == 5


@test_place.sound("counts the numbers one by one, until it comes to the right one")
def _(row, column, H, W):
    count = 0
    for r in range(H):
        for c in range(W):
            if (r, c) == (row, column):
                return count
            count += 1


@test_place.sound("counts backwards from the last number")
def _(row, column, H, W):
    below, beside = H - 1 - row, W - 1 - column
    return H * W - 1 - below * W - beside


faulty = test_place.faulty

faulty("goes down the columns, one after the other", "column * H + row",
       "Take the first number of the second row. Where does it lie if rows come one after the "
       "other? And if columns do?",
       "An example whose place is different by columns: in an image of 2 rows and 3 columns, row 1 "
       "and column 0.", shown=True)
faulty("counts the places from 1", "row * W + column + 1",
       "At which place does the very first number lie?",
       "Places are counted from 0, so the number at row 0, column 0 lies at place 0.", shown=True)
faulty("takes the height for the width", "row * H + column",
       "Are all your images square? In a square image nobody can tell H from W.",
       "Take an image with 2 rows and 3 columns, and a number of its second row.")
faulty("takes the row for the column and the column for the row", "column * W + row",
       "Do your examples have a row and a column that are different?",
       "Where row and column are equal, exchanging them changes nothing. Ask for row 0, column 1.")
faulty("forgets the rows above", "column",
       "Is there an example beyond the first row?",
       "In the first row the place is just the column. Ask for a number of the second row.")
faulty("loses a place at the end of each row", "row * (W - 1) + column",
       "Which places has the second row, from its first number to its last?",
       "Count on from the last number of the first row: the next place is the first number of the "
       "second row.")
