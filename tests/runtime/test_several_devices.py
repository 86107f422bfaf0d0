"""Several devices in one context: each has plans, programs, binaries and refusals of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pyopencl as cl
import pytest

from clpool.runtime import capabilities, device

#: Two devices of PoCL's in one context: every call runs on its queue's.
POOLING = """
    import numpy as np, clpool, pyopencl as cl, pyopencl.array as cla
    from clpool import reference
    from clpool.errors import ArgumentValueError
    from clpool.problem.window import SlidingWindow
    from clpool.runtime import dispatch, programs

    units = cl.get_platforms()[{platform}].get_devices()
    assert len(units) == 2, units
    context = cl.Context(units)
    queues = [cl.CommandQueue(context, unit) for unit in units]
    x = np.random.default_rng(0).normal(size=(2, 3, 33, 47)).astype(np.float32)
    expected, indices = reference.pool(x, SlidingWindow.of(2, 3, 2, 1), "max", return_indices=True)
    for queue in (*queues, *queues):
        assert (clpool.max_pool2d(x, 3, 2, 1, queue=queue) == expected).all()
        given = cla.to_device(queue, x)
        values, places = clpool.max_pool2d(given, 3, 2, 1, return_indices=True)
        assert (values.get() == expected).all() and (places.get() == indices).all()
        back = clpool.max_unpool2d(values, places, 3, 2, 1, output_size=(33, 47))
        assert back.get().max() == expected.max()
    plans = list(dispatch._plans.values())
    print(len(plans), len({{plan.queue.device for plan in plans}}))
    print(len(programs._built), len({{unit for _, unit, _ in programs._built}}))
    plan, other = next(p for p in plans if p.queue == queues[0]), queues[1]
    wrong = 0
    for call in (lambda: plan(x, queue=other), lambda: plan(cla.to_device(other, x))):
        try:
            call()
        except ArgumentValueError as error:
            wrong += units[0].name in str(error) and units[1].name in str(error)
    print(wrong)
"""


def test_two_devices_in_one_context(tmp_path: Path) -> None:
    """On either, from sources and from binaries; a plan refuses a queue of the other."""
    unit = device.default_device()
    if not capabilities.is_pocl(unit):
        pytest.skip("only PoCL can be told to have two devices")
    platform = cl.get_platforms().index(unit.platform)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", dedent(POOLING).format(platform=platform)],
            env=os.environ
            | {"POCL_DEVICES": "basic pthread", "CLPOOL_CACHE_DIR": str(tmp_path / "kernels")},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.stdout.splitlines() == ["6 2", "6 2", "2"], done.stderr
        assert not done.stderr
