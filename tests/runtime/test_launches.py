"""Ranges that are cut into launches, and groups of every shape: results are those of the whole."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact
from driver import CODES, WINDOW, Driver, drawn
from family import check
from family_cases import OPERATORS
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.problem.window import SlidingWindow
from clpool.runtime import device, dispatch, traits
from clpool.runtime.launch import _enqueue_in_turn
from clpool.schedule import launch
from clpool.schedule.chunks import Chunk
from clpool.schedule.device_traits import KernelLimits, fit_group

SHAPE = (3, 5, 33, 47)


def launches_of(driver: Driver) -> int:
    """The launches of the last kernel, by its name."""
    return [label for label, _, _ in driver.launched].count(driver.launched[-1][0])


@pytest.mark.parametrize("number", range(len(OPERATORS)), ids=lambda n: str(OPERATORS[n]))
def test_every_operator_in_many_launches(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gives the oracle's numbers, in groups of the range's shape."""
    operator = OPERATORS[number]
    driver = Driver(monkeypatch, kind="gpu")
    monkeypatch.setattr(launch, "taps_per_launch", lambda traits: 1)
    dtype = np.dtype(operator.usual)
    plain = operator.arrays(np.random.default_rng(3), dtype, "normal", (9, 16))
    check(operator, plain, str(operator), number % 2 == 1)
    assert launches_of(driver) > 1


