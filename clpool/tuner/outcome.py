"""The record of a decision, and its line in the table of a run."""

from __future__ import annotations

import importlib.metadata
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..tuning.keys import DeviceKey, Family, SizeClass
from ..tuning.records import Record
from .evaluation import Contender, Evaluation
from .journal import Answer
from .tournament import Decision

#: States of a candidate whose results are not what they must be.
WRONG = ("wrong", "canary")


@dataclass(frozen=True)
class Outcome:
    """What a run found out about one part of a call.

    Args:
        record: written, or the one that was there.
        status: "tuned", "default" or "kept" (there was a record); of records that are not written
            "no time", where nothing was found, but not all was tried, and "failed", where the
            default kernel itself could not be timed.
        builds: programs that were compiled.
        wrong: answers of kernels whose results were wrong, by the text of their choice.
        seconds: that it took.
        call: that was asked for; the record may be of another one of its family and size.
        fault: why the record was not written.
    """

    record: Record
    status: str
    builds: int = 0
    wrong: Mapping[str, Answer] | None = None
    seconds: float = 0.0
    call: str = ""
    fault: OSError | None = None

    @property
    def is_decided(self) -> bool:
        """Whether it has a record, be it written or not."""
        return self.status in ("tuned", "default", "kept")


def record_of(
    opened: Answer,
    device: Mapping[str, Any],
    evaluation: Evaluation,
    decision: Decision,
    copies: Sequence[float],
) -> Record:
    """The record of what a tournament decided.

    Args:
        opened: a worker's answer when it opened the call.
        device: as a worker describes it.
    """
    contenders = {one.key: one for one in evaluation.contenders}
    winner = contenders[decision.winner] if decision.winner else None
    default = evaluation.contenders[0]
    everyone = [_candidate(evaluation, one, decision) for one in evaluation.contenders]
    states = Counter(each["state"] for each in everyone)
    seconds = decision.default_seconds or decision.seconds.get(default.key)
    times = {"default_ms": seconds, "copy_ms": _median(copies)}
    if winner and seconds:
        times["winner_ms"] = seconds / decision.ratio
    return Record(
        device=DeviceKey(*device["key"]),
        family=Family.of(opened["family"]["label"], opened["family"]["facts"]),
        size=SizeClass(*opened["size"]),
        winner=winner.choice if winner else None,
        bits=_bits(evaluation, winner),
        shape=tuple(opened["shape"]),
        call=evaluation.opening.call,
        part=evaluation.opening.part,
        facts={name: device[name] for name in ("name", "platform", "version", "cache")},
        duel=_duel(decision),
        times={n: None if s is None else round(1e3 * s, 6) for n, s in times.items()},
        tried=sum(1 for each in everyone if each["state"] != "untried"),
        failed={s: n for s, n in states.items() if s not in ("correct", "untried")},
        all=tuple(everyone),
        clpool=importlib.metadata.version("clpool"),
        date=datetime.now(timezone.utc).isoformat(timespec="seconds"),
    )


def _duel(decision: Decision) -> dict[str, Any]:
    """The duel of a decision, in numbers that JSON has."""
    found: dict[str, Any] = {"reason": decision.reason, "noisy": decision.noisy}
    if decision.best is None:
        return found
    numbers = {
        "ratio": decision.ratio,
        "low": decision.low,
        "high": decision.high,
        "control": decision.control,
        "confirmed": decision.confirmed,
    }
    found |= {name: _rounded(value) for name, value in numbers.items()}
    return {**found, "pairs": decision.pairs, "choice": decision.best}


def _candidate(evaluation: Evaluation, one: Contender, decision: Decision) -> dict[str, Any]:
    """A candidate of a record's table."""
    seconds = decision.seconds.get(one.key)
    found: dict[str, Any] = {
        "choice": dict(one.choice),
        "kernel": one.kernel,
        "state": evaluation.state(one) or "untried",
        "ratio": _rounded(decision.ratios.get(one.key)),
        "seconds": None if seconds is None else float(f"{seconds:.4g}"),
    }
    history = decision.history.get(one.key)
    return {**found, "history": [_rounded(n) for n in history]} if history else found


def _bits(evaluation: Evaluation, winner: Contender | None) -> str:
    """Whether a winner changes bits of results."""
    if winner is None:
        return "same"
    answers = (evaluation.states.get(key, {}) for key in (winner.key, winner.kernel))
    return "bounded" if any(answer.get("bits") == "bounded" for answer in answers) else "same"


def _median(seconds: Sequence[float]) -> float | None:
    return statistics.median(seconds) if seconds else None


def _rounded(value: float | None) -> float | None:
    """Four digits of a number that JSON has; None of infinity."""
    return None if value is None or value in (float("inf"), 0.0) else float(f"{value:.4g}")
