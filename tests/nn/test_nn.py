"""The modules: PyTorch's names, parameters and reprs, and the functions' results."""

from __future__ import annotations

import ast
import inspect
import pickle
from typing import Any

import numpy as np
import pytest
from cases import assert_exact, normal

import clpool
from clpool import nn
from clpool.errors import ArgumentTypeError, ArgumentValueError

SHAPES = {1: (2, 3, 9), 2: (2, 3, 9, 8), 3: (2, 3, 6, 8, 7)}

#: Constructions that PyTorch shows too: the class without its ndim, ndims, arguments.
TORCH = [
    *((kind, (1, 2, 3), "2") for kind in ("MaxPool", "AvgPool", "MaxUnpool", "FractionalMaxPool")),
    ("MaxPool", (1, 2, 3), "3, 2, 1, 2, True, True"),
    ("MaxPool", (1, 2, 3), "kernel_size=[3] * {ndim}, stride=1, ceil_mode=True"),
    ("AvgPool", (1, 2, 3), "3, 2, 1, True, False"),
    ("AvgPool", (1, 2, 3), "(3,) * {ndim}, padding=(1,) * {ndim}"),
    ("AvgPool", (2, 3), "3, 2, 1, True, False, 5"),
    ("AdaptiveAvgPool", (1, 2, 3), "5"),
    ("AdaptiveAvgPool", (2, 3), "(None,) + (3,) * ({ndim} - 1)"),
    ("AdaptiveMaxPool", (1, 2, 3), "(2,) * {ndim}, True"),
    ("AdaptiveMaxPool", (2, 3), "[None] * {ndim}, return_indices=True"),
    ("LPPool", (1, 2, 3), "2, 3"),
    ("LPPool", (1, 2, 3), "1.5, (2,) * {ndim}, stride=2, ceil_mode=True"),
    ("MaxUnpool", (1, 2, 3), "3, [2] * {ndim}, padding=1"),
    ("FractionalMaxPool", (2, 3), "2, output_size=(3,) * {ndim}"),
    ("FractionalMaxPool", (2, 3), "(3,) * {ndim}, output_ratio=0.5, return_indices=True"),
]

#: Those that PyTorch lacks.
OTHERS = [
    ("MinPool", (1, 2, 3), "3, 2, 1, 2, True, True"),
    ("SumPool", (1, 2, 3), "3, 2, 1, True"),
    ("AdaptiveMinPool", (1, 2, 3), "3, True"),
    ("SoftPool", (1, 2, 3), "3, 2, 1, 2, True"),
    ("StochasticPool", (1, 2, 3), "3, 2, 1, 2, True, True"),
    ("MedianPool", (1, 2, 3), "3, 2, 1, 2, True, True"),
    ("ModePool", (1, 2, 3), "3, 2, 1, 2, True, True"),
]


class Construction(str):
    """A module's construction, as it is spelled."""

    @property
    def facets(self) -> tuple[str, ...]:
        """What a test meets with it: the class, of any ndim, and the ndim."""
        name = self.partition("(")[0]
        return name[:-2], name[-2:]


def spelled(table: list[tuple[str, tuple[int, ...], str]]) -> list[Construction]:
    """Every construction of a table, for every ndim it is for."""
    return [
        Construction(f"{kind}{ndim}d({arguments.format(ndim=ndim)})")
        for kind, ndims, arguments in table
        for ndim in ndims
        if (kind, arguments) != ("FractionalMaxPool", "2")  # names no size
    ]


def built(construction: str, home: Any = nn) -> Any:
    """The module that an expression constructs."""
    return eval(f"home.{construction}", {"home": home})


def results(found: Any) -> tuple[np.ndarray, ...]:
    """One array or several, always a tuple."""
    return found if isinstance(found, tuple) else (found,)


