"""`clpool tuned export` and `import`: records for other users, and for other tools."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import ArgumentValueError
from ..runtime.record_folder import Folder, write, write_json
from ..tuner import exports
from ..tuning.records import SCHEMA, Record


def _write_bundle(records: Sequence[Record], file: Path) -> None:
    """Write records to one JSON file, which `clpool tuned import` reads."""
    version = importlib.metadata.version("clpool")
    values = [record.to_json() for record in records]
    write_json(file, {"bundle": SCHEMA, "clpool": version, "records": values})


def _write_t4(records: Sequence[Record], file: Path) -> None:
    """Write a T4 file of results."""
    write_json(file, exports.t4([record.to_json() for record in records]))


def _write_caches(records: Sequence[Record], folder: Path) -> None:
    """Write a cache of Kernel Tuner for each record into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        name = f"{record.device},{record.family.folder},{record.size}.json"
        write_json(folder / name, exports.cache(record.to_json()))


#: The forms that records are exported in; each writes records to a file, or into a folder.
FORMS: dict[str, Callable[[Sequence[Record], Path], None]] = {
    "bundle": _write_bundle,
    "t4": _write_t4,
    "kernel_tuner": _write_caches,
}


def export(user: Folder, form: str, file: Path) -> str:
    """Write the records of a folder; says so.

    Raises:
        ArgumentValueError: there are none.
    """
    records = user.records()
    if not records:
        raise ArgumentValueError(f"there are no records in {user.path} to export")
    FORMS[form](records, file)
    return f"{counted(len(records))} written to {file}"


def add_bundle(user: Folder, file: Path) -> Iterator[str]:
    """Add the records of a bundle to a folder; says which are left out, and what was added.

    Raises:
        ArgumentValueError: the file is no bundle of this version, or none of its records is added.
    """
    news = 0
    for number, value in enumerate(_bundled(file), 1):
        try:
            record = Record.from_json(value)
        except ArgumentValueError as error:
            yield f"record {number} is left out: {error}"
            continue
        own = user.read(record.device, record.family, record.size)
        if own is not None and own.date > record.date:
            yield f"record {number} is left out: the one in its place is newer"
            continue
        write(user.path, record)
        news += 1
    if not news:
        raise ArgumentValueError(f"{file} has no record that could be added to {user.path}")
    yield f"{counted(news)} added to {user.path}"


def _bundled(file: Path) -> list[Any]:
    """The records of a bundle, unchecked."""
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ArgumentValueError(f"{file} is no JSON file: {error}") from error
    bundle = found if isinstance(found, dict) else {}
    if bundle.get("bundle") != SCHEMA or not isinstance(bundle.get("records"), list):
        raise ArgumentValueError(f"{file} is no bundle of records as `clpool tuned export` writes")
    return list(bundle["records"])


def counted(number: int, noun: str = "record") -> str:
    """A number of things, in words.

    Example:
        >>> counted(1), counted(2, "draft")
        ('1 record', '2 drafts')
    """
    return f"{number} {noun}{'s' * (number != 1)}"
