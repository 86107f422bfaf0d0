"""The kept table: what every kernel for a GPU cost when its numbers were last agreed on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

from .entries import Entry, Key, Table

#: Of the repository.
ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests/tools/gpu/kept.json"
#: What instructions may grow by and shares fall by, as a part of the kept numbers.
TOLERANCE = 0.02
_COLUMNS = [field.name for field in fields(Entry)]
#: What a kernel has none of, unless that is kept.
_ABSENT = {"spills": "bytes spilled", "scratch": "bytes of scratch", "diagnostics": "diagnostics"}


def read(path: Path = KEPT) -> Table:
    """The table of a file, an empty one where there is none.

    Raises:
        ValueError: the file has other columns.
    """
    if not path.exists():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["columns"] != ["card", "target", *_COLUMNS]:
        raise ValueError(f"{path} has the columns {data['columns']}; keep it anew without it")
    return {
        (case, card, target): Entry(*values)
        for case, rows in data["cases"].items()
        for card, target, *values in rows
    }


def write(table: Table, path: Path = KEPT) -> None:
    """The table into a file, a line for each entry."""
    cases: dict[str, list[str]] = {}
    for (case, *place), entry in table.items():
        cases.setdefault(case, []).append(json.dumps([*place, *astuple(entry)]))
    parts = [
        f"{json.dumps(case)}: [\n" + ",\n".join(lines) + "\n]" for case, lines in cases.items()
    ]
    columns = json.dumps(["card", "target", *_COLUMNS])
    text = f'{{"columns": {columns},\n"cases": {{\n' + ",\n".join(parts) + "\n}}\n"
    path.write_text(text, encoding="utf-8")


def worse(now: Entry, before: Entry | None, tolerance: float = TOLERANCE) -> Iterator[str]:
    """What is worse than before, in words; without a before what no kernel may have."""
    for name, words in _ABSENT.items():
        old, new = (getattr(entry, name, None) or 0 for entry in (before, now))
        if new > old:
            yield f"{words} {old} -> {new}"
    if before is None:
        if now.registers is None and now.error:
            yield f"it does not compile: {now.error}"
        return
    if now.registers is None and before.registers is not None:
        yield f"it does not compile any more: {now.error}"
    elif now.each is None and before.each is not None:
        yield f"instructions per output {before.each:g} -> unknown: {now.error}"
    if now.each and before.each and now.each > before.each * (1 + tolerance):
        yield f"instructions per output {before.each:g} -> {now.each:g}"
    if now.share is None or before.share is None:
        return
    if now.share < before.share * (1 - tolerance):
        limits = f"limit {before.limit} -> {now.limit}"
        yield f"share of a copy's speed {before.share:.1%} -> {now.share:.1%} ({limits})"


def complaints(found: Table, kept: Table) -> dict[Key, list[str]]:
    """What is worse than the kept table has it, of those entries that have any such thing."""
    each = {key: list(worse(entry, kept.get(key))) for key, entry in found.items()}
    return {key: texts for key, texts in each.items() if texts}
