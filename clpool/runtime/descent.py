"""Replaces a kernel that a device refuses by the next simpler one of its ladder."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, Any

import pyopencl as cl

from ..codegen.spec import KernelSpec
from ..errors import BuildError, DeviceError
from ..problem.window import Shape
from ..schedule.chunks import Chunk
from ..schedule.ladder import Override, rungs
from ..tuning import LADDER
from . import contexts
from .contexts import code_of
from .traits import limits_of

if TYPE_CHECKING:
    from .launch import Launch

log = logging.getLogger("clpool")

_Code: Any = cl.status_code

#: Refusals of a kernel: it does not build, or its work-group or its resources are too large.
REFUSED = {
    _Code.BUILD_PROGRAM_FAILURE,
    _Code.COMPILE_PROGRAM_FAILURE,
    _Code.LINK_PROGRAM_FAILURE,
    _Code.INVALID_BINARY,
    _Code.INVALID_PROGRAM,
    _Code.INVALID_PROGRAM_EXECUTABLE,
    _Code.INVALID_KERNEL,
    _Code.INVALID_KERNEL_NAME,
    _Code.INVALID_KERNEL_DEFINITION,
    _Code.INVALID_WORK_DIMENSION,
    _Code.INVALID_WORK_GROUP_SIZE,
    _Code.INVALID_WORK_ITEM_SIZE,
    _Code.OUT_OF_RESOURCES,
    _Code.EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
}

#: Refusals of a chunk: its buffers or its range are too large.
TOO_LARGE = {
    _Code.MEM_OBJECT_ALLOCATION_FAILURE,
    _Code.OUT_OF_HOST_MEMORY,
    _Code.INVALID_BUFFER_SIZE,
    _Code.INVALID_GLOBAL_WORK_SIZE,
}

#: The spec and the chunks, by the tuning parameters and the most elements of a chunk's array.
Specialised = Callable[[Override, int | None], tuple[KernelSpec, list[Chunk]]]


@dataclass(frozen=True)
class Refusal:
    """A kernel that a device refused.

    Args:
        kernel: its name and work-group.
        reason: the error in a few words; ``text``, all of it.
        built: whether the kernel was built.
    """

    kernel: str
    reason: str
    text: str
    built: bool


#: Refusals by kernel and work-group; by the kernel alone (None) if it was not built.
Known = dict[tuple[KernelSpec, Shape | None], Refusal]

#: The refusals of each context's devices in this process.
_remembered: dict[tuple[cl.Context, cl.Device], Known] = {}


@contexts.forgets
def _forget(context: cl.Context) -> None:
    """Forget what was refused on a context."""
    for key in [key for key in _remembered if key[0] == context]:
        _remembered.pop(key, None)


class Descent:
    """The launch of a problem in one memory layout; a simpler one replaces it if it is refused.

    Args:
        queue: a queue of the device.
        specialised: see :data:`Specialised`.
        start: builds a kernel and makes its launch.
        overridden: whether tuning parameters are overridden: then no other kernel is tried.
        tuned: the tuning parameters of the first kernel to try; none, the chosen ones.

    Raises:
        BuildError, DeviceError: the device refused every kernel of the ladder.
    """

    def __init__(
        self,
        queue: cl.CommandQueue,
        specialised: Specialised,
        start: Callable[[KernelSpec, list[Chunk]], Launch],
        overridden: bool = False,
        tuned: Override | None = None,
    ) -> None:
        self._queue, self._device = queue, queue.device
        self._specialised, self._start, self._overridden = specialised, start, overridden
        self._known = _remembered.setdefault((queue.context, queue.device), {})
        self._refusals: Known = {}
        self._tuned = tuned
        self._most: int | None = None
        self._halvings = 0
        self._lock = threading.Lock()
        self._override: Override = {}
        self.launch = self._descend()

    def after(self, failed: Launch, error: cl.Error, pending: bool = False) -> Launch:
        """The launch that replaces one that raised an error.

        Args:
            failed: the launch; another thread may have replaced it already.
            error: raised at its enqueueing or at its wait.
            pending: whether it waited for events of others, which may have failed instead.

        Raises:
            Error: the same one, if neither another kernel nor smaller chunks can avoid it.
            BuildError, DeviceError: every kernel was refused, or memory is too small for any chunk.
        """
        with self._lock:
            if self.launch is failed:
                self.launch = self._instead(error, pending)
            return self.launch

    def _instead(self, error: cl.Error, pending: bool) -> Launch:
        """The next launch after an error: of smaller chunks, or of a simpler kernel."""
        if contexts.is_lost(error, self._queue):
            raise error
        code = code_of(error)
        if code in TOO_LARGE or _is_allocation(error):
            return self._halved(error)
        failed_wait = code == _Code.EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST
        if code not in REFUSED or (pending and failed_wait):
            raise error
        try:
            return self._descend(error, self._note(self.launch.spec, self.launch.chunks, error))
        except (BuildError, DeviceError, cl.Error):
            if code != _Code.OUT_OF_RESOURCES:
                raise
            return self._halved(error)  # some drivers report missing memory so

    def _descend(self, cause: Exception | None = None, news: Refusal | None = None) -> Launch:
        """The launch of the first rung that the device accepts; ``news`` is not logged yet."""
        for rung in islice(rungs(self._at, self._tuned), 1 if self._overridden else None):
            spec, group = rung.spec, rung.chunks[0].group
            if not self._overridden and (known := _find(self._known, spec, group)):
                self._refusals.setdefault((spec, group), known)
            if _find(self._refusals, spec, group):
                continue
            if news:
                log.warning("%s: %s; taking %s", news.kernel, news.reason, _name(spec, group))
            self._override = rung.override
            try:
                return self._started(spec, rung.chunks)
            except (BuildError, DeviceError, cl.Error) as error:
                if contexts.is_lost(error, self._queue):
                    raise
                cause, news = error, self._note(spec, rung.chunks, error)
        raise self._end(cause)

    def _at(self, override: Override) -> tuple[KernelSpec, list[Chunk]]:
        """The spec and the chunks of a rung, within the limit that memory has set."""
        return self._specialised(override, self._most)

    def _started(self, spec: KernelSpec, chunks: list[Chunk]) -> Launch:
        """The launch of a rung, in smaller work-groups if the kernel takes no larger ones."""
        launch = self._start(spec, chunks)
        try:
            most = limits_of(launch.kernel, self._device).group
        except cl.Error:
            return launch
        if most >= prod(chunks[0].group):
            return launch
        override = {**self._override, "group_limit": max(most, 1)}
        smaller, chunks = self._specialised(override, self._most)
        group = chunks[0].group
        refused = smaller != spec or most < prod(group) or _find(self._refusals, spec, group)
        if not refused:
            self._override = override
            return self._start(spec, chunks)
        if self._overridden:
            return launch
        raise DeviceError(f"takes work-groups of {most} items at most")

    def _halved(self, error: cl.Error) -> Launch:
        """The launch of the same rung on chunks of half the size."""
        largest = max(
            last - first + 1
            for chunk in self.launch.chunks
            for first, last in (chunk.geometry.x_span(), chunk.geometry.y_span())
        )
        name, most = self.launch.spec.label, largest // 2
        try:
            if self._halvings == LADDER.halvings:
                raise DeviceError(f"chunks have been halved {LADDER.halvings} times")
            spec, chunks = self._specialised(self._override, most)
        except DeviceError as limit:
            raise DeviceError(
                f"{self._device.name.strip()} has too little memory for {name} on {largest} "
                f"elements of an array at once ({_reason(error)}), and {limit}"
            ) from error
        log.warning("%s: %s; taking chunks of %d elements at most", name, _reason(error), most)
        self._most = most
        self._halvings += 1
        try:
            return self._started(spec, chunks)
        except (BuildError, DeviceError, cl.Error) as refused:
            return self._descend(refused, self._note(spec, chunks, refused))

    def _note(self, spec: KernelSpec, chunks: list[Chunk], error: Exception) -> Refusal:
        """Record a refusal, here and for the other descents of the device."""
        built, group = not isinstance(error, BuildError), chunks[0].group
        refusal = Refusal(_name(spec, group), _reason(error), str(error), built)
        key = spec, group if built else None
        self._refusals.setdefault(key, refusal)
        self._known[key] = refusal
        return refusal

    def _end(self, cause: Exception | None) -> Exception:
        """The error at the ladder's end; its refusals are forgotten for other descents."""
        for key in self._refusals:
            self._known.pop(key, None)
        first, *others = dict.fromkeys(self._refusals.values())
        if cause is not None and not others:
            return cause
        device = self._device.name.strip()
        text = f"{device} refused {first.kernel}: {first.text}" if first.built else first.text
        lines = [f"{refusal.kernel}: {refusal.reason}" for refusal in others]
        kind = DeviceError if first.built else BuildError
        error = kind("\n  ".join([f"{text}\nSimpler kernels that were refused too:", *lines]))
        error.__cause__ = cause.__cause__ if isinstance(cause, BuildError) else cause
        return error


