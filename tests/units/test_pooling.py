"""Unit 06: its references against PyTorch and brute force, its slips, its pictures, its table."""

import itertools
import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.live import borders as borders_picture
from course.pictures.live import pooled_table
from course.pictures.live import pooling as pooling_picture
from course.pictures.live.yours import Yours
from course.units.pooling.panels import DOUBTFUL
from course.units.pooling.table import TABLE
from exercises import public
from exercises.answers import answer_of
from exercises.authoring import AuthoredClaim, AuthoredExercise
from exercises.check import accepts
from exercises.comparison import same
from exercises.unit import load_file
from tests.support.drawn import drawn

ROOT = Path(__file__).parents[2]
UNIT = load_file(ROOT / "source" / "06-pooling" / "exercises.py").exercises
TEXT = (ROOT / "source" / "06-pooling" / "unit.md").read_text(encoding="utf-8")
FUNCTIONS = [one for one in UNIT.values() if isinstance(one, AuthoredExercise)]
CLAIMS = [one for one in UNIT.values() if isinstance(one, AuthoredClaim)]
SLIPS = [
    pytest.param(exercise, slip, id=f"{exercise.name}-{slip}")
    for exercise in (*FUNCTIONS, *CLAIMS)
    for slip in exercise.slips
]
JUDGED = [pytest.param(one, id=one.says) for one in UNIT["is_max_pool"].judged]

max_pool, avg_pool = UNIT["max_pool"], UNIT["avg_pool"]


def for_all(*inputs):
    """Like hypothesis' ``given``, but patient: torch takes a second to wake up."""
    return lambda test: settings(deadline=None)(given(*inputs)(test))


