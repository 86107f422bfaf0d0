"""Makes the OpenCL loader find Intel's CPU runtime of the Python package intel-opencl-rt.

The package's .icd file holds a placeholder instead of the driver's path. While the loader inside
pyopencl searches drivers, once in a process, an environment variable names a temporary folder with
a correct .icd file and links to the system's. Windows loaders take the driver's path itself. A
user's own setting of these variables is left alone.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import metadata, util
from pathlib import Path

log = logging.getLogger("clpool")

#: The package, and the names of its driver on Linux and on Windows.
PACKAGE, DRIVERS = "intel-opencl-rt", ("libintelocl.so", "intelocl64.dll")
#: The loader's default folder.
SYSTEM = Path("/etc/OpenCL/vendors")
#: The variables by which users choose drivers.
CHOICES = ("OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH", "OCL_ICD_FILENAMES")

_lock = threading.Lock()
_looked = False


@contextmanager
def shown() -> Iterator[None]:
    """Within this context, entered first in a process, the loader finds Intel's runtime.

    It must be the first use of OpenCL in the process: the loader searches once.
    """
    global _looked
    with _lock, ExitStack() as stack:
        first, _looked = not _looked, True
        if first and not any(map(os.environ.get, CHOICES)) and _has_own_loader():
            try:
                _show(stack)
            except OSError as error:  # no folder for temporary files
                log.debug("the package %s is not shown: %s", PACKAGE, error)
        yield


def _show(stack: ExitStack) -> None:
    """Set the variable that names the driver, until the stack is closed."""
    driver = _driver()
    if driver is None:
        return
    name, value = "OCL_ICD_FILENAMES", str(driver)
    if sys.platform != "win32":
        folder = tempfile.TemporaryDirectory(prefix="clpool-vendors-", ignore_cleanup_errors=True)
        name, value = "OCL_ICD_VENDORS", stack.enter_context(folder)
        fill(Path(value), driver, SYSTEM)
    stack.callback(_reset, name, os.environ.get(name))
    os.environ[name] = value


def _reset(name: str, value: str | None) -> None:
    """Restore a variable."""
    os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value


def fill(folder: Path, driver: Path, system: Path) -> None:
    """Fill a folder with links to the system's entries, and an entry for a driver it lacks.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     fill(Path(folder), Path("/lib/driver.so"), Path("nowhere"))
        ...     (Path(folder) / "intel-opencl-rt.icd").read_text().strip()
        '/lib/driver.so'
    """
    known = False
    for entry in system.glob("*.icd"):
        (folder / entry.name).symlink_to(entry.absolute())
        try:
            known |= entry.read_text().strip() == str(driver)
        except (OSError, ValueError) as error:
            log.debug("%s cannot be read: %s", entry, error)
    if not known:
        (folder / f"{PACKAGE}.icd").write_text(f"{driver}\n")


def _driver() -> Path | None:
    """The driver of the installed package; None without one."""
    try:
        files = metadata.files(PACKAGE) or ()
    except metadata.PackageNotFoundError:
        return None
    found = (Path(str(file.locate())).resolve() for file in files if file.name in DRIVERS)
    return next(filter(Path.is_file, found), None)


def _has_own_loader() -> bool:
    """Whether pyopencl's package contains the loader; the system's may search other folders."""
    spec = util.find_spec("pyopencl")
    inside = [Path(path) for path in (spec and spec.submodule_search_locations) or ()]
    folders = [path for root in inside for path in (root / ".libs", root.parent / "pyopencl.libs")]
    return any("opencl" in file.name.lower() for path in folders for file in path.glob("*"))
