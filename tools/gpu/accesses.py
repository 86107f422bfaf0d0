"""The accesses of a launch to global and to local memory: data alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from clpool.problem.window import Shape


@dataclass(frozen=True)
class Trace:
    """The accesses of a launch to global memory.

    Args:
        size, group: the work-items of the launch, and of a work-group, along each axis.
        item: of each access, the number of its work-item: axis 0 counts fastest.
        label: equal in items that execute the same instruction.
        address, width, alignment: in bytes; ``alignment``, as far as the pointer's type tells.
        store: whether it writes.
        local: the accesses to local memory, the same of these; None where there are none.
    """

    size: Shape
    group: Shape
    item: np.ndarray
    label: np.ndarray
    address: np.ndarray
    width: np.ndarray
    alignment: np.ndarray
    store: np.ndarray
    local: Trace | None = None

    @classmethod
    def of(cls, size: Shape, group: Shape, counts: np.ndarray, noted: np.ndarray) -> Trace:
        """The accesses as ``traced.cl`` notes them: so many of each item, two numbers an access."""
        item = np.repeat(np.arange(counts.size), counts.astype(np.int64))
        local = (noted[:, 0] >> np.uint64(13) & np.uint64(1)).astype(bool)
        found = cls._decoded(size, group, item[~local], noted[~local])
        if not local.any():
            return found
        return replace(found, local=cls._decoded(size, group, item[local], noted[local]))

    @classmethod
    def _decoded(cls, size: Shape, group: Shape, item: np.ndarray, noted: np.ndarray) -> Trace:
        facts = noted[:, 0]
        return cls(
            size,
            group,
            item=item,
            label=noted[:, 1],
            address=(facts >> np.uint64(16)).astype(np.int64),
            width=(facts >> np.uint64(1) & np.uint64(0x1FF)).astype(np.int64),
            alignment=1 << (facts >> np.uint64(10) & np.uint64(7)).astype(np.int64),
            store=(facts & np.uint64(1)).astype(bool),
        )

    def waves(self, size: int) -> tuple[np.ndarray, np.ndarray, int]:
        """The wave and the lane of each access, and the waves of the launch.

        A wave is so many consecutive items of a work-group, counted along axis 0 first.
        """
        at = np.array(np.unravel_index(self.item, self.size, order="F"))
        group = np.array(self.group).reshape(-1, 1)
        groups = tuple(n // g for n, g in zip(self.size, self.group, strict=True))
        local = np.ravel_multi_index(tuple(at % group), self.group, order="F")
        number = np.ravel_multi_index(tuple(at // group), groups, order="F")
        waves = -(-math.prod(self.group) // size)
        return number * waves + local // size, local % size, waves * math.prod(groups)
