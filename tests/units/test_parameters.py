"""Unit 04: its references against independent oracles, its slips, its text and its pictures."""

import ast
import contextlib
import io
import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import jupytext
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.live.counts import counts, parameters
from course.pictures.live.field import COLUMNS, field, maps, ways
from course.pictures.live.matrix import Layer, kernel, matrix
from course.pictures.live.yours import ask
from course.units.parameters import panels
from exercises import public
from exercises.answers import Raised, answer_of
from exercises.authoring import AuthoredClaim, AuthoredExercise
from exercises.check import NotYet, inspect
from exercises.comparison import expected_answer, look_alike, same
from exercises.unit import load_file

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "source" / "04-parameters"
UNIT = load_file(FOLDER / "exercises.py")
PUBLIC = (ROOT / "course" / "units" / "parameters" / "exercises.json").read_text(encoding="utf-8")
TEXT = (FOLDER / "unit.md").read_text(encoding="utf-8")
CELLS = jupytext.reads(TEXT, "md").cells
FUNCTIONS = [one for one in UNIT.exercises.values() if isinstance(one, AuthoredExercise)]
CLAIM = UNIT.exercises["sharing_factor"]
SLIPS = [
    pytest.param(one, slip, id=f"{one.name}-{slip}")
    for one in UNIT.exercises.values()
    for slip in one.slips
]

size, few = st.integers(1, 9), st.integers(1, 4)


def reference(name):
    return UNIT.exercises[name].reference


@st.composite
def layers(draw):
    """(W, H, D, F, S, P, K) of a layer whose filter fits."""
    W, H, P = draw(size), draw(size), draw(st.integers(0, 3))
    F = draw(st.integers(1, min(W, H) + 2 * P))
    return W, H, draw(few), F, draw(st.integers(1, 5)), P, draw(few)


# --------------------------------------------------------------------------- the counts


def shape_from_torch(W, H, D, F, S, P, K):
    """The convolution itself, and the shape (K, rows, columns) of its output."""
    convolution = torch.nn.Conv2d(D, K, F, stride=S, padding=P)
    return convolution, tuple(convolution(torch.zeros(1, D, H, W)).shape[1:])


def size_of(module):
    return sum(parameter.numel() for parameter in module.parameters())


@given(layers())
def test_convolutions_have_as_many_parameters_as_those_of_torch(layer):
    convolution, _ = shape_from_torch(*layer)
    assert reference("conv_params")(*layer) == size_of(convolution)


@given(layers())
@settings(max_examples=50)
def test_dense_layers_have_as_many_parameters_as_those_of_torch(layer):
    W, H, D = layer[:3]
    _, shape = shape_from_torch(*layer)
    dense = torch.nn.Linear(W * H * D, int(np.prod(shape)), device="meta")
    assert reference("dense_params")(*layer) == size_of(dense)


@given(layers())
def test_locally_connected_layers_have_a_filter_for_every_number_of_the_output(layer):
    D, F = layer[2], layer[3]
    _, shape = shape_from_torch(*layer)
    one = np.zeros((F, F, D)).size + np.zeros(1).size
    brute = sum(one for _number in np.ndindex(*shape))
    assert reference("local_params")(*layer) == brute


@given(layers())
@settings(max_examples=50)
def test_connections_are_the_inputs_that_get_a_gradient_from_torch(layer):
    W, H, D, F, _S, _P, _K = layer
    F = min(F, W, H)
    image = torch.zeros(1, D, H, W, requires_grad=True)
    output = torch.nn.functional.conv2d(image, torch.ones(1, D, F, F))
    output[0, 0, -1, -1].backward()
    assert reference("connections")(W, H, D, F) == int((image.grad != 0).sum())


