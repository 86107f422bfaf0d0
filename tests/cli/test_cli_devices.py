"""The command `clpool devices`, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyopencl
import pytest

import clpool

pytestmark = pytest.mark.device


def devices(**environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with its output."""
    return subprocess.run(
        [sys.executable, "-m", "clpool", "devices"],
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def test_devices_lists_what_clpool_finds() -> None:
    """The table has a line for every device and marks one as the default."""
    done = devices()
    assert done.returncode == 0, done.stderr
    header, *lines = done.stdout.splitlines()
    assert {"name", "type", "memory", "fp64", "platform", "version"} <= set(header.split())
    assert len(lines) == len(clpool.devices())
    assert sum(line.startswith("*") for line in lines) == 1
    for line, device in zip(lines, clpool.devices(), strict=True):
        assert device.name in line
        assert device.version in line


@pytest.mark.parametrize("wish", ["99", "-1", "no such device"])
def test_devices_are_listed_whatever_was_wished_for(wish: str) -> None:
    """A wish that names none marks none; why ends the output, and the status says so."""
    done = devices(CLPOOL_DEVICE=wish)
    lines = done.stdout.splitlines()
    assert len(lines) == 1 + len(clpool.devices())
    assert "*" not in done.stdout
    assert done.stderr.startswith(f"clpool: error: CLPOOL_DEVICE '{wish}' matches no device")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"HOME": "/dev/null/x"}, ["follows from HOME=/dev/null/x", "POCL_CACHE_DIR"]),
        ({"XDG_CACHE_HOME": "/dev/null/x"}, ["from XDG_CACHE_HOME=/dev/null/x", "HOME"]),
        ({"POCL_CACHE_DIR": "/dev/null/x"}, ["from POCL_CACHE_DIR=/dev/null/x", "HOME"]),
        ({"OCL_ICD_VENDORS": "/dev/null/x"}, ["OCL_ICD_VENDORS=/dev/null/x does not exist"]),
        ({"OCL_ICD_VENDORS": os.devnull}, ["OCL_ICD_VENDORS=/dev/null holds no driver"]),
    ],
    ids=str,
)
def test_variables_that_hide_all_devices_are_named(
    variables: dict[str, str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PoCL, which has no device where it cannot write, and a loader that finds no driver."""
    drivers = pocl_drivers()
    if not drivers:
        pytest.skip("no PoCL here")
    for name in ("POCL_CACHE_DIR", "XDG_CACHE_HOME", "CLPOOL_DEVICE", "PYOPENCL_CTX"):
        monkeypatch.delenv(name, raising=False)
    done = devices(**{"OCL_ICD_VENDORS": drivers[0]} | variables)
    assert (done.stdout, done.returncode) == ("", 1)
    assert done.stderr.startswith("clpool: error: no OpenCL device found (")
    assert all(word in done.stderr for word in words)
    assert "pip install" not in done.stderr


def pocl_drivers() -> list[str]:
    """The .icd files of PoCL, that of PyPI first."""
    inside = Path(pyopencl.__file__).parent / ".libs"
    entries = [*inside.glob("*.icd"), *Path("/etc/OpenCL/vendors").glob("*.icd")]
    return [str(entry) for entry in entries if "pocl" in entry.read_text()]


def test_no_device_is_said_in_words() -> None:
    """Without any platform the table ends in one line that says what to install, and status 1."""
    # No variable hides the platform that lies inside pyopencl's own folder, so a stand-in does.
    hidden = (
        "import sys, pyopencl as cl\n"
        "def none(*_): raise cl.LogicError('clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR')\n"
        "cl.get_platforms = none\n"
        "from clpool.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    plain = {name: value for name, value in os.environ.items() if name != "OCL_ICD_VENDORS"}
    command = [sys.executable, "-c", hidden, "devices"]
    done = subprocess.run(command, env=plain, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.startswith("clpool: error: ")
    assert "clpool[pocl]" in done.stderr
    assert "Traceback" not in done.stderr
