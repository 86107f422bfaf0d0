"""Entries of torch's own tables of samples, computed by torch and by clpool, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyopencl as cl
import pytest
import torch

from clpool.interop.torch import installed

#: As many samples of an entry are compared, spread over all of them.
MOST = 16

Call = Callable[[], tuple[Any, list[torch.Tensor]]]


@dataclass
class Launches:
    """The kernels that were launched, counted."""

    count: int = 0


@contextmanager
def counted() -> Iterator[Launches]:
    """Count the kernels that clpool launches."""
    launches, own = Launches(), cl.enqueue_nd_range_kernel

    def counting(*arguments: Any, **keywords: Any) -> Any:
        launches.count += 1
        return own(*arguments, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cl, "enqueue_nd_range_kernel", counting)
        yield launches


@dataclass
class Outcome:
    """The results of a call and its gradients, and the kernels that each launched."""

    results: tuple[torch.Tensor, ...]
    gradients: tuple[torch.Tensor, ...]
    forward: int
    backward: int


def outcome(call: Call, launches: Launches) -> Outcome:
    """Call, and differentiate the sum of the first result, weighted by its cosine."""
    torch.manual_seed(7)
    start = launches.count
    found, inputs = call()
    results = found if isinstance(found, tuple) else (found,)
    middle = launches.count
    gradients: tuple[torch.Tensor, ...] = ()
    inputs = [x for x in inputs if x.requires_grad]
    if inputs and results[0].requires_grad:
        weights = torch.linspace(0.5, 1.5, max(results[0].numel(), 1), dtype=torch.float64)
        weights = weights[: results[0].numel()].reshape(results[0].shape).to(results[0].dtype)
        gradients = torch.autograd.grad(results[0], inputs, weights)
    parts = tuple(y.detach() for y in results)
    return Outcome(parts, gradients, middle - start, launches.count - middle)


def compare(calls: list[Call], *, served: bool = True, differentiated: bool = True) -> int:
    """Compare every call's outcome by clpool with torch's; each must reach clpool.

    Args:
        calls: the samples.
        served: whether clpool computes the results, or torch keeps them.
        differentiated: whether clpool computes the gradients.

    Returns:
        The kernels that were launched.
    """
    assert calls
    with counted() as launches:
        expected = [outcome(call, launches) for call in calls]
        assert launches.count == 0, "torch's own pooling launched kernels of clpool"
        with installed():
            found = [outcome(call, launches) for call in calls]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one.results, other.results, equal_nan=True)
        torch.testing.assert_close(one.gradients, other.gradients, equal_nan=True)
        if one.results[0].numel():
            assert bool(one.forward) == served, "a result was computed by the other"
        if one.gradients and one.gradients[0].numel() and one.results[0].numel():
            assert bool(one.backward) == differentiated, "a gradient was computed by the other"
    return launches.count


def spread(samples: list[Any]) -> list[Any]:
    """At most :data:`MOST` of the samples, by a step that is prime to the cycles of a product."""
    step = max(len(samples) // MOST, 1)
    while step > 1 and any(step % n == 0 for n in (2, 3, 5)):
        step += 1
    return samples[::step]