@pytest.mark.parametrize(
    "name, args, number",
    [
        ("conv_params", (32, 32, 3, 5, 1, 0, 6), 456),
        ("conv_params", (32, 32, 3, 5, 1, 2, 10), 760),
        ("conv_params", (32, 32, 3, 8, 2, 1, 20), 3_860),
        ("local_params", (32, 32, 3, 8, 2, 1, 20), 756_560),
        ("dense_params", (32, 32, 3, 8, 2, 1, 20), 12_046_160),
        ("dense_params", (32, 32, 3, 5, 1, 0, 6), 14_450_688 + 4_704),
        ("conv_params", (16, 16, 20, 3, 1, 1, 1), 181),
        ("local_params", (16, 16, 20, 3, 1, 1, 1), 46_336),
        ("connections", (16, 16, 20, 3), 180),
        ("conv_params", (128, 128, 1, 5, 1, 0, 256), 6_656),
        ("local_params", (128, 128, 1, 5, 1, 0, 256), 102_342_656),
        ("conv_params", (128, 128, 3, 5, 1, 0, 256), 19_456),
        ("local_params", (128, 128, 3, 5, 1, 0, 256), 299_155_456),
    ],
)
def test_the_well_known_counts(name, args, number):
    assert reference(name)(*args) == number


@given(st.integers(2, 9), st.integers(1, 9), st.integers(1, 9))
def test_what_is_missing_is_named(F, D, K):
    missing = reference("what_is_missing")
    right = reference("conv_params")(20, 20, D, F, 1, 0, K)
    flat = reference("conv_params")(20, 20, 1, F, 1, 0, K)
    assert missing(F, D, K, right) == "nothing"
    assert missing(F, D, K, right - K) == "biases"
    assert missing(F, D, K, flat) == ("depth" if D > 1 else "nothing")
    assert missing(F, D, K, flat - K) == ("both" if D > 1 else "biases")
    assert missing(F, D, K, right + 1) == "something else"


# ---------------------------------------------------------------------------- the claim

claims = st.tuples(*[st.integers(-1, 9)] * 5, st.integers(-1, 90))


@given(claims)
def test_any_layer_with_its_number_of_places_is_a_counterexample(answer):
    W, F, S, P, K, times = answer
    exists = min(W, F, S, K) >= 1 and P >= 0 and F <= W + 2 * P
    fine = exists and times != K and (W, F, S, P, K) != (32, 8, 2, 1, 20)
    if exists:
        layer = W, W, 2, F, S, P, K
        ratio = reference("local_params")(*layer) / reference("conv_params")(*layer)
        fine = fine and times == ratio
    assert (CLAIM.public.unmet(list(answer)) is None) == fine


def test_no_two_slips_of_the_claim_recognise_the_same_answer():
    values = [1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [0, 1], [1, 2, 4, 9], [1, 2, 3, 4, 6, 8, 9, 16, 25]
    for answer in itertools.product(*values):
        found = [slip.id for slip in CLAIM.public.slips if recognises(slip, answer)]
        assert len(found) <= 1, (answer, found)
        if CLAIM.public.unmet(list(answer)) is None:
            assert not found, (answer, found)


def recognises(slip, answer):
    names = dict(zip(("W", "F", "S", "P", "K", "times"), answer, strict=True))
    return public._holds(slip.matches, names)


def test_the_claim_survives_strange_answers():
    good = list(reference("sharing_factor")())
    strange = [None, True, "no", 5, [], {}, good[:-1], [*good, 1], [good], Raised(("E",))]
    strange += [[*good[:-1], float("nan")], [*good[:-1], None], [*good[:-1], True]]
    for one in strange:
        assert CLAIM.public.unmet(one) is not None, one
        CLAIM.public.diagnose([one])  # raises nothing


# --------------------------------------------------------------------- matrix and receptive field


@st.composite
def kernels(draw):
    """(kernel, W, H, S) that fit."""
    F = draw(st.integers(1, 4))
    weights = st.lists(st.integers(-9, 9), min_size=F, max_size=F)
    made = draw(st.lists(weights, min_size=F, max_size=F))
    return made, draw(st.integers(F, 7)), draw(st.integers(F, 7)), draw(st.integers(1, 4))


@given(kernels(), st.randoms(use_true_random=False))
def test_the_matrix_times_the_image_is_what_torch_gives(given_layer, random):
    weights, W, H, S = given_layer
    image = np.array([[random.randint(-9, 9) for _ in range(W)] for _ in range(H)], dtype=float)
    slid = torch.nn.functional.conv2d(
        torch.tensor(image)[None, None], torch.tensor(weights, dtype=float)[None, None], stride=S
    )
    made = reference("conv_as_matrix")(weights, W, H, S)
    assert made.shape == (slid.numel(), W * H)
    assert (made @ image.ravel()).tolist() == slid.ravel().tolist()


stacks = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=4)


