"""A plugin for pytest: tests of the device on GPUs, and on any device that is taken for one.

With ``--as-gpu`` every device is taken for a GPU: kernels, dialect, tuning and the copying of
arrays follow from its class. On GPUs the variants of CPUs are skipped.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

from clpool import tuning
from clpool.runtime import capabilities, device
from clpool.tools.as_gpu import is_taken, take

OF_CPUS = ("rows", "runs")

_true_forced = tuning.forced
_on_gpu = False


@functools.wraps(_true_forced)
def _forced(**params: Any) -> Any:
    if _on_gpu and params.get("variant") in OF_CPUS:
        pytest.skip(f"{params['variant']} is a variant of CPUs")
    return _true_forced(**params)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--as-gpu", action="store_true", help="take every device for a GPU")


def pytest_configure(config: pytest.Config) -> None:
    """Take devices for GPUs where the option says so."""
    tuning.forced = _forced
    if config.getoption("--as-gpu"):
        take()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whether the test runs on a GPU."""
    global _on_gpu
    on_device = item.get_closest_marker("device") is not None
    _on_gpu = on_device and capabilities.device_class(device.default_device()) == "gpu"
    of_cpus = item.get_closest_marker("of_cpus")
    if of_cpus is not None and (is_taken() or _on_gpu):
        pytest.skip(of_cpus.args[0])
