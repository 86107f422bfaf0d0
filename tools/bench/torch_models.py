"""Two models around pooling, trained by PyTorch with its own pooling and with clpool's.

``python -m clpool.tools.bench.torch_models`` times a step of each, in turn (extra ``torch``).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from clpool.interop.torch import installed

from . import rest


class Block(nn.Module):
    """Two convolutions of 3x3 and a way around them; a step of 2 halves the plane."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.around: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.around = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        return torch.relu(self.body(x) + self.around(x))


def resnet18(classes: int = 10) -> nn.Module:
    """ResNet-18: a maximum of 3x3 s2 after the first convolution, the average of planes at the end.

    Source: K. He, X. Zhang, S. Ren and J. Sun, Deep Residual Learning for Image Recognition, 2015.
    """
    widths = (64, 64, 128, 256, 512)
    blocks = [
        Block(inputs if part == 0 else outputs, outputs, 2 if part == 0 and outputs > 64 else 1)
        for inputs, outputs in pairwise(widths)
        for part in range(2)
    ]
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
        *blocks,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(512, classes),
    )


class SPPF(nn.Module):
    """Spatial pyramid pooling, fast: three maxima of 5x5 s1 in a row, all stages side by side.

    Source: the head of YOLOv5's backbone, after K. He et al., Spatial Pyramid Pooling, 2014.
    """

    def __init__(self, inputs: int, outputs: int, size: int = 5) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(inputs, inputs // 2, 1)
        self.pool = nn.MaxPool2d(size, 1, size // 2)
        self.join = nn.Conv2d(2 * inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, inputs, H, W) to (N, outputs, H, W)."""
        stages = [self.narrow(x)]
        for _ in range(3):
            stages.append(self.pool(stages[-1]))
        return self.join(torch.cat(stages, 1))


def step(model: nn.Module, x: torch.Tensor) -> tuple[float, list[torch.Tensor]]:
    """The loss of a step of training, the mean square of the model's result, and its gradients."""
    model.zero_grad(set_to_none=True)
    loss = model(x).square().mean()
    loss.backward()
    return loss.item(), [p.grad.clone() for p in model.parameters() if p.grad is not None]


#: Of each model its making, and the shape of its input when it is timed.
MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "ResNet-18": (resnet18, (8, 3, 224, 224)),
    "SPPF": (lambda: SPPF(256, 256), (8, 256, 40, 40)),
}


def timed(name: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of steps with torch's pooling and with clpool's, in turn, but of the first round."""
    torch.manual_seed(0)
    make, shape = MODELS[name]
    model, x = make().train(), torch.randn(shape)
    ways: dict[str, Any] = {"torch": nullcontext, "clpool": installed}
    times: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(rounds + 1):
        for way in list(ways)[:: 1 if number % 2 else -1]:
            with ways[way]():
                rest.settle()
                began = time.perf_counter()
                step(model, x)
                times[way].append(time.perf_counter() - began)
    return {way: seconds[1:] for way, seconds in times.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line of every model."""
    parser = argparse.ArgumentParser(description="Steps of training with and without clpool.")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    for name in MODELS:
        timings = timed(name, options.rounds)
        times = {way: statistics.median(seconds) for way, seconds in timings.items()}
        gain = times["torch"] / times["clpool"]
        words = ", ".join(f"{way} {1e3 * seconds:.0f} ms" for way, seconds in times.items())
        print(f"{name:10} a step of {MODELS[name][1]}: {words}, {gain:.2f} times as fast")


if __name__ == "__main__":
    main()