@given(stacks)
def test_receptive_fields_are_those_of_torch_gradients(stack):
    expected = reference("receptive_field")([list(pair) for pair in stack])
    row = torch.zeros(1, 1, expected + 40, requires_grad=True)
    made = row
    for F, S in stack:
        made = torch.nn.functional.conv1d(made, torch.ones(1, 1, F), stride=S)
    made[0, 0, 0].backward()
    (read,) = row.grad[0, 0].nonzero(as_tuple=True)
    assert int(read.max()) - int(read.min()) + 1 == expected


@st.composite
def networks(draw):
    """(layers, W, at): weights of any sign, biases, strides."""
    made, W = [], draw(st.integers(6, 12))
    width = W
    for _ in range(draw(st.integers(1, 3))):
        F = draw(st.integers(1, min(3, width)))
        weights = draw(st.lists(st.integers(-4, 4), min_size=F, max_size=F))
        S = draw(st.integers(1, 3))
        made.append([weights, draw(st.integers(-5, 5)), S])
        width = len(range(0, width - F + 1, S))
    return made, W, draw(st.integers(0, width - 1))


@given(networks())
def test_influence_is_the_gradient_of_torch(network):
    stack, W, at = network
    row = torch.zeros(1, 1, W, dtype=float, requires_grad=True)
    made = row
    for weights, bias, S in stack:
        kernel = torch.tensor(weights, dtype=float)[None, None]
        made = torch.nn.functional.conv1d(made, kernel, torch.tensor([float(bias)]).double(), S)
    made[0, 0, at].backward()
    assert reference("influence")(stack, W, at) == row.grad[0, 0].tolist()


def test_parameters_are_what_torch_trains():
    nn = torch.nn
    made = {"Conv": nn.Conv2d(2, 3, 3), "Dense": nn.Linear(4, 5),
            "MaxPooling": nn.MaxPool2d(2), "Dropout": nn.Dropout(0.5)}  # fmt: skip
    things = {"weight": "weights", "bias": "biases"}
    for layer, module in made.items():
        trained = [things[name] for name, _ in module.named_parameters()]
        for thing in things.values():
            answer = answer_of(reference("param_or_hyper"), (layer, thing))
            if thing in trained:
                assert answer == "parameter"
            else:
                assert isinstance(answer, Raised) and "ValueError" in answer.names


# ---------------------------------------------------------------------- exercises and slips


def test_the_public_file_is_what_the_private_one_makes():
    assert UNIT.public() == PUBLIC


def test_all_known_misconceptions_are_here():
    wanted = {
        "conv_params": range(35, 48),
        "local_params": range(48, 52),
        "connections": range(52, 55),
        "receptive_field": range(83, 86),
        "param_or_hyper": range(101, 103),
    }
    for name, numbers in wanted.items():
        assert set(UNIT.exercises[name].slips) >= {f"M{number}" for number in numbers}


