"""`clpool bench`: the bandwidth of calls beside that of a copy, and what records say of them."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import ArgumentValueError
from ..runtime.device import default_queue
from ..tuning import key_of
from ..worker.bandwidth import Measured, measured
from ..worker.standard import calls_of
from .device_option import add_device

HELP = """\
A CALL is a function with array forms in place of arrays, or a part of the name of a case of the
benchmark. Its results are compared with the reference; then it is timed in turn with a copy of as
many bytes, on the same device: a pooling cannot be faster than that.

examples:
  clpool bench "max_pool2d(float32[16, 64, 112, 112], 3, 2, 1)"
  clpool bench "avg 2x2" "global max"
  CLPOOL_TUNING=off clpool bench "max 5x5"
"""


def add_to(commands: Any) -> None:
    """Add the command to those of the command line."""
    command = commands.add_parser("bench", help="time calls beside a copy", epilog=HELP)
    command.add_argument("calls", nargs="+", metavar="CALL", help="a call, or a part of a name")
    add_device(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a line for each kernel; the exit status, 3 where results are wrong."""
    calls = [call for text in options.calls for call in calls_of(text)]
    queue, status = default_queue(), 0
    for call in calls:
        found = list(measured(call, queue))
        if not found:
            raise ArgumentValueError(f"{call} moves nothing: its arrays are empty")
        for one in found:
            status = 3 if one.fault else status
            print(line(one))
    return status


def line(one: Measured) -> str:
    """What was measured, in a line."""
    if one.fault:
        return f"{one.family.label}: wrong: {one.fault}"
    return (
        f"{one.family.label}: {1e3 * one.seconds:.3g} ms, {1e-9 * one.bandwidth:.1f} GB/s, "
        f"copy {1e-9 * one.copy_bandwidth:.1f} GB/s, {one.share:.0%} of it; {known(one)}"
    )


def known(one: Measured) -> str:
    """What records say of a kernel."""
    found = one.found
    if found.record is None:
        return f"not tuned: {found.reason}"
    duel, date = found.record.duel, found.record.date[:10]
    if found.choice is None:
        return f"the default kernel stands ({date})"
    gain = f", {duel['ratio']:.2f} times as fast" if duel.get("ratio") else ""
    return f"tuned: {key_of(found.choice)}{gain} ({date})"
