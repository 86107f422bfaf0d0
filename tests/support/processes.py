"""Python processes of their own, for tests of what a process begins with or leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from clpool.runtime import dispatch, programs


def python(
    code: str, timeout: float = 300, without: str = "", **variables: str | Path
) -> subprocess.CompletedProcess[str]:
    """Run code in another process, with environment variables besides this one's.

    Args:
        without: a variable that the process does not get.
    """
    inherited = {name: value for name, value in os.environ.items() if name != without}
    return subprocess.run(
        [sys.executable, "-c", dedent(code)],
        env=inherited | {name: str(value) for name, value in variables.items()},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def printed(code: str, timeout: float = 300, without: str = "", **variables: str | Path) -> str:
    """What code prints in another process, which must not fail."""
    done = python(code, timeout, without, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what a new process does not know: programs and plans."""
    monkeypatch.setattr(programs, "_built", {})
    monkeypatch.setattr(dispatch, "_plans", {})
