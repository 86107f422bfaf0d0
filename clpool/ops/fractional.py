"""Fractional pooling: windows at random starts, or between the boundaries of given sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ArgumentTypeError, ArgumentValueError
from ..problem import backward, fractional
from ..problem.arguments import check_fit, check_flag, spatial_axes
from ..problem.listed import Bounds, covering, fractional_bounds, packed
from ..problem.window import is_sequence, per_axis
from ..runtime.arrays import AnyArray
from ..runtime.dispatch import call, find_plan
from ..runtime.validate import check_kind
from .chosen_indices import call_with_indices
from .signature import named


def _pooling(mode: str, ndim: int, which: str) -> Callable[..., Any]:
    def function(
        x: AnyArray,
        kernel_size: Any = None,
        output_size: Any = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Any = None,
        *,
        seed: int | None = None,
        sequences: Any = None,
        overlapping: bool = False,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The {which} of windows of {axes} at random starts (Graham 2014).

        ``alpha = (n - k) / (o - 1)``; window j of an axis starts at
        ``int((j + u) * alpha) - int(u * alpha)``, the last one at ``n - k``.

        Args:
            x: the input; any float dtype, integers too.
            kernel_size: k, an int or one per axis.
            output_size, output_ratio: o, or o / n between 0 and 1; exactly one of them.
            return_indices: return (values, indices); for the maximum only.
            _random_samples: u, of shape (N, C, {ndim}), in PyTorch's order of axes ({order}).
            seed: draws the samples: the same seed, the same windows.
            sequences: TensorFlow's form instead of all these, a rising sequence from 0 to n per
                axis; cell c is ``seq[c]`` to ``seq[c + 1] - 1``.
            overlapping: whether the element at a boundary belongs to both cells (sequences).
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> {name}(x, 2, output_size=2, seed=1).shape
            {outputs}
        """
        check_kind(x, "x")
        if sequences is not None:
            given = (kernel_size, output_size, output_ratio, _random_samples, seed)
            if any(value is not None for value in given):
                raise ArgumentValueError(
                    "sequences say where windows lie: kernel_size, output_size, output_ratio, "
                    "_random_samples and seed must not be given with them"
                )
            boundaries = _boundaries(sequences, ndim, overlapping)
            arguments = (ndim, mode, boundaries, overlapping, return_indices, data_format)
            return call(x, fractional.sequences, arguments, out, queue)
        kernel, lengths, outputs = _sizes(
            x, ndim, kernel_size, output_size, output_ratio, data_format
        )
        samples = _samples(x, ndim, _random_samples, seed, data_format)
        lists = packed(_bounds(lengths, outputs, kernel, samples), None)
        listed = (ndim, mode, kernel, outputs, return_indices, data_format)
        return call(x, fractional.fractional, listed, out, queue, lists=lists)

    order = "W, H" if ndim == 2 else "T, H, W"
    outputs = f"(1, 1, {', '.join(['2'] * ndim)})"
    words = {"which": which, "order": order, "outputs": outputs}
    return named(function, f"fractional_{mode}_pool{ndim}d", ndim, **words)


