"""Whether what was tested was computed by kernels: their launches, and a result that is wrong."""

from __future__ import annotations

from typing import Any

import pyopencl as cl
import pytest

from clpool.runtime.plan import Plan


def launches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the kernels that are launched from now on, in their order."""
    enqueue = cl.enqueue_nd_range_kernel
    names: list[str] = []

    def counted(queue: Any, kernel: Any, *arguments: Any, **keywords: Any) -> Any:
        names.append(kernel.function_name)
        return enqueue(queue, kernel, *arguments, **keywords)

    monkeypatch.setattr(cl, "enqueue_nd_range_kernel", counted)
    return names


def plant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan's results are too large by one from now on."""
    execute = Plan.execute

    def wrong(plan: Plan, *arguments: Any, **keywords: Any) -> Any:
        results = execute(plan, *arguments, **keywords)
        if isinstance(results, tuple):
            return tuple(result + result.dtype.type(1) for result in results)
        return results + results.dtype.type(1)

    monkeypatch.setattr(Plan, "execute", wrong)
