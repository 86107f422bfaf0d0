"""A driver's stand-in: the real one, but for what it is told to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
import pyopencl as cl
import pytest
from cases import assert_exact
from other_devices import traits_as

import clpool
from clpool import reference
from clpool.problem.window import SlidingWindow
from clpool.runtime import capabilities, descent, device, dispatch, programs, traits

CODES = cl.status_code

#: What is asked of a kernel's name: whether the driver refuses it.
Builds = Callable[[str], bool]

#: What is asked of a launch, its kernel's name, its range and its work-group: a status code or 0.
Launches = Callable[[str, tuple[int, ...], tuple[int, ...]], int]


def error(
    code: int, routine: str, kind: type[cl.Error] = cl.LogicError, text: str = ""
) -> cl.Error:
    """The error that pyopencl raises for a status code."""
    return kind(cl._cl._ErrorRecord(msg=text, code=code, routine=routine))


SHAPE, WINDOW = (2, 3, 33, 47), SlidingWindow.of(2, 3, 2, 1)


def drawn(seed: int = 0, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Another input for every seed."""
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def pooled(x: np.ndarray, **options: Any) -> np.ndarray:
    """The maxima of 3x3 windows, checked."""
    found = clpool.max_pool2d(x, 3, 2, 1, **options)
    assert_exact(found, reference.pool(x, WINDOW, "max"), str(options))
    return found


def width(label: str) -> int:
    """The outputs per vector in a kernel's name."""
    return int(re.search(r"_v(\d+)", label)[1])


def is_scalar(label: str) -> bool:
    """Whether it is one of the simplest kernels: no vectors, no rows, no groups, no blocks."""
    rows = ("_rows_", "_runs_", "_channels_", "_nontemporal", "_take_rows_", "_group_", "_outputs_")
    return width(label) == 1 and not any(name in label for name in rows)


class Driver:
    """Refuses kernels by their names and launches by their work-groups; keeps a record.

    Nothing is known of any kernel when it takes over: no plan, no program, no binary, no refusal.

    ``log`` is the compiler's, of kernels that it refuses.

    Args:
        builds: which kernels it does not compile.
        launches: which launches it refuses.
        largest: the bytes of the largest buffer it makes.
        kind: the class its devices are taken for; empty, their own. A GPU is taken for no CPU.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        builds: Builds = lambda label: False,
        launches: Launches = lambda label, size, group: 0,
        largest: float = inf,
        kind: str = "",
    ) -> None:
        traits.traits_of(device.default_device()).shares_host_memory()  # by the true driver
        own = capabilities.device_class(device.default_device())
        if (own, kind) == ("gpu", "cpu"):
            pytest.skip("vectors of CPUs are not those of GPUs")
        gpu = {"tuning_class": "gpu", "dialect": "portable"} if kind == "gpu" else {}
        traits_as(monkeypatch, device_class=kind or own, **gpu)
        self.compiled: list[str] = []
        self.refused: list[str] = []
        self.launched: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = []
        self.builds, self.launches, self.largest = builds, launches, largest
        self.log = ""
        self._build, self._enqueue = cl.Program.build, cl.enqueue_nd_range_kernel
        self._buffer = cl.Buffer
        monkeypatch.setenv("CLPOOL_CACHE_DIR", "")
        monkeypatch.setattr(programs, "_built", {})
        monkeypatch.setattr(descent, "_remembered", {})
        monkeypatch.setattr(dispatch, "_plans", {})
        monkeypatch.setattr(cl.Program, "build", lambda *a, **k: self._compile(*a, **k))
        monkeypatch.setattr(cl, "enqueue_nd_range_kernel", self._launch)
        monkeypatch.setattr(cl, "Buffer", self._allocate)

    def _compile(self, program: cl.Program, *options: Any, **more: Any) -> cl.Program:
        source = getattr(program, "_source", None)
        if source is None:  # a binary that PoCL made of a kernel that was not refused
            return self._build(program, *options, **more)
        (label,) = re.findall(r"__kernel void (\w+)\(", source)
        if self.builds(label):
            self.refused.append(label)
            raise error(CODES.BUILD_PROGRAM_FAILURE, "clBuildProgram", cl.RuntimeError, self.log)
        self.compiled.append(label)
        return self._build(program, *options, **more)

    def _launch(self, queue: Any, kernel: cl.Kernel, size: Any, group: Any, *more: Any) -> Any:
        code = self.launches(kernel.function_name, size, group)
        if code:
            self.refused.append(kernel.function_name)
            raise error(code, "clEnqueueNDRangeKernel")
        self.launched.append((kernel.function_name, size, group))
        return self._enqueue(queue, kernel, size, group, *more)

    def _allocate(self, context: Any, flags: Any, size: int = 0, hostbuf: Any = None) -> Any:
        if max(size, getattr(hostbuf, "nbytes", 0) or len(hostbuf or b"")) > self.largest:
            code = CODES.MEM_OBJECT_ALLOCATION_FAILURE
            raise error(code, "clCreateBuffer", cl.MemoryError)
        return self._buffer(context, flags, size, hostbuf)
