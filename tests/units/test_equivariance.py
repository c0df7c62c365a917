"""Unit 07: its references against PyTorch and brute force, its slips, its networks, its pictures."""

import importlib.util
import itertools
import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.live import moved_layers
from course.pictures.live.moved_layers import DIGIT, LAYERS
from course.pictures.live.moving import moving
from course.pictures.live.shift_difference import REACH, percents, shift_difference
from course.pictures.live.yours import Yours
from course.units.equivariance.digits import MARGIN, draw
from course.units.equivariance.networks import FILE, POOLINGS, weights
from course.units.equivariance.panels import difference as difference_panel
from course.units.equivariance.panels import moving as moving_panel
from exercises import public
from exercises.answers import answer_of
from exercises.authoring import AuthoredClaim, AuthoredExercise
from exercises.check import accepts
from exercises.comparison import same
from exercises.unit import load_file
from tests.support.drawn import drawn

ROOT = Path(__file__).parents[2]
UNIT = load_file(ROOT / "source" / "07-equivariance" / "exercises.py").exercises
TEXT = (ROOT / "source" / "07-equivariance" / "unit.md").read_text(encoding="utf-8")
FUNCTIONS = [one for one in UNIT.values() if isinstance(one, AuthoredExercise)]
CLAIM = UNIT["changed_by_a_move"]
SLIPS = [
    pytest.param(exercise, slip, id=f"{exercise.name}-{slip}")
    for exercise in (*FUNCTIONS, CLAIM)
    for slip in exercise.slips
]
JUDGED = [pytest.param(one, id=one.says) for one in UNIT["is_equivariant"].judged]

shift, blur_pool, changed_mind = UNIT["shift"], UNIT["blur_pool"], UNIT["changed_mind"]


def for_all(*inputs):
    """Like hypothesis' ``given``, but patient: torch takes a second to wake up."""
    return lambda test: settings(deadline=None)(given(*inputs)(test))


@st.composite
def volumes(draw_one):
    """Maps of whole numbers, D x H x W."""
    shape = [draw_one(st.integers(1, high)) for high in (4, 7, 8)]
    return np.random.default_rng(draw_one(st.integers(0, 10_000))).integers(-9, 10, shape)


@st.composite
def rows(draw_one):
    """Rows of an even number of whole numbers, with none, one or two axes before."""
    before = draw_one(st.lists(st.integers(1, 3), max_size=2))
    shape = (*before, 2 * draw_one(st.integers(1, 7)))
    return np.random.default_rng(draw_one(st.integers(0, 10_000))).integers(-9, 10, shape)


# -------------------------------------------------------------------------------- references


@for_all(volumes(), st.integers(-20, 20), st.integers(-20, 20))
def test_shift_is_pytorchs_roll_and_moves_each_number_by_itself(maps, down, right):
    import torch

    moved = shift(maps, down, right)
    np.testing.assert_array_equal(moved, torch.tensor(maps).roll((down, right), (1, 2)).numpy())
    _, H, W = maps.shape
    for row, column in itertools.product(range(H), range(W)):
        there = moved[:, (row + down) % H, (column + right) % W]
        assert there.tolist() == maps[:, row, column].tolist()


@for_all(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(-12, 12), st.booleans())
def test_a_map_moves_as_pytorchs_convolutions_do(strides, move, trained):
    import torch

    random = torch.Generator().manual_seed(3)
    filters = [torch.randn(1, 1, 3, generator=random, dtype=torch.float64) for _ in strides]
    seen = []
    for start in (200, 200 + move):
        row = torch.zeros(1, 1, 400, dtype=torch.float64)
        row[..., start : start + 9] = torch.arange(1, 10) ** 2
        for filter_, S in zip(filters, strides, strict=True):
            row = torch.nn.functional.conv1d(row, filter_, stride=S)
        seen.append(row[0, 0])
    before, after = seen
    moves = [by for by in range(-15, 16) if torch.allclose(before.roll(by), after, atol=1e-9)]
    answer = answer_of(UNIT["map_moves"].reference, (move, tuple(strides), trained))
    if moves:
        assert [answer] == moves
    else:
        assert "ValueError" in answer.names


