"""The counts of transactions and the bounds they set, without a device."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clpool.tools.gpu.accesses import Trace
from clpool.tools.gpu.bound import Instructions, bound
from clpool.tools.gpu.devices import CARDS
from clpool.tools.gpu.transactions import Memory, Transactions, item_widths, transactions

NVIDIA = Memory(wave=32, line=32, segment=128)
AMD = Memory(wave=64, line=64, segment=64, whole_from=1)


def loads(
    address: np.ndarray, width: int = 4, alignment: int = 4, size: int = 64, **facts: np.ndarray
) -> Trace:
    """A load of each item in turn, of a launch of one axis in groups of 64."""
    count = address.size
    return Trace(
        (size,),
        (64,),
        item=facts.get("item", np.arange(count)),
        label=facts.get("label", np.full(count, 7, np.uint64)),
        address=address,
        width=np.full(count, width),
        alignment=np.full(count, alignment),
        store=np.zeros(count, bool),
    )


@pytest.mark.parametrize(
    ("apart", "width", "lines", "segments"),
    [
        (4, 4, 4, 1),  # neighbours
        (8, 4, 8, 2),  # every second element
        (32, 4, 32, 8),  # one element of every line
        (128, 4, 32, 32),
        (0, 4, 1, 1),  # all the same
        (16, 16, 16, 4),  # vectors of four: 8 lanes fill a segment
        (32, 16, 32, 8),  # every second one
    ],
)
def test_a_wave_of_nvidia(apart: int, width: int, lines: int, segments: int) -> None:
    """Lines of 32 bytes, and segments of 128 for as many lanes as one can serve."""
    work = transactions(loads(np.arange(32) * apart, width, width, 64), NVIDIA)
    assert (work.waves, work.active, work.busy, work.requests) == (2, 1, 32, 1)
    assert (work.lines, work.segments) == (32 * lines, segments)
    assert work.read == 32 * lines
    assert work.written == 0


@pytest.mark.parametrize(
    ("apart", "width", "nvidia", "amd"),
    [
        (4, 4, 1, 2),  # neighbours; AMD's 64 lanes want each bank twice
        (8, 4, 2, 4),  # every second word
        (20, 4, 1, 2),  # an odd number of words apart: each bank once
        (128, 4, 32, 64),  # all in one bank
        (0, 4, 1, 2),  # the same word for all
        (8, 8, 2, 4),  # 16 lanes at a time
        (1, 1, 1, 2),  # four lanes want one word
    ],
)
def test_banks_of_local_memory(apart: int, width: int, nvidia: int, amd: int) -> None:
    """A bank gives one word a clock."""
    for memory, clocks in ((NVIDIA, nvidia), (AMD, amd)):
        place = np.arange(memory.wave) * apart
        trace = replace(loads(place), local=loads(place, width, width))
        assert transactions(trace, memory).local == clocks


def test_vectors_of_elements_are_split_where_alignment_is_not_known() -> None:
    """Four requests of NVIDIA's, of four bytes each; one of AMD's."""
    trace = loads(np.arange(64) * 16, 16, 4)
    split, whole = transactions(trace, NVIDIA), transactions(trace, AMD)
    assert item_widths(trace, NVIDIA, 5) == ({32: 4}, {})
    assert item_widths(trace, AMD, 5) == ({128: 1}, {})
    assert (split.requests, whole.requests) == (8, 1)
    assert split.asked == whole.asked == 1024
    assert split.lines == 4 * 1024
    assert whole.lines == whole.read == split.read == 1024
    assert whole.segments == 16


def test_an_access_across_two_lines_touches_both() -> None:
    """An item's 16 bytes from the middle of a line on."""
    work = transactions(loads(np.array([24]), 16, 4), replace(NVIDIA, whole_from=1))
    assert (work.requests, work.lines) == (1, 64)


def test_lanes_meet_at_labels() -> None:
    """Two instructions of every second lane each are two requests."""
    label = np.arange(32, dtype=np.uint64) % 2
    work = transactions(loads(np.arange(32) * 4, label=label), NVIDIA)
    assert (work.requests, work.lines, work.read) == (2, 256, 128)


