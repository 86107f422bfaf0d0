"""The arguments of a kernel for one work-item: arrays whose elements follow from their places.

No array is made: an element is computed when it is read. Floats lie between 0.5 and 1.5, none is
NaN; indices are taps of their own windows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from clpool.codegen.pruning import members
from clpool.codegen.spec import KernelSpec
from clpool.problem.listed import Bounds, packed
from clpool.problem.problem import Problem
from clpool.schedule.chunks import Chunk

from .item import Buffer, Launch

_ARGUMENT = re.compile(r"(const )?(__global )?(?:const )?(\w+)\s*(\*)?\s*(?:restrict )?(\w+)$")
_TYPES = {"long": "int64", "int": "int32", "float": "float32", "double": "float64"}


def launch_of(problem: Problem, spec: KernelSpec, part: Chunk, source: str) -> Launch:
    """The launch of a part, with the arguments that the kernel's source declares."""
    arguments: list[Buffer | bytes] = []
    for kind, pointer, name in _declared(source, spec.label):
        if name == "g":
            arguments.append(part.packed(members(source)))
        elif pointer:
            arguments.append(_buffer(problem, kind, name))
        else:
            arguments.append((1).to_bytes(8, "little"))
    group = (*part.group, 1, 1)[:3]
    size = (*part.size, 1, 1)[:3]
    groups = tuple(n // g for n, g in zip(size, group, strict=True))
    return Launch(tuple(arguments), group, groups)  # type: ignore[arg-type]


def _declared(source: str, label: str) -> list[tuple[str, bool, str]]:
    """The arguments of a kernel: the type of each, whether it is an array, its name."""
    match = re.search(rf"void {label}\((.*?)\)\s*\{{", source, re.S)
    assert match
    found = []
    for text in match[1].split(","):
        argument = _ARGUMENT.match(" ".join(text.split()))
        assert argument, text
        found.append((argument[3], argument[4] is not None, argument[5]))
    return found


def _buffer(problem: Problem, kind: str, name: str) -> Buffer:
    """The array of an argument."""
    if name in ("y", "indices", "refused"):
        size = problem.out.size if name == "y" else 0
        return Buffer(name, lambda offset, count: bytes(count), size)
    if name == "list":
        return Buffer(name, _listed(_bounds(problem), problem.window.counts))
    if name in ("chosen", "place"):
        return Buffer(name, _positions(problem, name, np.dtype(_TYPES[kind])))
    exact = name in ("mean", "total")
    dtype = np.dtype(_TYPES[kind]) if exact else problem.dtype.numpy
    return Buffer(name, _elements(dtype))


Content = Callable[[int, int], bytes]


def value_of(place: int, dtype: np.dtype[Any]) -> Any:
    """The element at a place."""
    mixed = (place * 2654435761 >> 7) & 0xFFFF
    return dtype.type(mixed % 100) if dtype.kind in "iu" else dtype.type(0.5 + mixed / 65536)


def _content(element: Callable[[int], bytes], size: int) -> Content:
    """The bytes of an array whose elements are computed."""
    known = lru_cache(maxsize=4096)(element)

    def content(offset: int, count: int) -> bytes:
        first, last = offset // size, -(-(offset + count) // size)
        data = b"".join(known(place) for place in range(first, last))
        start = offset - first * size
        return data[start : start + count]

    return content


def _elements(dtype: np.dtype[Any]) -> Content:
    return _content(
        lambda place: bytes(np.array(value_of(place, dtype), dtype).tobytes()), dtype.itemsize
    )


def _bounds(problem: Problem) -> tuple[Bounds, ...] | None:
    """The bounds of windows; where every call lists its own, evenly spread ones."""
    window = problem.window
    bounds = window.bounds(problem.lengths)
    kernel = getattr(window, "kernel", None)
    if bounds is not None or kernel is None:
        return bounds
    axes = zip(problem.lengths, window.output_shape(problem.lengths), kernel, strict=True)
    starts = ((np.arange(o) * (n - k) // max(o - 1, 1), k) for n, o, k in axes)
    return tuple(np.stack((begin, begin + k), axis=-1) for begin, k in starts)


def _listed(bounds: Any, counts: Any) -> Content:
    """The lists as a kernel reads them, those of one plane for every plane."""
    data = packed(bounds, counts).astype(np.int32).reshape(-1).tobytes()
    size = max(len(data), 4)
    return lambda offset, count: (data + data)[offset % size : offset % size + count]


def _positions(problem: Problem, name: str, dtype: np.dtype[Any]) -> Content:
    """Indices: for output o of O of a plane of L elements, the element at o * L // O."""
    pooled, plane = problem.shape, problem.output_shape
    if name == "place":
        pooled, plane = plane, pooled
    lengths = [plane[axis] for axis in problem.spatial]
    outputs = [pooled[axis] for axis in problem.spatial]
    most = int(np.prod(pooled))

    def element(place: int) -> bytes:
        where = np.unravel_index(min(max(place, 0), most - 1), pooled)
        at = [int(where[axis]) for axis in problem.spatial]
        flat = 0
        for o, count, length in zip(at, outputs, lengths, strict=True):
            flat = flat * length + o * length // count
        return bytes(np.array(flat, dtype).tobytes())

    return _content(element, dtype.itemsize)
