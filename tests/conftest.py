"""What all tests share: hypothesis without a clock, and a report of the device they ran on."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from covering import left_out

# Tests compile what they test: keeping binaries would double the time that builds take. The tests
# of the cache choose folders of their own.
os.environ["CLPOOL_CACHE_DIR"] = ""
# Default kernels alone: a developer's own records change none. Tests of records name their folder.
os.environ["CLPOOL_TUNING"] = "off"

pytest_plugins = ["as_gpu", "crashes", "kernels_met"]

TESTS = Path(__file__).parent
#: Folders whose tests run kernels on the device, and those inside that do not.
DEVICE_TESTS = [TESTS / name for name in ("interop", "kernels", "nn", "ops", "runtime")]
HOST_TESTS = TESTS / "runtime" / "host"
ON_DEVICE = ("ran on", "device")

# A kernel's first build takes longer than hypothesis allows an example. Fixed examples make a
# red run repeatable; `make fuzz` is where new ones are searched.
hypothesis.settings.register_profile("clpool", deadline=None, derandomize=True)
hypothesis.settings.load_profile("clpool")


def device_label() -> str:
    """The default device, its platform and driver, or why there is none."""
    from as_gpu import is_taken  # once pytest has taken it for a plugin

    try:
        import clpool

        (device,) = (found for found in clpool.devices() if found.default)
    except Exception as error:
        return f"no device ({error})"
    return f"{device.platform} {device.driver} ({device.name}){' as a GPU' * is_taken()}"


@pytest.hookimpl(tryfirst=True)  # before cases are selected by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the device run in part: each value of their parameters, or each two."""
    for item in items:
        folders = item.path.parents
        if HOST_TESTS not in folders and not set(DEVICE_TESTS).isdisjoint(folders):
            item.add_marker("device")
    for item, mark in left_out(item for item in items if item.get_closest_marker("device")):
        item.add_marker("pairs")
        if mark == "products":
            item.add_marker("products")
    # Files that build kernels take longest: first, so that no process is left alone with one.
    items.sort(key=lambda item: item.get_closest_marker("device") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A report says whether its test ran on the device, also when another process counts it."""
    report = yield
    if item.get_closest_marker("device"):
        report.user_properties.append(ON_DEVICE)
    return report


def pytest_report_header() -> str:
    """The device at the top, where a reader of a red run looks first."""
    return f"device: {device_label()}"


def _on_device(report: pytest.TestReport) -> bool:
    # Through a process's border tuples come as lists.
    return ON_DEVICE in map(tuple, report.user_properties)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests ran on which device, for the last lines of a CI run."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for outcome in ("passed", "failed", "error", "skipped", "xfailed"):
        for report in terminalreporter.stats.get(outcome, ()):
            if isinstance(report, pytest.TestReport):
                counts[_on_device(report)][outcome] += 1
    for on_device, count in counts.items():
        if count:
            where = f"on {device_label()}" if on_device else "on the host"
            what = ", ".join(f"{number} {outcome}" for outcome, number in count.items())
            terminalreporter.write_line(f"clpool tests {where}: {what}")
