"""Unit 08: its references against PyTorch and brute force, its slips, its pictures, its text."""

import itertools
import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course.pictures.live.stamps import counted, inner, stamps
from course.pictures.live.yours import Yours
from course.pictures.live.zero_insertion import ROW, STEPS, WEIGHTS, by_zeros, zero_insertion
from course.units.transposed import panels
from exercises import public
from exercises.answers import Raised
from exercises.authoring import AuthoredClaim, AuthoredExercise
from exercises.comparison import same
from exercises.unit import load_file
from tests.support.drawn import drawn

ROOT = Path(__file__).parents[2]
UNIT = load_file(ROOT / "source" / "08-transposed" / "exercises.py").exercises
TEXT = (ROOT / "source" / "08-transposed" / "unit.md").read_text(encoding="utf-8")
FUNCTIONS = [one for one in UNIT.values() if isinstance(one, AuthoredExercise)]
CLAIMS = [one for one in UNIT.values() if isinstance(one, AuthoredClaim)]
SLIPS = [
    pytest.param(exercise, slip, id=f"{exercise.name}-{slip}")
    for exercise in UNIT.values()
    for slip in exercise.slips
]

out_size_T, conv_transpose = UNIT["out_size_T"], UNIT["conv_transpose"]
transpose_by_matrix = UNIT["transpose_by_matrix"]


def for_all(*inputs):
    """Like hypothesis' ``given``, but patient: torch takes a second to wake up."""
    return lambda test: settings(deadline=None)(given(*inputs)(test))


@st.composite
def layers(draw, most_P=lambda F: F - 1):
    """W, F, S, P and a of a transposed convolution that leaves something."""
    W, F, S = (draw(st.integers(1, high)) for high in (7, 5, 4))
    P, a = draw(st.integers(0, most_P(F))), draw(st.integers(0, S - 1))
    assume(S * (W - 1) + F - 2 * P + a >= 1)
    return W, F, S, P, a


def numbers(seed, *shape):
    return np.random.default_rng(seed).integers(-9, 10, shape)


def windows(N, F, S, P):
    """How many windows a convolution finds, counted one by one."""
    return sum(left + F <= N + 2 * P for left in range(0, N + 2 * P, S))


def stamped(row, weights, N, S, P):
    """The transposed convolution of a row, stamp by stamp."""
    out = [0] * N
    for i, number in enumerate(row):
        for j, weight in enumerate(weights):
            if 0 <= i * S + j - P < N:
                out[i * S + j - P] += number * weight
    return out


# -------------------------------------------------------------------------------- references


@for_all(*[st.integers(1, 6)] * 3, st.integers(0, 6), st.integers(0, 5), st.integers(1, 3))
def test_sizes_are_pytorchs_and_so_are_the_refusals(W, F, S, P, a, dilation):
    import torch

    layer = torch.nn.ConvTranspose1d(1, 1, F, S, P, a, dilation=dilation)
    try:
        size = layer(torch.zeros(1, 1, W)).shape[2]
    except RuntimeError:
        size = 0
    if size and a < S:
        assert out_size_T(W, F, S, P, a, dilation) == size
        assert windows(size, dilation * (F - 1) + 1, S, P) == W
    else:  # of PyTorch's sizes, those with S <= a < dilation lead back to another W
        assert not size or windows(size, dilation * (F - 1) + 1, S, P) != W
        with pytest.raises(ValueError):
            out_size_T(W, F, S, P, a, dilation)


@for_all(layers(), st.integers(0, 999))
def test_the_matrix_road_is_pytorchs(layer, seed):
    import torch

    W, F, S, P, a = layer
    row, weights = numbers(seed, W), numbers(seed + 1, F)
    expected = torch.nn.functional.conv_transpose1d(
        torch.tensor(row)[None, None].double(), torch.tensor(weights)[None, None].double(),
        stride=S, padding=P, output_padding=a,
    )[0, 0]  # fmt: skip
    N = len(expected)
    np.testing.assert_array_equal(transpose_by_matrix(row, weights, N, S, P), expected)
    assert stamped(row.tolist(), weights.tolist(), N, S, P) == expected.tolist()


@for_all(layers(lambda F: F + 2))
def test_the_matrix_road_works_with_more_padding_than_filter(layer):
    W, F, S, P, a = layer
    N = S * (W - 1) + F - 2 * P + a
    row, weights = numbers(W, W).tolist(), numbers(F, F).tolist()
    assert transpose_by_matrix(row, weights, N, S, P).tolist() == stamped(row, weights, N, S, P)


