"""The loops: what they learn, that a seed repeats it, and every way in which they can end."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from course.mnist import checkpoint, train, trouble
from course.mnist.data import as_input
from course.mnist.live import Live
from course.mnist.model import Net
from course.mnist.train import History
from course.mnist.trouble import TrainingStopped

pytestmark = pytest.mark.slow


class Little(nn.Module):
    """Something small to train: 16 hidden units on 7x7 pixels."""

    def __init__(self):
        super().__init__()
        self.pool, self.dense1, self.dense2 = nn.AvgPool2d(4), nn.Linear(49, 64), nn.Linear(64, 10)

    def forward(self, x):
        return self.dense2(torch.relu(self.dense1(self.pool(x).flatten(1))))


def little(digits, tmp_path, net=None, seed=0, **given):
    train.seeded(seed)
    net = net or Little()
    given = {"epochs": 4, "batch": 32, "rate": 1e-2, "show": False, "device": "cpu", **given}
    path = tmp_path / "little.safetensors"
    return net, train.fit(net, digits.train, digits.validation, seed=seed, path=path, **given)


def test_a_network_learns_and_is_saved(digits, tmp_path):
    _, history = little(digits, tmp_path)
    assert history.ended == "finished: 4 epochs, 5,120 digits"
    assert [point.seen for point in history.validation] == [1280, 2560, 3840, 5120]
    assert history.validation[-1].accuracy > 0.85
    saved = checkpoint.load(history.checkpoint, Little())
    assert train.evaluate(saved, digits.validation).accuracy == history.validation[-1].accuracy
    assert "after 5,120" in history.picture().alt


def test_a_seed_repeats_everything_and_another_does_not(digits, tmp_path):
    nets = [little(digits, tmp_path, seed=seed, epochs=1)[0] for seed in (1, 1, 2)]
    first, same, other = ([p for p in net.parameters()] for net in nets)
    assert all(torch.equal(a, b) for a, b in zip(first, same, strict=True))
    assert not torch.equal(first[0], other[0])


def test_evaluation_counts_all_and_lets_dropout_rest(digits):
    torch.manual_seed(0)
    net = Net().train()
    point = train.evaluate(net, digits.test[:70], batch=32)
    assert net.training
    scores = net.eval()(as_input(digits.test.images[:70]))
    right = (scores.argmax(1) == digits.test.labels[:70]).float().mean().item()
    loss = nn.functional.cross_entropy(scores, digits.test.labels[:70]).item()
    assert point.accuracy == pytest.approx(right)
    assert point.loss == pytest.approx(loss, rel=1e-4)


class Breaks(Little):
    """Raises ``error``, or returns NaN, at one of its forward passes in training."""

    def __init__(self, at, error=None):
        super().__init__()
        self.at, self.error, self.passes = at, error, 0

    def forward(self, x):
        self.passes += self.training
        if self.training and self.passes == self.at:
            if self.error:
                raise self.error
            return super().forward(x) * math.nan
        return super().forward(x)


STEPS = 40  # in an epoch of 1,297 digits, 32 at a time


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (None, "The loss is nan after 1,312 digits. Steps that are too large do this"),
        (torch.OutOfMemoryError("CUDA out of memory."), "batch=16"),
        (MemoryError(), "Out of memory with batches of 32. Try batch=16, restart the kernel to"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried …"), "batch=16"),
        (RuntimeError("CUDA error: device-side assert\nmore"), "The GPU failed or is gone"),
        (
            getattr(torch, "AcceleratorError", RuntimeError)("CUDA error: gone"),
            "Restart the kernel",
        ),
        (RuntimeError("No CUDA GPUs are available"), "device='cpu' works without a GPU"),
    ],
    ids=["nan", "gpu memory", "memory", "cpu memory", "gpu fails", "gpu gone", "no gpu"],
)
def test_each_trouble_ends_in_a_sentence_with_the_checkpoint_safe(digits, tmp_path, error, says):
    with pytest.raises(TrainingStopped) as told:
        little(digits, tmp_path, Breaks(STEPS + 1, error))
    assert says in str(told.value)
    assert "is safe: checkpoint.load('" in str(told.value)
    saved = checkpoint.load(tmp_path / "little.safetensors", Little())
    assert train.evaluate(saved, digits.validation).accuracy > 0.2, "one epoch's worth"


def test_trouble_before_the_first_checkpoint_says_so(digits, tmp_path):
    with pytest.raises(TrainingStopped, match=r"Nothing had been saved yet\.$"):
        little(digits, tmp_path, Breaks(1))
    little(digits, tmp_path, epochs=1)
    before = (tmp_path / "little.safetensors").read_bytes()
    with pytest.raises(TrainingStopped, match="is still what an earlier training saved"):
        little(digits, tmp_path, Breaks(1))
    assert (tmp_path / "little.safetensors").read_bytes() == before


def test_a_rate_far_too_large_is_told_in_one_line(digits):
    net = train.seeded(0) and Net()
    with pytest.raises(TrainingStopped) as told:
        train.fit(net, digits.train, digits.validation, rate=1e9, path=None, show=False)
    assert "The loss is" in str(told.value) and "rate=0.001 to begin with" in str(told.value)
    assert told.value._render_traceback_() == [f"TrainingStopped: {told.value}"]


def test_a_gpu_that_is_not_there_is_told_before_anything_is_done(digits, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainingStopped, match="There is no GPU here that torch can use"):
        train.fit(Little(), digits.train, digits.validation, path=None, device="cuda")


def test_long_epochs_are_saved_on_the_way(digits, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "SAVE_EVERY", 500)
    with pytest.raises(TrainingStopped, match="is safe: checkpoint"):
        little(digits, tmp_path, Breaks(STEPS - 2), epochs=1)
    saved = checkpoint.load(tmp_path / "little.safetensors", Little())
    assert train.evaluate(saved, digits.validation).accuracy > 0.2
    _, history = little(digits, tmp_path, epochs=2)
    assert [point.seen for point in history.validation] == [512, 1024, 1280, 1504, 2016, 2528, 2560]


def test_what_the_student_wrote_wrongly_stays_as_it_is(digits, tmp_path):
    with pytest.raises(TypeError, match="mine"):
        little(digits, tmp_path, Breaks(3, TypeError("mine")))
    shapes = RuntimeError("mat1 and mat2 shapes")
    assert trouble.sentence(shapes, batch=32, device=torch.device("cpu")) is None


def test_another_memory_is_named_where_there_is_one():
    says = [
        trouble.sentence(MemoryError(), batch=1, device=torch.device(name))
        for name in ("cpu", "cuda")
    ]
    assert ["device='cpu'" in each for each in says] == [False, True]
    assert all("Try batch=1, restart" in each for each in says)


def test_an_interruption_keeps_what_was_learned(digits, tmp_path):
    net, history = little(digits, tmp_path, Breaks(STEPS + 20, KeyboardInterrupt()))
    assert history.ended.startswith("interrupted by you; what was learned is kept")
    saved = checkpoint.load(tmp_path / "little.safetensors", Little())
    assert torch.equal(saved.dense1.weight, net.dense1.weight), "not the first epoch's"


class Ruined(Breaks):
    """Interrupted when its weights are NaN already."""

    def forward(self, x):
        if self.passes == self.at - 1:
            torch.nn.init.constant_(self.dense1.bias, math.nan)
        return super().forward(x)


def test_an_interruption_saves_nothing_that_is_ruined(digits, tmp_path):
    little(digits, tmp_path, epochs=1)
    before = (tmp_path / "little.safetensors").read_bytes()
    with pytest.raises(TrainingStopped, match="is still what an earlier training") as told:
        little(digits, tmp_path, Ruined(5, KeyboardInterrupt()))
    assert "NaN or infinite" in str(told.value)
    assert (tmp_path / "little.safetensors").read_bytes() == before


def test_the_stop_button_keeps_what_was_learned(digits, tmp_path, monkeypatch):
    monkeypatch.setattr(Live, "update", lambda live, now=False: live.stop())
    net, history = little(digits, tmp_path)
    assert history.ended == "stopped by you after 32 digits; what was learned is kept"
    assert len(history.validation) == 1
    saved = checkpoint.load(history.checkpoint, Little())
    assert torch.equal(saved.dense1.weight, net.dense1.weight)


def test_the_device_is_chosen_and_said(monkeypatch):
    assert train.choose("cpu") == torch.device("cpu")
    expected = "cuda" if torch.cuda.is_available() else "mps"
    assert train.choose().type in (expected, "cpu")
    for number, words in ((1, "the CPU (1 thread)"), (2, "the CPU (2 threads)")):
        monkeypatch.setattr(torch, "get_num_threads", lambda number=number: number)
        assert train.named(torch.device("cpu")) == words


def test_outside_a_notebook_there_is_a_bar_alone(digits, tmp_path, capsys):
    little(digits, tmp_path, epochs=1, show=True)
    assert "on the CPU" in capsys.readouterr().err


def test_nothing_learned_is_a_picture_too():
    assert "nothing has been learned" in History().picture().alt
