"""The extra `intel`: found with no variable set, taken first, and nothing else is changed."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from textwrap import dedent

import pytest

from clpool.runtime import icd_folders

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(
        icd_folders._driver() is None or not icd_folders._has_own_loader(),
        reason="the extra 'intel', or pyopencl with a loader of its own, is not installed",
    ),
]

#: The variables that say which devices there are, or which one is taken.
SILENT = (*icd_folders.CHOICES, "CLPOOL_DEVICE", "PYOPENCL_CTX", "LD_LIBRARY_PATH")


def python(code: str, home: Path, **variables: str) -> str:
    """What a process prints, in which no variable says what devices there are."""
    environment = {name: value for name, value in os.environ.items() if name not in SILENT}
    own = dict.fromkeys(["HOME", "XDG_CACHE_HOME", "CLPOOL_CACHE_DIR", "TMPDIR"], str(home))
    done = subprocess.run(
        [sys.executable, "-c", dedent(code)],
        env=environment | own | variables,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


PLATFORMS = """
    import clpool
    for info in clpool.devices():
        print(info.platform, info.version, info.default, sep="|")
"""


def platforms(home: Path, code: str = PLATFORMS, **variables: str) -> dict[str, bool]:
    """The platforms that clpool finds, by name and version, and whether one is the default."""
    rows = [line.rsplit("|", 1) for line in python(code, home, **variables).splitlines()]
    return {name: default == "True" for name, default in rows}


def test_it_is_found_and_taken(tmp_path: Path) -> None:
    """Beside all that a process finds without it, and before PoCL."""
    found = platforms(tmp_path)
    intel = [name for name in found if name.startswith("Intel(R) OpenCL|")]
    assert len(intel) == 1
    assert [name for name, default in found.items() if default] == intel
    hidden = "from clpool.runtime import icd_folders\nicd_folders._driver = lambda: None"
    others = platforms(tmp_path, hidden + dedent(PLATFORMS))
    assert {*others} == {*found} - {*intel}
    if "pocl-binary-distribution" in {found.metadata["Name"] for found in metadata.distributions()}:
        assert any("PoCL 3.0" in name for name in others)


def test_it_computes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """No file but clpool's binaries, no variable, half precision; and children find the same."""
    code = """
        import os, subprocess, sys
        before = dict(os.environ)
        import numpy as np, clpool
        assert "Intel" in clpool.default_device().platform.name
        x = np.arange(16, dtype=np.float16).reshape(1, 1, 4, 4)
        assert clpool.max_pool2d(x, 2).tolist() == [[[[5, 7], [13, 15]]]]
        assert clpool.avg_pool2d(x, 2).tolist() == [[[[2.5, 4.5], [10.5, 12.5]]]]
        assert any(info.fp16 for info in clpool.devices() if info.default)
        assert dict(os.environ) == before
        child = "import clpool; print(clpool.default_device().platform.name)"
        print(subprocess.check_output([sys.executable, "-c", child], text=True), end="")
    """
    elsewhere = tmp_path / "pocl"
    (tmp_path / "home").mkdir()
    assert "Intel" in python(code, tmp_path / "home", POCL_CACHE_DIR=str(elsewhere))
    left = [path.relative_to(tmp_path) for path in (tmp_path / "home").rglob("*")]
    assert len(left) == 2
    assert all(path.suffix == ".bin" for path in left)


def test_a_users_own_choice_is_obeyed(tmp_path: Path) -> None:
    """A folder of drivers, and a wish for another device."""
    (tmp_path / "drivers").mkdir()
    found = platforms(tmp_path, OCL_ICD_VENDORS=str(tmp_path / "drivers"))
    assert not any("Intel" in name for name in found)
    found = platforms(tmp_path, CLPOOL_DEVICE="PoCL")
    if any("PoCL" in name for name in found):
        assert [default for name, default in found.items() if "PoCL" in name].count(True) == 1
