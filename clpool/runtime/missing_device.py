"""The error message for a missing OpenCL device: the setting that hides them, or a remedy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

INSTALL = (
    "install a driver for your GPU or CPU, or the embedded CPU device: pip install 'clpool[pocl]'"
)


def reason(platforms: Sequence[str]) -> str:
    """The message, given the names of the platforms, none of which has a device."""
    found = f"platforms without devices: {', '.join(platforms)}" if platforms else "no platform"
    pocl = any("Portable Computing" in name for name in platforms)
    advice = (_pocl() if pocl else None) or (None if platforms else _vendors()) or INSTALL
    return f"no OpenCL device found ({found}); {advice}"


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
