"""The four files, right and wrong, and what stands in for them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from course.mnist import data, idx
from course.mnist.data import DataError

SHAPE = (3, 28, 28)


def idx_file(array):
    """``array`` as an idx file."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


IMAGES = np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)
LABELS = np.array([1, 2, 3], np.uint8)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_is_read_packed_or_not(pack):
    assert (idx.read(pack(idx_file(IMAGES)), "images", SHAPE) == IMAGES).all()
    assert (idx.read(pack(idx_file(LABELS)), "labels", (3,)) == LABELS).all()


@pytest.mark.parametrize(
    ("content", "shape", "says"),
    [
        (b"", SHAPE, "it is empty"),
        (b"<html>not found</html>", SHAPE, "expected an idx file"),
        (b"\0\0\x0d\x03" + bytes(12), SHAPE, "begins with 0 0 13"),
        (idx_file(IMAGES)[:-1], SHAPE, "truncated; expected 2,368 bytes, came 2,367"),
        (idx_file(IMAGES)[:9], SHAPE, "truncated; the header alone takes 16 bytes"),
        (idx_file(IMAGES) + b"\0", SHAPE, "too long"),
        (idx_file(LABELS), SHAPE, "expected images, magic number 2051; it holds labels"),
        (idx_file(IMAGES), (3,), "magic number 2051. Were the two files swapped?"),
        (idx_file(IMAGES[:2]), SHAPE, "expected 3 x 28 x 28, came 2 x 28 x 28"),
        (gzip.compress(idx_file(IMAGES))[:-20], SHAPE, "gzip file; it breaks off"),
        (b"\x1f\x8bnonsense", SHAPE, "gzip file; it breaks off"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_file_is_told_from_the_others(content, shape, says):
    with pytest.raises(DataError) as told:
        idx.read(content, "a-file", shape)
    assert says in str(told.value) and "a-file" in str(told.value)
    assert "it again" in str(told.value) or "own name back" in str(told.value), "what to do"


def test_mnist_is_split_and_the_same_every_time(mnist):
    assert [len(part) for part in (mnist.train, mnist.validation, mnist.test)] == [
        55_000,
        5_000,
        10_000,
    ]
    assert mnist.real and "MNIST, from the folder" in mnist.source
    for part in (mnist.train, mnist.validation, mnist.test):
        assert part.images.dtype == torch.uint8 and part.images.shape[1:] == (28, 28)
        assert part.labels.dtype == torch.int64
    assert mnist.validation.labels[:12].tolist() == [9, 3, 5, 4, 7, 4, 9, 6, 8, 8, 7, 4]
    together = mnist.train.images.long().sum() + mnist.validation.images.long().sum()
    assert together == 1_567_298_545, "the sum of all 60,000 pictures: none lost, none twice"
    assert torch.bincount(mnist.test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009
    ]  # fmt: skip


def test_a_named_folder_must_be_right(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="There is no folder"):
        data.load(tmp_path / "nowhere")
    monkeypatch.setenv(data.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match=r"There is no train-images-idx3-ubyte\.gz"):
        data.load()


@pytest.fixture(scope="module")
def originals(mnist):
    """What the four files hold, by role."""
    folder = Path(mnist.source.removeprefix("MNIST, from the folder ").removesuffix("."))
    return {role: (folder / file.name).read_bytes() for role, file in data.FILES.items()}


def swapped(one, other):
    return lambda files: {one: files[other], other: files[one]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (swapped("test images", "test labels"), "Were the two files swapped?"),
        (swapped("train labels", "test labels"), "Was a training file swapped with a test file"),
        (lambda files: {"train images": files["train images"][:-9]}, "it breaks off or is damaged"),
        (lambda files: {"test labels": b"<html>404</html>"}, "expected an idx file"),
        (lambda files: {"test labels": b""}, "it is empty"),
        (
            lambda files: {"test labels": gzip.decompress(files["test labels"])[:-5]},
            "truncated; expected 10,008 bytes, came 10,003",
        ),
        (
            lambda files: {"test labels": gzip.decompress(files["test labels"])[:-1] + b"\7"},
            "other digits are in it than in the original",
        ),
    ],
    ids=["swapped", "swapped parts", "broken off", "a page", "empty", "truncated", "other digits"],
)
def test_a_folder_with_wrong_files_is_told_from_a_right_one(originals, tmp_path, change, says):
    for role, content in {**originals, **change(originals)}.items():
        (tmp_path / data.FILES[role].name).write_bytes(content)
    with pytest.raises(DataError) as told:
        data.load(tmp_path)
    assert says in str(told.value)
    assert told.value._render_traceback_() == [f"DataError: {told.value}"]


@pytest.mark.parametrize(
    "place",
    [
        "MNIST/raw/{plain}.gz",  # torchvision's, given its root
        "raw/{plain}",
        "{dotted}",  # Kaggle's
        "{plain}/{plain}",
        "{dotted}/{dotted}",
    ],
)
def test_files_are_found_where_torchvision_and_kaggle_have_them(originals, tmp_path, place):
    for role, content in originals.items():
        plain = data.FILES[role].name.removesuffix(".gz")
        file = tmp_path / place.format(plain=plain, dotted=plain.replace("-idx", ".idx"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if file.suffix == ".gz" else gzip.decompress(content))
    found = data._from_folder(tmp_path)
    assert found == {role: gzip.decompress(content) for role, content in originals.items()}


def test_files_may_be_unpacked_or_packed_anew(originals, tmp_path, monkeypatch):
    for role, content in originals.items():
        name = data.FILES[role].name
        if "images" in role:
            (tmp_path / name.removesuffix(".gz")).write_bytes(gzip.decompress(content))
        else:
            (tmp_path / name).write_bytes(gzip.compress(gzip.decompress(content), 1))
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    assert data.load(f"~/{tmp_path.name}").real


def test_without_files_and_network_the_digits_stand_in_and_say_so(monkeypatch, tmp_path):
    monkeypatch.delenv(data.FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = data.load(download=False)
    assert not found.real and "NOT MNIST" in found.source and "switched off" in found.source
    assert [len(part) for part in (found.train, found.validation, found.test)] == [1297, 200, 300]
    assert found.train.images.shape == (1297, 28, 28) and found.train.images.dtype == torch.uint8
    border = found.train.images.clone()
    border[:, 4:24, 4:24] = 0
    assert border.sum() == 0 and found.train.images.max() == 255


def test_each_mirror_is_tried_and_what_comes_is_checked(monkeypatch, tmp_path):
    import pooch

    asked = []

    class Nothing:
        def __init__(self, **kw): ...

        def __call__(self, url, output, pooch):
            asked.append(url)
            raise OSError("no network")

    monkeypatch.setattr(pooch, "HTTPDownloader", Nothing)
    monkeypatch.delenv(data.FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = data.load(progress=False)
    assert not found.real and "OSError" in found.source and data.FOLDER_VARIABLE in found.source
    assert [url.split("/")[2] for url in asked] == [m.split("/")[2] for m in data.MIRRORS]


def test_as_input_runs_from_0_to_1():
    x = data.as_input(torch.tensor([[[0, 255]]], dtype=torch.uint8))
    assert x.shape == (1, 1, 1, 2) and x.flatten().tolist() == [0, 1]
