"""The command `clpool tuned`, run in the tests' own process."""

from __future__ import annotations

import pytest

from clpool.cli.main import main


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    """What a command prints: on stdout, or its one line of error on stderr."""
    assert main(["tuned", *map(str, words)]) == status
    out, err = capsys.readouterr()
    assert (not err) if status == 0 else (not out and err.count("\n") == 1)
    return (out or err).rstrip("\n")
