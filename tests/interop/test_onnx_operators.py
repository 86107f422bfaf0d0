"""Pooling nodes of every opset, element type and attribute, against ONNX's definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the extra 'onnx' is not installed")
ml_dtypes = pytest.importorskip("ml_dtypes", reason="the extra 'bfloat16' is not installed")

from launches import count  # noqa: E402
from onnx_definition import sliding  # noqa: E402
from onnx_models import VERSIONS, node_model, schema  # noqa: E402

from clpool.interop.onnx import prepare  # noqa: E402

pytestmark = pytest.mark.device

DTYPES = {
    "tensor(bfloat16)": ml_dtypes.bfloat16,
    "tensor(float16)": np.float16,
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int8)": np.int8,
    "tensor(uint8)": np.uint8,
}
SLIDING = ("MaxPool", "AveragePool", "LpPool")
EVERY = [(op, opset) for op, opsets in VERSIONS.items() for opset in opsets]
NEWEST = onnx.defs.onnx_opset_version()

#: Attributes by the opset's schema that has them all.
WINDOWS: list[dict[str, Any]] = [
    {"kernel_shape": [3]},
    {"kernel_shape": [2, 3], "strides": [2, 1], "pads": [1, 2, 0, 1]},
    {"kernel_shape": [3, 2], "strides": [3, 2], "ceil_mode": 1},
    {"kernel_shape": [2, 2], "strides": [2, 3], "pads": [0, 1, 1, 1], "ceil_mode": 1},
    {"kernel_shape": [2, 3], "dilations": [2, 2], "pads": [1, 2, 1, 2], "ceil_mode": 1},
    {"kernel_shape": [2, 3], "strides": [2, 2], "dilations": [2, 1], "auto_pad": "SAME_UPPER"},
    {"kernel_shape": [4, 3], "strides": [3, 2], "auto_pad": "SAME_LOWER", "ceil_mode": 1},
    {"kernel_shape": [3, 3], "strides": [2, 3], "auto_pad": "VALID", "ceil_mode": 1},
    {"kernel_shape": [1, 1], "strides": [3, 2], "auto_pad": "SAME_UPPER"},
    {"kernel_shape": [2, 2], "strides": [2, 2], "auto_pad": "NOTSET"},
    {"kernel_shape": [2, 3, 6], "strides": [1, 2, 3], "pads": [0, 1, 3, 1, 1, 2]},
]


def tied(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
    """Small whole numbers, many of them equal; their sums are exact."""
    values = np.random.default_rng(len(shape)).integers(-4, 5, shape)
    return (np.abs(values) if dtype == np.uint8 else values).astype(dtype)


def image(ndim: int, dtype: Any = np.float32) -> np.ndarray:
    """An input of some planes of lengths that windows do not divide."""
    return tied((2, 3, *(7, 8, 5)[:ndim]), dtype)


def check(op: str, opset: int, x: np.ndarray, **given: Any) -> None:
    """A node's results are ONNX's to the last index; averages and norms within their bounds."""
    indexed = op == "MaxPool" and opset >= 8
    model = node_model(op, opset, [x], 1 + indexed, **given)
    y, *indices = prepare(model).run([x])
    expected, other = sliding(op, x, given)
    assert (y.dtype, y.shape) == (x.dtype, expected.shape)
    if op == "MaxPool":
        np.testing.assert_array_equal(y.astype(np.float64), expected)
    else:
        eps = float(ml_dtypes.finfo(x.dtype).eps)
        assert (np.abs(y.astype(np.float64) - expected) <= other * eps).all()
    if indexed:
        assert indices[0].dtype == np.int64
        np.testing.assert_array_equal(indices[0], other)


def known(op: str, opset: int, given: dict[str, Any]) -> dict[str, Any]:
    """The attributes that an operator has in an opset."""
    return {name: given[name] for name in given if name in schema(op, opset).attributes}


@pytest.mark.cover
@pytest.mark.parametrize(("op", "opset"), [one for one in EVERY if one[0] in SLIDING])
def test_every_opset_of_sliding_windows(
    op: str, opset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows of one to three axes, with the attributes that there are in an opset."""
    launches = count(monkeypatch)
    for given in WINDOWS:
        x, before = image(len(given["kernel_shape"])), len(launches)
        check(op, opset, x, **known(op, opset, given))
        assert len(launches) > before


