"""Strategies of Kernel Tuner over a session's contenders, on fake workers."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_worker import Faked

from clpool.errors import ArgumentValueError, ClpoolError
from clpool.tuner.kernel_tuner import check_strategy
from clpool.tuner.session import Session, Settings

#: Times by two parameters, of which one choice is the fastest; the default is slower.
TIMES = {
    "{}": 1.5e-3,
    **{
        f'{{"tile":{tile},"width":{width}}}': 1e-3 + 1e-5 * abs(tile - 256) / 64 + 2e-5 * width
        for tile in (64, 128, 256, 512)
        for width in (2, 4, 8, 16)
    },
}


def test_a_strategy_chooses_what_is_built(tmp_path: Path) -> None:
    """What it finds fastest meets the default kernel in the tournament."""
    pytest.importorskip("kernel_tuner", reason="needs the extra kernel-tuner")
    faked = Faked(TIMES)
    root = tmp_path / "records"
    settings = Settings(root, 60, lock=tmp_path / "lock", strategy="genetic_algorithm")
    session = Session(settings, faked.start)
    (outcome,) = session.run(["max_pool2d(float32[1, 2, 32, 32], 2)"])
    assert outcome.record.winner is not None
    assert outcome.record.duel["low"] > 1.1
    assert 2 < len(faked.of("build")) <= len(TIMES)
    untried = [each for each in outcome.record.all if each["state"] == "untried"]
    assert len(untried) == len(TIMES) - len(faked.of("build"))


def test_a_strategy_needs_kernel_tuner() -> None:
    """An unknown one is named where it is installed; where it is not, what to install."""
    try:
        import kernel_tuner  # noqa: F401
    except ImportError:
        with pytest.raises(ClpoolError, match=r"clpool\[kernel-tuner\]"):
            check_strategy("best")
    else:
        with pytest.raises(ArgumentValueError, match="'best' is unknown"):
            check_strategy("best")
