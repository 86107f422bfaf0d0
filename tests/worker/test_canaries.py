"""Canaries around results, on the host and on the device."""

from __future__ import annotations

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest

import clpool
from clpool.runtime import device
from clpool.runtime.result_memory import LINE, PAGE
from clpool.worker.canaries import SIDE, guarded, guarded_device

pytestmark = pytest.mark.device

F32 = np.dtype(np.float32)
SHAPES = [((3, 5), (20, 4)), ((3, 5), (4, 12)), ((3, 5), (32, 4)), ((64, 64), (256, 4)), ((), ())]


def around(array: np.ndarray) -> np.ndarray:
    """The memory from the canaries before an array to those behind it."""
    span = np.lib.array_utils.byte_bounds(array)
    memory = array.base
    assert isinstance(memory, np.ndarray)
    start = span[0] - memory.ctypes.data
    return memory[start - SIDE : start + span[1] - span[0] + SIDE]


@pytest.mark.parametrize(("shape", "strides"), SHAPES)
def test_bytes_beside_an_array_are_noticed(
    shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    """An array is written without notice; one byte beside it, or in a gap, is told."""
    array, intact = guarded(shape, strides, F32)
    assert (array.shape, array.dtype, array.strides) == (shape, F32, strides)
    assert array.ctypes.data % (PAGE if array.nbytes >= PAGE else LINE) == 0
    array[...] = 0
    assert intact()
    assert intact.where() == ""
    memory = around(array)
    for place in (0, SIDE - 1, -SIDE, -1, *([SIDE + 20] if strides == (32, 4) else [])):
        kept = memory[place]
        memory[place] = kept + 1
        assert not intact()
        assert "1 bytes beside a result were written" in intact.where()
        memory[place] = kept
    assert intact()


def test_the_first_byte_is_named() -> None:
    """Before the array its place is negative; behind it the distance to the end is told."""
    array, intact = guarded((4,), (4,), F32, alignment=4)
    memory = around(array)
    memory[SIDE + 18] += 1
    assert intact.where().endswith("the first at byte 18, 2 behind its end")
    memory[SIDE - 3] += 1
    assert intact.where() == "2 bytes beside a result were written, the first at byte -3"


def test_results_of_a_call() -> None:
    """A kernel writes a result of an odd width and nothing beside it."""
    x = np.ones((2, 3, 9, 23), np.float32)
    out, intact = guarded((2, 3, 4, 11), (528, 176, 44, 4), F32)
    clpool.max_pool2d(x, 2, out=out)
    assert intact()
    assert (out == 1).all()


@pytest.mark.parametrize(("shape", "strides"), SHAPES[:3])
def test_device_arrays(shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
    """An array in a buffer: what is written beside it is told, too."""
    queue = device.default_queue()
    array, intact = guarded_device(queue, shape, strides, F32)
    assert (array.shape, array.strides, array.offset) == (shape, strides, SIDE)
    assert intact()
    for place in (SIDE - 1, array.base_data.size - SIDE):
        kept = np.empty(1, np.uint8)
        cl.enqueue_copy(queue, kept, array.base_data, src_offset=place)
        for value in (kept + 1, kept):
            cl.enqueue_copy(queue, array.base_data, value.astype(np.uint8), dst_offset=place)
            assert intact() == bool((value == kept).all())


def test_device_results_of_a_call() -> None:
    """A kernel writes a device array of an odd width and nothing beside it."""
    queue = device.default_queue()
    x = cla.to_device(queue, np.ones((2, 3, 9, 23), np.float32))
    out, intact = guarded_device(queue, (2, 3, 4, 11), (528, 176, 44, 4), F32)
    clpool.max_pool2d(x, 2, out=out)
    assert intact()
    assert (out.get() == 1).all()
