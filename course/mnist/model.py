"""The network of the notes, layer by layer.

Two convolutions with pooling, then two dense layers: 832 + 51,264 + 3,212,288 + 10,250 =
3,274,634 parameters, of which the first dense layer holds 98.1 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import torch
from torch import Tensor, nn

PARAMETERS = 3_274_634
KEEP = 0.75  # the notes give the share that dropout keeps; torch's p is the share that it drops


class Net(nn.Module):
    """Digits N x 1 x 28 x 28 (NCHW, 0 to 1) in, N x 10 scores (logits) out."""

    def __init__(self, keep: float = KEEP) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding="same")
        self.conv2 = nn.Conv2d(32, 64, kernel_size=5, padding="same")
        self.dense1 = nn.Linear(7 * 7 * 64, 1024)
        self.dense2 = nn.Linear(1024, 10)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(p=1 - keep)

    def forward(self, x: Tensor) -> Tensor:
        """Scores, N x 10, for pictures N x 1 x 28 x 28 (NCHW)."""
        x = self.pool(self.relu(self.conv1(x)))  # 32 maps of 28x28, then of 14x14
        x = self.pool(self.relu(self.conv2(x)))  # 64 maps of 14x14, then of 7x7
        x = self.relu(self.dense1(x.flatten(1)))  # 3,136 numbers to 1,024
        return self.dense2(self.dropout(x))


@dataclass(frozen=True)
class Row:
    """One layer as it ran: its name, the shape that came out (without N), its parameters."""

    layer: str
    shape: tuple[int, ...]
    parameters: int


class Table(list[Row]):
    """Rows in the order in which the layers ran, shown as a table with the sum below."""

    @property
    def parameters(self) -> int:
        """All parameters; a layer that ran twice was counted at its first run."""
        return sum(row.parameters for row in self)

    def _cells(self) -> list[tuple[str, str, str]]:
        rows = [
            (
                row.layer,
                " x ".join(map(str, row.shape)),
                f"{row.parameters:,}" if row.parameters else "",
            )
            for row in self
        ]
        return [*rows, ("all", "", f"{self.parameters:,}")]

    def __repr__(self) -> str:
        return "\n".join(
            f"{layer:<24}{shape:>14}{parameters:>14}"
            for layer, shape, parameters in [("layer", "shape", "parameters"), *self._cells()]
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th scope='col'>{name}</th>" for name in ("layer", "shape", "parameters"))
        body = "".join(
            f"<tr><th scope='row'>{escape(layer)}</th><td>{shape}</td><td>{parameters}</td></tr>"
            for layer, shape, parameters in self._cells()
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def layers(net: nn.Module, shape: tuple[int, ...] = (1, 28, 28)) -> Table:
    """What each layer of ``net`` makes of an input of ``shape`` (CHW): found by running it.

    Leaves the network as it was, its mode included.
    """
    table, seen = Table(), set()

    def note(layer: nn.Module, _: object, out: Tensor) -> None:
        count = 0 if layer in seen else sum(p.numel() for p in layer.parameters())
        seen.add(layer)
        table.append(Row(_named(names[layer], layer), tuple(out.shape[1:]), count))

    names = {layer: name for name, layer in net.named_modules() if not list(layer.children())}
    hooks = [layer.register_forward_hook(note) for layer in names]
    training = net.training
    try:
        device = next(net.parameters()).device
        with torch.no_grad():
            net.eval()(torch.zeros(1, *shape, device=device))
    finally:
        net.train(training)
        for hook in hooks:
            hook.remove()
    return table


def _count(parameters: int) -> str:
    return f"{parameters:,}" if parameters else ""


def _named(name: str, layer: nn.Module) -> str:
    kind = type(layer).__name__
    return name if name.lower() == kind.lower() else f"{name} ({kind})"
