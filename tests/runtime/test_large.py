"""Problems too large for one buffer: cut along outer and spatial axes, with their halo."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import numpy as np
import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact, assert_sum_close, random_values
from other_devices import traits_as

import clpool
from clpool import reference, tuning
from clpool.errors import DeviceError
from clpool.problem.window import SlidingWindow
from clpool.runtime import device_memory, dispatch, traits
from clpool.runtime.plan import Plan
from clpool.schedule import placement
from clpool.tuning import VARIANTS


@dataclass(frozen=True)
class Cut:
    """A problem, the elements a buffer may hold, and the least number of chunks that makes."""

    name: str
    shape: tuple[int, ...]
    kernel: tuple[int, ...]
    most: int
    least: int
    stride: Any = None
    padding: Any = 0
    dilation: Any = 1
    ceil_mode: bool = False

    @property
    def window(self) -> SlidingWindow:
        """The case's window."""
        return SlidingWindow.of(
            len(self.kernel), self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode
        )


CUTS = (
    Cut("1d outer", (7, 3, 20), (3,), 64, 7, 2, 1),
    Cut("1d along L", (2, 1, 97), (3,), 11, 2 * 9, 1, 1),
    Cut("1d gaps", (1, 1, 97), (2,), 7, 12, 5, ((4, 9),), 3, True),
    Cut("1d one window", (1, 1, 61), (7,), 7, 55, 1),
    Cut("1d padding only", (1, 1, 9), (3,), 5, 6, 1, ((8, 9),)),
    Cut("2d outer", (3, 5, 8, 10), (2, 2), 200, 8),
    Cut("2d batch and channels", (4, 4, 8, 10), (3, 3), 90, 16, 2, 1),
    Cut("2d along H", (1, 2, 23, 14), (3, 3), 80, 8, 2, 1),
    Cut("2d along H and W", (1, 1, 13, 31), (3, 3), 70, 30, 1, 1),
    Cut("2d dilated", (1, 2, 17, 19), (2, 3), 80, 8, (1, 2), 1, (3, 2)),
    Cut("2d ceil", (2, 1, 14, 15), (3, 3), 60, 8, 2, 1, 1, True),
    Cut("2d far padding", (1, 1, 9, 12), (3, 2), 40, 4, (2, 1), ((4, 5), (3, 3))),
    Cut("2d same", (1, 3, 11, 16), (4, 3), 90, 6, (3, 2), "same"),
    Cut("3d outer", (2, 3, 4, 5, 6), (2, 2, 2), 150, 4, 1),
    Cut("3d along D", (1, 2, 9, 5, 6), (3, 2, 2), 120, 4, 2, (1, 0, 1)),
    Cut("3d along D and H", (1, 1, 7, 9, 8), (2, 3, 2), 110, 20, 1, 1),
    Cut("3d dilated ceil", (1, 1, 9, 8, 7), (2, 2, 3), 200, 4, 2, 1, (2, 1, 2), True),
)