def unpooled(ndim: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and places for unpooling."""
    x = np.random.default_rng(ndim).random(SHAPES[ndim], np.float32)
    return getattr(clpool, f"max_pool{ndim}d")(x, 3, 2, 1, return_indices=True)


def test_every_torch_module_is_there() -> None:
    """Every class of torch.nn.modules.pooling is here, with its parameters in order."""
    pooling = pytest.importorskip("torch.nn.modules.pooling", reason="compares with PyTorch")
    tree = ast.parse(inspect.getsource(pooling))
    names = [n.name for n in tree.body if isinstance(n, ast.ClassDef) and n.name[-1] == "d"]
    names = [name for name in names if not name.startswith("_")]
    assert len(names) >= 20
    for name in names:
        theirs = inspect.signature(getattr(pooling, name)).parameters.values()
        ours = inspect.signature(getattr(nn, name)).parameters.values()
        assert [p.name for p in ours] == [p.name for p in theirs], name
        assert [p.kind for p in ours] == [p.kind for p in theirs], name
        for mine, other in zip(ours, theirs, strict=True):
            assert mine.default == other.default, (name, mine.name)


@pytest.mark.parametrize("construction", spelled(TORCH))
def test_reprs_are_torchs(construction: str) -> None:
    """A module shows itself as PyTorch's does."""
    torch_nn = pytest.importorskip("torch.nn", reason="compares with PyTorch")
    assert repr(built(construction)) == repr(built(construction, torch_nn))


def test_every_module_is_constructed_here() -> None:
    """The two tables leave no class out."""
    named = {construction.partition("(")[0] for construction in spelled([*TORCH, *OTHERS])}
    assert named == set(nn.__all__)


@pytest.mark.parametrize("construction", spelled([*TORCH, *OTHERS]))
def test_modules_call_their_functions(construction: str) -> None:
    """A module gives what the function of its name gives, and so does its unpickled copy."""
    module = built(construction)
    ndim = int(construction.partition("(")[0][-2])
    x = np.random.default_rng(ndim).random(SHAPES[ndim], np.float32)
    if construction.startswith("ModePool"):
        x = np.int32(x * 4)
    arguments: tuple[Any, ...] = (x,)
    keywords: dict[str, Any] = {}
    if construction.startswith("MaxUnpool"):
        arguments = unpooled(ndim)
        keywords = {"output_size": SHAPES[ndim][2:]}
    if construction.startswith(("Fractional", "Stochastic")):
        keywords = {"seed": 5}
    function = type(module).function
    assert function is getattr(clpool, function.__name__)
    assert function.__name__.replace("_", "") == type(module).__name__.lower()
    expected = results(function(*arguments, **vars(module), **keywords))
    copy = pickle.loads(pickle.dumps(module))
    assert type(copy) is type(module)
    assert repr(copy) == repr(module)
    for which in (module, copy):
        for found, wanted in zip(results(which(*arguments, **keywords)), expected, strict=True):
            assert_exact(found, wanted, construction)


def test_unpooling_takes_torchs_arguments() -> None:
    """(x, indices, output_size) by position."""
    module = nn.MaxUnpool2d(2)
    x = np.random.default_rng(1).random((1, 2, 5, 7), np.float32)
    pooling = nn.MaxPool2d(2, return_indices=True)
    assert module(*pooling(x[..., :4, :6])).shape == (1, 2, 4, 6)
    y, indices = pooling(x)
    assert module(y, indices, (5, 7)).shape == x.shape
    assert module(y, indices, output_size=x.shape).shape == x.shape


def test_given_samples_are_kept() -> None:
    """The windows of fractional pooling follow from the samples given once."""
    x = np.random.default_rng(2).random((1, 2, 9, 9), np.float32)
    samples = np.random.default_rng(3).random((1, 2, 2), np.float32)
    module = nn.FractionalMaxPool2d(2, 4, _random_samples=samples)
    expected = clpool.fractional_max_pool2d(x, 2, 4, _random_samples=samples)
    assert_exact(module(x), expected, "samples")
    assert_exact(pickle.loads(pickle.dumps(module))(x), expected, "samples, pickled")


@pytest.mark.parametrize(
    ("construction", "words"),
    [
        ("MaxPool2d(2.0)", "kernel_size"),
        ("MinPool1d(2, padding=2)", "padding"),
        ("SumPool3d(2, ceil_mode=1)", "ceil_mode"),
        ("AvgPool2d(2, divisor_override=0)", "divisor_override"),
        ("AvgPool1d(2, count_include_pad=0)", "count_include_pad"),
        ("LPPool2d(0, 2)", "norm_type"),
        ("LPPool1d(2, 0)", "kernel_size"),
        ("SoftPool2d(2, dilation=0)", "dilation"),
        ("StochasticPool2d(2, return_indices=None)", "return_indices"),
        ("AdaptiveAvgPool2d(-1)", "output_size"),
        ("AdaptiveAvgPool2d((1, 2, 3))", "output_size"),
        ("AdaptiveMaxPool1d(2, 1)", "return_indices"),
        ("FractionalMaxPool2d(2)", "output_size"),
        ("FractionalMaxPool2d(2, 3, 0.5)", "output_size"),
        ("FractionalMaxPool3d(2, output_ratio=1.5)", "output_ratio"),
        ("FractionalMaxPool2d(0, 3)", "kernel_size"),
        ("MaxUnpool2d(2, stride=0)", "stride"),
        ("MaxUnpool1d((2, 2))", "kernel_size"),
    ],
)
def test_bad_parameters_are_refused_at_once(construction: str, words: str) -> None:
    """A mistake is reported by the constructor, by the parameter's name."""
    with pytest.raises((ArgumentTypeError, ArgumentValueError), match=words):
        built(construction)


@pytest.mark.parametrize("kind", ["MaxPool", "AvgPool"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_modules_pickle(kind: str, ndim: int) -> None:
    """A module that has pooled pickles, and its copy pools the same."""
    module = getattr(clpool.nn, f"{kind}{ndim}d")(3, stride=2, padding=1)
    x = normal(2, 3, *(7, 8, 9)[:ndim])
    expected = module(x)
    copy = pickle.loads(pickle.dumps(module))
    assert repr(copy) == repr(module)
    assert_exact(copy(x), expected, "the copy")
