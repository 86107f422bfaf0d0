"""The slow oracle: every pooling operator in plain numpy, independent of the kernels.

Nothing here knows of kernels or devices: every function is written from the definition of its
operator. The taps of all windows are walked in row-major window order, one tap of every window at
a time (:class:`Taps`), floats are computed wider than they are stored, and results are rounded
once. Arrays have their channels first; a window pools the last ``window.ndim`` axes.
"""

from .fractional import fractional_max_pool
from .lp import lp_pool, lp_pool_backward
from .modes import REFERENCES, Result, pool, register, sum_bound
from .order_statistics import median_pool, mode_pool
from .precision import epsilon, smallest_subnormal
from .roi import roi_max_pool
from .sliding import average, largest, smallest, total
from .sliding_backward import avg_pool_backward, max_pool_backward, sum_pool_backward
from .soft import soft_pool, soft_pool_backward
from .stochastic import (
    philox4x32,
    stochastic_inference,
    stochastic_inference_backward,
    stochastic_pool,
)
from .taps import Array, Taps, Window
from .unpool import max_unpool, max_unpool_backward

__all__ = [
    "REFERENCES",
    "Array",
    "Result",
    "Taps",
    "Window",
    "average",
    "avg_pool_backward",
    "epsilon",
    "fractional_max_pool",
    "largest",
    "lp_pool",
    "lp_pool_backward",
    "max_pool_backward",
    "max_unpool",
    "max_unpool_backward",
    "median_pool",
    "mode_pool",
    "philox4x32",
    "pool",
    "register",
    "roi_max_pool",
    "smallest",
    "smallest_subnormal",
    "soft_pool",
    "soft_pool_backward",
    "stochastic_inference",
    "stochastic_inference_backward",
    "stochastic_pool",
    "sum_bound",
    "sum_pool_backward",
    "total",
]
