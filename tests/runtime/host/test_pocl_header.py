"""Whether a kernel's source needs the header of OpenCL's functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from clpool.runtime import pocl_header

GOLDEN = sorted((Path(__file__).parents[2] / "codegen" / "golden").glob("*.cl"))
KERNEL = "__kernel void name(__global float *y)\n{\n    const size_t at = get_global_id(0);\n"


@pytest.mark.parametrize("path", [p for p in GOLDEN if "_clang" in p.stem], ids=lambda p: p.stem)
def test_most_kernels_do_without(path: Path) -> None:
    """The kernels that CPUs are given: they call what they define, and ask for their number."""
    assert not pocl_header.is_needed(path.read_text())


@pytest.mark.parametrize(
    "called", ["sqrt(y[at])", "fmax(y[at], 0.0f)", "barrier(1)", "vload4(0, y)", "unknown(1)"]
)
def test_what_is_called_besides_needs_it(called: str) -> None:
    """Mathematics, barriers, OpenCL's own vector access, and whatever nobody here knows."""
    assert pocl_header.is_needed(f"{KERNEL}    {called};\n}}\n")
    assert not pocl_header.is_needed(f"{KERNEL}    // {called}\n}}\n")


def test_what_the_source_defines_is_its_own() -> None:
    """Functions of the source, however named, and reinterpreting macros."""
    own = "static float sqrt(const float x)\n{\n    return as_float(as_int(x) >> 1);\n}\n\n"
    use = f"{KERNEL}    y[at] = sqrt(y[at]);\n}}\n"
    assert not pocl_header.is_needed(own + use)
    assert pocl_header.is_needed(use)
