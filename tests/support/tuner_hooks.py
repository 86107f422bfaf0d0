"""What the trials of the tuner plant into its workers: candidates at fault, copies, bad defaults.

Each function is the hook of a worker (``CLPOOL_WORKER_HOOK``), and is called with its steps.
"""

from __future__ import annotations

import time
from typing import Any

import plants

from clpool.runtime import capabilities, device_key, launch, traits
from clpool.tools import as_gpu as taken
from clpool.tuning import forced_key, override_of

#: The default kernel that is planted for one that is far from the fastest, and what it is.
BAD = {"variant": "direct", "width": 1}
#: Copies of the default kernel, and candidates beside an endless one.
COPIES, MANY = 30, 500
#: A tile whose kernel takes a minute to build, and the seconds of that minute.
SLOW_BUILD, MINUTE = 10020, 60.0


def _offering(steps: Any, change: Any) -> None:
    """Change the candidates that workers offer."""
    honest = steps.open

    def opened(**asked: Any) -> dict[str, Any]:
        answer = honest(**asked)
        offered = change(answer["candidates"]) if answer["candidates"] else []
        return {**answer, "candidates": offered}

    steps.open = opened


def _planted(name: str) -> dict[str, Any]:
    return {"choice": plants.choice(name), "kernel": f"planted {name}", "label": name}


def faults(steps: Any) -> None:
    """Every planted fault is a candidate, behind the honest ones."""
    plants.plant(steps)
    bad = [_planted(name) for name in plants.NAMES if name not in ("no_launch", "deaf")]
    _offering(steps, lambda honest: [*honest[:1], *bad, *honest[1:6]])


def endless(steps: Any) -> None:
    """An endless kernel, one that takes a minute to build, and 500 candidates."""
    plants.plant(steps)
    finding = launch.Launches.find

    def slowly(self: Any, layout: Any) -> Any:
        if (self.override or {}).get("tile") == SLOW_BUILD:
            time.sleep(MINUTE)
        return finding(self, layout)

    launch.Launches.find = slowly
    slow = {"choice": {"tile": SLOW_BUILD}, "kernel": "planted slow build", "label": "slow build"}
    most = [
        {"choice": {"tile": 20000 + n}, "kernel": f"copy {n}", "label": "copy"} for n in range(MANY)
    ]
    _offering(steps, lambda honest: [*honest[:1], _planted("endless"), slow, *most])


def copies(steps: Any) -> None:
    """Every candidate is the default kernel."""
    _offering(
        steps,
        lambda honest: [
            honest[0],
            *(
                {"choice": {"tile": 20000 + n}, "kernel": honest[0]["kernel"], "label": "copy"}
                for n in range(COPIES)
            ),
        ],
    )


def bad_default(steps: Any) -> None:
    """The default is a scalar kernel of single outputs, and the honest default a candidate."""
    good = {"schedule.few_outputs": 3}  # no other kernel than the default one

    def override(choice: Any) -> dict[str, Any]:
        return override_of(choice or BAD, steps.traits.units)

    steps._override = override
    _offering(
        steps,
        lambda honest: [
            honest[0],
            {"choice": good, "kernel": "honest default", "label": "default"},
            *honest[1:12],
        ],
    )


def as_gpu(steps: Any) -> None:
    """The device is taken for a GPU."""
    taken.take()
    device_key._kind = lambda unit: "gpu"
    for known in (traits.traits_of, device_key.key_of):
        known.cache_clear()
    steps.traits = traits.traits_of(steps.device)
    steps.on_device = True
    assert capabilities.device_class(steps.device) == "gpu"
    assert forced_key() == ()
