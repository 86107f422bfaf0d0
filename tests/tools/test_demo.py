"""The demonstration, on a small picture of its own: `make demo` itself needs scikit-image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clpool
from clpool.tools import demo

pytestmark = pytest.mark.device


@pytest.fixture
def picture() -> np.ndarray:
    """Three channels of noise, 64 x 64."""
    return np.random.default_rng(3).random((3, 64, 64), dtype=np.float32)


@pytest.mark.parametrize("kernel", [8, 64])
@pytest.mark.parametrize("mode", ["max", "avg"])
def test_every_operator_is_checked_and_timed(picture: np.ndarray, mode: str, kernel: int) -> None:
    """A right result passes the check; its time and its bytes make a rate."""
    result = demo.measure("name", demo.orientations(picture), mode, kernel)
    assert result.output.shape == (8, 3, 64 // kernel, 64 // kernel)
    assert result.bytes_moved >= result.output.nbytes + 8 * picture.nbytes
    assert 0 < result.median < 10
    assert "GB/s" in demo.HEADER
    assert result.line().startswith("name ")


def test_a_wrong_value_ends_the_demonstration(
    picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One wrong value among all stops the demonstration with an error."""
    right = clpool.max_pool2d

    def wrong(*arguments: Any, **options: Any) -> Any:
        output = right(*arguments, **options)
        output[-1, -1, -1, -1] += 1e-3
        return output

    monkeypatch.setattr(clpool, "max_pool2d", wrong)
    with pytest.raises(SystemExit, match=r"WRONG, off by 0\.001"):
        demo.measure("max", picture[None], "max", 8)


def test_the_batch_holds_eight_different_orientations(picture: np.ndarray) -> None:
    """The photograph is turned and mirrored every way once."""
    batch = demo.orientations(picture)
    assert len({view.tobytes() for view in batch}) == 8
    assert all(view.sum() == pytest.approx(picture.sum()) for view in batch)


def test_the_figure_is_drawn(picture: np.ndarray, tmp_path: Path) -> None:
    """The figure is a wide PNG that is not blank."""
    image = pytest.importorskip("PIL.Image", reason="Pillow (the extra 'image') is not installed")
    half = picture.reshape(3, 32, 2, 32, 2)
    path = tmp_path / "new" / "figure.png"
    demo.draw(path, picture, half.max((2, 4)), half.mean((2, 4)))
    drawn = image.open(path)
    assert drawn.width > 3 * drawn.height > 900
    assert np.asarray(drawn.convert("L")).std() > 20
