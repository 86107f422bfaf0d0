"""Vectors follow the registers of the device's compiler, and PoCL compiles a kernel once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cases import assert_exact
from processes import python

import clpool
from clpool import reference, tuning
from clpool.problem.window import SlidingWindow
from clpool.runtime import binary_cache, capabilities, device, registers

UNIT = device.default_device()
POCL = pytest.mark.skipif(not capabilities.is_pocl(UNIT), reason="asks PoCL's compiler")

#: A first call in a process of its own, with indices of elements of 8 bytes.
FIRST = """
    import numpy as np, clpool
    x = np.arange(4 * 37 * 41, dtype=np.float64).reshape(4, 37, 41)
    values, indices = clpool.max_pool2d(x, 2, 2, return_indices=True)
    print(int(values.sum()), int(indices.sum()))
    assert (clpool.median_pool2d(x, 3, 1, 1)[:, 1:-1, 1:-1] == x[:, 1:-1, 1:-1]).all()
"""


def first(**variables: str) -> str:
    """What a first call prints."""
    done = python(FIRST, **variables)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def test_at_least_the_narrowest() -> None:
    """Bytes of a register: a power of two, not more than what the device reports, at least 16."""
    found = registers.register_bytes(UNIT)
    reported = 4 * UNIT.native_vector_width_float
    assert found & (found - 1) == 0
    assert registers.LEAST <= found <= max(reported, registers.LEAST)


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint64", "float32", "int8"])
@pytest.mark.parametrize("wide", [False, True])
def test_lanes_of_8_bytes_lie_in_one_register(
    dtype: str, wide: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever width is forced; values are right for every width of registers down to 16 bytes."""
    if dtype == "float64" and not capabilities.has_fp64(UNIT):
        pytest.skip("the device has no float64")
    if wide:
        monkeypatch.setattr("clpool.schedule.geometry.Geometry.is_wide", lambda self: True)
    x = np.random.default_rng(0).permutation(3 * 9 * 77).reshape(3, 9, 77).astype(dtype)
    window = SlidingWindow.of(2, 2)
    expected = reference.pool(x, window, "max", return_indices=True)
    here = registers.register_bytes(UNIT)
    for size in (size for size in (16, 32, 64) if size <= here):
        with tuning.forced(registers=size, variant="rows", width=16):
            plan = clpool.plan(x.shape, x.dtype, (2, 2), return_indices=True)
            for one, other in zip(plan(x), expected, strict=True):
                assert_exact(one, other, f"{dtype} {size}")
        position = 8 if plan.spec.wide else 4
        if 8 in (plan.spec.accumulator_size, position):
            assert plan.spec.width * max(plan.spec.accumulator_size, position) <= max(size, 16)


@POCL
def test_a_process_survives_its_first_indices_of_8_bytes(tmp_path: Path) -> None:
    """On whatever processor, with empty caches."""
    tmp_path.joinpath("pocl").mkdir()
    caches = {"CLPOOL_CACHE_DIR": str(tmp_path / "own"), "POCL_CACHE_DIR": str(tmp_path / "pocl")}
    x = np.arange(4 * 37 * 41, dtype=np.float64).reshape(4, 37, 41)
    values, indices = reference.pool(x, SlidingWindow.of(2, 2), "max", return_indices=True)
    assert first(**caches) == f"{int(values.sum())} {int(indices.sum())}\n"
    compiled: dict[str, set[bytes]] = {}
    for path in tmp_path.glob("pocl/*/*/*/*/*.so"):
        compiled.setdefault(path.name, set()).add(path.read_bytes())
    assert len(compiled) == 2
    assert {len(kinds) for kinds in compiled.values()} == {1}, "launch and binary share a function"


@POCL
def test_what_the_compiler_said_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process does not ask; a damaged entry is dropped, and the compiler asked again."""
    if 4 * UNIT.native_vector_width_float <= registers.LEAST:
        pytest.skip("registers of 16 bytes are not asked for")
    monkeypatch.setenv("CLPOOL_CACHE_DIR", str(tmp_path))
    asked: list[int | None] = []
    compiled_for = registers._compiled_for

    def noted(unit: object) -> int | None:
        asked.append(compiled_for(UNIT))
        return asked[-1]

    monkeypatch.setattr(registers, "_compiled_for", noted)
    try:
        for damaged, times in ((False, 1), (False, 1), (True, 2)):
            for entry in tmp_path.iterdir() if damaged else ():
                entry.write_bytes(b"nothing that was written here")
            registers.register_bytes.cache_clear()
            found = registers.register_bytes(UNIT)
            assert len(asked) == times
            assert found == min(4 * UNIT.native_vector_width_float, asked[-1] or found)
            (entry,) = tmp_path.iterdir()
            assert binary_cache.read(entry) == str(found).encode()
    finally:
        registers.register_bytes.cache_clear()
