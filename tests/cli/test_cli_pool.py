"""The command `clpool pool`: modes, stacks, 16 bits, and folders with broken files."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

import clpool
from clpool.cli.main import main

Image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")
tifffile = pytest.importorskip("tifffile", reason="tifffile (the extra 'image') is not installed")

pytestmark = pytest.mark.device

RANDOM = np.random.default_rng(3)


def pixels(shape: tuple[int, ...], dtype: type[np.generic] = np.uint8) -> np.ndarray:
    """Pixels of the whole range of their type."""
    if np.issubdtype(dtype, np.floating):
        return RANDOM.normal(size=shape).astype(dtype)
    return RANDOM.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def pooled(source: Path, *options: str) -> np.ndarray:
    """What the command writes, of a TIFF or an image."""
    target = source.with_name(f"out{source.suffix}")
    assert main(["pool", str(source), "-o", str(target), *options]) == 0
    return np.asarray(tifffile.imread(target) if "tif" in target.suffix else Image.open(target))


def of_planes(x: np.ndarray, window: tuple[int, ...], mode: str = "max") -> np.ndarray:
    """The last axes pooled by windows side by side; averages of integers are rounded down."""
    lead = x.shape[: x.ndim - len(window)]
    counts = [n // k for n, k in zip(x.shape[len(lead) :], window, strict=True)]
    whole = x[(..., *(slice(n * k) for n, k in zip(counts, window, strict=True)))]
    cut = whole.reshape(*lead, *(n for pair in zip(counts, window, strict=True) for n in pair))
    inside = tuple(range(len(lead) + 1, cut.ndim, 2))
    if mode == "max":
        return np.asarray(cut.max(axis=inside))
    return np.asarray(cut.sum(axis=inside, dtype=np.int64) // np.prod(window)).astype(x.dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("axes", ["QYX", "ZCYX", "QYXS"])
def test_stacks(tmp_path: Path, axes: str, dtype: type[np.generic]) -> None:
    """Frames are pooled each on their own, and come back with their axes and their type."""
    shape = {"Q": 4, "Z": 3, "C": 2, "Y": 9, "X": 11, "S": 3}
    x = pixels(tuple(shape[axis] for axis in axes), dtype)
    kind = "rgb" if axes.endswith("S") else "minisblack"
    tifffile.imwrite(tmp_path / "in.ome.tif", x, photometric=kind, metadata={"axes": axes})
    y = pooled(tmp_path / "in.ome.tif", "--kernel", "2,3")
    planes = np.moveaxis(x, -1, 0) if axes.endswith("S") else x
    expected = of_planes(planes, (2, 3))
    np.testing.assert_array_equal(
        y, np.moveaxis(expected, 0, -1) if axes.endswith("S") else expected
    )
    assert y.dtype == dtype
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        assert file.series[0].axes == axes


def test_windows_over_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A window of three numbers pools the frames, too; the sizes are said."""
    x = pixels((6, 9, 11))
    tifffile.imwrite(tmp_path / "in.tif", x, photometric="minisblack")
    y = pooled(tmp_path / "in.tif", "--kernel", "2,3,3", "--mode", "avg")
    np.testing.assert_array_equal(y, of_planes(x, (2, 3, 3), "avg"))
    assert "in.tif 11x9, 6 frames uint8 -> " in (said := capsys.readouterr().out)
    assert said.rstrip().endswith("out.tif 3x3, 3 frames")


@pytest.mark.parametrize("samples", [3, 4])
def test_colours_of_16_bits(tmp_path: Path, samples: int) -> None:
    """A TIFF keeps all bits of its colours."""
    x = pixels((9, 11, samples), np.uint16)
    more = {"extrasamples": ["unassalpha"]} if samples == 4 else {}
    tifffile.imwrite(tmp_path / "in.tif", x, photometric="rgb", **more)
    y = pooled(tmp_path / "in.tif", "--kernel", "3")
    expected = np.moveaxis(of_planes(np.moveaxis(x, -1, 0), (3, 3)), 0, -1)
    np.testing.assert_array_equal(y, expected)


