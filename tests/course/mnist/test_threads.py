"""The lab takes as many threads as are fastest on this machine now."""

from __future__ import annotations

import pytest
import torch

from course.mnist.threads import take_the_faster


@pytest.fixture
def threads():
    """Two threads, and what there was afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("one", "all_of_them", "chosen"),
    [(1.0, 3.0, 1), (3.0, 1.0, 2), (0.95, 1.0, 2), (1.0, 1.0, 2)],
)
def test_the_faster_is_taken_and_all_where_they_are_equal(threads, one, all_of_them, chosen):
    took = take_the_faster(lambda: one if torch.get_num_threads() == 1 else all_of_them)
    assert took == torch.get_num_threads() == chosen


def test_a_single_slow_try_decides_nothing(threads):
    slow = iter([1.0, 9.0, 1.0, 0.5, 1.0, 9.0])  # one thread, all, one, all, ...
    assert take_the_faster(lambda: next(slow)) == 2


@pytest.mark.slow
def test_it_is_measured_on_a_real_training_and_leaves_the_random_numbers_alone(threads):
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    assert take_the_faster() in (1, 2)
    assert torch.equal(torch.rand(3), wanted)


def test_where_there_is_one_nothing_is_measured(threads):
    torch.set_num_threads(1)
    assert take_the_faster(lambda: pytest.fail("measured")) == 1
