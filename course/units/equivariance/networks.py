"""The weights of two small networks that were trained on the unit's own digits.

``tools/train_equivariance.py`` made them.  Both have the same layers: a convolution of 8 filters
5 x 5, ReLU, pooling, a convolution of 16 filters 3 x 3, ReLU, pooling, and a dense layer of 10.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("networks.npz")
POOLINGS = ("max", "blur")


def weights(pooling: str) -> dict[str, np.ndarray]:
    """The weights and biases of the network with this pooling, ``"max"`` or ``"blur"``.

    ``conv1_weights`` and ``conv2_weights`` in layout KDFF, ``dense_weights`` K x (D H W), and the
    biases of each, of K numbers.  Raises ValueError for another pooling.
    """
    if pooling not in POOLINGS:
        raise ValueError(f"the pooling is one of {', '.join(POOLINGS)}, not {pooling!r}")
    with np.load(FILE) as stored:
        start = f"{pooling}_"
        return {name.removeprefix(start): stored[name] for name in stored if name.startswith(start)}
