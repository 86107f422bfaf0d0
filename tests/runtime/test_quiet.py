"""Nothing is printed: not by an import, nor by building kernels, nor by calls, nor at the end."""

from __future__ import annotations

from pathlib import Path

from processes import python

CALLS = """
    import numpy as np, clpool
    from clpool import tuning
    x = np.random.default_rng(0).normal(size=(1, 2, 20, 130)).astype(np.float32)
    # Vectors wider than any register: compilers have warnings for those.
    with tuning.forced(variant="rows", width=32):
        y = clpool.max_pool2d(x, 3, 2, 1)
        clpool.avg_pool2d_backward(y, x.shape, 3, 2, 1)
    y, indices = clpool.max_pool2d(x, 2, return_indices=True)
    clpool.max_unpool2d(y, indices, 2)
    clpool.adaptive_max_pool2d(x, 3)
    clpool.lp_pool2d(x, 2, 2)
    clpool.devices()
"""


def test_nothing_is_printed(tmp_path: Path) -> None:
    """With all caches empty, and from the binaries that a process before has kept."""
    folders = {"CLPOOL_CACHE_DIR": tmp_path / "binaries", "POCL_CACHE_DIR": tmp_path / "pocl"}
    for _ in ("compiled", "kept"):
        done = python(CALLS, **folders)
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
