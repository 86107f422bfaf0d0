"""What is run of every test: by `make test` each facet of a parameter, by `make test-all` each two.

What a case meets are facets: the value of each parameter, by name. A value that has a property
``facets`` says itself what matters of it; the mark ``cover`` says it for one test: names of
parameters or of what lies in them ("operator.ndim"), and tuples of these, whose combinations
matter; without any, every case does. As many cases as meet all facets are selected. The others are
marked as pairs, and as products too where others meet their values, and two by two their facets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product
from operator import attrgetter
from typing import Any

import pytest


def left_out(items: Iterable[pytest.Item]) -> Iterator[tuple[pytest.Item, str]]:
    """The cases that meet no facet which others of the same test do not meet, and their marks."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    for group in cases.values():
        if len(group) > 1:
            selected = cover([facets(item) for item in group])
            more = cover([couples(item) for item in group], selected)
            for number, item in enumerate(group):
                if number not in selected:
                    yield item, "pairs" if number in more else "products"


def cover(met: list[set[Any]], selected: Collection[int] = ()) -> set[int]:
    """The places of sets that together hold what those selected leave, that of most new first."""
    missing, kept = set().union(*met), set()
    for number in selected:
        missing -= met[number]
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


def couples(item: Any) -> set[Any]:
    """Every value of a case's parameters, and every two facets of two of them."""
    parameters = item.callspec.params
    found: set[Any] = {(name, repr(value)) for name, value in parameters.items()}
    for names in combinations(parameters, 2):
        values = product(*(_facets(parameters, name) for name in names))
        found |= {(names, pair) for pair in values}
    return found


def _facets(parameters: dict[str, Any], name: str) -> tuple[str, ...]:
    first, _, rest = name.partition(".")
    value = attrgetter(rest)(parameters[first]) if rest else parameters[first]
    return value.facets if hasattr(value, "facets") else (repr(value),)
