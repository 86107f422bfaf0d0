"""The memory of fresh results: aligned, used again, bounded, and never somebody else's."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from processes import printed

import clpool
from clpool.runtime import device_memory, result_memory

SHAPE = (1, 4, 256, 256)
BYTES = 4 * 128 * 128 * 4  # of a result


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    """Nothing is kept before a test or after it."""
    clpool.release_memory()
    yield
    clpool.release_memory()


def pooled(value: float = 1, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """A fresh result, full of a value."""
    return clpool.max_pool2d(np.full(shape, value, np.float32), 2)


def addresses(*arrays: np.ndarray) -> list[int]:
    """Where arrays begin."""
    return [array.ctypes.data for array in arrays]


def kept() -> int:
    """The bytes that are remembered, of results alive or dead."""
    return sum(block.size for block in result_memory._blocks)


@pytest.mark.parametrize("dtype", ["float32", "uint8", "float16", "float64"])
def test_results_are_aligned(dtype: str) -> None:
    """A result of a page or more starts at a page, a smaller one at a cache line."""
    x = np.ones((1, 4, 64, 96), dtype)
    for _ in range(3):
        values, indices = clpool.max_pool2d(x, 2, return_indices=True)
        small = clpool.max_pool2d(x[..., :6], 2)
        assert [place % 4096 for place in addresses(values, indices)] == [0, 0]
        assert small.ctypes.data % 64 == 0


def test_a_result_that_died_lends_its_memory() -> None:
    """The next result of that size lies where the dead one lay; one a little smaller, too."""
    first = pooled(1)
    (place,) = addresses(first)
    del first
    second = pooled(2)
    assert addresses(second) == [place]
    del second
    assert addresses(pooled(3, (1, 4, 256, 248))) == [place]
    assert addresses(pooled(4, (1, 4, 128, 128))) != [place], "four times too large"


def test_values_and_indices_lie_apart() -> None:
    """Two results of one call never share memory, nor those of two calls that both live."""
    x = np.zeros(SHAPE, np.float32)
    options = {"return_indices": True, "index_dtype": np.int32}
    for _ in range(3):
        pairs = [clpool.max_pool2d(x, 2, **options) for _ in range(2)]
        arrays = [array for pair in pairs for array in pair]
        assert len(set(addresses(*arrays))) == 4
        for number, array in enumerate(arrays):
            array[...] = number
        assert [array.max() for array in arrays] == [array.min() for array in arrays]


VIEWS: dict[str, Callable[[np.ndarray], Any]] = {
    "itself": lambda y: y,
    "slice": lambda y: y[0, 1, 5:9],
    "slice of a slice": lambda y: y[0][1][5],
    "reshaped": lambda y: y.reshape(-1)[7:9],
    "transposed": lambda y: y.T,
    "other dtype": lambda y: y.view(np.uint8),
    "strided": lambda y: np.lib.stride_tricks.as_strided(y, (3,), (8,)),
    "subclass": lambda y: y.reshape(4, -1).view(np.matrix),
    "memoryview": memoryview,
    "memoryview of a view": lambda y: memoryview(y[0, 1]),
    "buffer": lambda y: np.frombuffer(y, np.float32)[3:5],
    "iterator": lambda y: y.flat,
    "base": lambda y: y.base,
    "interface": lambda y: np.asarray(y.data),
    "closure": lambda y: lambda: y,
}


@pytest.mark.parametrize("view", list(VIEWS))
def test_memory_that_somebody_sees_is_not_lent(view: str) -> None:
    """While any kind of view lives, no result lies there; afterwards one does."""
    result = pooled(1)
    (place,) = addresses(result)
    seen = VIEWS[view](result)
    del result
    gc.collect()
    others = [pooled(2) for _ in range(4)]
    assert place not in addresses(*others)
    if view not in ("base", "other dtype", "iterator", "closure"):
        assert (np.asarray(seen) == 1).all(), "overwritten"
    del seen, others
    gc.collect()
    assert place in addresses(*[pooled(3) for _ in range(5)])


def test_results_in_a_cycle() -> None:
    """A result that only a reference cycle holds is alive until the cycle is collected."""
    gc.disable()
    try:
        cycle: list[Any] = [pooled(1)]
        (place,) = addresses(cycle[0])
        cycle.append(cycle)
        del cycle
        assert addresses(pooled(2)) != [place]
    finally:
        gc.enable()
    gc.collect()
    assert place in addresses(*[pooled(3) for _ in range(3)])


@pytest.mark.of_cpus("device buffers are kept beside results")
def test_release_memory() -> None:
    """What is dead is freed and counted; what is alive stays whole, and is lent no more."""
    alive = pooled(1)
    pooled(2)
    assert kept() == 2 * BYTES
    assert clpool.release_memory() == BYTES
    assert kept() == 0
    assert clpool.release_memory() == 0
    (place,) = addresses(alive)
    others = [pooled(3) for _ in range(3)]
    assert place not in addresses(*others)
    assert (alive == 1).all()


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than CLPOOL_KEEP_MIB, nor than 16 results; with 0 nothing; 256 unless given."""
    assert device_memory.most_bytes() == 256 * 2**20
    monkeypatch.setenv("CLPOOL_KEEP_MIB", "1")
    alive = []
    for number in range(12):
        alive.append(pooled(number))
        assert kept() <= 2**20
    for number in range(6):
        pooled(number, (1, 4, 256, 64 + 32 * number))
        assert kept() <= 2**20
    assert [y.min() for y in alive] == [y.max() for y in alive] == list(range(12))
    before = kept()
    assert pooled(1, (1, 8, 512, 512)).nbytes > 2**20
    assert kept() == before, "one beyond the bound is not remembered"
    monkeypatch.setenv("CLPOOL_KEEP_MIB", "256")
    alive = [pooled(number) for number in range(40)]
    assert len(result_memory._blocks) == 16
    clpool.release_memory()
    monkeypatch.setenv("CLPOOL_KEEP_MIB", "0")
    pooled(1)
    assert kept() == 0