@for_all(*[st.integers(1, 6)] * 2, st.integers(1, 12), st.integers(1, 4), st.integers(0, 3))
def test_the_matrix_road_refuses_a_width_that_leads_elsewhere(W, F, N, S, P):
    if windows(N, F, S, P) == W:
        assert len(transpose_by_matrix([1] * W, [1] * F, N, S, P)) == N
    else:
        with pytest.raises(ValueError):
            transpose_by_matrix([1] * W, [1] * F, N, S, P)


@for_all(layers(), *[st.integers(1, 4)] * 3, st.integers(0, 999))
def test_the_zeros_road_is_pytorchs(layer, D, K, H, seed):
    import torch

    W, F, S, P, a = layer
    assume(S * (H - 1) + F - 2 * P + a >= 1)
    maps, filters = numbers(seed, D, H, W), numbers(seed + 1, D, K, F, F)
    expected = torch.nn.functional.conv_transpose2d(
        torch.tensor(maps).double(), torch.tensor(filters).double(),
        stride=S, padding=P, output_padding=a,
    )  # fmt: skip
    np.testing.assert_array_equal(conv_transpose(maps, filters, S, P, a), expected)


@for_all(layers(), st.integers(0, 999))
def test_the_two_roads_agree(layer, seed):
    W, F, S, P, a = layer
    row, weights = numbers(seed, W), numbers(seed + 1, F)
    out = conv_transpose(row[None, None], np.tile(weights, (F, 1))[None, None], S, P, a) \
        if F - 2 * P + a >= 1 else None  # fmt: skip
    N = S * (W - 1) + F - 2 * P + a
    by_matrix = transpose_by_matrix(row, weights, N, S, P)
    assert by_zeros(row.tolist(), weights.tolist(), S, P, a) == by_matrix.tolist()
    if out is not None and P < F - P:
        np.testing.assert_array_equal(out[0, 0], by_matrix)


@for_all(layers(), *[st.integers(1, 3)] * 2, st.integers(0, 999))
def test_it_is_the_transpose_of_a_convolution_with_the_same_filters(layer, D, K, seed):
    """<conv(x), y> = <x, transpose(y)>, for every x and y: that defines it."""
    import torch

    W, F, S, P, a = layer
    y, filters = numbers(seed, D, W, W), numbers(seed + 1, D, K, F, F)
    back = conv_transpose(y, filters, S, P, a)
    x = numbers(seed + 2, *back.shape)
    down = torch.nn.functional.conv2d(torch.tensor(x).double(), torch.tensor(filters).double(),
                                      stride=S, padding=P)  # fmt: skip
    assert down.shape == y.shape
    assert (down.numpy() * y).sum() == (x * back).sum()


