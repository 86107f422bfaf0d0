"""Functions and modules of tensors: torch's names, and clpool's results."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="clpool.interop.torch needs PyTorch")

import clpool  # noqa: E402
import clpool.interop.torch as pooling  # noqa: E402
from clpool.errors import ArgumentTypeError, ArgumentValueError  # noqa: E402
from clpool.interop.torch import arguments, dispatcher, functions, memory, modules  # noqa: E402

pytestmark = pytest.mark.device

DOCUMENT = Path(__file__).parents[3] / "docs" / "torch.md"

#: Public functions of arrays that are no function of tensors: any window, and gradients.
LEFT_OUT = {"pool"} | {name for name in clpool.__all__ if name.endswith("_backward")}


def test_every_operator_has_a_function() -> None:
    """Every pooling of clpool is there, and every pooling of ``torch.nn`` and of clpool.nn."""
    assert set(functions.FUNCTIONS) == {n for n in clpool.__all__ if "pool" in n} - LEFT_OUT
    of_torch = {n for n in dir(torch.nn) if re.search(r"(Pool|Unpool)\dd$", n)}
    assert of_torch <= set(modules.MODULES) == set(clpool.nn.__all__)
    for name in of_torch:
        assert issubclass(modules.MODULES[name], getattr(torch.nn, name))


def shared() -> list[str]:
    """The functions that ``torch.nn.functional`` has too."""
    return sorted(set(functions.FUNCTIONS) & set(dir(torch.nn.functional)))


def documented(name: str) -> list[str]:
    """The arguments of torch's function, by the first line of its docstring."""
    document = inspect.getdoc(getattr(torch.nn.functional, name)) or ""
    named = re.match(r"\w+\((.*?)\)(?: ->|\n|$)", document.strip())
    if named:
        return [part.partition("=")[0].strip() for part in named[1].split(",")]
    return [*inspect.signature(getattr(torch.nn.functional, name)).parameters]


@pytest.mark.parametrize("name", shared())
def test_arguments_are_in_torchs_order(name: str) -> None:
    """By place they are torch's, as far as torch says."""
    found = inspect.signature(getattr(pooling, name)).parameters
    theirs = documented(name)
    assert [*found][: len(theirs)] == theirs


@pytest.mark.parametrize("name", sorted(functions.FUNCTIONS))
def test_docstrings_show_what_happens(name: str) -> None:
    """The example in a function's docstring gives what it shows."""
    names = {"torch": torch, **functions.FUNCTIONS}
    finder = doctest.DocTestFinder(recurse=False)
    (test,) = finder.find(functions.FUNCTIONS[name], name, module=False, globs=names)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("module", [memory, dispatcher, arguments], ids=lambda m: m.__name__)
def test_examples_of_modules(module: Any) -> None:
    """The examples in docstrings of what is no function of tensors."""
    names = {"np": __import__("numpy"), "torch": torch}
    assert doctest.testmod(module, extraglobs=names).failed == 0


