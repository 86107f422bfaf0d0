"""Devices with other traits than the default device has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clpool.runtime import device, traits


def traits_as(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> None:
    """Take every device for the default one with other traits, for what is planned from now on.

    Args:
        facts: fields of :class:`clpool.schedule.device_traits.DeviceTraits`.
    """
    known = traits.traits_of(device.default_device())
    monkeypatch.setattr(traits, "traits_of", lambda unit: replace(known, **facts))
