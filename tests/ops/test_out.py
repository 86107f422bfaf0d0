"""Bad arrays for results, each refused before any launch and left as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from refusals import TYPE, VALUE, image, refused

import clpool

# Refusals cost nothing: every one of them.
pytestmark = [pytest.mark.cover, pytest.mark.usefixtures("no_launch")]

POISON = 7


def bad_outputs() -> list[Any]:
    """(name, out, kind, words) for an input of (1, 2, 8, 8) float32."""
    good = np.full((1, 2, 4, 4), POISON, np.float32)
    locked = good.copy()
    locked.flags.writeable = False
    odd = np.frombuffer(bytearray(good.nbytes + 1), np.float32, offset=1).reshape(good.shape)
    swapped = np.ascontiguousarray(good.swapaxes(1, 3)).swapaxes(1, 3)
    packed = np.zeros(good.shape, np.dtype([("value", "f4"), ("tail", "u1")]))["value"]
    return [
        ("shape", good[..., :3], VALUE, ("out", "(1, 2, 4, 3)", "(1, 2, 4, 4)")),
        ("ndim", good[0], VALUE, ("out", "(2, 4, 4)", "(1, 2, 4, 4)")),
        ("dtype", good.astype(np.float64), TYPE, ("out", "float64", "float32")),
        ("integers", good.astype(np.int32), TYPE, ("out", "int32", "float32")),
        ("order", good.astype(good.dtype.newbyteorder()), TYPE, ("out", "float32")),
        ("read-only", locked, VALUE, ("out", "read-only")),
        ("misaligned", odd, VALUE, ("out", "misaligned", "float32")),
        ("layout", swapped, VALUE, ("out", "strides", "axis 3", "dense", "(128, 64, 16, 4)")),
        ("columns", np.repeat(good, 2, -1)[..., ::2], VALUE, ("out", "strides", "axis 3")),
        ("split", packed, VALUE, ("out", "strides")),
        ("broadcast", np.broadcast_to(good[..., :1], good.shape), VALUE, ("out", "broadcast")),
        ("list", good.tolist(), TYPE, ("out", "list", "numpy.ndarray")),
        ("pair", (good, good.astype(np.int64)), TYPE, ("out", "tuple", "numpy.ndarray")),
    ]


@pytest.mark.parametrize(
    ("out", "kind", "words"), [pytest.param(*entry[1:], id=entry[0]) for entry in bad_outputs()]
)
def test_outputs(out: Any, kind: tuple, words: tuple) -> None:
    """An out of a wrong shape, dtype, layout or kind, or read-only, is refused untouched."""
    for function in (clpool.max_pool2d, clpool.avg_pool2d):
        refused(lambda f=function, **o: f(image(), 2, **o), kind, words, out)


def test_outputs_with_indices() -> None:
    """Indices are checked as values are, and lie in memory as the values do."""
    good = np.full((1, 2, 4, 4), POISON, np.float32)
    places = np.full((1, 2, 4, 4), -1, np.int64)
    swapped = np.ascontiguousarray(places.swapaxes(1, 2)).swapaxes(1, 2)
    for out, kind, words in [
        (good, TYPE, ("out", "(values, indices)", "ndarray")),
        ((good,), TYPE, ("out", "(values, indices)", "tuple")),
        ((good, places.astype(np.int32)), TYPE, ("out[1]", "int32", "int64")),
        ((good, places[:, :1]), VALUE, ("out[1]", "(1, 1, 4, 4)", "(1, 2, 4, 4)")),
        ((good, swapped), VALUE, ("out[1]", "strides", "out[0]")),
    ]:
        call = lambda **o: clpool.max_pool2d(image(), 2, return_indices=True, **o)  # noqa: E731
        refused(call, kind, words, out)


def test_outputs_that_overlap() -> None:
    """An out that shares memory with the input, or values with indices, is refused."""
    x = image()
    before = x.copy()
    refused(lambda: clpool.max_pool2d(x, 2, out=x[..., ::2, :4]), VALUE, ("out", "overlaps", "x"))
    memory = np.full(64, POISON, np.int64)
    places = memory[:32].reshape(1, 2, 4, 4)
    values = memory.view(np.float32)[:32].reshape(1, 2, 4, 4)
    call = lambda: clpool.max_pool2d(x, 2, return_indices=True, out=(values, places))  # noqa: E731
    refused(call, VALUE, ("out[1]", "overlaps", "out[0]"))
    assert np.array_equal(x, before)
    assert (memory == POISON).all()
