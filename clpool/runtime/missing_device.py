"""The error message for a missing OpenCL device: the setting that hides them, or a remedy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

INSTALL = (
    "install a driver for your GPU or CPU, or the embedded CPU device: pip install 'clpool[pocl]'"
)


def reason(platforms: Sequence[str]) -> str:
    """The message, given the names of the platforms, none of which has a device."""
    found = f"platforms without devices: {', '.join(platforms)}" if platforms else "no platform"
    pocl = any("Portable Computing" in name for name in platforms)
    advice = (_pocl() if pocl else None) or (None if platforms else _vendors())
    if advice is None:
        advice = "; ".join([INSTALL, *hints(platforms, os.environ, Path("/"))])
    return f"no OpenCL device found ({found}); {advice}"


def hints(platforms: Sequence[str], variables: Mapping[str, str], root: Path) -> list[str]:
    """The hints at what hides the devices of a driver that is installed.

    Args:
        variables: the environment.
        root: the folder of the file system's root.
    """
    found = []
    if any("rusticl" in name.lower() for name in platforms) and "RUSTICL_ENABLE" not in variables:
        found.append(
            "Mesa's rusticl shows the devices of the drivers that RUSTICL_ENABLE names "
            "(radeonsi, iris, nouveau, panfrost)"
        )
    if not platforms and list(root.glob("etc/OpenCL/vendors/*.icd")):
        found.append(
            "drivers are installed: OCL_ICD_VENDORS=/etc/OpenCL/vendors names their folder"
        )
    if _is_wsl(root):
        found.append("NVIDIA has no OpenCL driver for WSL: run on Windows itself, or with PoCL")
    elif _is_container(root) and not _has_gpu(root):
        found.append(
            "this container sees no GPU: start it with --device /dev/dri (AMD's with /dev/kfd "
            "too), or with --gpus all and NVIDIA_DRIVER_CAPABILITIES=compute,utility"
        )
    return found


def _is_wsl(root: Path) -> bool:
    """Whether the kernel is that of Windows' subsystem for Linux."""
    try:
        return "microsoft" in (root / "proc/version").read_text().lower()
    except OSError:
        return False


def _is_container(root: Path) -> bool:
    """Whether the process runs in a container of Docker or Podman."""
    return any((root / name).exists() for name in (".dockerenv", "run/.containerenv"))


def _has_gpu(root: Path) -> bool:
    """Whether the device files of a GPU are there."""
    return any(any(root.glob(name)) for name in ("dev/dri/render*", "dev/nvidia[0-9]*"))


def _vendors() -> str | None:
    """The advice if ``OCL_ICD_VENDORS`` names no driver that can be loaded."""
    chosen = os.environ.get("OCL_ICD_VENDORS")
    if not chosen:
        return None
    what = "holds no driver that could be loaded" if Path(chosen).exists() else "does not exist"
    return (
        f"OCL_ICD_VENDORS={chosen} {what}: unset it, or set it to the folder of your drivers' "
        ".icd files"
    )


def _pocl() -> str | None:
    """The advice if PoCL cannot write its cache, or ``POCL_DEVICES`` disables its devices."""
    name, folder = _pocl_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return (
            f"PoCL cannot write its cache in {folder} ({error.strerror}), which follows from "
            f"{name}: set HOME, XDG_CACHE_HOME or POCL_CACHE_DIR to a folder that can be written"
        )
    chosen = os.environ.get("POCL_DEVICES")
    return None if chosen is None else f"POCL_DEVICES={chosen} names no device of PoCL's: unset it"


def _pocl_cache() -> tuple[str, Path]:
    """The variable that sets PoCL's cache folder, with its value, and the folder."""
    for name, below in (
        ("POCL_CACHE_DIR", "."),
        ("XDG_CACHE_HOME", "pocl/kcache"),
        ("HOME", ".cache/pocl/kcache"),
    ):
        value = os.environ.get(name)
        if value is not None:
            return f"{name}={value}", Path(value) / below
    return "HOME, which is not set", Path("/tmp/pocl/kcache")
