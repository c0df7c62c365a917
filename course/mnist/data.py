"""The MNIST digits as tensors: from a folder, from a download, or from what scikit-learn carries.

``load()`` looks in this order and says in ``source`` what it found:

1. the folder given to it, or named by the environment variable SLIDING_WINDOWS_MNIST: the four
   original files, packed or not, each checked by its hash; named and placed as they were published,
   as torchvision keeps them (``MNIST/raw``), or as on Kaggle (``train-images.idx3-ubyte``);
2. pooch's cache folder, filled from one of several mirrors when it is empty;
3. with neither files nor network, scikit-learn's built-in digits: 1,797 real ones of 8x8 pixels,
   resized.  Enough to run the lab; no result on them says anything about MNIST.
"""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from course.mnist import idx
from course.mnist.idx import DataError

FOLDER_VARIABLE = "SLIDING_WINDOWS_MNIST"
SIDE = 28
VALIDATION = 5_000
SPLIT_SEED = 0


class File(NamedTuple):
    """One of the four original files: ``md5`` of the file, ``unpacked`` of what it holds."""

    name: str
    md5: str
    unpacked: str
    shape: tuple[int, ...]


FILES = {
    "train images": File(
        "train-images-idx3-ubyte.gz",
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "6bbc9ace898e44ae57da46a324031adb",
        (60_000, SIDE, SIDE),
    ),
    "train labels": File(
        "train-labels-idx1-ubyte.gz",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "a25bea736e30d166cdddb491f175f624",
        (60_000,),
    ),
    "test images": File(
        "t10k-images-idx3-ubyte.gz",
        "9fb629c4189551a2d022fa330f9573f3",
        "2646ac647ad5339dbf082846283269ea",
        (10_000, SIDE, SIDE),
    ),
    "test labels": File(
        "t10k-labels-idx1-ubyte.gz",
        "ec29112dd5afa0611ce80d1b7f02629c",
        "27ae3e4e09519cfbb04c329615203637",
        (10_000,),
    ),
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SECONDS_TO_ANSWER = 20


@dataclass(frozen=True)
class Digits:
    """Pictures and what they show: ``images`` uint8, N x 28 x 28; ``labels`` int64, N."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, which: slice | Tensor) -> Digits:
        return Digits(self.images[which], self.labels[which])

    def to(self, device: torch.device | str) -> Digits:
        """The same digits on ``device``."""
        return Digits(self.images.to(device), self.labels.to(device))


@dataclass(frozen=True)
class Mnist:
    """The three parts, and ``source``: a sentence that says where they come from.

    ``train`` is for learning, ``validation`` for every choice along the way, ``test`` for one
    reading at the end.  ``real`` is False where the digits stand in for MNIST.
    """

    train: Digits
    validation: Digits
    test: Digits
    source: str
    real: bool = True

    def __repr__(self) -> str:
        parts = f"{len(self.train):,} + {len(self.validation):,} + {len(self.test):,}"
        return f"<Mnist: {parts} digits (train + validation + test). {self.source}>"


def as_input(images: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """What the network takes, N x 1 x 28 x 28 (NCHW) from 0 to 1, for uint8 images N x 28 x 28."""
    return images.unsqueeze(1).to(dtype) / 255


def load(
    folder: str | os.PathLike[str] | None = None, *, download: bool = True, progress: bool = True
) -> Mnist:
    """MNIST, split 55,000 / 5,000 / 10,000, the same way every time.

    ``folder`` holds the four original files; without it SLIDING_WINDOWS_MNIST may name one.  Where
    neither does, the files come from the cache or, unless ``download`` is False, from a mirror,
    with a bar if ``progress``.  Raises DataError only for a folder that was named and is not right:
    a missing network ends in the stand-in digits.
    """
    named = folder or os.environ.get(FOLDER_VARIABLE)
    if named:
        return _split(_from_folder(Path(named).expanduser()), f"MNIST, from the folder {named}.")
    try:
        found = _from_cache(download, progress)
    except DataError as reason:
        return stand_in(str(reason))
    return _split(found, "MNIST, from this machine's cache of the original files.")


def stand_in(reason: str) -> Mnist:
    """scikit-learn's 1,797 digits in MNIST's format, 1,297 / 200 / 300; no network needed.

    Each 8x8 digit becomes the middle 20x20 of a blank 28x28, as MNIST's digits are.
    """
    from sklearn.datasets import load_digits  # here, because it is slow to import

    found = load_digits()
    small = torch.from_numpy(found.images).float().unsqueeze(1) * (255 / 16)
    large = F.interpolate(small, size=(20, 20), mode="bilinear", align_corners=False)
    images = F.pad(large.round().clamp(0, 255), (4, 4, 4, 4)).to(torch.uint8).squeeze(1)
    order = _shuffled(len(images))
    digits = Digits(images[order], torch.from_numpy(found.target).long()[order])
    source = (
        f"NOT MNIST: {len(images):,} small digits that come with scikit-learn, resized from 8x8. "
        f"{reason} Good enough to run every cell; the figures are not MNIST's."
    )
    return Mnist(digits[:1297], digits[1297:1497], digits[1497:], source, real=False)


def _split(content: dict[str, bytes], source: str) -> Mnist:
    arrays = {
        role: torch.from_numpy(idx.read(content[role], file.name, file.shape))
        for role, file in FILES.items()
    }
    every = Digits(arrays["train images"], arrays["train labels"].long())
    test = Digits(arrays["test images"], arrays["test labels"].long())
    order = _shuffled(len(every))
    return Mnist(every[order[VALIDATION:]], every[order[:VALIDATION]], test, source)


def _shuffled(count: int) -> Tensor:
    """The order that the split cuts: always the same, whatever else draws random numbers."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(SPLIT_SEED))


def _from_folder(folder: Path) -> dict[str, bytes]:
    """What the four files hold, unpacked, each checked; they may be gzipped or not."""
    if not folder.is_dir():
        raise DataError(
            f"There is no folder {folder}. Name one that holds {_names()}, or unset "
            f"{FOLDER_VARIABLE} and let the lab download them."
        )
    found = {role: _one_of(folder, file) for role, file in FILES.items()}
    for role, content in found.items():
        file = FILES[role]
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if md5 != file.unpacked:
            # What idx says is worth more than two hashes, so it goes first.
            idx.read(content, file.name, file.shape)
            raise DataError(
                f"{folder / file.name} reads well, but other digits are in it than in the original "
                f"(md5 {md5} instead of {file.unpacked}). {idx.AGAIN}"
            )
    return found


def _one_of(folder: Path, file: File) -> bytes:
    plain = file.name.removesuffix(".gz")
    dotted = plain.replace("-idx", ".idx")  # as on Kaggle
    for place in (folder, folder / "MNIST" / "raw", folder / "raw"):  # torchvision's
        for name in (file.name, plain, dotted, f"{plain}/{plain}", f"{dotted}/{dotted}"):
            if (place / name).is_file():
                return idx.unpacked((place / name).read_bytes(), file.name)
    raise DataError(f"There is no {file.name} in {folder}. Expected there: {_names()}.")


def _from_cache(download: bool, progress: bool) -> dict[str, bytes]:
    import pooch  # here, because a folder needs none of it

    logging.getLogger("pooch").setLevel(logging.WARNING)
    cache = Path(pooch.os_cache("sliding-windows")) / "mnist"
    return {role: _fetched(file, cache, download, progress) for role, file in FILES.items()}


def _fetched(file: File, cache: Path, download: bool, progress: bool) -> bytes:
    """The file's content, from the cache or from the first mirror that has it."""
    import pooch

    path = cache / file.name
    if path.is_file():
        content = path.read_bytes()
        if hashlib.md5(content, usedforsecurity=False).hexdigest() == file.md5:
            return content
    if not download:
        raise DataError(f"{file.name} is not in {cache}, and downloading is switched off.")
    reasons = []
    for mirror in MIRRORS:
        try:
            pooch.retrieve(
                mirror + file.name,
                f"md5:{file.md5}",
                fname=file.name,
                path=cache,
                downloader=pooch.HTTPDownloader(progressbar=progress, timeout=SECONDS_TO_ANSWER),
            )
            return path.read_bytes()
        except Exception as error:  # requests', urllib3's and pooch's own: any means the next one
            reasons.append(f"{mirror.split('/')[2]}: {type(error).__name__}")
    raise DataError(
        f"{file.name} could not be downloaded ({'; '.join(reasons)}). Connect to the network, or "
        f"set {FOLDER_VARIABLE} to a folder that holds {_names()}."
    )


def _names() -> str:
    return ", ".join(file.name for file in FILES.values())
