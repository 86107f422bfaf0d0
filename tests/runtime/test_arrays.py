"""numpy arrays of every layout, in and out: pooled in place or copied once, never mistaken."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from cases import assert_exact, assert_sum_close, random_values

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow
from clpool.runtime import arrays

SHAPE = (2, 3, 9, 11)
SURROUNDINGS = 99  # beyond any finite value that is pooled
WINDOW = SlidingWindow.of(2, 3, 2, 1)


def plain_values(shape: tuple[int, ...] = SHAPE, dtype: str = "float32") -> np.ndarray:
    """Ties, NaN and infinities."""
    return random_values(np.random.default_rng(5), shape, dtype, "special")


def dense(x: np.ndarray) -> np.ndarray:
    """As numpy makes it."""
    return x


def crop(x: np.ndarray) -> np.ndarray:
    """A crop of planes, rows and columns."""
    n, c, h, w = x.shape
    around = np.full((n, c + 1, h + 5, w + 7), SURROUNDINGS, x.dtype)
    around[:, 1:, 2:-3, 3:-4] = x
    return around[:, 1:, 2:-3, 3:-4]


def steps(x: np.ndarray) -> np.ndarray:
    """Every second image, every third row."""
    n, c, h, w = x.shape
    around = np.full((2 * n, c, 3 * h, w), SURROUNDINGS, x.dtype)
    around[::2, :, ::3] = x
    return around[::2, :, ::3]


def upside_down(x: np.ndarray) -> np.ndarray:
    """Batch and rows run backwards."""
    return x[::-1, :, ::-1].copy()[::-1, :, ::-1]


def mirrored(x: np.ndarray) -> np.ndarray:
    """Columns run backwards."""
    return x[..., ::-1].copy()[..., ::-1]


def channels_innermost(x: np.ndarray) -> np.ndarray:
    """Channels lie densest (NHWC in memory)."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def batch_innermost(x: np.ndarray) -> np.ndarray:
    """The batch lies densest."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)


def channels_before_batch(x: np.ndarray) -> np.ndarray:
    """Batch and channels are swapped in memory."""
    return np.ascontiguousarray(x.swapaxes(0, 1)).swapaxes(0, 1)


def rows_innermost(x: np.ndarray) -> np.ndarray:
    """Rows lie densest: planes are transposed in memory."""
    return np.ascontiguousarray(x.swapaxes(2, 3)).swapaxes(2, 3)


def every_second_column(x: np.ndarray) -> np.ndarray:
    """Columns with gaps between them."""
    around = np.full((*x.shape[:-1], 2 * x.shape[-1]), SURROUNDINGS, x.dtype)
    around[..., ::2] = x
    return around[..., ::2]


def broadcast_batch(x: np.ndarray) -> np.ndarray:
    """One image shown as many."""
    return np.broadcast_to(x[:1], x.shape)


def broadcast_column(x: np.ndarray) -> np.ndarray:
    """One column shown as many."""
    return np.broadcast_to(x[..., :1], x.shape)


def foreign_byte_order(x: np.ndarray) -> np.ndarray:
    """The other byte order."""
    return x.astype(x.dtype.newbyteorder())


def misaligned(x: np.ndarray) -> np.ndarray:
    """At an odd address."""
    memory = bytearray(x.nbytes + 1)
    view = np.frombuffer(memory, x.dtype, offset=1).reshape(x.shape)
    view[...] = x
    return view


def split_strides(x: np.ndarray) -> np.ndarray:
    """A field of a packed record, whose strides split elements."""
    record = np.zeros(x.shape, np.dtype([("value", x.dtype), ("tail", "u1")]))
    record["value"] = x
    return record["value"]


def read_only(x: np.ndarray) -> np.ndarray:
    """Not to be written."""
    x = x.copy()
    x.flags.writeable = False
    return x


IN_PLACE = (
    dense,
    crop,
    steps,
    upside_down,
    channels_innermost,
    batch_innermost,
    channels_before_batch,
    broadcast_batch,
    read_only,
)
COPIED = (
    mirrored,
    rows_innermost,
    every_second_column,
    broadcast_column,
    foreign_byte_order,
    misaligned,
    split_strides,
)
Layout = Callable[[np.ndarray], np.ndarray]


def check_layout(layout: Layout, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Pool an array of that layout in two modes; the array and its largest values."""
    x = layout(plain_values(dtype=dtype))
    before = np.array(x, dtype=dtype)
    expected = reference.pool(before, WINDOW, "max", return_indices=True)
    found = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
    for one, other in zip(found, expected, strict=True):
        assert_exact(one, other, layout.__name__)
    assert_sum_close(clpool.avg_pool2d(x, 3, 2, 1), before, WINDOW, context=layout.__name__)
    assert_exact(np.array(x, dtype=dtype), before, f"{layout.__name__}: x was changed")
    assert found[0].strides == tuple(s * found[0].itemsize // 8 for s in found[1].strides)
    return x, found[0]


@pytest.mark.parametrize("dtype", ["float32", "int16"])
@pytest.mark.parametrize("layout", IN_PLACE)
def test_layouts_pooled_in_place(layout: Layout, dtype: str) -> None:
    """An array with a dense innermost axis is read where it lies, and gives the right values."""
    x, _ = check_layout(layout, dtype)
    assert arrays.admit_host(x, (2, 3), wrapped=True) is x


@pytest.mark.parametrize("layout", COPIED)
def test_layouts_copied_once(layout: Layout) -> None:
    """An array that kernels cannot read is copied, and gives the right values."""
    x, _ = check_layout(layout, "float32")
    copy = arrays.admit_host(x, (2, 3), wrapped=True)
    assert copy is not x
    assert arrays.admit_host(copy, (2, 3), wrapped=True) is copy


@pytest.mark.parametrize("layout", [dense, crop, channels_innermost, channels_before_batch])
def test_result_lies_in_memory_as_the_input(layout: Layout) -> None:
    """The result is dense, and its axes lie in the order of the input's."""
    x, y = check_layout(layout, "float32")
    assert np.argsort(y.strides).tolist() == np.argsort(x.strides).tolist()
    assert arrays.is_dense(y)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_channels_last(ndim: int) -> None:
    """data_format="channels_last" pools the axes before the last one, batched and unbatched."""
    window = SlidingWindow.of(ndim, 3, 2, 1)
    plain = plain_values((2, 5, *(7, 8, 9)[:ndim]))
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1))
    expected = reference.pool(plain, window, "max", return_indices=True)
    function = getattr(clpool, f"max_pool{ndim}d")
    found = function(x, 3, 2, 1, return_indices=True, data_format="channels_last")
    single = function(x[1], 3, 2, 1, return_indices=True, data_format="channels_last")
    for one, other, alone in zip(found, expected, single, strict=True):
        assert_exact(np.moveaxis(one, -1, 1), other, "batched")
        assert_exact(np.moveaxis(alone, -1, 0), other[1], "unbatched")


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_unbatched_and_empty_batches(ndim: int) -> None:
    """An unbatched array gives an unbatched result; a batch of none gives a result of none."""
    window = SlidingWindow.of(ndim, 2)
    plain = plain_values((3, *(7, 8, 9)[:ndim]))
    function = getattr(clpool, f"max_pool{ndim}d")
    assert_exact(function(plain, 2), reference.pool(plain, window, "max"), "unbatched")
    values, indices = function(plain[None][:0], 2, return_indices=True)
    assert values.shape == indices.shape == (0, 3, *window.output_shape(plain.shape[1:]))
    assert (values.dtype, indices.dtype) == (np.float32, np.int64)
    assert function(plain[None][:0], 2, out=values) is values


