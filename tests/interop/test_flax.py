"""flax's names: values worked out by hand, and those of flax and haiku where they are installed."""

from __future__ import annotations

import operator
from typing import Any

import launches
import numpy as np
import pyopencl.array as cla
import pytest
from cases import assert_exact, assert_sum_close, normal

from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.interop import flax
from clpool.problem.window import SlidingWindow
from clpool.runtime import device

#: Shapes without, with one and with two batch axes, and windows over one to three axes.
SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((9, 3), (2,)),
    ((2, 9, 3), (4,)),
    ((9, 8, 3), (3, 2)),
    ((2, 9, 8, 3), (2, 3)),
    ((2, 2, 9, 8, 3), (3, 3)),
    ((6, 8, 7, 2), (2, 3, 2)),
    ((2, 6, 8, 7, 2), (3, 2, 3)),
]
STRIDES = [None, 1, 2, 3]
PADDINGS = ["VALID", "SAME", "SAME_LOWER", "same", "pairs", "far"]


def padding_of(name: str, ndim: int) -> Any:
    """A name, or pairs: unequal ones, or some in which whole windows lie."""
    pairs = {"pairs": [(1, 0), (0, 2), (1, 1)], "far": [(5, 0), (0, 4), (4, 4)]}
    return tuple(pairs[name][:ndim]) if name in pairs else name


def original() -> Any:
    """The functions of flax that pool."""
    pytest.importorskip("flax", reason="flax (the extra 'interop-tests') is not installed")
    from flax import nnx

    return nnx


@pytest.mark.cover(("strides", "padding"))
@pytest.mark.parametrize("name", ["max_pool", "min_pool", "avg_pool", "valid_avg_pool"])
@pytest.mark.parametrize(("shape", "window"), SHAPES)
@pytest.mark.parametrize("strides", STRIDES)
@pytest.mark.parametrize("padding", PADDINGS)
def test_as_flax(
    name: str, shape: tuple[int, ...], window: tuple[int, ...], strides: Any, padding: str
) -> None:
    """Maxima and minima exactly, averages within the bound of sums, of both libraries."""
    x = normal(*shape)
    if name.startswith("m"):
        x.ravel()[[3, 20]] = np.nan, -np.inf
    steps = strides and (strides,) * len(window)
    pads = padding_of(padding, len(window))
    options = {"count_include_pad": False} if name.startswith("valid") else {}
    name = name.removeprefix("valid_")
    lead = shape[: -len(window) - 1]  # with pairs flax takes at most one batch axis
    folded = x.reshape(-1, *shape[len(lead) :]) if len(lead) > 1 else x
    wanted = np.asarray(getattr(original(), name)(folded, window, steps, pads, **options))
    wanted = wanted.reshape(*lead, *wanted.shape[len(lead) > 0 :])
    with launches.counted() as kernels:
        found = getattr(flax, name)(x, window, steps, pads, **options)
    assert kernels
    if name != "avg_pool":
        assert_exact(found, wanted)
        return
    lower = pads.lower() if isinstance(pads, str) else pads
    sliding = SlidingWindow.of(len(window), window, steps or 1, lower)
    planes, whole = (np.moveaxis(one, -1, 0) for one in (x, found)), np.moveaxis(wanted, -1, 0)
    taps, ours = (np.ascontiguousarray(one) for one in planes)
    for result in (ours, np.ascontiguousarray(whole)):
        assert_sum_close(result, taps, sliding, **{"count_include_pad": True, **options})


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int32", "uint8"])
@pytest.mark.parametrize("name", ["max_pool", "min_pool"])
def test_element_types_as_flax(name: str, dtype: str) -> None:
    """The result has the input's dtype, and flax's values."""
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is missing")
        import ml_dtypes

        dtype = ml_dtypes.bfloat16
    x = np.random.default_rng(4).integers(0, 99, (2, 7, 6, 3)).astype(dtype)
    found = getattr(flax, name)(x, (3, 2), (2, 2))
    assert_exact(found, np.asarray(getattr(original(), name)(x, (3, 2), (2, 2))))


@pytest.mark.parametrize("shape", [(4, 4, 1), (2, 4, 4, 1), (0, 7, 7, 2), (2, 0, 7, 2)])
@pytest.mark.parametrize("window", [(5, 5), (5, 1), (1, 5)])
def test_a_window_beyond_the_input(shape: tuple[int, ...], window: tuple[int, int]) -> None:
    """An empty result, of flax's shape, as numpy's and as pyopencl's array."""
    x = np.zeros(shape, np.float32)
    lengths = [max(n - k + 1, 0) for n, k in zip(shape[-3:-1], window, strict=True)]
    expected = (*shape[:-3], *lengths, shape[-1])
    given = [x, *([cla.zeros(device.default_queue(), shape, np.float32)] if x.size else [])]
    for one in given:
        for found in (flax.max_pool(one, window), flax.avg_pool(one, window)):
            assert type(found) is type(one)
            assert found.shape == expected
            assert found.dtype == np.float32


