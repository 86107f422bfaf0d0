"""Shapes at which a kernel's vectors, bands and planes end: where mistakes are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..problem.problem import Problem
from ..problem.window import Shape, SlidingWindow

#: Outputs along the axes that no vector lies along, and the odd number of planes along an axis.
_OUTPUTS, _ODD = 3, 3


class Edge(NamedTuple):
    """A pooling's input shape, and the elements before it in aligned memory."""

    shape: Shape
    offset: int = 0


def edges(
    problem: Problem, given: Shape, spatial: Sequence[int], dense: int | None, width: int
) -> list[Edge]:
    """Eight small shapes at most.

    Outputs along the dense axis are 1, one fewer than a vector has lanes, as many, and one more;
    then come one plane, an odd number of planes, windows that overhang, and memory that begins at
    an odd element.

    Args:
        problem: what the kernel computes.
        given: the shape of the pooling's input.
        spatial: the pooled axes.
        dense: the axis that vectors lie along; None, the last pooled one.
        width: lanes of a vector.
    """
    along = spatial[-1] if dense is None else dense
    long = 2 * width + 3

    def shape(planes: int, outputs: int, more: int = 0) -> Shape:
        made = []
        for axis in range(len(given)):
            wanted = outputs if axis == along else _OUTPUTS if axis in spatial else planes
            if axis in spatial:
                wanted = _length(problem, list(spatial).index(axis), wanted, given[axis], more)
            made.append(wanted)
        return tuple(made)

    found = [Edge(shape(2, outputs)) for outputs in (1, width - 1, width, width + 1) if outputs]
    found += [Edge(shape(1, long)), Edge(shape(_ODD, width + 1)), Edge(shape(2, long, 1))]
    found.append(Edge(shape(2, long), offset=1))
    return list(dict.fromkeys(found))


def _length(problem: Problem, number: int, outputs: int, given: int, more: int) -> int:
    """The pooling's input length of so many results along a pooled axis, and ``more`` elements.

    A gradient's results are the elements of that input.
    """
    window = problem.window.sliding
    if window is None or number >= window.ndim:
        return outputs + more
    extent, stride = window.extent[number], window.stride[number]
    one = max(extent - sum(window.pads([given] * window.ndim)[number]), 1)
    if not isinstance(problem.window, SlidingWindow):
        return max(outputs, one) + more
    return max((outputs - 1) * stride + one, 1) + min(more, stride - 1)
