"""Unit 11: every variant's right answers against PyTorch and brute force; its text and notebook."""

import contextlib
import io
import re
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from autograder.marking.marks import mark
from course.units.review import check, numbers
from exercises.check import NotYet
from exercises.comparison import same
from exercises.public import answers_of
from exercises.questions import AuthoredQuestion
from exercises.unit import load_file

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "source" / "11-review"
KEY = load_file(FOLDER / "exercises.py")
TEXT = (FOLDER / "unit.md").read_text(encoding="utf-8")
QUESTIONS = {n: one for n, one in KEY.exercises.items() if isinstance(one, AuthoredQuestion)}
CHAINS = {chain.name: chain.public for chain in KEY.identity.chains}


def variants(chain):
    """All variants of a chain, by number."""
    rows = [CHAINS[chain].numbers(number) for number in range(len(CHAINS[chain].rows))]
    return pytest.mark.parametrize("own", rows, ids=range(len(rows)))


def right(name, own):
    """What the key takes for right, as a list of parts."""
    return QUESTIONS[name].right_at(own)


# ------------------------------------------------------------------------------- one layer


def convolution(own, torch, channels=None):
    return torch.nn.Conv2d(
        channels or own["D"], own["K"], own["F"], own["S"], own["P"], device="meta"
    )


@variants("layer")
def test_shapes_and_parameters_are_those_of_torch(own):
    layer = convolution(own, torch)
    images = torch.zeros(own["N"], own["D"], own["H"], own["W"], device="meta")
    assert right("batch_shape", own) == list(layer(images).shape)
    assert right("parameters", own) == [sum(one.numel() for one in layer.parameters())]


@variants("layer")
def test_unread_columns_are_those_that_no_window_covers(own):
    def uncovered(size):
        padded = size + 2 * own["P"]
        read = set()
        for left in range(0, padded - own["F"] + 1, own["S"]):
            read |= set(range(left, left + own["F"]))
        return padded - len(read)

    assert right("unread", own) == [uncovered(own["W"]), uncovered(own["H"])]


@variants("layer")
def test_multiplications_are_those_that_torch_counts(own):
    from torch.utils.flop_counter import FlopCounterMode

    image = torch.zeros(1, own["D"], own["H"], own["W"], device="meta")
    squeeze = torch.nn.Conv2d(own["D"], own["B"], 1, device="meta")
    counter = FlopCounterMode(display=False)
    with counter:
        convolution(own, torch, own["B"])(squeeze(image))
    assert right("bottleneck", own) == [counter.get_total_flops() // 2]  # it counts additions too


@variants("layer")
def test_the_way_back_is_that_of_torch(own):
    columns, a = right("way_back", own)
    down = torch.nn.Conv1d(1, 1, own["F"], own["S"], own["P"], device="meta")
    narrow = down(torch.zeros(1, 1, own["W"], device="meta"))

    def back(output_padding):
        up = torch.nn.ConvTranspose1d(
            1, 1, own["F"], own["S"], own["P"], output_padding, device="meta"
        )
        return up(narrow).shape[-1]

    assert back(0) == columns and back(a) == own["W"] and 0 < a < own["S"]


# ------------------------------------------------------------------------------- the other chains


@variants("same")
def test_zeros_are_the_fewest_that_give_a_window_for_each_stride(own):
    W, F, S = own["W"], own["F"], own["S"]
    out = len(range(0, W, S))
    total = next(zeros for zeros in range(99) if len(range(0, W + zeros - F + 1, S)) >= out)
    assert right("same_zeros", own) == [out, total // 2, total - total // 2]


@variants("strip")
def test_a_row_is_filtered_and_pooled_as_torch_does_it(own):
    row, weights, bias = (torch.tensor(own[name]) for name in ("row", "weights", "bias"))
    out = torch.nn.functional.conv1d(row[None, None], weights[None, None], bias[None])
    assert right("slide", own) == [out.flatten().tolist()]
    pooled = torch.nn.functional.max_pool1d(out.double(), 2, 2, 1)
    assert right("pool", own) == [pooled.flatten().tolist()]


def last_map(row, strides):
    draw = np.random.default_rng(7)
    for S in strides:
        row = np.convolve(row, draw.normal(size=3), "valid")[::S]
    return row


@variants("stack")
def test_the_last_map_moves_as_it_is_said(own):
    smallest, places = right("moves", own)
    wide = np.random.default_rng(5).normal(size=2_000)
    here = last_map(wide[500:1500], own["strides"])

    def moved(move):  # the image goes to the right, so the window on the wide one goes left
        return last_map(wide[500 - move : 1500 - move], own["strides"])

    def just_moves(move):
        there = moved(move)
        return any(
            np.allclose(there[by:], here[: len(here) - by]) for by in range(1, min(move, 9) + 1)
        )

    assert next(move for move in range(1, 99) if just_moves(move)) == smallest
    there = moved(own["move"])
    if places > 0:
        assert np.allclose(there[places:], here[:-places])
    else:
        assert np.allclose(there[:places], here[-places:])


@variants("network")
def test_what_reaches_the_dense_layer_is_what_torch_flattens(own):
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, own["K1"], own["F"]), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(own["K1"], own["K2"], own["F"]), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
    ).to("meta")  # fmt: skip
    image = torch.zeros(1, 1, own["H"], own["W"], device="meta")
    assert right("flat", own) == [network(image).shape[1]]


