"""A network's weights as a safetensors file: written atomically, read with suspicion.

Never pickle: a pickled file from a stranger runs the stranger's code when it is opened.  A
safetensors file holds names, shapes and numbers, and nothing else.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterable
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from course.mnist.model import Net
from exercises.errors import OneLine

HEADER = 64 * 1024  # bytes that names and metadata may take on top of the numbers
BEGINNINGS = {  # of files that are often handed in instead
    b"PK": "a zip file, as torch.save makes it",
    b"\x80": "a pickle",
    b"\x89HDF": "an HDF5 file, as Keras makes it",
    b"version ": "a Git LFS pointer, not the file itself",
}
SAVE = "Make it with course.mnist.checkpoint.save(net, path)."


class CheckpointError(OneLine, ValueError):
    """A file that holds no usable weights; the message says what came and what to do."""


def save(net: nn.Module, path: str | os.PathLike[str], **notes: object) -> Path:
    """Where the weights of ``net`` now are; ``notes`` (an epoch, a seed) go into the file as text.

    Written beside ``path`` and then renamed, so that an interruption at any moment leaves either
    the old file or the new one.  Raises CheckpointError for NaN or infinite weights, and leaves the
    old file alone.
    """
    path = Path(path)
    state = {
        name: tensor.detach().to("cpu", torch.float32).contiguous()
        for name, tensor in net.state_dict().items()
    }
    _finite(state, "These weights", "Not saved: what was saved before stays.")
    content = safetensors.torch.save(state, {name: str(note) for name, note in notes.items()})
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def load(path: str | os.PathLike[str], net: nn.Module | None = None) -> nn.Module:
    """``net`` (a new Net by default) with the weights in ``path``; raises CheckpointError.

    Names, shapes and dtypes must be exactly the network's own, every number finite, and the file no
    larger than the network needs.  On an error ``net`` keeps the weights that it had.
    """
    net = Net() if net is None else net
    net.load_state_dict(read(_content(Path(path), net), net, Path(path).name))
    return net


def read(content: bytes, net: nn.Module, name: str = "These weights") -> dict[str, Tensor]:
    """The state dict, checked against ``net``, that a file's ``content`` holds."""
    wanted = {key: tuple(value.shape) for key, value in net.state_dict().items()}
    if len(content) > _limit(net):
        raise _oversized(name, len(content), net)
    try:
        state = safetensors.torch.load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as why:
        raise CheckpointError(
            f"{name} is no safetensors file: {_looks_like(content, why)}. {SAVE}"
        ) from None
    if missing := wanted.keys() - state.keys():
        raise CheckpointError(
            f"{name} lacks {_listed(missing)}; it holds {_listed(state) or 'nothing'}. {SAVE}"
        )
    if extra := state.keys() - wanted.keys():
        raise CheckpointError(
            f"{name} holds {_listed(extra)}, which this network does not have. Save the network of "
            f"the lab, with its own layers' names. {SAVE}"
        )
    for key, shape in wanted.items():
        came = tuple(state[key].shape)
        if came != shape:
            raise CheckpointError(
                f"{name}: {key} should have shape {_by(shape)}, came {_by(came)}."
                f"{_transposed(shape, came)} {SAVE}"
            )
        if state[key].dtype != torch.float32:
            raise CheckpointError(
                f"{name}: {key} should be torch.float32, came {state[key].dtype}. Save net.float()."
            )
    _finite(state, name, "Train again with a smaller rate, or hand in an earlier checkpoint.")
    return state


def _content(path: Path, net: nn.Module) -> bytes:
    """The file's bytes; one more than allowed is enough to know that it is too large."""
    try:
        # Not blocking: what is handed in may be a named pipe, which nobody will ever write to.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise CheckpointError(f"{path.name} is a folder or a device, not a file. {SAVE}")
            if (size := os.fstat(file.fileno()).st_size) > _limit(net):
                raise _oversized(path.name, size, net)
            return file.read(_limit(net) + 1)
    except FileNotFoundError:
        raise CheckpointError(f"There is no file {path.name}. {SAVE}") from None
    except OSError as why:
        raise CheckpointError(f"{path.name} cannot be read: {why.strerror}. {SAVE}") from None


def _limit(net: nn.Module) -> int:
    return HEADER + sum(4 * value.numel() for value in net.state_dict().values())


def _oversized(name: str, size: int, net: nn.Module) -> CheckpointError:
    return CheckpointError(
        f"{name} has {size:,} bytes or more; this network's weights need at most {_limit(net):,}. "
        f"Save the weights alone, not the optimiser, as float32. {SAVE}"
    )


def _finite(state: dict[str, Tensor], name: str, then: str) -> None:
    for key, value in state.items():
        if bad := int((~torch.isfinite(value)).sum()):
            raise CheckpointError(
                f"{name}: {key} has {bad:,} of {value.numel():,} numbers that are NaN or infinite. "
                + then
            )


def _looks_like(content: bytes, why: Exception) -> str:
    if not content:
        return "it is empty"
    for beginning, what in BEGINNINGS.items():
        if content.startswith(beginning):
            return f"it looks like {what}"
    return f"{why}".splitlines()[0][:200] if str(why) else type(why).__name__


def _transposed(wanted: tuple[int, ...], came: tuple[int, ...]) -> str:
    """A hint where the same numbers came in another order, as TensorFlow has them."""
    if sorted(wanted) != sorted(came):
        return ""
    return " Same lengths, other order: was it ported from TensorFlow without being transposed?"


def _listed(names: Iterable[object]) -> str:
    shown = sorted(str(name)[:60] for name in names)
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "of a single number"
