"""Tuning parameters as plain values, as records keep them and processes exchange them.

A name is a field of :class:`TuningParams`, ``items_per_unit``, or a threshold behind its class:
``source.prefetch_bytes``, ``schedule.item_bytes``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from ..errors import ArgumentValueError
from .parameters import VARIANTS, WIDTHS, TuningParams
from .thresholds import SCHEDULE, SOURCE

#: Tuning parameters by name, of values that JSON has.
Choice = Mapping[str, Any]

#: The thresholds that a choice may replace, by the name in front of theirs.
_CLASSES: dict[str, Any] = {"source": SOURCE, "schedule": SCHEDULE}
_PLAIN = {field.name for field in fields(TuningParams)} - {*_CLASSES, "items"}


def override_of(choice: Choice, units: int) -> dict[str, Any]:
    """The tuning parameters of a choice, as :func:`clpool.tuning.forced` takes them.

    Args:
        units: compute units of the device, by which ``items_per_unit`` is multiplied.

    Raises:
        ArgumentValueError: a name or a value that no kernel has.

    Example:
        >>> override_of({"variant": "rows", "items_per_unit": 4}, units=2)
        {'variant': 'rows', 'items': 8}
    """
    found: dict[str, Any] = {}
    for name, value in choice.items():
        front, _, field = name.partition(".")
        if front in _CLASSES and hasattr(_CLASSES[front], field):
            known = found.get(front, _CLASSES[front])
            found[front] = replace(known, **{field: _like(getattr(known, field), name, value)})
        elif name == "items_per_unit":
            found["items"] = max(_like(1, name, value), 1) * units
        elif name in _PLAIN:
            found[name] = _checked(name, value)
        else:
            raise ArgumentValueError(f"tuning parameter {name!r} is unknown")
    return found


def key_of(choice: Choice) -> str:
    """The text by which equal choices are equal.

    Example:
        >>> key_of({"width": 8, "variant": "rows"})
        '{"variant":"rows","width":8}'
    """
    return json.dumps(dict(choice), sort_keys=True, separators=(",", ":"))


def _checked(name: str, value: Any) -> Any:
    """The value of a field of :class:`TuningParams`."""
    allowed: Mapping[str, tuple[Any, ...]] = {"variant": VARIANTS, "width": WIDTHS}
    if name in allowed and value not in allowed[name]:
        raise ArgumentValueError(
            f"{name} {value!r} is unknown; allowed: {', '.join(map(str, allowed[name]))}"
        )
    if name == "group" and value is not None:
        found = _like((1, 1, 1), name, value)
        if len(found) != 3 or min(found) < 1:
            raise ArgumentValueError(f"group must have three numbers of 1 and more, got {value!r}")
        return found
    if name in ("variant", "group"):
        return value
    if value == 0 and name in ("tile", "nontemporal", "registers", "group_limit"):
        raise ArgumentValueError(f"{name} must be at least 1, got 0")
    return _like(getattr(TuningParams(), name), name, value)


def _like(known: Any, name: str, value: Any) -> Any:
    """A value of the type of a known one; lists become tuples.

    Raises:
        ArgumentValueError: it has another type, or is negative.
    """
    if isinstance(known, tuple) and isinstance(value, (list, tuple)):
        return tuple(_like(known[0], name, part) for part in value)
    number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    fits = {bool: isinstance(value, bool), int: number}
    if isinstance(known, float):
        fits[float] = isinstance(value, (int, float)) and value >= 0
    if not fits.get(type(known), False):
        raise ArgumentValueError(f"{name} must be like {known!r}, got {value!r}")
    return value
