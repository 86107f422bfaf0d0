"""Max pooling of windows whose steps are drawn at random."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ArgumentValueError
from ..problem.listed import ListedWindow, fractional_bounds
from .modes import pool
from .taps import Array


def fractional_max_pool(
    x: Array, kernel: Sequence[int], output_size: Sequence[int], samples: Array
) -> tuple[Array, Array]:
    """The maxima of windows whose steps are drawn at random (Graham 2014, as PyTorch does it).

    Args:
        x: an array whose last axes, as many as ``kernel`` has entries, are the spatial ones.
        kernel: the window's length on each axis.
        output_size: the output's length on each axis.
        samples: numbers in [0, 1), r for every plane of ``x``: shape (N, C, r), or (1, C, r) for
            one without a batch. In 2D in the order (W, H), in 3D (T, H, W).

    Returns:
        The values and their flat offsets in the plane.

    Raises:
        ArgumentValueError: an output is too long for its axis, or the samples are not r per plane.

    Example:
        >>> import numpy as np
        >>> x = np.arange(9.0).reshape(1, 3, 3)
        >>> fractional_max_pool(x, (2, 2), (2, 2), np.full((1, 1, 2), 0.5))[0].tolist()
        [[[4.0, 5.0], [7.0, 8.0]]]
    """
    ndim = len(kernel)
    leading, lengths = x.shape[: x.ndim - ndim], x.shape[x.ndim - ndim :]
    for n, k, o in zip(lengths, kernel, output_size, strict=True):
        if o < 1 or o + k - 1 > n or (ndim == 3 and o + k - 1 == n):
            raise ArgumentValueError(
                f"output length {o} with a window of {k} does not fit an axis of length {n}"
            )
    planes = leading if len(leading) > 1 else (1, *leading)
    if samples.shape != (*planes, ndim):
        raise ArgumentValueError(f"samples must be {(*planes, ndim)}, got {samples.shape}")
    drawn = samples.reshape(*leading, ndim)
    columns = (1, 0) if ndim == 2 else range(ndim)
    bounds = [
        fractional_bounds(n, o, k, drawn[..., column])
        for n, o, k, column in zip(lengths, output_size, kernel, columns, strict=True)
    ]
    values, indices = pool(x, ListedWindow.of(*bounds), "max", return_indices=True)
    return values, indices
