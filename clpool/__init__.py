"""Pooling operators for any OpenCL device.

numpy in, numpy out; ``pyopencl.array.Array`` in, ``Array`` out. The functions carry PyTorch's
names and give PyTorch's numbers.
"""

import logging

from . import errors, modes, nn, reference, tuning
from .device import DeviceInfo, default_device, devices, set_default_device
from .fronts import (
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    min_pool1d,
    min_pool2d,
    min_pool3d,
    sum_pool1d,
    sum_pool2d,
    sum_pool3d,
)
from .functional import plan, pool
from .plan import Plan

__version__ = "0.1.0"

# The library never prints: whoever wants its log gives "clpool" a handler.
logging.getLogger("clpool").addHandler(logging.NullHandler())

__all__ = [
    "DeviceInfo",
    "Plan",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "default_device",
    "devices",
    "errors",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "min_pool1d",
    "min_pool2d",
    "min_pool3d",
    "modes",
    "nn",
    "plan",
    "pool",
    "reference",
    "set_default_device",
    "sum_pool1d",
    "sum_pool2d",
    "sum_pool3d",
    "tuning",
]
