"""The contact sheet, of noise: the sheet itself needs scikit-image's photograph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import clpool
from clpool.tools import sheet

pytestmark = pytest.mark.device


def test_every_expression_gives_a_picture() -> None:
    """Pictures have three channels with values from 0 to 1, gradients one and none below 0."""
    photo = np.random.default_rng(4).random((3, 64, 64), dtype=np.float32)
    found = sheet.pictures(photo)
    assert len(found) == len(sheet.SHEET)
    for (title, call), picture in zip(sheet.SHEET, found, strict=True):
        gradient = title.startswith("Gradient of ")
        assert gradient == ("_backward(" in call)
        assert picture.ndim == 2 if gradient else picture.shape[0] == 3
        assert picture.min() >= 0, title
        assert np.isfinite(picture).all(), title
        assert gradient or picture.max() <= 1, title
    assert np.array_equal(found[1], clpool.max_pool2d(clpool.avg_pool2d(photo, 2), 4))


def test_the_sheet_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command writes a figure with five pictures in a row, and says where."""
    image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'image') is not installed")
    noise = np.random.default_rng(5).random((3, 512, 512), dtype=np.float32)
    monkeypatch.setattr(sheet, "photograph", lambda: noise)
    path = tmp_path / "new" / "sheet.png"
    assert sheet.main(["--figure", str(path)]) == 0
    assert str(path) in capsys.readouterr().out
    drawn = image.open(path)
    assert drawn.width == 5 * (sheet.SIDE + sheet.GAP) + sheet.GAP
    assert np.asarray(drawn.convert("L")).std() > 20
