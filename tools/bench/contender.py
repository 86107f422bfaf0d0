"""A contender of the benchmark, and the field in which all of them compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyopencl as cl

from clpool.runtime.device import default_queue
from clpool.runtime.traits import traits_of

from .cases import Case
from .problems import Problem

#: The library of plain copies.
COPY = "copy"


class Absent(Exception):
    """A library cannot do a case, or is not installed; the message says why."""


@dataclass
class Contender:
    """One way to compute a case, ready to be timed.

    Args:
        library: "clpool", "torch", ... or "copy".
        form: tells the contenders of a library apart.
        run: computes the case, and returns once it is computed.
        results: converts the value of ``run`` to numpy arrays, channels first.
        fresh: whether every run allocates its results.
    """

    library: str
    form: str
    run: Callable[[], Any]
    results: Callable[[Any], list[np.ndarray]] = field(repr=False)
    fresh: bool = False

    @property
    def name(self) -> str:
        """The library and the form."""
        return f"{self.library} {self.form}".strip()


@dataclass(frozen=True)
class Field:
    """The device, the kind of arrays and the number of threads of all contenders.

    Args:
        queue: of the OpenCL device.
        gpu: whether the device is a GPU: then rivals run on one too.
        arrays: "numpy", or "device" for arrays of pyopencl.
        threads: for rivals and copies on the CPU: the device's compute units.
    """

    queue: cl.CommandQueue
    gpu: bool
    arrays: str
    threads: int

    @classmethod
    def of(cls, arrays: str = "auto") -> Field:
        """The field of the default device; auto: numpy arrays on a CPU, device arrays on a GPU."""
        queue = default_queue()
        gpu = traits_of(queue.device).device_class == "gpu"
        if arrays == "auto":
            arrays = "device" if gpu else "numpy"
        return cls(queue, gpu, arrays, queue.device.max_compute_units)


#: The contenders of a library for a problem; it raises :class:`Absent` where it has none.
Library = Callable[[Problem, Field], Iterator[Contender]]


def channels_first(case: Case, x: np.ndarray) -> np.ndarray:
    """Move the channels of a result in the case's layout to the first axis but one."""
    return np.moveaxis(x, -1, 1) if case.channels_last else x
