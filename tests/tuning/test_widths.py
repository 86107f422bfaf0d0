"""The widths of CPU kernels' vectors, from the registers of the device's compiler alone."""

from __future__ import annotations

import pytest

from clpool import tuning


def lanes(registers: int, size: int, spread: bool = False, uses_math: bool = False) -> int:
    """The lanes that are chosen for elements of so many bytes."""
    params = tuning.choose("cpu", size, 9, uses_math, {}, registers=registers, spread=spread)
    assert params.registers == registers
    return params.width


@pytest.mark.parametrize("size", [1, 2, 4, 8])
@pytest.mark.parametrize("spread", [False, True])
@pytest.mark.parametrize("registers", [16, 32, 64])
def test_bytes_of_a_vector(registers: int, spread: bool, size: int) -> None:
    """One register, two for those that are spread; no less than 32 bytes, no more than 64."""
    expected = min(max(registers * (2 if spread else 1), 32), 64)
    assert lanes(registers, size, spread) * size == expected
    assert lanes(registers, size, spread, uses_math=True) * size == 32


def test_forced_registers() -> None:
    """A wish for other registers decides, as a wish for a width does."""
    wish = {"registers": 64}
    assert tuning.choose("cpu", 4, 9, False, wish, registers=16).width == 16
    assert tuning.choose("cpu", 4, 9, False, wish | {"width": 2}).width == 2
