"""The attributes of ONNX's pooling nodes: the values allowed, and the windows that they mean."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from ...errors import ArgumentValueError
from ...problem.window import SlidingWindow

#: The padding of each ``auto_pad``; NOTSET takes ``pads``.
AUTO_PADS = {"NOTSET": "", "SAME_UPPER": "same", "SAME_LOWER": "same_lower", "VALID": "valid"}
#: Attributes that are 0 or 1.
SWITCHES = ("ceil_mode", "count_include_pad", "storage_order")
#: The least number in an attribute that has one per axis.
LEAST = {"kernel_shape": 1, "strides": 1, "dilations": 1}

MOST_AXES = 3


def check(given: Mapping[str, Any]) -> None:
    """The values of a node's attributes are allowed, as far as no input is needed to tell.

    Raises:
        ArgumentValueError: naming the attribute, its value and what is allowed.
    """
    auto_pad = given.get("auto_pad") or "NOTSET"
    if auto_pad not in AUTO_PADS:
        raise refusal("auto_pad", auto_pad, f"one of {', '.join(AUTO_PADS)}")
    for name in SWITCHES:
        if given.get(name) not in (None, 0, 1):
            raise refusal(name, given[name], "0 or 1")
    if given.get("p") == 0:
        raise refusal("p", given["p"], "a number other than 0")
    if "kernel_shape" in given:
        _check_axes(given, auto_pad)


def window_of(given: Mapping[str, Any], ndim: int) -> SlidingWindow:
    """The window of a node's attributes for an input of ``ndim`` spatial axes.

    ``auto_pad`` fixes the number of outputs by itself, so that ``ceil_mode`` adds none.

    Raises:
        ArgumentValueError: as :func:`check`; ``kernel_shape`` is of another number of axes.
    """
    check(given)
    kernel = tuple(given["kernel_shape"])
    if len(kernel) != ndim:
        raise refusal("kernel_shape", list(kernel), f"{ndim} numbers, one per spatial axis of X")
    auto_pad = given.get("auto_pad") or "NOTSET"
    ceil_mode = bool(given.get("ceil_mode")) and auto_pad == "NOTSET"
    pads = given.get("pads") or [0] * 2 * ndim
    padding = AUTO_PADS[auto_pad] or tuple(zip(pads[:ndim], pads[ndim:], strict=True))
    strides, dilations = (given.get(name) or [1] * ndim for name in ("strides", "dilations"))
    return SlidingWindow.of(ndim, kernel, tuple(strides), padding, tuple(dilations), ceil_mode)


def refusal(name: str, value: Any, allowed: str) -> ArgumentValueError:
    """The error for an attribute's value."""
    return ArgumentValueError(f"attribute {name} is {value!r}; allowed: {allowed}")


def _check_axes(given: Mapping[str, Any], auto_pad: str) -> None:
    """One number per axis, two of ``pads``."""
    kernel = given["kernel_shape"]
    ndim = len(kernel or ())
    if not 1 <= ndim <= MOST_AXES:
        raise refusal("kernel_shape", kernel, f"1 to {MOST_AXES} numbers, one per spatial axis")
    for name, least in LEAST.items():
        numbers = given.get(name)
        if numbers and (len(numbers) != ndim or min(map(operator.index, numbers)) < least):
            raise refusal(name, list(numbers), f"{ndim} number(s), each at least {least}")
    pads = given.get("pads")
    if pads and (len(pads) != 2 * ndim or min(pads) < 0):
        allowed = f"{2 * ndim} numbers, the begins of all axes, then the ends, each at least 0"
        raise refusal("pads", list(pads), allowed)
    if pads and any(pads) and auto_pad != "NOTSET":
        raise refusal("pads", list(pads), f"zeros or none beside auto_pad {auto_pad}")
