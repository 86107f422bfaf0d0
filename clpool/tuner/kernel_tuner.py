"""Kernel Tuner's search strategies over candidates that are measured here (extra `kernel-tuner`).

For spaces too large to time every candidate. Kernel Tuner proposes; what is built, verified, timed
and decided is as without it. Its interface for runners is private: its minor version is pinned.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from ..errors import ArgumentValueError, ClpoolError
from ..tuning.choices import Choice
from .exports import INVALIDITY, parameters, row_of

Row = tuple[Any, ...]

#: The seconds of a choice, or its state: "compile", "crash", and so on.
Evaluate = Callable[[Choice], float | str]


#: Strategies for several objectives or without a budget, and those of packages besides the extra.
OTHERS = {"brute_force", "nsga2", "nsga3", "pyatf_strategies", "skopt"}


class Evaluated(NamedTuple):
    """A choice that a strategy asked for: its seconds, or the state in which it ended."""

    choice: Choice
    seconds: float | None
    state: str


def strategies() -> list[str]:
    """The names of Kernel Tuner's strategies that choose among candidates within a budget.

    Raises:
        ClpoolError: Kernel Tuner is not installed.
    """
    return sorted(set(_kernel_tuner().strategy_map) - OTHERS)


def check_strategy(strategy: str) -> None:
    """Refuse a strategy that Kernel Tuner does not have.

    Raises:
        ArgumentValueError: no such strategy.
        ClpoolError: Kernel Tuner is not installed.
    """
    if strategy not in strategies():
        allowed = ", ".join(strategies())
        raise ArgumentValueError(f"strategy {strategy!r} is unknown; allowed: {allowed}")


def search(
    choices: Sequence[Choice],
    evaluate: Evaluate,
    strategy: str,
    most: int,
    seconds: float | None = None,
    seed: int = 0,
) -> list[Evaluated]:
    """What a strategy of Kernel Tuner evaluates of the choices, in its order, each choice once.

    Args:
        evaluate: is called for every choice that the strategy asks for.
        strategy: its name.
        most: choices that are evaluated at most.
        seconds: time after which no further evaluation starts.

    Raises:
        ArgumentValueError: no such strategy, or no choice.
        ClpoolError: Kernel Tuner is not installed.
    """
    tuner = _kernel_tuner()
    if strategy not in (allowed := strategies()):
        raise ArgumentValueError(f"strategy {strategy!r} is unknown; allowed: {', '.join(allowed)}")
    if not choices or most < 1:
        raise ArgumentValueError(f"{len(choices)} choices, {most} of them at most: nothing to do")
    values = parameters(choices)
    table = {row_of(choice, values): choice for choice in choices}
    entries = {row: dict(zip(values, row, strict=True)) for row in table}
    runner = _Runner(tuner, evaluate, table, list(values))
    most = min(most, len(table))
    options = {
        "tune_params": values,
        "strategy_options": tuner.Options(max_fevals=most),
        "max_fevals": most,
        "objective": ["time"],
        "objective_higher_is_better": [False],
        "restrictions": [],
        "verbose": False,
        "seed": seed,
        "budget": tuner.TuningBudget(seconds, most),
    }
    with _seeded(seed):
        known = {"tune_params": values, "cache": entries}
        space = tuner.Searchspace(None, None, None, from_cache=known)
        tuner.strategy_map[strategy].tune(space, runner, tuner.Options(options))
    return list(runner.found.values())


class _Runner:
    """What Kernel Tuner's strategies ask for times.

    Args:
        tuner: the names of Kernel Tuner.
        table: the choice of every row of parameters.
    """

    def __init__(
        self, tuner: Any, evaluate: Evaluate, table: Mapping[Row, Choice], names: Sequence[str]
    ) -> None:
        self._tuner, self._evaluate, self._table, self._names = tuner, evaluate, table, names
        self.found: dict[Row, Evaluated] = {}
        self.dev = SimpleNamespace(max_threads=1 << 30, name="clpool")
        self.units: dict[str, str] = {}
        self.simulation_mode = False

    def add_strategy_time(self, seconds: float) -> None:
        """Kernel Tuner's own time, which nothing here asks for."""

    def run(self, rows: Sequence[Sequence[Any]], options: Any) -> list[dict[str, Any] | None]:
        """The result of every row, None of those for which no budget is left."""
        return [self._result(tuple(map(_unboxed, row)), options) for row in rows]

    def _result(self, row: Row, options: Any) -> dict[str, Any] | None:
        if row not in self.found and row in self._table:
            if options.budget.is_done():
                return None
            options.budget.add_evaluations(1)
            self.found[row] = _evaluated(self._table[row], self._evaluate)
        result: dict[str, Any] = dict(zip(self._names, row, strict=True))
        one = self.found.get(row)
        if one is not None and one.seconds is not None:
            return {**result, "time": 1e3 * one.seconds}
        return {**result, "__error__": self._error(one)}

    def _error(self, one: Evaluated | None) -> Any:
        """Kernel Tuner's error of a row that has no time."""
        if one is None:
            return self._tuner.InvalidConfig()
        failed = INVALIDITY.get(one.state) == "compile"
        return (
            self._tuner.CompilationFailedConfig() if failed else self._tuner.RuntimeFailedConfig()
        )


def _evaluated(choice: Choice, evaluate: Evaluate) -> Evaluated:
    found = evaluate(choice)
    if isinstance(found, str):
        return Evaluated(choice, None, found)
    return Evaluated(choice, found, "correct")


def _unboxed(value: Any) -> Any:
    """A plain value of numpy's scalars."""
    return value.item() if isinstance(value, np.generic) else value


def _kernel_tuner() -> Any:
    """The names of Kernel Tuner that are used here.

    Raises:
        ClpoolError: it is not installed.
    """
    try:
        from kernel_tuner import util
        from kernel_tuner.interface import Options, strategy_map
        from kernel_tuner.searchspace import Searchspace
    except ImportError as error:
        raise ClpoolError(
            "strategies need Kernel Tuner: install clpool[kernel-tuner], or name none"
        ) from error
    return SimpleNamespace(
        **{name: getattr(util, name) for name in _UTILITIES},
        Options=Options,
        Searchspace=Searchspace,
        strategy_map=strategy_map,
    )


_UTILITIES = ("TuningBudget", "CompilationFailedConfig", "RuntimeFailedConfig", "InvalidConfig")


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed the generators that strategies draw from, and set them back after."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 - Kernel Tuner draws from it
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
