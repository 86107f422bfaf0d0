"""Records in others' formats, and Kernel Tuner's strategies where it is installed."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tuner_records import candidate, record

from clpool.errors import ArgumentValueError, ClpoolError
from clpool.tuner import kernel_tuner
from clpool.tuner.exports import cache, parameters, row_of, t4

WIDE = {"variant": "rows", "width": 8, "group": [64, 4, 1]}
NOISY = {"width": 4}
STATES = {
    "compile": "compile",
    "timeout": "timeout",
    "wrong": "correctness",
    "canary": "correctness",
    "launch": "runtime",
    "memory": "runtime",
    "crash": "runtime",
    "untried": "constraints",
}
RECORD = record(
    [
        candidate({}, 1.0),
        candidate(WIDE, 1.15),
        candidate(NOISY, 1.25),
        *(candidate({"width": 1, "tile": n}, None, s) for n, s in enumerate(STATES, 1)),
    ],
    winner=WIDE,
    duel=(1.18, 1.16, 1.19),
)
#: T4's schema of results, 1.0.0: what it requires, and what it allows.
REQUIRED = {"configuration", "times", "invalidity", "correctness"}
WORDS = {"timeout", "compile", "runtime", "correctness", "constraints", "correct"}

needs_kernel_tuner = pytest.mark.skipif(
    find_spec("kernel_tuner") is None, reason="needs the extra kernel-tuner"
)


def test_t4_has_what_its_schema_requires() -> None:
    """Every candidate, its configuration, times in ms, and the words of the schema alone."""
    found = json.loads(json.dumps(t4([RECORD])))
    assert found["schema_version"] == "1.0.0"
    assert len(found["results"]) == len(RECORD["all"])
    for result in found["results"]:
        assert result.keys() >= REQUIRED
        assert result["invalidity"] in WORDS
        assert isinstance(result["configuration"], dict)
        assert isinstance(result["correctness"], (int, float))
        for measurement in result["measurements"]:
            assert isinstance(measurement["value"], (int, float, str, list))
    assert found["results"][0]["times"]["runtimes"] == [4.0]


def test_t4_tells_every_state() -> None:
    """The word of each state, and correctness 0 of wrong results alone."""
    results = t4([RECORD])["results"]
    told = dict(zip((each["state"] for each in RECORD["all"]), results, strict=True))
    assert {state: told[state]["invalidity"] for state in STATES} == STATES
    wrong = {state for state, result in told.items() if result["correctness"] == 0}
    assert wrong == {"wrong", "canary"}


def test_parameters_hold_every_choice() -> None:
    """A parameter that a choice leaves out has a value of its own; no key of a cache has commas."""
    choices = [each["choice"] for each in RECORD["all"]]
    values = parameters(choices)
    rows = [row_of(choice, values) for choice in choices]
    assert len(set(rows)) == len(choices)
    assert all(
        value in values[name] for row in rows for name, value in zip(values, row, strict=True)
    )
    assert not any("," in str(value) for row in rows for value in row)


@pytest.mark.parametrize("winner", [WIDE, None])
def test_the_cache_prefers_what_was_decided(winner: Mapping[str, Any] | None) -> None:
    """The winner's time is the least, and the default's where none won, whatever the race said."""
    entries = cache({**RECORD, "winner": winner})["cache"]
    times = {key: e["time"] for key, e in entries.items() if not isinstance(e["time"], str)}
    best = min(times, key=times.__getitem__)
    decided = row_of(winner or {}, parameters([each["choice"] for each in RECORD["all"]]))
    assert best == ",".join(map(str, decided))
    assert times[best] == pytest.approx(4.0 / 1.18 if winner else 4.0)
    noisy = next(e for e in entries.values() if e["race_ratio"] == 1.25)
    assert noisy["time"] > times[best]


def test_without_kernel_tuner_an_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An import that fails becomes an error with the name of the extra."""
    monkeypatch.setitem(sys.modules, "kernel_tuner", None)
    with pytest.raises(ClpoolError, match=r"clpool\[kernel-tuner\]"):
        kernel_tuner.search([{}], lambda _: 1.0, "random_sample", 1)


#: A space of 72 choices, its best one, and the seconds of each.
SPACE = [{}] + [
    {"variant": variant, "width": width, "items_per_unit": items}
    for variant in ("rows", "direct")
    for width in (1, 2, 4, 8, 16)
    for items in (1, 2, 4, 8, 16, 32, 128)
]
BEST = {"variant": "rows", "width": 8, "items_per_unit": 32}


def seconds_of(choice: Mapping[str, Any]) -> float | str:
    """The farther from the best, the slower; some that do not compile, some that crash."""
    if not choice:
        return 2.0
    if choice["variant"] == "direct":
        return "compile" if choice["width"] > 4 else "crash" if choice["width"] == 4 else 1.9
    steps = abs(math.log2(choice["width"] / 8)) + abs(math.log2(choice["items_per_unit"] / 32))
    return 1 + steps / 10


@needs_kernel_tuner
class TestKernelTuner:
    """Strategies by name, T4's schema as it is shipped, and a cache that is replayed."""

    @pytest.mark.parametrize("strategy", ["random_sample", "genetic_algorithm", "greedy_ils"])
    def test_a_strategy_evaluates_within_its_budget(self, strategy: str) -> None:
        asked = []

        def evaluate(choice: Mapping[str, Any]) -> float | str:
            asked.append(choice)
            return seconds_of(choice)

        found = kernel_tuner.search(SPACE, evaluate, strategy, most=40, seed=1)
        assert [each.choice for each in found] == asked
        assert 20 <= len(found) <= 40
        assert len({str(each.choice) for each in found}) == len(found)
        assert {each.seconds is None for each in found} == {True, False}
        assert min(each.seconds for each in found if each.seconds) <= 1.2

    def test_a_space_that_fits_the_budget_is_searched_whole(self) -> None:
        found = kernel_tuner.search(SPACE, seconds_of, "random_sample", most=1000)
        best = min((each for each in found if each.seconds), key=lambda each: each.seconds or 0)
        assert (len(found), best.choice) == (len(SPACE), BEST)

    def test_an_unknown_strategy_is_named(self) -> None:
        with pytest.raises(ArgumentValueError, match=r"strategy 'best' is unknown; allowed: .*pso"):
            kernel_tuner.search(SPACE, seconds_of, "best", most=3)

    def test_t4_is_valid(self) -> None:
        from jsonschema import validate
        from kernel_tuner.file_utils import output_file_schema

        version, schema = output_file_schema("results")
        found = t4([RECORD])
        validate(found, schema)
        assert found["schema_version"] == version

    def test_a_replayed_cache_gives_the_best(self, tmp_path: Path) -> None:
        from constraint import FunctionConstraint
        from kernel_tuner import tune_kernel

        kept = cache(RECORD)

        def is_kept(*row: Any) -> bool:
            return ",".join(map(str, row)) in kept["cache"]

        path = tmp_path / "cache.json"
        path.write_text(json.dumps(kept))
        _, environment = tune_kernel(
            kept["kernel_name"],
            "",
            tuple(kept["problem_size"]),
            [],
            kept["tune_params"],
            lang="OpenCL",
            restrictions=[FunctionConstraint(is_kept)],
            simulation_mode=True,
            cache=str(path),
            quiet=True,
        )
        best = environment["best_config"]
        assert [best[name] for name in ("variant", "width", "group")] == ["rows", 8, "64x4x1"]
        assert best["time"] == pytest.approx(4.0 / 1.18)
