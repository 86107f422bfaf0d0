"""The tuned choice for a plan: which folders of records there are, and what they say.

``CLPOOL_TUNING`` is read once per process: a folder for the user's records; ``off``, for the
default kernels alone; ``exact``, for winners alone that change no bit of a result.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import NamedTuple

import pyopencl as cl

from .. import tuning as _tuning
from ..errors import ArgumentValueError
from ..problem.problem import Problem
from ..schedule.family import family_of, size_of
from ..schedule.ladder import Override
from ..schedule.placement import Layout
from ..tuning import CACHES, override_of
from ..tuning.keys import Family, SizeClass
from ..tuning.lookup import Found, find
from . import memo, traits
from .device_key import key_of
from .record_folder import Folder, write
from .user_folders import user_data

__all__ = [
    *(
        "Setting",
        "lookup",
        "override_for",
        "reload",
        "setting",
        "state",
        "stores",
        "use",
        "warn_of",
    ),
    "write",
]

log = logging.getLogger("clpool")

VARIABLE = "CLPOOL_TUNING"
#: The records that come with the package.
SHIPPED = Path(_tuning.__file__).parent / "shipped"

#: The number of times that records have been read anew: a part of every plan's key.
state = 0


class Setting(NamedTuple):
    """Which records are used.

    Args:
        user: the folder of the user's records; None without a home folder.
        off: whether none are; ``exact``, whether those alone whose winner changes no bits.
    """

    user: Path | None
    off: bool = False
    exact: bool = False


_warned = False
_given: str | None = None
_setting: Setting | None = None
_stores: list[Folder] | None = None
_found: dict[tuple[cl.Device, str, SizeClass], Override] = {}


def use(value: str | os.PathLike[str] | None) -> None:
    """Use other records from now on, as ``CLPOOL_TUNING`` says it; None, what the variable says.

    Raises:
        ArgumentValueError: neither a folder nor one of the words.
    """
    global _given
    if value is not None:
        _parsed(os.fspath(value))
    _given = None if value is None else os.fspath(value)
    reload()


def reload() -> None:
    """Read records anew, for plans that are made from now on."""
    global state, _setting, _stores
    _setting = _stores = None
    _found.clear()
    state += 1


def setting() -> Setting:
    """Which records are used.

    Raises:
        ArgumentValueError: ``CLPOOL_TUNING`` is neither a folder nor one of its words.
    """
    global _setting
    if _setting is None:
        _setting = _parsed(os.environ.get(VARIABLE, "") if _given is None else _given)
    return _setting


def _parsed(value: str) -> Setting:
    """The setting that a value of ``CLPOOL_TUNING`` means; empty is unset."""
    if value in ("", "off", "exact"):
        return Setting(_home(), off=value == "off", exact=value == "exact")
    path = Path(value)
    is_new = not path.exists() and (os.sep in value or "/" in value)
    if not (path.is_dir() or is_new):
        raise ArgumentValueError(
            f"{VARIABLE} {value!r} is no folder; allowed: off, exact, a folder, or the path of a "
            "new one, with a separator (./records)"
        )
    return Setting(path)


def _home() -> Path | None:
    """The user's own folder of records."""
    data = user_data()
    return data / "tuning" if data else None


def user_folder() -> Path:
    """The folder of the user's own records, which need not exist.

    Raises:
        ArgumentValueError: there is neither ``CLPOOL_TUNING`` nor a home folder.
    """
    found = setting().user
    if found is None:
        raise ArgumentValueError(f"there is no home folder: {VARIABLE} must name one for records")
    return found


def stores() -> list[Folder]:
    """The folders of records, the user's first; none where they are off."""
    global _stores
    if _stores is None:
        known = setting()
        user = [] if known.user is None else [Folder("user", known.user)]
        _stores = [] if known.off else [*user, Folder("shipped", SHIPPED)]
    return _stores


def lookup(problem: Problem, device: cl.Device, layout: Layout) -> tuple[Family, SizeClass, Found]:
    """The family and the size of a problem, and what records say of them."""
    known = traits.traits_of(device)
    family, size = family_of(problem, known, layout), size_of(problem, known, layout)
    return family, size, find(key_of(device), family, size, stores(), setting().exact)


def override_for(problem: Problem, device: cl.Device, layout: Layout) -> Override:
    """The tuning parameters that records choose for a problem; none for the default kernel.

    Raises:
        ArgumentValueError: ``CLPOOL_TUNING`` is neither a folder nor one of its words.
    """
    used, exact = stores(), setting().exact
    if not any(store.devices() for store in used):
        return {}
    known = traits.traits_of(device)
    family, size = family_of(problem, known, layout), size_of(problem, known, layout)
    key = device, family.digest, size
    override = _found.get(key)
    if override is None:
        found = find(key_of(device), family, size, used, exact)
        override = override_of(found.choice or {}, known.units)
        memo.keep(_found, key, override, CACHES.plans)
    return override


def warn_of(error: Exception) -> None:
    """Tell of a choice that is of no use: of the first one of a process."""
    global _warned
    level = logging.DEBUG if _warned else logging.WARNING
    _warned = True
    reason = str(error).partition("\n")[0]
    log.log(level, "a tuned choice is ignored: %s: %s", type(error).__name__, reason)
