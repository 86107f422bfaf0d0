"""Calls on pyopencl arrays that lie as others did find what follows from it, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact, random_values

import clpool
from clpool import reference, tuning
from clpool.errors import ArgumentValueError
from clpool.problem.window import SlidingWindow
from clpool.runtime import arrays, device, launch, validate
from clpool.schedule import flat_blocks

SHAPE, POOLED = (2, 3, 8, 12), (2, 3, 4, 6)
WINDOW = SlidingWindow.of(2, 2)


def values(seed: int) -> np.ndarray:
    """Ties, NaN and infinities."""
    return random_values(np.random.default_rng(seed), SHAPE, np.float32, "special")


def within(queue: cl.CommandQueue, x: np.ndarray, start: int) -> cla.Array:
    """The same on the device, so many elements behind the beginning of its buffer."""
    memory = cla.to_device(queue, np.concatenate([np.full(start, 9e9, x.dtype), x.ravel()]))
    return memory[start:].reshape(x.shape)


def check(found: Any, x: np.ndarray) -> None:
    """Values and indices are the reference's."""
    expected = reference.pool(x, WINDOW, "max", return_indices=True)
    for one, other in zip(found, expected, strict=True):
        assert_exact(one.get(), other)


def plan() -> clpool.Plan:
    """A plan with indices."""
    return clpool.plan(SHAPE, np.float32, (2, 2), return_indices=True)


def test_arrays_that_lie_alike_share_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is specialised, and no layout looked at anew, for arrays of a known one."""
    made, queue = plan(), device.default_queue()
    out = cla.zeros(queue, POOLED, np.float32), cla.zeros(queue, POOLED, np.int64)
    check(made(within(queue, values(0), 0)), values(0))
    check(made(within(queue, values(0), 0), out), values(0))
    for module, name in (
        (launch, "specialise"),
        (arrays, "output_strides"),
        (validate, "check_layout"),
    ):
        monkeypatch.setattr(module, name, lambda *arguments: pytest.fail("looked at anew"))
    for seed in range(1, 4):
        check(made(within(queue, values(seed), 0)), values(seed))
        check(made(within(queue, values(seed), 0), out), values(seed))
    assert len(made.device_executor.bindings) == 2


def test_offsets_in_turn() -> None:
    """Arrays that begin elsewhere in their buffers are read and written there."""
    made, queue = plan(), device.default_queue()
    for turn in range(2):
        for start in (0, 1, 5, 16):
            x = values(start + turn)
            out = (
                within(queue, np.zeros(POOLED, np.float32), start),
                within(queue, np.zeros(POOLED, np.int64), 2 * start),
            )
            check(made(within(queue, x, start), out), x)
    assert len(made.device_executor.bindings) == 4


def test_known_layouts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many layouts do not fill the memory, and are pooled rightly all the same."""
    monkeypatch.setattr(launch, "MOST_LAYOUTS", 3)
    made, queue = plan(), device.default_queue()
    for start in range(10):
        check(made(within(queue, values(start), start)), values(start))
        assert max(len(made.device_executor.bindings), len(made._launches)) <= 3


def test_refused_outputs_are_refused_again() -> None:
    """What cannot be written is no route: the second call is refused as the first."""
    made, queue = plan(), device.default_queue()
    x = within(queue, values(0), 0)
    out = cla.zeros(queue, POOLED, np.float32), cla.zeros(queue, POOLED[::-1], np.int64).T
    for _ in range(2):
        with pytest.raises(ArgumentValueError, match=r"out\[1\] has strides"):
            made(x, out)
    check(made(x), values(0))


@pytest.mark.parametrize("variant", ["outputs", "group"])
@pytest.mark.parametrize("backwards", [False, True])
def test_offsets_beyond_32_bits(
    variant: str, backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an array begins in its buffer decides how wide offsets are; a small bound stands in."""
    queue = device.default_queue()
    monkeypatch.setattr(flat_blocks, "NARROW", 2000)
    step = -1 if backwards else 1
    for starts in ((0, 0, 0), (1600, 0, 0), (0, 2000, 0), (0, 0, 2000)):
        with tuning.forced(variant=variant):
            made = clpool.plan(SHAPE, np.float32, (2, 2), return_indices=True)
        x = within(queue, values(1), starts[0])
        out = tuple(
            within(queue, np.zeros(POOLED, dtype), start)
            for dtype, start in zip((np.float32, np.int64), starts[1:], strict=True)
        )
        check(made(x[:, ::step], out), values(1)[:, ::step])
        (spec,) = (one.spec for one in made._launches)
        assert (spec.template, spec.narrow) == (variant, max(starts) == 0)


@pytest.mark.parametrize("variant", ["outputs", "group"])
def test_arrays_behind_two_gigabytes(variant: str) -> None:
    """Elements beyond 2^31 of a buffer are read and written."""
    queue = device.default_queue()
    size = 2**31 + 2**16
    if min(queue.device.max_mem_alloc_size, queue.device.global_mem_size // 2) < size:
        pytest.skip("the device has no buffers beyond 2 GiB")
    memory = cl.Buffer(queue.context, cl.mem_flags.READ_WRITE, size)
    plain = random_values(np.random.default_rng(2), SHAPE, np.int8, "normal")
    reading = {"data": memory, "offset": 2**31 + 2**15}
    x, out = (
        cla.Array(queue, shape, np.int8, **{**reading, "offset": reading["offset"] + more})
        for shape, more in ((SHAPE, 0), (POOLED, 2**14))
    )
    x.set(plain)
    with tuning.forced(variant=variant):
        made = clpool.plan(SHAPE, np.int8, (2, 2))
    assert_exact(made(x, out).get(), reference.pool(plain, WINDOW, "max"))
    assert {one.spec.template for one in made._launches} == {variant}


def test_sources_that_lie_otherwise() -> None:
    """A gradient's indices are copied into the gradient's order, in every call."""
    queue = device.default_queue()
    for seed in range(3):
        x = values(seed)
        _, indices = reference.pool(x, WINDOW, "max", return_indices=True)
        grad = np.random.default_rng(seed).random(POOLED, np.float32)
        moved = cla.to_device(queue, np.ascontiguousarray(np.moveaxis(indices, 1, -1)))
        moved = moved.transpose((0, 3, 1, 2))
        found = clpool.max_pool2d_backward(cla.to_device(queue, grad), moved, SHAPE, 2)
        expected = reference.max_pool_backward(grad, indices, SHAPE, 2)
        np.testing.assert_array_equal(found.get(), expected)


def test_allocators_of_any_address() -> None:
    """Results that an allocator puts at an odd address of the host's are not stored as aligned."""
    queue = device.default_queue()
    flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
    held = []

    def allocate(size: int) -> cl.Buffer:
        memory = np.zeros(size + 68, np.uint8)
        start = -memory.ctypes.data % 64 + 4
        held.append(memory)
        return cl.Buffer(queue.context, flags, hostbuf=memory[start : start + size])

    plain = np.random.default_rng(4).random((2, 3, 9, 96), np.float32)
    x = cla.to_device(queue, plain)
    x.allocator = allocate
    with tuning.forced(nontemporal=1):
        made = clpool.plan(plain.shape, plain.dtype, (3, 3), "max", 2, 1)
    for _ in range(2):
        found = made(x)
        assert_exact(found.get(), reference.pool(plain, SlidingWindow.of(2, 3, 2, 1), "max"))
    assert False in {launch.spec.nontemporal for launch in made._launches}
