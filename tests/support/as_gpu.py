"""A plugin for pytest: with ``--as-gpu`` every device is taken for a GPU.

Kernels, dialect, tuning and the copying of arrays follow from the device's class.
"""

from __future__ import annotations

import pytest

from clpool.runtime import capabilities, device, traits


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--as-gpu", action="store_true", help="take every device for a GPU")


def pytest_configure(config: pytest.Config) -> None:
    """Say that every device is a GPU, before any is asked."""
    if config.getoption("--as-gpu"):
        for module in (capabilities, device, traits):
            module.device_class = lambda unit: "gpu"  # type: ignore[attr-defined]
