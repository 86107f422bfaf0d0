"""Launches that are counted, and a kernel that is wrong: whether tests meet clpool, and see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyopencl as cl
import pytest

from clpool.runtime.plan import Plan


@contextmanager
def counted() -> Iterator[list[str]]:
    """The names of the kernels that are launched inside, in order."""
    launch, names = cl.enqueue_nd_range_kernel, []

    def noted(queue: Any, kernel: cl.Kernel, *arguments: Any, **keywords: Any) -> Any:
        names.append(kernel.function_name)
        return launch(queue, kernel, *arguments, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cl, "enqueue_nd_range_kernel", noted)
        yield names


@contextmanager
def planted() -> Iterator[None]:
    """Every plan gives values that are too large by one."""
    execute = Plan.execute

    def wrong(self: Plan, *arguments: Any, **keywords: Any) -> Any:
        result = execute(self, *arguments, **keywords)
        values = result[0] if isinstance(result, tuple) else result
        values += 1  # also what a caller gave
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Plan, "execute", wrong)
        yield
