"""ONNX's pooling as its operators' documentation defines it: one tap after the other, in Python."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np


def _axis(i: int, k: int, s: int, d: int, pads: tuple[int, int], given: dict[str, Any]) -> Any:
    """The output's length on an axis, and the padding at its begin and its end."""
    extent, auto_pad = (k - 1) * d + 1, given.get("auto_pad", "NOTSET")
    if auto_pad == "VALID":
        return math.floor((i - extent) / s) + 1, 0, 0
    if auto_pad != "NOTSET":
        o = math.ceil(i / s)
        total = max((o - 1) * s + extent - i, 0)
        small, large = total // 2, total - total // 2
        return (o, small, large) if auto_pad == "SAME_UPPER" else (o, large, small)
    steps = (i + sum(pads) - extent) / s
    o = (math.ceil if given.get("ceil_mode") else math.floor)(steps) + 1
    if given.get("ceil_mode") and (o - 1) * s >= i + pads[0]:
        o -= 1  # a window that would start in the padding at the end
    return o, *pads


def sliding(op: str, x: np.ndarray, given: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The results of an operator in float64, and MaxPool's indices or bounds of the errors.

    Averages and norms are of m taps: their bounds are of m roundings, and three for a division, or
    32 for two powers.
    """
    ndim = x.ndim - 2
    kernel, lengths = given["kernel_shape"], x.shape[2:]
    strides, dilations = (given.get(name, [1] * ndim) for name in ("strides", "dilations"))
    pads = given.get("pads", [0] * 2 * ndim)
    pairs = zip(pads[:ndim], pads[ndim:], strict=True)
    each = zip(lengths, kernel, strides, dilations, pairs, strict=True)
    axes = [_axis(*axis, given) for axis in each]
    outputs, begins, ends = zip(*axes, strict=True)
    y = np.zeros((*x.shape[:2], *outputs))
    other = np.zeros(y.shape, np.int64 if op == "MaxPool" else np.float64)
    counts_pads, p = given.get("count_include_pad", 0), given.get("p", 2)
    for at in np.ndindex(y.shape):
        taps, divisor = [], 0
        for offset in product(*map(range, kernel)):
            windows = zip(at[2:], offset, strides, dilations, begins, strict=True)
            tap = tuple(o * s - b + k * d for o, k, s, d, b in windows)
            inside = all(0 <= t < i for t, i in zip(tap, lengths, strict=True))
            padded = all(t < i + e for t, i, e in zip(tap, lengths, ends, strict=True))
            divisor += inside or (counts_pads and padded)
            if inside:
                taps.append((float(x[(*at[:2], *tap)]), tap))
        values = np.array([value for value, _ in taps])
        if op == "MaxPool":
            largest, tap = max(taps, key=lambda each: each[0])  # the first of equals
            y[at], other[at] = largest, _index((*at[:2], *tap), x.shape, given)
        elif op == "AveragePool":
            y[at] = values.sum() / divisor
            other[at] = (len(taps) + 3) * np.abs(values).sum() / divisor
        else:
            y[at] = (np.abs(values) ** p).sum() ** (1 / p)
            other[at] = (len(taps) + 32) * y[at]
    return y, other


def _index(at: tuple[int, ...], shape: tuple[int, ...], given: dict[str, Any]) -> int:
    """The index of an element of the flat tensor, without its padding."""
    order = "F" if given.get("storage_order") else "C"
    plane = int(np.ravel_multi_index(at[:2], shape[:2]))
    place = int(np.ravel_multi_index(at[2:], shape[2:], order=order))
    return plane * math.prod(shape[2:]) + place
