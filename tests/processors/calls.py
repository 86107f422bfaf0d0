"""A call and the skeleton it must run, and a case: one or more calls on elements of one dtype."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from expected import Expected, averages, exactly
from family import Operator, check, ran

from clpool import modes, reference, tuning
from clpool.dtypes import ELEMENT_TYPES, ElementType
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device

#: Bytes of the widest vector of any processor: that many lanes, and some more, have every row and
#: all channels, so that each processor runs the widths that it has.
VECTOR = 64


class Skipped(Exception):
    """A case cannot run here; the message is the reason."""


@dataclass(frozen=True)
class Sliding(Operator):
    """Maxima, minima, sums or averages of a window that slides."""

    mode: str = "max"
    indices: bool = False
    integers = True

    def expected(self, arrays):
        """What must come back."""
        (x,) = arrays
        if self.mode == "avg":
            return averages(x, self.window)
        if modes.find(self.mode).selects:
            found = reference.pool(x, self.window, self.mode, return_indices=True)
            return exactly(*found[: 1 + self.indices])
        if x.dtype.kind in "iu":
            return exactly(reference.pool(x, self.window, self.mode))
        values = reference.pool(x, self.window, self.mode, exact=True)
        bound = np.broadcast_to(reference.sum_bound(x, self.window, self.mode), values.shape)
        return [Expected(values, x.dtype, bound)]


def sliding(
    mode: str,
    lengths: tuple[int, ...],
    kernel: Any,
    stride: Any = None,
    padding: Any = 0,
    *,
    indices: bool = False,
    front: str = "",
) -> Sliding:
    """An operator of the window's own function, or of ``pool``."""
    ndim = len(lengths)
    window = SlidingWindow.of(ndim, kernel, stride, padding, 1, False)
    name = front or f"{mode}_pool{ndim}d"
    arguments: tuple[Any, ...] = (kernel, stride, padding)
    if front:
        arguments = (window.kernel, mode, stride, padding)
    keywords = {"return_indices": True} if indices else {}
    return Sliding(name, lengths, window, arguments, keywords, mode, indices)


@dataclass(frozen=True)
class Call:
    """One call of an operator, and the skeleton that it must run.

    Args:
        skeleton: its name, or "" where any may run.
        variant: the variant that is forced; widths are the device's own.
        last: whether the arrays lie channels last.
        whole: whether the channels are whole vectors.
    """

    operator: Operator
    skeleton: str
    variant: str = "rows"
    last: bool = False
    whole: bool = False

    def channels(self, element: ElementType) -> int:
        """The planes of a batch: of arrays that lie channels last more than a vector's lanes."""
        lanes = VECTOR // element.size
        return (lanes if self.whole else lanes + 3) if self.last else 3

    def arrays(self, element: ElementType, kind: str) -> list[np.ndarray]:
        """What it is called with."""
        leading = (2, self.channels(element))
        return self.operator.arrays(np.random.default_rng(7), element.numpy, kind, leading)

    def run(self, element: ElementType) -> None:
        """Compare with the reference, the rows' ends, NaN and infinities too.

        Raises:
            AssertionError: an element is not what it must be, or another skeleton ran.
        """
        specs = ran(
            self.operator, self.channels(element), self.last, element.name, variant=self.variant
        )
        found = {spec.template for spec in specs}
        assert self.skeleton in ("", *found), f"{self}: ran {found}"
        assert len(found) == 1, f"{self}: ran {found}"
        with tuning.forced(variant=self.variant):
            arrays = self.arrays(element, "special")
            check(self.operator, arrays, f"{self} {element.name}, special values", self.last)

    def __str__(self) -> str:
        layout = " channels last" if self.last else ""
        return f"{self.operator} as {self.skeleton or self.variant}{layout}"


@dataclass(frozen=True)
class Case:
    """Calls that belong together, a pooling and its gradient for instance, on one dtype."""

    dtype: str
    calls: tuple[Call, ...] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """The first call, which says what the others are about, and the dtype."""
        return f"{self.calls[0]} {self.dtype}"

    def run(self) -> None:
        """Run every call.

        Raises:
            AssertionError: a call is wrong.
            Skipped: the machine or the device lacks the dtype.
        """
        element = element_here(self.dtype)
        for call in self.calls:
            call.run(element)


def element_here(name: str) -> ElementType:
    """The element type of a name.

    Raises:
        Skipped: the host or the default device has no such type.
    """
    if name == "bfloat16":
        try:
            import ml_dtypes  # noqa: F401
        except ImportError:
            raise Skipped("bfloat16 needs ml_dtypes on the host") from None
    if name == "float64" and not capabilities.has_fp64(device.default_device()):
        raise Skipped("the device has no float64")
    return ELEMENT_TYPES[name]