def marks(one, function):
    """Group -> whether the function answers all its cases rightly."""
    answers = iter(public.answers_of(function, one.questions))
    return {
        group.says: all([same(next(answers), next(rights)) for _case in group.cases])
        for rights in [iter(one.expected)]
        for group in one.groups
    }


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.name)
def test_the_reference_earns_all_and_agrees_with_the_examples(one):
    assert all(marks(one, one.reference).values())
    for args, right in one.stated:
        assert same(answer_of(one.reference, args), right), args
    assert inspect(one.public, one.reference).passed


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.name)
def test_no_constant_earns_anything_and_no_hidden_case_is_shown(one):
    rights = iter(one.expected)
    for group in one.groups:
        expected = [next(rights) for _case in group.cases]
        assert not all(look_alike(expected[0], other) for other in expected[1:]), group.says
        # where there are only so many questions, an example is asked again; a probe never is
        shown = one.probes if one.name == "param_or_hyper" else one.inputs
        assert not [case for case in group.cases if case in shown], group.says


@pytest.mark.parametrize("one, slip", SLIPS)
def test_a_slip_loses_something(one, slip):
    if isinstance(one, AuthoredClaim):
        assert one.public.unmet(answer_of(one.wrong(slip), ())) is not None
    else:
        assert not all(marks(one, one.wrong(slip)).values())


@pytest.mark.parametrize("one, slip", SLIPS)
def test_hints_ask_and_then_tell(one, slip):
    mistake = one.slips[slip]
    assert "?" in mistake.hint and mistake.more.endswith((".", "?"))


LOSES = {
    "connections": {"M53": "several channels", "U4-three-channels": "one channel"},
    "conv_params": {"M36": "inputs of several channels", "M35": "inputs of one channel",
                    "M40": "the same filters on other inputs, with other strides and paddings"},
    "what_is_missing": {"U4-depth-first": "one channel, where no depth can be forgotten",
                        "U4-no-else": "other faults"},
    "local_params": {"M51": "several filters", "U4-input-places": "strides that leave a remainder"},
    "dense_params": {"U4-dense-padded": "strides and padding"},
    "conv_as_matrix": {"U4-matrix-steps": "larger strides", "U4-shifted-rows": "stride 1"},
    "receptive_field": {"M83": "stride 1", "U4-field-no-stride": "a stride somewhere"},
    "influence": {"U4-last-layer": "two layers"},
    "param_or_hyper": {"M101": "Dense", "M102": "MaxPooling and Dropout"},
}  # fmt: skip


@pytest.mark.parametrize(
    "name, slip, group", [(n, s, g) for n, slips in LOSES.items() for s, g in slips.items()]
)
def test_a_slip_loses_the_group_that_names_its_idea(name, slip, group):
    one = UNIT.exercises[name]
    assert marks(one, one.wrong(slip))[group] is False


def test_forgotten_depth_keeps_what_is_right_on_one_channel():
    one = UNIT.exercises["conv_params"]
    assert marks(one, one.wrong("M36"))["inputs of one channel"]


# ------------------------------------------------------------------------------ the notebook


def nbgrader(cell):
    return cell.metadata.get("nbgrader", {})


ANSWERS = {nbgrader(c)["grade_id"]: c.source for c in CELLS if nbgrader(c).get("solution")}
POINTS = {nbgrader(c)["grade_id"]: nbgrader(c)["points"] for c in CELLS if "points" in nbgrader(c)}


def test_the_notebook_asks_every_exercise_once_and_in_order():
    assert list(POINTS) == [*UNIT.exercises, "when_to_share"]
    assert list(ANSWERS) == [f"{name}-answer" for name in UNIT.exercises]


@pytest.mark.parametrize("one", UNIT.exercises.values(), ids=list(UNIT.exercises))
def test_the_answer_cell_has_the_signature_the_points_and_the_contract(one):
    (function,) = ast.parse(ANSWERS[f"{one.name}-answer"]).body
    assert f"{function.name}({ast.unparse(function.args)})" == one.signature
    assert POINTS[one.name] == one.points
    assert ("ValueError" in ast.get_docstring(function)) == ("ValueError" in one.returns)


