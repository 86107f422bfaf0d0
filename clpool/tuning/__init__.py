"""Which variant runs, and with which parameters and thresholds.

A test or a tuner forces its own with :func:`forced`.
"""

from .choices import Choice, key_of, override_of
from .defaults import DEFAULTS, Defaults, choose
from .parameters import (
    NARROWEST,
    NEVER,
    SPREAD,
    VARIANTS,
    WIDEST_TYPE,
    WIDTHS,
    TuningParams,
    forced,
    forced_key,
)
from .thresholds import (
    CACHES,
    HOST,
    LADDER,
    LAUNCH,
    SCHEDULE,
    SOURCE,
    CacheSizes,
    HostThresholds,
    LadderThresholds,
    LaunchThresholds,
    ScheduleThresholds,
    SourceThresholds,
)

__all__ = [
    "CACHES",
    "DEFAULTS",
    "HOST",
    "LADDER",
    "LAUNCH",
    "NARROWEST",
    "NEVER",
    "SCHEDULE",
    "SOURCE",
    "SPREAD",
    "VARIANTS",
    "WIDEST_TYPE",
    "WIDTHS",
    "CacheSizes",
    "Choice",
    "Defaults",
    "HostThresholds",
    "LadderThresholds",
    "LaunchThresholds",
    "ScheduleThresholds",
    "SourceThresholds",
    "TuningParams",
    "choose",
    "forced",
    "forced_key",
    "key_of",
    "override_of",
]
