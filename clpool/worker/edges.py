"""Shapes at which a kernel's vectors, bands and planes end: where mistakes are."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from ..problem.problem import Problem
from ..problem.window import Shape, SlidingWindow

#: Outputs along the axes that no vector lies along, and the odd number of planes along an axis.
_OUTPUTS, _ODD = 3, 3
#: Elements of the longest line, and of the largest plane whose other lengths are kept, too.
_LONGEST, _LARGEST = 2**15 + 1, 2**17


class Edge(NamedTuple):
    """A pooling's input shape, and the elements before it in aligned memory."""

    shape: Shape
    offset: int = 0


def edges(
    problem: Problem, given: Shape, spatial: Sequence[int], dense: int | None, width: int
) -> list[Edge]:
    """Eight small shapes at most.

    Outputs along the dense axis are 1, one fewer than a vector's, as many, and one more. Planes of
    about the given lengths follow: one plane, an odd number of planes, windows that overhang, and
    memory that begins at an odd element.

    Args:
        problem: what the kernel computes.
        given: the shape of the pooling's input.
        spatial: the pooled axes.
        dense: the axis that vectors lie along; None, the last pooled one.
        width: lanes of a vector.
    """
    along = spatial[-1] if dense is None else dense
    vector = width * _phases(problem, along, spatial)

    own = prod(given[axis] for axis in {*spatial, along}) <= _LARGEST

    def shape(planes: int, line: int, overhangs: bool = False, small: bool = False) -> Shape:
        made = [planes] * len(given)
        for number, axis in enumerate(spatial):
            few = small or not own
            made[axis] = _length(problem, number, _OUTPUTS, given[axis]) if few else given[axis]
        made[along] = line
        for number, axis in enumerate(spatial if overhangs else ()):
            made[axis] += _fits(problem, number, made[axis])
        return tuple(made)

    def outputs(count: int) -> Shape:
        pooled = along in spatial
        number = list(spatial).index(along) if pooled else 0
        line = _length(problem, number, count, given[along]) if pooled else count
        return shape(2, line, small=True)

    line = min(given[along], _LONGEST)
    found = [Edge(outputs(count)) for count in (1, vector - 1, vector, vector + 1) if count]
    found += [Edge(shape(1, line)), Edge(shape(_ODD, max(line - 1, 1)))]
    found += [Edge(shape(2, line, overhangs=True)), Edge(shape(2, line), offset=1)]
    return list(dict.fromkeys(found))


def fewer_planes(given: Shape, spatial: Sequence[int], dense: int | None, part: float) -> Shape:
    """The shape of a part of the planes, at least one; vectors lie along as many elements.

    Example:
        >>> fewer_planes((16, 64, 112, 112), (2, 3), None, 0.1)
        (16, 6, 112, 112)
    """
    made = list(given)
    for axis in sorted(range(len(given)), key=lambda axis: -given[axis]):
        if axis not in spatial and axis != dense and part < 1:
            made[axis] = max(int(given[axis] * part), 1)
            part *= given[axis] / made[axis]
    return tuple(made)


def _phases(problem: Problem, along: int, spatial: Sequence[int]) -> int:
    """The neighbouring elements that a lane computes: a gradient's phases along a row."""
    window = problem.window.sliding
    if window is None or isinstance(problem.window, SlidingWindow) or along not in spatial:
        return 1
    return window.stride[list(spatial).index(along)]


def _length(problem: Problem, number: int, outputs: int, given: int) -> int:
    """The pooling's input length of so many results along a pooled axis.

    A gradient's results are the elements of that input.
    """
    window = problem.window.sliding
    if window is None or number >= window.ndim:
        return outputs
    extent, stride = window.extent[number], window.stride[number]
    one = max(extent - sum(window.pads([given] * window.ndim)[number]), 1)
    if not isinstance(problem.window, SlidingWindow):
        return max(outputs, one)
    return (outputs - 1) * stride + one


def _fits(problem: Problem, number: int, length: int) -> bool:
    """Whether the last window ends with the padding, or windows do not slide."""
    window = problem.window.sliding
    if window is None or number >= window.ndim:
        return True
    padded = length + sum(window.pads([length] * window.ndim)[number])
    return (padded - window.extent[number]) % window.stride[number] == 0