@pytest.mark.parametrize("name", POINTS)
def test_points_and_minutes_are_the_same_in_the_head_and_in_the_objectives(name):
    objective = re.search(rf"`{name}`(?: \(in words\))? \| (\d) \| (\d) \|", TEXT)
    head = re.search(rf"· `{name}\b[^\n]*\n\n\*\*(\d) points? · (\d) minutes · [●○]{{3}}", TEXT)
    assert head, f"no head for {name}"
    assert objective.groups() == head.groups() == (str(POINTS[name]), head[2])


def test_the_points_at_the_top_are_the_sum_and_the_minutes_leave_time_to_read():
    assert f"· {sum(POINTS.values())} points ·" in TEXT
    rows = re.findall(r"^\| [a-z].*` (?:\(in words\) )?\| \d \| (\d) \|", TEXT, re.MULTILINE)
    assert len(rows) == len(POINTS)
    minutes = sum(map(int, rows))
    whole = int(re.search(r"\*\*Unit 04 · (\d+) minutes", TEXT)[1])
    assert 0.6 < minutes / whole < 0.8


@pytest.mark.parametrize("name", list(UNIT.exercises))
def test_every_exercise_has_staged_hints_before_its_answer_cell(name):
    before = TEXT[: TEXT.index(f'"{name}-answer"')].rpartition("\n### ")[2]
    assert 2 <= before.count("<details><summary>Hint ") == before.count("</details>") <= 3


def _table_rows():
    """(exercise, arguments, expected) for every line of the example tables in the heads."""
    head = None
    for cell in CELLS:
        head = re.search(r"^### .*`(\w+)\(", cell.source, re.MULTILINE) or head
        for line in cell.source.splitlines():
            cells = [text.strip().strip("`") for text in line.strip("|").split("|")]
            if head and re.match(r"\| (`?\d|`[\[\"])", line):
                values = [ValueError if c == "ValueError" else ast.literal_eval(c) for c in cells]
                yield pytest.param(head[1], tuple(values[:-1]), values[-1], id=line)


@pytest.mark.parametrize("name, args, expected", [*_table_rows()])
def test_the_examples_in_the_heads_are_those_of_the_exercise(name, args, expected):
    one = UNIT.exercises[name]
    assert args in [known for known, _ in one.stated]
    right = np.array(expected) if name == "conv_as_matrix" else expected_answer(expected)
    assert same(answer_of(one.reference, args), right)


def test_every_example_stands_in_a_head():
    shown = [(row.values[0], row.values[1]) for row in _table_rows()]
    for one in FUNCTIONS:
        missing = [args for args, _ in one.stated if (one.name, args) not in shown]
        assert not missing, one.name


def run(solved):
    """What the code cells give, by source; without solutions, answer and grade cells may fail."""
    namespace, given_back = {"__name__": "__main__"}, {}
    for cell in CELLS:
        if cell.cell_type != "code":
            continue
        source = cell.source
        if not solved:
            source = re.sub(
                r"### BEGIN SOLUTION.*### END SOLUTION",
                "raise NotImplementedError()",
                source,
                flags=re.DOTALL,
            )
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            body = ast.parse(source).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            try:
                exec(compile(ast.Module(body, []), "cell", "exec"), namespace)
                if last is not None:
                    value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
                    print("" if value is None else getattr(value, "alt", repr(value)))
            except NotYet:
                assert not solved and nbgrader(cell).get("grade")
        given_back[cell.source] = out.getvalue()
    return given_back, namespace


@pytest.fixture(scope="module")
def solved():
    return run(solved=True)


def test_the_untouched_notebook_runs_and_every_check_says_what_to_do():
    printed, _ = run(solved=False)
    checks = [out for source, out in printed.items() if source.startswith("check(")]
    assert len(checks) == len(UNIT.exercises)
    assert all("nothing written yet" in out for out in checks)


def test_the_solved_notebook_passes_every_check(solved):
    printed, _ = solved
    for source, out in printed.items():
        if source.startswith("check("):
            assert out.startswith("✓"), out


