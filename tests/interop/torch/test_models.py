"""Whole models, trained for a step with torch's own pooling and with clpool's."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="clpool.interop.torch needs PyTorch")

from launches import counted, planted  # noqa: E402

import clpool.interop.torch as pooling  # noqa: E402
from clpool.tools.bench.torch_models import SPPF, resnet18, step  # noqa: E402

pytestmark = [
    pytest.mark.device,
    pytest.mark.of_cpus("adapters are the same on every device: some functions stand for all"),
]

#: Of each model its making, the input's shape, and the kernels of a step: forward and backward.
MODELS = {
    "ResNet-18": (lambda: resnet18(), (2, 3, 64, 64), 4),
    "SPPF": (lambda: SPPF(16, 8), (2, 16, 20, 20), 6),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("layout", ["contiguous_format", "channels_last"])
def test_a_step_is_the_same(name: str, layout: str) -> None:
    """Maxima and their places are equal, so that losses are; gradients sum in another order.

    float64, so that what convolutions make of a last bit stays below the comparison.
    """
    torch.manual_seed(0)
    make, shape, count = MODELS[name]
    form = getattr(torch, layout)
    model = make().double().to(memory_format=form)
    x = torch.randn(shape, dtype=torch.float64).to(memory_format=form)
    loss, gradients = step(model, x)
    with counted() as launches, pooling.installed():
        found, others = step(model, x)
    assert len(launches) == count, launches
    assert found == pytest.approx(loss, rel=1e-12)
    assert len(gradients) == len(others) > 3
    for one, other in zip(gradients, others, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-9, atol=1e-9 * one.abs().max().item())


@pytest.mark.parametrize("name", MODELS)
def test_a_wrong_kernel_is_seen(name: str) -> None:
    """The step above is red if results are too large by one."""
    with planted(), pytest.raises(AssertionError):
        test_a_step_is_the_same(name, "contiguous_format")