@for_all(rows())
def test_blur_pool_is_pytorchs_max_and_a_strided_convolution(given_rows):
    import torch

    flat = torch.tensor(given_rows.reshape(-1, 1, given_rows.shape[-1])).double()
    ring = torch.cat([flat, flat[..., :1]], -1)
    largest = torch.nn.functional.max_pool1d(ring, 2, 1)
    around = torch.cat([largest[..., -1:], largest, largest[..., :1]], -1)
    blur = torch.tensor([[[0.25, 0.5, 0.25]]]).double()
    expected = torch.nn.functional.conv1d(around, blur, stride=2).numpy()
    answer = blur_pool(given_rows)
    assert answer.shape == (*given_rows.shape[:-1], given_rows.shape[-1] // 2)
    np.testing.assert_array_equal(answer.ravel(), expected.ravel())


@for_all(rows(), st.integers(-9, 9))
def test_the_sum_after_blur_pooling_never_depends_on_a_shift(given_rows, move):
    moved = np.roll(given_rows, move, axis=-1)
    assert (blur_pool(moved).sum(-1) == blur_pool(given_rows).sum(-1)).all()


def test_the_syllabus_row():
    sums, pooled = [], []
    for move in (0, 1, 2):
        row = np.roll([0, 0, 1, 2, 0, 0, 0, 0], move)
        sums.append(float(blur_pool(row).sum()))
        pooled.append(row.reshape(4, 2).max(1).tolist())
    assert sums == [2.5, 2.5, 2.5]
    assert pooled == [[0, 2, 0, 0], [0, 1, 2, 0], [0, 0, 2, 0]]


@for_all(*[st.integers(1, 4)] * 2, st.integers(2, 5), st.integers(0, 10_000))
def test_changed_mind_is_a_count_over_all_pairs(M, N, K, seed):
    random = np.random.default_rng(seed)
    before = random.permuted(np.tile(np.arange(K), (N, 1)), axis=1)
    after = random.permuted(np.tile(np.arange(K), (M, N, 1)), axis=2)
    changes = [
        before[n].tolist().index(K - 1) != after[m, n].tolist().index(K - 1)
        for m in range(M)
        for n in range(N)
    ]
    assert changed_mind(before, after) == pytest.approx(Fraction(sum(changes), M * N))


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
    hidden = [json.dumps(public.written(list(case))) for group in exercise.groups
              for case in group.cases]  # fmt: skip
    for given_one in exercise.inputs:
        assert json.dumps(public.written(list(given_one))) not in hidden


def test_every_catalogued_slip_is_here():
    known = {slip for one in (*FUNCTIONS, CLAIM) for slip in one.slips if slip.startswith("M")}
    assert known == {"M80", "M81", "M82"}


def test_no_scores_are_tied():
    for args in changed_mind.questions:
        for table in args:
            ranked = np.sort(table, axis=-1)
            assert (ranked[..., -1] > ranked[..., -2]).all()


@for_all(st.lists(st.integers(0, 9), min_size=8, max_size=8), st.integers(-1, 5))
def test_a_counterexample_is_a_row_on_which_the_notebooks_network_changes_its_mind(row, move):
    def says(moved):
        return sum(max(moved[place : place + 2]) for place in (0, 2, 4, 6)) >= 10

    answer = public.answers_of(lambda: (row, move), [()])[0]
    counts = 1 <= move <= 3 and not any(row[8 - move :])
    counts = counts and says(row) != says([0] * move + row[: 8 - move])
    assert (CLAIM.public.unmet(answer) is None) == counts
    if counts:
        assert CLAIM.public.diagnose([answer]) is None
    elif move:  # every wrong answer of this form is explained
        assert CLAIM.public.diagnose([answer]) is not None


def test_the_claims_reference_is_a_counterexample():
    answer = public.answers_of(CLAIM.reference, [()])[0]
    assert CLAIM.public.unmet(answer) is None
    assert CLAIM.public.diagnose([answer]) is None


# ------------------------------------------------------------------------- a test of one's own


def follows(function):
    """Whether a layer follows every shift of some maps of several shapes: tried one by one."""
    for seed, shape in enumerate([(1, 4, 5), (2, 6, 4), (3, 5, 7)]):
        maps = np.random.default_rng(seed).normal(size=shape)
        before = function(maps)
        for down, right in itertools.product(range(shape[1]), range(shape[2])):
            after = function(np.roll(maps, (down, right), (1, 2)))
            if not np.allclose(after, np.roll(before, (down, right), (1, 2))):
                return False
    return True


@pytest.mark.parametrize("judged", JUDGED)
def test_what_is_judged_is_sound_or_faulty(judged):
    function = UNIT["is_equivariant"].implementation(judged).function
    assert follows(function) == judged.sound


@pytest.mark.parametrize("judged", JUDGED)
def test_a_layer_takes_every_maps_that_the_text_promises(judged):
    function = UNIT["is_equivariant"].implementation(judged).function
    for shape in [(1, 4, 4), (1, 9, 4), (5, 4, 11), (2, 7, 7)]:
        for maps in (np.ones(shape, int), np.random.default_rng(1).normal(size=shape)):
            kept = maps.copy()
            answer = function(maps)
            assert answer.ndim == 3
            assert np.isfinite(answer).all()
            np.testing.assert_array_equal(maps, kept)


@pytest.mark.parametrize("judged", JUDGED)
def test_the_reference_judges_rightly(judged):
    function = UNIT["is_equivariant"].implementation(judged).function
    verdict = accepts(answer_of(UNIT["is_equivariant"].reference, (function,)))
    assert verdict is judged.sound


def misjudged(test):
    """What a test misjudges, sound ones and faulty ones apart."""
    found = {True: [], False: []}
    for judged in UNIT["is_equivariant"].judged:
        function = UNIT["is_equivariant"].implementation(judged).function
        if accepts(answer_of(test, (function,))) is not judged.sound:
            found[judged.sound].append(judged.says)
    return found


def test_poor_tests_of_a_layer_fail_where_the_text_says_they_would():
    maps = np.random.default_rng(9).normal(size=(2, 6, 8))

    def at(*shifts, close=np.allclose, maps=maps):
        return lambda layer: all(
            close(layer(shift(maps, *move)), shift(layer(maps), *move)) for move in shifts
        )

    even = misjudged(at((2, 0), (0, 2), (2, 2)))
    assert even == {True: [], False: [
        "pools 2 x 2 and fills the map up again, so that it follows even shifts only"]}  # fmt: skip
    down = misjudged(at((1, 0), (3, 0)))
    assert down[True] == []
    assert "has a bias that grows from left to right" in down[False]
    right = misjudged(at((0, 1), (0, 3)))
    assert "has a bias that grows from top to bottom" in right[False]
    exact = misjudged(at((1, 0), (0, 1), close=np.array_equal))
    assert any("Fourier" in says for says in exact[True])
    inside = np.zeros((2, 8, 9))
    inside[:, 3:5, 3:5] = np.random.default_rng(2).normal(size=(2, 2, 2))
    edges = misjudged(at((1, 1), maps=inside))
    assert "has zeros outside, which only shows at the edges" in edges[False]
    assert len(misjudged(lambda layer: True)[False]) == 9
    assert len(misjudged(lambda layer: False)[True]) == 9


# -------------------------------------------------------------------------- digits and networks


def test_the_digits_are_the_same_for_the_same_seed_and_leave_room_for_a_shift():
    images, shown = draw(60, seed=5)
    again, _ = draw(60, seed=5)
    np.testing.assert_array_equal(images, again)
    assert images.shape == (60, 28, 28)
    assert images.min() == 0
    assert images.max() == 1
    assert set(shown) == set(range(10))
    margin = int(MARGIN)
    inside = images[:, margin:-margin, margin:-margin]
    assert images.sum() == inside.sum()
    assert (inside.sum((1, 2)) > 15).all()
    assert not np.array_equal(images, draw(60, seed=6)[0])


def cell(first):
    """The notebook's cell that begins so."""
    return next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.S)
                if code.startswith(first))  # fmt: skip


