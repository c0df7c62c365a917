"""A network as TensorFlow would keep it, and the test of whoever carries it to PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from course.mnist.data import Digits, as_input
from course.mnist.model import Net

MAPS = (7, 7, 64)  # H, W, C of what the first dense layer reads


def as_tensorflow(net: Net) -> dict[str, np.ndarray]:
    """The weights of ``net`` in TensorFlow's layouts: HWIO, and HWC x O."""
    height, width, channels = MAPS
    found = {name: value.detach().cpu() for name, value in net.state_dict().items()}
    maps = found["dense1.weight"].unflatten(1, (channels, height, width))
    found["dense1.weight"] = torch.einsum("ochw->hwco", maps).flatten(0, 2)
    found["dense2.weight"] = found["dense2.weight"].t()
    for name in ("conv1.weight", "conv2.weight"):
        found[name] = torch.einsum("oihw->hwio", found[name])
    return {name: value.numpy() for name, value in found.items()}


def compare(
    kept: dict[str, np.ndarray],
    original: Net,
    digits: Digits,
    port_conv: Callable,
    port_dense: Callable,
) -> str:
    """How well a network with ``kept`` weights, ported by the student, agrees with ``original``."""
    try:
        state = {
            **kept,
            "conv1.weight": port_conv(kept["conv1.weight"]),
            "conv2.weight": port_conv(kept["conv2.weight"]),
            "dense1.weight": port_dense(kept["dense1.weight"], *MAPS),
            "dense2.weight": kept["dense2.weight"].T,
        }
        ported = Net()
        ported.load_state_dict({name: _tensor(value) for name, value in state.items()})
    except NotImplementedError:
        return "Write port_conv and port_dense, and run this cell again."
    except Exception as problem:
        return f"The ported weights do not fit: {str(problem).splitlines()[-1].strip()}"
    x = as_input(digits.images)
    with torch.no_grad():
        before, after = original.eval()(x), ported.eval()(x)
    agree = int((before.argmax(1) == after.argmax(1)).sum())
    apart = (before - after).abs().max().item()
    return (
        f"It says the same as the original of {agree} of {len(digits)} digits; "
        f"no score differs by more than {apart:.6f}."
    )


def _tensor(value: object) -> torch.Tensor:
    if isinstance(value, np.ndarray):
        value = np.ascontiguousarray(value)
    return torch.as_tensor(value).contiguous()
