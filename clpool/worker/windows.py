"""The windows of a problem as the reference takes them: of the pooling, also of a gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..problem.listed import (
    AdaptiveWindow,
    Bounds,
    CoveringWindow,
    ListedWindow,
    covering,
)
from ..problem.own_window import OwnWindow
from ..problem.problem import Problem
from ..problem.window import SlidingWindow
from ..reference.taps import Window

Shape = tuple[int, ...]


def pooling_window(problem: Problem, lists: np.ndarray | None) -> Window | None:
    """The windows of a problem, or of the pooling whose gradient it is; None where it has none.

    Args:
        problem: what is computed.
        lists: the bounds that a call brings, as :func:`clpool.problem.listed.packed` lays them.
    """
    window = problem.window
    if isinstance(window, (SlidingWindow, AdaptiveWindow)):
        return window
    if isinstance(window, CoveringWindow):
        return window.sliding
    if not isinstance(window, ListedWindow):
        return None
    listed = window.listed if lists is None else unpacked(lists, window.outputs)
    if listed is None or not window.gradient:
        return None if listed is None else ListedWindow.of(*listed)
    # What covers an element is covered by it: twice is the windows themselves.
    return ListedWindow.of(*map(covering, listed, problem.lengths))


def own_windows(problem: Problem) -> tuple[Window, Shape] | None:
    """The windows whose taps indices may name, and the lengths of the planes that these are in."""
    own = problem.window
    if not isinstance(own, OwnWindow):
        return None
    if own.sliding is not None:
        return own.sliding, own.lengths
    return None if own.counts is None else (ListedWindow.of(*own.counts), own.lengths)


def unpacked(lists: np.ndarray, outputs: Shape) -> Sequence[Bounds]:
    """The bounds on each axis of lists that hold no counts."""
    found, begin = [], 0
    for length in outputs:
        part = lists[..., begin : begin + 2 * length]
        found.append(part.reshape(*lists.shape[:-1], length, 2).astype(np.int64))
        begin += 2 * length
    return found
