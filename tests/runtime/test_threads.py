"""Threads: those of the caller share plans and make their own, those of PoCL get a CPU each."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from cases import assert_exact, random_values
from processes import forget, printed

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow


def test_threads_share_a_plan_and_make_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads, each of several shapes and one plan for all, get right results."""
    forget(monkeypatch)
    window = SlidingWindow.of(2, 3, 2, 1)
    plan = clpool.plan((2, 3, 33, 47), np.float32, (3, 3), stride=2, padding=1)

    def work(number: int) -> int:
        for turn in range(12):
            shape = (2, 3, 33, 47) if turn % 2 else (1, 2, 20 + number, 30 + turn)
            rng = np.random.default_rng(100 * number + turn)
            x = random_values(rng, shape, np.float32, "special")
            values = reference.pool(x, window, "max", return_indices=True)
            if turn % 2:
                assert_exact(plan(x), values[0], "the plan")
            else:
                found = clpool.max_pool2d(x, 3, 2, 1, return_indices=True)
                assert_exact(found[0], values[0], "values")
                assert_exact(found[1], values[1], "indices")
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))


def affinities(**variables: str) -> list[list[list[int]]]:
    """The CPUs of the threads that came with the devices, before and after some calls.

    In a process of its own: before the first call, after one on a large array, after its
    repetition, and after one that needs another kernel.
    """
    code = """
        import json, os, numpy as np, clpool
        from clpool.runtime import pocl_threads
        before = pocl_threads.threads()
        clpool.devices()
        born = sorted(pocl_threads.threads() - before)
        x = np.arange(2**20, dtype=np.float32).reshape(16, 256, 256)
        def report():
            print(json.dumps([sorted(os.sched_getaffinity(thread)) for thread in born]))
        report()
        for size in (2, 2, 4):
            n = slice(size - 1, None, size)
            assert (clpool.max_pool2d(x, size) == x[:, n, n]).all()
            report()
    """
    found = printed(code, without="POCL_AFFINITY", **variables)
    return [json.loads(line) for line in found.splitlines()]


def test_threads_of_pocl_get_a_cpu_each() -> None:
    """While large arrays are pooled again; never where the user has set ``POCL_AFFINITY``."""
    if "Portable" not in clpool.default_device().platform.name:
        pytest.skip("only PoCL's threads are spread")
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) == 1 or clpool.default_device().max_compute_units != len(cpus):
        pytest.skip("threads are spread where there are as many as CPUs, and more than one")
    start, once, again, built = affinities()
    pools = len(start) // len(cpus)
    assert pools
    assert start == once == built == [cpus] * len(start)
    assert sorted(again) == sorted([cpu] for cpu in cpus * pools)
    assert all(found == [cpus] * len(start) for found in affinities(POCL_AFFINITY="0"))


def test_tiny_work_on_a_device_without_threads() -> None:
    """What the README says for tiny work: PoCL's two devices side by side, one queue for each."""
    if "Portable" not in clpool.default_device().platform.name:
        pytest.skip("POCL_DEVICES is PoCL's")
    code = """
        import numpy as np, pyopencl as cl, clpool
        threads = clpool.default_device()
        assert threads.name.startswith("pthread"), threads.name
        (alone,) = (unit for unit in threads.platform.get_devices() if unit != threads)
        assert alone.name.startswith("basic") and alone.max_compute_units == 1
        context = cl.Context([alone])
        x = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)
        for queue in (None, cl.CommandQueue(context, alone), None):
            found = clpool.max_pool2d(x, 2, queue=queue)
            assert found.ravel().tolist() == [16 * c + k for c in range(3) for k in (5, 7, 13, 15)]
    """
    printed(code, POCL_DEVICES="pthread basic", CLPOOL_DEVICE="pthread")
