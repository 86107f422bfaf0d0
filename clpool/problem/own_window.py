"""The window of each output on its own: the taps that its index may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .listed import Bounds, CoveringWindow, ListedWindow

if TYPE_CHECKING:
    from .window import SlidingWindow


@dataclass(frozen=True, eq=False)
class OwnWindow:
    """The pooling's window of each output, from output ``first`` of each axis on.

    Args:
        of: the windows that the gradient gathers from.
        outputs: the pooling's outputs on each axis, from ``first`` on.
        first: where they begin; sliding windows alone begin elsewhere than at 0.
    """

    of: CoveringWindow | ListedWindow
    outputs: tuple[int, ...]
    first: tuple[int, ...]

    gradient: ClassVar[bool] = False

    @property
    def kind(self) -> str:
        """How the window of an output is found."""
        return self.of.kind

    @property
    def sliding(self) -> SlidingWindow | None:
        """The sliding window, if it is one."""
        return self.of.sliding

    @property
    def counts(self) -> tuple[Bounds, ...] | None:
        """The bounds of listed windows."""
        return self.of.counts

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths of the planes of the pooling's input."""
        return self.of.output_shape(())

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.outputs)

    def output_shape(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """An output for every index."""
        return self.outputs

    def bounds(self, lengths: Sequence[int]) -> None:
        """None: no output lists others."""


def tapless(window: CoveringWindow) -> list[tuple[int, int, int]]:
    """The windows without a valid tap: the axis, and the first and last outputs.

    Example:
        >>> from .window import SlidingWindow
        >>> tapless(CoveringWindow(SlidingWindow.of(1, 2, 1, ((3, 0),)), (4,)))
        [(0, 0, 2)]
    """
    found = []
    for axis, taps in enumerate(window.sliding.tap_counts(window.lengths, padded=False)):
        ends = np.flatnonzero(np.diff(taps == 0, prepend=False, append=False))
        found += [(axis, int(a), int(b)) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    return found
