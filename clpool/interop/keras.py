"""Pooling under Keras' names: the layers of ``keras.layers``, two functions of ``keras.ops``.

Channels are last, strides the window's size. "same" padding counts in no average. A layer's name
is that of its class without a number; masks and symbolic inputs are Keras' alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from ..errors import ArgumentTypeError
from ..ops.adaptive import global_avg_pool, global_max_pool
from ..ops.exchange import of_any_kind
from ..problem.arguments import check_flag, one_of
from ..problem.window import SlidingWindow
from ..runtime.arrays import AnyArray
from .conventions import Convention, check_input, check_reach, pooled, sizes, whole_plane


@of_any_kind
def max_pool(
    inputs: AnyArray,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> AnyArray:
    """The largest value of each window, as ``keras.ops.max_pool``.

    Args:
        inputs: (N, spatial..., C) of one to three spatial axes, (N, C, spatial...) if
            ``data_format`` is "channels_first"; None is "channels_last".
        pool_size, strides: elements, an int or one per axis; strides None is pool_size.
        padding: "valid" or "same".

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> from clpool.interop import keras
        >>> keras.max_pool(np.arange(16.0).reshape(1, 4, 4, 1), 2).ravel()
        array([ 5.,  7., 13., 15.])
    """
    return _pool("max", inputs, pool_size, strides, padding, data_format)


@of_any_kind
def average_pool(
    inputs: AnyArray,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> AnyArray:
    """The average of the taps inside the input of each window, as ``keras.ops.average_pool``.

    Arguments and errors are those of :func:`max_pool`; inputs are floats.

    Example:
        >>> from clpool.interop import keras
        >>> keras.average_pool(np.arange(3.0).reshape(1, 3, 1), 2, padding="same").ravel()
        array([0.5, 2. ])
    """
    return _pool("avg", inputs, pool_size, strides, padding, data_format)


def _pool(
    mode: str, inputs: AnyArray, pool_size: Any, strides: Any, padding: Any, data_format: Any
) -> AnyArray:
    check_input(inputs, "inputs", floats=mode == "avg")
    ndim = min(max(len(inputs.shape) - 2, 1), 3)
    check_input(inputs, "inputs", ndim)
    window, last = _window(ndim, pool_size, strides, padding), _is_last(data_format)
    check_reach(inputs, "inputs", "pool_size", window, last)
    return pooled(inputs, mode, window, last, count_include_pad=False)


def _window(ndim: int, pool_size: Any, strides: Any, padding: Any) -> SlidingWindow:
    kernel = sizes("pool_size", pool_size, ndim)
    steps = kernel if strides is None else sizes("strides", strides, ndim)
    return SlidingWindow.of(ndim, kernel, steps, _choice("padding", padding, ("valid", "same")))


def _is_last(data_format: Any) -> bool:
    formats = ("channels_last", "channels_first")
    return data_format is None or _choice("data_format", data_format, formats) == formats[0]


def _choice(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """One of the allowed names, from one in any case."""
    chosen = value.lower() if isinstance(value, str) else value
    one_of(name, chosen, allowed)
    return str(chosen)


class _Layer(Convention):
    def __init__(self, data_format: str | None, name: str | None) -> None:
        self.data_format = "channels_last" if _is_last(data_format) else "channels_first"
        if name is not None and not isinstance(name, str):
            raise ArgumentTypeError(f"name must be a string or None, got {name!r}")
        self.name = name or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built=True>"


class _AveragePooling(_Layer):
    mode: ClassVar[str] = "avg"

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(data_format, name)
        window = _window(self.ndim, pool_size, strides, padding)
        self.pool_size, self.strides, self.padding = window.kernel, window.stride, padding

    @of_any_kind
    def __call__(self, inputs: AnyArray) -> AnyArray:
        """Pool (N, spatial..., C), or (N, C, spatial...) if channels are first."""
        check_input(inputs, "inputs", self.ndim)
        return _pool(
            self.mode, inputs, self.pool_size, self.strides, self.padding, self.data_format
        )


class _MaxPooling(_AveragePooling):
    mode = "max"

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name)


class _Global(_Layer):
    function: ClassVar[Callable[..., Any]]
    floats: ClassVar[bool] = False

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, name: str | None = None
    ) -> None:
        super().__init__(data_format, name)
        check_flag("keepdims", keepdims)
        self.keepdims = keepdims

    @of_any_kind
    def __call__(self, inputs: AnyArray) -> AnyArray:
        """Pool every plane to one element: (N, C), with axes of length 1 if keepdims."""
        check_input(inputs, "inputs", self.ndim, self.floats)
        last = _is_last(self.data_format)
        return whole_plane(self.function, inputs, "inputs", last, self.keepdims)


class _GlobalMax(_Global):
    function = staticmethod(global_max_pool)


class _GlobalAverage(_Global):
    function = staticmethod(global_avg_pool)
    floats = True


class MaxPooling1D(_MaxPooling, ndim=1):
    """``keras.layers.MaxPooling1D``; see :func:`max_pool`."""


class MaxPooling2D(_MaxPooling, ndim=2):
    """``keras.layers.MaxPooling2D``; see :func:`max_pool`.

    Example:
        >>> from clpool.interop import keras
        >>> keras.MaxPooling2D(pool_size=[3, 3], strides=2)(np.ones((1, 5, 5, 8))).shape
        (1, 2, 2, 8)
    """


class MaxPooling3D(_MaxPooling, ndim=3):
    """``keras.layers.MaxPooling3D``; see :func:`max_pool`."""


class AveragePooling1D(_AveragePooling, ndim=1):
    """``keras.layers.AveragePooling1D``; see :func:`average_pool`."""


class AveragePooling2D(_AveragePooling, ndim=2):
    """``keras.layers.AveragePooling2D``; see :func:`average_pool`."""


class AveragePooling3D(_AveragePooling, ndim=3):
    """``keras.layers.AveragePooling3D``; see :func:`average_pool`."""


class GlobalMaxPooling1D(_GlobalMax, ndim=1):
    """``keras.layers.GlobalMaxPooling1D``; see :func:`clpool.global_max_pool`."""


class GlobalMaxPooling2D(_GlobalMax, ndim=2):
    """``keras.layers.GlobalMaxPooling2D``; see :func:`clpool.global_max_pool`.

    Example:
        >>> from clpool.interop import keras
        >>> keras.GlobalMaxPooling2D()(np.arange(8.0).reshape(1, 2, 2, 2))
        array([[6., 7.]])
    """


class GlobalMaxPooling3D(_GlobalMax, ndim=3):
    """``keras.layers.GlobalMaxPooling3D``; see :func:`clpool.global_max_pool`."""


class GlobalAveragePooling1D(_GlobalAverage, ndim=1):
    """``keras.layers.GlobalAveragePooling1D``, of floats; see :func:`clpool.global_avg_pool`."""


class GlobalAveragePooling2D(_GlobalAverage, ndim=2):
    """``keras.layers.GlobalAveragePooling2D``, of floats; see :func:`clpool.global_avg_pool`."""


class GlobalAveragePooling3D(_GlobalAverage, ndim=3):
    """``keras.layers.GlobalAveragePooling3D``, of floats; see :func:`clpool.global_avg_pool`."""


MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
GlobalMaxPool1D, GlobalAvgPool1D = GlobalMaxPooling1D, GlobalAveragePooling1D
GlobalMaxPool2D, GlobalAvgPool2D = GlobalMaxPooling2D, GlobalAveragePooling2D
GlobalMaxPool3D, GlobalAvgPool3D = GlobalMaxPooling3D, GlobalAveragePooling3D
