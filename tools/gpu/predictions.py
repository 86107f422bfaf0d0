"""The model's shares beside those that a benchmark measured on a card.

``python -m clpool.tools.gpu.predictions out/bench.json`` prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..bench.record import Outcome
from . import kept
from .devices import CARDS

#: What a measured share may lie below the predicted one without a word, as a part of the copy.
DISTANCE = 0.10


def card_of(device: str) -> str | None:
    """The described card that a device's name tells of, the longest name of several.

    Example:
        >>> card_of("NVIDIA H200")
        'H200'
    """
    found = [name for name in CARDS if name.lower() in device.lower()]
    return max(found, key=len) if found else None


def table(outcomes: Sequence[Outcome], card: str | None) -> Iterator[str]:
    """The lines of a table: the copy's time over clpool's, as predicted and as measured."""
    predicted = {name: entry for (name, own, _), entry in kept.read().items() if own == card}
    yield "| case | predicted | limit | measured | copy GB/s | the fastest rival, times |"
    yield "|---|--:|---|--:|--:|---|"
    for outcome in outcomes:
        best = outcome.libraries()
        own = best.pop("clpool", None)
        entry = predicted.get(outcome.name)
        share = entry.share if entry else None
        found = outcome.floor.median / own.median if own else None
        far = share is not None and found is not None and found < share - DISTANCE
        rival = min(best.values(), key=lambda timing: timing.median, default=None)
        cells = [
            outcome.name,
            f"{share:.0%}" if share is not None else "-",
            entry.limit if entry else "",
            f"{found:.0%}{' (below)' if far else ''}" if found is not None else "failed",
            f"{outcome.rate(outcome.floor):.0f}",
            f"{rival.name} {rival.median / own.median:.2f}" if rival and own else "-",
        ]
        yield f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of a benchmark's record."""
    parser = argparse.ArgumentParser(prog="python -m clpool.tools.gpu.predictions")
    parser.add_argument("record", type=Path, help="what the benchmark wrote with --json")
    parser.add_argument("--card", choices=list(CARDS), help="the card; by the device's name")
    options = parser.parse_args(arguments)
    record = json.loads(options.record.read_text(encoding="utf-8"))
    about = record["about"]
    card = options.card or card_of(about["device"])
    print(f"# {about['device']}, {about['date'][:10]}\n")
    print(f"Driver {about['driver']}, commit {about['commit']}. Times are ratios of medians.")
    print(f"Predictions: {card or 'none, since no card of this name is described'}.\n")
    for line in table([Outcome.from_dict(case) for case in record["cases"]], card):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