@pytest.fixture(scope="module")
def notebook():
    """The notebook's own network, with the references in the place of the answers."""
    space = {"np": np, "shift": shift, "blur_pool": blur_pool, "changed_mind": changed_mind}
    exec(cell("from numpy.lib"), space)
    exec(cell("def blur_pooling").partition("with suppress")[0], space)
    return space


def training():
    """tools/train_equivariance.py as a module."""
    place = ROOT / "tools" / "train_equivariance.py"
    spec = importlib.util.spec_from_file_location(place.stem, place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_notebooks_scores_are_pytorchs(notebook, pooling):
    import torch

    network = training().network(pooling)
    w = weights(pooling)
    with torch.no_grad():
        for name, place in (("conv1", 0), ("conv2", 3), ("dense", 7)):
            for kind, part in (("weights", "weight"), ("biases", "bias")):
                parameter = getattr(network[place], part)
                stored = w.pop(f"{name}_{kind}")
                assert parameter.shape == stored.shape
                parameter.copy_(torch.tensor(stored))
        assert not w
        images, _ = draw(20, seed=8)
        for move in ((0, 0), (1, -2)):
            moved = shift(images, *move)
            expected = network(torch.tensor(moved, dtype=torch.float32)[:, None]).numpy()
            answer = notebook["scores"](moved, notebook[f"{pooling}_pooling"], weights(pooling))
            np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-3)


