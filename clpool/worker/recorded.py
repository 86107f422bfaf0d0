"""The calls that ``CLPOOL_RECORD`` kept in a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from ..errors import ArgumentValueError
from .call import Call


def read_calls(
    path: str | Path, skipped: Callable[[str], None] = lambda mistake: None
) -> list[tuple[Call, int]]:
    """The calls of a file, the most frequent first, and their counts.

    Lines that are torn or hold something else are skipped; calls that differ in their text alone
    are one.

    Args:
        skipped: is told of every line that is skipped: the file, its number, and why.
    """
    counts: Counter[Call] = Counter()
    lines = Path(path).read_text("utf-8", errors="replace").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            call, count = _entry(line)
        except ArgumentValueError as error:
            skipped(f"{path}:{number}: {error}")
        else:
            counts[call.canonical] += count
    return counts.most_common()


def _entry(line: str) -> tuple[Call, int]:
    """The call and the count of a line."""
    try:
        entry = json.loads(line)
        call, count = Call.parse(entry["call"]), entry["count"]
    except ArgumentValueError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        form = '{"call": TEXT, "count": 1}'
        raise ArgumentValueError(f"no recorded call: {line!r:.60}; allowed: {form}") from error
    if type(count) is not int or count < 1:
        raise ArgumentValueError(f"count is {count!r:.60}; allowed: ints from 1")
    return call, count
