"""Bounds of a median from order statistics: right whatever the noise is like.

With n observations, the k-th smallest lies above the median with probability P(B < k), B binomial
of n and 1/2; of ratios as of their logarithms. A few disturbed observations move nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache


@lru_cache(maxsize=1024)
def rank_of_bound(count: int, alpha: float = 0.05) -> int:
    """The rank of the observation that is the lower bound, from 1; 0 where there are too few.

    Args:
        alpha: the probability that one bound is wrong.

    Example:
        >>> [rank_of_bound(count) for count in (4, 5, 64, 128)]
        [0, 1, 25, 55]
    """
    below, rank = 0.0, 0
    while (below := below + math.comb(count, rank) / 2**count) <= alpha:
        rank += 1
    return rank


def one_sided(ratios: Sequence[float], alpha: float = 0.05) -> tuple[float, float]:
    """One-sided bounds of the median, the lower and the upper one, each wrong with ``alpha``.

    Example:
        >>> one_sided([1.0, 1.1, 0.9, 1.2, 1.05])
        (0.9, 1.2)
    """
    rank = rank_of_bound(len(ratios), alpha)
    if rank == 0:
        return 0.0, math.inf
    ordered = sorted(ratios)
    return ordered[rank - 1], ordered[-rank]
