"""Unit 09: its references against PyTorch and brute force, its slips, its pictures, its numbers."""

import itertools
import json
import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.live import descent as descent_picture
from course.pictures.live import dropout as dropout_picture
from course.pictures.live import neighbours as neighbours_picture
from course.pictures.live.fruit import GRAMS_AND_PRICES, NAMES, TARGETS, UNITS, centred, measured
from course.pictures.live.yours import Yours
from exercises import public
from exercises.answers import Raised, answer_of
from exercises.authoring import AuthoredClaim, AuthoredExercise, AuthoredTests
from exercises.check import accepts
from exercises.comparison import same
from exercises.unit import load_file

ROOT = Path(__file__).parents[2]
UNIT = load_file(ROOT / "source" / "09-scaling" / "exercises.py").exercises
TEXT = (ROOT / "source" / "09-scaling" / "unit.md").read_text(encoding="utf-8")
FUNCTIONS = [one for one in UNIT.values() if isinstance(one, AuthoredExercise)]
CLAIMS = [one for one in UNIT.values() if isinstance(one, AuthoredClaim)]
TESTS = [one for one in UNIT.values() if isinstance(one, AuthoredTests)]
SLIPS = [
    pytest.param(exercise, slip, id=f"{exercise.name}-{slip}")
    for exercise in (*FUNCTIONS, *CLAIMS)
    for slip in exercise.slips
]
JUDGED = [pytest.param(test, one, id=f"{test.name}: {one.says}")
          for test in TESTS for one in test.judged]  # fmt: skip

nearest, standardise = UNIT["nearest"], UNIT["standardise"]
gd_steps, dropout_forward = UNIT["gd_steps"], UNIT["dropout_forward"]
KILOGRAMS = GRAMS_AND_PRICES / [1000, 1]


def for_all(*inputs):
    """Like hypothesis' ``given``, but patient: torch takes a second to wake up."""
    return lambda test: settings(deadline=None)(given(*inputs)(test))


@st.composite
def tables(draw, columns=None, smallest=2):
    """Whole numbers, N x D."""
    D = columns or draw(st.integers(1, 4))
    row = st.lists(st.integers(-9, 9), min_size=D, max_size=D)
    return np.array(draw(st.lists(row, min_size=smallest, max_size=7)))


# -------------------------------------------------------------------------------- references


@for_all(tables(), st.data())
def test_nearest_is_the_first_of_smallest_distance(X, data):
    i = data.draw(st.integers(0, len(X) - 1))
    others = [row for row in range(len(X)) if row != i]
    expected = min(others, key=lambda row: sum((a - b) ** 2 for a, b in zip(
        X[row].tolist(), X[i].tolist(), strict=True)))  # fmt: skip
    answer = nearest(X, i)
    assert type(answer) is int
    assert answer == expected


@for_all(st.data())
def test_standardise_is_scikit_learns(data):
    from sklearn.preprocessing import StandardScaler

    train = data.draw(tables(smallest=1))
    new = data.draw(tables(columns=train.shape[1], smallest=1))
    np.testing.assert_allclose(standardise(train, new), StandardScaler().fit(train).transform(new),
                               atol=1e-12)  # fmt: skip


@for_all(st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.75, 1.0]), st.integers(0, 99),
         st.sampled_from([(6,), (3, 5), (2, 3, 4)]))  # fmt: skip
def test_dropout_drops_where_u_is_small_and_is_torchs_in_evaluation_and_at_the_ends(p, seed, shape):
    import torch

    generator = np.random.default_rng(seed)
    x, u = generator.integers(-9, 10, shape), generator.random(shape)
    answer = dropout_forward(x, u, p, True)
    for one, chance, out in zip(x.flat, u.flat, answer.flat, strict=True):
        assert out == (0 if chance < p else one / (1 - p))
    theirs = torch.tensor(x).double()
    layer = torch.nn.Dropout(p)
    if p in (0, 1):
        np.testing.assert_array_equal(answer, layer(theirs))
    np.testing.assert_array_equal(dropout_forward(x, u, p, False), layer.eval()(theirs))


@pytest.mark.parametrize("keep", [0.25, 0.75])
def test_keep_and_drop_are_told_apart_as_pytorch_does(keep):
    import torch

    torch.manual_seed(9)
    out = torch.nn.Dropout(1 - keep)(torch.ones(100_000))
    assert abs((out > 0).double().mean() - keep) < 0.01
    assert out.max() == pytest.approx(1 / keep)
    if keep == 0.75:
        p, factor, learned = UNIT["in_pytorch"].reference()
        assert (p, factor, learned) == (1 - keep, pytest.approx(float(out.max())), 0)
        assert not list(torch.nn.Dropout(p).parameters())


