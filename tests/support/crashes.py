"""A plugin for pytest: a process of tests that dies ends the run, and what it ran is named.

pytest-xdist would run the same test in process after process, and wait for the last of them for
ever. What hangs is ended by pytest's own ``faulthandler_timeout``, and then is a process that died.
"""

from __future__ import annotations

from typing import Any

import pytest

#: The phase of a report that xdist writes in place of a process that died.
DIED = "???"

_dead: list[str] = []


@pytest.hookimpl(trylast=True)  # once it has been counted, and is named at the end
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """End the run, whatever other processes are at."""
    if report.when == DIED:
        pytest.exit(report.longreprtext, returncode=pytest.ExitCode.TESTS_FAILED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """Remember a process that died, also between two tests."""
    if error:
        _dead.append(f"{node.gateway.id}: {error}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """No run is green in which a process died."""
    if _dead and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The processes that died."""
    for line in _dead:
        terminalreporter.write_line(f"a process of the tests died: {line}")
