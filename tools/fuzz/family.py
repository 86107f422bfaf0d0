"""Random calls of the other operators against PyTorch: forward, and gradients against autograd.

Selected values, their indices and what is unpooled must be equal. Whatever is summed must lie
within ``m * eps`` of the sum of the magnitudes, which PyTorch computes in float64.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from clpool.problem.window import SlidingWindow

from .draws import (
    LONGEST,
    Anyhow,
    Comparison,
    allowed,
    draw_shape,
    draw_values,
    gradient,
    tensor,
)

#: Calls that share kernels: a window, a dtype and an exponent are drawn once for so many.
CALLS_PER_CONFIGURATION = 25


def _window(shared: np.random.Generator, ndim: int, dilated: bool) -> dict[str, Any]:
    widest = {1: 7, 2: 5, 3: 3}[ndim]
    kernel = tuple(int(k) for k in shared.integers(2, widest + 1, ndim))
    return {
        "kernel_size": kernel,
        "stride": tuple(int(s) for s in shared.integers(1, 4, ndim)),
        "padding": tuple(int(shared.integers(0, k // 2 + 1)) for k in kernel),
        "dilation": tuple(int(d) for d in shared.integers(1, 3, ndim)) if dilated else (1,) * ndim,
        "ceil_mode": bool(shared.random() < 0.4),
    }


def max_gradient(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Overlapping, dilated windows; each holds a tap, or PyTorch would corrupt its memory."""
    import torch

    window = _window(shared, ndim, dilated=True)
    sizes = zip(window["kernel_size"], window["dilation"], strict=True)
    x = draw_values(rng, draw_shape(rng, ndim, [k * d for k, d in sizes]), dtype)
    pool = getattr(torch.nn.functional, f"max_pool{ndim}d")
    _, indices = getattr(library, f"max_pool{ndim}d")(x, **window, return_indices=True)
    backward = getattr(library, f"max_pool{ndim}d_backward")
    yield gradient(
        "gradient",
        lambda t: pool(t, **window),
        x,
        lambda g: backward(g, indices, x.shape, **window),
        rng,
        math.prod(window["kernel_size"]),
    )


