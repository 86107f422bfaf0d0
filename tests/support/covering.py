"""The selection of `make test`: of every test as many cases as meet all that its parameters say.

What a case meets are facets: the value of each parameter, by name. A value that has a property
``facets`` says itself what matters of it; the mark ``cover`` says it for one test: names of
parameters or of what lies in them ("operator.ndim"), and tuples of these, whose combinations
matter; without any, every case does. The other cases are marked as pairs, combinations of what
has been met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from operator import attrgetter
from typing import Any

import pytest


def pairs(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """The cases that meet nothing which others of the same test do not meet."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    for group in cases.values():
        kept = cover([facets(item) for item in group]) if len(group) > 1 else {0}
        yield from (item for number, item in enumerate(group) if number not in kept)


def cover(met: list[set[Any]]) -> set[int]:
    """The places of sets that together hold all elements: again and again the one of most new."""
    missing, kept = set().union(*met), set()
    while missing:
        best = max(range(len(met)), key=lambda number: len(met[number] & missing))
        missing -= met[best]
        kept.add(best)
    return kept


def facets(item: Any) -> set[Any]:
    """What a case meets."""
    parameters = item.callspec.params
    mark = item.get_closest_marker("cover")
    if mark and not mark.args:
        return {item.nodeid}
    found: set[Any] = set()
    for named in mark.args if mark else parameters:
        names = (named,) if isinstance(named, str) else named
        found |= {(names, values) for values in product(*(_facets(parameters, n) for n in names))}
    return found


def _facets(parameters: dict[str, Any], name: str) -> tuple[str, ...]:
    first, _, rest = name.partition(".")
    value = attrgetter(rest)(parameters[first]) if rest else parameters[first]
    return value.facets if hasattr(value, "facets") else (repr(value),)
