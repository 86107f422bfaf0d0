"""The command line: list devices, pool images, print a generated kernel, tune and time kernels.

Nothing else in clpool prints. A mistake of the user's ends in one line on stderr, which
begins with ``clpool: error:``, and the exit status 2; a missing device in status 1.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from ..errors import ClpoolError, DeviceError
from ..runtime.device import default_device, devices, set_default_device
from . import bench, pool, source, tune, tuned
from .device_option import mistake

HELP = """\
examples:
  clpool devices
  clpool pool photo.png -o small.png --mode max --kernel 2
  clpool source --mode avg --kernel 3 --stride 2 --padding 1 --shape 1,64,112,112
  clpool bench "max 5x5"
  clpool tune "max 5x5"
  clpool tuned list
"""

HELP_DEVICES = """\
The default device is marked with a star. Another is chosen with CLPOOL_DEVICE, a number of
this table or a part of a name, platform or version:

  clpool devices
  CLPOOL_DEVICE=1 clpool devices
  CLPOOL_DEVICE="GeForce" clpool pool photo.png -o small.png
"""


class _Parser(argparse.ArgumentParser):
    """Says every mistake the way the rest of the command line does."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        """One line on stderr, and status 2."""
        self.exit(2, f"clpool: error: {message} (see `{self.prog} --help`)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status of the process."""
    options = _parser().parse_args(arguments)
    try:
        if getattr(options, "device", None) is not None:
            set_default_device(options.device)
        status = options.run(options) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, `head` perhaps, has seen enough; Python would complain when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ClpoolError, OSError, MemoryError) as error:
        mistaken = mistake(options, error)
        print(f"clpool: error: {mistaken or error}", file=sys.stderr)
        return 1 if isinstance(error, DeviceError) and not mistaken else 2
    except KeyboardInterrupt:
        return 130
    return int(status)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="clpool", description="Pooling on any OpenCL device.", epilog=HELP)
    version = importlib.metadata.version("clpool")
    parser.add_argument("--version", action="version", version=f"clpool {version}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = commands.add_parser("devices", help="list the devices", epilog=HELP_DEVICES)
    command.set_defaults(run=_devices)

    pool.add_to(commands)

    source.add_to(commands)
    bench.add_to(commands)
    tune.add_to(commands)
    tuned.add_to(commands)
    return parser


def _devices(options: argparse.Namespace) -> None:
    found = devices()
    rows = [("", "#", "name", "type", "units", "memory", "fp64", "fp16", "platform", "version")]
    for device in found:
        rows.append(
            (
                "*" if device.default else "",
                str(device.number),
                f"{device.name} ({device.board})" if device.board else device.name,
                device.type,
                str(device.compute_units),
                f"{device.memory / 2**30:.1f} GiB",
                "yes" if device.fp64 else "no",
                "yes" if device.fp16 else "no",
                device.platform,
                device.version,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        if found:
            print("  ".join(cells).rstrip())
    if not any(device.default for device in found):
        default_device()  # says why there is none
