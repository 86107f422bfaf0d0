"""Bad input, each a clear error before any launch: the argument, the value, what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from other_devices import traits_as
from refusals import TYPE, VALUE, image, refused

import clpool
from clpool.errors import ArgumentValueError, DeviceError
from clpool.runtime import device, dispatch

# Refusals cost nothing: every one of them.
pytestmark = [pytest.mark.cover, pytest.mark.usefixtures("no_launch")]

POISON = 7


GEOMETRY: list[tuple[dict[str, Any], tuple[type, type], tuple[str, ...]]] = [
    *(
        ({"kernel_size": 2, name: value}, kind, (name, shown, *allowed))
        for name in ("kernel_size", "stride", "dilation")
        for value, kind, shown, allowed in [
            (0, VALUE, "0", ("at least 1",)),
            (-2, VALUE, "-2", ("at least 1",)),
            ((2, 0), VALUE, "0", ("at least 1",)),
            (2.0, TYPE, "2.0", ("an integer",)),
            ((2, 1.5), TYPE, "1.5", ("an integer",)),
            (np.float32(2), TYPE, "2.0", ("an integer",)),
            (True, TYPE, "True", ("an integer",)),
            ("2", TYPE, "'2'", ("an integer",)),
            ((1, 2, 3), VALUE, "(1, 2, 3)", ("an int or 2 int",)),
            ([2] * 5, VALUE, "[2, 2, 2, 2, 2]", ("an int or 2 int",)),
        ]
    ),
    ({"kernel_size": None}, TYPE, ("kernel_size", "None", "an integer")),
    ({"kernel_size": ()}, VALUE, ("kernel_size", "()", "an int or 2 int")),
    ({"kernel_size": 2, "padding": -1}, VALUE, ("padding", "-1", "at least 0")),
    ({"kernel_size": 3, "padding": 2}, VALUE, ("padding", "2", "kernel_size 3", "at most 1")),
    ({"kernel_size": 3, "padding": (1, 2)}, VALUE, ("padding", "2", "axis 1", "at most 1")),
    ({"kernel_size": 3, "padding": 0.5}, TYPE, ("padding", "0.5", "an integer")),
    ({"kernel_size": 3, "padding": (1, 1, 1)}, VALUE, ("padding", "(1, 1, 1)", "2 int")),
    ({"kernel_size": 3, "padding": ((0, 1),)}, VALUE, ("padding", "((0, 1),)", "pair")),
    ({"kernel_size": 3, "padding": ((0, 1), (0, -1))}, VALUE, ("padding", "-1", "at least 0")),
    ({"kernel_size": 3, "padding": "full"}, VALUE, ("padding", "'full'", "'same_lower'")),
    ({"kernel_size": 9}, VALUE, ("kernel_size 9", "length 8", "output", "axis 0")),
    ({"kernel_size": 3, "dilation": 4}, VALUE, ("dilation 4", "length 8", "extent 9")),
    ({"kernel_size": 2, "ceil_mode": 1}, TYPE, ("ceil_mode", "1", "True or False")),
    ({"kernel_size": 2, "ceil_mode": None}, TYPE, ("ceil_mode", "None", "True or False")),
]


@pytest.mark.parametrize(
    ("arguments", "kind", "words"), [pytest.param(*entry, id=str(entry[0])) for entry in GEOMETRY]
)
def test_window_arguments(arguments: dict, kind: tuple, words: tuple) -> None:
    """A bad kernel_size, stride, padding or dilation is refused by every family."""
    out = np.full((1, 2, 4, 4), POISON, np.float32)
    for family in ("max", "min", "avg", "sum"):
        function = getattr(clpool, f"{family}_pool2d")
        refused(lambda f=function, **o: f(image(), **arguments, **o), kind, words, out)
    refused(lambda: clpool.nn.MaxPool2d(**arguments)(image()), kind, words)


DTYPES: list[Any] = [np.complex64, np.bool_, object, "U3", "S2", "M8[s]", "f4,i4", np.longdouble]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_unsupported_dtypes(dtype: Any) -> None:
    """An array of complex, bool, object, string or other dtype is refused, naming those taken."""
    x = np.zeros((1, 2, 8, 8), dtype)
    words = ("x", str(x.dtype), "allowed", "float32", "uint64")
    for function in (clpool.max_pool2d, clpool.avg_pool2d):
        refused(lambda f=function: f(x, 2), TYPE, words)


def test_float64_without_fp64(monkeypatch: pytest.MonkeyPatch) -> None:
    """float64 on a device without fp64 is refused, naming the device and the ways out."""
    traits_as(monkeypatch, fp64=False)
    monkeypatch.setattr(dispatch, "_plans", {})
    words = ("x", "float64", device.default_device().name.strip(), "float32", "fp64")
    out = np.full((1, 2, 4, 4), POISON, np.float64)
    refused(lambda **o: clpool.max_pool2d(image(dtype=np.float64), 2, **o), TYPE, words, out)
    # A sum of float32 into float64 needs it too.
    refused(lambda **o: clpool.sum_pool2d(image(), 2, dtype=np.float64, **o), TYPE, words[1:], out)


@pytest.mark.parametrize(
    "x", [[[1.0, 2.0]], 3.0, None, "x", memoryview(b"12")], ids=lambda x: type(x).__name__
)
def test_what_is_no_array(x: Any) -> None:
    """Lists and scalars are not converted silently."""
    words = ("x", type(x).__name__, "numpy.ndarray", "pyopencl.array.Array")
    refused(lambda: clpool.max_pool1d(x, 2), TYPE, words)


def test_masked_arrays() -> None:
    """A masked array is refused as an input and as an output, with a way out."""
    masked = np.ma.masked_less(image(), 0)
    refused(lambda: clpool.max_pool2d(masked, 2), TYPE, ("x", "masked", "filled"))
    out = np.ma.masked_array(np.full((1, 2, 4, 4), POISON, np.float32))
    refused(lambda: clpool.max_pool2d(image(), 2, out=out), TYPE, ("out", "masked"))


@pytest.mark.parametrize(
    ("ndim", "shape", "words"),
    [
        (2, (1, 2, 0, 8), ("x", "length 0", "axis 2", "(1, 2, 0, 8)")),
        (2, (1, 0, 8, 8), ("x", "channels", "axis 1", "(1, 0, 8, 8)")),
        (1, (2, 0), ("x", "length 0", "axis 1")),
        (3, (1, 1, 4, 4, 0), ("x", "length 0", "axis 4")),
        (1, (8,), ("x", "1 axes", "(8,)", "takes 2 (C, spatial...) or 3")),
        (1, (1, 1, 8, 8), ("x", "4 axes", "takes 2")),
        (2, (8, 8), ("x", "2 axes", "takes 3")),
        (2, (1, 1, 1, 8, 8), ("x", "5 axes", "takes 3")),
        (3, (8, 8, 8), ("x", "3 axes", "takes 4")),
        (3, (), ("x", "0 axes", "takes 4")),
    ],
)
@pytest.mark.parametrize("family", ["max", "avg"])
def test_shapes(family: str, ndim: int, shape: tuple, words: tuple) -> None:
    """Empty spatial axes, no channels and a wrong ndim are refused, with the shape."""
    refused(lambda: getattr(clpool, f"{family}_pool{ndim}d")(image(shape), 2), VALUE, words)


def test_shapes_of_the_core() -> None:
    """The n-dimensional core needs as many axes as its window, and one more channels last."""
    refused(lambda: clpool.pool(image((8,)), (2, 2)), VALUE, ("x", "1 axes", "2 needed"))
    core = clpool.pool
    last = {"data_format": "channels_last"}
    refused(lambda: core(image((8, 8)), (2, 2), **last), VALUE, ("x", "2 axes", "3 needed"))
    refused(lambda: core(image((4, 0)), (2,)), VALUE, ("x", "length 0", "axis 1"))
    refused(lambda: core(image(), 2), TYPE, ("window", "2", "sequence"))
    refused(lambda: core(image(), (1, 1, 1, 1)), VALUE, ("window", "(1, 1, 1, 1)", "1 to 3"))
    refused(lambda: core(image(), (2, 2), "median"), VALUE, ("mode", "'median'", "max", "avg"))


@pytest.mark.parametrize(
    ("keywords", "kind", "words"),
    [
        ({"divisor_override": 0}, VALUE, ("divisor_override", "0")),
        ({"divisor_override": 2.0}, TYPE, ("divisor_override", "2.0", "an integer")),
        ({"divisor_override": 2**70}, VALUE, ("divisor_override", str(2**70), "64 bits")),
        ({"count_include_pad": 1}, TYPE, ("count_include_pad", "1", "True or False")),
        ({"data_format": "NHWC"}, VALUE, ("data_format", "'NHWC'", "'channels_last'")),
        ({"queue": 3}, TYPE, ("queue", "CommandQueue", "int")),
    ],
    ids=str,
)
def test_keywords_of_averages(keywords: dict, kind: tuple, words: tuple) -> None:
    """Bad options of an average are refused by name."""
    out = np.full((1, 2, 4, 4), POISON, np.float32)
    refused(lambda **o: clpool.avg_pool2d(image(), 2, **keywords, **o), kind, words, out)


@pytest.mark.parametrize(
    ("keywords", "kind", "words"),
    [
        ({"nan": "skip"}, VALUE, ("nan", "'skip'", "'propagate'", "'ignore'")),
        ({"index_dtype": np.int16}, TYPE, ("index_dtype", "int16", "int64 or int32")),
        ({"index_dtype": "float32"}, TYPE, ("index_dtype", "float32", "int64 or int32")),
        ({"return_indices": 1}, TYPE, ("return_indices", "1", "True or False")),
        ({"nan": ["propagate"]}, VALUE, ("nan", "['propagate']", "'ignore'")),
    ],
    ids=str,
)
def test_keywords_of_extrema(keywords: dict, kind: tuple, words: tuple) -> None:
    """Bad options of a maximum are refused by name."""
    options = {"return_indices": True} | keywords
    refused(lambda: clpool.max_pool2d(image(), 2, **options), kind, words)


def test_options_that_do_not_go_together() -> None:
    """Indices of a sum, a narrower sum, a negative divisor of unsigned numbers are refused."""
    words = ("return_indices", "'sum'")
    refused(lambda: clpool.pool(image(), (2,), "sum", return_indices=True), VALUE, words)
    words = ("dtype", "float16", "float32", "allowed")
    refused(lambda: clpool.sum_pool2d(image(), 2, dtype=np.float16), TYPE, words)
    words = ("dtype", "int64", "float32", "allowed")
    refused(lambda: clpool.sum_pool2d(image(), 2, dtype=np.int64), TYPE, words)
    unsigned = image(dtype=np.uint8)
    words = ("divisor_override", "-3", "uint8", "positive")
    refused(lambda: clpool.avg_pool2d(unsigned, 2, divisor_override=-3), VALUE, words)


def test_shape_of_a_plan() -> None:
    """A plan refuses an array of another shape or dtype than it was made for."""
    plan = clpool.plan((1, 2, 8, 8), np.float32, (2, 2))
    words = ("x", "(1, 2, 8, 6)", "(1, 2, 8, 8)")
    refused(lambda: plan(image((1, 2, 8, 6))), VALUE, words)
    refused(lambda: plan(image(dtype=np.int32)), VALUE, ("x", "int32", "float32"))
    refused(lambda: plan(image(), queue=3), TYPE, ("queue", "CommandQueue", "int"))
    refused(lambda: plan(image(), wait_for=3), TYPE, ("wait_for", "3", "pyopencl.Event"))
    refused(lambda: plan(image(), wait_for=[None]), TYPE, ("wait_for", "[None]", "list"))


def test_modules_refuse_at_once() -> None:
    """A module's bad parameter is refused where it is made, not at its first call."""
    words = ("divisor_override", "0")
    refused(lambda: clpool.nn.AvgPool2d(2, divisor_override=0), VALUE, words)
    words = ("return_indices", "1", "True or False")
    refused(lambda: clpool.nn.MaxPool2d(2, return_indices=1), TYPE, words)
    words = ("count_include_pad", "None", "True or False")
    refused(lambda: clpool.nn.AvgPool1d(2, count_include_pad=None), TYPE, words)