def test_waves_are_consecutive_items_of_a_group() -> None:
    """Axis 0 first; the last wave of a group may be short."""
    size, group = (6, 4), (3, 2)
    item = np.arange(24)
    none = np.zeros(24, np.int64)
    trace = Trace(size, group, item, none, none, none + 4, none + 4, none.astype(bool))
    wave, lane, waves = trace.waves(4)
    assert waves == 8
    assert wave.reshape(4, 6)[:2].tolist() == [[0, 0, 0, 2, 2, 2], [0, 1, 1, 2, 3, 3]]
    assert lane.reshape(4, 6)[:2].tolist() == [[0, 1, 2, 0, 1, 2], [3, 0, 1, 3, 0, 1]]


def test_the_targets_split_as_their_assembly_shows() -> None:
    """Halves in fours: of 2 bytes on NVIDIA, of 4 on Intel, all 8 on AMD."""
    cards = {"RTX 3060": 2, "Arc A770": 4, "MI210": 8, "RX 6700": 8}
    assert {name: Memory.of(CARDS[name]).piece(8, 2) for name in cards} == cards
    with pytest.raises(ValueError, match="software"):
        Memory.of(CARDS["llvmpipe"])


def test_no_access_is_wider_than_the_assembly_has_any() -> None:
    """A compiler that takes vectors apart does so with loads, or with stores."""
    apart = AMD.compiled(load=1, store=16)
    assert (apart.piece(2, 2), apart.piece(2, 2, store=True)) == (1, 2)
    assert AMD.compiled(32, 32) == AMD


WORK = Transactions(32, 20, 10, 320, 10, 5120, 5120, 40, 2560, 2560, 0, 2560, 8)


def test_the_longest_time_is_the_bound() -> None:
    """Of memory, of the first-level cache and of instructions, whatever lanes are busy."""
    peaks = CARDS["RTX 3060"].peaks
    assert peaks
    free = bound(WORK, peaks, 2560)
    assert (free.share, free.limit, free.issue) == (0.5, "memory", None)
    assert free.copy == 2560 / 360e9
    assert free.cache == pytest.approx(40 / (28 * 1.777e9))
    busy = bound(WORK, peaks, 2560, Instructions(1000))
    assert busy.limit == "issue"
    assert busy.seconds == busy.issue == pytest.approx(10 * 32 * 1000 / (28 * 128 * 1.777e9))
    idle = bound(WORK, peaks, 2560, Instructions(1000, leaving=100))
    assert idle.seconds == pytest.approx(1.1 * busy.seconds)
    double = bound(WORK, peaks, 2560, Instructions(1000, double=100))
    assert double.seconds == pytest.approx(6.4 * busy.seconds)  # two lanes of 128
    cached = bound(replace(WORK, segments=4000), peaks, 2560, Instructions(10))
    assert cached.limit == "cache"


def test_local_memory_takes_the_caches_time_unless_it_is_apart() -> None:
    """NVIDIA's is the cache's own, AMD's has a path of its own."""
    within, apart = CARDS["RTX 3060"].peaks, CARDS["MI210"].peaks
    assert within
    assert apart
    for peaks, segments in ((within, 400 + 300), (apart, 400)):
        clocks = peaks.caches * peaks.ghz * 1e9
        both = bound(replace(WORK, segments=400, local=300), peaks, 2560)
        assert both.cache == pytest.approx(segments / clocks)
        more = bound(replace(WORK, local=9000), peaks, 2560)
        assert more.cache == pytest.approx((9000 + 40 * (peaks is within)) / clocks)


def test_lanes_and_results_are_shares_of_active_waves() -> None:
    """Half of the waves do nothing, and are not counted."""
    assert WORK.lanes == 1
    assert WORK.useful == 1
    assert replace(WORK, busy=80).lanes == 0.25
    assert replace(WORK, stored=640).useful == 0.25
