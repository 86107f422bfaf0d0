"""Records of tuned families, as their JSON has them, for what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: What a record says of a device.
DEVICES = {
    "cpu": "cpu,AuthenticAMD,znver3,25-17,pocl,2,3.0-rc2",
    "other cpu": "cpu,GenuineIntel,skylake-avx512,6-85,pocl,16,3.0-rc2",
    "gpu": "gpu,NVIDIA,sm_90,H100-PCIe,nvidia,114,550.54",
}


def candidate(
    choice: Mapping[str, Any], ratio: float | None = None, state: str = "correct", ms: float = 4.0
) -> dict[str, Any]:
    """An entry of a record's table."""
    seconds = None if ratio is None else ms / ratio / 1e3
    return {"choice": dict(choice), "state": state, "ratio": ratio, "seconds": seconds}


def record(
    candidates: Sequence[Mapping[str, Any]],
    winner: Mapping[str, Any] | None = None,
    duel: tuple[float, float, float] = (1.0, 0.98, 1.02),
    device: str = "cpu",
    label: str = "max 5x5 s2 float32",
    **facts: Any,
) -> dict[str, Any]:
    """A record of these candidates; ``facts`` replace those of its family."""
    key = DEVICES[device]
    ratio, low, high = duel
    return {
        "schema": 1,
        "revision": 1,
        "clpool": "0.1.0",
        "date": "2026-01-02T03:04:05+00:00",
        "family": {"label": label, "digest": "0" * 12, "facts": {"mode": "max", **facts}},
        "size": {"row": 5, "lines": 9, "cache": 1},
        "device": {"key": key, "name": f"the {device}", "platform": "a platform", "units": 2},
        "shape": [16, 64, 112, 112],
        "call": "max_pool2d(float32[16, 64, 112, 112], 5, 2, 2)",
        "winner": None if winner is None else dict(winner),
        "bits": "same",
        "duel": {"ratio": ratio, "low": low, "high": high, "pairs": 64, "control": 1.0},
        "times": {"default_ms": 4.0, "winner_ms": 4.0 / ratio, "copy_ms": 3.3},
        "tried": len(candidates),
        "failed": {},
        "all": [dict(each) for each in candidates],
    }
