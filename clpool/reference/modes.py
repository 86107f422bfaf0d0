"""The references of registered modes, and :func:`pool`, which takes any of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ..dtypes import element_type
from ..errors import ArgumentTypeError, ArgumentValueError
from ..modes import find
from ..problem.window import SlidingWindow
from .precision import epsilon, smallest_subnormal
from .taps import Array, Taps, Window

Reference = TypeVar("Reference", bound="Callable[[Taps], Any]")

#: A mode's result: the pooled values, and the taps' flat offsets where it selects.
Result = Array | tuple[Array, Array]

#: The reference of every mode, by the mode's name.
REFERENCES: dict[str, Callable[[Taps], Result]] = {}

#: The mode whose result on magnitudes bounds a mode's error, where that is another one.
_MAGNITUDES: dict[str, str] = {}


def register(name: str, magnitude: str | None = None) -> Callable[[Reference], Reference]:
    """Make the decorated function the reference of the mode of that name.

    Args:
        magnitude: the mode that :func:`sum_bound` takes of the magnitudes of the taps; the mode
            itself unless given. A difference of taps has "max": it may be 0 where they are not.
    """

    def add(function: Reference) -> Reference:
        if name in REFERENCES:
            raise ArgumentValueError(f"mode {name!r} already has a reference")
        REFERENCES[name] = function
        if magnitude is not None:
            _MAGNITUDES[name] = magnitude
        return function

    return add


def pool(
    x: Array,
    window: Window,
    mode: str = "max",
    *,
    return_indices: bool = False,
    index_dtype: Any = np.int64,
    nan: str = "propagate",
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    dtype: Any = None,
    exact: bool = False,
) -> Any:
    """Pool the last ``window.ndim`` axes of ``x``, slowly and exactly by definition.

    Args:
        x: an array whose last axes are the spatial ones.
        window: the taps every output sees, sliding or listed. Where windows are listed there is no
            padding, and an average divides by the taps of its window.
        mode: a registered mode's name.
        return_indices: also return each result's flat offset in the unpadded plane, -1 for
            a window without any valid tap.
        index_dtype: the dtype of those.
        nan: ``"propagate"`` (a NaN wins) or ``"ignore"`` (a NaN never replaces a value).
        count_include_pad: whether an average counts the taps in the padding.
        divisor_override: what an average divides by instead of a count.
        dtype: a wider dtype of the same kind for the result of a sum.
        exact: leave a result of floats in float64, unrounded.

    Returns:
        The values, or ``(values, indices)``.

    Example:
        >>> import numpy as np
        >>> pool(np.array([3, 1, 4, 1, 5, 9]), SlidingWindow.of(1, 2))
        array([3, 4, 9])
    """
    element = element_type(x.dtype)
    _check(x, mode, return_indices, nan, divisor_override)
    if dtype is not None and not find(mode).widens:
        raise ArgumentValueError(f"dtype is for sums only, got {dtype!r} for mode {mode!r}")
    taps = Taps(x, window, nan, count_include_pad, divisor_override)
    if return_indices and math.prod(taps.lengths) - 1 > np.iinfo(index_dtype).max:
        raise ArgumentValueError(
            f"a plane of {taps.lengths} is too large for {np.dtype(index_dtype)}"
        )
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        found = REFERENCES[mode](taps)
        values, indices = found if isinstance(found, tuple) else (found, None)
        result = _result_dtype(element.numpy, dtype)
        values = values.astype(np.float64 if exact and element.is_float else result, copy=False)
    if not return_indices:
        return values
    if indices is None:
        raise ArgumentValueError(f"mode {mode!r} selects no tap, so it has no indices")
    return values, indices.astype(index_dtype, copy=False)


def sum_bound(
    x: Array,
    window: Window,
    mode: str = "avg",
    *,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    dtype: Any = None,
) -> Array:
    """How far a sum, an average or a product of floats may be from the float64 result, per output.

    ``m * eps * sum|x| / |divisor|``, with m the taps of a window and eps the spacing at 1 of
    the result's dtype: the classical bound for adding m terms in any order. Of other modes than
    sums the same of what they, or the mode that :func:`register` was told, make of the taps'
    magnitudes. To it comes half the dtype's smallest subnormal, by which the best rounding of a
    tiny result errs.
    """
    override = abs(divisor_override) if divisor_override is not None else None
    magnitude = pool(
        np.abs(x.astype(np.float64)),
        window,
        _MAGNITUDES.get(mode, mode),
        count_include_pad=count_include_pad,
        divisor_override=override,
        exact=True,
    )
    magnitude = np.maximum(magnitude, 0)  # of no tap the largest magnitude is -inf
    result = x.dtype if dtype is None else dtype
    if isinstance(window, SlidingWindow):
        taps: Any = math.prod(window.kernel)
    else:
        taps = Taps(x, window).divisors
    return taps * epsilon(result) * magnitude + smallest_subnormal(result) / 2


def _check(x: Array, mode: str, indices: bool, nan: str, divisor: int | None) -> None:
    if mode not in REFERENCES:
        raise ArgumentValueError(f"mode {mode!r} has no reference; there are {list(REFERENCES)}")
    if indices and not find(mode).selects:
        raise ArgumentValueError(f"mode {mode!r} selects no tap, so it has no indices")
    if nan not in ("propagate", "ignore"):
        raise ArgumentValueError(f"nan must be 'propagate' or 'ignore', got {nan!r}")
    if divisor == 0:
        raise ArgumentValueError("divisor_override must not be 0")
    if divisor is not None and divisor < 0 and x.dtype.kind == "u":
        raise ArgumentValueError(f"divisor_override {divisor} is negative, but x is {x.dtype}")


def _result_dtype(own: np.dtype[Any], wanted: Any) -> np.dtype[Any]:
    if wanted is None:
        return own
    wide = element_type(np.dtype(wanted), "dtype")
    narrow = element_type(own)
    if wide.kind != narrow.kind or wide.size < narrow.size:
        raise ArgumentTypeError(
            f"dtype must be at least as wide as {own} and of its kind, got {wanted!r}"
        )
    return wide.numpy
