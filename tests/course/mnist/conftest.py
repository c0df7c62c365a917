"""MNIST for the tests: the original files where this machine has them, else a skip."""

from __future__ import annotations

import os
from pathlib import Path

import pooch
import pytest
import torch

from course.mnist import data

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "mnist"


@pytest.fixture(scope="session")
def mnist():
    """The real thing; read once, never changed."""
    cache = Path(pooch.os_cache("sliding-windows")) / "mnist"
    places = [BESIDE, Path(os.environ.get(data.FOLDER_VARIABLE, cache))]
    for folder in places:
        if all((folder / file.name).is_file() for file in data.FILES.values()):
            return data.load(folder)
    pytest.skip(f"MNIST's four files are in none of {', '.join(map(str, places))}")


@pytest.fixture(scope="session")
def digits():
    """scikit-learn's digits in MNIST's format: always there."""
    return data.stand_in("For a test.")


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other make a busy machine slow, and sums differ by their order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
