"""The user's handle of a pooling problem on a device: its spec, its kernels, its execution.

A :class:`Plan` belongs to one shape, dtype, set of parameters and context. It caches a launch for
each memory layout (the kernel, its range, the geometry of each chunk), and a binding for each
layout, alignment and offset of arrays: :mod:`clpool.runtime.executors`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pyopencl as cl

from ..codegen.render import render
from ..codegen.spec import KernelSpec
from ..dtypes import element_type
from ..errors import ArgumentTypeError, ArgumentValueError, BuildError, DeviceError
from ..problem.listed import WholePlane
from ..problem.problem import Problem
from ..schedule.ladder import Override
from . import contexts, device, traits, validate
from .arrays import AnyArray
from .executors import DeviceExecutor, HostExecutor
from .launch import Launches

log = logging.getLogger("clpool")


class Plan:
    """A pooling call with fixed parameters: ``plan(x)`` computes it.

    Made by :func:`clpool.plan`, or by the ``plan`` method of a module of :mod:`clpool.nn`.

    Example:
        >>> import numpy as np, clpool
        >>> plan = clpool.plan((1, 3, 4, 4), np.float32, window=(2, 2))
        >>> plan(np.ones((1, 3, 4, 4), np.float32)).shape
        (1, 3, 2, 2)
    """

    def __init__(
        self, problem: Problem, queue: cl.CommandQueue, override: Override | None = None
    ) -> None:
        computes_double = "float64" in (problem.dtype.name, problem.out.name)
        if computes_double and not traits.traits_of(queue.device).fp64:
            raise ArgumentTypeError(
                f"x has dtype float64, which {queue.device.name.strip()} cannot compute; "
                "convert it to float32 or choose a device with fp64 (clpool devices)"
            )
        self.problem = problem
        self.queue = queue
        self._owns_queue = device.is_own(queue)
        self.output_shape = problem.output_shape
        self._launches = Launches(problem, queue, override)

    @cached_property
    def host_executor(self) -> HostExecutor:
        """Executes the plan on numpy arrays; made at the first of them."""
        return HostExecutor(self._launches)

    @cached_property
    def device_executor(self) -> DeviceExecutor:
        """Executes the plan on pyopencl arrays; made at the first of them."""
        return DeviceExecutor(self._launches)

    @property
    def bytes_moved(self) -> int:
        """The least bytes read and written: the input, the values and the indices, once each."""
        return self.problem.bytes_moved

    @property
    def spec(self) -> KernelSpec:
        """The spec of the kernel for dense, aligned arrays."""
        return self._launches.dense_spec()

    @property
    def trusts_windows(self) -> bool:
        """Whether the kernel skips indices beside their own windows, right as they may be."""
        specs = (launch.spec for launch in self._launches)
        return any(spec.template == "scatter_outputs" for spec in specs)

    def for_any_index(self) -> Plan | None:
        """The plan of the same unpooling that skips none of these; None where this one does not."""
        window = self.problem.window
        if not isinstance(window, WholePlane) or not self.trusts_windows:
            return None
        problem = replace(self.problem, window=WholePlane(window.outputs))
        return Plan(problem, self.queue, self._launches.override)

    @property
    def variant(self) -> str:
        """The kernel's variant, one of :data:`clpool.tuning.VARIANTS`."""
        return self.spec.variant

    @property
    def label(self) -> str:
        """The kernel's name: its mode, dtypes, template, vector width and tile."""
        return self.spec.label

    @property
    def source(self) -> str:
        """The kernel's generated OpenCL source."""
        return render(self.spec)

    def __repr__(self) -> str:
        shapes = f"{self.problem.shape} -> {self.output_shape}"
        return f"<clpool.Plan {self.label} {shapes} on {self.queue.device.name.strip()}>"

    def __call__(
        self,
        x: AnyArray,
        out: Any = None,
        queue: cl.CommandQueue | None = None,
        wait_for: Sequence[cl.Event] | None = None,
        *,
        sources: Mapping[str, AnyArray] | None = None,
        lists: np.ndarray | None = None,
    ) -> Any:
        """Pool ``x``: a numpy array at once, a pyopencl array asynchronously on its queue.

        Args:
            x: an array of the plan's shape and dtype.
            out: an array for the result, or (values, indices); returned as given.
            queue: the queue to run on, of the plan's context.
            wait_for: events to wait for, besides those of the arrays.
            sources: a gradient's further inputs, by their names (:data:`clpool.modes.INPUTS`).
            lists: the bounds of windows (:func:`clpool.problem.listed.packed`), where each call
                has its own; leading axes are those of the planes.

        Raises:
            ArgumentValueError, ArgumentTypeError: an argument differs from the plan's.
        """
        device.refuse_forked_child()
        validate.check_kind(x, "x")
        validate.check_queue(queue)
        validate.check_events(wait_for)
        problem = self.problem
        if tuple(x.shape) != problem.shape or element_type(x.dtype) is not problem.dtype:
            raise ArgumentValueError(
                f"x has shape {tuple(x.shape)} and dtype {x.dtype}, the plan is for "
                f"{problem.shape} and {problem.dtype.name}"
            )
        return self.execute(x, out, queue, wait_for, sources or {}, lists)

    def execute(
        self,
        x: AnyArray,
        out: Any,
        queue: cl.CommandQueue | None,
        wait_for: Sequence[cl.Event] | None,
        sources: Mapping[str, AnyArray],
        lists: np.ndarray | None,
        seed: int | None = None,
    ) -> Any:
        """Compute the results; ``x``, ``queue`` and ``wait_for`` have been checked.

        Args:
            seed: of the random numbers, where the mode draws.
        """
        outs = validate.check_results(out, x, self.output_shape, self.problem.result_dtypes)
        executor = self.host_executor if isinstance(x, np.ndarray) else self.device_executor
        try:
            results = executor.execute(x, sources, lists, seed, outs, queue, wait_for)
        except (cl.Error, BuildError, DeviceError) as error:
            used = queue or getattr(x, "queue", None) or self.queue
            if not contexts.is_lost(error, used):
                raise
            own = isinstance(x, np.ndarray) and used is self.queue and self._owns_queue
            self._discard(used)
            if not own or wait_for:
                raise _lost(error, used, own) from error
            results = self._executed_anew(error, x, sources, lists, seed, outs)
        if out is not None:
            return out
        return tuple(results) if self.problem.index else results[0]

    def _discard(self, lost: cl.CommandQueue) -> None:
        """Forget the context of a queue; the plan moves to another, if clpool made its own."""
        contexts.discard(lost.context)
        if self._owns_queue and self.queue.context == lost.context:
            try:
                self.queue = device.queue_on(lost.device)
            except cl.Error as error:
                raise _lost(error, lost, True) from error
            self._launches = Launches(self.problem, self.queue, self._launches.override)
            self.__dict__.pop("host_executor", None)
            self.__dict__.pop("device_executor", None)

    def _executed_anew(
        self,
        error: Exception,
        x: np.ndarray,
        sources: Mapping[str, np.ndarray],
        lists: np.ndarray | None,
        seed: int | None,
        outs: list[np.ndarray],
    ) -> list[np.ndarray]:
        """The results, computed once more, after the error of a lost context.

        What that call wrote is written again, and inputs overlap no results.
        """
        queue = self.queue
        log.warning("%s (%s); computing the call again in another", _the_context(queue), error)
        try:
            return self.host_executor.execute(x, sources, lists, seed, outs, queue, None)
        except (cl.Error, BuildError, DeviceError) as again:
            if contexts.is_lost(again, queue):
                self._discard(queue)
            raise DeviceError(
                f"{_the_context(queue)} ({error}), and the call failed in another, too: {again}; "
                "an out that was given may hold some of the results"
            ) from again

    def has_skipped(self, result: AnyArray) -> bool:
        """Whether a kernel skipped an index in any call so far; waits for the result."""
        if self._launches.error_flag is None:
            return False
        if not isinstance(result, np.ndarray) and result.events:
            cl.wait_for_events(list(result.events))
        return self._launches.error_flag.is_set()


def _the_context(queue: cl.CommandQueue) -> str:
    return f"the driver lost the context of {queue.device.name.strip()}"


def _lost(error: Exception, queue: cl.CommandQueue, own: bool) -> DeviceError:
    """The error of a call whose context was lost and that cannot be repeated."""
    then = (
        "the next call makes another"
        if own
        else "arrays and queues of it are of no use any more: make them anew in another context"
    )
    return DeviceError(f"{_the_context(queue)} ({error}); {then}")
