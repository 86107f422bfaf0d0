"""The arguments of an operator on a pooling's input of another shape.

The other shapes of a call follow from that one: of gradients, indices, results and boundaries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ArgumentValueError
from ..ops.array_form import ArrayForm
from ..problem.arguments import spatial_axes
from ..problem.forward import unpooled_lengths
from ..problem.window import SlidingWindow, per_axis

Shape = tuple[int, ...]
#: All arguments of a call by name, those that are not given too.
Values = Mapping[str, Any]


def input_shape(function: str, values: Values) -> Shape:
    """The shape of the pooling's input: of x, of a gradient's result, or of an unpooling's."""
    if function.startswith("max_unpool"):
        return _unpooled(function, values)
    given = values.get("x")
    return tuple(given.shape) if given is not None else tuple(values["input_shape"])


def pooled_axes(function: str, values: Values) -> tuple[int, ...]:
    """The pooled axes of the pooling's input."""
    shape = _array(values).shape
    last = values.get("data_format") or "channels_first"
    return spatial_axes(shape, ndim_of(function, values), last, named=function != "pool")


def ndim_of(function: str, values: Values) -> int:
    """The number of pooled axes."""
    if function == "pool":
        return len(values["window"])
    found = re.search(r"pool(\d)d", function)
    return int(found[1]) if found else len(_array(values).shape) - 2


def window_of(function: str, values: Values) -> SlidingWindow | None:
    """The window that slides; None where windows are of another kind, or not told."""
    size = values.get("window", values.get("kernel_size"))
    if size is None or function.startswith("fractional"):
        return None
    names = ("stride", "padding", "dilation", "ceil_mode")
    parameters = {name: values[name] for name in names if name in values}
    return SlidingWindow.of(ndim_of(function, values), size, **parameters)


def changed(function: str, values: Values, shape: Shape) -> dict[str, Any]:
    """The arguments that differ for an input of this shape.

    Raises:
        ArgumentValueError: windows do not fit into it, or it has another number of axes.
    """
    axes = pooled_axes(function, values)
    known = _array(values).shape
    if len(shape) != len(known):
        raise ArgumentValueError(f"shape must have {len(known)} lengths, got {shape}")
    lengths = tuple(shape[axis] for axis in axes)
    pooled = list(shape)
    found: dict[str, Any] = {}
    for axis, length in zip(axes, _outputs(function, values, axes, lengths, found), strict=True):
        pooled[axis] = length
    small, large = tuple(pooled), tuple(shape)
    unpooled = function.startswith("max_unpool")
    # Of an unpooling x has the pooling's result, and what flows back its input.
    shapes = {"x": large, "y": small, "grad": small, "indices": small}
    if unpooled:
        shapes |= {"x": small, "grad": large}
    for name, value in shapes.items():
        if values.get(name) is not None:
            found[name] = values[name].resized(value)
    if unpooled and "output_size" in values:
        found["output_size"] = lengths
    if values.get("input_shape") is not None:
        found["input_shape"] = large
    samples = values.get("_random_samples")
    if samples is not None:
        planes = tuple(n for axis, n in enumerate(shape) if axis not in axes)
        found["_random_samples"] = samples.resized(
            (*((1,) * (2 - len(planes))), *planes, len(axes))
        )
    return found


def _outputs(
    function: str, values: Values, axes: Shape, lengths: Shape, found: dict[str, Any]
) -> Shape:
    """The lengths of the pooling's result; what else changes with them is added to ``found``."""
    before = tuple(input_shape(function, values)[axis] for axis in axes)
    if function.startswith("fractional"):
        return _fractional(values, axes, before, lengths, found)
    if window := window_of(function, values):
        outputs = window.output_shape(lengths)
        if function.startswith("max_unpool"):
            after = tuple(values["indices"].shape[axis] for axis in axes)
            return _before(window, outputs, lengths, unpooled_lengths(window, after, None), before)
        return outputs
    if function.startswith("global"):
        return (1,) * len(lengths)
    if function.startswith("max_unpool"):
        after = tuple(values["indices"].shape[axis] for axis in axes)
        return _scaled(after, before, lengths)
    grad = values.get("grad")
    return lengths if grad is None else tuple(grad.shape[axis] for axis in axes)


def _fractional(
    values: Values, axes: Shape, before: Shape, lengths: Shape, found: dict[str, Any]
) -> Shape:
    """The outputs of fractional pooling: as many for the length as before, at least 1."""
    if values.get("sequences") is not None:
        sequences = tuple(map(_stretched, values["sequences"], lengths))
        found["sequences"] = sequences
        return tuple(len(places) - 1 for places in sequences)
    kernel = per_axis("kernel_size", values["kernel_size"], len(axes), least=1)
    most = [n - k + (len(axes) == 2) for n, k in zip(lengths, kernel, strict=True)]
    grad, size = values.get("grad"), values.get("output_size")
    if grad is None and size is None:  # a ratio of the lengths
        return lengths
    after = (
        tuple(grad.shape[axis] for axis in axes)
        if grad is not None
        else per_axis("output_size", size, len(axes), least=1)
    )
    outputs = tuple(map(min, _scaled(after, before, lengths), most))
    if min(outputs) < 1:
        raise ArgumentValueError(f"windows of {kernel} do not fit into lengths {lengths}")
    if size is not None:
        found["output_size"] = outputs
    return outputs


def _scaled(outputs: Sequence[int], before: Sequence[int], lengths: Sequence[int]) -> Shape:
    """Numbers of outputs in the proportion of lengths, at least 1."""
    triples = zip(outputs, before, lengths, strict=True)
    return tuple(max(round(o * n / b), 1) for o, b, n in triples)


def _before(
    window: SlidingWindow, outputs: Shape, lengths: Shape, usual: Shape, known: Shape
) -> Shape:
    """The lengths of what is unpooled: one more where the known length is less than usual.

    Args:
        window: of the unpooling.
        outputs: what its pooling gives of ``lengths``.
        lengths: of the unpooled planes.
        usual, known: the lengths that the window gives, and those that the call has.
    """
    whole = unpooled_lengths(window, outputs, None)
    axes = zip(outputs, lengths, whole, usual, known, strict=True)
    return tuple(o + (k < u and w != n) for o, n, w, u, k in axes)


def _stretched(places: Sequence[int], length: int) -> Shape:
    """Places from 0 to a length, in the proportions of others; as many where they fit."""
    scaled = {round(place * length / places[-1]) for place in places}
    return tuple(sorted(scaled | {0, length}))


def _unpooled(function: str, values: Values) -> Shape:
    """The shape of an unpooling's result."""
    if values.get("grad") is not None:
        return tuple(values["grad"].shape)
    shape, axes = list(values["x"].shape), pooled_axes(function, values)
    window = window_of(function, values)
    lengths = tuple(shape[axis] for axis in axes)
    if window is not None:
        outputs = unpooled_lengths(window, lengths, values.get("output_size"))
        for axis, length in zip(axes, outputs, strict=True):
            shape[axis] = length
    return tuple(shape)


def _array(values: Values) -> ArrayForm:
    """The array whose number of axes is that of the pooling's input."""
    found: ArrayForm = values["x"] if values.get("x") is not None else values["grad"]
    return found
