"""What went wrong while training, as a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import torch

OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
# The name since torch 2.5; before, it was CUDA's own.
GPU_MEMORY = getattr(torch, "OutOfMemoryError", torch.cuda.OutOfMemoryError)
OF_THE_GPU = ("cuda error", "cudnn", "cublas", "device-side", "no cuda gpus", "hip error", "mps")


class TrainingStopped(RuntimeError):
    """Training ended before its end; the message says why, what is safe and what to do."""


class NotFinite(ArithmeticError):
    """The loss is NaN or infinite."""


def sentence(error: BaseException, checkpoint: Path | None, batch: int) -> str | None:
    """What to tell the student about ``error``; None where the error speaks for itself.

    ``checkpoint`` is the last file saved, if any, and ``batch`` the batch size in use.
    """
    told = _cause(error, batch)
    return told and f"{told} {_safe(checkpoint)}"


def _cause(error: BaseException, batch: int) -> str | None:
    said = str(error).lower()
    if isinstance(error, NotFinite):
        return (
            f"Training stopped: {error}. Steps that are too large do this. Make a new network and "
            "train it with a rate ten times smaller; if it happens again, look for a division by "
            "zero or a logarithm of 0 in your loss."
        )
    if isinstance(error, MemoryError | GPU_MEMORY) or any(words in said for words in OUT_OF_MEMORY):
        return (
            f"Training stopped: out of memory with batches of {batch}. Try "
            f"batch={max(1, batch // 2)}, restart the kernel to free what other cells hold, or "
            "train with device='cpu'."
        )
    gone = getattr(torch, "AcceleratorError", ())
    if isinstance(error, gone) or (
        isinstance(error, RuntimeError) and any(words in said for words in OF_THE_GPU)
    ):
        first = str(error).splitlines()[0][:160]
        return (
            f"Training stopped: the GPU failed or is gone ({first}). Restart the kernel, since "
            "this one cannot use it again, and run the cell once more; device='cpu' works without "
            "a GPU."
        )
    return None


def _safe(checkpoint: Path | None) -> str:
    if checkpoint is None:
        return "Nothing had been saved yet."
    return (
        f"What was learned up to the last checkpoint is safe: checkpoint.load({str(checkpoint)!r})."
    )
