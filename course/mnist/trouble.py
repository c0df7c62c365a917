"""What went wrong while training, as a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import torch

from exercises.errors import OneLine

OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
# The name since torch 2.5; before, it was CUDA's own.
GPU_MEMORY = getattr(torch, "OutOfMemoryError", torch.cuda.OutOfMemoryError)
OF_THE_GPU = (
    "cuda error",
    "cudnn",
    "cublas",
    "device-side",
    "no cuda gpus",
    "no nvidia driver",
    "hip error",
    "mps",
)


class TrainingStopped(OneLine, RuntimeError):
    """Training ended before its end; the message says why, what is safe and what to do."""


class NotFinite(ArithmeticError):
    """The loss, or a weight, is NaN or infinite."""


def sentence(
    error: BaseException,
    *,
    batch: int,
    device: torch.device,
    path: Path | None = None,
    saved: Path | None = None,
) -> str | None:
    """What to tell the student about ``error``; None where the error speaks for itself.

    ``batch`` and ``device`` are those in use, ``path`` is where checkpoints go, and ``saved`` is
    the last one that this training wrote, if any.
    """
    told = _cause(error, batch, device)
    return told and f"{told} {_safe(path, saved)}"


def _cause(error: BaseException, batch: int, device: torch.device) -> str | None:
    said = str(error).lower()
    if isinstance(error, NotFinite):
        return (
            f"{str(error).rstrip('.')}. Steps that are too large do this. Make a new network and "
            "train it with a smaller rate, rate=0.001 to begin with; if it happens again, look for "
            "a division by zero or a logarithm of 0 in your loss."
        )
    if isinstance(error, MemoryError | GPU_MEMORY) or any(words in said for words in OUT_OF_MEMORY):
        elsewhere = "" if device.type == "cpu" else ", or train with device='cpu'"
        return (
            f"Out of memory with batches of {batch}. Try "
            f"batch={max(1, batch // 2)}, restart the kernel to free what other cells "
            f"hold{elsewhere}."
        )
    gone = getattr(torch, "AcceleratorError", ())
    if isinstance(error, gone) or (
        isinstance(error, RuntimeError) and any(words in said for words in OF_THE_GPU)
    ):
        first = str(error).splitlines()[0][:160]
        return (
            f"The GPU failed or is gone ({first}). Restart the kernel, since "
            "this one cannot use it again, and run the cell once more; device='cpu' works without "
            "a GPU."
        )
    return None


def _safe(path: Path | None, saved: Path | None) -> str:
    if saved is not None:
        return (
            f"What was learned up to the last checkpoint is safe: checkpoint.load({str(saved)!r})."
        )
    if path is not None and path.exists():
        return f"Nothing had been saved yet; {path} is still what an earlier training saved."
    return "Nothing had been saved yet."
