"""Unit 10, the MNIST lab: its references against PyTorch, its slips, its ladder, its notebook."""

import contextlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.marking.marks import mark_file
from course.mnist.data import Digits
from course.units.mnist import moved
from course.units.mnist.rungs import RUNGS, Ladder
from exercises.check import NotYet
from exercises.handed_in import Unusable
from exercises.unit import load_file
from tests.support.running import run_notebook

F = torch.nn.functional

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "source" / "10-mnist"
KEY = load_file(UNIT / "exercises.py")
PUBLIC = ROOT / "course" / "units" / "mnist" / "exercises.json"
CELLS = json.loads((UNIT / "unit.ipynb").read_text(encoding="utf-8"))["cells"]
FILE = KEY.files["trained_weights"]

sizes = st.integers(1, 7)
seeds = st.integers(0, 2**31)


def reference(name):
    return KEY.exercises[name].reference


def source(cell):
    return "".join(cell["source"])


def nbgrader(cell):
    return cell["metadata"].get("nbgrader", {})


def named(function, name):
    """A function of that name that answers like ``function``."""

    def student(*args):
        return function(*args)

    student.__name__ = name
    return student


def test_the_version_of_torch_that_is_named_is_the_one_that_is_tested():
    (pinned,) = re.findall(r"(?m)^torch==(\S+)$", (ROOT / "constraints.txt").read_text())
    words = "".join(source(cell) for cell in CELLS)
    assert set(re.findall(r"torch==([\w.]+)", words)) == {pinned}
    assert words.index("gigabytes") < words.index("import torch"), "said before"


