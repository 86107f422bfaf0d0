"""What the random calls of all operators share: shapes, values, layouts, and gradients' bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .calls import LAYOUTS, lay_out
from .report import Mismatch, equal

#: (what, found, expected, bound): a bound of None demands equality.
Comparison = tuple[str, np.ndarray, np.ndarray, Any]

#: The longest axis by the number of them.
LONGEST = {1: 300, 2: 30, 3: 11}


@dataclass
class Anyhow:
    """The library, every array given to it lying in memory in another way, and not changed."""

    library: Any
    rng: np.random.Generator
    ndim: int

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            arrays = [self._laid_out(argument) for argument in arguments]
            found = getattr(self.library, name)(*arrays, **keywords)
            for one, other in zip(arrays, arguments, strict=True):
                if isinstance(other, np.ndarray):
                    equal("what was read, which must not change", one, other)
            return found

        return call

    def _laid_out(self, x: Any) -> Any:
        if not isinstance(x, np.ndarray) or x.ndim != self.ndim + 2:
            return x
        layouts = [layout for layout in LAYOUTS if layout != "channels_last"]
        return lay_out(self.rng, x, self.ndim, str(self.rng.choice(layouts)))


def tensor(x: np.ndarray, gradient: bool = False) -> Any:
    """A contiguous tensor of the elements of ``x``."""
    import torch

    return torch.from_numpy(np.array(x, order="C")).requires_grad_(gradient)


def draw_values(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: Any, special: bool = False
) -> np.ndarray:
    """Normal numbers, or few different ones, which tie; NaN and infinities among them."""
    if rng.random() < 0.5:
        return rng.standard_normal(shape).astype(dtype)
    values = rng.integers(-2, 3, shape).astype(dtype)
    if special and rng.random() < 0.6:
        strewn = rng.choice(np.array([np.nan, np.inf, -np.inf, -np.inf, -0.0], dtype), shape)
        values = np.where(rng.random(shape) < rng.choice([0.1, 0.9]), strewn, values)
    return values


def draw_shape(rng: np.random.Generator, ndim: int, least: Any = 1) -> tuple[int, ...]:
    """A batch, channels and lengths of at least ``least``, one number or one per axis."""
    leasts = (least,) * ndim if isinstance(least, int) else tuple(least)
    lengths = (int(rng.integers(low, max(low, LONGEST[ndim]) + 1)) for low in leasts)
    return (int(rng.integers(1, 4)), int(rng.integers(1, 5)), *lengths)


def gradient(
    name: str,
    forward: Callable[[Any], Any],
    x: np.ndarray,
    grad_of: Callable[[np.ndarray], np.ndarray],
    rng: np.random.Generator,
    terms: int,
) -> Comparison:
    """The gradient of ``forward`` at x: ours, and PyTorch's in float64 with its bound."""
    import torch

    wide = tensor(x.astype(np.float64), gradient=True)
    result = forward(wide)
    grad = rng.standard_normal(tuple(result.shape)).astype(x.dtype)
    found = grad_of(grad)
    exact, most = (
        torch.autograd.grad(result, wide, tensor(g.astype(np.float64)), retain_graph=True)[0]
        for g in (grad, np.abs(grad))
    )
    if found.dtype != x.dtype:
        raise Mismatch(f"{name}: {found.dtype}, not {x.dtype}")
    return name, found, exact.numpy(), allowed(x.dtype, terms, most.numpy())


def allowed(dtype: Any, terms: float, sizes: np.ndarray) -> np.ndarray:
    """How far sums of terms of these sizes may be from exact ones; halves are rounded once."""
    info, wide = np.finfo(dtype), np.finfo(np.float32)
    relative = terms * info.eps if info.bits > 16 else info.eps / 2 + terms * wide.eps
    return relative * np.abs(sizes) + float(info.smallest_subnormal) / 2
