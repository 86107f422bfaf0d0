"""Unpooling: sizes, duplicates, and indices outside of their planes, which are refused by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, normal, random_values
from other_devices import traits_as
from refusals import GRAD, PLACES, TYPE, VALUE, refused, refused_twice

import clpool
from clpool import reference, tuning
from clpool.ops import unpool
from clpool.problem.window import SlidingWindow
from clpool.runtime import device, dispatch

POISON = np.float32(7)


@pytest.mark.parametrize("value", [-1, 36, 2**31, 2**32, -(2**63)])
def test_places_outside_the_plane(value: int) -> None:
    """An index outside of the plane is named with its plane, and nothing has been written."""
    wrong = np.zeros(GRAD.shape, np.int64)
    wrong[1, 2, 0, 1] = value
    words = ("indices", str(value), "plane (1, 2)", "0 to 35")
    whole, small = np.full((2, 3, 6, 6), POISON), np.full((2, 3, 3, 3), POISON)
    refused(lambda **o: clpool.max_unpool2d(GRAD, wrong, 2, **o), VALUE, words, whole)
    gradient = clpool.max_unpool2d_backward
    refused(lambda **o: gradient(whole, wrong, **o), VALUE, words, small)
    words = ("indices", str(value), "plane (2,)", "0 to 35")
    refused(lambda: clpool.max_unpool2d(GRAD[1], wrong[1], 2), VALUE, words)
    last = [np.moveaxis(array, 1, -1) for array in (GRAD, wrong)]
    words = ("plane (1, 2)", "0 to 35")
    refused(lambda: clpool.max_unpool2d(*last, 2, data_format="channels_last"), VALUE, words)
    queue = device.default_queue()
    arrays = [cla.to_device(queue, array) for array in (GRAD, wrong)]
    target = cla.to_device(queue, whole)
    refused(lambda: clpool.max_unpool2d(*arrays, 2, out=target), VALUE, words)
    assert (target.get() == POISON).all()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """An entry for every look at indices besides that of the kernel."""
    found: list[Any] = []
    check_inside = unpool._check_inside

    def look(*places: Any) -> None:
        found.append(places)
        check_inside(*places)

    monkeypatch.setattr(unpool, "_check_inside", look)
    return found


def both(shape: tuple[int, ...], dtype: Any) -> list[tuple[Callable[..., Any], Any, Any, Any]]:
    """Unpooling and its gradient: the function, its input, indices that are right, its result."""
    ndim, lengths = len(shape) - 2, tuple(2 * n for n in shape[2:])
    rng = np.random.default_rng(ndim)
    x = rng.standard_normal(shape, np.float32)
    whole = rng.standard_normal((*shape[:2], *lengths), np.float32)
    _, indices = reference.pool(whole, SlidingWindow.of(ndim, 2), "max", return_indices=True)
    indices = indices.astype(dtype)
    put, take = (getattr(clpool, f"max_unpool{ndim}d{end}") for end in ("", "_backward"))
    return [
        (
            lambda x, at, **o: put(x, at, 2, **o),
            x,
            indices,
            reference.max_unpool(x, indices, lengths),
        ),
        (take, whole, indices, reference.max_unpool_backward(whole, indices, ndim)),
    ]


@pytest.mark.parametrize("variant", ["direct", "rows", "outputs", "group"])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3, 4, 5), (2, 3, 2, 3, 2)], ids=str)
@pytest.mark.parametrize("memory", ["wrapped", "copied", "device"])
def test_kernels_refuse(
    memory: str,
    shape: tuple[int, ...],
    dtype: Any,
    variant: str,
    looked: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where results are fresh a kernel says that an index is outside, and only then it is sought.

    Whichever it is; and calls of the same kind are well before and afterwards.
    """
    if memory == "copied":
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    monkeypatch.setattr(dispatch, "_plans", {})
    queue = device.default_queue()
    there = (lambda a: cla.to_device(queue, a)) if memory == "device" else np.asarray
    with tuning.forced(variant=variant):
        for function, x, right, expected in both(shape, dtype):
            ends = ((0,) * len(shape), tuple(n - 1 for n in shape))
            size = 2 ** (len(shape) - 2) * math.prod(shape[2:])
            for at, value in product(ends, (-1, size, np.iinfo(dtype).min)):
                wrong = right.copy()
                wrong[at] = value
                found = function(there(x), there(right))
                found = found if isinstance(found, np.ndarray) else found.get()
                np.testing.assert_array_equal(found, expected)
                assert not looked
                call = partial(function, there(x), there(wrong))
                refused(call, VALUE, ("indices", str(value)))
                assert len(looked) == 1
                looked.clear()


