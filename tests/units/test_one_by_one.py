"""Unit 05: its references against PyTorch and by counting, its slips, its text and its pictures."""

import itertools
import pickle
import re
import types
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jupytext
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.live.bend import BETWEEN, REACH, bend
from course.pictures.live.bottleneck import asked, bottleneck
from course.pictures.live.pixel import H, W, biases, image, output, pixel, weights
from course.units.one_by_one import check, panels
from exercises.answers import Other, Raised, answer_of
from exercises.check import NotYet, accepts, exercises_in
from exercises.comparison import same
from exercises.public import answers_of
from exercises.unit import load_file

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "source" / "05-one-by-one"
PUBLIC = ROOT / "course" / "units" / "one_by_one" / "exercises.json"
UNIT = load_file(FOLDER / "exercises.py")
TEXT = (FOLDER / "unit.md").read_text(encoding="utf-8")
CELLS = jupytext.reads(TEXT, "md").cells
FUNCTIONS = [UNIT.exercises[name] for name in ("conv1x1", "params1x1", "mults", "collapse")]
CLAIMS = [UNIT.exercises[name] for name in ("many_weights", "one_is_enough")]
TESTS = UNIT.exercises["is_one_layer"]
SLIPS = [pytest.param(one, id, id=f"{one.name}-{id}") for one in FUNCTIONS for id in one.slips]
CLAIM_SLIPS = [pytest.param(one, id, id=f"{one.name}-{id}") for one in CLAIMS for id in one.slips]

few = st.integers(1, 4)
whole = st.integers(-9, 9)


def for_all(*inputs, examples=50):
    """Like hypothesis' ``given``, but patient: torch takes a second to wake up."""
    return lambda test: settings(deadline=None, max_examples=examples)(given(*inputs)(test))


def reference(name):
    return UNIT.exercises[name].reference


def drawn(seed, *shape):
    return np.random.default_rng(seed).integers(-9, 10, shape)


def named(function, name):
    """The function under another name, as a student would have written it."""
    return types.FunctionType(function.__code__, function.__globals__, name)


def hidden(exercise):
    """All hidden cases with the name of their group."""
    return [(group.says, case) for group in exercise.groups for case in group.cases]


# ------------------------------------------------------------------------------- references


@for_all(few, few, few, few, few, st.integers(0, 99))
def test_a_layer_gives_what_torch_gives(N, D, K, rows, columns, seed):
    x, w, b = drawn(seed, N, D, rows, columns), drawn(seed + 1, K, D) / 4, drawn(seed + 2, K)
    tensors = [torch.tensor(x.astype(float)), torch.tensor(w)[:, :, None, None],
               torch.tensor(b.astype(float))]  # fmt: skip
    right = torch.nn.functional.conv2d(*tensors).numpy()
    assert same(answer_of(reference("conv1x1"), (x, w, b)), right)
    assert right.shape == (N, K, rows, columns)


@for_all(few, few, few, st.integers(1, 3), st.integers(0, 99))
def test_the_one_layer_does_what_torch_does_with_two(D, M, K, F, seed):
    conv = torch.nn.functional.conv2d
    w1, b1, w2, b2 = (torch.tensor(drawn(seed + n, *shape) / 2)
                      for n, shape in enumerate([(M, D, F, F), (M,), (K, M), (K,)]))  # fmt: skip
    images = torch.tensor(drawn(seed + 9, 2, D, F + 2, F + 1).astype(float))
    two = conv(conv(images, w1, b1), w2[:, :, None, None], b2)
    w, b = reference("collapse")(w1.numpy(), b1.numpy(), w2.numpy(), b2.numpy())
    assert w.shape == (K, D, F, F) and b.shape == (K,)
    one = conv(images, torch.tensor(w), torch.tensor(b))
    np.testing.assert_allclose(one, two, atol=1e-9)


@for_all(few, few, st.integers(1, 9), st.integers(1, 9))
def test_parameters_are_those_of_torch(rows, columns, D, K):
    layer = torch.nn.Conv2d(D, K, 1)
    assert layer(torch.zeros(1, D, rows, columns)).shape == (1, K, rows, columns)
    count = sum(parameter.numel() for parameter in layer.parameters())
    assert reference("params1x1")(rows, columns, D, K) == count


