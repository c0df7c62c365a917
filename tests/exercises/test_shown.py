"""Data frames and figures as answers: through a key, a notebook and the sandbox."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest

from autograder.demo.demo import make_course
from autograder.marking.marks import mark
from autograder.marking.problems import problems_of
from autograder.run import grade_unit
from exercises.answers import plain
from exercises.public import answers_of
from exercises.shown import drawing, table
from exercises.unit import load
from tests.support import cells

KEY = """
import pandas as pd
from matplotlib.figure import Figure

from exercises.authoring import Group, edit, exercise
from exercises.shown import drawing, table


@exercise(
    points=2,
    returns="table(...) of a data frame with the sum of the rain by city",
    examples=[((["A", "B", "A"], [1, 2, 3]), {"index": ["A", "B"], "columns": {"values": [4, 2]}})],
    probes=[(["B", "A", "B"], [5, 1, 1.5])],
    groups=[Group("several cities", [(["C", "C", "D"], [1, 0.5, 7]), (["Z"], [3])])],
)
def rain_by_city(cities, rain):
    frame = pd.DataFrame({"city": cities, "rain": rain})
    return table(frame.groupby("city")["rain"].sum())


rain_by_city.slip("mean", "the mean, not the sum", edit(".sum()", ".mean()"),
                  "How much fell in all?", "Add up what fell on each day.")


@exercise(
    points=3,
    returns="drawing(...) of the axes with a line through the squares of the numbers below n",
    examples=[((3,), {"title": "squares", "xlabel": "n", "ylabel": "", "labels": [],
                      "limits": [-0.1, 2.1, -0.2, 4.2], "lines": [[[0, 1, 2], [0, 1, 4]]],
                      "bars": [], "points": []})],
    probes=[(5,)],
    groups=[Group("few", [(4,), (6,)]), Group("many", [(40,), (12,)])],
)
def squares(n):
    axes = Figure().subplots()
    axes.plot(range(n), [k ** 2 for k in range(n)])
    axes.set(title="squares", xlabel="n")
    return drawing(axes)


squares.slip("cubes", "cubes are drawn", edit("** 2", "** 3"), "What is 2 times 2?", "n ** 2.")
"""
IMPORTS = "import matplotlib.pyplot as plt\nimport pandas as pd\nfrom exercises.shown import drawing, table"
RIGHT = {
    "rain_by_city": "def rain_by_city(cities, rain):\n"
    "    s = pd.Series(rain, index=cities)\n    return table(s.groupby(level=0).sum())",
    "squares": "def squares(n):\n    fig = plt.figure()\n    ax = fig.gca()\n"
    "    ax.set_xlabel('n')\n    ax.set_title('squares')\n"
    "    ax.plot([k * k for k in range(n)], 'r-')\n    return drawing(ax)",
}
WRONG = {
    "rain_by_city": "def rain_by_city(cities, rain):\n"
    "    s = pd.Series(rain, index=cities)\n    return table(s.groupby(level=0).mean())",
    "squares": "def squares(n):\n    plt.plot(range(n), range(n))\n    return drawing(plt.gca())",
}


def test_a_frame_is_its_index_and_its_columns():
    frame = pd.DataFrame({"n": [1, 2], "x": [0.5, None], "t": ["a", None]}, index=["p", "q"])
    frame["d"] = pd.to_datetime(["2024-05-01", None])
    columns = {"n": [1, 2], "x": [0.5, None], "t": ["a", None], "d": ["2024-05-01 00:00:00", None]}
    assert plain(table(frame)) == {"index": ["p", "q"], "columns": columns}
    levels = pd.Series([True, False], pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    assert table(levels) == {"index": [["a", 1], ["b", 2]], "columns": {"values": [True, False]}}


def test_a_drawing_is_what_is_seen():
    figure, axes = plt.subplots()
    axes.bar([1, 2], [3, 4], label="grown")
    axes.scatter([5, 6], np.array([7, 8]))
    axes.plot([1, 2], [3, 5], label="line")
    axes.plot([0, 1], [9, 9])
    axes.set(xlim=(0, 7), ylim=(0, 10), ylabel="y")
    plt.close(figure)
    seen = plain(drawing(axes))
    assert (seen["title"], seen["ylabel"], seen["labels"]) == ("", "y", ["grown", "line"])
    assert seen["limits"] == [0, 7, 0, 10]
    assert seen["lines"] == [[[0, 1], [9, 9]], [[1, 2], [3, 5]]]
    assert seen["bars"] == [[0.6, 0, 0.8, 3], [1.6, 0, 0.8, 4]]
    assert seen["points"] == [[[5, 6], [7, 8]]]


@pytest.mark.slow
def test_a_key_with_them_is_sound():
    unit = load(KEY, "exercises.py")
    assert problems_of(unit.exercises["rain_by_city"]) == []
    squares = unit.exercises["squares"]  # the search for what tells mistakes apart is long here
    for function, credit in ((squares.reference, 1), (squares.wrong("cubes"), 0)):
        judged = mark(squares, answers_of(function, squares.questions))
        assert judged.credit == credit and (judged.slip and judged.slip.id) == (
            None if credit else "cubes"
        )


@pytest.mark.sandbox
@pytest.mark.usefixtures("sandbox")
@pytest.mark.filterwarnings("ignore:Object of type")  # SQLAlchemy on nbgrader
def test_they_are_graded(tmp_path: Path):
    made = [nbformat.v4.new_code_cell(IMPORTS)]
    for name, points in (("rain_by_city", 2), ("squares", 3)):
        made += [cells.answer(name, RIGHT[name]), cells.test(name, points)]
    source = tmp_path / "source" / "shown"
    cells.write(source, cells.notebook(*made))
    (source / "exercises.py").write_text(KEY)
    folder = make_course(tmp_path / "course", tmp_path / "source", ["shown"])
    for student, answers in (("right", RIGHT), ("wrong", WRONG)):
        nb = cells.notebook(*made)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("-answer")
            cell.source = answers.get(name, cell.source) if "def " in cell.source else cell.source
        cells.write(folder.path("submitted", student, "shown"), nb)
    right, wrong = grade_unit(folder, "shown", workers=1)
    assert [mark["earned"] for mark in right.notebooks["unit"]["marks"]] == [2, 3]
    marks = wrong.notebooks["unit"]["marks"]
    assert [mark["earned"] for mark in marks] == [0, 0] and marks[0]["slip"]["id"] == "mean"