@pytest.fixture(autouse=True)
def no_mnist(monkeypatch):
    """Everywhere the same digits: those of scikit-learn."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    monkeypatch.delenv("SLIDING_WINDOWS_MNIST", raising=False)


# --------------------------------------------------------------------------- references


@given(
    H=st.integers(1, 40),
    W=st.integers(1, 40),
    K1=st.integers(1, 4),
    K2=st.integers(1, 5),
    padding=st.sampled_from(["same", "valid"]),
)
@settings(deadline=None, max_examples=60)
def test_flat_size_is_what_torch_makes(H, W, K1, K2, padding):
    x = torch.zeros(1, 1, H, W)
    try:
        x = F.max_pool2d(F.conv2d(x, torch.zeros(K1, 1, 5, 5), padding=padding), 2)
        x = F.max_pool2d(F.conv2d(x, torch.zeros(K2, K1, 5, 5), padding=padding), 2)
    except RuntimeError:
        with pytest.raises(ValueError):
            reference("flat_size")(H, W, K1, K2, padding)
    else:
        assert reference("flat_size")(H, W, K1, K2, padding) == x.numel()


@given(D=sizes, size=sizes, K1=sizes, K2=sizes, flat=sizes, hidden=sizes, classes=sizes)
@settings(deadline=None, max_examples=40)
def test_network_params_is_what_torch_counts(D, size, K1, K2, flat, hidden, classes):
    layers = [
        torch.nn.Conv2d(D, K1, size),
        torch.nn.Conv2d(K1, K2, size),
        torch.nn.Linear(flat, hidden),
        torch.nn.Linear(hidden, classes),
    ]
    counted = sum(p.numel() for layer in layers for p in layer.parameters())
    assert reference("network_params")(D, size, K1, K2, flat, hidden, classes) == counted


def test_the_network_of_the_notes():
    from course.mnist.model import PARAMETERS, Net

    flat = reference("flat_size")(28, 28, 32, 64, "same")
    total = reference("network_params")(1, 5, 32, 64, flat, 1024, 10)
    assert (flat, total) == (3136, 3_274_634) and total == PARAMETERS
    assert total == sum(p.numel() for p in Net().parameters())
    by_slip = {id: one.wrong(id) for one in KEY.exercises.values() for id in one.slips}
    assert by_slip["M96"](28, 28, 32, 64, "same") == 1024
    assert by_slip["M94"](28, 28, 32, 64, "same") == 1568
    assert by_slip["M95"](28, 28, 32, 64, "same") == 12_544
    assert by_slip["M97"](28, 28, 32, 64, "same") == 50_176
    args = (1, 5, 32, 64, 3136, 1024, 10)
    assert [by_slip[id](*args) for id in ("M98", "M99", "M100")] == [
        3_222_538, 3_273_504, 3_225_034,
    ]  # fmt: skip


@given(N=sizes, inputs=sizes, outputs=sizes, seed=seeds)
@settings(deadline=None)
def test_dense_is_torchs_linear_and_relu(N, inputs, outputs, seed):
    random = np.random.default_rng(seed)
    x, weight, bias = (
        random.normal(size=shape) for shape in ((N, inputs), (outputs, inputs), outputs)
    )
    theirs = F.relu(F.linear(*map(torch.as_tensor, (x, weight, bias))))
    np.testing.assert_allclose(reference("dense")(x, weight, bias), theirs.numpy(), atol=1e-12)


@given(N=sizes, C=st.integers(2, 12), seed=seeds)
@settings(deadline=None)
def test_loss_of_is_torchs_cross_entropy(N, C, seed):
    random = np.random.default_rng(seed)
    scores, labels = random.normal(size=(N, C)), random.integers(0, C, N)
    theirs = F.cross_entropy(torch.as_tensor(scores), torch.as_tensor(labels)).item()
    assert reference("loss_of")(scores, labels.tolist()) == pytest.approx(theirs)


@given(n=st.integers(1, 6), seed=seeds, rate=st.floats(0.001, 0.1), steps=st.integers(1, 6))
@settings(deadline=None, max_examples=40)
def test_descend_is_torchs_sgd(n, seed, rate, steps):
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(2, n))
    w = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate)
    theirs = []
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(w * torch.tensor(x), torch.tensor(y)).backward()
        optimizer.step()
        theirs.append(w.item())
    assert reference("descend")(x.tolist(), y.tolist(), 0.5, rate, steps) == pytest.approx(theirs)


def test_dropout_keeps_the_mean_as_torch_does():
    random = np.random.default_rng(0)
    x = np.ones(200_000)
    ours = reference("dropout")(x, random.random(len(x)), 0.75, True)
    theirs = F.dropout(torch.ones(len(x)), p=0.25)
    for out in (ours, theirs.numpy()):
        assert np.unique(out) == pytest.approx([0, 4 / 3])
        assert out.mean() == pytest.approx(1, abs=0.01)


def test_start_std_keeps_the_size_of_the_numbers():
    torch.manual_seed(0)
    x = torch.randn(512, 300).relu()
    for _ in range(10):
        x = (x @ (torch.randn(300, 300) * reference("start_std")([300, 300]))).relu()
    assert 0.25 < x.pow(2).mean() < 1  # it began with 0.5


@given(n=st.integers(0, 60), batch=st.integers(1, 20))
def test_batches_see_every_digit_once(n, batch):
    pairs = reference("batches")(n, batch)
    assert [digit for start, stop in pairs for digit in range(start, stop)] == list(range(n))
    assert all(stop - start == batch for start, stop in pairs[:-1])


@given(order=st.permutations(range(12)), held_out=st.integers(-2, 14))
def test_split_has_no_digit_twice(order, held_out):
    if not 0 < held_out < 12:
        with pytest.raises(ValueError):
            reference("split")(order, held_out)
        return
    train, validation = reference("split")(order, held_out)
    assert [*validation, *train] == order and len(validation) == held_out


def test_orders_are_shuffled_and_repeatable():
    one, two = reference("orders")(50, 3, 4), reference("orders")(50, 3, 4)
    assert one == two and len({tuple(order) for order in one}) == 4
    assert all(sorted(order) == list(range(50)) for order in one)


def test_test_report_has_the_error_that_chance_has():
    chance = np.random.default_rng(0)
    for n, points in [(256, 1.07), (10_000, 0.17)]:
        spread = 100 * (chance.binomial(n, 0.97, 100_000) / n).std()
        assert spread == pytest.approx(points, abs=0.01)
    right = np.arange(10_000) < 9_700
    assert reference("test_report")(right) == pytest.approx((97, 0.1706), abs=1e-4)
    assert reference("test_report")(right)[0] == 97


@given(seed=seeds, size=st.integers(1, 3), D=sizes, K=sizes)
@settings(deadline=None, max_examples=30)
def test_a_ported_convolution_gives_the_same_maps(seed, size, D, K):
    random = np.random.default_rng(seed)
    x, weights = random.normal(size=(1, 6, 7, D)), random.normal(size=(size, size + 1, D, K))
    # What TensorFlow documents for VALID at stride 1, by its own indices: NHWC and HWIO.
    rows, columns = 6 - size + 1, 7 - size
    theirs = np.zeros((1, rows, columns, K))
    for i, j in np.ndindex(rows, columns):
        theirs[0, i, j] = np.einsum("hwi,hwio->o", x[0, i : i + size, j : j + size + 1], weights)
    ported = torch.as_tensor(np.ascontiguousarray(reference("port_conv")(weights)))
    ours = F.conv2d(torch.as_tensor(x).permute(0, 3, 1, 2), ported)
    np.testing.assert_allclose(ours.permute(0, 2, 3, 1).numpy(), theirs, atol=1e-10)


@given(seed=seeds, H=sizes, W=sizes, C=sizes, outputs=sizes)
@settings(deadline=None, max_examples=40)
def test_a_ported_dense_layer_gives_the_same_numbers(seed, H, W, C, outputs):
    random = np.random.default_rng(seed)
    maps, weights = random.normal(size=(3, H, W, C)), random.normal(size=(H * W * C, outputs))
    theirs = maps.reshape(3, -1) @ weights  # TensorFlow flattens NHWC
    ported = reference("port_dense")(weights, H, W, C)
    ours = maps.transpose(0, 3, 1, 2).reshape(3, -1) @ ported.T  # PyTorch flattens NCHW
    np.testing.assert_allclose(ours, theirs, atol=1e-10)


def test_a_whole_network_makes_the_journey():
    from course.mnist.data import stand_in
    from course.mnist.model import Net
    from course.units.mnist import port

    net, digits = Net(), stand_in("").validation[:20]
    kept = port.as_tensorflow(net)
    assert kept["dense1.weight"].shape == (3136, 1024)
    ours = [reference("port_conv"), reference("port_dense")]
    assert "of 20 of 20 digits" in port.compare(kept, net, digits, *ours)
    naive = port.compare(kept, net, digits, ours[0], lambda weights, *_: weights.T)
    assert "of 20 of 20 digits" not in naive and "do not fit" not in naive
    assert "do not fit" in port.compare(kept, net, digits, lambda weights: weights, ours[1])

    def unwritten(*_):
        raise NotImplementedError

    assert "Write port_conv" in port.compare(kept, net, digits, unwritten, ours[1])


# --------------------------------------------------------------------------- the ladder


def test_each_repaired_rung_unlocks_the_next(capsys):
    ladder = Ladder(PUBLIC)
    names = list(RUNGS)
    assert len(names) == 12
    for number, name in enumerate(names, 1):
        assert f"Next is rung {number}, {name}" in str(ladder)
        ladder.check(named(reference(name), name))
        said = capsys.readouterr().out
        if number < 12:
            assert f"rung {number + 1}, {names[number]}, is unlocked" in said
    assert "All 12 rungs are repaired" in said and ladder.missing == []
    assert str(ladder) == "The ladder: all 12 rungs are repaired."


def test_a_rung_above_an_open_one_is_told_so_kindly(capsys):
    ladder = Ladder(PUBLIC)
    ladder.check(named(reference("pictures"), "pictures"))
    with pytest.raises(NotYet, match="Rung 5 is right, and waits for rung 2, targets"):
        ladder.check(named(reference("dense"), "dense"))
    assert "nothing is lost" in capsys.readouterr().out
    assert "Right already, and waiting: dense." in str(ladder)
    for name in ("targets", "split", "start_std"):
        ladder.check(named(reference(name), name))
    assert ladder.missing[0] == "dropout"  # dense need not be checked again


def test_a_rung_that_breaks_again_is_locked_again():
    ladder = Ladder(PUBLIC)
    ladder.check(named(reference("pictures"), "pictures"))
    with pytest.raises(NotYet):
        ladder.check(named(KEY.exercises["pictures"].wrong("U10-no-channel"), "pictures"))
    assert ladder.missing[0] == "pictures"


def test_nobody_climbs_while_a_notebook_is_graded(tmp_path, capsys):
    (tmp_path / "exercises.json").write_text("")
    ladder = Ladder(tmp_path / "exercises.json")
    ladder.check(named(lambda *_: None, "pictures"))
    assert "unlocked" not in capsys.readouterr().out and len(ladder.missing) == 12


def test_other_exercises_do_not_climb(capsys):
    ladder = Ladder(PUBLIC)
    ladder.check(named(reference("port_conv"), "port_conv"))
    assert "ung" not in capsys.readouterr().out and len(ladder.missing) == 12


# --------------------------------------------------------------------------- the weights


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "there is no file mnist.safetensors"),
        ("nan", "NaN or infinite"),
        ("wrong-shape", "should have shape 1024 x 3136, came 3136 x 1024"),
        ("pickled", "a zip file, as torch.save makes it"),
        ("oversized", "at most 13,164,072"),
    ],
)
def test_useless_weights_get_a_sentence(kind, says):
    judged = mark_file(FILE, FILE.samples[kind]())
    assert judged.credit == 0 and says in judged.problem.says
    assert judged.problem.says.endswith("The points of all other exercises are left")
    with pytest.raises(Unusable):
        FILE.judge(FILE.samples[kind]())


@pytest.mark.parametrize("data", [b"", b"\x00" * 8, b"\xff" * 100, b'{"a": 1}', b"\x08" + bytes(7)])
def test_no_file_breaks_the_judge(data):
    judged = mark_file(FILE, data)
    assert judged.credit == 0 and "is no safetensors file" in judged.problem.says


def test_a_new_network_has_the_right_form_and_reads_nothing():
    from course.mnist.model import Net

    judged = mark_file(FILE, FILE.judge.__globals__["as_file"](Net().state_dict()))
    assert [group.passed for group in judged.groups] == [True, False, False]


@pytest.fixture
def hand_in(monkeypatch):
    """The module, without digits that another test has found."""
    from course.units.mnist import hand_in

    monkeypatch.setattr(hand_in, "_found", None)
    return hand_in


def test_a_folder_of_digits_is_read_but_not_while_grading(hand_in, monkeypatch, tmp_path):
    from course.mnist.data import DataError

    with pytest.raises(DataError, match=r"There is no train-images-idx3-ubyte\.gz in"):
        hand_in.digits(tmp_path)
    monkeypatch.setattr(hand_in, "GRADING", True)
    found = hand_in.digits(tmp_path)
    assert not found.real, "the student's folder is not on the grader's machine"
    assert "NOT MNIST" in repr(found)


def test_digits_are_looked_for_anew_until_they_are_mnists(hand_in, monkeypatch):
    from dataclasses import replace

    from course.mnist import data

    small, calls = data.stand_in("No network."), []

    def load(folder, download):
        calls.append(folder)
        return replace(small, real=len(calls) > 1)

    monkeypatch.setattr(data, "load", load)
    assert [hand_in.digits().real for _ in range(3)] == [False, True, True]
    hand_in.digits("another")
    assert calls == [None, None, "another"]


@pytest.mark.parametrize(
    ("real", "share", "says"),
    [
        (True, 0.96, "The last points begin at 97%: train with QUICK = False"),
        (False, 0.96, "Hand it in"),
        (False, 0.94, "The last points begin at 95%"),
        (True, 0.97, "Hand it in"),
    ],
)
def test_the_goal_is_that_of_the_digits(hand_in, monkeypatch, tmp_path, capsys, real, share, says):
    from dataclasses import replace

    from course.mnist import checkpoint
    from course.mnist.data import stand_in
    from course.mnist.model import Net
    from course.pictures.curves import Point

    checkpoint.save(Net(), tmp_path / hand_in.FILE)
    monkeypatch.setattr(hand_in, "_found", replace(stand_in(""), real=real))
    monkeypatch.setattr(hand_in, "evaluate", lambda *_: Point(0, 0.0, share))
    hand_in.check_weights(tmp_path / hand_in.FILE)
    assert says in capsys.readouterr().out


def test_every_rung_of_the_ladder_is_drawn_before_it_is_climbed(monkeypatch):
    """A plot takes longer than an answer to a key may take."""
    from course.pictures import speed
    from course.units.mnist import panels

    Bar = speed.Bar
    bars = [Bar(f"rung {n}", 2.0**-n, 0.99, "It helps.") for n in range(4)]
    panel = panels.speed(bars)
    monkeypatch.setattr(speed, "speed", None)
    for rung in (4, 2, 3, 1):
        panel.sliders["rung"].value = rung
        assert panel.picture.alt.startswith(f"Rung {rung}, rung {rung - 1}")


# --------------------------------------------------------------------------- the notebook runs

PRINTED = {  # a line of a worked cell, and what the prose beside it says
    "same: 28 -> 28 -> 14 -> 14 -> 7": 'With padding `"same"` two zeros on each side keep the size',
    "valid: 28 -> 24 -> 12 -> 8 -> 4": "a 5 × 5 window takes away 4 rows and 4 columns",
    "25 weights and 1 bias, 32 times: 832": "with 32 filters of 5 × 5",
    "98.1%": "One layer holds 98.1 % of all parameters",
    "to have 1 channels, but got 28 channels": "finds 28 channels",
    "Expected floating point type": "PyTorch's loss asks for the class itself",
    "digits it knows: 100.0% right": "Everything right on what it knows",
    " instead of 2.30": "a loss of $\\ln 10 = 2.30$",
    "hidden is None": "something is missing at the end",
    "24.7% are left; each counts 4.00 now": "Only a quarter is left",
    "the mean is still 0.99": "so that the mean stays",
    "with one softmax too many: 1.46": "It cannot get below 1.46",
    "'float' object cannot be interpreted as an integer": "`/` makes a float",
    "429 batches hold 54912 digits; 88 are never seen": "silent about what it leaves out",
    "4.36 (gradient -10.7)": "It runs past 3, and the gradient keeps its old sign there",
    "loss of this epoch: 5.0": "Two digits out of ten decided that number",
    "256 digits: 97 ± 1.06 points": "96 % and 98 % may be the same network",
    "10,000 digits: 97 ± 0.17 points": "although there are 10,000",
    "TensorFlow (5, 5, 1, 32)  PyTorch (32, 1, 5, 5)": "from 1 to 32 channels",
    "TensorFlow HWC: ['a left', 'b left', 'a right', 'b right']": "pixel after pixel",
    "of 100 of 100 digits": "Its scores must not change",
}


# as while it is graded: no training and no network, and everywhere the same digits
QUICK = {
    "NBGRADER_EXECUTION": "autograde",
    "XDG_CACHE_HOME": "/nonexistent",
    "SLIDING_WINDOWS_MNIST": "",
}


@pytest.mark.slow
def test_the_cells_print_what_the_prose_says(tmp_path):
    (tmp_path / "mnist.safetensors").write_bytes(FILE.samples["right"]())
    ran = run_notebook(UNIT, UNIT / "unit.ipynb", tmp_path, **QUICK)
    assert not [cell["error"] for cell in ran["cells"] if cell["error"]]
    printed = "".join(cell["printed"] for cell in ran["cells"])
    prose = "\n".join(source(cell) for cell in CELLS if cell["cell_type"] == "markdown")
    for line, words in PRINTED.items():
        assert line in printed
        assert words in prose
    assert "Nothing is trained" in printed and "is loaded instead" in printed
    wild = float(re.search(r"loss ([\d,]+) instead", printed)[1].replace(",", ""))
    assert 10_000 < wild < 1_000_000  # "Tens of thousands", about 1e5 on MNIST


@pytest.mark.slow
def test_an_unanswered_notebook_says_what_is_missing(tmp_path):
    ran = run_notebook(UNIT, ROOT / "release" / UNIT.name / "unit.ipynb", tmp_path, **QUICK)
    printed = "".join(cell["printed"] for cell in ran["cells"])
    assert "There is no file mnist.safetensors" in printed
    assert "Write port_conv and port_dense" in printed


@pytest.mark.slow
def test_the_repaired_program_learns(monkeypatch, tmp_path):
    """On the functions of the solution, and on few digits: still far better than chance."""
    from course.mnist.data import stand_in

    monkeypatch.chdir(tmp_path)
    wanted = [f"{name}-answer" for name in KEY.exercises]
    namespace = {"torch": torch, "np": np, "F": F}
    for cell in CELLS:
        if nbgrader(cell).get("grade_id") in wanted or "def program(" in source(cell):
            exec(source(cell), namespace)
    known, out = stand_in(""), io.StringIO()
    with contextlib.redirect_stdout(out):
        namespace["program"](known.train[:700], known.test, epochs=2, held_out=100)
    accuracy = float(re.search(r"test: ([\d.]+) ±", out.getvalue())[1])
    assert accuracy > 60


def test_what_the_text_says_of_training_is_so():
    from course.mnist.train import SAVE_EVERY
    from course.units.mnist.hand_in import FIRST_GOAL, GOALS

    prose = "\n".join(source(cell) for cell in CELLS if cell["cell_type"] == "markdown")
    assert f"Every {SAVE_EVERY:,} digits, and at the end, it reads the validation digits" in prose
    assert f"when it reads {FIRST_GOAL:.0%} of".replace("%", " %") in prose
    assert f"when it reads {GOALS[True]:.0%}.".replace("%", " %") in prose
    assert f"The last two ask for {GOALS[False]:.0%} if".replace("%", " %") in prose


# ------------------------------------------------------------------------------ moved digits


class Brightest(torch.nn.Module):
    """Says the column of a picture's brightest pixel, divided by three."""

    def __init__(self):
        super().__init__()
        self.somewhere = torch.nn.Parameter(torch.zeros(1))  # it lies on the CPU

    def forward(self, x):
        return F.one_hot(x[:, 0].amax(1).argmax(1) // 3, 10).float() * 20


def dots(*columns):
    images = torch.zeros(len(columns), 28, 28, dtype=torch.uint8)
    images[range(len(columns)), 14, columns] = 255
    return Digits(images, torch.zeros(len(columns), dtype=torch.int64))


def test_a_mind_is_changed_as_often_as_counting_says():
    columns = [3, 4, 5, 12, 20]
    found = moved.changed_mind(Brightest(), dots(*columns), 3)
    assert len(found) == 3
    for by, share in enumerate(found, start=1):
        differ = [(at + move) // 3 != at // 3 for at in columns for move in (-by, by)]
        assert share == pytest.approx(sum(differ) / (4 * len(columns)))  # up and down: never


def test_digits_move_as_numpy_rolls_them():
    images = torch.arange(2 * 28 * 28).reshape(2, 28, 28)
    there = moved.moved(Digits(images, torch.zeros(2)), 2, -3).images.numpy()
    np.testing.assert_array_equal(there, np.roll(images.numpy(), (2, -3), (1, 2)))


def test_only_digits_with_room_are_moved():
    digits = dots(2, 3, 14, 24, 25)
    kept = moved.with_room(digits, 3).images
    assert torch.equal(kept, digits.images[1:4])


def test_the_curve_is_told_in_words():
    assert "3.2% by 1, 12.4% by 2" in moved.curve([0.032, 0.124]).alt