@for_all(few, few, few, few, st.sampled_from([1, 3]), few)
def test_multiplications_are_counted_one_by_one(rows, columns, D, B, F, K):
    count = 0
    for _place in itertools.product(range(rows), range(columns)):
        for _filter in range(B):
            count += sum(1 for _channel in range(D))
        for _filter in range(K):
            count += sum(1 for _weight in itertools.product(range(F), range(F), range(B)))
    assert reference("mults")(rows, columns, D, B, F, K) == count


def test_the_worked_numbers():
    assert reference("mults")(28, 28, 192, 16, 5, 32) == 12_443_648 == 2_408_448 + 10_035_200
    assert reference("params1x1")(28, 28, 192, 16) == 3088
    alone, both = (25 * 192 + 1) * 32, 3088 + (25 * 16 + 1) * 32
    assert (alone, both) == (153_632, 15_920)
    printed = cell_output("alone =")
    assert "153,632 against 15,920 parameters" in printed
    assert "120,422,400 against 12,443,648 multiplications, 9.68 times" in printed
    assert printed_number("output_numbers =") == "120,422,400"
    assert "260 parameters" in cell_output("patch_size =")
    assert "112 parameters" in cell_output("patch_size =")


def cell_output(begins):
    """What the one code cell that begins so prints."""
    (source,) = [c.source for c in CELLS if c.cell_type == "code" and c.source.startswith(begins)]
    lines = []
    exec(source, {"np": np, "print": lambda *words: lines.append(" ".join(map(str, words)))})
    return "\n".join(lines)


def printed_number(begins):
    return cell_output(begins).split()[-1]


# ------------------------------------------------------------------------------------ claims


@for_all(st.tuples(st.integers(-1, 5), st.integers(0, 5), st.integers(0, 9), st.integers(-1, 60)))
def test_any_heavier_layer_is_a_counterexample(layers):
    D, F, M, K = layers
    real = D >= 1 and F >= 3 and M >= 1 and K >= 1
    heavier = real and np.zeros((K, M)).size > np.zeros((M, D, F, F)).size
    assert (UNIT.exercises["many_weights"].public.unmet(list(layers)) is None) == heavier


@for_all(st.tuples(*[st.integers(-4, 4)] * 4))
def test_only_the_layer_that_is_equal_everywhere_is_a_counterexample(layers):
    claim = UNIT.exercises["one_is_enough"].public
    w1, b1, w2, b2 = layers
    line = np.polynomial.Polynomial([b2, w2])(np.polynomial.Polynomial([b1, w1]))
    b, w = (round(float(number)) for number in [*line.coef, 0][:2])
    real = 0 not in layers and 1 not in (w1, w2)
    assert (claim.unmet([*layers, w, b]) is None) == real
    for off in ((1, 0), (0, 1), (-1, 1)):
        assert claim.unmet([*layers, w + off[0], b + off[1]]) is not None


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_survive_strange_answers(claim):
    good = list(claim.reference())
    strange = [None, True, "no", 5, [], {}, good[:-1], [*good, 1], [good], Other("a set")]
    strange += [[True, *good[1:]], [*good[:-1], float("nan")], [*good[:-1], None], Raised(("E",))]
    for one in strange:
        assert claim.public.unmet(one) is not None, one
        claim.public.diagnose([one])  # raises nothing
    assert claim.public.unmet(good) is None


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_no_two_slips_of_a_claim_recognise_the_same_answer(claim):
    from exercises.public import _holds

    numbers = [1, 2, 3, 10, 40] if len(claim.gives) == 4 else [-1, 1, 2, 3]
    for answered in map(list, itertools.product(numbers, repeat=len(claim.gives))):
        names = {**dict(zip(claim.gives, answered, strict=True)), "answer": answered, "raised": ()}
        found = [slip.id for slip in claim.public.slips if _holds(slip.matches, names)]
        assert len(found) <= 1, (answered, found)
        assert not found or claim.public.unmet(answered) is not None, (answered, found)


@pytest.mark.parametrize("claim, id", CLAIM_SLIPS)
def test_a_claims_slip_is_recognised_and_no_counterexample(claim, id):
    answers = claim.public.answers(claim.wrong(id))
    assert claim.public.unmet(answers[0]) is not None
    assert claim.public.diagnose(answers).id == id


# ---------------------------------------------------------------------- exercises and slips


def test_all_known_misconceptions_are_here():
    known = {id for one in UNIT.exercises.values() for id in one.slips}
    assert known >= {f"M{number}" for number in range(55, 63)}


