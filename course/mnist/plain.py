"""The loop that most people start from, as PyTorch's own MNIST example has it.

A Dataset that opens each digit as a picture and transforms it, a DataLoader that shuffles and
stacks them, Adadelta at rate 1.0 falling to 0.7 of itself each epoch, float32, negative log
likelihood of a log-softmax, and the loss printed every ten batches.  torchvision's ``ToTensor`` and
``Normalize`` are done here in the same steps, with Pillow as there.  The network is the notes' own,
and so is the batch size: 128, which is faster than the example's 64.

The source is https://github.com/pytorch/examples/blob/main/mnist/main.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from course.mnist.data import Digits
from course.mnist.model import Net

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's pixels, as the example has them
BATCH = 128
LOOK_EVERY = 10


class Pictures(Dataset):
    """Each digit as Pillow's picture, then as a standardised tensor 1 x 28 x 28, with its label."""

    def __init__(self, digits: Digits) -> None:
        from PIL import Image  # here, because nothing else in the lab needs Pillow

        self.picture = Image.fromarray
        # Pillow's pictures are in the machine's memory, wherever the digits are.
        self.images, self.labels = digits.images.cpu(), digits.labels.cpu()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = self.picture(self.images[index].numpy())
        # ToTensor: HWC bytes to CHW from 0 to 1.
        pixels = torch.from_numpy(np.array(picture, copy=True)).view(28, 28, 1)
        x = pixels.permute(2, 0, 1).contiguous().to(torch.float32).div(255)
        # Normalize.
        return x.clone().sub_(MEAN).div_(DEVIATION), int(self.labels[index])


@dataclass(frozen=True)
class Epoch:
    """The network after an epoch, and the seconds that training it took so far."""

    net: nn.Module
    seconds: float
    steps: int


def epochs(
    digits: Digits, seed: int, device: torch.device | str = "cpu", steps: int | None = None
) -> Iterator[Epoch]:
    """One Epoch after another, without end; the clock stands while the caller looks at one.

    The clock runs from here: network, optimiser and DataLoader are made while it does.  ``steps``
    cuts each epoch short.
    """
    start = time.perf_counter()
    torch.manual_seed(seed)
    net = Net().to(device)
    optimiser = torch.optim.Adadelta(net.parameters(), lr=1.0)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, step_size=1, gamma=0.7)
    loader = DataLoader(Pictures(digits), batch_size=BATCH, shuffle=True)
    seconds, done = 0.0, 0
    while True:
        net.train()
        for step, (x, labels) in enumerate(loader):
            if step == steps:
                break
            x, labels = x.to(device), labels.to(device)
            optimiser.zero_grad()
            loss = F.nll_loss(F.log_softmax(net(x), dim=1), labels)
            loss.backward()
            optimiser.step()
            if step % LOOK_EVERY == 0:
                loss.item()  # the example prints it
            done += 1
        schedule.step()
        if x.is_cuda:
            torch.cuda.synchronize(x.device)
        seconds += time.perf_counter() - start
        yield Epoch(net, seconds, done)
        start = time.perf_counter()


def standardised(images: Tensor) -> Tensor:
    """What this network was trained on, N x 1 x 28 x 28, for uint8 images N x 28 x 28."""
    return (images.unsqueeze(1).float() / 255 - MEAN) / DEVIATION
