"""Folders of records: read as far as they are asked for, written atomically.

A record lies in ``<device>/<family>/<size>.json``.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import ArgumentValueError
from ..tuning.keys import DeviceKey, Family, SizeClass
from ..tuning.records import Record

log = logging.getLogger("clpool")

_SUFFIX = ".json"
#: What is added to the name of a file that is no record, and what begins that of a draft.
ASIDE, DRAFT = ".aside", ".draft-"

_warned = False


class Folder:
    """A folder of records, of which files are listed at most once and read when asked for.

    Args:
        name: for people.
        path: the folder, which need not exist.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path
        self._devices: list[DeviceKey] | None = None

    def devices(self) -> list[DeviceKey]:
        """The devices that it has folders of."""
        if self._devices is None:
            self._devices = _parsed(_names(self.path), DeviceKey.parse)
        return self._devices

    def sizes(self, device: DeviceKey, family: Family) -> list[SizeClass]:
        """The sizes of a family on a device that it has files of."""
        names = _names(self.path / str(device) / family.folder)
        stems = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
        return _parsed(stems, SizeClass.parse)

    def read(self, device: DeviceKey, family: Family, size: SizeClass) -> Record | None:
        """A record; None where it cannot be read or is of no use."""
        return self._read(self.path / str(device) / family.folder / f"{size}{_SUFFIX}")

    def at(self, path: tuple[str, ...]) -> Record | None:
        """The record at a path that :attr:`Record.path` was; None as :meth:`read`."""
        return self._read(self.path.joinpath(*path))

    def records(self) -> list[Record]:
        """All records, by device, family and size."""
        paths = files(self.path)
        return [record for path in paths if (record := self._read(path)) is not None]

    def _read(self, path: Path) -> Record | None:
        """The record of a file; a file that is none is set aside."""
        try:
            record = Record.from_json(json.loads(path.read_bytes()))
            if record.path != path.parts[-3:]:
                raise ArgumentValueError(f"it is the record of {'/'.join(record.path)}")
        except FileNotFoundError:
            return None
        except OSError as error:
            log.debug("%s cannot be read: %s", path, error)
            return None
        except (ValueError, RecursionError) as error:
            _set_aside(path, error)
            return None
        return record


def write(root: Path, record: Record) -> Path:
    """Write a record into a folder: readers see all of it, or the one before.

    Raises:
        OSError: it cannot be written.
    """
    path = root.joinpath(*record.path)
    write_json(path, record.to_json())
    return path


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write values to a JSON file, a line each: readers see all of it, or the file before.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{DRAFT}{os.getpid()}-{threading.get_ident()}-{path.name}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)  # less the umask
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            lines = (f"{json.dumps(name)}: {json.dumps(one)}" for name, one in value.items())
            file.write("{\n" + ",\n".join(lines) + "\n}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


def files(root: Path, before: str = "", behind: str = "") -> list[Path]:
    """The files in a folder whose names are those of records, sorted.

    Args:
        before: what begins a name, :data:`DRAFT`; ``behind``, what ends it, :data:`ASIDE`.
    """
    found = []
    for path in sorted(root.glob(f"*/*/{before}*{_SUFFIX}{behind}")):
        stem = path.name.removesuffix(f"{_SUFFIX}{behind}")
        size = stem.split("-", 3)[-1] if before else stem  # behind the process and the thread
        if _parsed([path.parts[-3]], DeviceKey.parse) and _parsed([size], SizeClass.parse):
            found.append(path)
    return found


def remove(root: Path, path: Path) -> None:
    """Remove a file inside a folder, and the folders inside that it leaves empty.

    Raises:
        OSError: it cannot be removed.
    """
    path.unlink(missing_ok=True)
    with suppress(OSError):  # not empty
        for folder in path.relative_to(root).parents[:-1]:
            root.joinpath(folder).rmdir()


def _set_aside(path: Path, error: Exception) -> None:
    """Rename a file that is no record; the first of a process is told of."""
    global _warned
    with suppress(OSError):  # a folder that cannot be written, or another process was first
        os.replace(path, f"{path}{ASIDE}")
    level = logging.DEBUG if _warned else logging.WARNING
    _warned = True
    log.log(level, "%s is no record of this version and set aside: %s", path, error)


def _names(folder: Path) -> list[str]:
    """The names in a folder, sorted; none where there is no folder."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _parsed(names: list[str], parse: Any) -> list[Any]:
    """What names mean, of those that mean anything."""
    found = []
    for name in names:
        with suppress(ArgumentValueError):
            found.append(parse(name))
    return found
