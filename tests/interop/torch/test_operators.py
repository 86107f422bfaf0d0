"""The operators of ``torch.ops.clpool``: registered as torch asks, with true gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="clpool.interop.torch needs PyTorch")

import samples  # noqa: E402

import clpool  # noqa: E402
from clpool.interop.torch import memory  # noqa: E402
from clpool.interop.torch.library import op  # noqa: E402
from clpool.interop.torch.operators import OPERATORS  # noqa: E402

pytestmark = [
    pytest.mark.device,
    pytest.mark.of_cpus("adapters are the same on every device: some functions stand for all"),
]

DIFFERENTIABLE = [name for name in samples.FORWARD if OPERATORS[name].gradient]
LINEAR = [
    name for name in DIFFERENTIABLE if OPERATORS[OPERATORS[name].gradient or ""].adjoint is not None
]


def values(name: str, x: Any, behind: list[Any]) -> Any:
    """The values of an operator, without its indices."""
    found = op(name)(x, *behind)
    return found[0] if isinstance(found, tuple) else found


@pytest.mark.parametrize("name", samples.FORWARD)
def test_an_operator_is_registered_as_torch_asks(name: str) -> None:
    """``opcheck``: its schema, its gradient, and its shapes, strides and dtypes of symbols."""
    for x in (samples.image(name), samples.image(name, batch=False)):
        x.requires_grad_(OPERATORS[name].gradient is not None)
        torch.library.opcheck(op(name), (x, *samples.arguments(name, x)))


@pytest.mark.parametrize("name", samples.GRADIENTS)
def test_a_gradient_is_registered_as_torch_asks(name: str) -> None:
    """``opcheck`` of the operators that autograd calls."""
    x = samples.image(name)
    grad, behind = samples.gradient_arguments(name, x)
    tests = ["test_schema", "test_autograd_registration", "test_faketensor"]
    if OPERATORS[name].adjoint:
        grad.requires_grad_()
        tests.append("test_aot_dispatch_dynamic")
    torch.library.opcheck(op(name), (grad, *behind), test_utils=tests)


@pytest.mark.parametrize("name", samples.FORWARD)
def test_symbols_lie_as_results_do(name: str) -> None:
    """Of channels-last, cropped, expanded and moved inputs too the fake strides are the real."""
    x = samples.image(name)
    last = x.movedim(1, -1).contiguous().movedim(-1, 1)
    crop = torch.nn.functional.pad(x, (1, 2))[..., 1:-2]
    moved = x.transpose(0, 1).contiguous().transpose(0, 1)
    for lying in (last, crop, moved, x[..., :1].expand_as(x), x[:1].expand_as(x)):
        torch.library.opcheck(
            op(name), (lying, *samples.arguments(name, lying)), test_utils="test_faketensor"
        )


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_a_gradient_is_the_slope(name: str) -> None:
    """``gradcheck`` in float64."""
    x = samples.image(name).requires_grad_()
    behind = samples.arguments(name, x)
    assert torch.autograd.gradcheck(lambda x: values(name, x, behind), (x,), fast_mode=True)


@pytest.mark.parametrize("name", LINEAR)
def test_a_gradient_has_a_gradient(name: str) -> None:
    """``gradgradcheck`` where the gradient is linear in ``grad`` and depends on nothing else."""
    x = samples.image(name).requires_grad_()
    behind = samples.arguments(name, x)
    assert torch.autograd.gradgradcheck(lambda x: values(name, x, behind), (x,), fast_mode=True)


@pytest.mark.parametrize("name", sorted(set(DIFFERENTIABLE) - set(LINEAR)))
def test_others_say_that_they_have_none(name: str) -> None:
    """A second derivative that is not there is an error, not a zero."""
    x = samples.image(name).requires_grad_()
    y = values(name, x, samples.arguments(name, x))
    (grad,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    with pytest.raises(NotImplementedError, match="has no gradient"):
        grad.sum().backward()


@pytest.mark.parametrize("name", [n for n in samples.FORWARD if not n.startswith("stochastic")])
@pytest.mark.parametrize("batch", [False, True])
def test_vmap_is_a_loop(name: str, batch: bool) -> None:
    """A batched operator gives each call's result; a batched axis may lie anywhere."""
    one = samples.image(name, batch=batch)
    x = torch.stack([one, one.flip(-1), one.flip(1)], dim=2)
    behind = samples.arguments(name, one)
    found = torch.vmap(lambda x: values(name, x, behind), in_dims=2)(x)
    for number in range(3):
        expected = values(name, x.select(2, number).contiguous(), behind)
        assert torch.equal(found[number], expected)


@pytest.mark.parametrize("name", ["avg_pool2d", "max_pool2d", "max_unpool1d"])
def test_vmap_has_gradients(name: str) -> None:
    """Autograd goes through vmap."""
    one = samples.image(name, batch=False)
    x = torch.stack([one, one.flip(-1)]).requires_grad_()
    behind = samples.arguments(name, one)
    torch.vmap(lambda x: values(name, x, behind))(x).square().sum().backward()
    for number in range(2):
        alone = x[number].detach().requires_grad_()
        values(name, alone, behind).square().sum().backward()
        torch.testing.assert_close(x.grad[number], alone.grad)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.int8, torch.uint8])
def test_memory_is_shared(dtype: Any) -> None:
    """An array lies over the tensor's memory, and the tensor of it again, of any strides."""
    if dtype is torch.bfloat16:
        pytest.importorskip("ml_dtypes", reason="bfloat16 needs ml_dtypes")
    t = torch.zeros(2, 3, 4, 5).to(dtype).movedim(1, -1)[:, ::2]
    array = memory.array_of(t)
    back = memory.tensor_of(array)
    assert back.dtype == t.dtype
    assert (back.data_ptr(), back.stride()) == (t.data_ptr(), t.stride())
    array[1, 0, 2, 1] = 7
    assert t[1, 0, 2, 1] == 7


def test_a_result_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tensor's memory is that which clpool wrote."""
    given = []
    kept = memory.tensor_of

    def noting(array: np.ndarray) -> Any:
        given.append(array.ctypes.data)
        return kept(array)

    monkeypatch.setattr("clpool.interop.torch.kernels.tensor_of", noting)
    y = op("max_pool2d")(torch.zeros(4, 8, 64, 64), 2)
    assert given == [y.data_ptr()]


def test_what_is_no_cpu_tensor_is_refused() -> None:
    """A dtype without numpy's face, and a type that is not pooled, are named."""
    with pytest.raises(clpool.errors.ArgumentTypeError, match="bool"):
        op("max_pool2d")(torch.zeros(1, 1, 4, 4, dtype=torch.bool), 2)
    with pytest.raises(clpool.errors.ArgumentTypeError, match="x must be a dense CPU tensor"):
        op("max_pool2d")(torch.zeros(1, 1, 4, 4).to(torch.float8_e4m3fn), 2)
