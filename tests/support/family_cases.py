"""The calls that tests make of every operator: few windows, since a kernel is built for each."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import family_rank
import family_weighted
import numpy as np
from family import L1, L2, L3, Average, Extreme, Fractional, Norm, Operator, Unpool
from family_gradients import (
    FractionalSelected,
    FractionalSpread,
    NormGradient,
    Selected,
    Spread,
    WeightedGradient,
)

from clpool.problem.listed import AdaptiveWindow, ListedWindow
from clpool.problem.window import SlidingWindow


def sequence_window(sequences: Sequence[Sequence[int]], overlapping: bool) -> ListedWindow:
    """The cells of TensorFlow's sequences, of which the last ends with the axis."""
    bounds = []
    for places in sequences:
        ends = [min(end + overlapping, places[-1]) for end in places[1:]]
        bounds.append(np.array(list(zip(places, ends, strict=False)), np.int64))
    return ListedWindow.of(*bounds)


def sequences_of(lengths: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """A sequence for each axis, with cells of one element and of several."""
    return tuple((0, 1, n // 2, n // 2 + 2, n) for n in lengths)


def adaptive(kind: str, lengths: tuple[int, ...], outputs: Any, **keywords: Any) -> Operator:
    """Adaptive pooling, of extremes with indices."""
    ndim = len(lengths)
    name, window = f"adaptive_{kind}_pool{ndim}d", AdaptiveWindow.of(ndim, outputs)
    if kind == "avg":
        return Average(name, lengths, window, (outputs,), keywords)
    return Extreme(name, lengths, window, (outputs, True), keywords, kind)


def adaptive_gradient(kind: str, lengths: tuple[int, ...], outputs: Any, *index: str) -> Operator:
    """The gradient of adaptive pooling."""
    ndim = len(lengths)
    name, window = f"adaptive_{kind}_pool{ndim}d_backward", AdaptiveWindow.of(ndim, outputs)
    if kind == "avg":
        return Spread(name, lengths, window)
    return Selected(name, lengths, window, (), {}, kind, *index)


def lp(norm: float, lengths: tuple[int, ...], *parameters: Any, **keywords: Any) -> Operator:
    """Norms of a window of kernel, stride, padding, dilation and ceil_mode."""
    return _lp(Norm, "", norm, lengths, parameters, keywords)


def lp_gradient(norm: float, lengths: tuple[int, ...], *parameters: Any, **more: Any) -> Operator:
    """The gradient of :func:`lp`."""
    return _lp(NormGradient, "_backward", norm, lengths, parameters, more)


def _lp(
    kind: type, suffix: str, norm: float, lengths: Any, parameters: Any, keywords: Any
) -> Operator:
    kernel, stride, padding, dilation, ceil_mode = _filled(parameters)
    window = SlidingWindow.of(len(lengths), kernel, stride, padding, dilation, ceil_mode)
    given = {"padding": padding, "dilation": dilation, **keywords}
    arguments = (norm, kernel, stride, ceil_mode)
    name = f"lp_pool{len(lengths)}d{suffix}"
    return kind(name, lengths, window, arguments, given, norm, keywords.get("signed", True))


def _filled(parameters: Sequence[Any]) -> tuple[Any, ...]:
    return (*parameters, *(None, 0, 1, False)[len(parameters) - 1 :])


def gradient(mode: str, lengths: tuple[int, ...], *parameters: Any, **keywords: Any) -> Operator:
    """The gradient of a sliding window of kernel, stride, padding, dilation and ceil_mode."""
    ndim = len(lengths)
    kernel, stride, padding, dilation, ceil_mode = _filled(parameters)
    window = SlidingWindow.of(ndim, kernel, stride, padding, dilation, ceil_mode)
    name = f"{mode}_pool{ndim}d_backward"
    if mode in ("max", "min"):
        return Selected(name, lengths, window, (kernel, stride, padding, dilation, ceil_mode))
    arguments = (kernel, stride, padding, ceil_mode)
    return Spread(name, lengths, window, arguments, {"dilation": dilation, **keywords}, mode)


def weighted_gradient(name: str, lengths: tuple[int, ...], *parameters: Any) -> Operator:
    """The gradient of an average by weights of the taps' own; # in its name stands for the ndim."""
    ndim = len(lengths)
    function = f"{name.replace('#', str(ndim))}_backward"
    return WeightedGradient(function, lengths, SlidingWindow.of(ndim, *parameters), parameters)


def fractional(mode: str, lengths: tuple[int, ...], kernel: Any, outputs: Any) -> Operator:
    """Fractional pooling, of maxima with indices."""
    arguments = (kernel, outputs, None, mode == "max")
    name = f"fractional_{mode}_pool{len(lengths)}d"
    return Fractional(name, lengths, None, arguments, {}, mode, kernel, outputs)


def fractional_gradient(mode: str, lengths: tuple[int, ...], kernel: Any, outputs: Any) -> Operator:
    """The gradient of fractional pooling."""
    name = f"fractional_{mode}_pool{len(lengths)}d_backward"
    if mode == "max":
        return FractionalSelected(name, lengths, None, (kernel,), kernel=kernel, outputs=outputs)
    return FractionalSpread(name, lengths, None, (kernel,), kernel=kernel, outputs=outputs)


def sequenced(mode: str, lengths: tuple[int, ...], overlapping: bool) -> Operator:
    """Fractional pooling between the places of TensorFlow's sequences."""
    given = {"sequences": sequences_of(lengths), "overlapping": overlapping}
    window = sequence_window(given["sequences"], overlapping)
    name = f"fractional_{mode}_pool{len(lengths)}d"
    if mode == "avg":
        return Average(name, lengths, window, (), given)
    return Extreme(name, lengths, window, (), {**given, "return_indices": True})


def sequenced_gradient(lengths: tuple[int, ...], overlapping: bool) -> Operator:
    """The gradient of averages between the places of sequences."""
    given = {"sequences": sequences_of(lengths), "overlapping": overlapping}
    window = sequence_window(given["sequences"], overlapping)
    return Spread(f"fractional_avg_pool{len(lengths)}d_backward", lengths, window, (), given)


def unpool(
    lengths: tuple[int, ...],
    outputs: tuple[int, ...],
    *parameters: Any,
    index: str = "int64",
    own: bool = False,
) -> Operator:
    """Unpooling of values at any places, or at taps of their ``own`` windows, some at the same."""
    arguments = (*_filled(parameters)[:3], outputs)
    name = f"max_unpool{len(lengths)}d"
    return Unpool(name, lengths, None, arguments, {}, outputs, index, own)


def unpool_gradient(
    lengths: tuple[int, ...], outputs: tuple[int, ...], index: str = "int64"
) -> Operator:
    """The gradient of unpooling."""
    name = f"max_unpool{len(lengths)}d_backward"
    return Unpool(name, lengths, None, (), {}, outputs, index)


#: Unpooling of indices as a pooling of the same windows gives them.
IN_WINDOWS: tuple[Operator, ...] = (
    unpool((11,), L1, 3, 2, own=True),
    unpool((4, 7), L2, 2, index="int32", own=True),
    unpool((5, 7), L2, 3, 2, 1, own=True),
    unpool((2, 3, 3), L3, 2, own=True),
    unpool((2, 3, 2), L3, (2, 2, 3), (2, 2, 4), own=True),
)

FORWARD: tuple[Operator, ...] = (
    adaptive("max", L1, 5),
    adaptive("max", L2, (4, None), index_dtype="int32"),
    adaptive("max", L3, (3, 8, 2), nan="ignore"),
    adaptive("min", L1, 40),
    adaptive("min", L2, (4, 5)),
    adaptive("min", L3, (2, None, 3)),
    adaptive("avg", L1, 5),
    adaptive("avg", L2, (4, 20)),
    adaptive("avg", L3, (3, 4, 2)),
    lp(1, L1, 3, 2, 1),
    lp(2, L2, (3, 2), (2, 2), 0, 1, True),
    lp(3, L2, (3, 3), 2, 1, 1, True, signed=False),
    lp(2.5, L3, 2, 2, 0, 1, True, signed=False),
    lp(4, L1, 3, 2, 0, 1, True),
    lp(6, L2, 3, 2, 1, 1, True),
    lp(inf, L2, 3, 2, 1, 2),
    lp(-inf, L1, 3, 2, 1),
    fractional("max", L2, (2, 3), (4, 5)),
    fractional("max", L3, (2, 2, 2), (3, 4, 3)),
    fractional("avg", L2, (2, 3), (4, 5)),
    fractional("avg", L3, (2, 2, 2), (3, 4, 1)),
    sequenced("max", L2, True),
    sequenced("max", L3, False),
    sequenced("avg", L2, False),
    sequenced("avg", L3, True),
    unpool((11,), L1, 3, 2),
    unpool((4, 7), L2, 2, index="int32"),
    unpool((2, 3, 3), L3, 2),
    *IN_WINDOWS,
    *family_weighted.FORWARD,
    *family_rank.FORWARD,
)

GRADIENTS: tuple[Operator, ...] = (
    gradient("max", L1, 3, 2, 1),
    gradient("max", L2, (3, 2), (1, 2), (1, 0), (2, 1), True),
    gradient("max", L3, 2, (1, 2, 2), 1),
    gradient("min", L2, 3, 2, 1, 2),
    gradient("avg", L1, 3, 2, 1, 1, True),
    gradient("avg", L2, 3, 2, 1, 1, True, count_include_pad=False),
    gradient("avg", L2, (2, 3), 1, 0, 2, divisor_override=-3),
    gradient("avg", L3, 2, 2, 1, 1, True),
    gradient("sum", L1, 5, 3),
    gradient("sum", L2, 3, 1, 1, (1, 2)),
    gradient("sum", L3, 2, 1),
    adaptive_gradient("max", L1, (5,), "int32"),
    adaptive_gradient("max", L2, (4, 20)),
    adaptive_gradient("min", L3, (3, 4, 2)),
    adaptive_gradient("avg", L1, (30,)),
    adaptive_gradient("avg", L2, (4, 5)),
    adaptive_gradient("avg", L3, (3, 8, 2)),
    lp_gradient(2, L1, 3, 2, 1),
    lp_gradient(3, L2, (3, 2), (2, 1), 0, 1, True),
    lp_gradient(2.5, L2, 3, 2, 1, 2, signed=False),
    lp_gradient(3, L1, 3, 1, 1, signed=False),
    lp_gradient(4, L3, 2, 2, 0, 1, True, signed=False),
    lp_gradient(6, L1, 3, 2, 0, 1, True),
    fractional_gradient("max", L2, (2, 3), (4, 5)),
    fractional_gradient("max", L3, (2, 2, 2), (3, 4, 3)),
    fractional_gradient("avg", L2, (2, 3), (4, 5)),
    fractional_gradient("avg", L3, (2, 2, 2), (3, 4, 1)),
    sequenced_gradient(L2, True),
    sequenced_gradient(L3, False),
    unpool_gradient((11,), L1),
    unpool_gradient((4, 7), L2, "int32"),
    unpool_gradient((2, 3, 3), L3),
    *family_weighted.GRADIENTS,
    *family_rank.GRADIENTS,
)

OPERATORS = FORWARD + GRADIENTS
