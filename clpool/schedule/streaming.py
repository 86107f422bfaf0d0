"""Chunks of a problem whose arrays are copied to the device: some are computed meanwhile."""

from __future__ import annotations

from itertools import islice

from ..problem.problem import Problem
from ..tuning import HOST
from .geometry import Geometry


def widest_bytes(problem: Problem) -> int:
    """The bytes of an element of the widest array of a problem."""
    wide = problem.index or problem.input_index or "weight_sum" in problem.mode.inputs
    return max(problem.dtype.size, problem.out.size, 8 if wide else 1)


def part_elements(problem: Problem) -> int:
    """The elements of an array that a chunk touches, where arrays are copied."""
    return max(HOST.streamed_bytes // widest_bytes(problem), 1)


def parts(chunks: list[Geometry], part: int) -> list[Geometry]:
    """These chunks cut further, to ``part`` elements of an array, each where it is worth it."""
    return [finer for chunk in chunks for finer in _parts(chunk, part)]


def _parts(chunk: Geometry, part: int) -> list[Geometry]:
    """A chunk cut to ``part`` elements; to more of them, where its parts would copy much twice.

    Parts copy the halo, and what lies between their elements, which may be those of others.
    """
    read, written = _lengths([chunk])
    while part < max(read, written):
        enough = HOST.streamed_parts * -(-max(read, written) // part)
        found = list(islice(chunk.chunks(part), enough + 1))
        reads, writes = _lengths(found)
        few = len(found) <= enough and writes <= written
        if few and reads <= read + read // HOST.streamed_excess:
            return found
        part *= 2
    return [chunk]


def _lengths(chunks: list[Geometry]) -> tuple[int, int]:
    """The elements from the first to the last one of input and output, of all chunks."""
    lengths = [[last - first + 1 for first, last in (c.x_span(), c.y_span())] for c in chunks]
    read, written = (sum(side) for side in zip(*lengths, strict=True))
    return read, written
