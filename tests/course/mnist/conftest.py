"""MNIST for the tests: the original files where they lie beside the repository, else a skip."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "mnist"


@pytest.fixture(scope="session")
def mnist():
    """The real thing; read once, never changed."""
    from course.mnist import data

    if not BESIDE.is_dir():
        pytest.skip(f"MNIST's four files are not in {BESIDE}")
    return data.load(BESIDE)


@pytest.fixture(scope="session")
def digits():
    """scikit-learn's digits in MNIST's format: always there."""
    from course.mnist import data

    return data.stand_in("For a test.")


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other make a busy machine slow, and sums differ by their order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
