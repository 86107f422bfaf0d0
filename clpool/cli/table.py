"""The table of `clpool tune`: a heading for each call, a row for each kernel of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from ..tuner.outcome import Outcome
from ..tuning import NEVER
from ..worker.call import Call
from ..worker.standard import STANDARD

#: The columns of a line, and of a row before the family.
WIDTH, FRONT = 100, 60
HEADER = (
    f"{'kernels':>7}{'launches':>9}{'bad':>4}{'default':>10}{'best':>10}"
    f"  {'gain':<17} family: decision"
)


class Headings:
    """Headings of calls, numbered in their order."""

    def __init__(self, calls: Sequence[str]) -> None:
        self._names = {str(Call.parse(text)): name for name, text in STANDARD.items()}
        self._numbers = {call: number for number, call in enumerate(calls, 1)}
        self._last = ""

    def before(self, call: str) -> str:
        """The heading of a call and its newline; nothing where it is the last one's."""
        if call == self._last:
            return ""
        self._last = call
        place = f"{self._numbers[call]}/{len(self._numbers)}  "
        case = f"{self._names[call]}: " if call in self._names else ""
        indent = " " * len(place)
        return textwrap.fill(place + case + call, WIDTH, subsequent_indent=indent) + "\n"


def row(outcome: Outcome) -> str:
    """The row of an outcome; a long family or decision goes on in its column."""
    record = outcome.record
    kernels = len({each.get("kernel") for each in record.all})
    bad = sum(record.failed.values())
    line = f"{kernels:>7}{record.tried:>9}{bad:>4}"
    line += "".join(f"{_ms(record.times.get(name)):>10}" for name in ("default_ms", "winner_ms"))
    duel = record.duel
    gain = (
        f"{duel['ratio']:.2f} [{_bound(duel['low'])}, {_bound(duel['high'])}]"
        if "ratio" in duel
        else ""
    )
    words = f"{record.family.label}: {decision(outcome)}"
    return textwrap.fill(
        words, WIDTH, initial_indent=f"{line}  {gain:<17} ", subsequent_indent=" " * FRONT
    )


def decision(outcome: Outcome) -> str:
    """What was decided, in words."""
    record = outcome.record
    if outcome.status == "failed":
        state = next(iter(record.all), {}).get("state")
        return f"failed: the default kernel: {state}"
    if outcome.status == "no time":
        return "no time: run it again to go on"
    words = "default stands" if len(record.all) != 1 else "nothing to choose"
    if record.winner is not None:
        words = told(record.winner)
    notes = ["noisy"] * bool(record.duel.get("noisy"))
    notes += [record.duel["reason"]] * (record.duel.get("reason") == "not confirmed")
    words += f" ({', '.join(notes)})" if notes else ""
    return words + (", kept from before" if outcome.status == "kept" else "")


def told(choice: Mapping[str, Any]) -> str:
    """A choice for people.

    Example:
        >>> told({"width": 8, "source.stream_bytes": NEVER}), told({})
        ('width 8, source.stream_bytes never', 'default')
    """
    named = choice.items()
    words = (f"{name} {'never' if value == NEVER else value}" for name, value in named)
    return ", ".join(words) or "default"


def _bound(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _ms(value: Any) -> str:
    return "" if value is None else f"{value:.3g} ms"