def test_the_networks_are_good_and_change_their_minds_as_the_text_says(notebook):
    images, shown = draw(200, seed=2024)
    shares = {}
    for pooling in POOLINGS:

        def scores(images, pooling=pooling):
            return notebook["scores"](images, notebook[f"{pooling}_pooling"], weights(pooling))

        before = scores(images)
        assert (before.argmax(1) == shown).mean() >= 0.98
        for pixels in (1, 2):
            after = np.array([scores(shift(images, *m)) for m in notebook["moves_by"](pixels)])
            shares[pooling, pixels] = changed_mind(before, after)
    assert 0.01 < shares["max", 1] < 0.08
    assert 0.15 < shares["max", 2] < 0.35
    assert shares["blur", 1] < shares["max", 1]
    assert shares["blur", 2] < 0.75 * shares["max", 2]


def test_the_weights_are_few():
    assert FILE.stat().st_size < 60_000
    with pytest.raises(ValueError, match="max, blur"):
        weights("mean")


def test_the_claims_network_is_the_notebooks():
    space = {"np": np}
    exec(cell("def pairs").partition("dense =")[0] + cell("def network").partition("print")[0],
         space)  # fmt: skip
    row, move = CLAIM.reference()
    assert space["network"](row)[0] != space["network"](([0] * move + row)[:8])[0]
    assert space["network"]([0, 0, 0, 0, 0, 0, 9, 1]) == ("thin", 9)
    assert space["network"]([0, 0, 0, 0, 0, 1, 9, 0]) == ("thick", 10)


# ---------------------------------------------------------------------------------- pictures


MOVES = [(right, down, zeros) for right in (-8, -7, -2, 0, 1, 3, 8) for down in (-8, 0, 1, 5, 8)
         for zeros in (0, 1)]  # fmt: skip


