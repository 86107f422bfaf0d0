"""The folder that shows Intel's runtime to the loader, and the variable that names it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from clpool.runtime import icd_folders


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package, a loader of pyopencl's own, a process that has not looked yet."""
    driver = tmp_path / "libintelocl.so"
    monkeypatch.setattr(icd_folders, "_driver", lambda: driver)
    monkeypatch.setattr(icd_folders, "_has_own_loader", lambda: True)
    monkeypatch.setattr(icd_folders, "_looked", False)
    monkeypatch.setattr(icd_folders, "SYSTEM", tmp_path / "system")
    for name in icd_folders.CHOICES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "system").mkdir()
    return driver


def entries(folder: Path) -> dict[str, str]:
    """The drivers that a loader finds there."""
    return {entry.name: entry.read_text().strip() for entry in folder.glob("*.icd")}


def test_the_systems_drivers_stay(runtime: Path, tmp_path: Path) -> None:
    """Beside them lies one more, in a folder that is gone afterwards, as is the variable."""
    (tmp_path / "system" / "pocl.icd").write_text("libpocl.so.2\n")
    (tmp_path / "system" / "read.me").write_text("no driver\n")
    with icd_folders.shown():
        folder = Path(os.environ["OCL_ICD_VENDORS"])
        assert folder.parent == tmp_path
        assert entries(folder) == {"pocl.icd": "libpocl.so.2", "intel-opencl-rt.icd": str(runtime)}
    assert "OCL_ICD_VENDORS" not in os.environ
    assert not folder.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["system"]


def test_a_driver_that_the_system_knows_is_not_shown_twice(runtime: Path, tmp_path: Path) -> None:
    """Its path lies in the system's folder already; a broken entry there is no failure."""
    (tmp_path / "system" / "intel.icd").write_text(str(runtime))
    (tmp_path / "system" / "broken.icd").symlink_to(tmp_path / "nowhere")
    with icd_folders.shown():
        folder = Path(os.environ["OCL_ICD_VENDORS"])
        assert (folder / "intel.icd").read_text() == str(runtime)
        assert not (folder / "intel-opencl-rt.icd").exists()


def test_the_loader_looks_once(runtime: Path) -> None:
    """Later nothing is set, since it would not be read."""
    with icd_folders.shown():
        assert "OCL_ICD_VENDORS" in os.environ
    with icd_folders.shown():
        assert "OCL_ICD_VENDORS" not in os.environ


@pytest.mark.parametrize("name", icd_folders.CHOICES)
def test_a_choice_of_the_users_is_left_alone(
    runtime: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever variable says what drivers there are; an empty one says nothing."""
    monkeypatch.setenv(name, "/some/where")
    before = dict(os.environ)
    with icd_folders.shown():
        assert dict(os.environ) == before
    monkeypatch.setattr(icd_folders, "_looked", False)
    monkeypatch.setenv(name, "")
    with icd_folders.shown():
        assert Path(os.environ["OCL_ICD_VENDORS"]).is_dir()
    assert os.environ[name] == ""


def test_windows_takes_the_drivers_path(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its loader adds libraries of a variable to those of the system."""
    monkeypatch.setattr(icd_folders.sys, "platform", "win32")
    with icd_folders.shown():
        assert os.environ["OCL_ICD_FILENAMES"] == str(runtime)
        assert "OCL_ICD_VENDORS" not in os.environ
    assert "OCL_ICD_FILENAMES" not in os.environ


@pytest.mark.parametrize("missing", ["_driver", "_has_own_loader"])
def test_nothing_to_show(runtime: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No package, or a loader that knows other folders: the environment stays as it is."""
    monkeypatch.setattr(icd_folders, missing, lambda: None)
    before = dict(os.environ)
    with icd_folders.shown():
        assert dict(os.environ) == before


def test_no_room_for_a_folder(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the runtime is not shown, and all else is as it was."""
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null/nowhere")
    with icd_folders.shown():
        assert "OCL_ICD_VENDORS" not in os.environ
