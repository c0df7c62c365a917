"""Unit 02: its references against independent oracles, its slips, and every number in its text."""

import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.marking.marks import mark
from exercises.answers import Other, Raised
from exercises.public import answers_of
from exercises.unit import load_file
from tests.support.running import run_notebook

UNIT = Path(__file__).parents[2] / "source" / "02-output-size"
EXERCISES = load_file(UNIT / "exercises.py").exercises
CLAIMS = {name: EXERCISES[name].public for name in ("larger_output", "runs_anyway")}
TEXT = (UNIT / "unit.md").read_text(encoding="utf-8")

small = st.integers(1, 14)
layers = st.tuples(small, small, st.integers(1, 7), st.integers(0, 5))


def for_all(*inputs):
    """Like hypothesis' ``given``, but patient: torch takes a second to wake up."""
    return lambda test: settings(deadline=None)(given(*inputs)(test))


def reference(name):
    return EXERCISES[name].reference


def counted(W, F, S, P):
    """All left edges, by trying every column of the padded input: the oracle of this module."""
    padded = [0] * P + [1] * W + [0] * P
    return [left for left in range(len(padded)) if left % S == 0 and left + F <= len(padded)]


def answer(function, *args):
    """What the function returns, or ``"ValueError"``."""
    try:
        return function(*args)
    except ValueError:
        return "ValueError"


# ------------------------------------------------------------------------------- references


@for_all(layers)
def test_sizes_are_counts_of_windows(layer):
    edges = counted(*layer)
    assert reference("window_starts")(*layer) == edges
    assert answer(reference("output_size"), *layer) == (len(edges) or "ValueError")


@for_all(layers)
def test_unread_columns_are_those_that_no_window_covers(layer):
    W, F, _S, P = layer
    edges = counted(*layer)
    read = {column for left in edges for column in range(left, left + F)}
    expected = W + 2 * P - len(read) if edges else "ValueError"
    assert answer(reference("unread_columns"), *layer) == expected


@for_all(layers, small, small, small)
def test_volumes_count_windows_in_both_directions(layer, H, D, K):
    W, F, S, P = layer
    sizes = len(counted(W, F, S, P)), len(counted(H, F, S, P))
    expected = (*sizes, K) if all(sizes) else "ValueError"
    assert answer(reference("output_volume"), W, H, D, F, S, P, K) == expected


@for_all(small, small, small, st.integers(1, 5), st.integers(0, 5))
def test_hyperparameters_are_all_those_with_the_right_count(W, F, out, S_max, P_max):
    pairs = itertools.product(range(1, S_max + 1), range(P_max + 1))
    expected = [(S, P) for S, P in pairs if len(counted(W, F, S, P)) == out]
    assert reference("valid_hyperparameters")(W, F, out, S_max, P_max) == expected


@for_all(layers)
def test_sizes_are_those_of_torch(layer):
    import torch

    W, F, S, P = layer
    image, weights = torch.zeros(1, 1, F, W), torch.ones(1, 1, F, F)
    try:
        output = torch.nn.functional.conv2d(image, weights, stride=S, padding=(0, P)).shape[-1]
    except RuntimeError as error:
        assert "size" in str(error)  # a filter larger than the padded input
        output = "ValueError"
    assert answer(reference("output_size"), *layer) == output


@for_all(layers, small, st.integers(1, 3), st.integers(1, 4))
def test_volumes_are_those_of_torch(layer, H, D, K):
    import torch

    W, F, S, P = layer
    convolution = torch.nn.Conv2d(D, K, F, stride=S, padding=P)
    try:
        depth, height, width = convolution(torch.zeros(1, D, H, W)).shape[1:]
        output = (width, height, depth)
    except RuntimeError:
        output = "ValueError"
    assert answer(reference("output_volume"), W, H, D, F, S, P, K) == output


@for_all(layers)
def test_unread_columns_get_no_gradient_from_torch(layer):
    import torch

    W, F, S, P = layer
    padded = torch.zeros(1, 1, W + 2 * P, requires_grad=True)
    try:
        torch.nn.functional.conv1d(padded, torch.ones(1, 1, F), stride=S).sum().backward()
        unread = int((padded.grad == 0).sum())
    except RuntimeError:
        unread = "ValueError"
    assert answer(reference("unread_columns"), *layer) == unread


# ------------------------------------------------------------------------------------ claims


@for_all(st.tuples(small, small, st.integers(-1, 4), st.integers(-1, 8)))
def test_any_layer_that_grows_is_a_counterexample(layer):
    W, _F, S, P = layer
    grows = S >= 1 and P >= 0 and len(counted(*layer)) > W
    assert (CLAIMS["larger_output"].unmet(list(layer)) is None) == grows


