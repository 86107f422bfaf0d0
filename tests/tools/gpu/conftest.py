"""Small kernels and their assembly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clpool.tools.gpu.arrays import value_of
from clpool.tools.gpu.compile import Compiled
from clpool.tools.gpu.item import Buffer, Launch

ASSEMBLY = Path(__file__).parent / "assembly"
LOG = """\
ptxas info    : Used 10 registers, used 0 barriers, 376 bytes cmem[0]
    16 bytes stack frame, 4 bytes spill stores, 8 bytes spill loads, 512 bytes smem
"""


def assembled(target: str) -> Compiled:
    """The kernel ``largest`` as a target's compiler gives it."""
    suffix = {"sm_86": "sass", "gfx1030": "s", "skl": "asm"}[target]
    text = (ASSEMBLY / f"largest.{target}.{suffix}").read_text(encoding="utf-8")
    return Compiled("largest", target, text, LOG, simd=32)


def columns(rows: int, width: int = 100) -> Launch:
    """The launch of ``largest`` on an array of so many rows: two groups of 64 items."""
    dtype = np.dtype("float32")

    def content(offset: int, count: int) -> bytes:
        assert offset % 4 == 0
        assert offset // 4 < rows * width
        places = range(offset // 4, (offset + count) // 4)
        return b"".join(dtype.type(value_of(place, dtype)).tobytes() for place in places)

    x = Buffer("x", content)
    y = Buffer("y", lambda offset, count: bytes(count), 4)
    sizes = (rows.to_bytes(4, "little"), width.to_bytes(4, "little"))
    return Launch((x, y, *sizes), (64, 1, 1), (2, 1, 1))


@pytest.fixture(params=["sm_86", "gfx1030"])
def compiled(request: pytest.FixtureRequest) -> Compiled:
    """The kernel ``largest`` on a target that is executed."""
    return assembled(request.param)
