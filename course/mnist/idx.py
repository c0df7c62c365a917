"""MNIST's own file format, idx, read with errors that say what to do.

A file holds two zero bytes, a byte for the type of its numbers (8 means unsigned bytes), a byte for
the number of axes, each axis's length as four bytes, most significant first, and then the numbers.
The source is the description at http://yann.lecun.com/exdb/mnist/, "file formats".
"""

from __future__ import annotations

import gzip
import zlib

import numpy as np

from exercises.errors import OneLine

UNSIGNED_BYTE = 8
KIND = {1: "labels", 3: "images"}  # by the number of axes
AGAIN = "Delete it and let the lab download it again, or copy it from a machine where it works."


class DataError(OneLine, ValueError):
    """Data that cannot be used; the message says what was expected, what came and what to do."""


def read(content: bytes, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The array of ``shape``, uint8, that a file holds, gzipped or not.

    ``name`` is what error messages call the file; ``shape`` is N x 28 x 28 for images and N for
    labels.  Raises DataError where the content is anything else.
    """
    wanted = KIND[len(shape)]
    content = unpacked(content, name)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE:
        raise DataError(
            f"{name}: expected an idx file of unsigned bytes, which begins with 0 0 8; it begins "
            f"with {' '.join(map(str, content[:3])) or 'nothing: it is empty'}. {AGAIN}"
        )
    axes = content[3]
    if axes != len(shape):
        came = KIND.get(axes, f"an array with {axes} axes")
        swapped = "Were the two files swapped? Give each its own name back." if axes in KIND else ""
        raise DataError(
            f"{name}: expected {wanted}, magic number {_magic(len(shape))}; it holds {came}, "
            f"magic number {_magic(axes)}. {swapped or AGAIN}"
        )
    start = 4 + 4 * axes
    if len(content) < start:
        raise DataError(
            f"{name}: truncated; the header alone takes {start} bytes, and it has {len(content)} "
            f"bytes. {AGAIN}"
        )
    lengths = tuple(int(length) for length in np.frombuffer(content[4:start], ">u4"))
    if lengths != shape:
        raise DataError(
            f"{name}: expected {_by(shape)}, came {_by(lengths)}. Was a training file swapped with "
            f"a test file, or is it another data set? {AGAIN}"
        )
    size = int(np.prod(shape))
    if len(content) != start + size:
        what = "truncated" if len(content) < start + size else "too long"
        raise DataError(
            f"{name}: {what}; expected {start + size:,} bytes, came {len(content):,}. {AGAIN}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()


def unpacked(content: bytes, name: str) -> bytes:
    """``content``, out of gzip if it is gzipped; raises DataError where that cannot be read."""
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(
            f"{name}: expected a whole gzip file; it breaks off or is damaged ({error}). {AGAIN}"
        ) from None


def _magic(axes: int) -> int:
    return UNSIGNED_BYTE * 256 + axes


def _by(lengths: tuple[int, ...]) -> str:
    return " x ".join(f"{length:,}" for length in lengths)
