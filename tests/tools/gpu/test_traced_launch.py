"""Traced launches on the default device: known kernels get known counts, and nothing is missed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from clpool.problem.problem import Problem
from clpool.runtime.capabilities import is_pocl
from clpool.runtime.device import default_queue
from clpool.tools.gpu import known_kernels as known
from clpool.tools.gpu.accesses import Trace
from clpool.tools.gpu.bound import Instructions, bound
from clpool.tools.gpu.cases import CASES, Case
from clpool.tools.gpu.devices import CARDS
from clpool.tools.gpu.stand_in import arrays
from clpool.tools.gpu.traced_launch import trace_chunk, traced_launch
from clpool.tools.gpu.transactions import Memory, Transactions, transactions

pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is not installed")
pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(
        not is_pocl(default_queue().device), reason="marks are clang's C, and groups a GPU's: PoCL"
    ),
]

NVIDIA, AMD = Memory.of(CARDS["RTX 3080"]), Memory.of(CARDS["MI210"])


def work(launch: known.KnownLaunch, memory: Memory = NVIDIA) -> Transactions:
    """The transactions of a kernel by hand."""
    return transactions(launch.trace(default_queue()), memory)


@pytest.mark.parametrize("memory", [NVIDIA, AMD], ids=["NVIDIA", "AMD"])
def test_a_copy_moves_nothing_else(memory: Memory) -> None:
    """Every lane, every line once, and each byte of the cache's segments."""
    launch = known.move(known.COPY, 1024, 4096, 4096)
    found = work(launch, memory)
    assert (found.lanes, found.useful) == (1, 1)
    assert found.requests == 2 * 1024 // memory.wave
    assert found.lines == found.asked == found.read + found.written == launch.must_move
    assert found.segments == launch.must_move // memory.segment


def test_words_of_local_memory_two_apart() -> None:
    """A store and a load of each item, two lanes of a wave to a bank."""
    for memory, turns in ((NVIDIA, 2), (AMD, 4)):
        found = work(known.move(known.EXCHANGED, 1024, 1024, 1024), memory)
        waves = 1024 // memory.wave
        assert (found.requests, found.local) == (2 * waves, 2 * turns * waves)
    assert work(known.move(known.COPY, 1024, 4096, 4096)).local == 0


def test_a_copy_through_pointers_to_elements() -> None:
    """NVIDIA makes four requests of a vector, each of all its lines; AMD one."""
    launch = known.move(known.UNALIGNED, 1024, 4096, 4096)
    whole = work(known.move(known.COPY, 1024, 4096, 4096))
    split = work(launch)
    assert split.requests == 4 * whole.requests
    assert split.lines == 4 * whole.lines
    assert (split.read, split.written) == (whole.read, whole.written)
    aligned = known.move(known.COPY, 1024, 4096, 4096)
    assert work(launch, AMD) == work(aligned, AMD)


def test_every_second_element_costs_both() -> None:
    """The input's lines are twice the bytes that are asked for."""
    found = work(known.move(known.EVERY_SECOND, 1024, 2048, 1024))
    assert (found.read, found.written, found.asked) == (8192, 4096, 8192)
    assert found.lines == 12288
    assert found.segments == 64 + 32


def test_one_lane_of_a_wave() -> None:
    """The wave's instructions take as long as those of 32 lanes."""
    launch = known.move(known.ONE_LANE, 2048, 256, 256)
    found = work(launch)
    assert found.lanes == found.useful == 1 / 32
    peaks = CARDS["RTX 3080"].peaks
    assert peaks
    full = bound(work(known.move(known.COPY, 64, 256, 256, 64)), peaks, 2048, Instructions(100))
    lone = bound(found, peaks, launch.must_move, Instructions(100))
    assert lone.issue
    assert full.issue
    assert lone.issue == pytest.approx(32 * full.issue)


