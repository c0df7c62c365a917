"""One thing is not called many, in no panel at no setting that was tried."""

from __future__ import annotations

import importlib
import re
from html import unescape
from random import Random

import pytest

from benchmarks.sliders import PANELS

pytestmark = pytest.mark.slow

CALLS = [(unit, call) for unit, calls in PANELS.items() if unit != "mnist" for call, _ in calls]
# "1 windows" and "1 fit", but not "S = 1 windows", "0.1 points" or "5 × 1 weights"
MANY = re.compile(
    r"(?<!= )(?<!× )(?<![\d.,:×^/-])\b1 (?:(?:output|input|hidden|other) )?(windows|rows|columns|zeros|"
    r"numbers|cells|filters|outputs|weights|pixels|channels|maps|inputs|places|steps|points|layers|"
    r"parameters|multiplications|neighbours|maxima|copies|sums|stamps|biases|images|digits|threads|"
    r"shifts|units|(?<!of 1 )(?:fit|read|see|touch|differ|are|were))\b"
)
SETTINGS = 40


@pytest.mark.parametrize(("unit", "call"), CALLS, ids=lambda value: value.partition("(")[0])
def test_one_thing_is_not_called_many(unit, call):
    panels = importlib.import_module(f"course.units.{unit}.panels")
    shown = eval(f"panels.{call}", {"panels": panels})
    random, sliders = Random(0), list(shown.sliders.values())
    for number in range(SETTINGS):
        for slider in sliders:
            ends = (slider.min, slider.max, 1 if slider.min <= 1 <= slider.max else slider.min)
            slider.value = random.choice(ends) if number % 2 else random.randint(*ends[:2])
        drawn = unescape(" ; ".join(re.findall(r">([^<>]+)<", shown.picture.svg)))
        for said in (shown.picture.alt, drawn):
            assert not MANY.search(said), (shown.values, MANY.search(said)[0], said)
