"""``clpool pool``: an image, a stack, or every image of a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..errors import ArgumentTypeError, ArgumentValueError
from ..modes import MODES
from .device_option import add_device
from .images import extra, image_files, read_picture, write_comparison, write_picture
from .pictures import OPERATORS, pooled
from .window_options import add_window, window_of

HELP = """\
Height and width are pooled, every channel (alpha too) and every frame of a stack on its own; a
window of three numbers pools frames, too. The file's type is kept: of TIFF any integers and floats,
8-bit gray, RGB and RGBA and 16-bit gray of others. For other types Pillow's RGB is pooled.

modes beside max, min, sum and avg:
  lp          the norm of each window, of --norm
  soft        its values weighted by their exponentials
  stochastic  one of its values, drawn by its share of their sum: --seed
  median      the middle one, the lower of two
  mode        the most frequent one, of integers

A file of a folder that cannot be pooled is named at the end, the others are pooled; the exit
status is 2 then.

examples:
  clpool pool photo.jpg -o small.jpg                      half the size, brightest pixels
  clpool pool photo.png -o soft.png --mode avg --kernel 3 --stride 1 --padding 1
  clpool pool scan.tif -o thin.tif --mode min --kernel 3,1 --stride 1
  clpool pool stack.tif -o small.tif --mode median --kernel 2,4,4
  clpool pool photo.png -o small.png --kernel 8 --compare before-after.png
  clpool pool photos/ -o small/ --kernel 2                every image of a folder
"""


def add_to(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser("pool", help="pool an image, or a folder of images", epilog=HELP)
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
    add_window(command, (*MODES, *OPERATORS), kernel=(2,))
    command.add_argument("--norm", type=float, metavar="P", help="of lp; default: 2")
    command.add_argument(
        "--seed", type=int, metavar="N", help="of stochastic; default: another one"
    )
    add_device(command)
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    window = window_of(options, ndim=max(len(options.kernel), 2))
    for name, mode in (("norm", "lp"), ("seed", "stochastic")):
        if getattr(options, name) is not None and options.mode != mode:
            raise ArgumentValueError(f"--{name} is of --mode {mode}, got --mode {options.mode}")
    if options.mode == "lp":
        window["norm_type"] = 2.0 if options.norm is None else options.norm
    if options.mode == "stochastic":
        window["seed"] = options.seed
    if options.image.is_dir():
        return _pool_folder(options, window)
    _pool_file(options.image, options.output, window, options.compare)
    return 0


def _pool_file(source: Path, target: Path, window: dict[str, Any], figure: Path | None) -> None:
    """Pool an image, say its sizes, and draw both."""
    picture = read_picture(source)
    found = pooled(picture, **window)
    write_picture(target, found)
    print(f"{source} {picture.size} {picture.array.dtype} -> {target} {found.size}")
    if figure:
        kernel = "x".join(map(str, window["window"]))
        titles = f"{source.name}, {picture.size}", f"{window['mode']} {kernel}, {found.size}"
        panels = zip(titles, (picture.first, found.first), strict=True)
        write_comparison(figure, list(panels))


def _pool_folder(options: argparse.Namespace, window: dict[str, Any]) -> int:
    """Pool every image of a folder; 2 where one could not be."""
    if options.compare:
        raise ArgumentValueError("--compare draws one image, and IMAGE is a folder")
    files = image_files(options.image)
    options.output.mkdir(parents=True, exist_ok=True)
    if options.output.samefile(options.image):
        raise ArgumentValueError(
            f"--output is the folder of the images, {options.image}; it would be overwritten"
        )
    failed: list[str] = []
    # disable=None: no bar where nobody watches.
    for file in extra("tqdm").tqdm(files, unit="image", disable=None):
        try:
            write_picture(options.output / file.name, pooled(read_picture(file), **window))
        except (ArgumentTypeError, ArgumentValueError, OSError) as error:
            text = str(error)
            failed.append(text if str(file) in text else f"{file}: {text}")
    print(f"{len(files) - len(failed)} of {len(files)} images pooled into {options.output}")
    for text in failed:
        print(f"clpool: error: {text}", file=sys.stderr)
    return 2 if failed else 0
