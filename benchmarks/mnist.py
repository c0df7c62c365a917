"""How much faster the lab's recipe trains the notes' network than PyTorch's own example loop.

    python benchmarks/mnist.py [--quick] [--seeds 20] [--device cuda]

Both train the same 3,274,634 parameters on the same 55,000 digits, side by side in one process:
recipes between the loop's epochs, so that both meet the same machine.  What is timed is training
alone, from digits in memory (uint8) to the trained network:

- the plain loop: network, optimiser and DataLoader made, and whole epochs until the test accuracy
  is at least 99.0 %; the test itself is not timed;
- the recipe: everything in ``fast.train``: weights and order drawn, hard digits chosen, optimisers
  made, trained, copied into the full 28x28 network, which is then tested, untimed.

A warm-up of each comes first; what it took is printed too.  The recipe was tuned on the validation
set (``--tune``, which never reads the test set); the test set is read here.  The last line is
``ratio=N.N mean_accuracy=NN.NN seeds=20``: medians of both times, and the mean over the seeds; the
bar on two CPU cores is a ratio of 50 at 99.0 %.

With ``--device cuda`` the recipe is one CUDA graph, and three times are printed: training alone,
with the test, and cold from the start of a process; and beside them the recipe published as
training MNIST to 99 % in 0.76 s on a GPU, done anew.  The plain loop runs on the card as well.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from ast import literal_eval
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course.mnist import data, fast, graph, plain
from course.mnist.data import Digits, Mnist

GOAL = 99.0  # %
BAR = 50.0
PLAIN_SEEDS = 3
MOST_EPOCHS = 6
QUICK_SEEDS, QUICK_STEPS = 3, 40
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "mnist"


def main() -> None:
    """Measure what the arguments say, and print the figure last."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few seeds, the loop's time projected")
    parser.add_argument("--seeds", type=int, default=20, help="trainings of the recipe")
    parser.add_argument("--plain-seeds", type=int, default=PLAIN_SEEDS, help="of the plain loop")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--data", help="a folder with MNIST's four files")
    parser.add_argument(
        "--tune", nargs="*", metavar="FIELD=VALUE,…", help="variants, on validation"
    )
    parser.add_argument("--cold", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    device = torch.device(asked.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        sys.exit("There is no CUDA device that torch can use here. Leave out --device cuda.")
    digits = data.load(asked.data or (BESIDE if BESIDE.is_dir() else None))
    if not digits.real:
        sys.exit(digits.source)
    digits = Mnist(
        *(part.to(device) for part in (digits.train, digits.validation, digits.test)), ""
    )
    seeds = min(asked.seeds, QUICK_SEEDS) if asked.quick else asked.seeds
    if asked.tune is not None:
        return tune(digits, asked.tune or [""], seeds)
    if asked.cold:
        return print(accuracy(graph.Graph(digits.train).train(0), digits.test, data.as_input))
    print(f"{machine(device)}; torch {torch.__version__}")
    print(f"{len(digits.train):,} digits to train on; load {os.getloadavg()[0]:.1f}", flush=True)
    if device.type == "cuda":
        on_the_card(digits, seeds)
    figures = side_by_side(digits, seeds, 1 if asked.quick else asked.plain_seeds, asked.quick)
    return print(figures)


# --- side by side ---------------------------------------------------------------------------------


@dataclass
class Times:
    """Seconds and test accuracies (%), run by run."""

    seconds: list[float]
    accuracies: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        spread = statistics.pstdev(self.accuracies)
        return (
            f"median {self.median:7.3f} s, {min(self.seconds):.3f} to {max(self.seconds):.3f}; "
            f"test accuracy {statistics.mean(self.accuracies):.3f} ± {spread:.3f} %, "
            f"{min(self.accuracies):.2f} to {max(self.accuracies):.2f}"
        )


def side_by_side(digits: Mnist, seeds: int, plain_seeds: int, quick: bool) -> str:
    """Both, taking turns; the last line."""
    first = timed(lambda: recipe(digits.train)(0), digits.train)[0]
    again = recipe(digits.train)
    print(f"the recipe's first training in this process: {first:.2f} s (not counted)")
    next(plain.epochs(digits.train, 0, digits.train.labels.device, steps=2))
    ours, theirs = Times([], []), Times([], [])
    waiting = iter(range(seeds))
    turns = plain_seeds * (1 if quick else 2) + 1
    in_turn = -(-seeds // turns)

    def some() -> None:
        for _, seed in zip(range(in_turn), waiting, strict=False):
            seconds, net = timed(lambda seed=seed: again(seed), digits.train)
            ours.seconds.append(seconds)
            ours.accuracies.append(accuracy(net, digits.test, data.as_input))

    for seed in range(plain_seeds):
        some()
        for epoch in plain_run(digits, seed, quick):
            theirs_now = epoch
            some()
        theirs.seconds.append(theirs_now[0])
        theirs.accuracies.append(theirs_now[1])
    in_turn = seeds
    some()
    print(f"plain loop   {theirs}")
    print(f"the recipe   {ours}")
    if quick:
        print("--quick: the plain loop's time is projected, and its accuracy not measured")
    mean = statistics.mean(ours.accuracies)
    ratio = theirs.median / ours.median
    met = "met" if ratio >= BAR and mean >= GOAL else "MISSED"
    print(f"the bar, {BAR:.0f} times at {GOAL} % on two CPU cores, is {met}")
    print(
        f"load at the end {os.getloadavg()[0]:.1f}; quickest against quickest "
        f"{min(theirs.seconds) / min(ours.seconds):.1f}"
    )
    return f"ratio={ratio:.1f} mean_accuracy={mean:.2f} seeds={len(ours.seconds)}"


def plain_run(digits: Mnist, seed: int, quick: bool) -> Iterator[tuple[float, float]]:
    """Seconds and test accuracy after each epoch, up to the goal."""
    device = digits.train.labels.device
    if quick:
        epoch = next(plain.epochs(digits.train, seed, device, steps=QUICK_STEPS))
        steps = 2 * -(-len(digits.train) // plain.BATCH)
        yield epoch.seconds * steps / epoch.steps, float("nan")
        return
    for number, epoch in enumerate(plain.epochs(digits.train, seed, device), 1):
        right = accuracy(epoch.net, digits.test, plain.standardised)
        print(
            f"plain loop, seed {seed}, epoch {number}: {epoch.seconds:.1f} s, {right:.2f} %",
            flush=True,
        )
        yield epoch.seconds, right
        if right >= GOAL or number == MOST_EPOCHS:
            return


def recipe(train: Digits) -> Callable[[int], nn.Module]:
    """From a seed to a trained network: a CUDA graph on a card, plainly elsewhere."""
    if train.labels.is_cuda:
        return graph.Graph(train).train
    return lambda seed: fast.train(train, seed=seed)


def timed(run: Callable[[], nn.Module], on: Digits) -> tuple[float, nn.Module]:
    """Seconds, and what ``run`` returned; a card is waited for."""
    wait = torch.cuda.synchronize if on.labels.is_cuda else lambda: None
    wait()
    start = time.perf_counter()
    made = run()
    wait()
    return time.perf_counter() - start, made


@torch.inference_mode()
def accuracy(net: nn.Module, digits: Digits, prepare: Callable[[Tensor], Tensor]) -> float:
    """% of the digits that the network, in float32, gets right."""
    net.eval()
    right = torch.zeros((), device=digits.labels.device)
    for start in range(0, len(digits), 1000):
        part = digits[start : start + 1000]
        right += (net(prepare(part.images)).argmax(1) == part.labels).sum()
    return 100 * right.item() / len(digits)


def machine(device: torch.device) -> str:
    """What this ran on, in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor()}, {torch.get_num_threads()} threads"


# --- tuning: the validation set alone -------------------------------------------------------------


def tune(digits: Mnist, variants: list[str], seeds: int) -> None:
    """A line for each variant of the recipe: its accuracy on the validation set, its time."""
    for variant in variants:
        pairs = (pair.split("=") for pair in variant.split(",") if pair)
        changed = replace(fast.FASTEST, **{field: literal_eval(value) for field, value in pairs})
        times = Times([], [])
        for seed in range(seeds):
            seconds, net = timed(lambda s=seed: fast.train(digits.train, changed, s), digits.train)
            times.seconds.append(seconds)
            times.accuracies.append(accuracy(net, digits.validation, data.as_input))
        print(f"{variant or 'as it ships':32} {times}".replace("test", "validation"), flush=True)


# --- on a card ------------------------------------------------------------------------------------


def on_the_card(digits: Mnist, seeds: int) -> None:
    """Training alone, with the test, and cold, beside the published recipe."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, __file__, "--device", "cuda", "--cold", *sys.argv[1:]],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    print(
        f"cold, from the start of a process, data read, graph captured: "
        f"{time.perf_counter() - start:.2f} s"
    )
    for name, run in {
        "published": lambda seed: published(digits.train, seed),
        "the recipe, no graph": lambda seed: fast.train(digits.train, seed=seed),
        "the recipe": recipe(digits.train),
    }.items():
        run(0)
        alone, tested = Times([], []), Times([], [])
        for seed in range(seeds):
            seconds, net = timed(lambda seed=seed, run=run: run(seed), digits.train)
            start = time.perf_counter()
            right = accuracy(net, digits.test, data.as_input)
            alone.seconds.append(seconds)
            tested.seconds.append(seconds + time.perf_counter() - start)
            alone.accuracies.append(right)
        print(
            f"{name:22} training alone {alone}; with the test, median {statistics.median(tested.seconds):.3f} s"
        )


class Small(nn.Module):
    """The published recipe's own, smaller network: 24 and 32 filters, then 256 units.

    The source is https://github.com/tuomaso/train_mnist_fast, step 8: one epoch in batches of 256,
    Adam with betas 0.7 and 0.9, a one-cycle rate up to 0.01, digits standardised beforehand.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 24, 5), nn.Conv2d(24, 32, 3)
        self.dense1, self.dense2 = nn.Linear(800, 256), nn.Linear(256, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = (x - plain.MEAN) / plain.DEVIATION if not self.training else x
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        return self.dense2(F.relu(self.dense1(x.flatten(1))))


PREPARED: dict[int, Tensor] = {}  # standardised once, as there, by the digits' place in memory


def published(digits: Digits, seed: int) -> nn.Module:
    """The published recipe's network after its one epoch."""
    key = digits.images.data_ptr()
    if key not in PREPARED:
        PREPARED[key] = plain.standardised(digits.images)
    every, batch = PREPARED[key], 256
    torch.manual_seed(seed)
    net = Small().to(every.device).train()
    steps = -(-len(digits) // batch)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01, betas=(0.7, 0.9))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=0.01, total_steps=steps, cycle_momentum=False
    )
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        loss = F.cross_entropy(net(every[part]), digits.labels[part])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net


if __name__ == "__main__":
    main()
