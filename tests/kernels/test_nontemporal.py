"""Stores past the cache: large results of whole vectors at aligned addresses, and no others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact, random_values
from skeletons import GUARD, guarded

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem import forward
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device
from clpool.runtime.plan import Plan

pytestmark = pytest.mark.skipif(
    capabilities.device_class(clpool.default_device()) != "cpu"
    or capabilities.dialect(clpool.default_device()) != "clang",
    reason="only kernels in clang's dialect on CPUs store past the cache",
)


def pooled(x: np.ndarray, out: Any, **options: Any) -> tuple[Any, bool]:
    """The result of 3x3 windows in steps of 2, and whether it bypassed the cache."""
    template = "rows" if options.get("return_indices") else "rows_down"
    template = "channels" if options.get("data_format") == "channels_last" else template
    with tuning.forced(nontemporal=1):
        plan = clpool.plan(x.shape, x.dtype, (3, 3), "max", 2, 1, **options)
    found = plan(x, out=out)
    (spec,) = {launch.spec for launch in plan._launches}
    assert spec.template == template
    return found, spec.nontemporal


@pytest.mark.parametrize("name", ["float32", "float16", "float64", "uint8", "int64"])
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("indices", [False, True])
def test_what_is_streamed_is_right(name: str, last: bool, indices: bool) -> None:
    """Every element is there, and nothing is written beside the result."""
    if name == "float64" and not capabilities.has_fp64(clpool.default_device()):
        pytest.skip("the device has no float64")
    dtype = ELEMENT_TYPES[name].numpy
    plain = random_values(np.random.default_rng(3), (2, 48, 9, 96), dtype, "ties")
    values, places = reference.pool(plain, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1)) if last else plain
    shape = (2, 5, 48, 48) if last else (2, 48, 5, 48)
    options: dict[str, Any] = {"return_indices": indices}
    options |= {"data_format": "channels_last"} if last else {}
    outs = [guarded(shape, dtype), guarded(shape, np.dtype(np.int64))][: 1 + indices]
    before = [memory.copy() for _, memory in outs]
    given = tuple(out for out, _ in outs) if indices else outs[0][0]
    _, nontemporal = pooled(x, given, **options)
    assert nontemporal
    for (out, memory), old, right in zip(outs, before, (values, places), strict=False):
        assert_exact(np.moveaxis(out, -1, 1) if last else out, right, name)
        assert memory[:GUARD].tobytes() == old[:GUARD].tobytes()
        assert memory[-GUARD:].tobytes() == old[-GUARD:].tobytes()


@pytest.mark.parametrize("columns", [48, 56, 52])
@pytest.mark.parametrize("start", [0, 16, 32, 48])
def test_pieces_of_any_length(columns: int, start: int) -> None:
    """Rows at multiples of 64, of 32 and of 16 bytes are written in pieces of as many."""
    x = np.random.default_rng(6).standard_normal((2, 3, 9, 2 * columns), np.float32)
    right = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    raw = [np.full(o.nbytes + 256, 77, np.uint8) for o in right]
    begins = [-memory.ctypes.data % 64 + 64 + start for memory in raw]
    outs = tuple(
        memory[begin : begin + o.nbytes].view(o.dtype).reshape(o.shape)
        for memory, begin, o in zip(raw, begins, right, strict=True)
    )
    _, nontemporal = pooled(x, outs, return_indices=True)
    assert nontemporal
    for out, other, memory, begin in zip(outs, right, raw, begins, strict=True):
        assert_exact(out, other)
        assert (memory[:begin] == 77).all()
        assert (memory[begin + other.nbytes :] == 77).all()


@pytest.mark.parametrize("misaligned", ["values", "indices", "rows"])
def test_what_lies_otherwise_is_not(misaligned: str) -> None:
    """Results that do not begin, or whose rows do not, at whole vectors are stored as ever."""
    x = np.random.default_rng(4).random((2, 3, 9, 94 if misaligned == "rows" else 96), np.float32)
    right = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    raw = [np.zeros(o.size + 64, o.dtype) for o in right]
    starts = [-memory.ctypes.data % 64 // memory.itemsize for memory in raw]
    starts[0] += misaligned == "values"
    starts[1] += misaligned == "indices"
    outs = tuple(
        memory[start : start + o.size].reshape(o.shape)
        for memory, start, o in zip(raw, starts, right, strict=True)
    )
    _, nontemporal = pooled(x, outs, return_indices=True)
    assert not nontemporal
    for out, other in zip(outs, right, strict=True):
        assert_exact(out, other)


@pytest.mark.parametrize("misaligned", [False, True])
def test_buffers_over_host_memory(misaligned: bool) -> None:
    """An Array whose buffer uses memory at an odd address is not stored into past the cache."""
    queue = device.default_queue()
    x = np.random.default_rng(4).random((2, 3, 9, 96), np.float32)
    right = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max")
    memory = np.zeros(right.size + 64, np.float32)
    start = -memory.ctypes.data % 64 // 4 + misaligned
    flags = cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR
    host = memory[start : start + right.size]
    buffer = cl.Buffer(queue.context, flags, hostbuf=host)
    out = cla.Array(queue, right.shape, np.float32, data=buffer)
    with tuning.forced(nontemporal=1):
        plan = clpool.plan(x.shape, x.dtype, (3, 3), "max", 2, 1)
    plan(cla.to_device(queue, x), out=out)
    (spec,) = {launch.spec for launch in plan._launches}
    assert spec.nontemporal != misaligned
    assert_exact(out.get(), right)


def test_gradients_are_streamed() -> None:
    """A gradient is a large result, too."""
    grad = np.random.default_rng(5).standard_normal((2, 3, 8, 48), np.float32)
    with tuning.forced(nontemporal=1):
        found = clpool.avg_pool2d_backward(grad, (2, 3, 16, 96), 2)
    np.testing.assert_array_equal(found, np.repeat(np.repeat(grad / 4, 2, 2), 2, 3))


@pytest.mark.parametrize("name", ["float32", "float16", "float64", "uint8", "int64"])
@pytest.mark.parametrize(
    "lengths", [(64,), (4, 16), (2, 2, 16), (4, 5), (3, 16), (5, 15), (513, 1024)]
)
def test_unpooled_planes(name: str, lengths: tuple[int, ...]) -> None:
    """Those of whole vectors that fit on a stack bypass the cache, and hold what others would."""
    if name == "float64" and not capabilities.has_fp64(clpool.default_device()):
        pytest.skip("the device has no float64")
    dtype, ndim = ELEMENT_TYPES[name].numpy, len(lengths)
    bytes_ = math.prod(lengths) * dtype.itemsize
    rng = np.random.default_rng(ndim)
    x = random_values(rng, (2, 3, *[length // 2 for length in lengths]), dtype, "ties")
    places = rng.integers(0, math.prod(lengths), x.shape)  # several values for some places
    right = reference.max_unpool(x, places, lengths)
    for step in (1, 2):
        # With a step of 2, every other image belongs to somebody else.
        out, memory = guarded((2 * step, 3, *lengths), dtype)
        before = memory.copy()
        given = (ndim, (2, 2), lengths, "int64", "channels_first")
        with tuning.forced(nontemporal=1):
            plan = Plan(forward.unpool(x.shape, x.dtype, *given), device.default_queue())
        plan.execute(x, out[::step], None, None, {"indices": places}, None)
        (spec,) = {launch.spec for launch in plan._launches}
        assert (spec.template, spec.nontemporal) == ("scatter", bytes_ % 16 == 0 and bytes_ < 2**18)
        if spec.nontemporal:
            assert spec.width == (64 if bytes_ % 64 == 0 else 16) // dtype.itemsize
        assert_exact(out[::step], right, name)
        out[::step] = before[GUARD:-GUARD].reshape(out.shape)[::step]
        assert memory.tobytes() == before.tobytes()