@st.composite
def layers(draw):
    """Maps of whole numbers, D x H x W, with F, S and P such that a window fits."""
    F = draw(st.integers(1, 5))
    P = draw(st.integers(0, F // 2))
    D = draw(st.integers(1, 4))
    H, W = (draw(st.integers(max(1, F - 2 * P), 9)) for _ in "HW")
    seed = draw(st.integers(0, 10_000))
    low, high = draw(st.sampled_from([(-9, 9), (-9, -1), (0, 3)]))
    maps = np.random.default_rng(seed).integers(low, high + 1, (D, H, W))
    return maps, F, draw(st.integers(1, 6)), P


def windows(maps, F, S, P):
    """For each window, row by row: its numbers on every map, as lists (brute force)."""
    _, H, W = maps.shape
    places = [-P + step * S for step in range(H + W + 2 * P)]
    tops = [top for top in places if top + F <= H + P]
    lefts = [left for left in places if left + F <= W + P]
    for i, j in itertools.product(range(len(tops)), range(len(lefts))):
        inside = [
            (row, column)
            for row in range(tops[i], tops[i] + F)
            for column in range(lefts[j], lefts[j] + F)
            if 0 <= row < H and 0 <= column < W
        ]
        yield i, j, [[one[place] for place in inside] for one in maps]


# -------------------------------------------------------------------------------- references


@for_all(layers())
def test_max_pool_is_pytorchs(layer):
    import torch

    maps, F, S, P = layer
    expected = torch.nn.functional.max_pool2d(torch.tensor(maps, dtype=torch.float64), F, S, P)
    np.testing.assert_array_equal(max_pool(*layer), expected.numpy())


@for_all(layers(), st.booleans())
def test_avg_pool_is_pytorchs_with_and_without_the_zeros(layer, count):
    import torch

    maps, F, S, P = layer
    expected = torch.nn.functional.avg_pool2d(
        torch.tensor(maps, dtype=torch.float64), F, S, P, count_include_pad=count
    )
    np.testing.assert_allclose(avg_pool(*layer, count), expected.numpy(), rtol=1e-12, atol=1e-12)


@for_all(layers())
def test_both_poolings_are_what_a_count_by_hand_gives(layer):
    maps, F, *_ = layer
    largest, counted, left_out = max_pool(*layer), avg_pool(*layer, True), avg_pool(*layer, False)
    seen = 0
    for i, j, numbers in windows(*layer):
        for d, there in enumerate(numbers):
            total = int(sum(there))
            assert largest[d, i, j] == max(there)
            assert counted[d, i, j] == pytest.approx(Fraction(total, F * F))
            assert left_out[d, i, j] == pytest.approx(Fraction(total, len(there)))
            seen += 1
    assert seen == largest.size == counted.size == left_out.size
    assert len(maps) == len(largest)


def test_pytorch_counts_the_zeros_unless_told_otherwise():
    import torch

    ones = torch.ones(1, 1, 5)
    assert torch.nn.AvgPool1d(3, 2, 1)(ones)[0, 0].tolist() == pytest.approx([2 / 3, 1, 2 / 3])
    maps = np.ones((1, 5, 5), dtype=int)
    assert avg_pool(maps, 3, 2, 1, True)[0, 0] == pytest.approx([4 / 9, 2 / 3, 4 / 9])
    assert (avg_pool(maps, 3, 2, 1, False) == 1).all()


@for_all(*[st.integers(1, 12)] * 3, st.integers(1, 7), st.none() | st.integers(1, 6),
         st.integers(0, 4))  # fmt: skip
def test_shapes_are_pytorchs_and_so_are_the_refusals(W, H, D, F, S, P):
    import torch

    for pool in (torch.nn.MaxPool2d, torch.nn.AvgPool2d):
        try:
            d, height, width = pool(F, S, P)(torch.zeros(D, H, W)).shape
        except RuntimeError:
            with pytest.raises(ValueError):
                UNIT["pool_shape"](W, H, D, F, S, P)
        else:
            assert UNIT["pool_shape"](W, H, D, F, S, P) == (width, height, d)


@for_all(layers())
def test_what_stands_outside_is_minus_infinity_on_four_sides(layer):
    import torch

    maps, _, _, P = layer
    expected = torch.nn.functional.pad(torch.tensor(maps, dtype=torch.float64), (P,) * 4,
                                       value=-np.inf)  # fmt: skip
    padded = UNIT["pad_for_max"](maps, P)
    assert padded.dtype == float
    np.testing.assert_array_equal(padded, expected.numpy())


@for_all(layers())
def test_average_pooling_is_a_convolution_where_zeros_count(layer):
    import torch

    maps, F, S, P = layer
    weights = torch.tensor(UNIT["avg_as_conv"](len(maps), F))
    made = torch.nn.functional.conv2d(torch.tensor(maps, dtype=torch.float64)[None], weights,
                                      stride=S, padding=P)[0]  # fmt: skip
    np.testing.assert_allclose(made.numpy(), avg_pool(maps, F, S, P, True), rtol=0, atol=1e-12)


@for_all(st.sampled_from(["dense", "conv"]), st.booleans(), *[st.integers(2, 12)] * 2,
         *[st.integers(1, 6)] * 2)  # fmt: skip
def test_parameters_are_those_that_pytorch_keeps(layer, pooled, W, H, D, K):
    import torch

    net = [torch.nn.MaxPool2d(2)] if pooled else []
    if layer == "dense":
        size = torch.nn.Sequential(*net, torch.nn.Flatten())(torch.zeros(1, D, H, W)).shape[1]
        net += [torch.nn.Flatten(), torch.nn.Linear(size, K)]
    else:
        net.append(torch.nn.Conv2d(D, K, 3))
    kept = sum(one.numel() for one in torch.nn.Sequential(*net).parameters())
    assert UNIT["parameters_after"](layer, pooled, W, H, D, K) == kept


def test_the_audits_numbers():
    assert UNIT["pool_shape"](26, 26, 32, 2) == (13, 13, 32)
    row = np.array([[[-3, -1, -2, -5, -4]] * 3])  # three equal rows: the middle one tells
    assert max_pool(row, 3, 2, 1)[0, 0].tolist() == [-1, -1, -4]
    assert max_pool.wrong("M68")(row, 3, 2, 1)[0, 0].tolist() == [0, 0, 0]
    assert UNIT["pool_shape"].wrong("M63")(26, 26, 32, 2) == (25, 25, 32)
    assert UNIT["pool_shape"].wrong("M64")(26, 26, 32, 2) == (13, 13, 16)
    assert UNIT["pool_shape"].wrong("M65")(26, 26, 32, 2) == (24, 24, 32)
    right = UNIT["parameters_after"]
    for slip, added in (("M66", 4), ("M67", 128)):
        wrong = right.wrong(slip)
        assert wrong("conv", True, 26, 26, 32, 10) - right("conv", True, 26, 26, 32, 10) == added


# ------------------------------------------------------------------------------------- slips


def credit(exercise, function):
    """What a function earns on an exercise, as a share."""
    answers = iter(public.answers_of(function, exercise.questions))
    expected = iter(exercise.expected)
    shares = [
        group.worth * all([same(next(answers), next(expected)) for _ in group.cases])
        for group in exercise.groups
    ]
    return Fraction(sum(shares), sum(group.worth for group in exercise.groups))


@pytest.mark.parametrize(("exercise", "slip"), SLIPS)
def test_a_slip_is_told_from_all_others_and_costs_points(exercise, slip):
    wrong = exercise.wrong(slip)
    if isinstance(exercise, AuthoredClaim):
        answers = public.answers_of(wrong, [()])
        assert exercise.public.unmet(answers[0])
    else:
        answers = public.answers_of(wrong, exercise.inputs)
        assert credit(exercise, wrong) < 1
    found = exercise.public.diagnose(answers)
    assert found is not None
    assert found.id == slip


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_no_constant_earns_a_group_and_no_public_input_is_hidden(exercise):
    assert credit(exercise, exercise.reference) == 1
    expected = iter(exercise.expected)
    for group in exercise.groups:
        rights = [next(expected) for _ in group.cases]
        assert any(not same(right, rights[0]) for right in rights[1:]), group.says
    hidden = [case for group in exercise.groups for case in group.cases]
    for given_one in exercise.inputs:
        assert not any(json.dumps(public.written(list(case))) ==
                       json.dumps(public.written(list(given_one))) for case in hidden)  # fmt: skip


def test_every_catalogued_slip_is_here():
    known = {slip for one in (*FUNCTIONS, *CLAIMS) for slip in one.slips if slip.startswith("M")}
    assert known == {f"M{number}" for number in range(63, 70)}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda one: one.name)
def test_a_claims_reference_is_a_counterexample(claim):
    answer = public.answers_of(claim.reference, [()])[0]
    assert claim.public.unmet(answer) is None
    assert claim.public.diagnose([answer]) is None


@for_all(st.lists(st.integers(-4, 4), min_size=5, max_size=5))
def test_a_telling_row_is_one_on_which_four_poolings_differ(row):
    maps = [[*row[:2]], [*row[1:4]], [*row[3:]]]
    answers = {
        "max": [max(there) for there in maps],
        "zeros": [max([*there, *[0] * (3 - len(there))]) for there in maps],
        "average": [Fraction(sum(there), len(there)) for there in maps],
        "min": [min(there) for there in maps],
    }
    all_differ = all(one != other for one, other in itertools.combinations(answers.values(), 2))
    assert (UNIT["telling_row"].public.unmet(row) is None) == all_differ


@for_all(st.lists(st.integers(-4, 4), min_size=4, max_size=4))
def test_a_strongest_answer_is_lost_where_the_largest_is_weaker(window):
    far = sorted(window, key=abs)
    lost = abs(far[-1]) > abs(far[-2]) and far[-1] != max(window)
    assert (UNIT["strongest_lost"].public.unmet(window) is None) == lost


# ------------------------------------------------------------------------- a test of one's own


@pytest.mark.parametrize("judged", JUDGED)
def test_what_is_judged_is_sound_or_faulty(judged):
    import torch

    function = UNIT["is_max_pool"].implementation(judged).function
    agrees = True
    for seed, (F, S, P) in enumerate(itertools.product((1, 2, 3, 4), (1, 2, 3), (0, 1, 2))):
        if 2 * P > F:
            continue
        maps = np.random.default_rng(seed).integers(-9, 3, (3, 5, 7))
        expected = torch.nn.functional.max_pool2d(torch.tensor(maps).double(), F, S, P).numpy()
        agrees &= same(answer_of(function, (maps, F, S, P)), expected)
    assert agrees == judged.sound


@pytest.mark.parametrize("judged", JUDGED)
def test_the_reference_judges_rightly(judged):
    function = UNIT["is_max_pool"].implementation(judged).function
    verdict = accepts(answer_of(UNIT["is_max_pool"].reference, (function,)))
    assert verdict is judged.sound


# ---------------------------------------------------------------------------------- pictures


def sliders(*ranges):
    """All combinations of F, S and P that a panel's sliders allow."""
    return [(F, S, P) for F, S in itertools.product(*ranges) for P in range(F // 2 + 1)]


@pytest.mark.parametrize(("F", "S", "P"), sliders(range(1, 5), range(1, 5)))
def test_the_digit_is_pooled_as_pytorch_does_it(F, S, P):
    import torch

    digit = torch.tensor(pooling_picture.DIGIT).double()[None]
    largest, average = pooling_picture.pooled(pooling_picture.DIGIT, F, S, P)
    np.testing.assert_array_equal(largest, torch.nn.functional.max_pool2d(digit, F, S, P)[0])
    np.testing.assert_allclose(average, torch.nn.functional.avg_pool2d(digit, F, S, P)[0])
    n = len(largest)
    for at in {1, n, n * n, 999}:
        picture = pooling_picture.pooling(F, S, P, at)
        drawn(picture)
        row, column = divmod(min(at, n * n) - 1, n)
        assert f"row {row} and column {column}" in picture.alt
        assert f"the largest number is {largest[row, column]:g}," in picture.alt
        assert f"= {average[row, column]:.4g}" in picture.alt


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (pooling_picture.pooled(pooling_picture.DIGIT, 2, 2, 0)[0][None], "✓"),
        (pooling_picture.pooled(pooling_picture.DIGIT, 2, 2, 0)[0][None].tolist(), "✓"),
        (pooling_picture.pooled(pooling_picture.DIGIT, 2, 2, 0)[1][None], "✗"),
        (np.full((1, 7, 7), np.nan), "✗"),
        (np.full((0, 7, 7), 1.0), "✗"),
        (np.zeros((7, 7)), "✗"),
        (np.zeros((1, 14, 14)), "✗"),
        ([[1, 2], [3]], "✗"),
        (None, "✗"),
        ("nine", "✗"),
        (9, "✗"),
    ],
)
def test_any_answer_of_the_students_is_drawn_and_judged(answer, mark):
    picture = pooling_picture.pooling(2, 2, 0, 5, Yours("max_pool(digit, 2, 2, 0)", (), answer))
    drawn(picture)
    assert f"{mark} max_pool(digit, 2, 2, 0)" in picture.alt


@pytest.mark.parametrize(("F", "S", "P"), sliders(range(1, 5), range(1, 5)))
def test_the_border_panel_says_what_the_exercises_functions_do(F, S, P):
    for lift in range(6):
        row = [number + lift for number in borders_picture.ROW]
        lines = borders_picture.outputs(row, F, S, P)
        maps = np.array(row)[None, None]
        numbers = [there for i, _, (there,) in windows(np.repeat(maps, F, 1), F, S, P) if i == 0]
        assert len(lines[0]) == len({j for _, j, _ in windows(np.repeat(maps, F, 1), F, S, P)})
        # the rows of these maps are equal, so a window holds each of a row's numbers equally often
        sets = numbers[: len(lines[0])]
        assert lines[0] == [max(there) for there in sets]
        assert lines[3] == [Fraction(int(sum(there)), len(there)) for there in sets]
        for line, one in zip(lines[1], lines[0], strict=True):
            assert line in (one, max(one, 0))
        for at in (1, 2, 99):
            picture = borders_picture.borders(F, S, P, lift, at)
            drawn(picture)
            assert ("differ nowhere. The two averages" in picture.alt) == (lines[0] == lines[1])
            assert picture.alt.endswith("averages differ nowhere.") == (lines[2] == lines[3])


def test_the_made_up_map_has_the_printed_table_as_its_maxima():
    import torch

    table = np.array(TABLE)
    assert table.shape == (13, 13)
    given_map = pooled_table.reconstructed(table)
    assert given_map.shape == (26, 26)
    assert given_map.min() >= 0
    np.testing.assert_array_equal(given_map, np.round(given_map, 1))
    pooled = torch.nn.functional.max_pool2d(torch.tensor(given_map)[None], 2)[0]
    np.testing.assert_array_equal(pooled, table)


def test_a_cell_goes_back_to_its_window():
    table = np.array(TABLE)
    given_map = pooled_table.reconstructed(table)
    for row, column in np.ndindex(table.shape):
        picture = pooled_table.pooled_table(table, DOUBTFUL, row, column)
        drawn(picture)
        assert f"Cell ({row}, {column}) of the table is {table[row, column]:.1f}" in picture.alt
        found = re.search(r"the largest of ([\d., ]+), which stand in rows (\d+) and", picture.alt)
        numbers = [float(number) for number in found[1].split(",")]
        top = int(found[2])
        assert numbers == given_map[top : top + 2, 2 * column : 2 * column + 2].ravel().tolist()
        assert "made up" in picture.alt
        assert ("stand out" in picture.alt) == ((row, column) in DOUBTFUL)


def test_the_evidence_on_the_two_cells_is_what_the_mark_scheme_says():
    table = np.array(TABLE)
    around = np.pad(table, 1)
    above = {
        (row, column): round(
            table[row, column]
            - max(np.delete(around[row : row + 3, column : column + 3].ravel(), 4)),
            1,
        )
        for row, column in np.ndindex(table.shape)
    }
    ranked = sorted(above, key=above.get, reverse=True)
    assert set(ranked[:2]) == set(DOUBTFUL) == {cell for cell in above if table[cell] == 8.0}
    assert [above[cell] for cell in ranked[:3]] == [3.9, 3.3, 0.5]
    assert sorted(table.ravel())[-3] == 5.2

    def steps(of):
        return sorted(
            round(abs(of[one] - of[other]), 1)
            for one in np.ndindex(of.shape)
            for other in ((one[0] + 1, one[1]), (one[0], one[1] + 1))
            if max(other) < 13
        )

    assert steps(table)[-2:] == [7.5, 7.6]
    assert steps(table)[-9] == 3.4  # after the four of each of the two cells
    repaired = table.copy()
    for cell in DOUBTFUL:
        repaired[cell] = 0.8
    assert steps(repaired)[-1] == 3.4
    for number in ("3.9", "3.3", "5.2", "7.6", "7.5", "3.4"):
        assert number in TEXT


# -------------------------------------------------------------------------------------- text


def test_points_and_minutes_add_up():
    objectives = TEXT.partition("**When you are done")[2].partition("**What you need")[0]
    table = re.findall(r"^\| .+ \| `([\w-]+)`.* \| (\d+) \| (\d+) \|$", objectives, re.M)
    minutes, total = map(int, re.search(r"(\d+) minutes · (\d+) points", TEXT).groups())
    assert sum(int(points) for _, points, _ in table) == total
    assert sum(int(spent) for *_, spent in table) <= 0.85 * minutes
    heads = re.findall(
        r"`([\w-]+)(?:\(.*\))?`\n\n\*\*(\d+) points? · (\d+) minutes · [●○]{3}", TEXT
    )
    assert heads == table
    assert {name for name, *_ in table} == {*UNIT, "two-cells"}
    for exercise in UNIT.values():
        cell = rf'"grade_id": "{exercise.name}", "locked": true, "points": {exercise.points},'
        assert re.search(cell, TEXT)
