"""The command line, run as a person runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clpool
from clpool.cli.main import main

Image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")

pytestmark = pytest.mark.device


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with its output."""
    return subprocess.run(
        [sys.executable, "-m", "clpool", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def blocks(image: np.ndarray, kernel: int) -> np.ndarray:
    """The image cut into the squares of a window without overlap, their pixels on axes 1 and 3."""
    height, width = (length // kernel for length in image.shape[:2])
    cut = image[: height * kernel, : width * kernel]
    return cut.reshape(height, kernel, width, kernel, *image.shape[2:])


@pytest.fixture
def photo(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A colour image in a file, and its pixels."""
    pixels = np.random.default_rng(1).integers(0, 256, (20, 31, 3), np.uint8)
    path = tmp_path / "photo.png"
    Image.fromarray(pixels).save(path)
    return path, pixels


KINDS = {
    "gray": ((21, 30), np.uint8, "png"),
    "gray-alpha": ((21, 30, 2), np.uint8, "png"),
    "rgb": ((21, 30, 3), np.uint8, "png"),
    "rgba": ((21, 30, 4), np.uint8, "png"),
    "rgb-tiff": ((21, 30, 3), np.uint8, "tif"),
    "gray-16": ((21, 30), np.uint16, "png"),
    "gray-16-tiff": ((21, 30), np.uint16, "tiff"),
    "float-tiff": ((21, 30), np.float32, "tif"),
}


@pytest.mark.parametrize("mode", ["max", "min", "avg"])
@pytest.mark.parametrize("kind", KINDS)
def test_pool_keeps_the_image_type(tmp_path: Path, kind: str, mode: str) -> None:
    """Every kind of image is pooled channel by channel, and comes back in its own type."""
    shape, dtype, suffix = KINDS[kind]
    random = np.random.default_rng(2)
    if dtype == np.float32:
        pixels = random.normal(size=shape).astype(dtype)
    else:
        pixels = random.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    source, target = tmp_path / f"in.{suffix}", tmp_path / f"out.{suffix}"
    Image.fromarray(pixels).save(source)

    assert main(["pool", str(source), "-o", str(target), "--mode", mode, "--kernel", "3"]) == 0

    pooled = np.asarray(Image.open(target))
    cut = blocks(pixels, 3)
    if mode == "avg" and dtype != np.float32:
        expected = cut.sum(axis=(1, 3), dtype=np.int64) // 9
    else:
        expected = {"max": np.max, "min": np.min, "avg": np.mean}[mode](cut, axis=(1, 3))
    assert pooled.dtype == dtype
    assert pooled.shape == expected.shape
    if dtype == np.float32 and mode == "avg":
        np.testing.assert_allclose(pooled, expected, rtol=0, atol=1e-5)
    else:
        np.testing.assert_array_equal(pooled, expected)


def test_pool_takes_a_number_per_axis_stride_and_padding(
    tmp_path: Path, photo: tuple[Path, np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    """Window, stride and padding take height and width apart, and the sizes are reported."""
    target = tmp_path / "out.png"
    window = ["--kernel", "3,2", "--stride", "2,1", "--padding", "1,0"]
    assert main(["pool", str(photo[0]), "-o", str(target), *window]) == 0
    expected = clpool.pool(
        np.moveaxis(photo[1], -1, 0), (3, 2), "max", stride=(2, 1), padding=(1, 0)
    )
    np.testing.assert_array_equal(np.asarray(Image.open(target)), np.moveaxis(expected, 0, -1))
    assert "photo.png 31x20 uint8 -> " in capsys.readouterr().out


def test_pool_reads_jpeg_and_palette_images_as_they_look(tmp_path: Path) -> None:
    """A JPEG is turned upright, and a palette's colours are pooled rather than their numbers."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (40, 20), "white").save(tmp_path / "turned.jpg", exif=exif)
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    palette.save(tmp_path / "palette.png")

    for name in ("turned.jpg", "palette.png"):
        target = tmp_path / f"out-{name}"
        assert main(["pool", str(tmp_path / name), "-o", str(target), "-k", "2"]) == 0
    assert Image.open(tmp_path / "out-turned.jpg").size == (10, 20)
    assert Image.open(tmp_path / "out-palette.png").getpixel((0, 0)) == (10, 20, 30)


def test_compare_draws_a_figure(tmp_path: Path, photo: tuple[Path, np.ndarray]) -> None:
    """--compare draws the two images into one figure that is wider than high, and no blank."""
    figure = tmp_path / "figure.png"
    arguments = ["-o", str(tmp_path / "out.png"), "--kernel", "2", "--compare", str(figure)]
    assert main(["pool", str(photo[0]), *arguments]) == 0
    drawn = Image.open(figure)
    assert drawn.format == "PNG"
    assert 800 < drawn.width < 3000
    assert 300 < drawn.height < drawn.width
    assert np.asarray(drawn.convert("L")).std() > 20


@pytest.mark.of_cpus("another process has the device as it is")
def test_source_prints_the_kernel_that_runs() -> None:
    """What is printed is the plan's source, under its label, variant and shape."""
    window = ["--kernel", "3", "--stride", "2", "--padding", "1"]
    done = run("source", *window, "--shape", "1,64,112,112", "--dtype", "float32")
    assert done.returncode == 0, done.stderr
    plan = clpool.plan((1, 64, 112, 112), np.float32, (3, 3), "max", stride=(2, 2), padding=(1, 1))
    assert done.stdout.endswith(plan.source.strip() + "\n")
    assert "__kernel" in done.stdout or "kernel void" in done.stdout
    assert f"variant {plan.variant}, output (1, 64, 56, 56)" in done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--mode", "avg", "--data-format", "channels_last"],
        ["--indices", "--dtype", "float16"],
        ["--mode", "min", "--dtype", "uint8", "--dilation", "2", "--ceil-mode"],
        ["--kernel", "2,2,2"],
    ],
    ids=" ".join,
)
def test_source_takes_every_option(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Layouts, indices, types and the window's options all reach the generator."""
    assert main(["source", "--kernel", "2", "--shape", "2,8,16,16", *options]) == 0
    assert "{" in capsys.readouterr().out


def test_source_explains_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Templates stand before the lines that they wrote, and the lines are those of the kernel."""
    words = ["source", "--kernel", "3", "--shape", "1,3,224,224"]
    assert main(words) == 0
    plain = capsys.readouterr().out.splitlines()
    assert main([*words, "--explain"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == plain[:2]
    columns = [line.partition(" |") for line in told[2:]]
    assert [code[1:] for _, bar, code in columns if bar and code] == [*filter(None, plain[2:])]
    assert {len(before) for before, *_ in columns} == {40}
    assert any(re.match(r"(\S+ )?modes/max\.mako:\d+(,\d+)* ", line) for line in told)


def test_source_stops_quietly_when_nobody_reads() -> None:
    """Piped into `head`, the printing ends without a complaint."""
    command = f"'{sys.executable}' -m clpool source --kernel 3 --shape 1,8,16,16 | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.startswith("//")


@pytest.mark.parametrize("command", [[], ["devices"], ["pool"], ["source"]])
def test_help_shows_examples(command: list[str]) -> None:
    """Every command's --help ends in examples."""
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "  clpool " in done.stdout


MISTAKES = {
    "no command": ([], "COMMAND"),
    "unknown mode": (["pool", "PHOTO", "-o", "OUT.png", "--mode", "mean"], "'mean'"),
    "no output": (["pool", "PHOTO"], "--output"),
    "kernel of words": (["pool", "PHOTO", "-o", "OUT.png", "--kernel", "two"], "'two'"),
    "kernel 0": (["pool", "PHOTO", "-o", "OUT.png", "--kernel", "0"], "at least 1"),
    "three axes": (["pool", "PHOTO", "-o", "OUT.png", "--kernel", "2,2,2"], "the image 2 (YX)"),
    "four axes": (["pool", "PHOTO", "-o", "OUT.png", "--kernel", "2,2,2,2"], "the image 2 (YX)"),
    "strides of others": (
        ["pool", "PHOTO", "-o", "OUT.png", "-k", "2,2", "--stride", "1,1,1"],
        "1 or 2",
    ),
    "norm of max": (["pool", "PHOTO", "-o", "OUT.png", "--norm", "2"], "--norm is of --mode lp"),
    "seed of max": (["pool", "PHOTO", "-o", "OUT.png", "--seed", "2"], "--seed is of --mode"),
    "window too large": (["pool", "PHOTO", "-o", "OUT.png", "--kernel", "99"], "99"),
    "no such file": (["pool", "PHOTO.gone", "-o", "OUT.png"], "PHOTO.gone"),
    "no image": (["pool", "TEXT", "-o", "OUT.png"], "not an image"),
    "several images": (["pool", "MOVING", "-o", "OUT.png"], "2 images"),
    "a stack": (["pool", "STACK", "-o", "OUT.png"], "a stack of 2 frames; allowed: .tif"),
    "no TIFF": (["pool", "NO_TIFF", "-o", "OUT.tif"], "not an image that tifffile can read"),
    "unknown format": (["pool", "PHOTO", "-o", "OUT.xyz"], ".xyz"),
    "alpha in JPEG": (["pool", "ALPHA", "-o", "OUT.jpg"], "RGBA"),
    "empty folder": (["pool", "EMPTY", "-o", "OUT"], "holds no image"),
    "compare a folder": (["pool", "EMPTY", "-o", "OUT", "--compare", "F.png"], "--compare"),
    "no such device": (["pool", "PHOTO", "-o", "OUT.png", "--device", "nowhere"], "nowhere"),
    "no shape": (["source", "--kernel", "2"], "--shape"),
    "complex": (["source", "--kernel", "2", "--shape", "1,2,8", "--dtype", "complex64"], "complex"),
    "no axes": (["source", "--kernel", "2", "--shape", "8,0"], "0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line(
    tmp_path: Path,
    photo: tuple[Path, np.ndarray],
    mistake: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A mistake ends in one line that names it, no traceback, no output file."""
    stack = [Image.new("L", (4, 4)) for _ in range(2)]
    stack[0].save(tmp_path / "stack.tif", save_all=True, append_images=stack[1:])
    moving = [Image.new("L", (4, 4), number) for number in range(2)]
    moving[0].save(tmp_path / "moving.png", save_all=True, append_images=moving[1:])
    (tmp_path / "no.tif").write_text("no image")
    Image.new("RGBA", (8, 8)).save(tmp_path / "alpha.png")
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "empty").mkdir()
    names = {
        "PHOTO": photo[0],
        "TEXT": tmp_path / "text.png",
        "STACK": tmp_path / "stack.tif",
        "MOVING": tmp_path / "moving.png",
        "NO_TIFF": tmp_path / "no.tif",
        "ALPHA": tmp_path / "alpha.png",
        "EMPTY": tmp_path / "empty",
    }
    arguments, named = MISTAKES[mistake]
    arguments = [str(names.get(word, word)) for word in arguments]
    arguments = [str(tmp_path / w) if w.startswith(("OUT", "PHOTO.")) else w for w in arguments]
    try:
        status = main(arguments)
    except SystemExit as stopped:  # argparse's way
        status = int(str(stopped.code))
    output = capsys.readouterr()
    assert status == 2
    assert output.err.startswith("clpool: error: ")
    assert named in output.err
    assert not list(tmp_path.glob("*OUT*"))


def test_a_missing_extra_is_named_with_its_command(tmp_path: Path) -> None:
    """Without Pillow the error says the pip command that brings it."""
    code = (
        "import sys; sys.modules['PIL'] = None\n"
        "from clpool.cli.main import main\n"
        "sys.exit(main(['pool', 'photo.png', '-o', 'out.png']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert done.returncode == 2
    assert "pip install 'clpool[image]'" in done.stderr
    assert "Traceback" not in done.stderr
