"""`clpool tuned`: lists, explains, checks and forgets records of tuned kernels."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from ..errors import ArgumentValueError
from ..runtime import record_folder, tuned
from ..runtime.record_folder import Folder
from ..tuner.check import Checked, checked
from ..tuner.derive import derive
from ..tuner.leftovers import leftovers
from ..tuner.lock import measuring
from ..tuner.start import starter
from ..tuner.workers import Workers
from ..tuning import key_of
from ..tuning.keys import DeviceKey
from ..tuning.records import Record
from ..worker.standard import calls_of
from .device_option import add_device
from .exchange import FORMS, add_bundle, counted, export
from .explain import explained
from .progress import waiting

HELP = """\
Records say which kernel `clpool tune` found to be fastest, or that none beats the default one.
They lie in ~/.local/share/clpool/tuning, or in the folder that CLPOOL_TUNING names;
CLPOOL_TUNING=off leaves them unused, CLPOOL_TUNING=exact those that change bits of results.

examples:
  clpool tuned list
  clpool tuned explain "max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)"
  clpool tuned explain "5x5"
  clpool tuned forget --family "max 3x3"
  clpool tuned export bundle records.json
  clpool tuned import records.json
  clpool tuned check
"""

HELP_DERIVE = """\
The efficiency of a choice is its speed over that of the fastest candidate of a record, 0 where it
failed or was not tried. A line has, for a class of devices and a kind of families, the choice whose
least efficiency over their records is the highest, and the default kernel's least efficiency. The
choice is the default kernel unless another's is more than 2 % higher.
"""


def add_to(commands: Any) -> None:
    """Add the command to those of the command line."""
    parser = commands.add_parser("tuned", help="list or explain tuned kernels", epilog=HELP)
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    verb = verbs.add_parser("list", help="list the records")
    verb.set_defaults(run=_list)

    verb = verbs.add_parser("explain", help="say which kernel a call gets, and why")
    verb.add_argument("calls", nargs="+", metavar="CALL", help="a call, or a part of a name")
    add_device(verb)
    verb.set_defaults(run=_explain)

    verb = verbs.add_parser("forget", help="remove the user's records")
    which = verb.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--device", dest="of_device", metavar="D", help="of devices whose name or key has this part"
    )
    which.add_argument(
        "--family", dest="of_family", metavar="LABEL", help="of families whose label has this part"
    )
    which.add_argument("--all", action="store_true", help="all, and what else tuning left there")
    verb.set_defaults(run=_forget)

    verb = verbs.add_parser("export", help="write the user's records to a file")
    verb.add_argument("form", choices=tuple(FORMS), metavar="FORM", help=", ".join(FORMS))
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.set_defaults(run=lambda options: print(export(_user(), options.form, options.file)))

    verb = verbs.add_parser("import", help="add the records of a bundle to the user's")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.set_defaults(run=_import)

    verb = verbs.add_parser("check", help="time winners beside the default kernel, once more")
    add_device(verb, "wanted")
    verb.set_defaults(run=_check)

    verb = verbs.add_parser(
        "derive", help="say which choice serves all records of a class best", epilog=HELP_DERIVE
    )
    verb.set_defaults(run=_derive)


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


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def _explain(options: argparse.Namespace) -> None:
    calls = [call for text in options.calls for call in calls_of(text)]
    for number, call in enumerate(calls):
        print("\n" * (number > 0) + explained(call))


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
    gone = {"record": [user.path.joinpath(*record.path) for record in chosen]}
    if options.all:
        gone |= leftovers(user.path)
    for path in chain.from_iterable(gone.values()):
        record_folder.remove(user.path, path)
    words = [counted(len(paths), noun) for noun, paths in gone.items() if paths]
    print(f"{', '.join(words) or counted(0)} of {user.path} forgotten")


def _chosen(records: Iterable[Record], options: argparse.Namespace) -> Iterator[Record]:
    """The records that options name."""
    for record in records:
        names = f"{record.device} {record.facts.get('name', '')}".lower()
        if options.of_device is not None:
            if options.of_device.lower() in names:
                yield record
        elif options.of_family is None or options.of_family.lower() in record.family.label.lower():
            yield record


def _import(options: argparse.Namespace) -> None:
    for line in add_bundle(_user(), options.file):
        print(line)


def _check(options: argparse.Namespace) -> None:
    """Time every winner of this device beside the default kernel."""
    user = _user()
    with closing(Workers(starter(options.wanted))) as workers:
        own = DeviceKey(*workers.device()["key"])
        records = [record for record in user.records() if record.device == own]
        if not records:
            print(f"no records of {own} in {user.path}")
        with measuring(math.inf, waiting=waiting):
            for record in records:
                found = checked(record, workers)
                if found.record != record:
                    record_folder.write(user.path, found.record)
                print(_checked_line(found))


def _checked_line(found: Checked) -> str:
    """What was found out about a record."""
    numbers = {"ratio": found.ratio, "low": found.low, "high": found.high}
    winner = key_of(found.record.winner or {})
    words = {
        "default": "the default kernel",
        "stands": f"stands: {winner}",
        "not confirmed": f"not confirmed, neither faster nor slower: {winner} stays",
        "slower": "slower than the default kernel, which takes its place",
        "unused": f"its call is refused, or of another family today: {found.record.call}",
    }.get(found.words, f"{found.words}: the default kernel takes its place")
    return f"  {found.record.family.label:<64} {_gain(numbers):<20}{words}"


def _derive(options: argparse.Namespace) -> None:
    """Say which choice serves all records of a class of devices and a kind of families."""
    stores = (_user(), Folder("shipped", tuned.SHIPPED))
    records = [record.to_json() for store in stores for record in store.records()]
    rows: list[tuple[str, ...]] = [
        ("device class", "family kind", "records", "least efficiency", "default's least", "choice")
    ]
    for (devices, families), found in derive(records).items():
        worst, default = f"{found.worst:.2f}", f"{found.default_worst:.2f}"
        choice = key_of(found.choice) if found.choice else "default"
        rows.append((devices, families, str(found.records), worst, default, choice))
    _print_table(rows)
