"""What a record of a GPU says: its device, and the model beside what was measured there.

``python -m clpool.tools.gpu.record`` with one of these, as ``tools/gpu_record.sh`` calls it::

    facts                           the default device, line by line
    card                            its name in cards.json, if it is there
    folder                          where its record of today goes
    compare bench.json model.json   a table
"""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from .devices import CARDS

#: A share that was measured may be below the model's by so much, or is to be explained.
NEAR = 0.10


def facts() -> str:
    """The traits of the default device, and all devices there are."""
    import clpool
    from clpool.runtime.traits import traits_of

    traits = traits_of(clpool.default_device())
    lines = [f"{part.name:20} {getattr(traits, part.name)}" for part in fields(traits) if part.repr]
    lines += [f"{'shares_host_memory':20} {traits.shares_host_memory()}", ""]
    lines += [
        f"{info.number} {'*' if info.default else ' '} {info.name} ({info.platform}, {info.driver})"
        for info in clpool.devices()
    ]
    return "\n".join(lines)


def card_of(name: str, board: str = "") -> str:
    """The card that a device is by its names, the one of the longest name; empty if none is known.

    Example:
        >>> card_of("NVIDIA H200"), card_of("gfx1031", "AMD Radeon RX 6700"), card_of("pthread")
        ('H200', 'RX 6700', '')
    """
    named = [known for known in CARDS if known in f"{name} {board}"]
    exact = [known for known, card in CARDS.items() if card.traits.name == name]
    return max(named or exact, key=len, default="")


def folder_of(name: str, day: datetime.date) -> Path:
    """The folder of a device's record.

    Example:
        >>> folder_of("NVIDIA H200 (SXM)", datetime.date(2026, 12, 1)).as_posix()
        'docs/benchmarks/2026-12-01-nvidia-h200-sxm'
    """
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
    return Path("docs/benchmarks") / f"{day.isoformat()}-{slug}"


def compared(bench: dict[str, Any], model: dict[str, Any]) -> str:
    """A table in Markdown: shares of a copy's speed, measured and by the model, case by case.

    A share that is further below the model's than :data:`NEAR` is marked.
    """
    predicted = {case["case"]: case for case in model.get("cases", [])}
    lines = ["| case | measured | model | limit | of PyTorch's time |", "|---|--:|--:|---|--:|"]
    for case in bench["cases"]:
        medians: dict[str, float] = {}
        for timing in case["timings"]:
            library = timing["library"]
            medians[library] = min(timing["median"], medians.get(library, timing["median"]))
        own, copy = medians.get("clpool"), medians.get("copy")
        if own is None or copy is None:
            lines.append(
                f"| {case['name']} | none: {case.get('wrong') or case.get('absent')} | | | |"
            )
            continue
        share, known = copy / own, predicted.get(case["name"])
        told, limit, mark = "", "", ""
        if known is not None:
            told, limit = f"{known['share']:.0%}", known["limit"]
            limit += "?" * (known["instructions"] is None)
            mark = " (!)" * (share < known["share"] - NEAR)
        torch = f"{own / medians['torch']:.2f}" if "torch" in medians else ""
        lines.append(f"| {case['name']} | {share:.0%}{mark} | {told} | {limit} | {torch} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is asked for, and return the exit status."""
    what, *paths = sys.argv[1:] if arguments is None else arguments
    if what == "compare":
        records = [
            json.loads(Path(path).read_text(encoding="utf-8")) if Path(path).is_file() else {}
            for path in paths
        ]
        bench, model = records
        print(compared(bench or {"cases": []}, model))
        return 0
    import clpool
    from clpool.runtime.capabilities import board_name

    unit = clpool.default_device()
    board = board_name(unit)
    if what == "facts":
        print(facts())
    elif what == "card":
        print(card_of(unit.name.strip(), board))
    elif what == "folder":
        print(folder_of(board or unit.name.strip(), datetime.date.today()))
    else:
        sys.exit(f"{what} is none of facts, card, folder, compare")
    return 0


if __name__ == "__main__":
    sys.exit(main())
