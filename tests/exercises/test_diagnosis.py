"""A diagnosis breaks on no answer, whatever it holds and however the function was called."""

from __future__ import annotations

import numpy as np

from exercises.diagnosis import regions, relations
from exercises.public import Exercise, Input


def of(signature, inputs):
    return Exercise("f", signature, "a number", 1.0, examples=tuple(inputs))


def test_a_region_is_looked_for_where_an_argument_was_left_to_its_default():
    inputs = [Input((n,) if n < 10 else (n, 2), 2 * n) for n in range(20)]
    told = regions.explain(of("f(n, step=None)", inputs), [2 * n - n % 2 for n in range(20)])
    assert told.says == "right wherever n is even; what is wrong has n is odd"


def test_numbers_that_are_none_are_no_multiple_of_the_right_ones():
    rights = [np.arange(6.0).reshape(2, 3) + n for n in range(4)]
    exercise = of("f(n)", [Input((n,), right) for n, right in enumerate(rights)])
    for strange in (np.nan, np.inf, -np.inf):
        assert relations.explain(exercise, [np.full((2, 3), strange)] * 4) is None
    assert "2 times" in relations.explain(exercise, [2 * right for right in rights]).says


def test_of_many_rules_the_smallest_that_holds_is_told():
    inputs = [Input((n, m), n + m) for n in range(1, 9) for m in range(1, 9)]
    exercise = of("f(n, m)", inputs)
    told = regions.explain(exercise, [n + m if m == 1 else 0 for n in range(1, 9)
                                      for m in range(1, 9)])  # fmt: skip
    assert told.says == "right wherever m = 1; what is wrong has m ≠ 1"
    told = regions.explain(exercise, [n + m if n <= 4 and m <= 3 else 0 for n in range(1, 9)
                                      for m in range(1, 9)])  # fmt: skip
    assert told.says == "right wherever n ≤ 4 and m ≤ 3; what is wrong has n > 4 or m > 3"
