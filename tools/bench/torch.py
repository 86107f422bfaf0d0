"""PyTorch in the benchmark: both memory formats, fresh results, and results in given tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..torch_oracle import from_torch, to_torch
from .cases import Case
from .contender import Absent, Contender, Field
from .problems import Problem


@contextmanager
def inference() -> Iterator[None]:
    """Without PyTorch's bookkeeping for gradients, as it runs a network that is trained."""
    try:
        import torch
    except ImportError:
        yield
        return
    with torch.inference_mode():
        yield


def contenders(problem: Problem, field: Field) -> Iterator[Contender]:
    """Every way in which PyTorch computes a case, on the CPU or, beside a GPU, on CUDA."""
    try:
        import torch
    except ImportError as error:
        raise Absent("not installed") from error
    if field.gpu and not torch.cuda.is_available():
        raise Absent("this build finds no CUDA device")
    torch.set_num_threads(field.threads)
    case = problem.case
    formats = {"": torch.contiguous_format}
    if case.ndim == 2:
        formats["channels_last"] = torch.channels_last
    elif case.ndim == 3:
        formats["channels_last"] = torch.channels_last_3d
    finish = torch.cuda.synchronize if field.gpu else None
    for name, memory_format in formats.items():

        def place(x: np.ndarray, memory_format: Any = memory_format) -> Any:
            tensor = to_torch(x).to("cuda" if field.gpu else "cpu")
            return tensor.contiguous(memory_format=memory_format)

        tensors = {key: place(x) for key, x in problem.sources.items()}
        if problem.pooled_from is not None:
            tensors["input"] = place(problem.pooled_from)
        if problem.samples is not None:
            tensors["samples"] = to_torch(problem.samples).to(tensors["x"].device)
        outs = [place(answer.astype(dtype)) for dtype, answer in _results(problem)]
        for way, fresh, run in _ways(case, tensors, outs):
            form = " ".join(part for part in (name, way) if part)
            yield Contender("torch", form, _finished(run, finish), _fetcher(problem), fresh)


def _results(problem: Problem) -> Iterator[tuple[Any, np.ndarray]]:
    """The dtype and the answer of every result, and of the indices that max pooling always has."""
    for (_, answer, _), dtype in zip(problem.answers, (problem.dtype, np.int64), strict=False):
        yield dtype, np.zeros(answer.shape, np.int8)
    selects = problem.case.operator in ("max", "adaptive_max", "fractional_max")
    if selects and len(problem.answers) == 1:
        yield np.int64, np.zeros(problem.result_shape, np.int8)


def _finished(run: Callable[[], Any], finish: Callable[[], Any] | None) -> Callable[[], Any]:
    if finish is None:
        return run

    def finished() -> Any:
        found = run()
        finish()
        return found

    return finished


def _fetcher(problem: Problem) -> Callable[[Any], list[np.ndarray]]:
    def fetch(found: Any) -> list[np.ndarray]:
        each = found if isinstance(found, (tuple, list)) else [found]
        return [np.ascontiguousarray(from_torch(x.cpu())) for x in each[: len(problem.answers)]]

    return fetch


Way = tuple[str, bool, Callable[[], Any]]


def _ways(case: Case, t: dict[str, Any], outs: list[Any]) -> Iterator[Way]:
    """Name, whether results are fresh, and the call."""
    operator, ndim = case.operator, case.ndim
    if operator.endswith("_backward"):
        yield from _gradients(case, t, outs)
    elif operator == "unpool":
        yield from _unpooling(case, t, outs)
    elif operator in ("max", "avg", "lp"):
        yield from _sliding(case, t["x"], outs)
    elif operator.startswith("global"):
        yield from _global(case, t["x"], outs)
    else:
        yield from _sized(case, t, outs, ndim)