def test_a_png_of_deep_colours_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pillow would read eight of its sixteen bits."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0)
    rows = zlib.compress(2 * (b"\0" + bytes(12)))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    (tmp_path / "in.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    assert Image.open(tmp_path / "in.png").mode == "RGB"
    assert main(["pool", str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png")]) == 2
    assert "16 bits a channel, of which Pillow reads 8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("lp", {"norm_type": 3.0}),
        ("soft", {}),
        ("stochastic", {"seed": 5}),
        ("median", {}),
        ("mode", {}),
    ],
)
def test_modes_of_the_family(tmp_path: Path, mode: str, options: dict[str, float]) -> None:
    """Every operator pools 8-bit colours; those of floats round, and stay in the type's range."""
    x = pixels((10, 13, 3))
    Image.fromarray(x).save(tmp_path / "in.png")
    words = {"norm_type": "--norm", "seed": "--seed"}
    named = [text for name, value in options.items() for text in (words[name], str(value))]
    y = pooled(tmp_path / "in.png", "--mode", mode, "--kernel", "3", *named)
    planes = np.moveaxis(x, -1, 0)[None]
    before = (options.pop("norm_type"),) if mode == "lp" else ()
    given = planes.astype(np.float32) if mode in ("lp", "soft", "stochastic") else planes
    found = getattr(clpool, f"{mode}_pool2d")(given, *before, 3, **options)
    expected = np.clip(np.rint(found), 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(y, np.moveaxis(expected[0], 0, -1))
    if mode == "lp":
        assert found.max() > 255


def test_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder's images are pooled into another folder under their names; the rest is left."""
    folder, target = tmp_path / "photos", tmp_path / "new" / "small"
    folder.mkdir()
    x = pixels((20, 31, 3))
    for name in ("a.png", "b.TIF", "c.png"):
        Image.fromarray(x).save(folder / name)
    (folder / "notes.txt").write_text("no image")
    assert main(["pool", str(folder), "-o", str(target), "--kernel", "2"]) == 0
    assert sorted(path.name for path in target.iterdir()) == ["a.png", "b.TIF", "c.png"]
    expected = np.moveaxis(of_planes(np.moveaxis(x, -1, 0), (2, 2)), 0, -1)
    np.testing.assert_array_equal(np.asarray(Image.open(target / "b.TIF")), expected)
    assert capsys.readouterr().out == f"3 of 3 images pooled into {target}\n"


def test_a_folder_with_broken_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be pooled is named, with its reason, and the others are pooled."""
    folder, target = tmp_path / "photos", tmp_path / "small"
    folder.mkdir()
    for name in ("a.png", "d.png"):
        Image.fromarray(pixels((20, 31))).save(folder / name)
    (folder / "b.png").write_text("no image")
    whole = (folder / "d.png").read_bytes()
    (folder / "c.png").write_bytes(whole[: len(whole) // 2])
    Image.fromarray(pixels((2, 2))).save(folder / "e.png")
    assert main(["pool", str(folder), "-o", str(target), "--kernel", "3"]) == 2
    out, err = capsys.readouterr()
    assert sorted(path.name for path in target.iterdir()) == ["a.png", "d.png"]
    assert out == f"2 of 5 images pooled into {target}\n"
    lines = err.splitlines()
    assert [Path(line.split()[2].rstrip(":")).name for line in lines] == ["b.png", "c.png", "e.png"]
    assert all(line.startswith("clpool: error: ") for line in lines)


def test_a_folder_is_not_pooled_into_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Originals stay."""
    Image.fromarray(pixels((8, 8))).save(tmp_path / "a.png")
    kept = (tmp_path / "a.png").read_bytes()
    assert main(["pool", str(tmp_path), "-o", f"{tmp_path}/."]) == 2
    assert "it would be overwritten" in capsys.readouterr().err
    assert (tmp_path / "a.png").read_bytes() == kept


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that fails leaves what was there, and nothing else."""
    Image.fromarray(pixels((8, 8))).save(tmp_path / "a.png")
    (tmp_path / "out.png").write_text("kept")

    def fails(self: object, path: Path, **options: object) -> None:
        path.write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(Image.Image, "save", fails)
    assert main(["pool", str(tmp_path / "a.png"), "-o", str(tmp_path / "out.png")]) == 2
    assert (tmp_path / "out.png").read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "out.png"]
