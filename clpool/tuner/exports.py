"""Records in the formats of others: T4 of the FAIR autotuning data, and Kernel Tuner's cache.

Records are the values of their JSON, as :meth:`clpool.tuning.records.Record.to_json` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: The version of T4's schema of results.
T4_VERSION = "1.0.0"

#: T4's word for why a candidate is invalid, by its state.
INVALIDITY = {
    "correct": "correct",
    "compile": "compile",
    "timeout": "timeout",
    "wrong": "correctness",
    "canary": "correctness",
    "constraints": "constraints",
    "untried": "constraints",
}
#: That of every other state: launch, memory, crash.
OTHER_INVALIDITY = "runtime"

#: The value of a parameter that a choice leaves to the default kernel.
UNSET = "default"

#: The names of Kernel Tuner's errors in a cache, by T4's words.
_ERRORS = {
    "compile": "CompilationFailedConfig",
    "timeout": "RuntimeFailedConfig",
    "runtime": "RuntimeFailedConfig",
    "correctness": "RuntimeFailedConfig",
    "constraints": "InvalidConfig",
}
#: Times that Kernel Tuner's simulation adds up; records do not have them.
_PHASES = ("compile_time", "verification_time", "benchmark_time", "strategy_time", "framework_time")

Values = Mapping[str, Any]


def parameters(choices: Sequence[Values]) -> dict[str, list[Any]]:
    """The values of every parameter that some choice names, in the order in which they come.

    Every choice has every parameter: :data:`UNSET` where it names none, and text for a list.

    Example:
        >>> parameters([{}, {"width": 8}, {"width": 4, "group": [64, 4, 1]}])
        {'width': ['default', 8, 4], 'group': ['default', '64x4x1']}
    """
    found: dict[str, list[Any]] = {name: [] for choice in choices for name in choice}
    for choice in choices:
        for value, values in zip(row_of(choice, found), found.values(), strict=True):
            if value not in values:
                values.append(value)
    return found


def row_of(choice: Values, names: Sequence[str] | Mapping[str, Any]) -> tuple[Any, ...]:
    """The values of a choice, one for each parameter.

    Example:
        >>> row_of({"width": 8}, ["variant", "width"])
        ('default', 8)
    """
    return tuple(_plain(choice.get(name, UNSET)) for name in names)


def t4(records: Sequence[Values]) -> dict[str, Any]:
    """All candidates of records as T4's results.

    Times are in milliseconds; what a configuration was measured on is in its measurements.
    """
    results = [
        _t4_result(record, candidate) for record in records for candidate in record.get("all", ())
    ]
    return {
        "schema_version": T4_VERSION,
        "metadata": {"timeunit": "milliseconds"},
        "results": results,
    }


def _t4_result(record: Values, candidate: Values) -> dict[str, Any]:
    """One candidate as T4 has it."""
    invalidity = INVALIDITY.get(candidate["state"], OTHER_INVALIDITY)
    seconds = candidate.get("seconds")
    measurements: list[dict[str, Any]] = [
        {"name": name, "value": value, "unit": ""}
        for name, value in (
            ("device", record["device"]["key"]),
            ("family", record["family"]["label"]),
            ("call", record.get("call", "")),
            ("state", candidate["state"]),
        )
    ]
    if candidate.get("ratio") is not None:
        measurements.append({"name": "ratio", "value": candidate["ratio"], "unit": ""})
    if seconds is not None:
        measurements.append({"name": "time", "value": 1e3 * seconds, "unit": "ms"})
    return {
        "timestamp": record.get("date", ""),
        "configuration": {name: _plain(value) for name, value in candidate["choice"].items()},
        "objectives": ["time"],
        "times": {"runtimes": [] if seconds is None else [1e3 * seconds]},
        "invalidity": invalidity,
        "correctness": int(invalidity != "correctness"),
        "measurements": measurements,
    }


def cache(record: Values) -> dict[str, Any]:
    """The candidates of a record as Kernel Tuner's cache, which its simulation mode replays.

    A candidate's time, in milliseconds, is the default's over its ratio in the race, but more than
    that of the record's decision: a duel overrules the race. ``race_ratio`` is the ratio as it was.
    """
    candidates = record.get("all", ())
    values = parameters([candidate["choice"] for candidate in candidates])
    default_ms = record.get("times", {}).get("default_ms") or 1.0
    decided = record.get("winner") or {}
    least = default_ms / record["duel"]["ratio"] if decided else default_ms
    entries = {}
    for candidate in candidates:
        row = row_of(candidate["choice"], values)
        own = dict(candidate["choice"]) == dict(decided)
        entries[",".join(map(str, row))] = {
            **dict(zip(values, row, strict=True)),
            "time": least if own else _milliseconds(candidate, default_ms, least),
            "times": [],
            "race_ratio": candidate.get("ratio"),
            **dict.fromkeys(_PHASES, 0.0),
            "timestamp": record.get("date", ""),
        }
    return {
        "device_name": record["device"].get("name", record["device"]["key"]),
        "kernel_name": record["family"]["label"],
        "problem_size": list(record.get("shape", ())),
        "tune_params_keys": list(values),
        "tune_params": values,
        "objective": "time",
        "cache": entries,
    }


def _milliseconds(candidate: Values, default_ms: float, least: float) -> float | str:
    """The time of a candidate, above the least one, or the name of Kernel Tuner's error."""
    invalidity = INVALIDITY.get(candidate["state"], OTHER_INVALIDITY)
    ratio = candidate.get("ratio")
    if invalidity != "correct" or not ratio:
        return _ERRORS.get(invalidity, _ERRORS["constraints"])
    return max(default_ms / ratio, least * (1 + 1e-9))


def _plain(value: Any) -> Any:
    """A value that Kernel Tuner can compare and write between commas."""
    return "x".join(map(str, value)) if isinstance(value, (list, tuple)) else value
