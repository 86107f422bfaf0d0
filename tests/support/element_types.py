"""The element types that the host and the device have."""

from __future__ import annotations

import numpy as np
import pytest

from clpool.dtypes import ELEMENT_TYPES
from clpool.runtime import capabilities, device


def needed(name: str) -> np.dtype:
    """The dtype of that name; a test is skipped where numpy or the device lacks it."""
    if name == "bfloat16":
        pytest.importorskip("ml_dtypes", reason="bfloat16 needs it on the host")
    if name == "float64" and not capabilities.has_fp64(device.default_device()):
        pytest.skip("the device has no float64")
    return ELEMENT_TYPES[name].numpy
