"""Half precision is taken where it pays: as the processor says when it is asked, not by its name."""

import os
import subprocess
import sys

import pytest
import torch

from course.mnist import fast, ladder, native

CPU = torch.device("cpu")
pytestmark = pytest.mark.filterwarnings("ignore:.*os.fork.*")


@pytest.fixture
def pays(monkeypatch):
    def decide(single, half):
        monkeypatch.setattr(native, "paces", lambda: native.Paces(single, half))

    return decide


def test_the_faster_one_is_taken(pays):
    pays(0.002, 0.001)
    assert native.half_pays(CPU) and fast.recipe_for(CPU) is fast.FASTEST
    assert ladder.ladder_for(CPU) is ladder.LADDER
    pays(0.001, 0.008)
    assert not native.half_pays(CPU) and fast.recipe_for(CPU) is fast.SINGLE


def test_without_half_precision_no_rung_has_it_and_nothing_else_differs(pays):
    pays(0.001, 0.008)
    rungs = ladder.ladder_for(CPU)
    assert len(rungs) == len(ladder.LADDER)
    assert not any(rung.recipe.half for rung in rungs if rung.recipe)
    for here, there in zip(rungs, ladder.LADDER, strict=True):
        if there.recipe is not ladder.HALF:
            assert (here.name, here.why, here.samples) == (there.name, there.why, there.samples)
    assert "bf16" not in " ".join(rung.name for rung in rungs)
    assert rungs[-1].recipe == fast.SINGLE


def test_it_is_said_in_words(pays):
    pays(0.002, 0.001)
    assert str(native.paces()) == (
        "float32 2.0 ms, bf16 1.0 ms: half precision is 2.0 times faster on this processor"
    )
    pays(0.001, 0.0075)
    assert "bf16 7.5 ms: half precision is 7.5 times slower" in str(native.paces())


def test_a_device_that_nobody_measured_computes_in_float32(monkeypatch):
    monkeypatch.setattr(native, "paces", lambda: native.Paces(2, 1))
    assert not native.half_pays(torch.device("mps"))


@pytest.mark.slow
def test_a_processor_that_is_told_to_do_without_bf16_is_believed():
    """oneDNN emulates it there, several times slower: seen on AMD's Zen 3."""
    told = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    code = "from course.mnist import native; print(native.paces().half_pays)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"


def test_the_trained_network_does_not_depend_on_where_it_is_said(digits, monkeypatch):
    """Without a recipe the machine's own is used, and no other."""
    seen = []
    monkeypatch.setattr(
        fast, "learn", lambda recipe, *_: seen.append(recipe) or (_ for _ in ()).throw(KeyError)
    )
    for paces, wanted in (((2, 1), fast.FASTEST), ((1, 2), fast.SINGLE)):
        monkeypatch.setattr(native, "paces", lambda paces=paces: native.Paces(*paces))
        with pytest.raises(KeyError):
            fast.train(digits.train)
        assert seen.pop() is wanted