def test_small_results_are_not_kept() -> None:
    """The C library keeps small memory itself."""
    pooled(1, (1, 1, 32, 32))
    assert kept() == 0


def test_copies_of_inputs_use_it_too() -> None:
    """An input that must be copied is copied into memory that is used again."""
    x = np.full(SHAPE, 3, np.float32)[..., ::-1]
    for _ in range(3):
        assert (clpool.max_pool2d(x, 2) == 3).all()
    assert len(result_memory._blocks) == 2


def test_results_of_threads() -> None:
    """Eight threads that keep some of their results and drop others find them as they were."""

    def work(number: int) -> None:
        mine: list[tuple[int, np.ndarray]] = []
        for turn in range(40):
            value = 1000 * number + turn
            mine.append((value, pooled(value, (1, 1, 256, 256 + 8 * (turn % 3)))))
            if turn % 3 == 2:
                del mine[turn % len(mine)]
            for kept_value, y in mine[-4:]:
                assert (y == kept_value).all()
        for value, y in mine:
            assert (y == value).all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


def test_a_call_inside_a_call_does_without() -> None:
    """A finaliser may pool while memory is being looked for: it waits for nothing."""
    with result_memory._lock:
        y = pooled(5)
    assert (y == 5).all()
    assert kept() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_keeps_nothing_and_waits_for_nothing() -> None:
    """In a forked child the lock is free and nothing is kept; results are still there."""
    code = """
        import os, numpy as np, clpool
        from clpool.runtime import result_memory
        x = np.ones((1, 4, 256, 256), np.float32)
        y = clpool.max_pool2d(x, 2)
        result_memory._lock.acquire()
        child = os.fork()
        if child == 0:
            right = clpool.release_memory() == 0 and (y == 1).all() and not result_memory._blocks
            os._exit(0 if right else 1)
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    printed(code, timeout=60)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_repeated_call_touches_no_new_pages() -> None:
    """From the third call on, fresh results of 103 MB bring no page faults of their own."""
    code = """
        import resource, numpy as np, clpool
        faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        x = clpool.max_pool2d(np.ones((8, 64, 224, 224), np.float32), 1)  # it starts at a page
        for _ in range(3):
            y = clpool.max_pool2d(x, 1)
        before = faults()
        for _ in range(4):
            y = clpool.max_pool2d(x, 1)
        print(faults() - before)
    """
    assert int(printed(code)) < 100
