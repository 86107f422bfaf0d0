"""Device buffers of calls on numpy arrays: kept within bounds, discarded where memory is short."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyopencl as cl
import pytest
from driver import Driver, drawn, pooled
from other_devices import traits_as

import clpool
from clpool.runtime import device, device_memory, dispatch

SHAPE = (2, 3, 33, 47)


@pytest.fixture(autouse=True)
def _copied(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Arrays are copied to the device, and nothing is kept before or after."""
    traits_as(monkeypatch, shares_host_memory=lambda: False)
    monkeypatch.setattr(dispatch, "_plans", {})
    clpool.release_memory()
    yield
    clpool.release_memory()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the buffers that are made meanwhile."""
    sizes: list[int] = []
    buffer = cl.Buffer

    def noted(context: cl.Context, flags: int, size: int = 0, hostbuf: object = None) -> cl.Buffer:
        sizes.append(size)
        return buffer(context, flags, size, hostbuf)

    monkeypatch.setattr(cl, "Buffer", noted)
    return sizes


def kept() -> int:
    """The bytes that are kept."""
    return sum(buffer.size for _, buffer in device_memory._kept)


def test_a_second_call_makes_no_buffer(made: list[int]) -> None:
    """One of the same sizes; results are right each time, and what is kept is released."""
    for seed in range(3):
        pooled(drawn(seed, SHAPE))
    assert len(made) == 2
    result = np.prod((2, 3, 17, 24)) * 4
    assert kept() == drawn(0, SHAPE).nbytes + result
    assert device_memory.release() == drawn(0, SHAPE).nbytes + result
    assert kept() == 0


def test_buffers_in_use_are_nobody_elses() -> None:
    """Two of one size are two, also where one was kept."""
    context = device.default_queue().context
    first = device_memory.take(context, 4096)
    device_memory.give_back(context, [first])
    assert device_memory.take(context, 4096) is first
    assert device_memory.take(context, 4096) is not first
    assert device_memory.take(context, 4095).size == 4095
    other = cl.Context([device.default_device()])
    device_memory.give_back(context, [first])
    assert device_memory.take(other, 4096) is not first


@pytest.mark.parametrize(("mib", "most"), [("0", 0), ("1", 2**20), ("", 2**28)])
def test_the_pool_is_bounded(mib: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its bytes and by its buffers; the oldest go."""
    monkeypatch.setenv("CLPOOL_KEEP_MIB", mib)
    context = device.default_queue().context
    sizes = [2**21, 2**19, 2**19, 2**18, *range(1, 41)]
    buffers = [device_memory.take(context, size) for size in sizes]
    for buffer in buffers:
        device_memory.give_back(context, [buffer])
        assert kept() <= most
        assert len(device_memory._kept) <= device_memory.MOST_BUFFERS
    assert device_memory._kept == (
        [(context, b) for b in buffers[-device_memory.MOST_BUFFERS :]] if most else []
    )


def test_what_is_kept_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """An allocation that fails is tried once more without it, before parts are made smaller."""
    driver = Driver(monkeypatch)
    traits_as(monkeypatch, shares_host_memory=lambda: False)
    pooled(drawn(0, SHAPE))
    before = len(driver.launched)
    allocate = driver._allocate

    def full(*arguments: object) -> cl.Buffer:
        driver.largest = 0 if kept() else np.inf
        return allocate(*arguments)

    monkeypatch.setattr(cl, "Buffer", full)
    pooled(drawn(1, (2, 3, 34, 47)))
    assert len(driver.launched) == before + 1
    assert driver.refused == []