@variants("column")
def test_standardised_as_scikit_learn_does_it(own):
    scaler = StandardScaler()
    scaler.fit(np.array(own["train"])[:, None])
    assert right("standardised", own) == pytest.approx(scaler.transform([[own["new"]]])[0, 0])


@variants("column")
def test_dropped_as_unit_09_does_it(own):
    of_unit_09 = load_file(ROOT / "source" / "09-scaling" / "exercises.py").exercises
    x, u = np.array(own["x"], float), np.array(own["u"])
    wanted = of_unit_09["dropout_forward"](x, u, own["p"], True)
    assert right("dropped", own)[0] == pytest.approx(wanted.tolist())
    assert 0 < np.count_nonzero(wanted) < 4  # something is dropped, and something is kept


# ------------------------------------------------------------------------------- variants


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_no_answer_stands_in_the_public_file_and_none_is_common(question):
    assert max(Counter(map(str, question.rights)).values()) <= 6
    for slip in question.public.slips:
        for right_one, wrong in zip(question.rights, slip.answers, strict=True):
            assert not same(question.public.parts(wrong), right_one)


def test_the_numbers_keep_to_what_the_text_says():
    for chain in (CHAINS["layer"], CHAINS["same"]):
        for number in range(len(chain.rows)):
            own = chain.numbers(number)
            assert 1 < own["S"] < max(own["F"], 6) and own["F"] <= own["W"]
    assert all(CHAINS["layer"].numbers(number)["S"] < CHAINS["layer"].numbers(number)["F"]
               for number in range(24))  # fmt: skip
    assert all(len(row[0]) == 8 and len(row[1]) == 3 for row in CHAINS["strip"].rows)
    assert all(len(row[0]) == 3 for row in CHAINS["stack"].rows)


# ------------------------------------------------------------------------------- the text

