"""Pooling under MXNet's names: the layers of ``gluon.nn``, and ``Pooling`` that they call.

Layers have channels first, a stride of the window's size and any padding. Where ``ceil_mode`` adds
a window that lies wholly in padding, its maximum is -inf, its average 0, or NaN if the padding does
not count. A NaN wins, as everywhere in clpool.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from ..ops.adaptive import global_avg_pool, global_max_pool
from ..ops.exchange import of_any_kind
from ..problem.arguments import check_flag, one_of
from ..problem.window import SlidingWindow, is_sequence
from ..runtime.arrays import AnyArray
from .conventions import (
    Convention,
    check_input,
    check_reach,
    pooled,
    sizes,
    spatial_lengths,
    whole_plane,
)

#: The layouts of each number of pooled axes, channels first and last.
_LAYOUTS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


@of_any_kind
def Pooling(
    data: AnyArray,
    *,
    kernel: Any = (),
    pool_type: str = "max",
    global_pool: bool = False,
    pooling_convention: str = "valid",
    stride: Any = (),
    pad: Any = (),
    count_include_pad: bool = True,
    layout: str | None = None,
) -> AnyArray:
    """Pool each window of (N, C, spatial...), as ``mxnet.nd.Pooling``.

    Args:
        data: the input, of one to three spatial axes; an average's are floats.
        kernel, stride, pad: elements, a sequence of one per axis; empty strides are 1, pads 0.
        pool_type: "max" or "avg".
        global_pool: pool every plane to one element, whatever the window is.
        pooling_convention: "valid" rounds the number of windows down, "full" up:
            ``floor((n + 2 * pad - kernel) / stride) + 1`` or the same with ``ceil``.
        count_include_pad: whether taps in the padding count in an average's divisor.
        layout: "NCW", "NCHW", "NCDHW", or "NWC", "NHWC", "NDHWC"; None is channels first.

    Raises:
        ArgumentValueError, ArgumentTypeError: naming the argument and what is allowed.

    Example:
        >>> from clpool.interop import mxnet
        >>> x = np.arange(5.0).reshape(1, 1, 5)
        >>> mxnet.Pooling(x, kernel=(2,), stride=(2,), pooling_convention="full").ravel()
        array([1., 3., 4.])
    """
    one_of("pool_type", pool_type, ("max", "avg"))
    check_flag("global_pool", global_pool)
    one_of("pooling_convention", pooling_convention, ("valid", "full"))
    check_flag("count_include_pad", count_include_pad)
    check_input(data, "data", floats=pool_type == "avg")
    ndim = min(max(len(data.shape) - 2, 1), 3)
    check_input(data, "data", ndim)
    last = _is_last(layout, ndim)
    if global_pool:
        function = global_max_pool if pool_type == "max" else global_avg_pool
        return whole_plane(function, data, "data", last, keepdims=True)
    size = sizes("kernel", kernel, ndim, number=False)
    steps = sizes("stride", _or(stride, (1,) * ndim), ndim, number=False)
    pads = sizes("pad", _or(pad, (0,) * ndim), ndim, least=0, number=False)
    window = SlidingWindow.of(ndim, size, steps, tuple((p, p) for p in pads))
    check_reach(data, "data", "kernel", window, last)
    if pooling_convention == "valid":
        return pooled(data, pool_type, window, last, count_include_pad)
    return _full(data, pool_type, window, last, count_include_pad)


def _full(
    data: AnyArray, mode: str, window: SlidingWindow, last: bool, count_include_pad: bool
) -> AnyArray:
    """The number of windows rounded up: as many as padding further at the end gives.

    Such padding must not count in an average: clpool's ceil_mode divides as MXNet does, but has no
    window that begins in the end padding; of those the sum is 0.
    """
    lengths = spatial_lengths(data, window.ndim, last)
    axes = zip(lengths, window.pads(lengths), window.kernel, window.stride, strict=True)
    further = tuple((p, q + -(n + p + q - k) % s) for n, (p, q), k, s in axes)
    longer = replace(window, padding=further)
    rounded = replace(window, ceil_mode=True)
    outputs = rounded.output_shape(lengths)
    if mode == "avg" and count_include_pad:
        if outputs == longer.output_shape(lengths):
            return pooled(data, mode, rounded, last)
        y = pooled(data, mode, longer, last)
        begun = (..., *map(slice, outputs), *[slice(None)] * last)
        pooled(data, mode, rounded, last, out=y[begun])
        return y
    return pooled(data, mode, longer, last, count_include_pad)


def _or(value: Any, default: Any) -> Any:
    """The default of an empty sequence."""
    return default if is_sequence(value) and len(value) == 0 else value


def _is_last(layout: Any, ndim: int) -> bool:
    if layout is not None:
        one_of("layout", layout, _LAYOUTS[ndim])
    return bool(layout == _LAYOUTS[ndim][1])


class _Pooling(Convention):
    """The arguments of :func:`Pooling` that a layer's own ones give."""

    pool_type: ClassVar[str]

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: Any,
        layout: str | None,
        ceil_mode: bool,
        global_pool: bool = False,
        count_include_pad: bool | None = None,
    ) -> None:
        check_flag("ceil_mode", ceil_mode)
        kernel = sizes("pool_size", pool_size, self.ndim)
        _is_last(layout, self.ndim)
        self._kwargs: dict[str, Any] = {
            "kernel": kernel,
            "stride": kernel if strides is None else sizes("strides", strides, self.ndim),
            "pad": sizes("padding", padding, self.ndim, least=0),
            "global_pool": global_pool,
            "pool_type": self.pool_type,
            "layout": layout or _LAYOUTS[self.ndim][0],
            "pooling_convention": "full" if ceil_mode else "valid",
        }
        if count_include_pad is not None:
            check_flag("count_include_pad", count_include_pad)
            self._kwargs["count_include_pad"] = count_include_pad

    @of_any_kind
    def __call__(self, x: AnyArray) -> AnyArray:
        """Pool (N, C, spatial...), or (N, spatial..., C) if the layout says so."""
        check_input(x, "x", self.ndim)
        return Pooling(x, **self._kwargs)

    def __repr__(self) -> str:
        given = self._kwargs
        return (
            f"{type(self).__name__}(size={given['kernel']}, stride={given['stride']}, "
            f"padding={given['pad']}, ceil_mode={given['pooling_convention'] == 'full'}, "
            f"global_pool={given['global_pool']}, pool_type={given['pool_type']}, "
            f"layout={given['layout']})"
        )


