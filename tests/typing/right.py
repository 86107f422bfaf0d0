"""Calls that type-check on an installed wheel, with the types that they return, and that run."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyopencl as cl
import pyopencl.array as cla
from typing_extensions import assert_type

import clpool
from clpool import nn

host = np.arange(128, dtype=np.float32).reshape(1, 2, 8, 8)
queue = cl.CommandQueue(cl.Context([clpool.default_device()]))
device = cla.to_device(queue, host)

# Arrays come back as the kind that went in.
assert_type(clpool.max_pool2d(host, 2), npt.NDArray[Any])
assert_type(clpool.max_pool2d(device, 2), cla.Array)
assert_type(clpool.avg_pool2d(host, kernel_size=(3, 3), stride=[2, 2]), npt.NDArray[Any])
assert_type(clpool.avg_pool2d(device, 3, count_include_pad=False), cla.Array)
assert_type(clpool.global_avg_pool(host), npt.NDArray[Any])
assert_type(clpool.soft_pool2d(device, 2), cla.Array)
assert_type(clpool.pool(host, (2,), "sum"), npt.NDArray[Any])
assert_type(clpool.sum_pool2d(host.astype(np.int8), 2, dtype=np.int32), npt.NDArray[Any])

# A flag that is True gives a pair: by name, by position, and behind required parameters.
values, indices = clpool.max_pool2d(host, 2, return_indices=True)
assert_type(values, npt.NDArray[Any])
assert_type(indices, npt.NDArray[Any])
assert_type(
    clpool.max_pool2d(host, 2, 2, 0, 1, False, True), tuple[npt.NDArray[Any], npt.NDArray[Any]]
)
assert_type(clpool.max_pool2d(host, 2, 2, 0, 1, False, False), npt.NDArray[Any])
assert_type(clpool.max_pool2d(device, 2, return_indices=True), tuple[cla.Array, cla.Array])
assert_type(clpool.adaptive_min_pool2d(device, 4, True), tuple[cla.Array, cla.Array])
assert_type(clpool.adaptive_min_pool2d(host, (4, None)), npt.NDArray[Any])
assert_type(clpool.global_max_pool(host, True), tuple[npt.NDArray[Any], npt.NDArray[Any]])
assert_type(
    clpool.pool(host, (2, 2), return_indices=True), tuple[npt.NDArray[Any], npt.NDArray[Any]]
)
assert_type(
    clpool.stochastic_pool2d(device, 2, return_indices=True, seed=1), tuple[cla.Array, cla.Array]
)
assert_type(
    clpool.fractional_max_pool2d(host, 2, 3, return_indices=True, seed=1),
    tuple[npt.NDArray[Any], npt.NDArray[Any]],
)
flag = bool(host.ndim)
assert_type(
    clpool.max_pool2d(host, 2, return_indices=flag),
    npt.NDArray[Any] | tuple[npt.NDArray[Any], npt.NDArray[Any]],
)

# A result that is given, and a pair of them.
assert_type(clpool.max_pool2d(host, 2, out=values), npt.NDArray[Any])
clpool.max_pool2d(host, 2, return_indices=True, out=(values, indices))

# Every form that a parameter takes.
clpool.max_pool2d(host, 2, padding=(1, 1))
clpool.max_pool2d(host, 2, padding=[(0, 1), (1, 0)])
clpool.max_pool2d(host, np.int64(2), padding="same", nan="ignore", data_format="channels_last")
clpool.max_pool2d(host, 2, return_indices=True, index_dtype="int32", queue=queue)
clpool.max_pool2d(host, 2, return_indices=True, index_dtype=np.dtype(np.int32))
clpool.lp_pool2d(host, np.float32(2), 2, signed=False)
clpool.fractional_max_pool2d(host, 2, output_ratio=(0.5, 0.6), seed=1)
clpool.fractional_avg_pool2d(host, sequences=([0, 4, 8], [0, 3, 8]))

# Gradients, and unpooling.
assert_type(clpool.avg_pool2d_backward(values, host.shape, 2), npt.NDArray[Any])
assert_type(clpool.max_pool2d_backward(values, indices, host.shape, 2), npt.NDArray[Any])
assert_type(clpool.max_unpool2d(values, indices, 2, output_size=(8, 8)), npt.NDArray[Any])
pooled, places = clpool.max_pool2d(device, 2, return_indices=True)
assert_type(clpool.max_pool2d_backward(pooled, places, device.shape, 2), cla.Array)

# Modules, plans and devices.
assert_type(nn.AvgPool2d(2)(host), npt.NDArray[Any])
assert_type(nn.AvgPool2d(2, divisor_override=3)(device, dilation=2), cla.Array)
assert_type(nn.MaxUnpool2d(2)(values, indices, [8, 8]), npt.NDArray[Any])
assert_type(nn.AdaptiveAvgPool2d((7, None))(host).shape, tuple[Any, ...])
largest, at = nn.MaxPool2d(2, return_indices=True)(host, nan="ignore")
smallest = nn.MinPool2d(2)(host).shape
assert_type(nn.MaxPool2d(2).plan(host.shape, host.dtype), clpool.Plan)
assert_type(clpool.plan((8, 32, 32), np.float32, (2, 2)), clpool.Plan)
assert_type(clpool.plan((8, 32, 32), "float16", 2, ndim=2), clpool.Plan)
assert_type(clpool.devices(), list[clpool.DeviceInfo])
assert_type(clpool.release_memory(), int)
