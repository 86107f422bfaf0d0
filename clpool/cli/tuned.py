"""`clpool tuned`: lists, explains, forgets and exchanges records of tuned kernels."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from ..errors import ArgumentValueError
from ..runtime import record_folder, tuned
from ..runtime.record_folder import Folder
from ..tuning import key_of
from ..tuning.records import SCHEMA, Record
from .explain import explained

HELP = """\
Records say which kernel `clpool tune` found to be fastest, or that none beats the default one.
They lie in ~/.local/share/clpool/tuning, or in the folder that CLPOOL_TUNING names;
CLPOOL_TUNING=off leaves them unused, CLPOOL_TUNING=exact those that change bits of results.

examples:
  clpool tuned list
  clpool tuned explain "max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)"
  clpool tuned forget --family "max 3x3"
  clpool tuned export bundle records.json
  clpool tuned import records.json
"""

#: The forms that records are exported in; each writes records to a file.
FORMS: dict[str, Callable[[list[Record], Path], None]] = {}


def add_to(commands: Any) -> None:
    """Add the command to those of the command line."""
    parser = commands.add_parser("tuned", help="list or explain tuned kernels", epilog=HELP)
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    verb = verbs.add_parser("list", help="list the records")
    verb.set_defaults(run=_list)

    verb = verbs.add_parser("explain", help="say which kernel a call gets, and why")
    verb.add_argument("call", metavar="CALL", help="max_pool2d(float32[8, 3, 32, 32], 3), say")
    verb.add_argument("--device", type=_device, metavar="DEVICE", help="a number or part of a name")
    verb.set_defaults(run=lambda options: print(explained(options.call)))

    verb = verbs.add_parser("forget", help="remove the user's records")
    which = verb.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--device", dest="of_device", metavar="D", help="of devices whose name or key has this part"
    )
    which.add_argument(
        "--family", dest="of_family", metavar="LABEL", help="of families whose label has this part"
    )
    which.add_argument("--all", action="store_true", help="all of them")
    verb.set_defaults(run=_forget)

    verb = verbs.add_parser("export", help="write the user's records to a file")
    verb.add_argument("form", choices=tuple(FORMS), metavar="FORM", help=", ".join(FORMS))
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.set_defaults(run=_export)

    verb = verbs.add_parser("import", help="add the records of a bundle to the user's")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.set_defaults(run=_import)


def _device(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _user() -> Folder:
    """The folder of the user's records."""
    return Folder("user", tuned.user_folder())


def _list(options: argparse.Namespace) -> None:
    shown = False
    for store in (_user(), Folder("shipped", tuned.SHIPPED)):
        records = store.records()
        for device, group in groupby(records, key=lambda record: record.device):
            print("\n" * shown + f"{store.name}  {device}")
            _print_table([("family", "size", "shape", "gain", "winner"), *map(_row, group)])
            shown = True
    if not shown:
        print(f"no records in {tuned.user_folder()}")


def _row(record: Record) -> tuple[str, ...]:
    """The cells of a record in the list."""
    winner = "default stands" if record.winner is None else key_of(record.winner)
    shape = "x".join(map(str, record.shape))
    return record.family.label, str(record.size), shape, _gain(record.duel), winner


def _gain(duel: Any) -> str:
    """A ratio of times and its interval."""
    numbers = [duel.get(name) for name in ("ratio", "low", "high")]
    if not all(isinstance(number, (int, float)) for number in numbers):
        return ""
    return "{:.2f} [{:.2f}, {:.2f}]".format(*numbers)


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def _forget(options: argparse.Namespace) -> None:
    user = _user()
    records = user.records()
    chosen = list(_chosen(records, options))
    if not chosen and not options.all:
        part = options.of_device if options.of_family is None else options.of_family
        kind = "device" if options.of_family is None else "family"
        known = dict.fromkeys(
            str(record.device) if kind == "device" else record.family.label for record in records
        )
        there = "; ".join(known) or "none"
        raise ArgumentValueError(f"--{kind} {part!r} matches no record; there are: {there}")
    for record in chosen:
        record_folder.remove(user.path, record)
    print(f"{_counted(len(chosen))} of {user.path} forgotten")


def _chosen(records: Iterable[Record], options: argparse.Namespace) -> Iterator[Record]:
    """The records that options name."""
    for record in records:
        names = f"{record.device} {record.facts.get('name', '')}".lower()
        if options.of_device is not None:
            if options.of_device.lower() in names:
                yield record
        elif options.of_family is None or options.of_family.lower() in record.family.label.lower():
            yield record


def _export(options: argparse.Namespace) -> None:
    user = _user()
    records = user.records()
    if not records:
        raise ArgumentValueError(f"there are no records in {user.path} to export")
    FORMS[options.form](records, options.file)
    print(f"{_counted(len(records))} written to {options.file}")


def _write_bundle(records: list[Record], file: Path) -> None:
    """Write records to one JSON file, which `clpool tuned import` reads."""
    version = importlib.metadata.version("clpool")
    values = [record.to_json() for record in records]
    record_folder.write_json(file, {"bundle": SCHEMA, "clpool": version, "records": values})


FORMS["bundle"] = _write_bundle


def _import(options: argparse.Namespace) -> None:
    user, news, reasons = _user(), 0, []
    for number, value in enumerate(_bundled(options.file), 1):
        try:
            record = Record.from_json(value)
        except ArgumentValueError as error:
            reasons.append(f"record {number} is left out: {error}")
            continue
        own = user.read(record.device, record.family, record.size)
        if own is not None and own.date > record.date:
            reasons.append(f"record {number} is left out: the one in its place is newer")
            continue
        record_folder.write(user.path, record)
        news += 1
    print("\n".join([*reasons, f"{_counted(news)} added to {user.path}"]))


def _bundled(file: Path) -> list[Any]:
    """The records of a bundle, unchecked.

    Raises:
        ArgumentValueError: the file is no bundle of this version.
    """
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ArgumentValueError(f"{file} is no JSON file: {error}") from error
    bundle = found if isinstance(found, dict) else {}
    if bundle.get("bundle") != SCHEMA or not isinstance(bundle.get("records"), list):
        raise ArgumentValueError(f"{file} is no bundle of records as `clpool tuned export` writes")
    return list(bundle["records"])


def _counted(number: int) -> str:
    return f"{number} record{'s' * (number != 1)}"