#: Pools as in haiku's own tests: the input, its window, strides and padding, our arguments.
HAIKU: dict[str, tuple[np.ndarray, list[int], list[int], str, tuple[Any, ...]]] = {
    "basic": (
        np.broadcast_to(np.arange(6, dtype=np.float32).reshape(6, 1), (2, 10, 6, 2)),
        *([1, 2, 2, 1], [1, 2, 2, 1], "VALID"),
        ((2, 2), (2, 2), "VALID"),
    ),
    "two batch axes": (
        np.broadcast_to(np.arange(6, dtype=np.float32).reshape(6, 1), (2, 3, 10, 6, 2)),
        *([2, 2, 1], [2, 2, 1], "VALID"),
        ((2, 2), (2, 2), "VALID"),
    ),
    "overlapping": (
        np.random.default_rng(5).integers(0, 9, (2, 10, 6, 2)).astype(np.float32),
        *([1, 5, 3, 1], [1, 1, 3, 1], "VALID"),
        ((5, 3), (1, 3), "VALID"),
    ),
    "same": (
        np.broadcast_to(np.arange(6, dtype=np.float32), (2, 3, 6))[..., None],
        *([1, 3, 3, 1], [1, 1, 1, 1], "SAME"),
        ((3, 3), (1, 1), "SAME"),
    ),
}


@pytest.mark.parametrize("name", ["max_pool", "avg_pool"])
@pytest.mark.parametrize("case", HAIKU)
def test_as_haiku(name: str, case: str) -> None:
    """Averages of haiku leave padding out; few small integers are summed exactly."""
    reason = "dm-haiku (the extra 'interop-tests') is not installed"
    haiku = pytest.importorskip("haiku", reason=reason)
    x, window, strides, padding, arguments = HAIKU[case]
    wanted = np.asarray(getattr(haiku, name)(x, window, strides, padding))
    options = {"count_include_pad": False} if name == "avg_pool" else {}
    found = getattr(flax, name)(np.ascontiguousarray(x), *arguments, **options)
    # One division of an exact sum: at most one rounding apart.
    np.testing.assert_array_max_ulp(found, wanted, maxulp=0 if name == "max_pool" else 1)


@pytest.mark.parametrize(
    ("name", "padding", "options", "expected"),
    [
        ("max_pool", "VALID", {}, [3, 2, 4]),
        ("max_pool", "SAME", {}, [3, 2, 4, 4]),
        ("max_pool", "SAME_LOWER", {}, [3, 3, 2, 4]),
        ("max_pool", [(2, 0)], {}, [-np.inf, 3, 3, 2, 4]),
        ("min_pool", "VALID", {}, [1, 1, 2]),
        ("min_pool", [[0, 2]], {}, [1, 1, 2, 4, np.inf]),
        ("avg_pool", "SAME", {}, [2, 1.5, 3, 2]),
        ("avg_pool", "SAME", {"count_include_pad": False}, [2, 1.5, 3, 4]),
        ("avg_pool", [(2, 0)], {"count_include_pad": False}, [np.nan, 3, 2, 1.5, 3]),
    ],
)
def test_by_hand(name: str, padding: Any, options: dict[str, bool], expected: list[float]) -> None:
    """Windows of two of 3, 1, 2, 4 in turn, worked out by hand."""
    x = np.array([3, 1, 2, 4], np.float32).reshape(1, 4, 1)
    found = getattr(flax, name)(x, (2,), None, padding, **options)
    np.testing.assert_array_equal(found.ravel(), expected)


@pytest.mark.parametrize(
    ("init", "function", "expected"),
    [(-np.inf, "max", [3, 4]), (np.inf, "min", [1, 2]), (0, "add", [4, 6])],
)
@pytest.mark.parametrize("home", ["numpy", "jax.numpy", "jax.lax"])
def test_pool(init: float, function: str, expected: list[float], home: str) -> None:
    """The three functions by numpy's and jax's names."""
    module = pytest.importorskip(home, reason="jax (the extra 'interop-tests') is not installed")
    long = {"max": "maximum", "min": "minimum"}
    reduce_fn = getattr(module, function if home == "jax.lax" else long.get(function, function))
    x = np.array([3, 1, 2, 4], np.float32).reshape(4, 1)
    found = flax.pool(x, init, reduce_fn, (2,), (2,), "VALID")
    np.testing.assert_array_equal(found, np.array(expected, np.float32)[:, None], strict=True)