@for_all(*[st.integers(1, 4)] * 4, st.booleans())
def test_zeros_stand_between_neighbours_and_nowhere_else(D, H, W, S, fractions):
    maps = numbers(D, D, H, W) / (4 if fractions else 1) if fractions else numbers(D, D, H, W)
    out = UNIT["zero_insert"](maps, S)
    assert out.dtype == maps.dtype
    assert out.shape == (D, S * (H - 1) + 1, S * (W - 1) + 1)
    for d, row, column in np.ndindex(out.shape):
        inside = row % S == 0 and column % S == 0
        assert out[d, row, column] == (maps[d, row // S, column // S] if inside else 0)


@for_all(st.integers(1, 40), st.integers(1, 9), st.integers(1, 6), st.integers(0, 4))
def test_the_output_padding_leads_back(N, F, S, P):
    W = windows(N, F, S, P)
    if not W:
        with pytest.raises(ValueError):
            UNIT["output_padding_for"](N, F, S, P)
        return
    a = UNIT["output_padding_for"](N, F, S, P)
    assert 0 <= a < S
    assert out_size_T(W, F, S, P, a) == N


@for_all(layers())
def test_the_overlap_is_ones_with_ones(layer):
    import torch

    W, F, S, P, _ = layer
    assume(S * (W - 1) + F - 2 * P >= 1)
    ones = torch.ones(1, 1, W), torch.ones(1, 1, F)
    expected = torch.nn.functional.conv_transpose1d(*ones, stride=S, padding=P)[0, 0]
    assert UNIT["overlap_counts"](W, F, S, P) == expected.tolist()


def test_the_overlap_is_even_exactly_where_the_filter_is_a_multiple_of_the_stride():
    for F, S in itertools.product(range(1, 13), range(1, 7)):
        W = 2 * F + 2  # enough stamps that a whole period lies away from the ends
        there = [counted(W, F, S)[column] for column in inner(W, F, S)]
        assert len(there) >= S
        assert (len(set(there)) == 1) == (F % S == 0)


def test_the_audits_numbers():
    assert out_size_T(16, 4, 4, 3, 1) == 59
    wrong = {"M70": 5, "M71": 49, "M72": 64, "M73": 71, "M74": 63, "M75": 62, "M76": 58, "M77": 60,
             "M78": 65}  # fmt: skip
    for slip, answer in wrong.items():
        assert out_size_T.wrong(slip)(16, 4, 4, 3, 1) == answer
    assert (out_size_T.wrong("M71")(4, 4, 2, 1), out_size_T(4, 4, 2, 1)) == (9, 8)
    assert out_size_T(5, 3, 1, 2) == 3


def notes_formula(W, F, S, P):
    """As the notes print it."""
    return Fraction(W + 2 * (F - P - 1) - F) / Fraction(1, S) + 1


@for_all(*[st.integers(-1, 6)] * 4)
def test_the_notes_formula_is_right_where_the_claim_says(W, F, S, P):
    claim = UNIT["right_at_stride"].public
    true = S * (W - 1) + F - 2 * P
    exists = W >= 1 and F >= 1 and S >= 2 and P >= 0
    accepted = claim.unmet([W, F, S, P]) is None
    assert accepted == (exists and notes_formula(W, F, S, P) == true)
    if exists:
        raised = [
            slip
            for slip in ("U8-formula-too-large", "U8-formula-too-small")
            if claim.diagnose([[W, F, S, P]]) and claim.diagnose([[W, F, S, P]]).id == slip
        ]
        difference = notes_formula(W, F, S, P) - true
        assert raised == (["U8-formula-too-large"] if difference > 0
                          else ["U8-formula-too-small"] if difference < 0 else [])  # fmt: skip


@for_all(*[st.integers(-1, 6)] * 4)
def test_a_smaller_output_is_one(W, F, S, P):
    claim = UNIT["smaller_output"].public
    legal = W >= 1 and F >= 1 and S >= 1 and P >= 0
    size = S * (W - 1) + F - 2 * P
    assert (claim.unmet([W, F, S, P]) is None) == (legal and 1 <= size < W)


@for_all(*[st.integers(0, 6)] * 3)
def test_the_other_padding_is_the_one_that_leads_to_the_right_size(F, P, P_dash):
    accepted = UNIT["two_paddings"].public.unmet([F, P, P_dash]) is None
    W, S = 9, 2
    places = (S * (W - 1) + 1 + 2 * P_dash) - F + 1
    right = F >= 1 and places == S * (W - 1) + F - 2 * P
    assert accepted == (right and P_dash != P and (F, P) != (4, 2))


@for_all(*[st.integers(0, 7)] * 4)
def test_only_the_true_caption_is_accepted(inputs, stretched, before, after):
    given_one = [inputs, stretched, before, after]
    assert (UNIT["figure_repaired"].public.unmet(given_one) is None) == (given_one == [3, 5, 1, 2])


def test_the_captions_numbers_make_the_transposed_convolution():
    W = windows(6, 3, 2, 1)
    padded = np.concatenate([[0], np.zeros(2 * W - 1), [0, 0]])
    assert (W, 2 * W - 1, len(padded) - 3 + 1) == (3, 5, 6)
    assert out_size_T(W, 3, 2, 1, UNIT["output_padding_for"](6, 3, 2, 1)) == 6
    assert (windows(5, 4, 1, 2), 4 - 1 - 2, 6 + 2 * 1 - 4 + 1) == (6, 1, 5)  # Fig. 4.2


@for_all(*[st.integers(0, 8)] * 3, st.integers(0, 70))
def test_keras_differs_where_its_formula_does(W, F, S, out):
    keras, ours = W * S + max(F - S, 0), S * (W - 1) + F
    accepted = UNIT["keras_differs"].public.unmet([W, F, S, out]) is None
    assert accepted == (min(W, F, S) >= 1 and keras != ours and out == keras)


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
    hidden = {json.dumps(public.written(list(case)))
              for group in exercise.groups for case in group.cases}  # fmt: skip
    for given_one in exercise.inputs:
        assert json.dumps(public.written(list(given_one))) not in hidden


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_the_examples_are_right_and_stand_in_the_text(exercise):
    head = TEXT.partition(f"· `{exercise.name}(")[2].partition("<details>")[0]
    rights = exercise.expected[len(exercise.questions) - len(exercise.inputs) :]
    for (args, says), right in zip(exercise.stated, rights, strict=False):
        assert same(says, right), args
        if isinstance(right, Raised):
            shown = "| `ValueError` |"
        else:
            shown = f"| `{right}` |" if isinstance(right, list) else f"| {right} |"
            shown = f"| `{right.tolist()}` |" if isinstance(right, np.ndarray) else shown
        assert shown.replace(".0", "") in head.replace(".0", ""), (args, shown)


def test_every_catalogued_slip_is_here():
    known = {slip for one in UNIT.values() for slip in one.slips if slip.startswith("M")}
    assert known == {f"M{number}" for number in range(70, 80)}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda one: one.name)
def test_a_claims_reference_is_a_counterexample(claim):
    answer = public.answers_of(claim.reference, [()])[0]
    assert claim.public.unmet(answer) is None
    assert claim.public.diagnose([answer]) is None


# ---------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("F", range(1, 7))
def test_the_stamps_panel_counts_as_the_exercise_does(F):
    for W, S, P in itertools.product(range(1, 7), range(1, 5), range(F)):
        picture = stamps(W, F, S, P)
        drawn(picture)
        size = S * (W - 1) + F - 2 * P
        if size < 1:
            assert "Nothing is left" in picture.alt
            continue
        counts = UNIT["overlap_counts"](W, F, S, P)
        assert f"with overlap {', '.join(map(str, counts))}. " in picture.alt
        if "even:" in picture.alt:
            said_even = "it is even:" in picture.alt
            assert said_even == (F % S == 0)


@pytest.mark.parametrize("F", range(1, len(WEIGHTS) + 1))
def test_the_zeros_panel_gives_what_the_matrix_gives(F):
    for W, S, P in itertools.product(range(1, len(ROW) + 1), range(1, 5), range(F)):
        for a in {0, S - 1}:
            row, weights = list(ROW[:W]), list(WEIGHTS[:F])
            N = S * (W - 1) + F - 2 * P + a
            last = max(N, 1)
            for step, at in [(STEPS, 1), (STEPS, last), (STEPS, 99), (1, 1), (2, 1), (3, 1)]:
                picture = zero_insertion(W, F, S, P, a, step, at)
                drawn(picture)
                assert (f"P′ = F − 1 − P = {F - 1 - P}" in picture.alt) == (step >= 3)
            if N < 1:
                assert by_zeros(row, weights, S, P, a) == []
                assert "nothing is left" in zero_insertion(W, F, S, P, a).alt
                continue
            out = transpose_by_matrix(row, weights, N, S, P).tolist()
            assert by_zeros(row, weights, S, P, a) == out
            shown = zero_insertion(W, F, S, P, a, STEPS, N).alt
            assert f": {', '.join(f'{number:g}' for number in out)}. Output column" in shown
            total = re.search(rf"Output column {N - 1}: (.+?) = (\d+)\.", shown)
            assert int(total[2]) == out[-1]
            if total[1] != "only zeros":
                pairs = (re.findall(r"\d+", one) for one in total[1].split(" + "))
                assert sum(int(one) * int(other) for one, other in pairs) == out[-1]


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (np.array([4, 2, 6, 6, 6]), None),
        ([1, 2, 3], "✗"),
        (None, "✗"),
        ("nine", "✗"),
        (9, "✗"),
        (np.full((1, 5), np.nan), "✗"),
    ],
)
def test_any_answer_of_the_students_is_drawn_and_judged(answer, mark):
    right = by_zeros([2, 1, 3], [1, 2, 3], 2, 1, 0)
    answer, mark = (np.array(right, float), "✓") if mark is None else (answer, mark)
    picture = zero_insertion(3, 3, 2, 1, 0, 4, 1, Yours("transpose_by_matrix(…)", (), answer))
    drawn(picture)
    assert f"{mark} transpose_by_matrix(…)" in picture.alt
    picture = stamps(3, 3, 2, 1, Yours("overlap_counts(3, 3, 2, 1)", (), answer))
    drawn(picture)
    assert "✗ overlap_counts" in picture.alt
    picture = stamps(3, 3, 2, 1, Yours("overlap_counts(3, 3, 2, 1)", (), [1.0, 2, 1, 2, 1]))
    assert "✓ overlap_counts" in picture.alt


def test_panels_follow_a_function_that_is_not_written_yet():
    def unwritten(*args):
        raise NotImplementedError

    for panel in (panels.stamps(unwritten), panels.zeros(unwritten)):
        assert "is not written yet" in panel.picture.alt
        for slider in panel.sliders.values():
            slider.value = slider.max
        assert panel.picture.alt


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
    assert {name for name, *_ in table} == {*UNIT, "not-an-inverse"}
    for exercise in UNIT.values():
        cell = rf'"grade_id": "{exercise.name}", "locked": true, "points": {exercise.points},'
        assert re.search(cell, TEXT)


def test_the_mark_schemes_numbers():
    C = np.array([[1, 2, 3, 0, 0], [0, 0, 1, 2, 3]])
    x, z = np.array([1, 0, 2, 0, 1]), np.array([4, -2, 0, 0, 0])
    assert (C @ x).tolist() == (C @ (x + z)).tolist() == [7, 5]
    assert (C.T @ C @ x).tolist() == [7, 14, 26, 10, 15]
    assert "7, 14, 26, 10, 15" in TEXT