def test_the_catalogues_wrong_numbers_are_those_of_the_slips():
    params, mults = UNIT.exercises["params1x1"], UNIT.exercises["mults"]
    wrong = [params.wrong(id)(28, 28, 192, 16) for id in ("M55", "M56", "M57")]
    assert wrong == [3072, 32, 2_408_448]
    wrong = [mults.wrong(id)(28, 28, 192, 16, 5, 32) for id in ("M58", "M59", "M60", "M61")]
    assert wrong == [15_872, 10_035_200, 2_408_448, 122_830_848]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_examples_are_right_and_hidden_cases_are_nobodys(exercise):
    for args, right in exercise.stated:
        assert same(answer_of(exercise.reference, args), right)
    shown = {str(args) for args in exercise.inputs}
    for says, case in hidden(exercise):
        assert str(case) not in shown, says


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_no_constant_earns_a_group(exercise):
    for group in exercise.groups:
        rights = answers_of(exercise.reference, list(group.cases))
        assert not all(same(right, rights[0]) for right in rights[1:]), group.says


@pytest.mark.parametrize("exercise, id", SLIPS)
def test_a_slip_passes_no_check_and_loses_points(exercise, id):
    wrong = exercise.wrong(id)
    with pytest.raises(NotYet):
        check(named(wrong, exercise.name))
    answers = answers_of(wrong, [case for _, case in hidden(exercise)])
    rights = answers_of(exercise.reference, [case for _, case in hidden(exercise)])
    assert not all(map(same, answers, rights))


def test_hints_say_what_is_true_of_their_slip():
    layer, one = UNIT.exercises["conv1x1"], UNIT.exercises["collapse"]
    for _, (x, w, b) in hidden(layer):
        off = layer.reference(x, w, b) - layer.wrong("U5-no-bias")(x, w, b)
        assert (off == b[:, None, None]).all()  # the same number all over a map
        moved = np.moveaxis(layer.wrong("U5-channels-last")(x, w, b), -1, 1)
        assert (moved == layer.reference(x, w, b)).all()
        assert layer.wrong("U5-no-sum")(x, w, b).ndim == 5
    for _, case in hidden(one):
        flat, bias = one.wrong("U5-still-flat")(*case)
        w, b = one.reference(*case)
        assert flat.ndim == 2 and (flat.reshape(w.shape) == w).all() and (bias == b).all()
        assert (one.wrong("U5-first-bias-lost")(*case)[1] == case[3]).all()
    direct = UNIT.exercises["mults"].wrong("U5-direct")
    assert direct(4, 5, 6, 1, 3, 2) == direct(4, 5, 6, 5, 3, 2)  # B has no influence


def test_the_check_passes_the_references(capsys):
    for exercise in [*FUNCTIONS, *CLAIMS, TESTS]:
        check(named(exercise.reference, exercise.name))
        assert capsys.readouterr().out.startswith("✓")


# ------------------------------------------------------------ the test that the student writes


def is_affine(network):
    """Whether one matrix and bias, found from unit patches, explain 200 others: an oracle."""
    zero = np.asarray(network(np.zeros(27)))
    matrix = np.stack([np.asarray(network(unit)) - zero for unit in np.eye(27)], axis=1)
    sizes = np.logspace(-2, 4, 200)[:, None]
    patches = np.random.default_rng(7).normal(size=(200, 27)) * sizes
    given = np.array([network(patch) for patch in patches])
    return np.allclose(given, patches @ matrix.T + zero, rtol=1e-6, atol=1e-6)


def judged_by(test):
    """The share of points that a test of the student's earns."""
    verdicts = [
        accepts(answer_of(test, (TESTS.implementation(one),))) == one.sound for one in TESTS.judged
    ]
    if not all(v for v, one in zip(verdicts, TESTS.judged, strict=True) if one.sound):
        return 0
    faulty = [
        (v, one.worth) for v, one in zip(verdicts, TESTS.judged, strict=True) if not one.sound
    ]
    return sum(worth for v, worth in faulty if v) / sum(worth for _, worth in faulty)


def test_sound_ones_are_one_layer_and_faulty_ones_are_not():
    for one in TESTS.judged:
        network = TESTS.implementation(one)
        assert np.asarray(network(np.ones(27))).shape == (4,), one.says
        assert is_affine(network) == one.sound, one.says


def test_a_judged_network_answers_the_same_from_a_process_of_its_own():
    patch = np.random.default_rng(1).normal(size=27)
    for one in TESTS.judged:
        here = TESTS.implementation(one)
        there = pickle.loads(pickle.dumps(here))
        assert np.array_equal(there(patch), here(patch)), one.says
        assert accepts(answer_of(TESTS.reference, (there,))) == one.sound, one.says


