"""Shapes at which a kernel's vectors, bands and planes end: where mistakes are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..problem.problem import Problem
from ..problem.window import Shape

#: Planes of the shapes that have several: an odd number of them on the last such axis.
_PLANES = 3


class Edge(NamedTuple):
    """An input's shape, and by how many elements its memory begins behind an aligned address."""

    shape: Shape
    offset: int = 0


def edges(problem: Problem, given: Shape, dense: int | None, width: int) -> Iterator[Edge]:
    """At most eight small shapes like a given one.

    Outputs along the dense axis are 1, one fewer than a vector has lanes, as many, and one more;
    then come one plane, an odd number of planes, windows that overhang, and memory that begins at
    an odd element.

    Args:
        given: the pooling's input shape.
        dense: the axis of vectors; None, the last pooled one.
        width: lanes of a vector.
    """
    along = problem.spatial[-1] if dense is None else dense
    lengths = [_length(problem, axis, 3, given) for axis in range(len(given))]
    long = 2 * width + 3

    def shape(planes: int, outputs: int, more: int = 0) -> Shape:
        made = list(lengths)
        for axis in range(len(given)):
            if axis not in problem.spatial:
                made[axis] = planes if given[axis] > 1 else 1
            elif more:
                made[axis] += min(more, _stride(problem, axis) - 1)
        made[along] = _length(problem, along, outputs, given, more)
        return tuple(made)

    found = [Edge(shape(2, outputs)) for outputs in (1, width - 1, width, width + 1) if outputs]
    found.append(Edge(shape(1, long)))
    odd = list(shape(_PLANES, width + 1))
    found.append(Edge(tuple(odd)))
    found.append(Edge(shape(2, long, more=1)))
    found.append(Edge(shape(2, long), offset=1))
    yield from dict.fromkeys(found)


def _length(problem: Problem, axis: int, outputs: int, given: Shape, more: int = 0) -> int:
    """The input's length of so many outputs, and a few elements more."""
    window = problem.window.sliding
    if axis not in problem.spatial or window is None:
        return outputs
    number = problem.spatial.index(axis)
    pads = sum(window.pads(given_lengths(problem, given))[number])
    length = (outputs - 1) * window.stride[number] + window.extent[number] - pads
    return max(length, 1) + min(more, window.stride[number] - 1)


def given_lengths(problem: Problem, given: Shape) -> Shape:
    """The lengths on the pooled axes."""
    return tuple(given[axis] for axis in problem.spatial)


def _stride(problem: Problem, axis: int) -> int:
    """The stride of windows along a pooled axis."""
    window = problem.window.sliding
    return window.stride[problem.spatial.index(axis)] if window else 1