@pytest.mark.skipif(not DOCUMENT.is_file(), reason="needs the checkout's docs")
def test_the_document_shows_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    """The examples of docs/torch.md print the output behind them."""
    block = r"^```python\n(.*?)^```\n```text\n(.*?)^```\n"
    blocks = re.findall(block, DOCUMENT.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 2
    names: dict[str, Any] = {}
    for code, shown in blocks:
        exec(code, names)
        assert capsys.readouterr().out == shown


@pytest.mark.parametrize("name", sorted(modules.MODULES))
def test_a_module_pools_as_its_function(name: str) -> None:
    """A module gives what clpool.nn's of the same parameters gives of the array."""
    family, ndim = name[:-2], int(name[-2])
    x = torch.arange(2.0 * 8**ndim).reshape(1, 2, *[8] * ndim)
    given: list[Any] = [2]
    if family.startswith("LP"):
        given = [2.0, 2]
    if family.startswith("Mode"):
        x = (x % 5).long()
    if family.startswith("Fractional"):
        given = [2, 3, None, False, torch.full((1, 2, ndim), 0.5)]
    plain = [a.numpy() if isinstance(a, torch.Tensor) else a for a in given]
    inputs: list[Any] = [x]
    if "Unpool" in name:
        inputs = [*getattr(pooling, f"max_pool{ndim}d")(x, 2, return_indices=True)]
    module = getattr(pooling, name)(*given).eval()
    training = {"training": False} if family.startswith("Stochastic") else {}
    expected = getattr(clpool.nn, name)(*plain)(*(a.numpy() for a in inputs), **training)
    assert torch.equal(module(*inputs), torch.from_numpy(expected))


def test_stochastic_draws_follow_torchs_generator() -> None:
    """Without a seed the draws are those of ``torch.manual_seed``; a seed draws clpool's."""
    x = torch.rand(2, 3, 16, 16)
    torch.manual_seed(3)
    first, second = pooling.stochastic_pool2d(x, 4), pooling.stochastic_pool2d(x, 4)
    torch.manual_seed(3)
    assert torch.equal(pooling.stochastic_pool2d(x, 4), first)
    assert not torch.equal(first, second)
    seeded = pooling.stochastic_pool2d(x, 4, seed=9).numpy()
    assert (seeded == clpool.stochastic_pool2d(x.numpy(), 4, seed=9)).all()


def test_an_average_draws_nothing() -> None:
    """Without training torch's generator stays where it is, and indices are refused."""
    x, before = torch.rand(1, 1, 4, 4), torch.get_rng_state()
    pooling.stochastic_pool2d(x, 2, training=False)
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(ArgumentValueError, match="return_indices"):
        pooling.stochastic_pool2d(x, 2, return_indices=True, training=False)


def test_a_batched_seed_is_refused() -> None:
    """One seed serves a call that vmap batches."""
    x, seeds = torch.rand(2, 1, 4, 4), torch.arange(2)
    with pytest.raises(ArgumentValueError, match="seed must not be batched"):
        torch.vmap(lambda x, seed: pooling.stochastic_pool2d(x, 2, seed=seed))(x, seeds)


def test_errors_name_the_argument() -> None:
    """Wrong arguments are refused before anything is launched."""
    x = torch.zeros(1, 1, 4, 4)
    for error, words, call in (
        (ArgumentValueError, "kernel_size must be at least 1", lambda: pooling.max_pool2d(x, 0)),
        (ArgumentTypeError, "cannot take 'size'", lambda: pooling.max_pool2d(x, 2, size=1)),
        (ArgumentTypeError, "needs kernel_size", lambda: pooling.max_pool2d(x)),
        (ArgumentTypeError, "input must be a torch", lambda: pooling.max_pool2d(x.numpy(), 2)),
        (ArgumentTypeError, "by place", lambda: pooling.adaptive_avg_pool2d(x, 2, 3)),
        (ArgumentValueError, "output_size", lambda: pooling.adaptive_avg_pool2d(x, (1, 2, 3))),
        (ArgumentTypeError, "seed must be", lambda: pooling.stochastic_pool2d(x, 2, seed="a")),
    ):
        with pytest.raises(error, match=words):
            call()


def weighed(x: Any) -> Any:
    """Poolings of several kinds, one of them with random numbers."""
    chosen, places = pooling.max_pool2d(x, 2, return_indices=True)
    back = pooling.max_unpool2d(chosen, places, 2)
    drawn = pooling.stochastic_pool2d(x.abs(), 2, seed=torch.tensor(1))
    return chosen + pooling.avg_pool2d(back, 2) + pooling.soft_pool2d(x, 2) + drawn


def test_compiled_in_one_graph() -> None:
    """``torch.compile(fullgraph=True)`` gives results and gradients of the uncompiled."""
    compiled = torch.compile(weighed, fullgraph=True, backend="aot_eager", dynamic=True)
    for length in (8, 12):
        x, z = (torch.rand(2, 3, length, 8, requires_grad=True) for _ in range(2))
        z.data.copy_(x.data)
        found, expected = compiled(x), weighed(z)
        assert torch.equal(found, expected)
        found.square().sum().backward()
        expected.square().sum().backward()
        assert torch.equal(x.grad, z.grad)


def test_exported_as_one_node_each() -> None:
    """``torch.export`` keeps a module as one operator of clpool."""
    x = torch.rand(2, 3, 8, 8)
    program = torch.export.export(pooling.SoftPool2d(2), (x,))
    targets = [str(node.target) for node in program.graph.nodes if node.op == "call_function"]
    assert targets == ["clpool.soft_pool2d.default"]
    assert torch.equal(program.module()(x), pooling.soft_pool2d(x, 2))
