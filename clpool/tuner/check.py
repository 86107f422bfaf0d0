"""Whether the winners of records still beat the default kernel, in a process of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ..tuning import key_of
from ..tuning.keys import Family
from ..tuning.records import Record
from .judge import Duel, pairs_of
from .workers import CallError, Opening, Workers

#: Pairs of a duel, and the bound of the ratio below which a winner is slower.
PAIRS, SLOWER = 32, 0.98
#: Seconds that the pairs of a record may take.
LIMIT = 120.0


class Checked(NamedTuple):
    """A record that was checked.

    Args:
        record: as it is to be kept: the winner is dropped where it is slower.
        ratio, low, high: of the duel; None, where there was none.
        words: what was found: "default", where there is no winner; "stands", if it is faster;
            "slower"; "not confirmed", if it is neither; the state of a winner that failed;
            "unused", where the call is refused, or of another family today.
    """

    record: Record
    ratio: float | None
    low: float | None
    high: float | None
    words: str


def checked(record: Record, workers: Workers, alpha: float = 0.05) -> Checked:
    """Time a record's winner beside the default kernel, in a new process.

    Raises:
        DeviceError: no process can use the device.
    """
    if record.winner is None:
        return Checked(record, None, None, None, "default")
    opening, new = Opening(record.call, record.part), workers.count
    workers.renew(opening)
    try:
        family = workers.open(opening, new)["family"]
    except CallError:
        return Checked(record, None, None, None, "unused")
    if Family.of(family["label"], family["facts"]).digest != record.family.digest:
        return Checked(record, None, None, None, "unused")
    duel = Duel(key_of({}), key_of(record.winner))
    choices = {duel.default: {}, duel.candidate: dict(record.winner)}
    order = pairs_of(duel.default, duel.candidate, PAIRS)
    request = {"do": "time", "order": [choices[key] for key in order]}
    verify = {"do": "verify", "choice": dict(record.winner)}
    verified = workers.ask(opening, verify, LIMIT, new)
    answer = workers.ask(opening, request, LIMIT, new)
    if verified["state"] != "correct" or answer["state"] != "timed":
        state = verified["state"] if verified["state"] != "correct" else answer["state"]
        return Checked(_without_winner(record, state), None, None, None, state)
    duel.add(answer["seconds"])
    low, high = duel.bounds(alpha)
    if high < SLOWER:
        return Checked(_without_winner(record, "slower"), duel.ratio, low, high, "slower")
    return Checked(record, duel.ratio, low, high, "stands" if low > 1 else "not confirmed")


def _without_winner(record: Record, reason: str) -> Record:
    """The record with the default kernel in place of its winner."""
    return replace(record, winner=None, bits="same", duel={**record.duel, "reason": reason})
