"""The gate: what changed of the kernels for GPUs costs no more than the kept table says.

Every case is scheduled and rendered for every card; where source and launch are the kept ones, so
is all that follows from them. The others are compiled, executed and traced anew.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from . import kept, pages
from .cases import CASES, Case
from .entries import Key, Table, digests, wanted
from .survey import survey
from .toolchain import Toolchain

#: Counted at each run: the compilers and the model say what they said when it was kept.
CONTROL = "A max 3x3 s2 p1"
#: Seconds after which no case is begun.
SECONDS = 420
KEEP = "python -m clpool.tools.gpu gate --keep"


@dataclass(frozen=True)
class Found:
    """What a run of the gate has found.

    Args:
        table: the entries that were counted.
        complaints: what is worse, in words.
        left: keys that no time was left for.
        gone: keys of the kept table that no case has any more.
    """

    table: Table
    complaints: dict[Key, list[str]]
    left: list[Key]
    gone: list[Key]

    @property
    def failed(self) -> bool:
        """Whether something is worse, or not known: a kernel that nobody looked at may be worse."""
        return bool(self.complaints or self.left)


def look(
    cases: list[Case], before: Table, tools: Toolchain, seconds: float, everything: bool = False
) -> Found:
    """Count what is not as kept, and compare."""
    names = {case.name for case in cases}
    there = digests(cases)
    anew = names if everything else {CONTROL}
    todo = wanted(cases, there, before, anew)
    known = {key for key in before if key[0] in names}
    count = sum(map(len, todo.values()))
    print(f"{len(there)} entries, {len(known)} kept; counted are {count}, of {len(todo)} cases")
    found, left = survey(todo, tools, seconds)
    return Found(found, kept.complaints(found, before), left, sorted(known - there.keys()))


def named(key: Key) -> str:
    """A key in words."""
    case, card, target = key
    return f"{case}, {card} ({target})" if target else f"{case}, {card}"


def tell(found: Found, before: Table) -> None:
    """Print what is worse, what is better, what is new, and what was not looked at."""
    for key, texts in found.complaints.items():
        print(f"WORSE  {named(key)}: {'; '.join(texts)}")
    new = [key for key in found.table if key not in before]
    better = kept.complaints({k: before[k] for k in found.table if k in before}, found.table)
    for key, texts in better.items():
        if key not in found.complaints:
            print(f"better {named(key)}: now -> before: {'; '.join(texts)}")
    if new:
        print(f"new, in no table: {len(new)}, the first {named(new[0])}")
    for key in found.left:
        print(f"NOT LOOKED AT  {named(key)}")


def run(options: argparse.Namespace, cases: list[Case], tools: Toolchain) -> int:
    """Run the gate; the exit status is 1 where something is worse or was not looked at."""
    before = kept.read(options.kept)
    found = look(cases, before, tools, options.seconds, options.all)
    tell(found, before)
    if options.keep:
        table = {**before, **found.table}
        order = {case.name: n for n, case in enumerate(CASES)}
        table = {k: table[k] for k in sorted(table, key=lambda k: order.get(k[0], -1))}
        table = {k: entry for k, entry in table.items() if k not in found.gone and k[0] in order}
        kept.write(table, options.kept)
        pages.write(table)
        print(f"kept  {options.kept}")
        return int(bool(found.left))
    if found.complaints:
        print(f"{len(found.complaints)} entries are worse. Where that is the price of something:")
        print(f"`{KEEP}`, and a commit that says of what")
    if found.left:
        print(f"{len(found.left)} entries were not looked at within {options.seconds:g} s:")
        print(f"`{KEEP} --seconds 3600`, and commit the table")
    if not found.failed:
        same = all(entry == before.get(key) for key, entry in found.table.items())
        print("nothing is worse" + ("" if same else f"; `{KEEP}` keeps the new numbers"))
    return int(found.failed)


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("--cases", nargs="+", default=[], metavar="WORD", help="only such cases")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="no case begins after so many (%(default)s)"
    )
    parser.add_argument("--all", action="store_true", help="count everything anew")
    parser.add_argument("--keep", action="store_true", help="keep the new numbers")
    parser.add_argument("--kept", type=Path, default=kept.KEPT, help="the table (%(default)s)")