@pytest.mark.parametrize(
    "start, numbers",
    [
        ("print(3 * 3 * 1", ["9 and 75"]),
        ("5 * 5 * 3 + 1", ["76"]),
        ("print((5 * 5 + 1) * 6", ["156 and 6400"]),
        ("one_filter", ["181", "46336", "46080"]),
        ("places", ["6,400 shared, 98,406,400", "6,656 shared, 102,342,656",
                    "19,456 shared, 299,155,456"]),
        ("756560 / 3860", ["196.0"]),
        ("inputs = ", ["3,072 inputs, 4,704 outputs", "14,450,688 weights and 4,704 biases"]),
        ("from course import plots", ["dense 14,455,392", "connected 357,504", "convolution 456"]),
        ("print(f\"entries", ["14,450,688", "352,800", " 450"]),
        ("matrix = np.array", ["[ 7 17 17]\nfilter slid:      [ 7 17 17]"]),
        ("def forward", ["[30 30 30]", "[32 33 32]"]),
    ],
)  # fmt: skip
def test_the_worked_numbers_are_what_the_cells_print(solved, start, numbers):
    (out,) = [out for source, out in solved[0].items() if source.startswith(start)]
    for number in numbers:
        assert number in out


def test_a_pixel_outside_the_window_changes_nothing(solved):
    (out,) = [out for source, out in solved[0].items() if source.startswith("image =")]
    before, after = out.split("\n")[:2]
    assert before == after


@given(networks())
def test_the_notebooks_forward_is_that_of_the_reference(network):
    stack, W, _at = network
    (cell,) = [c.source for c in CELLS if c.source.startswith("def forward")]
    space = {"np": np}
    exec(cell.partition("\n\n\n")[0], space)
    row = np.arange(W) ** 2
    ours = reference("influence").__globals__["forward"](row, stack)
    assert space["forward"](row, stack).tolist() == ours.tolist()


# -------------------------------------------------------------------------------- pictures


def drawn(picture):
    """The picture, once it is known to be well-formed and to say something."""
    ElementTree.fromstring(picture.svg)
    assert picture.alt.endswith(".") and "  " not in picture.alt
    return picture


@given(layers())
def test_the_panel_counts_as_the_references_do(layer):
    W, _H, D, F, S, P, K = layer
    layer = W, W, D, F, S, P, K
    if F > W + 2 * P:
        assert parameters(W, D, F, S, P, K) == {}
        return
    assert parameters(W, D, F, S, P, K) == {
        "dense": reference("dense_params")(*layer),
        "locally connected": reference("local_params")(*layer),
        "convolution": reference("conv_params")(*layer),
    }


@pytest.mark.parametrize("number", [0, -3, 10**30, 2.5, None, "many"])
def test_counts_take_any_answer(number):
    yours = {"convolution": ask(lambda *args: number, 1), "dense": ask(lambda *args: 456, 1)}
    picture = drawn(counts(32, 3, 5, 1, 0, 6, yours))
    assert picture.alt.count("✗") == 2


def test_counts_at_the_ends_of_their_sliders():
    ends = [(1, 64), (1, 64), (1, 11), (1, 4), (0, 5), (1, 64)]
    for setting in itertools.product(*ends):
        drawn(counts(*setting))
    assert "91,872,385,280" in counts(64, 64, 1, 1, 5, 64).alt
    assert "has as many as the locally connected one" in counts(1, 1, 1, 1, 0, 1).alt
    assert "No window fits" in counts(1, 1, 11, 1, 0, 1).alt


def test_a_mark_on_the_logarithmic_axis_is_no_bar():
    assert "barh" not in (ROOT / "course/pictures/live/counts.py").read_text()
    svg = counts(32, 3, 5, 1, 0, 6).svg
    assert "1 thousand" in svg and "456" in svg and "14,455,392" in svg


@given(kernels().filter(lambda made: max(made[1], made[2]) <= 5 and len(made[0]) <= 3))
def test_the_pictures_matrix_is_that_of_the_reference(given_layer):
    weights, W, H, S = given_layer
    F = len(weights)
    flat = dict(zip("abcdefghi", np.ravel(weights).tolist(), strict=False))
    table = Layer(W, H, F, S, 1).table()
    named = [[flat.get(name, 0) for name in row] for row in table]
    assert named == reference("conv_as_matrix")(weights, W, H, S).tolist()