@for_all(layers, st.integers(-1, 20))
def test_any_own_layer_with_a_remainder_and_its_size_is_a_counterexample(layer, out):
    W, F, S, P = layer
    edges = counted(*layer)
    remainder = bool(edges) and (edges[-1] + S + F - (W + 2 * P)) % S != 0
    fine = remainder and out == len(edges) and layer != (7, 3, 3, 0)
    assert (CLAIMS["runs_anyway"].unmet([*layer, out]) is None) == fine


def test_the_layer_of_the_text_is_turned_away_with_the_reason():
    assert "your own" in CLAIMS["runs_anyway"].unmet([7, 3, 3, 0, 2]).says


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_claims_survive_strange_answers(claim):
    good = list(reference(claim.name)())
    strange = [None, True, "no", "1234", 5, [], {}, good[:-1], [*good, 1], [good], Other("a set")]
    strange += [[True, *good[1:]], [*good[:-1], float("nan")], [*good[:-1], None], Raised(("E",))]
    for one in strange:
        assert claim.unmet(one) is not None, one
        claim.diagnose([one])  # raises nothing
    assert claim.unmet([float(number) for number in good]) is None
    assert claim.unmet(np.array(good)) is None


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_no_two_slips_of_a_claim_recognise_the_same_answer(claim):
    count = len(reference(claim.name)())
    for answered in itertools.product([-1, 0, 1, 2, 3, 5, 0.5], repeat=count):
        alone = [replace(claim, slips=(slip,)) for slip in claim.slips]
        found = [one.slips[0].id for one in alone if one.diagnose([list(answered)])]
        assert len(found) <= 1, (answered, found)
        if claim.unmet(list(answered)) is None:
            assert not found, (answered, found)


def test_torch_builds_the_layers_of_the_claims():
    import torch

    for W, F, S, P, out in [(7, 3, 3, 0, 2), reference("runs_anyway")()]:
        layer = torch.nn.Conv2d(1, 1, F, stride=S, padding=P)
        assert layer(torch.zeros(1, 1, W, W)).shape[2:] == (out, out)
    W, F, S, P = reference("larger_output")()
    assert torch.nn.Conv2d(1, 1, F, S, P)(torch.zeros(1, 1, W, W)).shape[3] > W


# -------------------------------------------------------------------------------------- slips


def test_all_known_misconceptions_are_here():
    wanted = {
        "output_size": range(1, 13),
        "output_volume": range(13, 17),
        "runs_anyway": range(17, 20),
    }
    for name, exercise in EXERCISES.items():
        assert set(exercise.slips) >= {f"M{number:02}" for number in wanted.get(name, ())}


LOSES = {
    "window_starts": {
        "U2-gap": "stride 1",
        "U2-last-missing": "the last window",
        "U2-overhang": "the last window",
        "U2-starts-unpadded": "padding",
        "U2-starts-pad-once": "padding",
        "U2-negative-start": "padding",
        "U2-every-column": "larger strides",
    },
    "output_size": {
        "M01": "stride 1",
        "M03": "strides that leave a remainder",
        "M04": "strides that leave a remainder",
        "M05": "padding",
        "M06": "padding",
        "M07": "strides that fit exactly",
        "M11": "strides that fit exactly",
        "M12": "filters that just fit, and filters that do not",
        "U2-no-check": "filters that just fit, and filters that do not",
        "U2-zero": "filters that just fit, and filters that do not",
        "U2-fit-unpadded": "filters that just fit, and filters that do not",
        "U2-fit-strict": "filters that just fit, and filters that do not",
    },
    "unread_columns": {
        "U2-tail-only": "the gaps between windows",
        "U2-gaps-only": "the columns after the last window",
        "U2-unread-unpadded": "gaps and tail on the padded input",
        "U2-pixels-only": "gaps and tail on the padded input",
        "U2-gap-per-window": "the gaps between windows",
    },
    "output_volume": {
        "M13": "depth",
        "M14": "depth",
        "U2-one-map": "depth",
        "U2-swap": "width and height, with one channel and one filter",
        "U2-square": "width and height, with one channel and one filter",
    },
    "valid_hyperparameters": {
        "U2-exact-only": "strides that leave a remainder",
        "U2-limits-excluded": "the limits themselves",
        "U2-padding-from-1": "the limits themselves",
        "U2-filter-too-large": "filters that do not fit are left out",
    },
}


@pytest.mark.parametrize(
    "name, slip, group", [(n, s, g) for n, slips in LOSES.items() for s, g in slips.items()]
)
def test_a_slip_loses_the_group_that_names_its_idea(name, slip, group):
    exercise = EXERCISES[name]
    judged = mark(exercise, answers_of(exercise.wrong(slip), exercise.questions))
    assert {g.says: g.passed for g in judged.groups}[group] is False
    assert judged.slip.id == slip


