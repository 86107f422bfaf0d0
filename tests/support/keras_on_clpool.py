"""A plugin for pytest, in a process of its own: Keras' pooling tests, pooled by clpool.

Functions of pooling of Keras' numpy backend, and the calls of its global layers, are replaced.
``CLPOOL_FOUND`` names a file that gets ``{test: [outcome, launches]}``; with ``CLPOOL_PLANT``
every result of a kernel is too large by one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import launches
import numpy as np
import pytest

import clpool
from clpool.interop import keras as ours

_FOUND: dict[str, tuple[str, int]] = {}
_PLANT = ExitStack()


def _adaptive(mode: str) -> Any:
    def pool(inputs: np.ndarray, output_size: Any, data_format: str | None = None) -> np.ndarray:
        function = getattr(clpool, f"adaptive_{mode}_pool{inputs.ndim - 2}d")
        return function(inputs, output_size, data_format=data_format or "channels_last")

    return pool


def _global(name: str, original: Any) -> Any:
    def call(self: Any, inputs: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        if mask is not None:
            return original(self, inputs, mask)
        return getattr(ours, name)(self.data_format, self.keepdims)(inputs)

    return call


def pytest_configure() -> None:
    """Put clpool where Keras' pooling was."""
    import keras
    from keras.src.backend.numpy import nn

    nn.max_pool, nn.average_pool = ours.max_pool, ours.average_pool
    nn.adaptive_max_pool, nn.adaptive_average_pool = _adaptive("max"), _adaptive("avg")
    for name in (f"Global{mode}Pooling{n}D" for mode in ("Max", "Average") for n in (1, 2, 3)):
        layer = getattr(keras.layers, name)
        layer.call = _global(name, layer.call)
    if os.environ.get("CLPOOL_PLANT"):
        _PLANT.enter_context(launches.planted())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note how a test ended."""
    report = yield
    if report.when == "call" or report.outcome != "passed":
        launched = len(item.stash.get(_KERNELS, []))
        _FOUND[item.nodeid.rpartition("/")[2]] = (report.outcome, launched)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note what a test launches."""
    with launches.counted() as item.stash[_KERNELS]:
        return (yield)


_KERNELS = pytest.StashKey[list[str]]()


def pytest_sessionfinish() -> None:
    """Write down what was found."""
    _PLANT.close()
    Path(os.environ["CLPOOL_FOUND"]).write_text(json.dumps(_FOUND), encoding="utf-8")
