"""What a call must give at a shape, computed once: by the reference, and by the default kernel."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import pyopencl as cl

from ..errors import ArgumentTypeError, ArgumentValueError
from ..problem.problem import Problem
from ..runtime.plan import Plan
from . import memory
from .arrays import Execution, executions
from .call import Call
from .edges import Edge
from .expectation import Expected, exactly
from .expected import expected
from .failures import FAILURES

#: Bytes of the samples that are kept.
MOST_BYTES = 2**30
#: Taps of all windows that the reference combines in a part of a second.
MOST_TAPS = 2**24


@dataclass(frozen=True)
class Sample:
    """The inputs of an execution, and its results.

    Args:
        call: the call that makes it.
        kind: of the values in its arrays.
        given: its arrays on the host.
        default: the results of the default kernel.
    """

    call: Call
    kind: str
    given: Execution
    default: list[np.ndarray]

    @cached_property
    def expected(self) -> list[Expected] | None:
        """The results by the reference; None where there is none."""
        return expected(*self.given)

    @property
    def is_costly(self) -> bool:
        """Whether the reference takes long: then the default kernel's results are asked first."""
        return taps_in(self.given.problem) > MOST_TAPS

    def judged(self, results: Sequence[np.ndarray]) -> tuple[str, bool]:
        """Where and how results are wrong, "" if not; whether they are the default's bits."""
        same = self._is_same(results)
        if same and not self.is_costly:
            return self._default_fault, True
        if same or (self.is_costly and (self.kind == "normal" or self._is_equal(results))):
            return "", same  # sums of large arrays are held against bounds in samples of few planes
        return self._fault(results), False

    @cached_property
    def _default_fault(self) -> str:
        """Where and how the default kernel's results are wrong."""
        return self._fault(self.default) if self.expected else ""

    def _fault(self, results: Sequence[np.ndarray]) -> str:
        if self.expected is None:
            return "not the default kernel's results, and there is no reference"
        checked = zip(self.expected, results, strict=True)
        faults = [(number, one.check(found)) for number, (one, found) in enumerate(checked)]
        return "; ".join(f"result {number}: {fault}" for number, fault in faults if fault)

    def _is_same(self, results: Sequence[np.ndarray]) -> bool:
        """Whether results are the default kernel's bit for bit, but where they may be anything."""
        known = None if self.is_costly else self.expected
        frees = [one.free for one in known] if known else [None] * len(results)
        pairs = zip(self.default, results, frees, strict=True)
        return all(_same(one, other, free) for one, other, free in pairs)

    def _is_equal(self, results: Sequence[np.ndarray]) -> bool:
        """Whether results equal the default kernel's: zeros of both signs are equal, and NaN."""
        pairs = zip(exactly(*self.default), results, strict=True)
        return not any(one.check(found) for one, found in pairs)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        arrays = [self.given.x, *self.given.sources.values(), *self.default]
        for one in self.__dict__.get("expected") or ():  # if it was computed
            arrays += [a for a in (one.values, one.bound) if a is not None]
        return sum(array.nbytes for array in arrays)


def taps_in(problem: Problem) -> int:
    """The taps of all windows of a problem."""
    return prod(problem.output_shape) * max(problem.taps, 1)


class Samples:
    """The samples of one part of a call, the latest of them kept.

    Args:
        call, part, seed: the call, the number of its execution, and the seed of its arrays.
        queue: that the default kernels run on.
        on_device: whether arrays lie in the device's memory.
    """

    def __init__(
        self, call: Call, part: int, seed: int, queue: cl.CommandQueue, on_device: bool
    ) -> None:
        self._call, self._part, self.seed = call, part, seed
        self._queue, self._memory = queue, queue if on_device else None
        #: Tuning parameters that lead to the default kernel of the call at other shapes, too.
        self.forced: dict[str, Any] = {}
        self._kept: OrderedDict[tuple[Edge, str], Sample | None] = OrderedDict()

    def find(self, edge: Edge, kind: str) -> Sample | None:
        """The sample of a shape and a kind of values; None where the operator refuses the shape."""
        key = edge, kind
        if key not in self._kept:
            self._kept[key] = self._made(edge, kind)
            while len(self._kept) > 1 and self._size() > MOST_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _size(self) -> int:
        return sum(sample.nbytes for sample in self._kept.values() if sample)

    def _made(self, edge: Edge, kind: str) -> Sample | None:
        try:
            same = edge.shape == self._call.input_shape
            call = self._call if same else self._call.resized(edge.shape)
            found = executions(call, self.seed, kind)
        except (ArgumentValueError, ArgumentTypeError):
            return None
        if len(found) <= self._part or found[self._part].problem.is_empty:
            return None
        given = found[self._part]
        inputs = memory.placed(given, self._memory, edge.offset)
        forced = {} if same and not edge.offset else self.forced
        return Sample(call, kind, given, self._default(given.problem, inputs, forced))

    def _default(
        self, problem: Problem, inputs: memory.Inputs, forced: dict[str, Any]
    ) -> list[np.ndarray]:
        """The results of the default kernel; of the shape's own, where the device refuses that."""
        try:
            found = inputs.execute(Plan(problem, self._queue, forced), (), self._queue)
        except FAILURES:
            found = inputs.execute(Plan(problem, self._queue, {}), (), self._queue)
        return [memory.read(one) for one in (found if isinstance(found, tuple) else (found,))]


def _same(one: np.ndarray, other: np.ndarray, free: np.ndarray | None) -> bool:
    """Whether two arrays have the same bits, but for elements that may be anything."""
    word = f"u{one.dtype.itemsize}"
    bits = [np.ascontiguousarray(a).reshape(-1).view(word) for a in (one, other)]
    differ = bits[0] != bits[1]
    if free is not None:
        differ &= ~np.ascontiguousarray(free).reshape(-1)
    return not differ.any()
