"""Pooling operators for any OpenCL device.

numpy in, numpy out; ``pyopencl.array.Array`` in, ``Array`` out. The functions carry PyTorch's
names and give PyTorch's numbers.
"""

import logging

from . import errors, gradients, modes, nn, reference, tuning
from .adaptive import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    adaptive_max_pool3d,
    adaptive_min_pool1d,
    adaptive_min_pool2d,
    adaptive_min_pool3d,
    global_avg_pool,
    global_max_pool,
)
from .device import DeviceInfo, default_device, devices, set_default_device
from .fractional import (
    fractional_avg_pool2d,
    fractional_avg_pool2d_backward,
    fractional_avg_pool3d,
    fractional_avg_pool3d_backward,
    fractional_max_pool2d,
    fractional_max_pool2d_backward,
    fractional_max_pool3d,
    fractional_max_pool3d_backward,
)
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
from .gradients import *  # noqa: F403  # they are made and listed there
from .norms import (
    global_lp_pool,
    lp_pool1d,
    lp_pool1d_backward,
    lp_pool2d,
    lp_pool2d_backward,
    lp_pool3d,
    lp_pool3d_backward,
)
from .plan import Plan
from .unpool import (
    max_unpool1d,
    max_unpool1d_backward,
    max_unpool2d,
    max_unpool2d_backward,
    max_unpool3d,
    max_unpool3d_backward,
)

__version__ = "0.1.0"

# The library never prints: whoever wants its log gives "clpool" a handler.
logging.getLogger("clpool").addHandler(logging.NullHandler())

__all__ = [
    *gradients.__all__,
    "DeviceInfo",
    "Plan",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "adaptive_min_pool1d",
    "adaptive_min_pool2d",
    "adaptive_min_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "default_device",
    "devices",
    "errors",
    "fractional_avg_pool2d",
    "fractional_avg_pool2d_backward",
    "fractional_avg_pool3d",
    "fractional_avg_pool3d_backward",
    "fractional_max_pool2d",
    "fractional_max_pool2d_backward",
    "fractional_max_pool3d",
    "fractional_max_pool3d_backward",
    "global_avg_pool",
    "global_lp_pool",
    "global_max_pool",
    "lp_pool1d",
    "lp_pool1d_backward",
    "lp_pool2d",
    "lp_pool2d_backward",
    "lp_pool3d",
    "lp_pool3d_backward",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool1d",
    "max_unpool1d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "max_unpool3d",
    "max_unpool3d_backward",
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
