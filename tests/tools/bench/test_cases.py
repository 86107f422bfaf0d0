"""The benchmark's inputs of given sizes."""

from __future__ import annotations

import numpy as np
import pytest

from clpool.tools.bench.cases import of_sizes


def test_sizes_of_inputs() -> None:
    """Each is as large as its name says."""
    cases = of_sizes(2, 2, 1 << 30)
    assert [c.name for c in cases][::5] == ["1 KiB", "1 MiB", "1 GiB"]
    assert [4 * int(np.prod(c.shape)) for c in cases] == [1 << n for n in range(10, 31, 2)]
    with pytest.raises(ValueError, match="--most-bytes at least 1024"):
        of_sizes(2, 2, 1000)