@pytest.mark.parametrize("question", gd_steps.questions)
def test_gd_steps_are_those_of_pytorchs_sgd(question):
    import torch

    X, y, gap = question
    features, targets = torch.tensor(X).double(), torch.tensor(y).double()
    w = torch.zeros(X.shape[1], dtype=torch.double, requires_grad=True)
    largest = np.linalg.norm(X, 2) ** 2 / len(X)
    descend = torch.optim.SGD([w], lr=1 / largest)
    best = torch.linalg.lstsq(features, targets[:, None]).solution[:, 0]

    def loss(weights):
        return ((features @ weights - targets) ** 2).mean() / 2

    floor, steps = loss(best), 0
    while (now := loss(w)) - floor > gap:
        descend.zero_grad()
        now.backward()
        descend.step()
        steps += 1
    assert gd_steps(X, y, gap) == steps


# ----------------------------------------------------------------------------- the numbers


@pytest.mark.parametrize(("unit", "scaled", "steps", "kappa"), [
    (1, 0, 35, 6.0), (10, 0, 1_849_156, 302_022.2), (1, 1, 10, 2.7), (2, 0, 11, 2.7),
])  # fmt: skip
def test_step_counts_are_those_of_the_walk_itself(unit, scaled, steps, kappa):
    shown = descent_picture.valley(unit, scaled)
    assert shown.steps() == steps
    assert round(shown.condition, 1) == kappa
    X = centred(measured(unit, scaled))
    (a, b), (_, d) = (X.T @ X / 4).tolist()
    p, q = (X.T @ TARGETS / 4).tolist()
    v, w = np.linalg.solve([[a, b], [b, d]], [p, q]).tolist()
    rate = 1 / np.linalg.norm([[a, b], [b, d]], 2)
    s = t = 0.0
    walked = 0
    while (a * (s - v) ** 2 + 2 * b * (s - v) * (t - w) + d * (t - w) ** 2) / 2 > 1e-6:
        s, t = s - rate * (a * s + b * t - p), t - rate * (b * s + d * t - q)
        walked += 1
    assert walked == steps


@pytest.mark.parametrize(("table", "shares"), [(GRAMS_AND_PRICES, [80.8, 19.2]),
                                               (KILOGRAMS, [0.0, 100.0])])  # fmt: skip
def test_shares_of_the_squared_distances(table, shares):
    spread = table.var(axis=0)  # all pairs' squared differences, up to a factor
    assert np.round(100 * spread / spread.sum(), 1).tolist() == shares


def test_neighbours_change_with_the_unit():
    def names(table):
        return [NAMES[nearest(table, row)] for row in range(4)]

    assert names(GRAMS_AND_PRICES) == ["Banana", "Orange", "Orange", "Banana"]
    assert names(KILOGRAMS) == ["Banana", "Banana", "Orange", "Apple"]
    assert names(measured(1, 1)) == names(GRAMS_AND_PRICES)


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
    for one in exercise.inputs:
        text = json.dumps(public.written(list(one)))
        assert all(json.dumps(public.written(list(case))) != text for case in hidden)


def test_every_catalogued_slip_is_here():
    known = {slip for one in (*FUNCTIONS, *CLAIMS) for slip in one.slips if slip.startswith("M")}
    assert known == {f"M{number}" for number in range(86, 94)}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda one: one.name)
def test_a_claims_reference_is_a_counterexample(claim):
    answer = public.answers_of(claim.reference, [()])[0]
    assert claim.public.unmet(answer) is None
    assert claim.public.diagnose([answer]) is None


@for_all(st.lists(st.tuples(st.integers(9, 13), st.integers(5, 10)), min_size=3, max_size=3))
def test_price_decides_is_asked_as_the_words_say(rows):
    X = np.array(rows)
    inside = X[:, 0].min() > X[:, 1].max()
    by_weight = abs(X[1, 0] - X[0, 0]) < abs(X[2, 0] - X[0, 0])
    B, C = (np.linalg.norm(X[row] - X[0]) for row in (1, 2))
    expected = bool(inside and by_weight and C < B and not np.isclose(B, C))
    assert (UNIT["price_decides"].public.unmet(X) is None) == expected


@pytest.mark.parametrize("grams", range(8, 21))
@pytest.mark.parametrize("other", range(8, 21))
def test_limits_are_right_where_the_groups_are_the_same(grams, other):
    groups = [[weight for weight in (15, 18, 12, 10) if weight <= one] for one in (grams, other)]
    right = groups[0] == groups[1] and 0 < len(groups[0]) < 4
    assert (UNIT["same_groups"].public.unmet([grams, other / 1000]) is None) == right


# ------------------------------------------------------------------------- tests of one's own


@pytest.mark.parametrize(("test", "judged"), JUDGED)
def test_what_is_judged_is_sound_or_faulty(test, judged):
    function = test.implementation(judged).function
    generator = np.random.default_rng(9)
    agrees = True
    for _ in range(30):
        D, p, training = generator.integers(1, 4), generator.integers(0, 9) / 8, True
        train = generator.integers(-9, 10, (generator.integers(2, 6), D))
        train[:, 0] = 4  # a column that never changes
        new = generator.integers(-9, 10, (generator.integers(1, 6), D))
        u = generator.integers(0, 8, train.shape) / 8
        for training in (True, False):
            args = (train, new) if test is UNIT["is_standardise"] else (train, u, p, training)
            agrees &= same(answer_of(function, args), answer_of(test.of.reference, args))
    assert agrees == judged.sound


