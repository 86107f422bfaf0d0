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
    assert missing_device.reason(["Clover"]).startswith(
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
    assert f"; {missing_device.INSTALL}" in missing_device.reason([POCL])
    monkeypatch.setenv("POCL_DEVICES", "cuda")
    assert "POCL_DEVICES=cuda" in missing_device.reason([POCL])
    assert not list(tmp_path.iterdir())


def machine(root: Path, *files: str, version: str = "Linux version 6.1") -> Path:
    """A file system of these files."""
    for name in (*files, "proc/version"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(version)
    return root


@pytest.mark.parametrize(
    ("files", "version", "platforms", "words"),
    [
        ([], "Linux", [], []),
        ([], "Linux", ["rusticl"], ["RUSTICL_ENABLE"]),
        (["etc/OpenCL/vendors/nvidia.icd"], "Linux", [], ["OCL_ICD_VENDORS=/etc/OpenCL/vendors"]),
        (["etc/OpenCL/vendors/nvidia.icd"], "Linux", ["NVIDIA CUDA"], []),
        ([], "5.15.90.1-microsoft-standard-WSL2", [], ["WSL"]),
        ([".dockerenv"], "Linux", [], ["/dev/dri", "--gpus all"]),
        (["run/.containerenv"], "Linux", [], ["/dev/dri", "--gpus all"]),
        ([".dockerenv", "dev/dri/renderD128"], "Linux", [], []),
        ([".dockerenv", "dev/nvidia0"], "Linux", [], []),
        ([".dockerenv"], "Linux", ["rusticl"], ["RUSTICL_ENABLE", "/dev/dri"]),
    ],
)
def test_what_may_hide_a_driver_is_hinted_at(
    files: list[str], version: str, platforms: list[str], words: list[str], tmp_path: Path
) -> None:
    """Drivers that show devices on demand, loaders, WSL, containers; nothing where none is met."""
    said = missing_device.hints(platforms, {}, machine(tmp_path, *files, version=version))
    assert bool(said) == bool(words)
    assert all(word in "; ".join(said) for word in words)


def test_a_rusticl_that_is_told_is_no_hint(tmp_path: Path) -> None:
    """It has no device of the drivers that it is told then."""
    assert missing_device.hints(["rusticl"], {"RUSTICL_ENABLE": "iris"}, machine(tmp_path)) == []
