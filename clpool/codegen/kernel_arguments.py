"""The members of the argument by which kernels know sizes, strides and offsets."""

from __future__ import annotations

_OF_AXES = ("in", "out", "pad", "begin", "limit", "x", "y", "flat", "list", "count", "step")

#: The members of the kernels' ``geometry`` argument, each a 64-bit integer.
FIELDS = (
    *("x_offset", "y_offset", "index_offset", "origin", "divisor"),
    *("outer0", "x_outer0", "y_outer0", "outer1", "x_outer1", "y_outer1", "inner"),
    *(
        "chosen_shift",
        "result_shift",
        "largest_shift",
        "mean_shift",
        "total_shift",
        "own_offset",
        "power",
        "list_offset",
        "list_outer0",
        "list_outer1",
    ),
    *(f"{what}_{axis}" for axis in "dhw" for what in _OF_AXES),
)
