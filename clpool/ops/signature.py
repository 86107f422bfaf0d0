"""The names, docstrings and axes of functions of one to three spatial axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ArgumentValueError
from ..runtime.arrays import AnyArray
from ..runtime.validate import check_kind
from .exchange import of_any_kind
from .recorder import Function, recorded

#: The public functions that take arrays, by name.
FUNCTIONS: dict[str, Callable[..., Any]] = {}

_AXES = {1: "L", 2: "H, W", 3: "D, H, W"}


def public(function: Function) -> Function:
    """Enter a function among the public ones."""
    found = of_any_kind(recorded(function))
    FUNCTIONS[found.__name__] = found
    return found


def named(function: Callable[..., Any], name: str, ndim: int, **words: str) -> Callable[..., Any]:
    """Name a function, and fill the placeholders of its docstring."""
    function.__name__ = function.__qualname__ = name
    shape = f"({', '.join(['1', '1', *['4'] * ndim])})"
    axes = f"(N, C, {_AXES[ndim]}) or (C, {_AXES[ndim]})"
    words |= {"name": name, "axes": axes, "shape": shape, "count": str(4**ndim)}
    words["ndim"] = str(ndim)
    function.__doc__ = (function.__doc__ or "").format(**words)
    return public(function)


def spatial_ndim(x: AnyArray, name: str = "x") -> int:
    """The number of spatial axes of (N, C, ...), checked."""
    check_kind(x, name)
    if not 3 <= len(x.shape) <= 5:
        raise ArgumentValueError(
            f"{name} has {len(x.shape)} axes (shape {tuple(x.shape)}); global pooling takes "
            "a batch, channels and 1 to 3 spatial axes"
        )
    return len(x.shape) - 2
