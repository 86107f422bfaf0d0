"""Defaults of a class of devices, from the candidates that records of it compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..tuning.choices import key_of

Values = Mapping[str, Any]

#: How much better than the default kernel a choice's worst efficiency has to be: ratios of a race
#: are noisy.
MARGIN = 1.02


class Derived(NamedTuple):
    """The choice for families of one kind on devices of one class.

    Args:
        choice: its tuning parameters, {} for the default kernel's.
        worst, mean: the least and the harmonic mean of its efficiencies.
        default_worst: the least one of the default kernel.
        records: how many were compared.
    """

    choice: dict[str, Any]
    worst: float
    mean: float
    default_worst: float
    records: int


def derive(records: Iterable[Values]) -> dict[tuple[str, str], Derived]:
    """The choice for every class of devices and kind of families.

    The one with the best efficiency in its worst record, and of several such the one with the best
    harmonic mean. The efficiency of a choice is its speed over that of the fastest candidate of the
    record; where it failed or was not tried it is 0. The default kernel stands unless its worst
    efficiency is exceeded by :data:`MARGIN`.
    """
    records = list(records)
    groups: dict[tuple[str, str], list[dict[str, float]]] = {}
    for record in records:
        if found := efficiencies(record):
            groups.setdefault((device_class(record), family_kind(record)), []).append(found)
    choices = {
        key_of(candidate["choice"]): dict(candidate["choice"])
        for record in records
        for candidate in record["all"]
    }
    return {group: _best(tables, choices) for group, tables in groups.items()}


def efficiencies(record: Values) -> dict[str, float]:
    """The speed of every correct candidate over the fastest one's, by the text of its choice.

    Example:
        >>> timed = [({}, 1.0), ({"width": 8}, 1.25)]
        >>> table = [{"choice": c, "state": "correct", "ratio": r} for c, r in timed]
        >>> efficiencies({"all": table})
        {'{}': 0.8, '{"width":8}': 1.0}
    """
    ratios = {
        key_of(candidate["choice"]): candidate["ratio"]
        for candidate in record["all"]
        if candidate["state"] == "correct" and candidate.get("ratio")
    }
    fastest = max(ratios.values(), default=1.0)
    return {key: ratio / fastest for key, ratio in ratios.items()}


def device_class(record: Values) -> str:
    """The kind of a record's device: "cpu", "gpu"."""
    return str(record["device"]["key"]).split(",")[0]


def family_kind(record: Values) -> str:
    """What the families of a kind share: window, skeleton, element type and layout.

    Example:
        >>> facts = {"window": "sliding", "mode": {"name": "max"}, "dtype": "float32"}
        >>> family_kind({"family": {"facts": {**facts, "layout": "first"}}})
        'sliding monoid float32 first'
    """
    facts = record["family"]["facts"]
    mode = facts.get("mode", {})
    skeleton = mode.get("skeleton", "monoid") if isinstance(mode, Mapping) else "monoid"
    parts = (facts.get("window"), skeleton, facts.get("dtype"), facts.get("layout"))
    return " ".join(str(part) for part in parts if part)


def _best(tables: Sequence[Mapping[str, float]], choices: Mapping[str, dict[str, Any]]) -> Derived:
    """The best choice over the efficiencies of several records."""
    default, *others = (
        (min(values), harmonic_mean(values), key)
        for key in ("{}", *sorted(set().union(*tables) - {"{}"}))
        for values in [[table.get(key, 0.0) for table in tables]]
    )
    best = max(others, key=lambda found: found[:2], default=default)
    if best[0] <= MARGIN * default[0]:
        best = default
    worst, mean, key = best
    return Derived(choices.get(key, {}), worst, mean, default[0], len(tables))


def harmonic_mean(values: Sequence[float]) -> float:
    """The harmonic mean of efficiencies, 0 if one is.

    Example:
        >>> harmonic_mean([1.0, 0.5]), harmonic_mean([1.0, 0.0])
        (0.6666666666666666, 0.0)
    """
    return len(values) / sum(1 / value for value in values) if min(values) > 0 else 0.0
