"""Devices of small work-groups: the groups of a launch are folded until the device takes them."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from clpool.runtime import capabilities, device
from clpool.schedule.device_traits import DeviceTraits, KernelLimits, fit_group

POOLING = """
    import numpy as np, clpool
    from clpool import reference, tuning
    from clpool.problem.window import SlidingWindow
    unit = clpool.default_device()
    assert unit.max_work_group_size == {most}, unit.max_work_group_size
    x = np.random.default_rng(0).normal(size=(3, 5, 33, 70)).astype(np.float32)
    expected = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    for forced in (dict(variant="direct", width=1), dict(variant="direct", width=4),
                   dict(variant="rows"), dict(variant="group"), dict(variant="outputs"),
                   dict(variant="tile")):
        with tuning.forced(**forced):
            plan = clpool.plan(x.shape, x.dtype, (3, 3), "max", 2, 1, return_indices=True)
            values, indices = plan(x)
        assert (values == expected[0]).all() and (indices == expected[1]).all()
        (launch,) = plan._launches
        print(launch.spec.variant, *[chunk.group for chunk in launch.chunks])
"""


@pytest.mark.parametrize(
    ("most", "groups"),
    [
        (
            1,
            [
                "direct (1,)",
                "direct (1,)",
                "rows (1,)",
                "group (1, 1)",
                "outputs (1,)",
                "tile (1,)",
            ],
        ),
        (
            100,
            [
                "direct (100,)",
                "direct (100,)",
                "rows (1,)",
                "group (1, 100)",
                "outputs (100,)",
                "tile (100,)",
            ],
        ),
        (
            128,
            [
                "direct (128,)",
                "direct (128,)",
                "rows (1,)",
                "group (1, 128)",
                "outputs (128,)",
                "tile (128,)",
            ],
        ),
    ],
)
def test_a_device_of_small_groups(most: int, groups: list[str]) -> None:
    """Every variant runs, and is right; a group per output only where there may be such."""
    if not capabilities.is_pocl(device.default_device()):
        pytest.skip("only PoCL can be told how large groups may be")
    done = subprocess.run(
        [sys.executable, "-c", dedent(POOLING).format(most=most)],
        env=os.environ | {"POCL_MAX_WORK_GROUP_SIZE": str(most)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.splitlines() == groups, done.stderr


def test_groups_are_halved_from_the_last_axis_on() -> None:
    """Until items are few enough, along each axis and in all."""
    many = (4096,) * 3
    for wished, most, sizes, expected in (
        ((64, 4, 1), 4096, many, (64, 4, 1)),
        ((64, 4, 1), 256, many, (64, 4, 1)),
        ((64, 4, 1), 255, many, (64, 2, 1)),
        ((64, 4, 1), 64, many, (64, 1, 1)),
        ((64, 4, 1), 63, many, (32, 1, 1)),
        ((64, 4, 1), 1, many, (1, 1, 1)),
        ((64, 4, 2), 1024, (1024, 1024, 1), (64, 4, 1)),
        ((64, 4, 1), 1024, (16, 1024, 64), (16, 4, 1)),
    ):
        traits = DeviceTraits("a device", max_group=most, max_items=sizes)
        assert fit_group(traits, None, wished) == expected
        assert fit_group(traits, KernelLimits(1), wished) == (1, 1, 1)