def make_small(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let a buffer hold ``most`` elements."""
    monkeypatch.setattr(dispatch, "_plans", {})
    monkeypatch.setattr(placement, "most_elements", lambda problem, unit: most)


def chunks_of(plan: Plan) -> list[Any]:
    """The chunks of the only launch a plan has made."""
    (launch,) = plan._launches
    return launch.chunks


def check_cut(cut: Cut, mode: str, variant: str, last: bool, **options: Any) -> None:
    """Pool into poisoned memory, compare with the reference, and count the chunks."""
    rng = np.random.default_rng(len(cut.name))
    kind = "special" if mode == "max" else "normal"
    plain = random_values(rng, cut.shape, np.float32, kind)
    x = np.ascontiguousarray(np.moveaxis(plain, 1, -1)) if last else plain
    window, indices = cut.window, mode == "max"
    with tuning.forced(variant=variant):
        plan = clpool.plan(
            x.shape,
            x.dtype,
            window.kernel,
            mode,
            window.stride,
            window.padding,
            window.dilation,
            window.ceil_mode,
            indices,
            data_format="channels_last" if last else "channels_first",
            **options,
        )
        values = np.full(plan.output_shape, np.nan, np.float32)
        out = (values, np.full(values.shape, -7)) if indices else values
        plan(x, out)
    found = [np.array(np.moveaxis(o, -1, 1) if last else o) for o in (out if indices else (out,))]
    context = f"{cut.name} {mode} {variant} {'last' if last else 'first'}"
    if mode == "max":
        expected = reference.pool(plain, window, mode, return_indices=True)
        for one, other in zip(found, expected, strict=True):
            assert_exact(one, other, context)
    else:
        assert_sum_close(found[0], plain, window, mode, context=context, **options)
    assert len(chunks_of(plan)) >= (2 if last else cut.least), context
    for chunk in chunks_of(plan):
        first, end = chunk.geometry.x_span()
        assert end - first < placement.most_elements(
            plan.problem, traits.traits_of(plan.queue.device)
        )
        assert 0 <= first <= end < x.size, "a chunk reads beside the array"


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.name)
def test_parts_give_the_whole(cut: Cut, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values and indices of a problem in chunks are those of the whole; so are averages."""
    make_small(monkeypatch, cut.most)
    check_cut(cut, "max", variant, last=False)
    padded = CUTS.index(cut) % 2 == 0
    check_cut(cut, "avg", variant, last=False, count_include_pad=padded)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("cut", CUTS[::3], ids=lambda cut: cut.name)
def test_parts_of_channels_last(cut: Cut, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Channels-last problems are cut too: one window of all channels is the least chunk."""
    make_small(monkeypatch, cut.most * cut.shape[1])
    check_cut(cut, "max", variant, last=True)
    check_cut(cut, "avg", variant, last=True)


def test_parts_of_device_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """An Array is pooled in chunks from its own buffer; out of order too, the result is whole."""
    make_small(monkeypatch, 80)
    unit = clpool.default_device()
    order = cl.command_queue_properties.OUT_OF_ORDER_EXEC_MODE_ENABLE
    context = cl.Context([unit])
    queue = cl.CommandQueue(context, unit, order)
    plain = random_values(np.random.default_rng(0), (2, 2, 23, 14), np.float32, "special")
    values, indices = clpool.max_pool2d(cla.to_device(queue, plain), 3, 2, 1, return_indices=True)
    expected = reference.pool(plain, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    assert len(values.events) >= 8
    assert_exact(values.get(), expected[0], "values")
    assert_exact(indices.get(), expected[1], "indices")


def test_parts_of_crops_and_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crops, backward axes and crops as out are cut as well as dense arrays."""
    make_small(monkeypatch, 300)
    around = random_values(np.random.default_rng(1), (3, 4, 20, 20), np.float32, "special")
    memory = np.full((3, 4, 12, 12), -77, np.float32)
    x, out = around[1:, ::-1, 2:-1, 1:-2], memory[1:, :, 1:9, 2:10]
    out[...] = np.nan
    clpool.max_pool2d(x, 2, out=out)
    assert_exact(np.array(out), reference.pool(x, SlidingWindow.of(2, 2), "max"), "crop")
    out[...] = -77
    assert (memory == -77).all()


def test_parts_by_way_of_device_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where arrays travel to the device, each chunk travels alone."""
    make_small(monkeypatch, 80)
    traits_as(monkeypatch, shares_host_memory=lambda: False)
    x = random_values(np.random.default_rng(2), (2, 2, 23, 14), np.float32, "special")
    found = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
    expected = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    for one, other in zip(found, expected, strict=True):
        assert_exact(one, other, "copied")
    around = np.full((2, 2, 14, 9), -77, np.float32)
    clpool.max_pool2d(x[..., ::-1], 3, 2, 1, out=around[:, :, 1:-1, 1:-1])
    mirrored = reference.pool(x[..., ::-1], SlidingWindow.of(2, 3, 2, 1), "max")
    assert_exact(around[:, :, 1:-1, 1:-1].copy(), mirrored, "mirrored")
    assert (around[:, :, 0] == -77).all()
    assert (around[..., -1] == -77).all()


def test_parts_that_lie_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk whose results lie between those of others leaves them as they are."""
    make_small(monkeypatch, 80)
    traits_as(monkeypatch, shares_host_memory=lambda: False)
    flags = cl.mem_flags.READ_WRITE | cl.mem_flags.COPY_HOST_PTR

    def poisoned(context: cl.Context, size: int) -> cl.Buffer:
        return cl.Buffer(context, flags, hostbuf=np.full(size, 0xAB, np.uint8))

    monkeypatch.setattr(device_memory, "take", poisoned)
    x = random_values(np.random.default_rng(3), (2, 14, 23, 2), np.float32, "special")
    swapped = np.ascontiguousarray(x.swapaxes(1, 2)).swapaxes(1, 2)  # columns one behind the other
    found = clpool.max_pool2d(swapped, (2, 1), data_format="channels_last")
    plain = np.moveaxis(x, -1, 1)
    expected = reference.pool(plain, SlidingWindow.of(2, (2, 1)), "max")
    assert_exact(np.array(np.moveaxis(found, -1, 1)), expected, "in between")


def test_one_window_beyond_a_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that no buffer holds is an error that says how many elements fit."""
    make_small(monkeypatch, 16)
    with pytest.raises(DeviceError, match=r"one window reads 25 elements.* allows 16"):
        clpool.max_pool1d(np.zeros((1, 1, 60), np.float32), 25)


LARGE = """
    import resource, sys
    import numpy as np, clpool
    limit = clpool.default_device().max_mem_alloc_size
    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    shape = {shape}
    assert 4 * int(np.prod(shape)) == 3 * 2**30 > limit, limit
    # Blocks of 1024 rows alike but for an offset: cheap to make and to check.
    width = shape[-1]
    block = np.arange(1024 * width, dtype=np.float32).reshape(1024, width) % 8191
    block[5::97, 3::89] += 10000
    x = np.empty(shape, np.float32)
    for number, one in enumerate(x.reshape(-1, 1024, width)):
        np.add(block, number, out=one)
    y = clpool.max_pool2d(x, 2)
    memory = peak()
    rows = np.maximum(block[::2], block[1::2])
    expected = np.maximum(rows[:, ::2], rows[:, 1::2])
    assert y.shape == (*shape[:2], shape[2] // 2, width // 2) and y.dtype == np.float32
    for number, one in enumerate(y.reshape(-1, 512, width // 2)):
        assert np.array_equal(one, expected + np.float32(number)), number
    allowed = 2 * (x.nbytes + y.nbytes) + 300e6
    assert memory <= allowed, (memory, allowed)
    print(f"{{limit}} {{memory}} {{x.nbytes + y.nbytes}}")
"""


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((1, 768, 1024, 1024), id="outer", marks=pytest.mark.pairs),  # longer by far
        pytest.param((1, 1, 24576, 32768), id="one plane"),
    ],
)
def test_three_gigabytes(shape: tuple[int, ...]) -> None:
    """3 GB on a device whose buffers end at 2 GiB: right, within twice input plus output."""
    if os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < 10e9:
        pytest.skip("needs 10 GB of memory")
    if "Portable" not in clpool.default_device().platform.name:
        pytest.skip("only PoCL's memory can be limited by POCL_MEMORY_LIMIT")
    done = subprocess.run(
        [sys.executable, "-c", dedent(LARGE.format(shape=shape))],
        env=os.environ | {"POCL_MEMORY_LIMIT": "6"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    limit, memory, moved = map(int, done.stdout.split())
    assert limit <= 2 * 2**30, "the device's limit is not what this test is about"
    assert memory <= 2 * moved + 300e6
