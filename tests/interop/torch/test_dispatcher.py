"""``install``, ``uninstall``, ``installed``: what torch has meanwhile, and afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest

torch = pytest.importorskip("torch", reason="clpool.interop.torch needs PyTorch")

import torch.nn.functional as F  # noqa: E402
from launches import counted  # noqa: E402
from processes import python  # noqa: E402

import clpool.interop.torch as pooling  # noqa: E402
from clpool.errors import ArgumentTypeError, ArgumentValueError, DeviceError  # noqa: E402
from clpool.runtime import device  # noqa: E402

pytestmark = pytest.mark.device

aten = torch.ops.aten


@pytest.fixture(autouse=True)
def own() -> Iterator[None]:
    """Torch's own pooling after every test."""
    yield
    pooling.uninstall()


def test_torch_has_its_own_again() -> None:
    """Kernels are launched inside alone, after an error inside too."""
    x = torch.rand(2, 3, 8, 8)
    with counted() as launches:
        with suppress(ZeroDivisionError), pooling.installed():
            inside = F.max_pool2d(x, 3, 2, 1)
            assert len(launches) == 1
            raise ZeroDivisionError
        assert torch.equal(F.max_pool2d(x, 3, 2, 1), inside)
        assert len(launches) == 1
        pooling.install()
        F.max_pool2d(x, 3, 2, 1)
        assert len(launches) == 2


def test_it_is_installed_once() -> None:
    """A second installation is refused, and the first one stays; to take none back is allowed."""
    pooling.install(device=0)
    with pytest.raises(ArgumentValueError, match="installed in torch already"):
        pooling.install()
    with counted() as launches:
        F.avg_pool2d(torch.rand(1, 1, 4, 4), 2)
    assert len(launches) == 1
    pooling.uninstall()
    pooling.uninstall()


def test_a_machine_without_a_cpu_is_told_to_name_a_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tensors are copied to another device only where that is asked for."""
    monkeypatch.setattr(device, "first_cpu", lambda: None)
    with pytest.raises(DeviceError, match=r"install\(device=0\)"):
        pooling.install()
    pooling.install(device=0)


def test_a_device_that_is_not_there_is_named() -> None:
    """Nothing is installed then."""
    with pytest.raises(ArgumentValueError, match="device"):
        pooling.install(device="no such device")
    with pytest.raises(ArgumentTypeError, match="device must be"):
        pooling.install(device=1.5)  # type: ignore[arg-type]
    pooling.install()


def test_errors_are_torchs() -> None:
    """A call that clpool refuses is torch's: the same error as without."""
    x = torch.rand(1, 1, 4, 4)
    with pytest.raises(RuntimeError) as alone:
        F.max_pool2d(x, 2, padding=2)
    with pooling.installed(), pytest.raises(RuntimeError) as inside:
        F.max_pool2d(x, 2, padding=2)
    assert str(inside.value) == str(alone.value)


@pytest.mark.parametrize("start", [(0,), (2, 3, 4, 4), (1, 5)], ids=str)
def test_results_are_written_into_given_tensors(start: tuple[int, ...]) -> None:
    """``out=`` gets the result: an empty tensor is resized, one of another shape is torch's."""
    x = torch.rand(2, 3, 8, 8)
    expected = F.avg_pool2d(x, 2)
    out = torch.empty(start)
    with counted() as launches, pooling.installed():
        assert aten.avg_pool2d.out(x, [2, 2], out=out) is out
    assert len(launches) == 1
    torch.testing.assert_close(out, expected)


def test_pairs_are_written_too() -> None:
    """The values and indices of a maximum."""
    x = torch.rand(2, 3, 8, 8)
    expected = F.max_pool2d(x, 2, return_indices=True)
    outs = torch.empty(0), torch.empty(0, dtype=torch.int64)
    with counted() as launches, pooling.installed():
        aten.max_pool2d_with_indices.out(x, [2, 2], out=outs[0], indices=outs[1])
    assert len(launches) == 1
    assert all(map(torch.equal, outs, expected))


def test_layouts_stay() -> None:
    """A channels-last input has a channels-last result and a channels-last gradient."""
    x = torch.rand(2, 3, 8, 8).to(memory_format=torch.channels_last).requires_grad_()
    with counted() as launches, pooling.installed():
        y = F.max_pool2d(x, 2)
        (grad,) = torch.autograd.grad(y, x, torch.ones(y.shape))
    assert len(launches) == 2
    assert y.is_contiguous(memory_format=torch.channels_last)
    assert grad.is_contiguous(memory_format=torch.channels_last)


def test_compiled_code_is_served() -> None:
    """What a compiler calls of torch's pooling is clpool's too."""
    compiled = torch.compile(torch.nn.AvgPool2d(2), fullgraph=True, backend="aot_eager")
    x = torch.rand(2, 3, 8, 8)
    with counted() as launches, pooling.installed():
        found = compiled(x)
    assert len(launches) == 1
    torch.testing.assert_close(found, F.avg_pool2d(x, 2))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_has_torchs_own() -> None:
    """A child that was forked after a call pools by torch, and does not hang."""
    code = """
        import os, torch, pyopencl as cl
        import clpool.interop.torch as pooling
        torch.set_num_threads(1)
        x = torch.rand(2, 3, 8, 8)
        pooling.install()
        expected = torch.nn.functional.max_pool2d(x, 2)
        child = os.fork()
        if child == 0:
            def launched(*arguments, **keywords):
                os._exit(2)
            cl.enqueue_nd_range_kernel = launched
            os._exit(0 if torch.equal(torch.nn.functional.max_pool2d(x, 2), expected) else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    done = python(code, timeout=120)
    assert (done.stdout, done.returncode) == ("0\n", 0), done.stderr
