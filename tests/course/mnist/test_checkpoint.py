"""Weights that can be used, and every kind that cannot."""

from __future__ import annotations

import os
import pickle

import pytest
import safetensors.torch
import torch

from course.mnist import checkpoint
from course.mnist.checkpoint import CheckpointError
from course.mnist.model import Net


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Net()


def changed(net, **tensors):
    """The network's state with some tensors replaced, or left out where None."""
    state = {**net.state_dict(), **{k.replace("__", "."): v for k, v in tensors.items()}}
    return {key: value for key, value in state.items() if value is not None}


def test_what_is_saved_is_loaded(net, tmp_path):
    path = checkpoint.save(net, tmp_path / "deep" / "net.safetensors", epoch=3)
    again = checkpoint.load(path)
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), again.parameters(), strict=True))
    assert [file.name for file in path.parent.iterdir()] == ["net.safetensors"]
    with safetensors.safe_open(path, "pt") as file:
        assert file.metadata() == {"epoch": "3"}


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({"dense2__bias": None}, "lacks dense2.bias"),
        ({"extra": torch.zeros(1)}, "holds extra, which this network does not have"),
        ({"conv1__weight": torch.zeros(32, 1, 3, 3)}, "32 x 1 x 5 x 5, came 32 x 1 x 3 x 3"),
        ({"conv1__weight": torch.zeros(5, 5, 1, 32)}, "ported from TensorFlow"),
        ({"dense1__weight": torch.zeros(1024, 3136).half()}, "float32, came torch.float16"),
        ({"conv2__bias": torch.full((64,), float("nan"))}, "64 of 64 numbers that are NaN"),
        ({"dense1__weight": torch.zeros(3000, 3136)}, "need at most"),
    ],
    ids=["missing", "extra", "shape", "transposed", "dtype", "nan", "oversized"],
)
def test_wrong_weights_are_refused_and_the_network_keeps_its_own(net, tmp_path, tensors, says):
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file(changed(net, **tensors), path)
    other = Net()
    before = {key: value.clone() for key, value in other.state_dict().items()}
    with pytest.raises(CheckpointError) as told:
        checkpoint.load(path, other)
    assert says in str(told.value)
    assert all(torch.equal(before[key], value) for key, value in other.state_dict().items())


class Trap:
    """A pickle that says so when it is opened."""

    def __reduce__(self):
        return (os.mkdir, ("sprung",))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (pickle.dumps(Trap()), "looks like a pickle"),
        (b"PK\3\4" + bytes(100), "as torch.save makes it"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b"\xff" * 64, "no safetensors file"),
        (b"\x02\0\0\0\0\0\0\0{}", "holds nothing"),
        (b"\x02\0\0\0\0\0\0\0[]", "no safetensors file"),
    ],
    ids=["empty", "pickle", "zip", "lfs", "noise", "nothing in it", "no dictionary"],
)
def test_files_that_are_no_weights_are_named(tmp_path, monkeypatch, content, says):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError) as told:
        checkpoint.load(path)
    assert says in str(told.value) and "checkpoint.save" in str(told.value)
    assert not (tmp_path / "sprung").exists()


def test_a_truncated_file_is_refused(net, tmp_path):
    path = checkpoint.save(net, tmp_path / "net.safetensors")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="no safetensors file"):
        checkpoint.load(path)


def test_a_path_that_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, says in (("none", "no file"), ("", "cannot be read|folder"), ("pipe", "device")):
        with pytest.raises(CheckpointError, match=says):
            checkpoint.load(tmp_path / name)


def test_weights_that_are_not_finite_leave_the_old_file_alone(net, tmp_path):
    path = checkpoint.save(net, tmp_path / "net.safetensors")
    before = path.read_bytes()
    broken = Net()
    with torch.no_grad():
        broken.conv1.bias[0] = float("inf")
    with pytest.raises(CheckpointError, match="what was saved before stays"):
        checkpoint.save(broken, path)
    assert path.read_bytes() == before


def test_an_interruption_while_writing_leaves_the_old_file(net, tmp_path, monkeypatch):
    path = checkpoint.save(net, tmp_path / "net.safetensors")
    before = path.read_bytes()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(Net(), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