@pytest.mark.parametrize(("test", "judged"), JUDGED)
def test_the_reference_judges_rightly(test, judged):
    function = test.implementation(judged).function
    assert accepts(answer_of(test.reference, (function,))) is judged.sound


# ---------------------------------------------------------------------------------- pictures


def drawn(picture):
    """A picture's SVG, once it has been read; its words must lie on the drawing."""
    root = ET.fromstring(picture.svg)
    wide, high = map(float, root.attrib["viewBox"].split()[2:])
    for one in root.iter("{http://www.w3.org/2000/svg}text"):
        x, y = float(one.attrib["x"]), float(one.attrib["y"])
        assert 0 <= x <= wide, one.text
        assert 0 < y <= high, one.text
        long = 0.5 * float(one.attrib["font-size"]) * len(one.text or "")
        if "text-anchor" not in one.attrib:
            assert x + long < wide, one.text
        elif one.attrib["text-anchor"] == "end":
            assert x - long > 0, one.text
    for one in root.iter():
        assert "nan" not in str(one.attrib).replace("Banana", "")
        assert "inf" not in str(one.attrib)
    return root


@pytest.mark.parametrize("unit", range(1, len(UNITS) + 1))
@pytest.mark.parametrize("scaled", [0, 1])
def test_the_picture_of_neighbours_says_what_the_exercise_says(unit, scaled):
    table = measured(unit, scaled)
    for row in range(4):
        right = nearest(table, row)
        for answer, mark in [(right, "✓"), (row, "✗"), (None, "✗"), ([right], "✗"), ("x", "✗"),
                             (Raised(("NotImplementedError",)), "○")]:  # fmt: skip
            picture = neighbours_picture.neighbours(unit, scaled, row, Yours("f", (), answer))
            drawn(picture)
            assert f"{NAMES[row]} to {NAMES[right]}" in picture.alt
            assert f"{mark} f" in picture.alt


@pytest.mark.parametrize("unit", range(1, len(UNITS) + 1))
@pytest.mark.parametrize("scaled", [0, 1])
def test_the_walk_in_the_picture_is_the_walk(unit, scaled):
    shown = descent_picture.valley(unit, scaled)
    X = centred(measured(unit, scaled))
    lowest = np.linalg.lstsq(X, TARGETS, rcond=None)[0]
    w = np.zeros(2)
    for step in range(61):
        np.testing.assert_allclose(shown.directions @ shown.after(step), w - lowest,
                                   rtol=1e-6, atol=1e-9 * np.abs(lowest).max())  # fmt: skip
        w = w - X.T @ (X @ w - TARGETS) / 4 / shown.curvatures[-1]
    for steps in (0, 1, 60):
        for yours in (None, Yours("f", (), shown.steps()), Yours("f", (), np.zeros(2))):
            picture = descent_picture.descent(unit, scaled, steps, yours)
            drawn(picture)
            assert f"{shown.steps():,} steps" in picture.alt


def test_the_plot_of_step_counts_says_the_three_numbers():
    picture = descent_picture.step_counts()
    assert "grams 35; kilograms 1,849,156; standardised 10" in picture.alt
    assert picture == descent_picture.step_counts()


@pytest.mark.parametrize(("percent", "n"), list(itertools.product((5, 6, 30, 50, 75, 99, 100),
                                                             (1, 2, 10, 100))))  # fmt: skip
def test_the_picture_of_dropout(percent, n):
    x, u, p = dropout_picture.question(percent)
    right = dropout_forward(x, u, p, True)
    picture = dropout_picture.dropout(percent, n, Yours("f", (), right))
    drawn(picture)
    assert "✓ f" in picture.alt
    assert f"{np.count_nonzero(right == 0)} of 1000 ones became 0" in picture.alt
    for answer in (x * (u < p), x + 1, 3, None, "x", np.full(1000, np.nan), right[:5]):
        wrong = dropout_picture.dropout(percent, n, Yours("f", (), answer))
        drawn(wrong)
        assert "✗ f" in wrong.alt


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("n", [1, 7])
def test_means_and_spreads_are_those_of_all_outcomes(keep, n):
    for inverted in (True, False):
        kept = 1 / keep if inverted else 1.0
        outcomes = [(sum(which) * kept / n, keep ** sum(which) * (1 - keep) ** (n - sum(which)))
                    for which in itertools.product((0, 1), repeat=n)]  # fmt: skip
        mean = sum(value * chance for value, chance in outcomes)
        variance = sum((value - mean) ** 2 * chance for value, chance in outcomes)
        assert dropout_picture.mean(keep, inverted) == pytest.approx(mean)
        assert dropout_picture.spread(keep, n, inverted) == pytest.approx(variance**0.5, abs=1e-9)


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
    assert {name for name, *_ in table} == {*UNIT, "scaling-explained"}
    for exercise in UNIT.values():
        cell = rf'"grade_id": "{exercise.name}", "locked": true, "points": {exercise.points},'
        assert re.search(cell, TEXT)
