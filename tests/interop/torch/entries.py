"""Entries of torch's own tables of samples, computed by torch and by clpool, and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from launches import counted

from clpool.interop.torch import installed

#: As many samples of an entry are compared, spread over all of them: of float32, and of others.
MOST, FEWER = 16, 4

HALVES = (torch.float16, torch.bfloat16)

#: Calls a sample, as it is or with its halves as float64; gives the result and the inputs.
Call = Callable[[bool], tuple[Any, list[torch.Tensor]]]


@dataclass
class Outcome:
    """The results of a call and its gradients, and the kernels that each launched."""

    results: tuple[torch.Tensor, ...]
    gradients: tuple[torch.Tensor, ...]
    forward: int
    backward: int


def outcome(call: Call, launches: list[str], dtype: torch.dtype, wide: bool = False) -> Outcome:
    """Call, and differentiate the first result, weighted from 0.5 to 1.5, rounded to ``dtype``."""
    torch.manual_seed(7)
    start = len(launches)
    found, inputs = call(wide)
    results = found if isinstance(found, tuple) else (found,)
    middle = len(launches)
    gradients: tuple[torch.Tensor, ...] = ()
    inputs = [x for x in inputs if x.requires_grad]
    if inputs and results[0].requires_grad:
        weights = torch.linspace(0.5, 1.5, max(results[0].numel(), 1), dtype=torch.float64)
        weights = weights[: results[0].numel()].reshape(results[0].shape).to(dtype)
        weights = weights.to(results[0].dtype)
        gradients = torch.autograd.grad(results[0], inputs, weights)
    parts = tuple(y.detach() for y in results)
    return Outcome(parts, gradients, middle - start, len(launches) - middle)


def check_halves(found: torch.Tensor, exact: torch.Tensor, largest: float) -> None:
    """Check that a result of halves is the exact one, summed in float32 and rounded once.

    n terms add n units of float32 at most, of the largest term; the weights of gradients are
    positive, so that these are relative to the sum.
    """
    if found.dtype not in HALVES:
        torch.testing.assert_close(found, exact, equal_nan=True)
        return
    numbers, terms = torch.finfo(found.dtype), max(found.numel(), 1) * 2.0**-24
    rounding = {"rtol": numbers.eps + terms, "atol": terms * largest + numbers.smallest_normal}
    torch.testing.assert_close(found.double(), exact.double(), equal_nan=True, **rounding)


def compare(
    calls: list[Call], dtype: torch.dtype, *, served: bool = True, differentiated: bool = True
) -> int:
    """Compare every call's outcome by clpool with torch's; each must reach clpool.

    In halves torch rounds every step of a sum: there clpool is compared with torch's float64.

    Args:
        calls: the samples.
        dtype: their dtype.
        served: whether clpool computes the results, or torch keeps them.
        differentiated: whether clpool computes the gradients.

    Returns:
        The kernels that were launched.
    """
    wide = dtype in HALVES and served
    with counted() as launches:
        expected = [outcome(call, launches, dtype, wide) for call in calls]
        assert len(launches) == 0, "torch's own pooling launched kernels of clpool"
        with installed():
            found = [outcome(call, launches, dtype) for call in calls]
    assert any(one.results[0].numel() for one in found)
    for call, one, other in zip(calls, found, expected, strict=True):
        if wide:
            largest = max(
                (float(x.detach().abs().max()) for x in call(True)[1] if x.numel()), default=0.0
            )
            for pair in zip(one.results, other.results, strict=True):
                check_halves(*pair, largest)
            for pair in zip(one.gradients, other.gradients, strict=True):
                check_halves(*pair, 0.0)
        else:
            torch.testing.assert_close(one.results, other.results, equal_nan=True)
            torch.testing.assert_close(one.gradients, other.gradients, equal_nan=True)
        if one.results[0].numel():
            assert bool(one.forward) == served, "a result was computed by the other"
        if one.gradients and one.gradients[0].numel() and one.results[0].numel():
            assert bool(one.backward) == differentiated, "a gradient was computed by the other"
    return len(launches)


def spread(samples: list[Any], dtype: torch.dtype) -> list[Any]:
    """At most so many of the samples, by a step that is prime to the cycles of a product."""
    most = MOST if dtype == torch.float32 else FEWER
    step = max(len(samples) // most, 1)
    while step > 1 and any(step % n == 0 for n in (2, 3, 5)):
        step += 1
    return samples[::step]