def avg_gradient(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Padding counted or not, windows that overhang, a divisor that was given."""
    import torch

    options = {**_window(shared, ndim, dilated=False)}
    del options["dilation"]
    options["count_include_pad"] = bool(shared.random() < 0.5)
    x = draw_values(rng, draw_shape(rng, ndim, options["kernel_size"]), dtype)
    if ndim > 1 and rng.random() < 0.3:
        options["divisor_override"] = int(rng.choice([-3, 2, 7]))
    pool = getattr(torch.nn.functional, f"avg_pool{ndim}d")
    backward = getattr(library, f"avg_pool{ndim}d_backward")
    yield gradient(
        "gradient",
        lambda t: pool(t, **options),
        x,
        lambda g: backward(g, x.shape, **options),
        rng,
        math.prod(options["kernel_size"]),
    )


def adaptive_avg(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Any input to any output, also to a longer one."""
    import torch

    x = draw_values(rng, draw_shape(rng, ndim), dtype)
    outputs = tuple(int(o) for o in rng.integers(1, LONGEST[ndim] // 2, ndim))
    pool = getattr(torch.nn.functional, f"adaptive_avg_pool{ndim}d")
    found = getattr(library, f"adaptive_avg_pool{ndim}d")(x, outputs)
    wide = x.astype(np.float64)
    taps = math.prod(-(-i // o) + 1 for i, o in zip(x.shape[2:], outputs, strict=True))
    bound = allowed(dtype, taps, pool(tensor(np.abs(wide)), outputs).numpy())
    yield "averages", found, pool(tensor(wide), outputs).numpy(), bound
    backward = getattr(library, f"adaptive_avg_pool{ndim}d_backward")
    covers = math.prod(-(-o // i) + 2 for i, o in zip(x.shape[2:], outputs, strict=True))
    yield gradient(
        "gradient", lambda t: pool(t, outputs), x, lambda g: backward(g, x.shape), rng, covers
    )


def adaptive_max(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Any input to any output, also to a longer one."""
    import torch

    x = draw_values(rng, draw_shape(rng, ndim), dtype, special=True)
    outputs = tuple(int(o) for o in rng.integers(1, LONGEST[ndim] // 2, ndim))
    pool = getattr(torch.nn.functional, f"adaptive_max_pool{ndim}d")
    found = getattr(library, f"adaptive_max_pool{ndim}d")(x, outputs, True)
    for name, one, other in zip(
        ("values", "indices"), found, pool(tensor(x), outputs, return_indices=True), strict=True
    ):
        yield name, one, other.numpy(), None
    backward = getattr(library, f"adaptive_max_pool{ndim}d_backward")
    covers = math.prod(-(-o // i) + 2 for i, o in zip(x.shape[2:], outputs, strict=True))
    yield gradient(
        "gradient",
        lambda t: pool(t, outputs),
        x,
        lambda g: backward(g, found[1], x.shape),
        rng,
        covers,
    )


def lp(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Powers that keep their sign; positive numbers where others would give NaN."""
    import torch

    norm = float(shared.choice([1, 2, 3, 4, 2.5, -1.5]))
    window = _window(shared, ndim, dilated=False)
    options = {name: window[name] for name in ("kernel_size", "stride", "ceil_mode")}
    x = rng.standard_normal(draw_shape(rng, ndim, options["kernel_size"])).astype(dtype)
    taps = math.prod(options["kernel_size"])
    if ndim == 1:  # PyTorch's takes no tuples here
        options |= {name: options[name][0] for name in ("kernel_size", "stride")}
    if norm not in (2, 4):
        x = np.abs(x) + dtype(0.25)
    pool = getattr(torch.nn.functional, f"lp_pool{ndim}d")
    found = getattr(library, f"lp_pool{ndim}d")(x, norm, **options)
    exact = pool(tensor(x.astype(np.float64)), norm, **options).numpy()
    # A power is exact to some ulps; a root makes the error of a sum of one sign no larger.
    terms = taps + 16 * abs(norm)
    yield "norms", found, exact, allowed(dtype, terms, exact)
    backward = getattr(library, f"lp_pool{ndim}d_backward")
    y = exact.astype(dtype)
    # The rounding of y counts too, which the power p - 1 makes larger.
    yield gradient(
        "gradient",
        lambda t: pool(t, norm, **options),
        x,
        lambda g: backward(g, x, y, norm, **options),
        rng,
        int(2 * taps + 32 * (abs(norm) + 1)),
    )


def fractional_max(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Samples for every plane."""
    import torch

    if ndim == 1:
        return
    kernel = tuple(int(k) for k in rng.integers(1, 4, ndim))
    x = draw_values(rng, draw_shape(rng, ndim, [k + 3 for k in kernel]), dtype, special=True)
    outputs = tuple(
        int(rng.integers(1, n - k + (ndim == 2))) for n, k in zip(x.shape[2:], kernel, strict=True)
    )
    samples = rng.random((*x.shape[:2], ndim)).astype(dtype)
    pool = getattr(torch.nn.functional, f"fractional_max_pool{ndim}d")
    options = {"output_size": outputs, "_random_samples": tensor(samples)}
    found = getattr(library, f"fractional_max_pool{ndim}d")(x, kernel, outputs, None, True, samples)
    expected = pool(tensor(x), kernel, **options, return_indices=True)
    for name, one, other in zip(("values", "indices"), found, expected, strict=True):
        yield name, one, other.numpy(), None
    grad = rng.standard_normal(found[0].shape).astype(dtype)
    result = getattr(library, f"fractional_max_pool{ndim}d_backward")(
        grad, found[1], x.shape, kernel
    )
    flat = np.zeros((*x.shape[:2], math.prod(x.shape[2:])))
    most = np.zeros_like(flat)
    # Where PyTorch's indices say: its own samples for float64 would be others.
    for sums, flow in ((flat, grad), (most, np.abs(grad))):
        at = expected[1].numpy().reshape(*x.shape[:2], -1)
        for n, c in np.ndindex(*x.shape[:2]):
            np.add.at(sums[n, c], at[n, c], flow[n, c].ravel().astype(np.float64))
    bound = allowed(dtype, math.prod(kernel), most)
    yield "gradient", result, flat.reshape(x.shape), bound.reshape(x.shape)


def unpool(
    library: Any, shared: np.random.Generator, rng: np.random.Generator, ndim: int, dtype: Any
) -> Iterator[Comparison]:
    """Values back where they came from, into planes a little longer or shorter."""
    import torch

    window = _window(shared, ndim, dilated=False)
    kernel = window["kernel_size"]
    x = rng.standard_normal(draw_shape(rng, ndim, kernel)).astype(dtype)
    sliding = SlidingWindow.of(ndim, kernel)
    values, indices = getattr(library, f"max_pool{ndim}d")(x, kernel, return_indices=True)
    lengths = x.shape[2:]
    assert sliding.output_shape(lengths) == values.shape[2:]
    place = getattr(torch.nn.functional, f"max_unpool{ndim}d")
    at = tensor(indices)
    found = getattr(library, f"max_unpool{ndim}d")(values, indices, kernel, output_size=lengths)
    yield "values", found, place(tensor(values), at, kernel, output_size=lengths).numpy(), None
    backward = getattr(library, f"max_unpool{ndim}d_backward")
    yield gradient(
        "gradient",
        lambda t: place(t, at, kernel, output_size=lengths),
        values,
        lambda g: backward(g, indices),
        rng,
        1,
    )


OPERATORS = {
    "max_gradient": max_gradient,
    "avg_gradient": avg_gradient,
    "adaptive_avg": adaptive_avg,
    "adaptive_max": adaptive_max,
    "lp": lp,
    "fractional_max": fractional_max,
    "unpool": unpool,
}


def compare(library: Any, seed: int, ndim: int, name: str, number: int) -> Iterator[Comparison]:
    """The comparisons of one call, the same for the same seed, ndim, operator and number."""
    stream = [seed, ndim, 1000 + list(OPERATORS).index(name)]
    shared = np.random.default_rng([*stream, 0, number // CALLS_PER_CONFIGURATION])
    rng = np.random.default_rng([*stream, 1, number])
    # PyTorch rounds every step of a norm in half precision, and of fractional windows.
    dtypes: list[Any] = [np.float32, np.float64] + [np.float16] * (
        name not in ("lp", "fractional_max")
    )
    dtype = dtypes[int(shared.integers(len(dtypes)))]
    yield from OPERATORS[name](Anyhow(library, rng, ndim), shared, rng, ndim, dtype)
