"""The text of `clpool tuned explain`: every step from a call to the kernel that records choose."""

from __future__ import annotations

from collections.abc import Iterator

import pyopencl as cl

from ..runtime import device, tuned
from ..runtime.arrays import layout_of
from ..runtime.device_key import key_of
from ..runtime.launch import Launches
from ..runtime.traits import traits_of
from ..tuning.lookup import told
from ..worker.arrays import Execution, executions
from ..worker.call import Call


def explained(call: Call) -> str:
    """The steps of the lookup for a call, which runs once.

    Raises:
        ArgumentValueError: the function refuses the call, or ``CLPOOL_TUNING`` is no setting.
    """
    setting = tuned.setting()
    queue = device.default_queue()
    lines = [f"call    {call}", f"device  {key_of(queue.device)}"]
    if setting.off:
        lines.append(f"records off: {tuned.VARIABLE} says so, every kernel is the default one")
    elif setting.exact:
        lines.append(f"records exact: {tuned.VARIABLE} excludes winners that change bits")
    for execution in executions(call):
        lines += _of(execution, queue)
    return "\n".join(lines)


def _of(execution: Execution, queue: cl.CommandQueue) -> Iterator[str]:
    """The lines of one execution of a plan."""
    problem = execution.problem
    if problem.is_empty:
        yield "empty   nothing is launched"
        return
    layout = layout_of(problem, execution.x, execution.lists)
    family, size, found = tuned.lookup(problem, queue.device, layout)
    yield f"family  {family.label} ({family.digest})"
    yield (
        f"size    {size}: outputs of a row 2^{size.row}, rows of a unit 2^{size.lines}, "
        f"bytes over the cache's 2^{size.cache}"
    )
    yield from told(found, {store.name: store.path for store in tuned.stores()})
    if found.record is None and traits_of(queue.device).device_class == "gpu":
        yield "note    the defaults of GPUs follow from a model: no card was measured"
    yield f"kernel  {Launches(problem, queue).expected_spec(layout).label}"