def _selecting_gradient(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        indices: AnyArray,
        input_shape: Any,
        kernel_size: Any,
        *,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: it flows to the tap that was chosen.

        Args:
            grad: the gradient of the values, {axes}, of a float dtype.
            indices: what ``{forward}(..., return_indices=True)`` returned.
            input_shape: the shape of the pooling's input.
            kernel_size: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument or index and what is allowed.

        Example:
            >>> x = np.arange({count}, dtype=np.float32).reshape{shape}
            >>> y, indices = {forward}(x, 2, 2, None, True, seed=1)
            >>> float({name}(np.ones_like(y), indices, x.shape, 2).sum()) == y.size
            True
        """
        kernel = per_axis("kernel_size", kernel_size, ndim, least=1)
        arguments = (ndim, input_shape, kernel)
        return call_with_indices(
            grad, indices, backward.fractional, arguments, data_format, out, queue
        )

    forward = f"fractional_max_pool{ndim}d"
    return named(function, f"{forward}_backward", ndim, forward=forward)


def _averaging_gradient(ndim: int) -> Callable[..., Any]:
    def function(
        grad: AnyArray,
        input_shape: Any,
        kernel_size: Any = None,
        _random_samples: Any = None,
        *,
        seed: int | None = None,
        sequences: Any = None,
        overlapping: bool = False,
        out: Any = None,
        data_format: str = "channels_first",
        queue: cl.CommandQueue | None = None,
    ) -> Any:
        """The gradient of :func:`clpool.{forward}`: it flows in equal parts to every tap.

        Args:
            grad: the gradient of the averages, {axes}, of a float dtype.
            input_shape: the shape of the pooling's input.
            kernel_size, _random_samples, seed, sequences, overlapping: as in the pooling.
            out, data_format, queue: see :mod:`clpool.ops.pool`.

        Raises:
            ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

        Example:
            >>> grad = np.ones({grads}, np.float32)
            >>> float({name}(grad, {shape}, 2, seed=1).sum())
            {outputs}
        """
        check_kind(grad, "grad")
        if sequences is not None:
            given = (kernel_size, _random_samples, seed)
            if any(value is not None for value in given):
                raise ArgumentValueError(
                    "sequences say where windows lie: kernel_size, _random_samples and seed must "
                    "not be given with them"
                )
            boundaries = _boundaries(sequences, ndim, overlapping)
            cells = (ndim, input_shape, boundaries, overlapping, data_format)
            return call(grad, backward.sequences, cells, out, queue, "grad")
        if (seed is None) == (_random_samples is None):
            raise ArgumentValueError("exactly one of seed and _random_samples must be given")
        kernel = per_axis("kernel_size", kernel_size, ndim, least=1)
        arguments = (ndim, input_shape, kernel, data_format)
        plan, on = find_plan(grad, backward.fractional_avg, arguments, queue, "grad")
        lengths = plan.problem.window.output_shape(())
        samples = _samples(grad, ndim, _random_samples, seed, data_format)
        bounds = _bounds(lengths, plan.problem.lengths, kernel, samples)
        covers = [covering(b, i) for b, i in zip(bounds, lengths, strict=True)]
        lists = packed(covers, None)
        return plan.execute(grad, out, on, None, {}, lists)

    forward = f"fractional_avg_pool{ndim}d"
    words = {"grads": f"(1, 1, {', '.join(['2'] * ndim)})", "outputs": f"{2.0**ndim}"}
    return named(function, f"{forward}_backward", ndim, forward=forward, **words)


fractional_max_pool2d, fractional_max_pool3d = (_pooling("max", r, "largest value") for r in (2, 3))
fractional_avg_pool2d, fractional_avg_pool3d = (_pooling("avg", r, "average") for r in (2, 3))
fractional_max_pool2d_backward, fractional_max_pool3d_backward = map(_selecting_gradient, (2, 3))
fractional_avg_pool2d_backward, fractional_avg_pool3d_backward = map(_averaging_gradient, (2, 3))


def _boundaries(sequences: Any, ndim: int, overlapping: bool) -> tuple[Any, ...]:
    """The sequences as tuples, hashable; their values are checked with the input's lengths."""
    check_flag("overlapping", overlapping)
    if isinstance(sequences, str) or not is_sequence(sequences):
        raise ArgumentTypeError(
            f"sequences must be {ndim} sequences of ints, one per spatial axis, got {sequences!r}"
        )
    return tuple(tuple(axis) if is_sequence(axis) else axis for axis in sequences)


def check_sizes(
    ndim: int, kernel_size: Any, output_size: Any, ratio: Any
) -> tuple[tuple[int, ...], tuple[int, ...] | None, tuple[float, ...]]:
    """The kernel lengths, and the output lengths or, if these are None, their ratios."""
    kernel = per_axis("kernel_size", kernel_size, ndim, least=1)
    if (output_size is None) == (ratio is None):
        raise ArgumentValueError(
            f"exactly one of output_size and output_ratio must be given, got {output_size!r} "
            f"and {ratio!r}"
        )
    if ratio is None:
        return kernel, per_axis("output_size", output_size, ndim, least=1), ()
    return kernel, None, _ratios(ratio, ndim)


def _sizes(
    x: AnyArray, ndim: int, kernel_size: Any, output_size: Any, ratio: Any, data_format: str
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The lengths of kernel, input and output, checked: windows fit into the input."""
    kernel, outputs, ratios = check_sizes(ndim, kernel_size, output_size, ratio)
    spatial = spatial_axes(tuple(x.shape), ndim, data_format, named=True)
    lengths = tuple(x.shape[axis] for axis in spatial)
    if outputs is None:
        outputs = tuple(int(n * r) for n, r in zip(lengths, ratios, strict=True))
    check_fit(lengths, kernel, outputs)
    return kernel, lengths, outputs


def _ratios(ratio: Any, ndim: int) -> tuple[float, ...]:
    """The ratio of each axis."""
    ratios = (ratio,) * ndim if isinstance(ratio, float) else ratio
    if not isinstance(ratios, (tuple, list)) or any(not isinstance(r, float) for r in ratios):
        raise ArgumentTypeError(f"output_ratio must be a float or {ndim} of them, got {ratio!r}")
    if len(ratios) != ndim or any(not 0 < r < 1 for r in ratios):
        raise ArgumentValueError(
            f"output_ratio must be between 0 and 1, one for all or {ndim}, got {ratio!r}"
        )
    return tuple(ratios)


def _samples(x: AnyArray, ndim: int, given: Any, seed: Any, data_format: str) -> np.ndarray:
    """The samples u, of shape (*planes, ndim): given, or drawn from the seed."""
    spatial = spatial_axes(tuple(x.shape), ndim, data_format, named=True, channels=0)
    planes = tuple(n for axis, n in enumerate(x.shape) if axis not in spatial)
    shape = (*((1,) * (2 - len(planes))), *planes, ndim)
    dtype = x.dtype.newbyteorder("=")
    real = np.float64 if dtype == np.float64 else np.float32
    if given is None:
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer))):
            raise ArgumentTypeError(f"seed must be an int or None, got {seed!r}")
        bits = np.random.Philox(None if seed is None else np.random.SeedSequence(abs(int(seed))))
        given = np.random.Generator(bits).random(shape, dtype=real)
    elif seed is not None:
        raise ArgumentValueError("seed and _random_samples must not both be given")
    elif hasattr(given, "get"):
        given = given.get()
    given = np.asarray(given)
    if given.shape != shape:
        raise ArgumentValueError(f"_random_samples must have shape {shape}, got {given.shape}")
    if (
        given.dtype != dtype
        and not (dtype.kind in "iu" and given.dtype == real)
        and (given.dtype != real or dtype.itemsize != 2)
    ):
        raise ArgumentTypeError(f"_random_samples must have x's dtype {dtype}, got {given.dtype}")
    if given.size and not ((given >= 0) & (given <= 1)).all():
        raise ArgumentValueError("_random_samples must lie between 0 and 1")
    return given.reshape(*planes, ndim)


def _bounds(
    lengths: tuple[int, ...],
    outputs: tuple[int, ...],
    kernel: tuple[int, ...],
    samples: np.ndarray,
) -> list[Bounds]:
    """The bounds of every plane's windows; PyTorch's 2D samples are in the order (W, H)."""
    order = (1, 0) if len(lengths) == 2 else (0, 1, 2)
    sizes = zip(lengths, outputs, kernel, order, strict=True)
    return [fractional_bounds(n, o, k, samples[..., axis]) for n, o, k, axis in sizes]