@pytest.mark.parametrize(("right", "down", "zeros"), MOVES)
def test_the_moving_digits_maps_follow_where_pytorchs_do(right, down, zeros):
    import torch

    def layers(image):
        padded = np.pad(image, 1, mode="constant" if zeros else "wrap")
        edges = torch.tensor(moved_layers.EDGES)[None, None].double()
        made = torch.nn.functional.conv2d(torch.tensor(padded)[None, None].double(), edges).relu()
        return made[0, 0].numpy(), torch.nn.functional.max_pool2d(made, 2)[0, 0].numpy()

    picture = moving(right, down, zeros)
    drawn(picture)
    (old, small), (new, new_small) = layers(DIGIT), layers(np.roll(DIGIT, (down, right), (0, 1)))
    differ = int((new != np.roll(old, (down, right), (0, 1))).sum())
    fewest = min(int((np.roll(small, move, (0, 1)) != new_small).sum())
                 for move in itertools.product(range(8), range(8)))  # fmt: skip
    found = re.search(r"The map: (.+?)\. The pooled map: (.+?)\.", picture.alt)
    for words, number, size in zip(found.groups(), (differ, fewest), (256, 64), strict=True):
        if number:
            assert words in (f"{number} numbers of {size} differ", f"1 number of {size} differ")
        else:
            assert words == "the same as before" or words.startswith("moved")
    if not zeros:
        assert differ == 0
        assert (fewest == 0) == (right % 2 == down % 2 == 0)


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (np.roll(DIGIT, (1, 3), (0, 1))[None], "✓"),
        (np.roll(DIGIT, (1, 3), (0, 1))[None].tolist(), "✓"),
        (np.roll(DIGIT, (3, 1), (0, 1))[None], "✗"),
        (np.roll(DIGIT, (1, 3), (0, 1)), "✗"),
        (np.full((1, 16, 16), np.nan), "✗"),
        ([[1, 2], [3]], "✗"),
        (None, "✗"),
        ("right", "✗"),
        (3, "✗"),
    ],
)
def test_any_answer_of_the_students_is_judged(answer, mark):
    picture = moving(3, 1, 0, Yours("shift(digit, 1, 3)", (), answer))
    drawn(picture)
    assert f"{mark} shift(digit, 1, 3)" in picture.alt


@pytest.mark.parametrize("layer", LAYERS)
def test_the_table_of_shifts_holds_what_a_computation_by_hand_gives(layer):
    f = LAYERS[layer][1]
    table = percents(layer)
    assert table.shape == (2 * REACH + 1,) * 2
    even = np.arange(-REACH, REACH + 1) % 2 == 0
    for down, right in itertools.product((-4, -1, 0, 2, 3, 4), repeat=2):
        before = f(DIGIT).astype(float)
        after = f(np.roll(DIGIT, (down, right), (0, 1))).astype(float)
        gap = np.linalg.norm(after - np.roll(before, (down, right), (0, 1)))
        value = table[down + REACH, right + REACH]
        assert value == pytest.approx(100 * gap / np.linalg.norm(before))
    assert table[REACH, REACH] == 0
    if layer == 1:
        assert (table == 0).all()
    elif layer == 2:
        assert (table[REACH - 1 : REACH + 2] == 0).all()
        assert table.max() > 0
    elif layer < 6:
        assert ((table == 0) == (even[:, None] & even)).all()
    else:
        assert (table == 0).sum() == 1
    for right, down in itertools.product((-4, 0, 1, 4), repeat=2):
        picture = shift_difference(layer, right, down)
        drawn(picture)
        places = int((moved_layers.difference(f, down, right) > 0).sum())
        assert f"differ in {places} of 256 places" in picture.alt
        assert f"{int((table == 0).sum())} leave" in picture.alt


def test_the_blurred_layer_is_the_exercises_along_rows_and_columns():
    expected = blur_pool(blur_pool(DIGIT).T).T
    np.testing.assert_array_equal(moved_layers.blurred(DIGIT) / 16, expected)


def test_the_panels_take_every_slider_and_an_unwritten_function():
    def shift(maps, down, right):
        raise NotImplementedError

    made = moving_panel(shift)
    assert "not written yet" in made.picture.alt
    made.sliders["right"].value = -8
    assert "8 to the left" in made.picture.alt
    made = difference_panel()
    made.sliders["layer"].value = 6
    assert "a dense layer" in made.picture.alt


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
    assert {name for name, *_ in table} == {*UNIT, "class-or-segmentation"}
    for exercise in UNIT.values():
        grade_cell = rf'"grade_id": "{exercise.name}", "locked": true, "points": {exercise.points},'
        assert re.search(grade_cell, TEXT)
