"""Sorting networks: data-independent exchanges, hence no divergence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product
from math import prod


def sorting(size: int, wanted: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Batcher's merge exchange (Knuth's Algorithm 5.2.2M): pairs to put in order, one by one.

    Args:
        size: how many values there are.
        wanted: the places that must be right in the end; None is all of them. Exchanges that none
            of these depends on are left out.

    Example:
        >>> sorting(4)
        [(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)]
        >>> sorting(4, wanted=[0])
        [(0, 2), (1, 3), (0, 1)]
    """
    pairs = []
    top = 1 << (max(size - 1, 1).bit_length() - 1)
    p = top
    while p:
        q, r, d = top, 0, p
        while True:
            pairs += [(i, i + d) for i in range(size - d) if i & p == r]
            if q == p:
                break
            d, q, r = q - p, q >> 1, p
        p >>= 1
    return _needed(pairs, range(size) if wanted is None else wanted)


def _needed(pairs: list[tuple[int, int]], wanted: Collection[int]) -> list[tuple[int, int]]:
    """The exchanges that a wanted place depends on."""
    needed = set(wanted)
    kept = []
    for pair in reversed(pairs):
        if not needed.isdisjoint(pair):
            needed.update(pair)
            kept.append(pair)
    return kept[::-1]


def selecting(
    rows: int, columns: int, wanted: Collection[int]
) -> tuple[list[tuple[int, int]], list[int]]:
    """A network over a matrix of values whose columns are in order, and where it leaves ranks.

    Once its rows are in order too, value (r, c) is not below (r + 1)(c + 1) - 1 others and not
    above (rows - r)(columns - c) - 1: those that cannot have a wanted rank are left out then.

    Args:
        rows, columns: of the matrix; the value at (r, c) is number r * columns + c.
        wanted: the ranks to select among all values.

    Returns:
        The pairs to put in order, one by one, and the numbers at which the wanted ranks lie.

    Example:
        >>> selecting(3, 1, [1])
        ([], [1])
    """
    size, low, high = rows * columns, min(wanted), max(wanted)
    pairs, kept, below = [], [], 0
    for r in range(rows):
        own = []
        for c in range(columns):
            if (rows - r) * (columns - c) > size - low:
                below += 1
            elif (r + 1) * (c + 1) <= high + 1:
                own.append(c)
        if own == [columns - 1]:
            places = [(c, columns - 1) for c in range(columns - 1)]
        elif own == [0]:
            places = [(0, c) for c in range(1, columns)]
        else:
            places = sorting(columns, own)
        pairs += [(r * columns + a, r * columns + b) for a, b in places]
        kept += [r * columns + c for c in own]
    ranks = [rank - below for rank in wanted]
    pairs += [(kept[a], kept[b]) for a, b in sorting(len(kept), ranks)]
    found = [kept[rank] for rank in ranks]
    return _needed(pairs, found), found


def middle_ranks(kernel: Sequence[int], upper: bool = False) -> dict[int, int]:
    """The rank of a window's lower, or upper, middle tap by how many of its taps there are.

    Args:
        kernel: the lengths of the window, of which any number may lie in the plane.

    Returns:
        Ranks by the least number of taps that has each.

    Example:
        >>> middle_ranks((3, 3))
        {1: 0, 3: 1, 6: 2, 9: 4}
    """
    counts = {prod(along) for along in product(*(range(1, size + 1) for size in kernel))}
    least: dict[int, int] = {}
    for count in sorted(counts):
        least.setdefault((count - 1 + upper) // 2, count)
    return {count: rank for rank, count in least.items()}
