"""Unpooling's kernels of GPUs: in windows, in segments of planes, and its gradient in blocks."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, random_values
from family import moved
from skeletons import GUARD, guarded

import clpool
from clpool import reference, tuning
from clpool.dtypes import ELEMENT_TYPES
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, device, dispatch

#: The planes of a result, and kernel, stride and padding of windows: blocks, overlaps, gaps, edges.
PLANES: dict[str, tuple[tuple[int, ...], Any, Any, Any]] = {
    "blocks": ((16, 24), 2, 2, 0),
    "odd": ((9, 15), 2, 2, 0),
    "overlaps": ((13, 16), 3, 2, 1),
    "stride 1": ((6, 7), 3, 1, 1),
    "gaps": ((11, 14), 2, (3, 4), 0),
    "row": ((40,), 2, 2, 0),
    "cube": ((5, 6, 8), (2, 3, 2), 2, (0, 1, 0)),
}

SMALL_SEGMENTS = replace(tuning.SCHEDULE, segment_places=8)


@pytest.fixture(autouse=True)
def no_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test makes its own plans."""
    monkeypatch.setattr(dispatch, "_plans", {})


def arrays(name: str, dtype: Any = np.float32, index: Any = np.int64, channels: int = 3) -> Any:
    """Values with the indices of a pooling of other numbers, which has windows to share."""
    lengths, *window = PLANES[name]
    rng = np.random.default_rng(len(name))
    plane = rng.random((2, channels, *lengths))
    sliding = SlidingWindow.of(len(lengths), *window)
    _, indices = reference.pool(plane, sliding, "max", return_indices=True)
    return random_values(rng, indices.shape, np.dtype(dtype), "special"), indices.astype(index)


def templates() -> set[str]:
    """The skeletons that moved elements, of the plans of this test."""
    launches = [launch for plan in dispatch._plans.values() for launch in plan._launches]
    return {launch.spec.template for launch in launches if launch.spec.mode.moves}


def unpooled(name: str, x: Any, indices: Any, last: bool = False, **options: Any) -> Any:
    """The result, channels first."""
    lengths, *window = PLANES[name]
    if last:
        x, indices = (moved(array, len(lengths)) for array in (x, indices))
        options["data_format"] = "channels_last"
    function = getattr(clpool, f"max_unpool{len(lengths)}d")
    found = function(x, indices, *window, output_size=lengths, **options)
    return np.moveaxis(found, -1, 1) if last else found


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int64"])
@pytest.mark.parametrize("name", PLANES)
def test_indices_in_their_own_windows(name: str, dtype: str, index: Any, last: bool) -> None:
    """Every output finds its value among the windows that cover it; of several the last."""
    x, indices = arrays(name, ELEMENT_TYPES[dtype].numpy, index, channels=12)
    with tuning.forced(variant="outputs"):
        found = unpooled(name, x, indices, last)
    assert templates() == {"scatter_outputs"}
    assert_exact(found, reference.max_unpool(x, indices, PLANES[name][0]), name)