def test_a_forgotten_error_costs_half_a_point_of_three():
    exercise = EXERCISES["output_size"]
    wrong = exercise.wrong("U2-no-check")
    judged = mark(exercise, answers_of(wrong, exercise.questions))
    assert judged.credit * 3 == 2.5


# ------------------------------------------------------------------------------ the notebook


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the code cells print, by source, with the author's answers."""
    ran = run_notebook(UNIT, UNIT / "unit.ipynb", tmp_path_factory.mktemp("02"))
    assert not [cell["error"] for cell in ran["cells"] if cell["error"]]
    return {cell["source"]: cell["printed"] for cell in ran["cells"]}


def said(printed, start):
    """What the one code cell printed that begins like this."""
    (found,) = [text for source, text in printed.items() if source.startswith(start)]
    return found


def sizes(W, F, strides, P=0):
    return [len(counted(W, F, S, P)) for S in strides]


def test_the_pictures_show_all_windows_there_are(printed):
    """Every call of draw in the text gives exactly the windows of its width, filter and stride."""
    source = next(s for s in printed if s.startswith("def draw"))
    drawn = []
    namespace = {"range": range, "print": lambda *_: None}
    exec(source.partition("\n\n\ndraw")[0], namespace)
    namespace["draw"] = lambda width, F, starts: drawn.append((width, F, list(starts)))
    for cell in printed:
        for call in re.findall(r"^ *draw\([^\n]*\)$", cell, re.MULTILINE):
            for S, starts in [(1, [0, 1, 2, 3, 4]), (2, [0, 2, 4]), (3, [0, 3])]:
                exec(call.strip(), {**namespace, "S": S, "starts": starts})
    assert len(drawn) >= 8
    for width, F, starts in drawn:
        S = starts[1] - starts[0]
        assert starts == counted(width, F, S, 0)


FACTS = [
    ("a 5 × 5 image gives a 3 × 3 output", sizes(5, 3, [1]) == [3]),
    ("128 × 128 image a filter of size 5 finds 124 × 124", sizes(128, 5, [1]) == [124]),
    ("The strides 1, 2 and 3 leave 5, 3 and 2 windows.", sizes(7, 3, [1, 2, 3]) == [5, 3, 2]),
    ("nobody reads column 6", counted(7, 3, 3, 0)[-1] + 3 == 6),
    ("Stride 1 gives 28 windows.", sizes(32, 5, [1]) == [28]),
    ("gives about half the size", sizes(32, 5, [1, 2, 4, 8]) == [28, 14, 7, 4]),
    ("7, 8 and 9 all leave 4 windows", sizes(32, 5, [7, 8, 9]) == [4, 4, 4]),
    ("5 × 5 stays 5 × 5", sizes(5, 3, [1], P=1) == [5]),
    ("7 × 7 stays 7 × 7", sizes(7, 3, [1], P=1) == [7]),
    ("$F = 3$, stride 1, where you counted 5 windows", sizes(7, 3, [1]) == [5]),
    ("$W = 7$, $F = 3$, $P = 1$, $S = 4$", sizes(7, 3, [4], P=1) == [2]),
    ("The room is −2", 3 - 5 == -2),
    ("not even the first window fits", sizes(3, 5, [1]) == [0]),
    ("$W = 3$, $F = 5$, $P = 1$ fits in exactly one place", sizes(3, 5, [1], P=1) == [1]),
    ("equally wide when the two are equal, $2P = F - 1$", sizes(9, 5, [1], P=2) == [9]),
    ("Here are 11 columns, a filter of width 2 and stride 4", sizes(11, 2, [4]) == [3]),
    ("**The tail.** Column 10", counted(11, 2, 4, 0)[-1] + 2 == 10),
    ("Columns 2, 3, 6 and 7 lie between", counted(11, 2, 4, 0) == [0, 4, 8]),
    ("The one unread column is the last zero", sizes(224, 7, [2], P=3) == [112]),
    ("unread: 2 windows here, as you counted", sizes(7, 3, [3]) == [2]),
    ("You may also meet a 3 for this layer", sizes(7, 3, [3], P=1) == [3]),
    ("The first output is 28 × 28 × 1.", sizes(32, 5, [1]) == [28]),
    ("as wide and high as the input, and 10 deep", sizes(32, 5, [1], P=2) == [32]),
    ("W = 7, F = 3, S = 3 gives 2 windows, and column 6 is lost", sizes(7, 3, [3]) == [2]),
]


@pytest.mark.parametrize("sentence, true", FACTS, ids=[sentence for sentence, _ in FACTS])
def test_the_sentence_is_there_and_true(sentence, true):
    assert sentence in TEXT
    assert true


