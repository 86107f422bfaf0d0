"""A plugin for pytest: tests of the device on GPUs, and on any device that is taken for one.

With ``--as-gpu`` every device is taken for a GPU: kernels, dialect, tuning and the copying of
arrays follow from its class. Kernels are compiled without optimisation, in half the time: what a
CPU's compiler makes of them says nothing of a GPU's. On GPUs the variants of CPUs are skipped.
"""

from __future__ import annotations

import functools
from typing import Any

import pyopencl as cl
import pytest

from clpool import tuning
from clpool.runtime import capabilities, device, programs
from clpool.tools.as_gpu import is_taken, take

OF_CPUS = ("rows", "runs")

_true_forced, _true_options = tuning.forced, programs._options
_on_gpu = False


@functools.wraps(_true_forced)
def _forced(**params: Any) -> Any:
    if _on_gpu and params.get("variant") in OF_CPUS:
        pytest.skip(f"{params['variant']} is a variant of CPUs")
    return _true_forced(**params)


def _unoptimised(unit: cl.Device) -> list[str]:
    return [*_true_options(unit), "-cl-opt-disable"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--as-gpu", action="store_true", help="take every device for a GPU")


def pytest_configure(config: pytest.Config) -> None:
    """Take devices for GPUs where the option says so."""
    tuning.forced = _forced
    if config.getoption("--as-gpu"):
        take()
        programs._options = _unoptimised


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whether the test runs on a GPU."""
    global _on_gpu
    on_device = item.get_closest_marker("device") is not None
    _on_gpu = on_device and capabilities.device_class(device.default_device()) == "gpu"
    of_cpus = item.get_closest_marker("of_cpus")
    if of_cpus is not None and (is_taken() or _on_gpu):
        pytest.skip(of_cpus.args[0])
