"""The option ``--device`` of the command line, and what is said where it names no device."""

from __future__ import annotations

import argparse
from typing import Any


def add_device(command: Any, dest: str = "device") -> None:
    """Add the option to a command.

    Args:
        dest: "device" chooses the default device of this process; "wanted" is for its workers.
    """
    about = "a number or a part of a name"
    command.add_argument("--device", dest=dest, type=_selector, metavar="DEVICE", help=about)


def mistake(options: argparse.Namespace, error: BaseException) -> str | None:
    """The words for an error whose cause is the option; None of any other error."""
    for dest, source in (("device", "device"), ("wanted", "CLPOOL_DEVICE")):
        named = f" {getattr(options, dest, None)!r} matches no device"
        if str(error).startswith(source + named):
            return "--device" + str(error).removeprefix(source)
    return None


def _selector(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"{text!r}; allowed: a number or a part of a name")
    return text
