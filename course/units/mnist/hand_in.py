"""The weights that a student hands in: loading them while grading, and their public check."""

from __future__ import annotations

import os
from pathlib import Path

from torch import nn

from course.mnist import checkpoint, data
from course.mnist.data import Mnist
from course.mnist.model import Net
from course.mnist.train import evaluate
from exercises.check import NotYet
from exercises.report import Report, show_report

FILE = "mnist.safetensors"
# While a notebook is graded nothing is trained and nothing downloaded.
GRADING = "NBGRADER_EXECUTION" in os.environ
FIRST_GOAL = 0.90  # of validation digits
GOALS = {True: 0.97, False: 0.95}  # by whether they are MNIST's


_found: Mnist | None = None


def digits(folder: str | os.PathLike[str] | None = None) -> Mnist:
    """The digits of this notebook, from ``folder`` if one is named; shown, they say what they are.

    They are looked for anew until they are MNIST's.  While grading it is the grader's machine that
    says where they are.
    """
    global _found
    if _found is None or not _found.real or folder:
        _found = data.load(None if GRADING else folder, download=not GRADING)
    return _found


def handed_in(path: str | os.PathLike[str] = FILE) -> Net:
    """The network with the weights at ``path``, or a new one where there are none; says which."""
    net, says = Net(), "Nothing is trained while grading or validating"
    try:
        checkpoint.load(path, net)
        print(f"{says}: {Path(path).name} is loaded instead.")
    except checkpoint.CheckpointError as problem:
        print(f"{says}. {problem} What follows shows a new network.")
    return net.eval()


def check_weights(path: str | os.PathLike[str] = FILE) -> None:
    """Look at the weights to be handed in.  Raises NotYet (an AssertionError) if they won't do.

    The grader asks the same of them, and reads digits of its own with them.
    """
    name = Path(path).name
    try:
        net = checkpoint.load(path)
    except checkpoint.CheckpointError as problem:
        report = Report(name, f"{name}: not usable yet. {problem}", False)
    else:
        report = _measured(name, net)
    show_report(report)
    if not report.passed:
        raise NotYet(report.headline)


def _measured(name: str, net: nn.Module) -> Report:
    known = _found or digits()
    if GRADING and not known.real:
        # These digits may not be the kind that the network learned; the grader has its own.
        return Report(name, f"{name}: right form. The grader reads its own digits with it.", True)
    share = evaluate(net, known.validation).accuracy
    of = f"right form, and it reads {share:.1%} of {len(known.validation):,} validation digits"
    goal = GOALS[known.real]
    if share >= goal:
        return Report(name, f"{name}: {of}. Hand it in.", True)
    says = f"{name}: {of}. The last points begin at {goal:.0%}: train with QUICK = False."
    return Report(name, says, share >= FIRST_GOAL)