@pytest.mark.cover
@pytest.mark.parametrize(("op", "opset"), [one for one in EVERY if one[0].startswith("Global")])
def test_every_opset_of_global_pooling(
    op: str, opset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planes of one to four axes."""
    launches = count(monkeypatch)
    for shape in ((2, 3, 7), (2, 3, 7, 8), (2, 3, 4, 3, 5), (2, 3, 2, 3, 2, 3)):
        x, before = tied(shape), len(launches)
        (y,) = prepare(node_model(op, opset, [x])).run([x])
        planes = x.reshape(2, 3, -1).astype(np.float64)
        values = {
            "GlobalMaxPool": planes.max(-1),
            "GlobalAveragePool": planes.mean(-1),
            "GlobalLpPool": (planes**2).sum(-1) ** 0.5,
        }[op]
        assert y.shape == (2, 3, *[1] * (x.ndim - 2))
        scale = np.abs(planes).sum(-1) * np.finfo(np.float32).eps
        assert (
            np.abs(y.reshape(2, 3) - values) <= (0 if op == "GlobalMaxPool" else 32) * scale
        ).all()
        assert len(launches) > before


def test_planes_that_are_not_there() -> None:
    """No batch entry gives an empty result, no spatial axis an error that names the node."""
    for shape in ((0, 3, 7, 8), (0, 3, 2, 3, 2, 3)):
        x = tied(shape)
        (y,) = prepare(node_model("GlobalMaxPool", NEWEST, [x])).run([x])
        assert y.shape == (0, 3, *[1] * (x.ndim - 2))
    x = tied((2, 3))
    with pytest.raises(ValueError, match=r"^node 'pooling' \(GlobalMaxPool\): x has 2 axes"):
        prepare(node_model("GlobalMaxPool", NEWEST, [x])).run([x])


@pytest.mark.parametrize("opset", VERSIONS["MaxUnpool"])
def test_every_opset_of_unpooling(opset: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a maximum pooling took goes back, with its padding, in one to three axes."""
    launches = count(monkeypatch)
    for ndim in (1, 2, 3):
        x = np.random.default_rng(0).permutation(2 * 3 * 6**ndim).astype(np.float32) + 1
        x = x.reshape(2, 3, *[6] * ndim)
        given = {"kernel_shape": [2] * ndim, "strides": [2] * ndim, "pads": [1] * 2 * ndim}
        y, indices = prepare(node_model("MaxPool", opset, [x], 2, **given)).run([x])
        before = len(launches)
        (back,) = prepare(node_model("MaxUnpool", opset, [y, indices], **given)).run([y, indices])
        assert len(launches) > before
        np.testing.assert_array_equal(back, np.where(np.isin(x, y), x, 0))


@pytest.mark.cover
@pytest.mark.parametrize(("op", "opset"), EVERY)
def test_element_types(op: str, opset: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every type that an opset allows is computed, and the others are refused."""
    launches = count(monkeypatch)
    allowed = schema(op, opset).type_constraints[0].allowed_type_strs
    assert {*allowed} <= {*DTYPES}
    given = {"kernel_shape": [2, 2]} if op in SLIDING else {}
    for name, dtype in DTYPES.items():
        x = image(2, dtype)
        before = len(launches)
        inputs = [x]
        if op == "MaxUnpool":
            inputs, given = [x, np.arange(x.size).reshape(x.shape)], {"kernel_shape": [1, 1]}
        model = node_model(op, opset, inputs, **given)
        if name not in allowed:
            with pytest.raises(TypeError, match=r"'pooling'.*X is a tensor.*allowed: tensor"):
                prepare(model).run(inputs)
            assert len(launches) == before
        elif op in SLIDING:
            check(op, opset, x, **given)
        else:
            (y,) = prepare(model).run(inputs)
            assert y.dtype == x.dtype
            if op == "MaxUnpool":
                np.testing.assert_array_equal(y, x)
        assert (len(launches) > before) == (name in allowed)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_storage_order(ndim: int) -> None:
    """Indices count planes, and in a plane the first axis through first; of equals the first."""
    given = {"kernel_shape": [2] * ndim, "strides": [2] * ndim, "storage_order": 1}
    check("MaxPool", NEWEST, image(ndim), **given)
    x = np.zeros((1, 2, *[4] * ndim), np.float32)
    check("MaxPool", NEWEST, x, **given, pads=[1] * 2 * ndim)


@pytest.mark.parametrize("count_include_pad", [0, 1])
def test_what_averages_count(count_include_pad: int) -> None:
    """Taps in the padding count if they are to, those behind it under ceil_mode never."""
    for given in WINDOWS:
        x = image(len(given["kernel_shape"]))
        check("AveragePool", NEWEST, x, **given, count_include_pad=count_include_pad)
    x = np.ones((1, 1, 3), np.float32)
    given = {"kernel_shape": [3], "strides": [2], "pads": [1, 1], "ceil_mode": 1}
    model = node_model("AveragePool", NEWEST, [x], **given, count_include_pad=1)
    (y,) = prepare(model).run([x])
    np.testing.assert_allclose(y, [[[2 / 3, 2 / 3]]], rtol=1e-6)
    model = node_model("AveragePool", NEWEST, [x], **{**given, "strides": [3]}, count_include_pad=1)
    (y,) = prepare(model).run([x])
    np.testing.assert_array_equal(y, np.float32([[[2 / 3, 1 / 2]]]))


@pytest.mark.parametrize("p", [1, 2, 3])
def test_norms(p: int) -> None:
    """Norms of magnitudes, of the opset with a broken exponent too; overhanging windows as well."""
    for given in WINDOWS:
        check("LpPool", NEWEST, image(len(given["kernel_shape"])), **given, p=p)
    check("LpPool", 1, image(2), kernel_shape=[2, 2], p=p + 0.5)


def test_windows_that_fit_nowhere() -> None:
    """One element too short gives no window; a whole one more is an error that names the node."""
    x = image(1)
    for op in SLIDING:
        outputs = 1 + (op == "MaxPool")
        for y in prepare(node_model(op, NEWEST, [x], outputs, kernel_shape=[8])).run([x]):
            assert y.shape == (2, 3, 0)
        with pytest.raises(ValueError, match=r"'pooling' \(\w+\): .*kernel_size 9"):
            prepare(node_model(op, NEWEST, [x], kernel_shape=[9])).run([x])


def test_no_tap_has_no_index() -> None:
    """A window of padding alone gives minus infinity, and -1 for an index in either order."""
    x = np.ones((1, 2, 1), np.float32)
    given = {"kernel_shape": [2], "pads": [1, 1], "dilations": [2]}
    for order in (0, 1):
        model = node_model("MaxPool", NEWEST, [x], 2, **given, storage_order=order)
        y, indices = prepare(model).run([x])
        assert y.tolist() == [[[-np.inf], [-np.inf]]]
        assert indices.tolist() == [[[-1], [-1]]]
    whole = x.astype(np.int8)
    (y,) = prepare(node_model("MaxPool", NEWEST, [whole], **given)).run([whole])
    assert y.tolist() == [[[-128], [-128]]]
    (y,) = prepare(node_model("AveragePool", NEWEST, [x], **given)).run([x])
    assert np.isnan(y).all()


def test_nan_wins() -> None:
    """A NaN is the largest of its window, and has its index."""
    x = np.array([[[1, np.nan, 3, 2]]], np.float32)
    model = node_model("MaxPool", NEWEST, [x], 2, kernel_shape=[2], strides=[2])
    y, indices = prepare(model).run([x])
    np.testing.assert_array_equal(y, [[[np.nan, 3]]])
    assert indices.tolist() == [[[1, 2]]]


def test_output_shape_of_unpooling() -> None:
    """Indices count in the plane of the attributes; zeros follow it up to the shape."""
    x = np.array([[[[5, 6], [7, 8]]]], np.float32)
    indices = np.array([[[[5, 7], [13, 15]]]])
    shape = np.array([1, 1, 5, 6])
    given = {"kernel_shape": [2, 2], "strides": [2, 2]}
    inputs = [x, indices, shape]
    (y,) = prepare(node_model("MaxUnpool", NEWEST, inputs, **given)).run(inputs)
    expected = np.zeros((1, 1, 5, 6), np.float32)
    expected[0, 0, 1, [1, 3]], expected[0, 0, 3, [1, 3]] = [5, 6], [7, 8]
    np.testing.assert_array_equal(y, expected)
    for wrong in ([1, 1, 3, 5], [1, 2, 4, 4], [4, 4]):
        inputs = [x, indices, np.array(wrong)]
        with pytest.raises(ValueError, match=r"'pooling' .*output_shape .*allowed: \[1, 1, 4, 4\]"):
            prepare(node_model("MaxUnpool", NEWEST, inputs, **given)).run(inputs)


@pytest.mark.parametrize("kernel", [1, 2])
def test_indices_of_other_planes(kernel: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Indices lead anywhere in the tensor; of several for a place the last stays."""
    launches = count(monkeypatch)
    x = tied((2, 1, 3))
    indices = np.minimum([[[5, 0, 4]], [[1, 1, 5]]], 3 if kernel == 1 else 7)
    given = {"kernel_shape": [kernel], "strides": [1], "pads": [0, 2 - kernel]}
    (y,) = prepare(node_model("MaxUnpool", NEWEST, [x, indices], **given)).run([x, indices])
    expected = np.zeros(y.size, np.float32)
    for at, value in zip(indices.ravel(), x.ravel(), strict=True):
        expected[at] = value
    np.testing.assert_array_equal(y.ravel(), expected)
    assert launches
