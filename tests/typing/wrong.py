"""Calls that a type checker refuses, each line for the reason behind it; nothing runs them."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyopencl.array as cla

import clpool
from clpool import nn

# ruff: noqa: B018, F841, RUF059 - results are taken for something else, and left there


def misspelt(x: npt.NDArray[Any], y: cla.Array) -> None:
    """Keywords that no function has."""
    clpool.max_pool2d(x, kernle_size=2)  # refused: call-overload
    clpool.avg_pool2d(x, 2, strides=2)  # refused: call-arg
    clpool.sum_pool2d(y, 2, return_indices=True)  # refused: call-arg
    clpool.avg_pool2d_backward(x, x.shape, 2, paddings=1)  # refused: call-arg
    clpool.max_pool4d(x, 2)  # refused: attr-defined
    nn.AvgPool2d(2, strides=2)  # refused: call-arg
    nn.AvgPool2d(2)(x, dilatoin=2)  # refused: call-arg
    nn.MaxPool2d(2)(x, NaN="ignore")  # refused: call-arg
    nn.MaxPool2d(2).plan(x.shape, x.dtype, nans="ignore")  # refused: call-arg


def literals(x: npt.NDArray[Any], y: cla.Array) -> None:
    """Words that are none of those there are."""
    clpool.max_pool2d(x, 2, padding="full")  # refused: arg-type
    clpool.avg_pool2d(x, 2, padding="full")  # refused: arg-type
    clpool.avg_pool2d(y, 2, data_format="NHWC")  # refused: arg-type
    clpool.global_max_pool(x, nan="raise")  # refused: call-overload
    clpool.pool(x, (2, 2), index_dtype="int16")  # refused: call-overload
    clpool.plan(x.shape, x.dtype, 2, nan="omit")  # refused: arg-type
    nn.MinPool2d(2)(x, nan="omit")  # refused: arg-type
    nn.AvgPool2d(2, padding="full")  # refused: arg-type


def missing(x: npt.NDArray[Any], y: cla.Array) -> None:
    """Arguments that every call needs."""
    clpool.max_pool2d(x)  # refused: call-overload
    clpool.avg_pool2d(x)  # refused: call-arg
    clpool.lp_pool2d(y, 2)  # refused: call-arg
    clpool.max_pool2d_backward(x, x.shape, 2)  # refused: arg-type call-arg type-var
    clpool.max_unpool2d(x, x)  # refused: call-arg
    nn.LPPool2d(2)  # refused: call-arg
    nn.AvgPool2d(2)()  # refused: call-arg
    nn.MaxUnpool2d(2)(x)  # refused: call-arg


def types(x: npt.NDArray[Any], y: cla.Array) -> None:
    """Values of types that are not taken."""
    clpool.max_pool2d([[1.0]], 2)  # refused: call-overload
    clpool.avg_pool2d(x, 2.5)  # refused: arg-type
    clpool.avg_pool2d(x, "2")  # refused: arg-type
    clpool.avg_pool2d(x, 2, stride=(1, None))  # refused: arg-type
    clpool.max_pool2d(x, 2, return_indices="yes")  # refused: call-overload
    clpool.max_pool2d(x, 2, index_dtype=np.int16)  # refused: arg-type
    clpool.max_unpool2d(x, y, 2)  # refused: type-var
    clpool.avg_pool2d(x, 2, out=y)  # refused: type-var
    clpool.pool(x, 2)  # refused: call-overload
    clpool.adaptive_avg_pool2d(x, 2.0)  # refused: arg-type
    clpool.fractional_avg_pool2d(x, 2, 3, return_indices=True)  # refused: arg-type
    clpool.fractional_max_pool2d(x, 2, output_ratio="half")  # refused: call-overload
    clpool.stochastic_pool2d(x, 2, seed=0.5)  # refused: call-overload
    clpool.avg_pool2d(x, 2, queue=1)  # refused: arg-type
    nn.AvgPool2d(2.5)  # refused: arg-type
    nn.AvgPool2d(2)([[1.0]])  # refused: type-var


def results(x: npt.NDArray[Any], y: cla.Array) -> None:
    """Results taken for something else."""
    values, indices = clpool.sum_pool2d(y, 2)  # refused: misc
    clpool.max_pool2d(x, 2, return_indices=True).shape  # refused: attr-defined
    host: npt.NDArray[Any] = clpool.avg_pool2d(y, 2)  # refused: arg-type
    device: cla.Array = clpool.max_pool2d(x, 2)  # refused: assignment
    host = nn.AvgPool2d(2)(y)  # refused: arg-type
