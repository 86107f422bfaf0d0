"""torch's own tables of operators and modules, computed by clpool where it is installed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="clpool.interop.torch needs PyTorch")
pytest.importorskip("expecttest", reason="torch's tables of samples need expecttest")
pytest.importorskip("ml_dtypes", reason="the tables have bfloat16")

from entries import HALVES, Call, compare, spread  # noqa: E402
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402
from torch.testing._internal.common_modules import module_db  # noqa: E402

from clpool.runtime.plan import Plan  # noqa: E402

pytestmark = [
    pytest.mark.device,
    pytest.mark.of_cpus("adapters are the same on every device: some functions stand for all"),
]

#: The tables' entries of pooling, by name.
OPS = {f"{o.name}.{o.variant_test_name}".rstrip("."): o for o in op_db if "pool" in o.name}
MODULES = {m.name: m for m in module_db if "Pool" in m.name}

CASES = [(name, dtype) for name, o in sorted(OPS.items()) for dtype in sorted(o.dtypes, key=str)]


def served(name: str, dtype: Any) -> bool:
    """Whether clpool computes an entry's results: windows found in halves are torch's own."""
    return not ("fractional" in name.lower() and dtype in HALVES)


def differentiated(name: str) -> bool:
    """Whether clpool computes an entry's gradients: of unpooling torch gathers them itself."""
    return not ("unpool" in name or name.endswith("indices_backward"))


def of_operator(name: str, dtype: Any, most: int | None = None) -> list[Call]:
    """The calls of an entry's samples."""
    operator = OPS[name]
    torch.manual_seed(5)
    wanted = dtype.is_floating_point
    samples = list(operator.sample_inputs("cpu", dtype, requires_grad=wanted))

    def call(sample: Any, wide: bool) -> Any:
        given = sample.transform(widened) if wide else sample
        inputs = [a for a in (given.input, *given.args) if isinstance(a, torch.Tensor)]
        return operator(given.input, *given.args, **given.kwargs), inputs

    return [partial(call, sample) for sample in spread(samples, dtype)[:most]]


def widened(value: Any) -> Any:
    """A tensor of halves as one of float64, other values as they are."""
    if isinstance(value, torch.Tensor) and value.dtype in HALVES:
        return value.detach().double().requires_grad_(value.requires_grad)
    return value


def of_module(name: str, dtype: Any, most: int | None = None) -> list[Call]:
    """The calls of a module's samples, forward and backward."""
    info = MODULES[name]
    torch.manual_seed(5)
    samples = info.module_inputs_func(
        info, device="cpu", dtype=dtype, requires_grad=True, training=True
    )

    def call(sample: Any, wide: bool) -> Any:
        built, given = sample.constructor_input, sample.forward_input
        module = info.module_cls(*built.args, **built.kwargs)
        if getattr(module, "_random_samples", None) is not None:  # of float64, whatever the input
            module._random_samples = module._random_samples.to(dtype)
        inputs = [a for a in given.args if isinstance(a, torch.Tensor)]
        return module(*given.args, **given.kwargs), inputs

    return [partial(call, sample) for sample in spread(list(samples), dtype)[:most]]


def test_the_tables_are_met() -> None:
    """The entries are those of this release of torch."""
    assert (len(OPS), len(MODULES)) == (21, 17)


@pytest.mark.parametrize(("name", "dtype"), CASES, ids=str)
def test_an_operator_gives_what_torch_gives(name: str, dtype: Any, record_property: Any) -> None:
    """Results and gradients are torch's, and every sample launches kernels of clpool."""
    calls = of_operator(name, dtype)
    flags = {"served": served(name, dtype), "differentiated": differentiated(name)}
    record_property("launches", compare(calls, dtype, **flags))


@pytest.mark.parametrize("name", sorted(MODULES))
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_module_gives_what_torch_gives(name: str, dtype: Any, record_property: Any) -> None:
    """A module's results and gradients are torch's, and launch kernels of clpool."""
    record_property("launches", compare(of_module(name, dtype), dtype))


@pytest.mark.parametrize("name", [*sorted(OPS), *sorted(MODULES)])
def test_a_wrong_kernel_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one added to every result of clpool, every entry differs from torch's."""
    own = Plan.execute

    def wrong(plan: Plan, *arguments: Any) -> Any:
        found = own(plan, *arguments)
        values = found[0] if isinstance(found, tuple) else found
        values += 1
        return found

    monkeypatch.setattr(Plan, "execute", wrong)
    calls = (of_operator if name in OPS else of_module)(name, torch.float32, most=3)
    with pytest.raises(AssertionError, match="not close"):
        compare(calls, torch.float32)