def maximum(a: Any, b: Any) -> Any:
    """A function of a known name from elsewhere."""
    return a if a > b else b


PLANE = np.ones((1, 4, 4, 2), np.float32)


@pytest.mark.parametrize(
    ("name", "arguments", "error", "words"),
    [
        ("max_pool", ([1], (2, 2)), ArgumentTypeError, "inputs must be"),
        ("max_pool", (PLANE > 0, (2, 2)), ArgumentTypeError, "inputs has dtype bool"),
        ("avg_pool", (PLANE.astype(int), (2, 2)), ArgumentTypeError, "inputs has dtype int64"),
        ("max_pool", (PLANE, 2), ArgumentTypeError, "window_shape must be a sequence"),
        ("max_pool", (PLANE, ()), ArgumentValueError, "window_shape must have 1 to 3"),
        ("max_pool", (PLANE, (1,) * 4), ArgumentValueError, "window_shape must have 1 to 3"),
        ("max_pool", (PLANE, (2, 0)), ArgumentValueError, "window_shape must be at least 1"),
        ("max_pool", (PLANE, (2, 2.0)), ArgumentTypeError, "window_shape must be an integer"),
        ("max_pool", (PLANE[0, 0], (2, 2)), ArgumentValueError, "inputs has 2 axes .* the 3 of"),
        ("max_pool", (PLANE, (2, 2), 2), ArgumentTypeError, "strides must be a sequence of 2"),
        ("max_pool", (PLANE, (2, 2), (2,)), ArgumentValueError, "strides must be a sequence of 2"),
        ("max_pool", (PLANE, (2, 2), (1, 0)), ArgumentValueError, "strides must be at least 1"),
        (
            "max_pool",
            (PLANE, (2, 2), None, "FULL"),
            ArgumentValueError,
            "padding .* 'VALID'.*'FULL'",
        ),
        ("max_pool", (PLANE, (2, 2), None, 1), ArgumentTypeError, "padding must be a name or"),
        ("max_pool", (PLANE, (2, 2), None, (1, 1)), ArgumentTypeError, "padding must be a name or"),
        ("max_pool", (PLANE, (2, 2), None, [(1, 1)]), ArgumentValueError, "padding must hold 2"),
        (
            "max_pool",
            (PLANE, (2, 2), None, [(-1, 0)] * 2),
            ArgumentValueError,
            "padding .* least 0",
        ),
        ("avg_pool", (PLANE, (2, 2), None, "SAME", 1), ArgumentTypeError, "count_include_pad must"),
        (
            "max_pool",
            (PLANE[:, :0], (2, 2), None, [(2, 2)] * 2),
            ArgumentValueError,
            "inputs has le",
        ),
        (
            "pool",
            (PLANE, 0, operator.add, (2, 2), None, "SAME"),
            ArgumentTypeError,
            "reduce_fn must",
        ),
        (
            "pool",
            (PLANE, 0, np.multiply, (2, 2), None, "SAME"),
            ArgumentTypeError,
            "reduce_fn must",
        ),
        ("pool", (PLANE, 0, maximum, (2, 2), None, "SAME"), ArgumentTypeError, "reduce_fn must be"),
        (
            "pool",
            (PLANE, 0, np.maximum, (2, 2), None, "SAME"),
            ArgumentValueError,
            "init must be -i",
        ),
        ("pool", (PLANE, 1, np.add, (2, 2), None, "SAME"), ArgumentValueError, "init must be 0.0"),
        ("pool", (PLANE, None, np.add, (2, 2), None, "SAME"), ArgumentValueError, "init must be 0"),
    ],
)
def test_errors(name: str, arguments: Any, error: type[Exception], words: str) -> None:
    """A wrong argument is named before anything is launched."""
    with launches.counted() as kernels, pytest.raises(error, match=words):
        getattr(flax, name)(*arguments)
    assert kernels == []


def test_a_wrong_kernel_is_seen() -> None:
    """The comparison with flax is red if results are too large by one."""
    original()
    for name in ("max_pool", "avg_pool"):
        with launches.planted(), pytest.raises(AssertionError, match="differ"):
            test_as_flax(name, (2, 9, 8, 3), (2, 3), 2, "SAME")
