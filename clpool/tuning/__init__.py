"""Which variant runs, and with which parameters and thresholds.

A test or a tuner forces its own with :func:`forced`.
"""

from .defaults import DEFAULTS, Defaults, choose
from .parameters import (
    NARROWEST,
    NEVER,
    SPREAD,
    VARIANTS,
    WIDTHS,
    TuningParams,
    forced,
    forced_key,
)
from .thresholds import HOST, SCHEDULE, SOURCE, HostThresholds, ScheduleThresholds, SourceThresholds

__all__ = [
    "DEFAULTS",
    "HOST",
    "NARROWEST",
    "NEVER",
    "SCHEDULE",
    "SOURCE",
    "SPREAD",
    "VARIANTS",
    "WIDTHS",
    "Defaults",
    "HostThresholds",
    "ScheduleThresholds",
    "SourceThresholds",
    "TuningParams",
    "choose",
    "forced",
    "forced_key",
]
