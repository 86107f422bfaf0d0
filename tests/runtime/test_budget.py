"""How many Python functions of clpool a cached call passes: counted, not timed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyopencl.array as cla
import pytest

import clpool
from clpool.runtime import device, dispatch, traits

PACKAGE = str(Path(clpool.__file__).parent)
#: Code that Python calls like functions, but that stands inside one.
COMPREHENSIONS = {"<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>"}

SMALL, LARGE = (1, 2, 8, 8), (4, 16, 112, 112)


def passed(call: Callable[[], Any]) -> list[str]:
    """The functions of clpool that a call passes, in their order."""
    found: list[str] = []

    def note(frame: Any, event: str, argument: Any) -> None:
        code = frame.f_code
        inside = event == "call" and code.co_filename.startswith(PACKAGE)
        if inside and code.co_name not in COMPREHENSIONS:
            module = Path(code.co_filename).relative_to(PACKAGE).with_suffix("")
            found.append(f"{module.as_posix()}.{code.co_name}")

    gc.collect()
    gc.disable()  # finalisers are nobody's calls
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
        gc.enable()
    return found


def drawn(shape: tuple[int, ...]) -> np.ndarray:
    """An input without ties."""
    return np.random.default_rng(0).random(shape, np.float32)


def max_of(x: Any) -> Callable[[], Any]:
    """Maxima of overlapping windows."""
    return lambda: clpool.max_pool2d(x, 3, 2, 1)


def average_gradient() -> Callable[[], Any]:
    """The gradient of averages, of a large input."""
    grad = np.ones((4, 16, 56, 56), np.float32)
    return lambda: clpool.avg_pool2d_backward(grad, LARGE, 2)


def max_gradient() -> Callable[[], Any]:
    """The gradient of maxima, of a large input, with checked indices."""
    y, indices = clpool.max_pool2d(drawn(LARGE), 2, return_indices=True)
    return lambda: clpool.max_pool2d_backward(y, indices, LARGE, 2)


#: The functions that a cached call may pass at most. More is a decision: say why in the commit.
BUDGETS: dict[str, tuple[int, Callable[[], Callable[[], Any]]]] = {
    "small": (16, lambda: max_of(drawn(SMALL))),
    "large": (24, lambda: max_of(drawn(LARGE))),
    "array": (18, lambda: max_of(cla.to_device(device.default_queue(), drawn(LARGE)))),
    "average gradient": (25, average_gradient),
    "max gradient": (33, max_gradient),
}


@pytest.mark.parametrize("which", BUDGETS)
def test_cached_calls_pass_few_functions(which: str) -> None:
    """A call of a known layout passes no more functions than its budget, and always the same."""
    if not traits.shares_host_memory(device.default_device()) and which != "array":
        pytest.skip("the budgets of numpy arrays are those of devices that share the host's memory")
    most, made = BUDGETS[which]
    clpool.release_memory()
    call = made()
    for _ in range(3):
        call()
    found = passed(call)
    assert len(found) <= most, found
    assert passed(call) == found


#: The modules whose functions make problems.
MAKERS = tuple(f"problem/{name}." for name in ("forward", "backward", "fractional"))
PLAIN = drawn(LARGE)
POOLED, INDICES = clpool.max_pool2d(PLAIN, 2, return_indices=True)
#: Calls that need the problem besides the plan, or several plans.
SEVERAL: dict[str, Callable[[], Any]] = {
    "unpool": lambda: clpool.max_unpool2d(POOLED, INDICES, 2),
    "unpool gradient": lambda: clpool.max_unpool2d_backward(PLAIN, INDICES),
    "max gradient": lambda: clpool.max_pool2d_backward(POOLED, INDICES, LARGE, 2),
    "into out": lambda: clpool.max_pool2d_backward(
        POOLED, INDICES, LARGE, 2, out=np.empty(LARGE, np.float32)
    ),
    "soft gradient": lambda: clpool.soft_pool2d_backward(POOLED, PLAIN, 2),
    "stochastic": lambda: clpool.stochastic_pool2d(PLAIN, 2, seed=1),
    "inference": lambda: clpool.stochastic_pool2d(PLAIN, 2, training=False),
    "fractional": lambda: clpool.fractional_avg_pool2d_backward(POOLED, LARGE, 2, seed=1),
}


@pytest.mark.parametrize("which", SEVERAL)
def test_cached_calls_build_no_problem(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The problem of a known call is its plan's: nothing that makes problems is called again."""
    call = SEVERAL[which]
    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "_plans", {})
        assert [name for name in passed(call) if name.startswith(MAKERS)]
        assert [name for name in passed(call) if name.startswith(MAKERS)] == []


def test_functions_are_counted() -> None:
    """Another call is counted too, and code outside of clpool is not."""
    call = max_of(drawn(SMALL))
    call()
    assert len(passed(lambda: (call(), call()))) == 2 * len(passed(call)) > 2
    assert passed(lambda: np.median(drawn(SMALL))) == []