@pytest.mark.parametrize(
    ("width", "of_32", "of_64"),
    [
        (224, 56 / 64, 56 / 64),
        (112, 28 / 32, 28 / 64),
        (56, 14 / 32, 14 / 64),
        (28, 7 / 32, 7 / 64),
        (14, 4 / 32, 4 / 64),
        (7, 2 / 32, 2 / 64),
        (1, 1 / 32, 1 / 64),
    ],
)
def test_rows_shorter_than_a_group(width: int, of_32: float, of_64: float) -> None:
    """Vectors of four along a row, in groups of 64 x 4: the busy lanes are the row's vectors."""
    launch = known.rows(width, 8)
    assert work(launch).lanes == of_32
    assert work(launch, AMD).lanes == of_64
    assert work(launch).useful == of_32 * width / (-(-width // 4) * min(width, 4))


def test_the_gradient_gathered_by_divisions() -> None:
    """Of windows of 2 x 2: 5 bytes an element, so 271 instructions leave 22 % at 61 % of the rate.

    These are the shares that a profiler reported of such a kernel on the card (pytorch#191086).
    """
    launch = known.gathered(32, 4, kernel=2, stride=2, pad=0)
    found, peaks = work(launch), CARDS["RTX 3080"].peaks
    assert peaks
    assert found.lanes == 1
    assert found.read + found.written == launch.must_move == 5 * 4096
    limits = bound(found, peaks, launch.must_move, Instructions(271))
    assert limits.issue
    assert limits.memory / limits.issue == pytest.approx(0.22 / 0.61, rel=0.01)


SKIPPING = """
__kernel void skipping(const __global float *restrict x, __global float *restrict y)
{
    const int i = get_global_id(0);
    float sum = 0;
    for (int n = 0; n < 4; ++n) {
        if (n == i % 4) continue;
        for (int k = 0; k < 2; ++k) sum += x[n * 64 + k * 32 + i];
    }
    y[i] = sum;
}
"""


def test_lanes_that_leave_out_a_turn_meet_again() -> None:
    """Eight loads of a wave, of three quarters of its lanes each, whatever turn they skip."""
    given = {"x": np.zeros(256, np.float32), "y": np.zeros(32, np.float32)}
    trace = traced_launch(default_queue(), SKIPPING, given, (32,), (32,))
    found = transactions(trace, NVIDIA)
    assert (found.requests, found.asked) == (9, 8 * 24 * 4 + 128)


def touched(trace: Trace, store: bool) -> int:
    """The different bytes that are loaded, or stored."""
    width, address = trace.width[trace.store == store], trace.address[trace.store == store]
    ends = np.cumsum(width)
    within = np.arange(width.sum()) - np.repeat(ends - width, width)
    return np.unique(np.repeat(address, width) + within).size


def windows(problem: Problem) -> int:
    """The bytes of the input that lie in some window; of a gradient, all of its arrays."""
    results = sum(dtype.itemsize for dtype in problem.result_dtypes)
    if problem.window.gradient or problem.mode.skeleton in ("scatter", "take"):
        return problem.bytes_moved - results * math.prod(problem.output_shape)
    inside = math.prod(problem.shape) // math.prod(problem.lengths)
    bounds = problem.window.bounds(problem.lengths)
    for axis, n in enumerate(problem.lengths):
        if sliding := problem.window.sliding:
            outputs = sliding.output_shape(problem.lengths)[axis]
            first = (
                np.arange(outputs) * sliding.stride[axis] - sliding.pads(problem.lengths)[axis][0]
            )
            taps = first[:, None] + np.arange(sliding.kernel[axis]) * sliding.dilation[axis]
        else:
            assert bounds is not None
            taps = np.concatenate([np.arange(*ends) for ends in bounds[axis]])
        inside *= np.unique(taps[(taps >= 0) & (taps < n)]).size
    return problem.dtype.size * inside


#: Kernels that pick elements, or whose windows each call lists.
PICKING = ("unpool_backward", "fractional_max")
READING = [case for case in CASES if case.operator not in PICKING]


@pytest.mark.parametrize("case", READING, ids=lambda case: case.name)
def test_every_byte_is_noted(case: Case) -> None:
    """All of the results are stored, and all of the input that windows hold is loaded."""
    sides = (min(n, 60 // case.ndim) for n in case.sizes)
    small = replace(case, shape=(2, min(case.shape[1], 16), *sides))
    spec, (chunk,) = small.schedule(CARDS["RX 6700"].traits)
    problem = small.problem
    trace = trace_chunk(default_queue(), problem, spec, chunk, arrays(small))
    results = sum(dtype.itemsize for dtype in problem.result_dtypes)
    assert touched(trace, store=True) == results * math.prod(problem.output_shape)
    loaded = touched(trace, store=False)
    assert loaded >= windows(problem)
    if not spec.lists:
        assert loaded + touched(trace, store=True) <= problem.bytes_moved
