"""Entries of many cases, by as many processes as there are processors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from .cases import Case
from .entries import Entry, Key, Place, Table, Wanted, entries
from .toolchain import Toolchain


def survey(
    wanted: Wanted, tools: Toolchain, seconds: float, say: Callable[[str], None] = print
) -> tuple[Table, list[Key]]:
    """The entries that are wanted, and the keys of those that no time was left for.

    Args:
        seconds: after which no case is begun.
        say: told the number and the name of every case, once it is done.
    """
    end, found = time.time() + seconds, Table()
    left: list[Key] = []
    if not wanted:
        return found, left
    workers = min(os.cpu_count() or 1, len(wanted))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        results = pool.map(partial(_entries, tools=tools, end=end), wanted.items())
        for number, ((case, places), new) in enumerate(zip(wanted.items(), results, strict=True)):
            if new is None:
                left += [(case.name, *place) for place in places]
                continue
            found |= {(case.name, *place): entry for place, entry in new.items()}
            say(f"{number + 1:3} of {len(wanted)}  {case.name}")
    return found, left


def _entries(
    one: tuple[Case, list[Place]], tools: Toolchain, end: float
) -> dict[Place, Entry] | None:
    """The entries of a case, None after the end."""
    if time.time() >= end:
        return None
    try:
        return entries(*one, tools)
    except Exception as error:
        raise RuntimeError(f"{one[0].name}: {error}") from error
