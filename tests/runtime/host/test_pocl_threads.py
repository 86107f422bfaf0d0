"""Threads that get a CPU each, and when they do not."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from clpool.runtime import pocl_threads

if not hasattr(os, "sched_setaffinity"):
    pytest.skip("threads can be bound to CPUs on Linux only", allow_module_level=True)

CPUS = sorted(os.sched_getaffinity(0))


@pytest.fixture
def born(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Two threads for every CPU, which wait."""
    monkeypatch.delenv("POCL_AFFINITY", raising=False)
    monkeypatch.setattr(pocl_threads, "_pool", [])
    monkeypatch.setattr(pocl_threads, "_cpus", [])
    monkeypatch.setattr(pocl_threads, "_apart", False)
    end = threading.Event()
    waiting = [threading.Thread(target=end.wait, daemon=True) for _ in 2 * CPUS]
    for thread in waiting:
        thread.start()
    yield [int(thread.native_id or 0) for thread in waiting]
    end.set()
    for thread in waiting:
        thread.join()


def bound(threads: list[int]) -> list[list[int]]:
    """The CPUs that each thread may run on."""
    return [sorted(os.sched_getaffinity(thread)) for thread in threads]


def test_every_pool_has_a_thread_on_every_cpu(born: list[int]) -> None:
    """Two pools that are as large as the machine, which started one after the other."""
    assert pocl_threads.remember(born, [len(CPUS)] * 2)
    assert bound(born) == [CPUS] * len(born)
    for _ in range(2):
        pocl_threads.spread()
        assert bound(sorted(born)) == [[cpu] for cpu in CPUS * 2]
        pocl_threads.release()
        assert bound(born) == [CPUS] * len(born)


def test_threads_beyond_the_cpus_begin_again(born: list[int]) -> None:
    """A pool of more threads than the process may use CPUs."""
    assert pocl_threads.remember(born, [len(born)])
    pocl_threads.spread()
    assert bound(sorted(born)) == [[cpu] for cpu in CPUS * 2]


@pytest.mark.parametrize(
    ("pools", "why"),
    [
        ([], "no pool"),
        ([2 * len(CPUS) + 1], "fewer threads than the pool's"),
        ([2 * len(CPUS) - 1], "a thread of another library"),
        ([2 * len(CPUS) - 1, 1], "a pool that is smaller than the machine"),
    ],
)
def test_other_threads_are_left_alone(born: list[int], pools: list[int], why: str) -> None:
    """Whatever is not surely a pool that fills the machine."""
    if why.startswith("a pool") and len(CPUS) == 1:
        pytest.skip("no pool is smaller than one CPU")
    assert not pocl_threads.remember(born, pools), why
    pocl_threads.spread()
    assert bound(born) == [CPUS] * len(born)


def test_the_users_own_setting_counts(born: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ``POCL_AFFINITY`` says."""
    monkeypatch.setenv("POCL_AFFINITY", "0")
    assert not pocl_threads.remember(born, [len(born)])
    pocl_threads.spread()
    assert bound(born) == [CPUS] * len(born)


def test_a_system_that_forbids_it_is_asked_once(
    born: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pooling works as before."""
    asked = []

    def forbid(thread: int, cpus: set[int]) -> None:
        asked.append(thread)
        raise PermissionError("not allowed")

    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    assert pocl_threads.remember(born, [len(born)])
    for _ in range(3):
        pocl_threads.spread()
        pocl_threads.release()
    assert len(asked) == 1


def test_threads_are_listed(born: list[int]) -> None:
    """All of the process, the caller among them."""
    assert pocl_threads.threads() >= {*born, threading.get_native_id()}
