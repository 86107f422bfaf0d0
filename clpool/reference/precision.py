"""How precisely the oracle computes floats, and how it rounds them: once, at the end."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import element_type
from ..errors import ArgumentTypeError

Array = np.ndarray[Any, Any]


def wide_float(dtype: Any) -> np.dtype[Any]:
    """The dtype in which floats of ``dtype`` are computed.

    float64 itself is computed wider where the machine can, so that the oracle's own rounding
    stays out of the comparison.
    """
    return np.dtype(np.longdouble if np.dtype(dtype) == np.float64 else np.float64)


def rounded(values: Array, dtype: Any, exact: bool = False) -> Array:
    """``values`` in ``dtype``, or in float64 where they shall stay ``exact``."""
    result = np.dtype(np.float64) if exact else element_type(np.dtype(dtype)).numpy
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(result, copy=False)


def floats_only(what: str, array: Array, name: str = "x") -> Array:
    """``array`` in the machine's byte order.

    Raises:
        ArgumentTypeError: its elements are no floats.
    """
    element = element_type(array.dtype, name)
    if not element.is_float:
        raise ArgumentTypeError(f"{what} takes floats, but {name} is {array.dtype}")
    return array.astype(element.numpy, copy=False)


def epsilon(dtype: Any) -> float:
    """The spacing of a float dtype's numbers at 1."""
    if np.dtype(dtype).name == "bfloat16":
        return 2.0**-7
    return float(np.finfo(dtype).eps)


def smallest_subnormal(dtype: Any) -> float:
    """The smallest positive number of a float dtype: results near zero are multiples of it."""
    if np.dtype(dtype).name == "bfloat16":
        return 2.0**-133
    return float(np.finfo(dtype).smallest_subnormal)
