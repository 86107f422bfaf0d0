"""The numbers from which kernels and calls change their form, each with its unit.

Measurements behind them stand in ``docs/benchmarks/decisions.md``, under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceThresholds:
    """Numbers that change a kernel's source; a field of its spec.

    Args:
        prefetch_bytes: bytes between a load and the prefetch of a later one.
        page_bytes: bytes of a page; ``page_part``, the part of a page during whose reading the
            lines of the next one are prefetched (1 / page_part).
        line_bytes: bytes of a cache line.
        unrolled: statements of a loop over vectors that are written out one by one, at most.
        unrolled_taps: the same, of the taps of a gradient's row.
        unrolled_checks: the same, of the taps among which an index is looked up.
        bounded_taps: taps of an axis above which padding is met by a loop's bounds, not by tests.
        long_row: taps of a row above which they are combined by doubling.
        van_herk_lines: rows of a window above which blocks of rows are combined.
        register_lines: rows of a window, by its axes, up to which its rows are combined first, in
            registers; ``register_lines_once``, the same where no tap may be combined twice.
        register_taps, register_stride: taps of a row, and columns of a step, up to which.
        register_vectors: vectors of a window's rows up to which.
        two_rows_lines: rows of a window up to which two output rows are combined at once, however
            few rows their windows share.
        four_rows_strides: strides that a window is longer than, where four are.
        shuffled_vectors: vectors among which pairs are tried for a shuffle.
        contiguous_vectors: vectors of a long row that are combined in turn.
        listed_vectors: vectors of columns of listed windows that are combined at once.
        listed_lines: cache lines prefetched per output of listed windows.
        channel_vectors: vectors of channels that are reduced at once, the more where their states
            lie in ``channel_bytes`` bytes.
        spare_rows: rows of a gradient that are kept before they are needed.
        kept_elements: elements of a gradient's rows on a thread's stack, at most.
        emptied: elements of a plane that are set to zero at once.
        group_items: work-items of a work-group of teams, which share the taps of outputs.
        team_taps: taps of an output per work-item of its team.
        team_row: work-items of a team along the row, at most, where windows have several rows, and
            teams along the channels.
        tile_loads: loads of a tile that a work-item has under way at a time.
        team_loads: taps that a work-item of a team reads at a time.
    """

    prefetch_bytes: int = 4096
    page_bytes: int = 4096
    page_part: int = 4
    line_bytes: int = 64
    unrolled: int = 16
    unrolled_taps: int = 16
    unrolled_checks: int = 16
    bounded_taps: int = 32
    long_row: int = 12
    van_herk_lines: int = 8
    register_lines: tuple[int, int, int] = (1, 24, 32)
    register_lines_once: tuple[int, int, int] = (1, 12, 32)
    register_taps: int = 64
    register_stride: int = 4
    register_vectors: int = 100
    two_rows_lines: int = 3
    four_rows_strides: int = 3
    shuffled_vectors: int = 8
    contiguous_vectors: int = 8
    listed_vectors: int = 3
    listed_lines: int = 2
    channel_vectors: tuple[int, ...] = (8, 4)
    channel_bytes: int = 1024
    spare_rows: int = 2
    kept_elements: int = 2**14
    emptied: int = 64
    group_items: int = 256
    team_taps: int = 6
    team_row: int = 32
    team_loads: int = 4
    tile_loads: int = 2


@dataclass(frozen=True)
class ScheduleThresholds:
    """Numbers that choose among kernels.

    Args:
        stack_bytes: bytes of a thread's stack for rows of states.
        listed_bytes: bytes of the states that a batch of output rows is reduced into.
        nontemporal_bytes: bytes of a store past the cache, and of the addresses it needs.
        piece_bytes: bytes of the pieces in which a scattered plane is stored.
        direct_lines: rows of a window above which rows are not kept.
        few_outputs: outputs of a row below which each is reduced alone.
        long_window: elements of a row per output from which each is reduced alone.
        spread_vectors: vectors of a row from which neighbouring windows take two registers each.
        item_bytes: bytes of a work-item's load or store (outputs).
        item_registers: bytes of the elements and states of a work-item, at most (outputs).
        item_taps: taps of all outputs of a work-item, at most (outputs).
        selected_taps: the same of a work-item that puts them in order (rank_outputs).
        pairs: pairs of outputs of a row, from which on blocks of pairs have four rows (outputs).
        short_row: outputs of a row, up to which single elements have seven rows (outputs).
        item_outputs: outputs of a work-item in several vectors, at most; ``math_outputs``, the same
            where mathematical functions are called or taps put in order; ``item_steps``, how many
            times the least block's rows and pixels it has (outputs, channels last).
        unaligned_lanes: lanes of vectors that lie anywhere, at most (outputs, channels last).
        item_instructions: instructions of a work-item, whatever its block; ``vector_instructions``,
            of a load or a store beside, ``element_instructions``, of an element read; by these
            blocks are compared (outputs, channels last).
        filled: the share of the outputs of blocks that exist, at least, where any block has as
            much (outputs, channels last).
        listed_taps: taps of a listed window, which are fewer (outputs_listed); ``listed_rows`` and
            ``listed_planes`` of a work-item that are tried, the most first; ``item_states``, bytes
            of the states of all, at most; ``item_states_alike``, the same of gradients that flow
            alike from a tap to all its elements; ``unit_groups``, work-groups of a unit, at least;
            of portions, too.
        portion_taps: taps that a work-group reduces, at least, where several share an output
            (group).
        listed_columns: elements of a row per output from which on listed windows are reduced down
            the columns first; ``listed_states``, states of columns of a work-group, at most
            (tile_listed).
        network_taps: taps of a window up to which its keys are sorted by a network.
        device_part: the part of a device's own memory that one buffer takes, at most
            (1 / device_part).
        segment_places: outputs of a plane that a work-group finds the elements of; they have an
            integer each in local memory (scatter_group).
        tile_windows: windows that an element lies in, from which on they are reduced in tiles;
            ``tile_windows_dilated``, the same of taps with gaps between, of which neighbouring rows
            share none; ``tile_windows_alone``, where no block of outputs is possible (tile).
        strips: outputs of a strip of a tile along an axis, the most first; ``strip_overhang``, of
            one that may lie in part beside the plane, at most.
        tile_elements: elements of a tile in local memory (tile); ``tile_extents``, the windows that
            it is as large as, at least; ``tile_bytes``, its bytes, at most.
    """

    stack_bytes: int = 2**18
    listed_bytes: int = 2**14
    nontemporal_bytes: int = 16
    piece_bytes: int = 64
    direct_lines: int = 2**10
    few_outputs: int = 4
    long_window: int = 16
    spread_vectors: int = 4
    item_bytes: int = 16
    item_registers: int = 288
    item_taps: int = 512
    selected_taps: int = 72
    pairs: int = 16
    short_row: int = 16
    item_outputs: int = 32
    math_outputs: int = 4
    item_steps: tuple[tuple[int, ...], tuple[int, ...]] = ((1, 2, 4), (1, 2))
    unaligned_lanes: int = 4
    item_instructions: int = 48
    vector_instructions: int = 4
    element_instructions: int = 3
    filled: float = 0.8
    listed_taps: int = 2**15
    listed_rows: tuple[int, ...] = (4, 2, 1)
    listed_planes: tuple[int, ...] = (8, 4, 3, 2, 1)
    item_states: int = 64
    item_states_alike: int = 128
    unit_groups: int = 2
    portion_taps: int = 2**13
    listed_columns: int = 4
    listed_states: int = 2**11
    network_taps: int = 49
    device_part: int = 4
    segment_places: int = 4096
    tile_windows: int = 32
    tile_windows_dilated: int = 6
    tile_windows_alone: int = 4
    strips: tuple[int, ...] = (8, 4, 2, 1)
    strip_overhang: int = 4
    tile_elements: int = 2**12
    tile_extents: int = 8
    tile_bytes: int = 2**15


@dataclass(frozen=True)
class LaunchThresholds:
    """Numbers of work-groups and launches on GPUs.

    Args:
        busy: the share of a group's lanes from which on a longer row counts for more than full
            lanes.
        long_row: work-items of a row whose loads are as wide as memory's.
        enough_items: work-items of a group from which on more rows count for more than more
            work-items.
        group_items: work-items of a group, at most; ``group_items_few``, the same where there are
            too few for two such on each unit.
        lockstep: lanes in lockstep where a device does not say: a multiple of what any has.
        seconds: the time of a launch; ``tap_clocks``, the clocks of a tap, both on the safe side.
        unit_lanes: lanes of a compute unit that compute at once, at least; ``unit_mhz``, its clock
            in MHz, at least.
        least_taps: taps of the shortest launch that is cut.
        line_taps: taps that take as long as an element in a cache line of its own.
    """

    busy: float = 0.8
    long_row: int = 64
    enough_items: int = 64
    group_items: int = 256
    group_items_few: int = 128
    lockstep: int = 64
    seconds: float = 0.2
    tap_clocks: int = 64
    unit_lanes: int = 8
    unit_mhz: int = 500
    least_taps: int = 2**25
    line_taps: int = 8


@dataclass(frozen=True)
class LadderThresholds:
    """Numbers of the kernels that replace a refused one.

    Args:
        groups: work-items of a work-group of ``direct``, at most; the largest first.
        direct_width: channels per vector of ``direct`` below another variant, at most: 16 bytes of
            float32.
        halvings: halvings of a problem's largest chunk before too little memory is an error.
    """

    groups: tuple[int, ...] = (256, 64, 16, 1)
    direct_width: int = 4
    halvings: int = 8


@dataclass(frozen=True)
class HostThresholds:
    """Numbers that choose among ways to run a kernel.

    Args:
        staged_bytes: bytes of a call's arrays up to which they are copied through buffers that
            exist; ``staged_unaligned_bytes``, the same where only pages are wrapped.
        wrapped_bytes: bytes of the smallest array that is wrapped from a page on.
        pinned_bytes: bytes read and written from which PoCL's threads are bound to a CPU each.
        pooled_bytes: bytes of the smallest result whose memory is used again; ``pooled_excess``,
            the part of a result that the memory used for it may be larger (1 / pooled_excess).
        streamed_bytes: bytes of an array of a chunk that is copied to the device while another is
            computed; ``streamed_parts``, chunks per so many bytes, at most; ``streamed_excess``,
            the part of an input that chunks may copy twice (1 / streamed_excess).
        in_flight: chunks that have memory on the device at a time.
        page_locked_bytes: bytes of the smallest copy that goes through pinned memory;
            ``page_locked_most``, of the largest: of chunks that are larger one is in flight.
    """

    staged_bytes: int = 2**14
    staged_unaligned_bytes: int = 2**17
    wrapped_bytes: int = 2**17
    pinned_bytes: int = 2**21
    pooled_bytes: int = 2**16
    pooled_excess: int = 8
    streamed_bytes: int = 2**24
    streamed_parts: int = 4
    streamed_excess: int = 8
    in_flight: int = 2
    page_locked_bytes: int = 2**20
    page_locked_most: int = 2**26


@dataclass(frozen=True)
class CacheSizes:
    """The most that is kept of what is found or made once; the oldest is discarded.

    Args:
        plans: plans of calls.
        layouts: layouts of arrays whose launches and bindings a plan keeps.
        sources: rendered sources.
        groups: ranges whose work-groups are kept.
        devices: devices whose facts are kept, or contexts.
        tapless: windows of gradients whose outputs without taps are kept.
        result_blocks: results' blocks of memory; ``result_bytes``, the bytes of all of them.
        buffers: device buffers of calls on numpy arrays, and pinned ones, of as many bytes in all.
    """

    plans: int = 2**12
    layouts: int = 2**8
    sources: int = 2**9
    groups: int = 2**10
    devices: int = 2**4
    tapless: int = 2**10
    result_blocks: int = 16
    result_bytes: int = 2**28
    buffers: int = 32


SOURCE = SourceThresholds()
SCHEDULE = ScheduleThresholds()
LAUNCH = LaunchThresholds()
LADDER = LadderThresholds()
HOST = HostThresholds()
CACHES = CacheSizes()
