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
from pathlib import Path
from typing import Any, NoReturn

from ..dtypes import ELEMENT_TYPES
from ..errors import ArgumentValueError, ClpoolError, DeviceError
from ..modes import MODES
from ..ops.pool import plan
from ..runtime.device import default_device, devices, set_default_device
from . import bench, tune, tuned
from .device_option import add_device, mistake
from .images import extra, image_files, pool_image, read_image, write_comparison, write_image

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

HELP_POOL = """\
Height and width are pooled, every channel (alpha too) on its own. The file's type is kept:
8-bit gray, RGB and RGBA, 16-bit gray, 32-bit float. For other types Pillow's RGB is pooled.

examples:
  clpool pool photo.jpg -o small.jpg                      half the size, brightest pixels
  clpool pool photo.png -o soft.png --mode avg --kernel 3 --stride 1 --padding 1
  clpool pool scan.tif -o thin.tif --mode min --kernel 3,1 --stride 1
  clpool pool photo.png -o small.png --kernel 8 --compare before-after.png
  clpool pool photos/ -o small/ --kernel 2                every image of a folder
"""

HELP_SOURCE = """\
The kernel is printed as it would be built for the default device.

examples:
  clpool source --kernel 3 --stride 2 --padding 1 --shape 1,64,112,112
  clpool source --mode avg --kernel 2,2 --shape 8,56,56,128 --data-format channels_last
  clpool source --kernel 3 --shape 1,3,224,224 --dtype float16 --indices
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

    command = commands.add_parser(
        "pool", help="pool an image, or a folder of images", epilog=HELP_POOL
    )
    command.add_argument("image", type=Path, metavar="IMAGE", help="a PNG, JPEG, TIFF or folder")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        required=True,
        help="file or folder to write",
    )
    command.add_argument("--compare", type=Path, metavar="FIGURE", help="draw before and after")
    _add_window(command, kernel=(2,))
    command.set_defaults(run=_pool)

    command = commands.add_parser("source", help="print a generated kernel", epilog=HELP_SOURCE)
    command.add_argument(
        "--shape", type=_integers, required=True, metavar="N,C,...", help="the input's shape"
    )
    command.add_argument("--dtype", choices=ELEMENT_TYPES, default="float32", metavar="DTYPE")
    command.add_argument("--dilation", type=_integers, default=(1,), metavar="D[,D]")
    command.add_argument("--ceil-mode", action="store_true", help="keep a last, partial window")
    command.add_argument("--indices", action="store_true", help="return the indices too")
    command.add_argument(
        "--data-format", choices=("channels_first", "channels_last"), default="channels_first"
    )
    _add_window(command, kernel=None)
    command.set_defaults(run=_source)

    bench.add_to(commands)
    tune.add_to(commands)
    tuned.add_to(commands)
    return parser


def _add_window(command: argparse.ArgumentParser, kernel: tuple[int, ...] | None) -> None:
    command.add_argument("--mode", choices=tuple(MODES), default="max", help="default: max")
    command.add_argument(
        *("--kernel", "-k"),
        type=_integers,
        default=kernel,
        required=kernel is None,
        metavar="K[,K]",
        help="the window's size, one number for all axes or one per axis",
    )
    command.add_argument(
        "--stride", type=_integers, metavar="S[,S]", help="default: the window's size"
    )
    command.add_argument(
        "--padding", type=_integers, default=(0,), metavar="P[,P]", help="at both ends of an axis"
    )
    add_device(command)


def _integers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        message = f"{text!r} is not an integer or integers with commas between"
        raise argparse.ArgumentTypeError(message) from None


def _per_axis(name: str, values: tuple[int, ...] | None, ndim: int) -> tuple[int, ...] | None:
    """One value per axis, of one for all or of ``ndim``."""
    if values is None or len(values) == ndim:
        return values
    if len(values) != 1:
        raise ArgumentValueError(f"--{name} has {len(values)} values; allowed: 1 or {ndim}")
    return values * ndim


def _window(options: argparse.Namespace, ndim: int) -> dict[str, Any]:
    """The arguments of a pooling function, for a number of axes."""
    return {
        "window": _per_axis("kernel", options.kernel, ndim),
        "mode": options.mode,
        "stride": _per_axis("stride", options.stride, ndim),
        "padding": _per_axis("padding", options.padding, ndim),
    }


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


def _pool(options: argparse.Namespace) -> None:
    window = _window(options, ndim=2)
    if not options.image.is_dir():
        _pool_file(options.image, options.output, window, options.compare)
        return
    if options.compare:
        raise ArgumentValueError("--compare draws one image, and IMAGE is a folder")
    files = image_files(options.image)
    options.output.mkdir(parents=True, exist_ok=True)
    # disable=None: no bar where nobody watches.
    for file in extra("tqdm").tqdm(files, unit="image", disable=None):
        write_image(options.output / file.name, pool_image(read_image(file), **window))
    print(f"{len(files)} images pooled into {options.output}")


def _pool_file(source: Path, target: Path, window: dict[str, Any], figure: Path | None) -> None:
    image = read_image(source)
    pooled = pool_image(image, **window)
    write_image(target, pooled)
    print(f"{source} {_size(image)} {image.dtype} -> {target} {_size(pooled)}")
    if figure:
        kernel = "x".join(map(str, window["window"]))
        titles = f"{source.name}, {_size(image)}", f"{window['mode']} {kernel}, {_size(pooled)}"
        write_comparison(figure, [(titles[0], image), (titles[1], pooled)])


def _size(image: Any) -> str:
    return f"{image.shape[1]}x{image.shape[0]}"


def _source(options: argparse.Namespace) -> None:
    # The axes behind batch and channels, unless --kernel says how many.
    axes = min(max(len(options.shape) - 2, 1), 3)
    ndim = len(options.kernel) if len(options.kernel) > 1 else axes
    window = _window(options, ndim)
    window["dilation"] = _per_axis("dilation", options.dilation, ndim)
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
    print(made.source.strip())