@pytest.mark.parametrize("shape", [(9,), (4, 9), (2, 1, 3, 2, 9, 8), (1, 1, 1, 1, 1, 3, 5, 7)])
def test_any_number_of_axes(shape: tuple[int, ...]) -> None:
    """The n-dimensional core pools the last axes of arrays of any ndim."""
    ndim = min(len(shape), 2)
    window = SlidingWindow.of(ndim, (2, 3)[-ndim:], 1)
    plain = plain_values(shape)
    found = clpool.pool(plain, window.kernel, stride=1)
    assert_exact(found, reference.pool(plain, window, "max"), str(shape))


@pytest.mark.parametrize("index_dtype", [np.int64, np.int32])
def test_out_is_written_wholly_and_returned(index_dtype: type) -> None:
    """What is given as out is returned itself, with no poison left in it."""
    x = plain_values()
    expected = reference.pool(x, WINDOW, "max", return_indices=True, index_dtype=index_dtype)
    values = np.full(expected[0].shape, np.nan, np.float32)
    indices = np.full(expected[0].shape, -1, index_dtype)
    pair = (values, indices)
    found = clpool.max_pool2d(x, 3, 2, 1, return_indices=True, index_dtype=index_dtype, out=pair)
    assert found is pair
    for one, other in zip(found, expected, strict=True):
        assert_exact(one, other, "out")
    values[...] = np.nan
    assert clpool.max_pool2d(x, 3, 2, 1, out=values) is values
    assert_exact(values, expected[0], "out without indices")