def opposite(network, size=1.0):
    x = size * np.random.default_rng(3).normal(size=27)
    return bool(np.allclose(network(x) + network(-x), 2 * network(0 * x)))


def exact(network):
    x, y = np.random.default_rng(3).normal(size=(2, 27))
    return bool((network(x) + network(y) == network(x + y) + network(0 * x)).all())


def test_what_students_tests_earn():
    assert judged_by(TESTS.reference) == 1
    assert judged_by(lambda network: True) == judged_by(lambda network: False) == 0
    assert 0.5 < judged_by(opposite) < 1  # neither the cut nor the late ReLU is found
    assert judged_by(opposite) < judged_by(lambda network: opposite(network, 100)) < 1
    assert judged_by(exact) == 0  # rounding: a sound one is rejected


def test_nothing_published_computes_an_answer():
    text = PUBLIC.read_text(encoding="utf-8")
    assert text == UNIT.public()
    assert "einsum" not in text and "second_layer" not in text and "ndhw" not in text
    public = exercises_in(PUBLIC)["is_one_layer"]
    assert len(public.subjects) == 2 and "def network(patch)" in public.right


# ---------------------------------------------------------------------------------- the text


def test_points_and_minutes_agree_everywhere():
    listed = re.findall(r"^\| .*\| `(\w+)`.*\| (\d+) \| (\d+) \|$", TEXT, re.MULTILINE)
    table = {name: (int(points), int(minutes)) for name, points, minutes in listed}
    heads = re.findall(
        r"### (?:Exercise|Find the mistake|Free text) · `(\w+).*?\*\*(\d+) points? · (\d+) min",
        TEXT, re.DOTALL,
    )  # fmt: skip
    assert table == {name: (int(points), int(minutes)) for name, points, minutes in heads}
    metadata = {
        cell.metadata.nbgrader["grade_id"]: cell.metadata.nbgrader["points"]
        for cell in CELLS
        if cell.metadata.get("nbgrader", {}).get("points")
    }
    assert {name: points for name, (points, _) in table.items()} == metadata
    assert {name: one.points for name, one in UNIT.exercises.items()}.items() < metadata.items()
    title = re.search(r"\*\*Unit 05 · (\d+) minutes · (\d+) points", TEXT)
    assert int(title[2]) == sum(metadata.values())
    assert int(title[1]) > sum(minutes for _, minutes in table.values())


def solutions():
    """The names that the notebook's answer cells define, and NumPy."""
    space = {"np": np}
    for cell in CELLS:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            exec(cell.source, space)
    return space


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_the_notebooks_solution_answers_every_question(exercise):
    answers = answers_of(solutions()[exercise.name], exercise.questions)
    assert all(map(same, answers, exercise.expected))


def test_the_notebooks_other_solutions_are_right():
    for claim in CLAIMS:
        assert claim.public.unmet(claim.public.answers(solutions()[claim.name])[0]) is None
    assert judged_by(solutions()["is_one_layer"]) == 1


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_the_tables_of_examples_are_the_exercises(exercise):
    head = TEXT[TEXT.index(f"### Exercise · `{exercise.name}(") :]
    rows = re.findall(r"^\| (.+) \|$", head[: head.index("<details>")], re.MULTILINE)[1:]
    space = {"corners": exercise.space["corners"]}
    told = [[eval(cell.strip(" `"), space) for cell in row.split(" | ")] for row in rows]
    assert len(told) == len(exercise.stated)
    for row, (args, right) in zip(told, exercise.stated, strict=True):
        cells = row[: len(args)]
        for cell, arg in zip(cells, args, strict=True):
            assert np.array_equal(cell, arg)
        rest = row[len(args) :]
        assert same(rest if len(rest) > 1 else rest[0], right)


# ------------------------------------------------------------------------------ the pictures


def fine(picture):
    """The picture's alt text, after a look at its form."""
    ElementTree.fromstring(picture.svg)
    assert "nan" not in picture.svg and "None" not in picture.svg
    assert picture.alt.endswith(".") and "  " not in picture.alt
    return picture.alt


@pytest.mark.parametrize("D, K", list(itertools.product((1, 2, 3, 4), (1, 2, 3, 4, 5))))
def test_the_pixel_goes_through_the_matrix(D, K):
    layer = np.array([image(D)]), np.array(weights(D, K)), np.array(biases(K))
    truth = reference("conv1x1")(*layer)
    assert (truth == [output(D, K)]).all()
    for row, column in itertools.product(range(H), range(W)):
        alt = fine(pixel(D, K, row, column))
        for k, made in enumerate(truth[0, :, row, column]):
            said = re.search(rf"Filter {k}: (.+?) = (.+?)\.", alt)
            assert eval(said[1].replace("·", "*").replace("−", "-")) == made
            assert int(said[2].replace("−", "-")) == made