class _Max(_Pooling):
    pool_type = "max"

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: Any = 0,
        layout: str | None = None,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(pool_size, strides, padding, layout, ceil_mode)


class _Avg(_Pooling):
    pool_type = "avg"

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        layout: str | None = None,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(
            pool_size, strides, padding, layout, ceil_mode, count_include_pad=count_include_pad
        )


class _GlobalMax(_Pooling):
    pool_type = "max"

    def __init__(self, layout: str | None = None) -> None:
        super().__init__(1, None, 0, layout, ceil_mode=True, global_pool=True)


class _GlobalAvg(_GlobalMax):
    pool_type = "avg"


class MaxPool1D(_Max, ndim=1):
    """``gluon.nn.MaxPool1D`` of (N, C, W); see :func:`Pooling`."""


class MaxPool2D(_Max, ndim=2):
    """``gluon.nn.MaxPool2D`` of (N, C, H, W); see :func:`Pooling`.

    Example:
        >>> from clpool.interop import mxnet
        >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
        >>> mxnet.MaxPool2D((2, 3), padding=(1, 2), strides=(2, 3))(x).ravel()
        array([ 0.,  3.,  8., 11., 12., 15.])
    """


class MaxPool3D(_Max, ndim=3):
    """``gluon.nn.MaxPool3D`` of (N, C, D, H, W); see :func:`Pooling`."""

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        layout: str | None = None,
    ) -> None:
        super().__init__(pool_size, strides, padding, layout, ceil_mode)


class AvgPool1D(_Avg, ndim=1):
    """``gluon.nn.AvgPool1D`` of (N, C, W); see :func:`Pooling`."""

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: Any = 0,
        layout: str | None = None,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(pool_size, strides, padding, ceil_mode, layout, count_include_pad)


class AvgPool2D(_Avg, ndim=2):
    """``gluon.nn.AvgPool2D`` of (N, C, H, W); see :func:`Pooling`."""


class AvgPool3D(_Avg, ndim=3):
    """``gluon.nn.AvgPool3D`` of (N, C, D, H, W); see :func:`Pooling`."""


class GlobalMaxPool1D(_GlobalMax, ndim=1):
    """``gluon.nn.GlobalMaxPool1D`` of (N, C, W); see :func:`clpool.global_max_pool`."""


class GlobalMaxPool2D(_GlobalMax, ndim=2):
    """``gluon.nn.GlobalMaxPool2D`` of (N, C, H, W); see :func:`clpool.global_max_pool`."""


class GlobalMaxPool3D(_GlobalMax, ndim=3):
    """``gluon.nn.GlobalMaxPool3D`` of (N, C, D, H, W); see :func:`clpool.global_max_pool`."""


class GlobalAvgPool1D(_GlobalAvg, ndim=1):
    """``gluon.nn.GlobalAvgPool1D`` of (N, C, W); see :func:`clpool.global_avg_pool`."""


class GlobalAvgPool2D(_GlobalAvg, ndim=2):
    """``gluon.nn.GlobalAvgPool2D`` of (N, C, H, W); see :func:`clpool.global_avg_pool`."""


class GlobalAvgPool3D(_GlobalAvg, ndim=3):
    """``gluon.nn.GlobalAvgPool3D`` of (N, C, D, H, W); see :func:`clpool.global_avg_pool`."""
