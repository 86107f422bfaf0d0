"""What is said where there is no device: the variables that hide it, or what to install."""

from __future__ import annotations

from pathlib import Path

import pytest

from clpool.runtime import missing_device

POCL = "Portable Computing Language"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable that has to do with it."""
    for name in ("OCL_ICD_VENDORS", "POCL_CACHE_DIR", "XDG_CACHE_HOME", "POCL_DEVICES"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_installed() -> None:
    """Without a platform, or with one that has no device, a driver is missing."""
    assert missing_device.reason([]).startswith("no OpenCL device found (no platform); install")
    assert missing_device.reason(["Clover"]) == (
        f"no OpenCL device found (platforms without devices: Clover); {missing_device.INSTALL}"
    )


@pytest.mark.parametrize("exists", [False, True])
def test_vendors_that_are_none(
    exists: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OCL_ICD_VENDORS hides all drivers but its own; not where there are platforms."""
    folder = tmp_path if exists else tmp_path / "nowhere"
    monkeypatch.setenv("OCL_ICD_VENDORS", str(folder))
    said = missing_device.reason([])
    assert f"OCL_ICD_VENDORS={folder}" in said
    assert ("does not exist" in said) != exists
    assert "OCL_ICD_VENDORS" not in missing_device.reason(["Clover"])


@pytest.mark.parametrize("name", ["HOME", "XDG_CACHE_HOME", "POCL_CACHE_DIR"])
def test_pocl_cannot_write_its_cache(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable that decides is named as it is set, and those that would help."""
    file = tmp_path / "a file"
    file.touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(name, str(file))
    said = missing_device.reason(["Clover", POCL])
    assert f"follows from {name}={file}" in said
    assert all(one in said for one in ("HOME", "XDG_CACHE_HOME", "POCL_CACHE_DIR"))
    assert "pip install" not in said


def test_pocl_can_write_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a wish for other devices may hide them; else nothing is known."""
    monkeypatch.setenv("POCL_CACHE_DIR", str(tmp_path))
    assert missing_device.reason([POCL]).endswith(missing_device.INSTALL)
    monkeypatch.setenv("POCL_DEVICES", "cuda")
    assert "POCL_DEVICES=cuda" in missing_device.reason([POCL])
    assert not list(tmp_path.iterdir())