def test_channels_differ_from_each_other():
    assert len({str(channel) for channel in image(4)}) == 4
    assert len({str(channel) for channel in output(4, 5)}) == 5


@for_all(
    st.integers(1, 56), st.integers(1, 256), st.integers(1, 256), st.integers(1, 7), few,
    examples=12,
)  # fmt: skip
def test_the_price_of_a_bottleneck_is_told_truly(width, D, B, F, K):
    alt = fine(bottleneck(width, D, B, F, K))
    cost = reference("mults")(width, width, D, min(B, D), F, K)
    direct = width * width * K * F * F * D
    assert f"Without a bottleneck: {direct:,}. " in alt and f": {cost:,}, " in alt
    cheap = [b for b in range(1, D + 1) if reference("mults")(width, width, D, b, F, K) < direct]
    if not cheap:
        assert "No width saves" in alt
    elif len(cheap) == D:
        assert f"Every width up to D = {D} saves" in alt
    else:
        assert f"idth{'s up to' if cheap[-1] > 1 else ' of'} {cheap[-1]} save" in alt


def test_the_texts_bottleneck():
    alt = fine(bottleneck(28, 192, 16, 5, 32))
    assert "120,422,400" in alt and "12,443,648, 9.68 times fewer" in alt
    assert "Widths up to 154 save" in alt


@pytest.mark.parametrize("b, x", list(itertools.product((0, 1, 3, 5), (1, 3, REACH))))
def test_the_bend_is_told_truly(b, x):
    alt = fine(bend(b, x))
    functions = [lambda h: h, lambda h: max(0, h), lambda h: float(np.clip(h, -3, 3))]
    for between, function in zip(BETWEEN, functions, strict=True):
        both = 2 * function(b + x) - 1 + 2 * function(b - x) - 1
        twice = 2 * (2 * function(b) - 1)
        word = "equal" if both == twice else "not equal"
        said = f"= {both:g}, 2 f(0) = {twice:g}, {word}.".replace("-", "−")
        assert said in re.search(rf"{between}: [^.]+\.", alt, re.IGNORECASE)[0]


def raising(*args):
    raise ZeroDivisionError("oops")


def unwritten(*args):
    raise NotImplementedError


def test_panels_take_any_function_of_the_students():
    right = panels.pixel(reference("conv1x1"))
    assert "✓" in right.picture.alt and "right at every pixel" in right.picture.alt
    wrong = panels.pixel(UNIT.exercises["conv1x1"].wrong("U5-no-bias"))
    assert "✗" in wrong.picture.alt and "it should be" in wrong.picture.alt
    flat = panels.pixel(UNIT.exercises["conv1x1"].wrong("U5-channels-last"))
    assert "has the shape (1, 3, 4, 2); (1, 2, 3, 4) was expected" in flat.picture.alt
    listed = panels.pixel(lambda *layer: reference("conv1x1")(*layer).tolist())
    assert "✓" in listed.picture.alt
    assert "9 of 9 widths are right" in panels.bottleneck(reference("mults")).picture.alt
    wrong = panels.bottleneck(UNIT.exercises["mults"].wrong("M59"))
    assert "12,443,648 was expected. 0 of 9" in wrong.picture.alt
    for panel in (panels.pixel, panels.bottleneck):
        assert "not written yet" in panel(unwritten).picture.alt
        assert "ZeroDivisionError" in panel(raising).picture.alt
        assert "✗" in panel(lambda *args: None).picture.alt
        assert "✗" in panel(lambda *args: "text").picture.alt


def test_the_panels_go_to_the_ends_of_their_sliders():
    for panel in (panels.pixel(), panels.bottleneck(), panels.bend()):
        for end in ("max", "min"):
            for slider in panel.sliders.values():
                slider.value = getattr(slider, end)
            fine(panel.picture)


def test_widths_that_a_student_is_asked_for():
    for D, B in itertools.product((1, 2, 7, 8, 192, 256), (1, 16, 256)):
        widths = asked(D, B)
        assert widths[0] == min(B, D) and len(set(widths)) == len(widths)
        assert set(widths) >= {1, D} and set(widths) <= set(range(1, D + 1))