def test_given_results_are_looked_after_first(looked: list[Any]) -> None:
    """Where a result is given, indices are looked at before: it must stay as it is."""
    for function, x, right, expected in both((2, 3, 4, 5), np.int64):
        found = function(x, right, out=np.empty_like(expected))
        np.testing.assert_array_equal(found, expected)
        assert len(looked) == 1
        looked.clear()


def test_sizes_of_unpooled_planes() -> None:
    """``(i - 1) * s + k - 2 * p`` unless given, r or r + 2 numbers; a plane of none is empty."""
    x, places = normal(2, 3, 4, 5), np.zeros((2, 3, 4, 5), np.int64)
    unpool = clpool.max_unpool2d
    assert unpool(x, places, 3, 2, 1).shape == (2, 3, 7, 9)
    assert unpool(x, places, 2, output_size=(9, 11)).shape == (2, 3, 9, 11)
    assert unpool(x, places, 2, output_size=(7, 7, 7, 9)).shape == (2, 3, 7, 9)
    one, place = x[..., :1], places[..., :1]
    empty = unpool(one, place, 2, 2, (0, 1))
    assert empty.shape == (2, 3, 8, 0)
    back = clpool.max_unpool2d_backward(empty, place, out=np.full_like(one, np.nan))
    assert_exact(back, np.zeros_like(one))


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint64"])
def test_the_last_duplicate_wins(dtype: str) -> None:
    """Of several values for one place the last stays; the gradient of each is that there."""
    x = np.arange(1, 9).reshape(1, 2, 4).astype(dtype)
    places = np.array([[[3, 3, 0, 3], [1, 0, 1, 0]]])
    found = clpool.max_unpool1d(x, places, 2)
    assert found.tolist() == [[[3, 0, 0, 4, 0, 0, 0, 0], [8, 7, 0, 0, 0, 0, 0, 0]]]
    grad = np.arange(16, dtype=np.float32).reshape(1, 2, 8)
    back = clpool.max_unpool1d_backward(grad, places)
    assert back.tolist() == [[[3, 3, 0, 3], [9, 8, 9, 8]]]


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_unpooling_undoes_pooling(ndim: int) -> None:
    """Maxima go back to where they came from, NaN and infinities with their bits."""
    x = random_values(np.random.default_rng(0), (2, 3, *(8, 6, 4)[:ndim]), "f4", "special")
    y, places = getattr(clpool, f"max_pool{ndim}d")(x, 2, return_indices=True)
    found = getattr(clpool, f"max_unpool{ndim}d")(y, places, 2)
    kept = np.zeros_like(x).reshape(2, 3, -1)
    flat = places.reshape(2, 3, -1)
    np.put_along_axis(kept, flat, np.take_along_axis(x.reshape(2, 3, -1), flat, 2), 2)
    assert found.tobytes() == kept.reshape(x.shape).tobytes()


@pytest.mark.cover
@pytest.mark.parametrize(
    ("size", "kind", "words"),
    [
        ((8, 6), VALUE, ("output_size 8", "axis 0", "4 and 8", "excluded")),
        ((6, 4), VALUE, ("output_size 4", "axis 1", "4 and 8", "excluded")),
        ((2, 6, 6), VALUE, ("output_size", "2 or 4 entries", "(2, 6, 6)")),
        (6, TYPE, ("output_size", "a tuple of ints", "6")),
        ((6.0, 6), TYPE, ("output_size", "a tuple of ints", "6.0")),
        ((-6, 6), VALUE, ("output_size", "at least 0", "-6")),
    ],
    ids=str,
)
def test_unpooled_sizes(size: Any, kind: Any, words: Any, no_launch: None) -> None:
    """An output_size lies within a stride of the usual one, and has r or r + 2 entries."""
    given = {"x": GRAD, "indices": PLACES, "kernel_size": 2, "output_size": size}
    refused_twice(clpool.max_unpool2d, kind, words, **given)
    words = ("length -1", "axis 0")
    given = {"kernel_size": 1, "stride": 1, "padding": 2}
    refused(lambda: clpool.max_unpool2d(GRAD, PLACES, **given), VALUE, words)