def _sliding(case: Case, x: Any, outs: list[Any]) -> Iterator[Way]:
    import torch

    k, s, p, d, ceil = case.kernel, case.stride, case.padding, case.dilation, case.ceil_mode
    functions, aten, ndim = torch.nn.functional, torch.ops.aten, case.ndim
    if case.operator == "lp":
        lp = getattr(functions, f"lp_pool{ndim}d")
        yield "", True, lambda: lp(x, case.norm, k, s, ceil)
        return
    pool = getattr(functions, f"{case.operator}_pool{ndim}d")
    axes = ([k] * ndim, [s] * ndim, [p] * ndim)
    if case.operator == "max":
        yield "", True, lambda: pool(x, k, s, p, d, ceil, return_indices=case.indices)
        if ndim > 1:
            into = getattr(aten, f"max_pool{ndim}d_with_indices").out
            arguments = (x, *axes, [d] * ndim, ceil)
            yield "out=", False, lambda: into(*arguments, out=outs[0], indices=outs[1])
    else:
        yield "", True, lambda: pool(x, k, s, p, ceil)
        if ndim > 1:
            into = getattr(aten, f"avg_pool{ndim}d").out
            yield "out=", False, lambda: into(x, *axes, ceil, True, None, out=outs[0])


def _global(case: Case, x: Any, outs: list[Any]) -> Iterator[Way]:
    import torch

    axes = tuple(range(2, 2 + case.ndim))
    if case.operator == "global_avg":
        yield "mean", True, lambda: torch.mean(x, axes, keepdim=True)
        yield "mean out=", False, lambda: torch.mean(x, axes, keepdim=True, out=outs[0])
    else:
        yield "amax", True, lambda: torch.amax(x, axes, keepdim=True)
        yield "amax out=", False, lambda: torch.amax(x, axes, keepdim=True, out=outs[0])
    pool = getattr(torch.nn.functional, f"adaptive_{case.operator[-3:]}_pool{case.ndim}d")
    yield "adaptive", True, lambda: pool(x, 1)


def _sized(case: Case, t: dict[str, Any], outs: list[Any], ndim: int) -> Iterator[Way]:
    import torch

    x, size, aten = t["x"], case.output, torch.ops.aten
    pool = getattr(torch.nn.functional, f"{case.operator}_pool{ndim}d")
    if case.operator == "adaptive_avg":
        yield "", True, lambda: pool(x, size)
        into = getattr(aten, f"adaptive_avg_pool{ndim}d").out
        yield "out=", False, lambda: into(x, size, out=outs[0])
    elif case.operator == "adaptive_max":
        yield "", True, lambda: pool(x, size, return_indices=case.indices)
        into = getattr(aten, f"adaptive_max_pool{ndim}d").out
        yield "out=", False, lambda: into(x, size, out=outs[0], indices=outs[1])
    else:
        samples, kernel = t["samples"], [case.kernel] * ndim
        into = getattr(aten, f"fractional_max_pool{ndim}d").output
        yield "", True, lambda: pool(x, kernel, size, _random_samples=samples)
        yield (
            "out=",
            False,
            lambda: into(x, kernel, size, samples, output=outs[0], indices=outs[1]),
        )


def _unpooling(case: Case, t: dict[str, Any], outs: list[Any]) -> Iterator[Way]:
    import torch

    x, indices, ndim = t["x"], t["indices"], case.ndim
    place = getattr(torch.nn.functional, f"max_unpool{ndim}d")
    yield "", True, lambda: place(x, indices, case.kernel, case.stride, output_size=case.sizes)
    if ndim == 2:
        into = torch.ops.aten.max_unpool2d.out
        yield "out=", False, lambda: into(x, indices, case.sizes, out=outs[0])


def _gradients(case: Case, t: dict[str, Any], outs: list[Any]) -> Iterator[Way]:
    import torch

    ndim, aten = case.ndim, torch.ops.aten
    if ndim == 1:
        raise Absent("no gradient without autograd in 1D")
    axes = [[n] * ndim for n in (case.kernel, case.stride, case.padding)]
    if case.operator == "max_backward":
        back = getattr(aten, f"max_pool{ndim}d_with_indices_backward")
        tail: tuple[Any, ...] = ([case.dilation] * ndim, case.ceil_mode, t["indices"])
    else:
        back = getattr(aten, f"avg_pool{ndim}d_backward")
        tail = (case.ceil_mode, True, None)
    arguments = (t["grad"], t["input"], *axes, *tail)
    yield "", True, lambda: back(*arguments)
    yield "grad_input=", False, lambda: back.grad_input(*arguments, grad_input=outs[0])
