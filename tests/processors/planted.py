"""The lists of cases by name; one is of cases that die, hang or are wrong on purpose."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calls import Call, Case, Skipped, Sliding, sliding


@dataclass(frozen=True)
class Planted:
    """A case that does one thing."""

    name: str
    run: Callable[[], None]


class Wrong(Sliding):
    """Maxima of which the last is another one than the reference says."""

    def expected(self, arrays):
        """What must come back, but for one element."""
        (right,) = super().expected(arrays)
        values = right.values.copy()
        values.flat[-1] += 1
        return [replace(right, values=values)]


def _skip() -> None:
    raise Skipped("as planted")


def _wrong() -> None:
    right = sliding("max", (5, 7), 2)
    wrong = Wrong(right.function, right.lengths, right.window, right.arguments)
    Case("float32", (Call(wrong, "rows_down"),)).run()


PLANTED: tuple[Planted, ...] = (
    Planted("right", lambda: None),
    Planted("dies", os.abort),
    Planted("wrong", _wrong),
    Planted("skips", _skip),
    Planted("right again", lambda: None),
)
HANGING = (Planted("hangs", lambda: time.sleep(3600)),)


def cases_of(name: str) -> Sequence[Any]:
    """The list of that name: "chosen", "everything", "planted" or "hanging"."""
    if name in ("planted", "hanging"):
        return PLANTED if name == "planted" else HANGING
    if name == "chosen":
        from chosen import CHOSEN

        return CHOSEN
    if name != "everything":
        raise ValueError(f"no list is called {name!r}")
    from everything import EVERYTHING

    return EVERYTHING