def test_plans_of_modules() -> None:
    """A module's plan keeps to its function's rules: the ndim, and windows inside the input."""
    words = ("x", "5 axes", "takes 3")
    refused(lambda: clpool.nn.MaxPool2d(2).plan((1, 1, 2, 4, 4), "float32"), VALUE, words)
    module = clpool.nn.AvgPool3d(3, padding=1)
    words = ("kernel_size 3", "length 2", "axis 0", "avg_pool3d")
    refused(lambda: module.plan((1, 1, 2, 4, 4), np.float32), VALUE, words)
    refused(lambda: module(image((1, 1, 2, 4, 4))), VALUE, words)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"width": 3}, ("width", "3", "1, 2, 4, 8, 16")),
        ({"variant": "best"}, ("variant", "'best'", "direct, rows")),
        ({"tile": 0}, ("tile", "0", "at least 1")),
        ({"speed": 2}, ("'speed'", "unknown", "items")),
    ],
    ids=str,
)
def test_forced_tuning(params: dict, words: tuple) -> None:
    """A tuning parameter that does not exist, or cannot be, is refused."""
    with pytest.raises(ArgumentValueError) as caught, clpool.tuning.forced(**params):
        pass
    assert all(word in str(caught.value) for word in words)


def test_devices_that_do_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that matches nothing is refused, with a list of those there are."""
    name = device.default_device().name.strip()
    for wish in (99, "no such device", " ", ""):
        words = ("device", repr(str(wish)), "there are", name)
        refused(lambda w=wish: clpool.set_default_device(w), VALUE, words)
    for number in (99, -1):  # no part of "pthread-1"
        words = ("device", repr(str(number)), f"numbers from 0 to {len(clpool.devices()) - 1}")
        refused(lambda n=number: clpool.set_default_device(n), VALUE, words)
    refused(lambda: clpool.set_default_device(1.5), TYPE, ("device", "1.5", "a number"))
    monkeypatch.setattr(device, "_chosen", None)
    monkeypatch.setenv("CLPOOL_DEVICE", "no such device")
    words = ("CLPOOL_DEVICE", "'no such device'", "there are", name)
    refused(lambda: clpool.max_pool2d(image(), 2), (DeviceError, RuntimeError), words)