@pytest.mark.parametrize("memory", ["fresh", "given", "device", "given device"])
@pytest.mark.parametrize("name", ["blocks", "overlaps", "cube"])
def test_places_beside_their_own_windows(name: str, memory: str) -> None:
    """One index anywhere else is right too; later calls of its kind take segments at once."""
    lengths, *window = PLANES[name]
    x, indices = arrays(name)
    beside = indices.copy()
    beside[1, 2].flat[0] = beside[1, 2].flat[-1]
    expected = [reference.max_unpool(x, places, lengths) for places in (indices, beside)]
    function = getattr(clpool, f"max_unpool{len(lengths)}d")
    queue = device.default_queue()
    there = (lambda a: cla.to_device(queue, a)) if "device" in memory else np.copy
    with tuning.forced(variant="outputs"):
        ran = []
        for places, right in zip((indices, beside, indices), (*expected, expected[0]), strict=True):
            given = there(np.full_like(right, 7)) if "given" in memory else None
            found = function(there(x), there(places), *window, output_size=lengths, out=given)
            assert given is None or found is given
            assert_exact(found if isinstance(found, np.ndarray) else found.get(), right, name)
            ran.append(templates())
    assert ran == [{"scatter_outputs"}, {"scatter_group"}, {"scatter_group"}]


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int64"])
@pytest.mark.parametrize("name", ["odd", "row", "cube"])
def test_segments_of_planes(name: str, dtype: str, last: bool) -> None:
    """Any places, several values for many of them, in planes of many segments and a last one."""
    lengths = PLANES[name][0]
    x, indices = arrays(name, ELEMENT_TYPES[dtype].numpy)
    indices = np.random.default_rng(1).integers(0, math.prod(lengths) // 2, indices.shape)
    with tuning.forced(variant="group", schedule=SMALL_SEGMENTS):
        found = unpooled(name, x, indices, last)
    assert templates() == {"scatter_group"}
    assert_exact(found, reference.max_unpool(x, indices, lengths), name)


@pytest.mark.parametrize("name", ["blocks", "odd", "cube"])
@pytest.mark.parametrize("variant", ["outputs", "group"])
def test_crops(variant: str, name: str) -> None:
    """Rows with gaps between them are read and written; what lies in the gaps is left alone."""
    lengths = PLANES[name][0]
    x, indices = arrays(name)
    expected = reference.max_unpool(x, indices, lengths)
    wide = [np.zeros([n + 3 for n in a.shape], a.dtype) for a in (x, indices, expected)]
    crops = [memory[(slice(1, -2),) * memory.ndim] for memory in wide]
    crops[0][...], crops[1][...] = x, indices
    with tuning.forced(variant=variant):
        unpooled(name, crops[0], crops[1], out=crops[2])
        assert_exact(crops[2], expected, name)
        crops[2][...] = 0
        assert not wide[2].any()
        crops[2][...] = np.random.default_rng(2).random(expected.shape)
        gradient = getattr(clpool, f"max_unpool{len(lengths)}d_backward")
        found = gradient(crops[2], crops[1])
    right = reference.max_unpool_backward(np.ascontiguousarray(crops[2]), indices, len(lengths))
    assert_exact(found, right, name)
    assert templates() == {f"scatter_{variant}", "take_outputs"}


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", PLANES)
def test_elements_that_are_taken(name: str, dtype: str, index: Any, last: bool) -> None:
    """The gradient moves what lies at each index, in vectors where memory allows them."""
    if dtype == "float64" and not capabilities.has_fp64(clpool.default_device()):
        pytest.skip("the device has no float64")
    lengths, ndim = PLANES[name][0], len(PLANES[name][0])
    _, indices = arrays(name, index=index, channels=12)
    rng = np.random.default_rng(3)
    grad = random_values(rng, (2, 12, *lengths), np.dtype(dtype), "special")
    expected = reference.max_unpool_backward(grad, indices, ndim)
    plain = [grad, indices]
    given = [moved(array, ndim) for array in plain] if last else plain
    out, memory = guarded(moved(expected, ndim).shape if last else expected.shape, grad.dtype)
    before = memory.copy()
    options = {"data_format": "channels_last"} if last else {}
    with tuning.forced(variant="outputs"):
        getattr(clpool, f"max_unpool{ndim}d_backward")(*given, out=out, **options)
    assert templates() == {"take_outputs"}
    assert_exact(np.moveaxis(out, -1, 1) if last else out, expected, name)
    for fence in (slice(None, GUARD), slice(-GUARD, None)):
        assert memory[fence].tobytes() == before[fence].tobytes()


@pytest.mark.parametrize("channels", [3, 7, 15])
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32"])
@pytest.mark.parametrize("name", ["blocks", "overlaps", "row"])
def test_vectors_over_the_one_before(name: str, dtype: str, channels: int) -> None:
    """Unpooling of channels that are no multiple of a vector."""
    lengths = PLANES[name][0]
    x, indices = arrays(name, ELEMENT_TYPES[dtype].numpy, channels=channels)
    with tuning.forced(variant="outputs"):
        found = unpooled(name, x, indices, last=True)
    assert_exact(found, reference.max_unpool(x, indices, lengths), name)
    assert templates() == {"scatter_outputs"}
    (spec,) = (plan.spec for plan in dispatch._plans.values())
    assert spec.overlaps == (channels % spec.width != 0)
    assert spec.width > 1 or channels == 3 or name == "overlaps"


@pytest.mark.parametrize("channels", [7, 15])
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("name", PLANES)
def test_elements_taken_over_the_vector_before(name: str, dtype: str, channels: int) -> None:
    """The gradient of unpooling takes any number of channels in vectors, too."""
    lengths, ndim = PLANES[name][0], len(PLANES[name][0])
    _, indices = arrays(name, channels=channels)
    grad = np.random.default_rng(4).random((2, channels, *lengths)).astype(dtype)
    given = [moved(array, ndim) for array in (grad, indices)]
    with tuning.forced(variant="outputs"):
        function = getattr(clpool, f"max_unpool{ndim}d_backward")
        found = function(*given, data_format="channels_last")
    right = reference.max_unpool_backward(grad, indices, ndim)
    assert_exact(np.moveaxis(found, -1, 1), right, name)
    (spec,) = (plan.spec for plan in dispatch._plans.values())
    assert (spec.template, spec.width, spec.overlaps) == ("take_outputs", 4, True)


def test_windows_without_a_tap() -> None:
    """Indices whose windows lie beside the plane are nobody's to look at: segments take them."""
    x = np.arange(1, 5, dtype=np.float32).reshape(1, 1, 4)
    indices = np.array([[[0, 2, 1, 2]]])
    with tuning.forced(variant="outputs"):
        found = clpool.max_unpool1d(x, indices, 1, 2, 1, output_size=(4,))
    assert templates() == {"scatter_group"}
    np.testing.assert_array_equal(found, [[[1, 3, 4, 0]]])


def test_bits_are_moved() -> None:
    """NaN of any payload and both zeros come through as they are."""
    bits = np.array([0x7FC12345, 0xFFC00001, 0x80000000, 0x00000001], np.uint32)
    x = bits.view(np.float32).reshape(1, 1, 2, 2)
    indices = np.array([0, 2, 8, 10]).reshape(x.shape)
    for variant in ("outputs", "group"):
        with tuning.forced(variant=variant):
            found = clpool.max_unpool2d(x, indices, 2)
            back = clpool.max_unpool2d_backward(found, indices)
        assert (found[0, 0, ::2, ::2].view(np.uint32).ravel() == bits).all()
        assert (back.view(np.uint32).ravel() == bits).all()
    assert templates() == {"scatter_outputs", "scatter_group", "take_outputs"}