@pytest.mark.parametrize("channels", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("variant", ["direct", "group"])
@pytest.mark.parametrize("width", [1, 4])
def test_sliding_windows_in_many_launches(
    variant: str, width: int, channels: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values and indices of numpy and of pyopencl arrays, however the range is cut."""
    driver = Driver(monkeypatch, kind="gpu")
    x = drawn(0, SHAPE)
    expected = reference.pool(x, WINDOW, "max", return_indices=True)
    for taps in (1, 10**4):
        monkeypatch.setattr(launch, "taps_per_launch", lambda traits, taps=taps: taps)
        given = np.ascontiguousarray(np.moveaxis(x, 1, -1)) if channels else x
        dispatch._plans.clear()
        with tuning.forced(variant=variant, width=width):
            found = [
                clpool.max_pool2d(
                    array,
                    3,
                    2,
                    1,
                    return_indices=True,
                    data_format="channels_last" if channels else "channels_first",
                )
                for array in (given, cla.to_device(device.default_queue(), given))
            ]
        for result in (found[0], tuple(array.get() for array in found[1])):
            for one, other in zip(result, expected, strict=True):
                assert_exact(np.moveaxis(one, -1, 1) if channels else one, other)
        assert launches_of(driver) > 2
        driver.launched.clear()


@pytest.mark.parametrize("group", [(16, 16, 1), (9, 9, 3), (1, 1, 256), (33, 7, 1), (5, 1, 1)])
def test_groups_of_any_shape(group: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers do not depend on the group, which need be no power of two."""
    driver = Driver(monkeypatch, kind="gpu")
    x = drawn(1, SHAPE)
    with tuning.forced(variant="direct", group=group):
        plan = clpool.plan(x.shape, x.dtype, (3, 3), "max", 2, 1)
    assert_exact(plan(x), reference.pool(x, WINDOW, "max"))
    (launch,) = plan._launches
    device = plan.queue.device
    limits = traits.limits_of(launch.kernel, device)
    row, *_ = fit_group(traits.traits_of(device), limits, (prod(group), 1, 1))
    assert driver.launched[-1][2] == (row,)


@pytest.mark.parametrize("most", [100, 7, 1])
def test_a_kernel_that_takes_small_groups_only(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its group is shaped anew, within that; the kernel stays."""
    driver = Driver(monkeypatch, kind="gpu")
    monkeypatch.setattr("clpool.runtime.descent.limits_of", lambda *_: KernelLimits(most))
    x = drawn(2, SHAPE)
    assert_exact(clpool.max_pool2d(x, 3, 2, 1), reference.pool(x, WINDOW, "max"))
    label, _, group = driver.launched[-1]
    assert prod(group) <= most
    assert "_outputs_" in label
    assert (driver.refused, len(driver.compiled)) == ([], 1)


def test_a_kernel_that_the_driver_refuses_in_any_larger_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also if it says that it takes more: the ladder ends."""
    driver = Driver(monkeypatch, kind="gpu")
    refused = cl.status_code.INVALID_WORK_GROUP_SIZE
    driver.launches = lambda label, size, group: refused * (prod(group) > 3)
    monkeypatch.setattr("clpool.runtime.descent.limits_of", lambda *_: KernelLimits(50))
    x = drawn(2, SHAPE)
    assert_exact(clpool.max_pool2d(x, 3, 2, 1), reference.pool(x, WINDOW, "max"))
    assert prod(driver.launched[-1][2]) == 1


class Event:
    """A launch that is pending until it is waited for; the third one is interrupted."""

    pending = 0

    def __init__(self, number: int) -> None:
        self.number = number
        Event.pending += 1
        assert Event.pending <= 2

    def wait(self) -> None:
        """Wait."""
        Event.pending -= 1
        if self.number == 3:
            raise KeyboardInterrupt


def test_an_interrupt_is_heard_between_launches(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than two launches are pending meanwhile."""
    waits: list[Any] = []

    def enqueue(queue: Any, kernel: Any, size: Any, group: Any, offset: Any, wait: Any) -> Event:
        waits.append(wait)
        return Event(len(waits))

    monkeypatch.setattr(cl, "enqueue_nd_range_kernel", enqueue)
    geometry: Any = None
    chunk = Chunk(geometry, 1, (10,), (1,), tuple(((n,), (1,)) for n in range(10)))
    kernel: Any = None
    with pytest.raises(KeyboardInterrupt):
        _enqueue_in_turn(kernel, kernel, chunk, ["before"], waits=True)
    assert len(waits) == 4
    assert waits[0] == ["before"]
    assert [len(wait) for wait in waits] == [1] * 4


def test_a_launch_that_fails_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simpler kernel writes the same memory next."""
    driver = Driver(monkeypatch, kind="gpu")
    monkeypatch.setattr(launch, "taps_per_launch", lambda traits: 1)
    refused = cl.status_code.OUT_OF_RESOURCES
    driver.launches = lambda label, size, group: (
        refused * (len(driver.launched) > 2 and "_outputs_" in label)
    )
    queue = device.default_queue()
    x = drawn(4, SHAPE)
    for given in (x, cla.to_device(queue, x)):
        found = clpool.max_pool2d(given, 3, 2, 1)
        found = found if isinstance(found, np.ndarray) else found.get()
        assert_exact(found, reference.pool(x, WINDOW, "max"))
    assert "_outputs_" in driver.launched[0][0]
    assert "_outputs_" not in driver.launched[-1][0]
    assert traits.traits_of(queue.device).device_class == "gpu"


@pytest.mark.parametrize("operator", ["max", "gradient", "adaptive", "unpool", "global"])
def test_more_planes_than_a_grid_has(operator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numpy arrays of over 2^16 planes, by a driver of 65,535 groups an axis but the first."""

    def launches(label: str, size: tuple[int, ...], group: tuple[int, ...]) -> int:
        groups = [n // m for n, m in zip(size, group, strict=True)]
        return CODES.INVALID_GLOBAL_WORK_SIZE * (max(groups[1:], default=0) > 2**16 - 1)

    driver = Driver(monkeypatch, launches=launches, kind="gpu")
    traits_as(
        monkeypatch,
        **{"device_class": "gpu", "tuning_class": "gpu", "dialect": "portable"},
        shares_host_memory=lambda: False,
    )
    x = drawn(1, (33, 2000, 6, 4))
    values, indices = reference.pool(x, SlidingWindow.of(2, 2), "max", return_indices=True)
    selected = np.where(np.repeat(np.repeat(values, 2, 2), 2, 3) == x, x, 0)
    # A work-group for each plane.
    alone = {"variant": "group", "source": replace(tuning.SOURCE, group_items=1)}
    with tuning.forced(**(alone if operator == "global" else {})):
        found = {
            "max": lambda: clpool.max_pool2d(x, 2),
            "gradient": lambda: clpool.max_pool2d_backward(values, indices, x.shape, 2),
            "adaptive": lambda: clpool.adaptive_max_pool2d(x, (3, 2)),
            "unpool": lambda: clpool.max_unpool2d(values, indices, 2),
            "global": lambda: clpool.global_max_pool(x),
        }[operator]()
    expected = {"max": values, "adaptive": values, "global": x.max((2, 3), keepdims=True)}
    assert_exact(found, expected.get(operator, selected))
    assert len(driver.launched) == 1 + (operator == "global")
    assert not driver.refused
