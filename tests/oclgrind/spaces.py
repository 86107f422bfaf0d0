"""Every candidate that a tuner has for three families, on small shapes."""

from __future__ import annotations

from dataclasses import replace

from clpool.codegen.spec import KernelSpec
from clpool.runtime import device
from clpool.runtime.arrays import layout_of
from clpool.runtime.plan import Plan
from clpool.runtime.traits import traits_of
from clpool.schedule.space import candidates
from clpool.tuning import override_of
from clpool.worker import memory
from clpool.worker.arrays import executions
from clpool.worker.call import Call
from clpool.worker.expected import expected

CALLS = (
    "max_pool2d(float32[2, 3, 9, 41], 3, 2, 1, return_indices=True)",
    "avg_pool2d(float16[2, 7, 9, 20], 3, 1, 1, data_format='channels_last')",
    "max_pool2d_backward(float32[1, 3, 5, 21], int64[1, 3, 5, 21], (1, 3, 9, 41), 3, 2, 1)",
)


def run_all(dialect: str, shard: int, shards: int) -> set[KernelSpec]:
    """Run this shard's candidates of the dialect's class of devices; the specs that ran.

    Raises:
        SystemExit: a result is not what it must be.
    """
    queue, specs = device.default_queue(), set[KernelSpec]()
    traits = traits_of(queue.device)
    if dialect == "clang":
        traits = replace(traits, device_class="cpu", tuning_class="cpu")
    for text in CALLS:
        given = executions(Call.parse(text), kind="ties")[0]
        right = expected(*given)
        layout = layout_of(given.problem, given.x, given.lists)
        for number, one in enumerate(candidates(given.problem, traits, layout)):
            if number % shards != shard:
                continue
            override = {"variant": one.spec.variant, **override_of(one.choice, traits.units)}
            plan = Plan(given.problem, queue, override)
            inputs = memory.placed(given, None)
            outs = memory.results(given.problem, inputs.x, None)
            inputs.execute(plan, outs, queue)
            specs.add(plan.spec)
            for result, out in zip(right or (), outs, strict=True):
                if fault := result.check(out):
                    raise SystemExit(f"{text} {one.choice}: {fault}")
    return specs