def test_the_unread_column_of_the_224_wide_layer_is_a_zero():
    last_read = counted(224, 7, 2, 3)[-1] + 7 - 1
    assert (last_read, 224 + 2 * 3 - 1) == (228, 229)
    assert last_read >= 3 + 224 - 1  # the last pixel's column


def test_the_paper_without_stride_and_padding():
    grid = {(S, P): len(counted(32, 8, S, P)) for S in range(1, 5) for P in range(6)}
    assert [pair for pair, size in grid.items() if size == 14] == [(2, 1)]
    assert "The wanted 14 stands there once: $S = 2$, $P = 1$." in TEXT
    assert "A width of 9 has four settings. A width of 30 has none." in TEXT
    assert (list(grid.values()).count(9), list(grid.values()).count(30)) == (4, 0)


def test_the_cells_compute_what_the_text_says(printed):
    assert said(printed, "def draw").endswith("3 windows\n")
    rows = re.findall(
        r"W = +(\d+), F = (\d): .* at +(\d+), so there are +(\d+)", "".join(printed.values())
    )
    assert [tuple(map(int, row)) for row in rows] == [
        (W, F, counted(W, F, 1, 0)[-1], len(counted(W, F, 1, 0)))
        for W, F in [(5, 3), (7, 3), (28, 3), (32, 5), (128, 5)]
    ]
    assert [row[3] for row in rows] == ["3", "5", "26", "28", "124"]
    assert said(printed, "124 * 124") == "15376\n"
    assert said(printed, "def colleagues_starts").splitlines() == [
        "stride 1 begins at [0, 2, 4]",
        "stride 2 begins at [0, 3]",
        "stride 3 begins at [0, 4]",
    ]
    assert said(printed, "(7 - 3) / (1 + 1)") == "2.0\n"
    assert "room 6: 1 step and 2 columns left over, so 2 windows" in said(printed, "room = 7")
    assert [line[-1] for line in said(printed, 'print("// rounds').split("\n")[:2]] == ["0", "1"]
    assert said(printed, "steps, tail = divmod(11").endswith("a tail of 1\nunread: 5\n")
    assert reference("unread_columns")(11, 2, 4, 0) == 5
    assert said(printed, "steps, tail = divmod(224") == "112 windows, a tail of 1\n"
    assert reference("unread_columns")(224, 7, 2, 3) == 1
    assert "28 x 28 x 1, 784 numbers" in "".join(printed.values())
    assert "32 x 32 x 10, 10240 numbers" in "".join(printed.values())
    table = said(printed, 'print("S = ').splitlines()[1:7]
    assert [list(map(int, line.split()[3:])) for line in table] == [
        sizes(32, 8, [1, 2, 3, 4], P) for P in range(6)
    ]


def test_the_size_formula_with_s_plus_1_is_never_right():
    """The mistake that two exercises are about: no layer hides it."""
    for W, F, S, P in itertools.product(range(1, 13), range(1, 13), range(1, 6), range(4)):
        size = len(counted(W, F, S, P))
        if size:
            assert size != (W - F + 2 * P) / (S + 1)
            assert size != (W - F + 2 * P) // (S + 1)


def test_what_the_text_says_about_frameworks():
    import torch

    image = torch.zeros(1, 1, 7, 7)
    pool = torch.nn.functional.max_pool2d
    assert pool(image, 3, stride=3).shape[2:] == (2, 2)
    assert pool(image, 3, stride=3, ceil_mode=True).shape[2:] == (3, 3)
    with pytest.raises(TypeError):
        torch.nn.Conv2d(1, 1, 3, stride=3, ceil_mode=True)
    with pytest.raises(RuntimeError):
        torch.nn.Conv2d(1, 1, 5)(torch.zeros(1, 1, 3, 3))
    # TensorFlow's documented rule for SAME, at 7 columns with F = 3 and S = 3
    out = -(-7 // 3)
    total = max((out - 1) * 3 + 3 - 7, 0)
    assert (out, total // 2, total - total // 2) == (3, 1, 1)
    # its rule for VALID gives what the exercise asks for, wherever a window fits
    for W, F, S in itertools.product(range(1, 20), range(1, 20), range(1, 6)):
        assert max(-(-(W - F + 1) // S), 0) == len(counted(W, F, S, 0))


def test_the_mark_scheme_adds_up():
    scheme = TEXT.partition("BEGIN MARK SCHEME")[2].partition("END MARK SCHEME")[0]
    assert sum(map(float, re.findall(r"^- \*\*(0\.5) ·", scheme, re.MULTILINE))) == 2


def test_no_cell_of_the_text_computes_a_size():
    """A student could paste it."""
    for cell in re.findall(r"(?ms)^```python\n(.*?)^```", TEXT):  # without nbgrader's metadata
        assert "// S + 1" not in cell
        assert set(re.findall(r"(?m)^def (\w+)", cell)) <= {"draw", "colleagues_starts"}
