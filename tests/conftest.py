"""Settings for all tests, and how they are shared out when they run in parallel."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import autograder.workers.startup  # noqa: F401  before all that imports nbformat

# Machines are shared and noisy: a slow example is no failure, and a failure must come back.
settings.register_profile("course", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("quick", settings.get_profile("course"), max_examples=25)  # make check
settings.load_profile("course")

# Threads that wait for each other make a busy machine slow: each worker takes its share of the
# cores, and so does what it starts.  Set before anything imports NumPy or torch.
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
if WORKERS > 1:
    share = max(1, (os.cpu_count() or 1) // WORKERS)
    os.environ.setdefault("OMP_NUM_THREADS", str(share))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(share))

# --- which worker runs what -----------------------------------------------------------------------

UNITS = {path.parent.name for path in (Path(__file__).parents[1] / "source").glob("*/unit.ipynb")}
SECONDS = {"slow": 8.0, "browser": 8.0, "sandbox": 2.0}  # of a test with this marker; a guess


def group_of(nodeid: str) -> str:
    """Whose tests run one after the other in one worker, because they share what is costly.

    These are a module's, whose server or trained network is made once; where a module looks at
    every unit, those of one unit, whose class is graded once.
    """
    module, _, test = nodeid.partition("::")
    unit = re.search(r"\[(\d\d-[a-z-]+[a-z])", test)
    return f"{module} {unit[1]}" if unit and unit[1] in UNITS else module


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups that take longest, so that no worker is left with one at the end."""
    seconds: dict[str, float] = defaultdict(float)
    for item in items:
        kinds = [SECONDS[mark.name] for mark in item.iter_markers() if mark.name in SECONDS]
        seconds[group_of(item.nodeid)] += max(kinds, default=0.1)
        if more := item.get_closest_marker("timeout"):  # who needs more than others takes long
            group = group_of(item.nodeid)
            seconds[group] = max(seconds[group], more.args[0] / 2)
    if WORKERS > 1:
        items.sort(key=lambda item: -seconds[group_of(item.nodeid)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out groups, in the order in which they were collected."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False  # by their number of tests
    return Groups(config, log)


# --- what tests need ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sandbox() -> None:
    """Skips where no sandbox can be had."""
    from autograder.sandbox.available import NoSandbox, require

    try:
        require()
    except NoSandbox as error:
        pytest.skip(str(error))


# --- nothing is skipped unseen --------------------------------------------------------------------

LACKING = {"gpu": "a GPU", "fetched": "what is fetched with npm"}


def _refused(report: Any, may_skip: bool) -> Any:
    """The report, as a failure where CI skipped what it has to run."""
    if os.environ.get("CI") == "true" and report.skipped and not may_skip:
        *_, reason = report.longrepr if isinstance(report.longrepr, tuple) else (report.longrepr,)
        report.outcome = "failed"
        report.longrepr = (
            f"CI skips nothing but what needs {' or '.join(LACKING.values())}. {reason}"
        )
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """A module that skips itself has not been tested."""
    return _refused((yield), may_skip=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test may be skipped for want of what its marker names (LACKING), and for nothing else."""
    report = yield
    expected_to_fail = hasattr(report, "wasxfail")
    lacking = any(map(item.get_closest_marker, LACKING))
    return _refused(report, may_skip=expected_to_fail or lacking)
