"""A few rounds of the fuzzer, always the same ones: ``python -m benchmarks.fuzz`` goes on."""

import json
import random

import pytest

from benchmarks.fuzz import JSON, KINDS, MAKERS, round_of, task, wrong_with
from benchmarks.fuzz import notebook as submission

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]
ROUNDS = 4


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_breaks_and_nothing_is_earned(kind, number):
    assert round_of(kind, 1_000_000 + number) == ""


def test_a_round_can_be_made_again():
    """Cells have ids by chance, and nothing else is."""
    for kind, make in MAKERS.items():
        if kind == "notebooks":
            continue  # it may have no cells, or no JSON, left
        one, two = (json.loads(make(random.Random("x 5")).notebook) for _ in range(2))
        assert [c["source"] for c in one["cells"]] == [c["source"] for c in two["cells"]]


def test_no_round_changes_what_later_ones_draw_from():
    """After a quarter of an hour the fuzzer put such parts into themselves, and tried no more."""
    before = repr(JSON)
    for number in range(400):
        MAKERS["notebooks"](random.Random(f"notebooks {number}"))
    assert repr(JSON) == before


def test_the_fuzzer_notices():
    """Or it could find nothing whatever happened."""
    right = submission("def number(W, H): return W * H")
    assert "points were earned" in wrong_with(task(right))
