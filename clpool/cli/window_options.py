"""Options of ``pool`` and ``source``: mode, window, stride, padding."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from ..errors import ArgumentValueError


def add_window(
    command: argparse.ArgumentParser, modes: Sequence[str], kernel: tuple[int, ...] | None
) -> None:
    """Add the options to a command; ``kernel`` is the default, None requires one."""
    command.add_argument("--mode", choices=modes, default="max", help="default: max")
    command.add_argument(
        *("--kernel", "-k"),
        type=integers,
        default=kernel,
        required=kernel is None,
        metavar="K[,K]",
        help="the window's size, one number for all axes or one per axis",
    )
    command.add_argument(
        "--stride", type=integers, metavar="S[,S]", help="default: the window's size"
    )
    command.add_argument(
        "--padding", type=integers, default=(0,), metavar="P[,P]", help="at both ends of an axis"
    )


def integers(text: str) -> tuple[int, ...]:
    """The integers of an option, with commas between."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        message = f"{text!r} is not an integer or integers with commas between"
        raise argparse.ArgumentTypeError(message) from None


def per_axis(name: str, values: tuple[int, ...] | None, ndim: int) -> tuple[int, ...] | None:
    """One value per axis, of one for all or of ``ndim``."""
    if values is None or len(values) == ndim:
        return values
    if len(values) != 1:
        raise ArgumentValueError(f"--{name} has {len(values)} values; allowed: 1 or {ndim}")
    return values * ndim


def window_of(options: argparse.Namespace, ndim: int) -> dict[str, Any]:
    """The arguments of a pooling function, for a number of axes."""
    return {
        "window": per_axis("kernel", options.kernel, ndim),
        "mode": options.mode,
        "stride": per_axis("stride", options.stride, ndim),
        "padding": per_axis("padding", options.padding, ndim),
    }
