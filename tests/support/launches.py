"""Launches that are counted, and a kernel that is wrong: whether tests meet clpool, and see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyopencl as cl
import pytest

from clpool.runtime.plan import Plan


def count(patch: pytest.MonkeyPatch) -> list[str]:
    """The names of the kernels that are launched from now on, in order."""
    launch, names = cl.enqueue_nd_range_kernel, []

    def noted(queue: Any, kernel: cl.Kernel, *arguments: Any, **keywords: Any) -> Any:
        names.append(kernel.function_name)
        return launch(queue, kernel, *arguments, **keywords)

    patch.setattr(cl, "enqueue_nd_range_kernel", noted)
    return names


def plant(patch: pytest.MonkeyPatch) -> None:
    """Every plan gives values that are too large by one from now on."""
    execute = Plan.execute

    def wrong(self: Plan, *arguments: Any, **keywords: Any) -> Any:
        result = execute(self, *arguments, **keywords)
        values = result[0] if isinstance(result, tuple) else result
        values += 1  # also what a caller gave
        return result

    patch.setattr(Plan, "execute", wrong)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The names of the kernels that are launched inside, in order."""
    with pytest.MonkeyPatch.context() as patch:
        yield count(patch)


@contextmanager
def planted() -> Iterator[None]:
    """Plans whose values are too large by one, inside."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        yield