@given(kernels())
def test_unshared_weights_are_all_different(given_layer):
    weights, W, H, S = given_layer
    F = min(len(weights), 3)
    local = [n for row in Layer(W, H, F, S, 2).table() for n in row if n]
    dense = [n for row in Layer(W, H, F, S, 3).table() for n in row]
    outputs = len(Layer(W, H, F, S, 1).table())
    assert len(local) == len(set(local)) == outputs * F * F
    assert len(dense) == len(set(dense)) == outputs * W * H


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), st.integers(1, 3),
       st.integers(1, 3), st.integers(0, 24), st.integers(0, 24))  # fmt: skip
def test_an_entry_is_traced_to_its_window(W, H, F, S, kind, row, column):
    picture = drawn(matrix(W, H, F, S, kind, row, column))
    if max(0, F - W, F - H):
        assert "No window fits" in picture.alt
        return
    table = Layer(W, H, F, S, kind).table()
    row, column = min(row, len(table) - 1), min(column, W * H - 1)
    assert f"Entry ({row}, {column})" in picture.alt
    r, c = divmod(column, W)
    assert f"Pixel {column} is ({r}, {c})" in picture.alt
    across = len(range(0, W - F + 1, S))
    top, left = row // across * S, row % across * S
    inside = 0 <= r - top < F and 0 <= c - left < F
    assert (f"at ({r - top}, {c - left}) in the window" in picture.alt) == inside
    assert ("so the entry is 0" in picture.alt) == (not inside and kind != 3)


def test_a_students_matrix_is_judged():
    right = reference("conv_as_matrix")
    W, H, F, S = 4, 3, 2, 1
    said = []
    for function in (
        right, lambda *a: right(*a).tolist(), lambda *a: right(*a).T, lambda *a: right(*a) * 2,
        lambda *a: None, lambda *a: 1 / 0, lambda *a: [[1], [2, 3]], lambda *a: [], lambda *a: "a",
    ):  # fmt: skip
        said.append(drawn(matrix(W, H, F, S, 1, 0, 0, ask(function, kernel(F), W, H, S))).alt)
    assert ["✓" in alt for alt in said] == [True, True] + [False] * 7
    assert "is 12 × 6; the matrix is 6 × 12" in said[2]
    assert "differs in 24 of 72 entries" in said[3]
    assert "ZeroDivisionError" in said[5]


FIELDS = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 5), st.integers(1, 3))


@given(FIELDS, st.integers(0, 19))
def test_the_picture_of_a_field_agrees_with_both_references(setting, at):
    F1, S1, F2, S2 = setting
    at = min(at, len(maps(*setting)[1]) - 1)
    _, found = ways(*setting, at)
    stack = [[[1] * F1, 0, S1], [[1] * F2, 0, S2]]
    assert found == reference("influence")(stack, COLUMNS, at)
    wide = reference("receptive_field")([[F1, S1], [F2, S2]])
    picture = drawn(field(*setting, at, ask(lambda *args: wide, 1)))
    assert f": {wide} column" in picture.alt and "✓" in picture.alt
    assert "✗" in field(*setting, at, ask(lambda *args: wide + 1, 1)).alt


def test_panels_follow_their_sliders_from_end_to_end():
    def broken(*args):
        raise ZeroDivisionError

    shown = [
        panels.counts(), panels.counts(broken, broken, broken), panels.matrix(),
        panels.matrix(broken), panels.field(), panels.field(broken),
    ]  # fmt: skip
    for panel in shown:
        first = panel.picture.alt
        for slider in panel.sliders.values():
            for end in (slider.min, slider.max, slider.min):
                slider.value = end
                drawn(panel.picture)
        panel.reset.click()
        assert panel.picture.alt == first