EXAMPLES = {
    "batch_shape": dict(N=2, W=9, H=7, D=3, F=3, S=2, P=0, K=5),
    "unread": dict(W=10, H=9, F=3, S=2, P=0),
    "parameters": dict(W=1, H=1, D=3, F=5, S=1, P=0, K=10),
    "bottleneck": dict(W=9, H=7, D=3, F=3, S=2, P=0, K=5, B=2),
    "way_back": dict(W=10, F=3, S=2, P=0),
    "same_zeros": dict(W=28, F=3, S=2),
    "slide": dict(row=[1, 0, 0, 2, 0, 0, 0, 1], weights=[1, 2, 3], bias=10),
    "pool": dict(row=[0, 5, -1, -2, -3, 4, -6, 0], weights=[0, 1, 0], bias=0),
    "moves": dict(strides=[2, 1, 2], move=-12),
    "flat": dict(H=28, W=30, F=5, K1=3, K2=10),
    "standardised": dict(train=[1, 3, 3, 1], new=5),
    "dropped": dict(x=[2, 6, 4, 8], u=[0.1, 0.9, 0.35, 0.6], p=0.5),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_example_of_each_question_is_right(name):
    question = QUESTIONS[name]
    section = TEXT.partition(f"· `{name}()`")[2].partition("```python")[0]
    told = re.search(r"it would (?:be|make) `([^`]+)`", section)[1]
    answer = question.answer_at(question.reference, EXAMPLES[name])
    parts = question.public.parts(eval(told, {}) if told[0] != "(" else list(eval(told, {})))
    assert same(parts, question.public.parts(answer))
    for value in EXAMPLES[name].values():
        if name != "pool" and type(value) is int and value > 1:
            assert str(value).replace("-", "−") in section


def test_what_is_to_be_looked_up_is_there():
    found = 0
    for line in re.findall(r"Look up (.+?)\.\n", TEXT):
        for names, unit in re.findall(r"(.+?) in unit (\d\d)", line):
            (file,) = (ROOT / "source").glob(f"{unit}-*/unit.md")
            heads = re.findall(r"^#+ (.*)", file.read_text(encoding="utf-8"), re.MULTILINE)
            for wanted in re.findall(r"[*`]([^*`]+)[*`]", names):
                assert any(wanted in head for head in heads), (wanted, unit)
                found += 1
    assert found == 16


def test_every_unit_before_is_asked_about():
    assert {f"{number:02}" for number in range(11)} <= set(re.findall(r"unit (\d\d)", TEXT))


def test_points_and_minutes_add_up():
    objectives = TEXT.partition("**When you are done")[2].partition("**What you need")[0]
    rows = re.findall(r"\| `(\w+)` \| (\d+) \| (\d+) \|", objectives)
    heads = re.findall(r"`(\w+)\(\)`\n\n\*\*(\d+) points? · (\d+) minutes? · [●○]{3}\*\*", TEXT)
    assert heads[0] == ("my_id", "0", "1")
    assert rows == heads[1:] and [name for name, *_ in rows] == list(QUESTIONS)
    minutes, points = map(int, re.search(r"(\d+) minutes · (\d+) points", TEXT).groups())
    assert sum(int(row[1]) for row in rows) == points == 12
    assert sum(int(row[2]) for row in rows) < minutes == 40
    assert sum(one.points for one in QUESTIONS.values()) == points


# ------------------------------------------------------------------------------- the notebook


def worked(me):
    """The names of the solved notebook after all its cells, with another id."""
    nb = nbformat.read(FOLDER / "unit.ipynb", as_version=4)
    space = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in nb.cells:
            if cell.cell_type == "code":
                exec(cell.source.replace('return "ada"', f"return {me!r}"), space)
    return space


@pytest.mark.parametrize("me", ["ada", "Bob", "zo\u00eb", "s1234567"])
def test_the_solutions_are_right_for_everybody(me):
    space = worked(me)
    for name, question in QUESTIONS.items():
        judged = mark(question, answers_of(space[name], [()]), of=me.casefold())
        assert judged.credit == 1, name


def test_a_slip_of_ones_own_is_told():
    space = {}
    exec('def my_id():\n    return "ada"\n', space)
    layer = numbers(space["my_id"], "layer")
    exec(f"def parameters():\n    return {layer.K * layer.F * layer.F * layer.D}\n", space)
    with contextlib.redirect_stdout(io.StringIO()) as out, pytest.raises(NotYet):
        check(space["parameters"])
    assert "What does a filter learn beside its weights?" in out.getvalue()
