"""Sorting networks: data-independent exchanges, hence no divergence."""

from __future__ import annotations

from collections.abc import Collection


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
    needed = set(range(size) if wanted is None else wanted)
    kept = []
    for pair in reversed(pairs):
        if not needed.isdisjoint(pair):
            needed.update(pair)
            kept.append(pair)
    return kept[::-1]
