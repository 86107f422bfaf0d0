"""``clpool source``: a generated kernel, and the templates that its lines come from."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Any

from ..codegen.origins import Line, Origin, explained
from ..dtypes import ELEMENT_TYPES
from ..errors import ClpoolError
from ..modes import MODES
from ..ops.pool import plan
from .device_option import add_device
from .window_options import add_window, integers, per_axis, window_of

HELP = """\
The kernel is printed as it would be built for the default device. With --explain the templates
that wrote a line stand before it, by their paths in clpool/kernels, with their lines.

examples:
  clpool source --kernel 3 --stride 2 --padding 1 --shape 1,64,112,112
  clpool source --mode avg --kernel 2,2 --shape 8,56,56,128 --data-format channels_last
  clpool source --kernel 3 --shape 1,3,224,224 --dtype float16 --indices
  clpool source --kernel 2 --shape 1,3,224,224 --explain
"""

#: The column of origins, in characters.
_WIDTH = 40


def add_to(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser("source", help="print a generated kernel", epilog=HELP)
    command.add_argument(
        "--shape", type=integers, required=True, metavar="N,C,...", help="the input's shape"
    )
    command.add_argument("--dtype", choices=ELEMENT_TYPES, default="float32", metavar="DTYPE")
    command.add_argument("--dilation", type=integers, default=(1,), metavar="D[,D]")
    command.add_argument("--ceil-mode", action="store_true", help="keep a last, partial window")
    command.add_argument("--indices", action="store_true", help="return the indices too")
    command.add_argument(
        "--data-format", choices=("channels_first", "channels_last"), default="channels_first"
    )
    command.add_argument("--explain", action="store_true", help="say which templates wrote a line")
    add_window(command, tuple(MODES), kernel=None)
    add_device(command)
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    # The axes behind batch and channels, unless --kernel says how many.
    axes = min(max(len(options.shape) - 2, 1), 3)
    ndim = len(options.kernel) if len(options.kernel) > 1 else axes
    window = window_of(options, ndim)
    window["dilation"] = per_axis("dilation", options.dilation, ndim)
    try:
        dtype = ELEMENT_TYPES[options.dtype].numpy
    except ImportError:
        raise ClpoolError("bfloat16 needs ml_dtypes: pip install 'clpool[bfloat16]'") from None
    made = plan(
        options.shape,
        dtype,
        **window,
        ceil_mode=options.ceil_mode,
        return_indices=options.indices,
        data_format=options.data_format,
    )
    print(f"// {made.label}")
    print(f"// variant {made.variant}, output {made.output_shape}, moves {made.bytes_moved} bytes")
    print("\n".join(_columns(explained(made.spec))) if options.explain else made.source.strip())


def _columns(lines: Iterable[Line]) -> Iterator[str]:
    """Every line behind its origins, of which long ones take several rows."""
    for line in lines:
        rows = textwrap.wrap(_told(line.origins), _WIDTH, break_on_hyphens=False)
        for row, text in zip_longest(rows or [""], [line.text], fillvalue=""):
            yield f"{row:{_WIDTH}} | {text}".rstrip()


def _told(origins: Iterable[Origin]) -> str:
    """Origins as text, those of a template together."""
    groups = groupby(origins, attrgetter("template"))
    return " ".join(f"{name}:{','.join(str(one.line) for one in group)}" for name, group in groups)
