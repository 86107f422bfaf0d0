"""Launches on GPUs: the shape of a work-group, and the launches that a range is cut into."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod

from ..problem.window import Shape
from ..tuning import CACHES, LAUNCH
from .device_traits import DeviceTraits

Extents = tuple[int, int, int]

#: Work-groups of an axis but the first, and work-items of a launch, that every driver takes.
MOST_GROUPS, MOST_ITEMS = 2**16 - 1, 2**31 - 1


@lru_cache(CACHES.groups)
def group_for(traits: DeviceTraits, most: int, extents: Extents) -> Extents:
    """The work-group for a range, of at most ``most`` work-items.

    Of the groups whose lanes are busy the one with the longest row, then with the most rows:
    work-items of neighbouring rows read the same rows of the input.

    Args:
        extents: work-items along the row, across rows, across planes.

    Example:
        >>> group_for(DeviceTraits("a device", simd_width=32), 256, (28, 56, 1024))
        (32, 8, 1)
    """
    most = min(most, LAUNCH.group_items, traits.max_group)
    if prod(extents) < 2 * most * traits.multiprocessors:
        most = min(most, LAUNCH.group_items_few)
    lockstep = traits.simd_width or LAUNCH.lockstep

    def order(group: Extents) -> tuple[float, ...]:
        items = prod(group)
        slots = -(-items // lockstep) * lockstep * prod(groups_of(extents, group))
        busy = prod(extents) / slots
        full, row = min(busy, LAUNCH.busy), min(group[0], LAUNCH.long_row)
        enough, few = min(items, LAUNCH.enough_items), min(items, LAUNCH.group_items_few)
        return full, row, enough, group[1], few, busy

    return max(_groups(extents, traits.max_items, most), key=order)


def groups_of(extents: Shape, group: Shape) -> Shape:
    """The work-groups along each axis that cover a range."""
    return tuple(-(-extent // items) for extent, items in zip(extents, group, strict=True))


def _groups(extents: Extents, sizes: Shape, most: int) -> Iterator[Extents]:
    """The groups of at most ``most`` work-items that are tried."""
    for row in _lengths(extents[0], min(most, sizes[0])):
        for rows in _lengths(extents[1], min(most // row, sizes[1])):
            for planes in _lengths(extents[2], min(most // (row * rows), sizes[2])):
                yield row, rows, planes


def _lengths(extent: int, most: int) -> set[int]:
    """The work-items of a group along an axis: powers of two, and equal shares of the axis."""
    shares = {-(-extent // groups) for groups in range(1, 5)}
    powers = {2**n for n in range((extent - 1).bit_length() + 1)}
    fewest = -(-extent // -(-extent // most))
    return {length for length in {fewest, *shares, *powers} if length <= most}


def taps_per_launch(traits: DeviceTraits) -> int:
    """The taps that a launch reads in ``LAUNCH.seconds`` on a slow day of the device.

    Drivers end launches that keep a display waiting for seconds.
    """
    clocks = max(traits.clock_mhz, LAUNCH.unit_mhz) * 1e6 * LAUNCH.seconds
    lanes = traits.units * max(traits.simd_width, LAUNCH.unit_lanes)
    return max(int(clocks * lanes / LAUNCH.tap_clocks), LAUNCH.least_taps)


def cut(
    traits: DeviceTraits, size: Shape, group: Shape, taps: int
) -> tuple[tuple[Shape, Shape], ...]:
    """The launches that a range is cut into: offset and size of each; empty, where one will do.

    No launch has more than :data:`MOST_ITEMS` work-items, more than :data:`MOST_GROUPS` groups
    along an axis but the first, or more taps than :func:`taps_per_launch`.

    Args:
        size: the range in work-items, a multiple of ``group`` along each axis.
        taps: the taps that a work-item reads.

    Example:
        >>> cut(DeviceTraits("a device", units=64), (64, 4, 2**16), (64, 4, 1), 9)
        (((0, 0, 0), (64, 4, 32768)), ((0, 0, 32768), (64, 4, 32768)))
    """
    items = min(MOST_ITEMS, taps_per_launch(traits) // max(taps, 1))
    left = max(items // prod(group), 1)
    steps = []
    for axis, groups in enumerate(groups_of(size, group)):
        allowed = min(left, groups, MOST_GROUPS if axis else groups)
        step = -(-groups // -(-groups // allowed))
        left = max(left // step, 1) if step == groups else 1
        steps.append(step * group[axis])
    if tuple(steps) == size:
        return ()
    starts = [range(0, n, step) for n, step in zip(size, steps, strict=True)]
    return tuple(
        (offset, tuple(min(step, n - at) for at, step, n in zip(offset, steps, size, strict=True)))
        for offset in (place[::-1] for place in product(*starts[::-1]))
    )