def expected(
    queue: cl.CommandQueue,
    specialised: Specialised,
    overridden: bool,
    tuned: Override | None = None,
) -> KernelSpec:
    """The spec of the first rung that has not been refused in this process."""
    known = _remembered.get((queue.context, queue.device), {})
    ladder = rungs(lambda override: specialised(override, None), tuned)
    first = next(ladder)
    if overridden or not _find(known, first.spec, first.chunks[0].group):
        return first.spec
    others = (rung.spec for rung in ladder if not _find(known, rung.spec, rung.chunks[0].group))
    return next(others, first.spec)


def _find(known: Known, spec: KernelSpec, group: Shape) -> Refusal | None:
    """The refusal of a kernel in a work-group, or of its program."""
    return known.get((spec, None)) or known.get((spec, group))


def _name(spec: KernelSpec, group: Shape) -> str:
    """The name of a kernel and its work-group in the log."""
    return f"{spec.label} in groups of {'x'.join(map(str, group))}"


def is_shortage(error: cl.Error) -> bool:
    """Whether memory may have been too small."""
    code = code_of(error)
    return code in TOO_LARGE or code == _Code.OUT_OF_RESOURCES


def _is_allocation(error: cl.Error) -> bool:
    """Whether resources were missing for memory, not for a kernel."""
    if code_of(error) != _Code.OUT_OF_RESOURCES:
        return False
    return error.routine in ("clCreateBuffer", "clEnqueueWriteBuffer")


def _reason(error: Exception) -> str:
    """An error in a few words."""
    if isinstance(error, BuildError):
        return "did not build"
    if isinstance(error, cl.Error) and (code := code_of(error)) is not None:
        return str(_Code.to_string(code, "status %d"))
    return str(error)