@pytest.mark.parametrize("layout", [dense, channels_innermost, crop])
@pytest.mark.parametrize("mode", ["max", "avg"])
def test_memory_around_out_is_left_alone(layout: Layout, mode: str) -> None:
    """An out that is a crop of a larger array is written; its surroundings are not."""
    x = layout(plain_values())
    pooled = (2, 3, *WINDOW.output_shape(SHAPE[2:]))
    if layout is channels_innermost:
        memory = np.full((4, 8, 9, 5), -77.0, np.float32)
        crops = memory[1:3, 1:6, 2:8, 1:4].transpose(0, 3, 1, 2)
    else:
        memory = np.full((4, 5, 8, 9), -77.0, np.float32)
        crops = memory[1:3, 1:4, 1:6, 2:8]
    assert crops.shape == pooled
    mask = np.zeros_like(memory)
    mask_crops = np.lib.stride_tricks.as_strided(
        mask.reshape(-1)[(crops.ctypes.data - memory.ctypes.data) // 4 :], pooled, crops.strides
    )
    mask_crops[...] = 1
    crops[...] = np.nan
    function = getattr(clpool, f"{mode}_pool2d")
    assert function(x, 3, 2, 1, out=crops) is crops
    assert_exact(np.array(crops), function(x, 3, 2, 1), "crop")
    assert (memory[mask == 0] == -77.0).all()


@pytest.mark.parametrize("flip", [(0,), (2,), (0, 1, 2)])
def test_out_with_negative_strides(flip: tuple[int, ...]) -> None:
    """An out that runs backwards along an axis is written in its own order."""
    x = plain_values()
    memory = np.full((2, 3, 5, 6), np.nan, np.float32)
    out = np.flip(memory, flip)
    assert clpool.max_pool2d(x, 3, 2, 1, out=out) is out
    assert_exact(np.array(out), reference.pool(x, WINDOW, "max"), str(flip))


def test_out_beside_the_input_in_one_allocation() -> None:
    """Input and output may interleave in one allocation as long as no element is shared."""
    plain = plain_values()
    memory = np.full((2, 3, 2, 9, 11), np.nan, np.float32)
    memory[:, :, 0] = plain
    out = memory[:, :, 1, :5, :6]
    assert clpool.max_pool2d(memory[:, :, 0], 3, 2, 1, out=out) is out
    assert_exact(np.array(out), reference.pool(plain, WINDOW, "max"), "interleaved")
    assert_exact(np.array(memory[:, :, 0]), plain, "the input")


def test_one_plan_meets_many_layouts() -> None:
    """One plan pools arrays of its shape whatever their layouts, again and again."""
    plan = clpool.plan(SHAPE, np.float32, (3, 3), stride=2, padding=1)
    for layout in (*IN_PLACE, *COPIED, *IN_PLACE):
        x = layout(plain_values())
        native = np.array(x, np.float32)
        assert_exact(np.array(plan(x)), reference.pool(native, WINDOW, "max"), layout.__name__)
