"""Random pooling calls against PyTorch on the CPU: ``python -m clpool.tools.fuzz``.

Maxima and their indices must be equal; every average must lie within
``m * eps * sum|x| / |divisor|`` of the float64 result, and over the run the RMS of the
errors may not exceed PyTorch's. The other operators and all gradients are in :mod:`.family`.
"""

from __future__ import annotations

import argparse
import math
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from clpool import reference
from clpool.dtypes import ELEMENT_TYPES

from .. import as_gpu, torch_oracle
from . import family
from .calls import Call, draw
from .report import ENOUGH_FOR_RMS, Errors, Mismatch, Report, equal

MODES = ("max", "avg", *family.OPERATORS)


def run(
    seed: int = 0,
    count: int = 100,
    ndims: Sequence[int] = (1, 2, 3),
    modes: Sequence[str] = MODES,
    *,
    library: Any = None,
    first: int = 0,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Report:
    """Make ``count`` random calls per ndim and mode, and stop at the first mismatch.

    Args:
        seed: the same seed makes the same calls.
        count: calls per ndim and mode.
        ndims: of 1, 2, 3.
        modes: of :data:`MODES`.
        library: what holds the functions under test (``max_pool1d`` ...); clpool by default.
        first: the number of the first call.
        progress: wraps the list of calls to come, a progress bar for instance.

    Returns:
        A :class:`Report`, whose ``failure`` is ``None`` where everything agreed.
    """
    if library is None:
        import clpool as library
    report = Report()
    todo = [(r, m, n) for r in ndims for m in modes for n in range(first, first + count)]
    for ndim, mode, number in progress(todo):
        call: Any = f"{mode}, {ndim}D, call {number}"
        try:
            if mode in family.OPERATORS:
                _compare_family(library, seed, ndim, mode, number, report)
            else:
                call = draw(seed, ndim, mode, number)
                _compare(library, call, report)
        except Exception as error:  # whatever goes wrong, the call is told
            what = str(error) if isinstance(error, Mismatch) else traceback.format_exc()
            report.failure = f"{call}: {what}\n{reproduce(seed, ndim, mode, number)}"
            break
        report.calls += 1
    own, torch = report.total().rms()
    enough = report.total().elements >= ENOUGH_FOR_RMS
    if report.failure is None and enough and own > torch:
        report.failure = (
            f"the RMS error of the averages, {own:.6g}, exceeds PyTorch's, {torch:.6g}\n"
            f"reproduce: python -m clpool.tools.fuzz --seed {seed} --count {count} "
            f"--ndim {' '.join(map(str, ndims))} --mode {' '.join(modes)} --first {first}"
        )
    return report


def reproduce(seed: int, ndim: int, mode: str, number: int) -> str:
    """The command that makes one call again."""
    return (
        f"reproduce: python -m clpool.tools.fuzz --seed {seed} --ndim {ndim} --mode {mode} "
        f"--first {number} --count 1"
    )


def _compare(library: Any, call: Call, report: Report) -> None:
    before = call.x.copy()
    if call.configuration.mode == "max":
        _compare_max(library, call, report)
    else:
        _compare_avg(library, call, report)
    equal("the input, which must not change", call.x, before)


def _compare_family(
    library: Any, seed: int, ndim: int, mode: str, number: int, report: Report
) -> None:
    for name, found, expected, bound in family.compare(library, seed, ndim, mode, number):
        report.elements += found.size
        if bound is None:
            equal(name, found, expected)
            continue
        if found.shape != expected.shape:
            raise Mismatch(f"{name}: {found.shape}, expected {expected.shape}")
        good = np.abs(found.astype(np.float64) - expected) <= bound
        if not good.all():
            at = tuple(int(i) for i in np.argwhere(~good)[0])
            raise Mismatch(f"{name} at {at}: got {found[at]!r}, exact {expected[at]!r}")


def _compare_max(library: Any, call: Call, report: Report) -> None:
    a = call.arguments
    window, ndim = call.window, call.configuration.ndim
    values, indices = torch_oracle.max_pool(
        call.plain,
        ndim,
        call.configuration.kernel,
        call.configuration.stride,
        a["padding"],
        call.configuration.dilation,
        a["ceil_mode"],
    )
    # PyTorch's index names no element where a window has no valid tap: clpool says -1.
    taps = reference.pool(np.ones(call.plain.shape[-ndim:], np.int32), window, "sum")
    indices = np.where(taps == 0, -1, indices).astype(a.get("index_dtype", np.int64))
    expected = (values, indices) if a["return_indices"] else (values,)
    out = tuple(call.empty_like_result(e.dtype) for e in expected)
    found = _call(library, call, out)
    if not isinstance(found, tuple):
        found = (found,)
    if len(found) != len(expected):
        raise Mismatch(f"returned {len(found)} arrays, expected {len(expected)}")
    for name, one, other in zip(("values", "indices"), found, expected, strict=False):
        equal(name, call.channels_first(one), other)
        report.elements += other.size


def _compare_avg(library: Any, call: Call, report: Report) -> None:
    a, window = call.arguments, call.window
    options = {name: a[name] for name in ("count_include_pad", "divisor_override") if name in a}
    theirs = torch_oracle.avg_pool(
        call.plain,
        call.configuration.ndim,
        call.configuration.kernel,
        call.configuration.stride,
        a["padding"],
        a["ceil_mode"],
        **options,
    )
    own = _call(library, call, (call.empty_like_result(call.plain.dtype),))
    own = call.channels_first(own)
    rounded = reference.pool(call.plain, window, "avg", **options)
    report.elements += rounded.size
    report.without_torch += theirs is None
    if not ELEMENT_TYPES[call.configuration.dtype].is_float:
        equal("averages", own, rounded if theirs is None else theirs)
        return
    if (own.dtype, own.shape) != (rounded.dtype, rounded.shape):
        raise Mismatch(f"{own.dtype} {own.shape}, expected {rounded.dtype} {rounded.shape}")
    exact = reference.pool(call.plain, window, "avg", exact=True, **options)
    bound = reference.sum_bound(call.plain, window, **options)
    finite = np.isfinite(exact)
    equal("averages that are not finite", own[~finite].astype(np.float64), exact[~finite])
    error = np.abs(own.astype(np.float64)[finite] - exact[finite])
    if not (good := error <= bound[finite]).all():
        at = tuple(int(i) for i in np.argwhere(finite)[np.argmin(good)])
        raise Mismatch(f"at {at}: got {own[at]!r}, exact {exact[at]!r}, bound {bound[at]:.3g}")
    if theirs is not None:
        errors = report.errors.setdefault(call.configuration.dtype, Errors())
        unit = np.where(bound[finite] > 0, bound[finite], 1) / math.prod(window.kernel)
        errors.elements += error.size
        errors.own += float(np.sum((error / unit) ** 2))
        errors.torch += float(
            np.sum(((theirs.astype(np.float64)[finite] - exact[finite]) / unit) ** 2)
        )


def _call(library: Any, call: Call, out: tuple[np.ndarray, ...]) -> Any:
    function = getattr(library, call.function)
    if not call.with_out:
        return function(call.x, **call.arguments)
    given: Any = out if len(out) > 1 else out[0]
    found = function(call.x, **call.arguments, out=given)
    same = (
        all(f is g for f, g in zip(found, given, strict=True)) if len(out) > 1 else found is given
    )
    if not same:
        raise Mismatch("out= was given, but other arrays came back")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clpool.tools.fuzz",
        description="Random pooling calls against PyTorch on the CPU.",
        epilog="examples:\n"
        "  python -m clpool.tools.fuzz\n"
        "  python -m clpool.tools.fuzz --seed 7 --count 2000 --ndim 2 --mode max\n"
        "  python -m clpool.tools.fuzz --seed 7 --ndim 2 --mode max --first 123 --count 1\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=0, help="which calls (default: 0)")
    parser.add_argument(
        "--count", type=int, default=200, help="calls per ndim and mode (default: 200)"
    )
    parser.add_argument("--first", type=int, default=0, help="number of the first call")
    parser.add_argument("--ndim", type=int, nargs="+", choices=(1, 2, 3), default=[1, 2, 3])
    parser.add_argument("--mode", nargs="+", choices=MODES, default=list(MODES))
    parser.add_argument("--as-gpu", action="store_true", help="take every device for a GPU")
    return parser


def _progress() -> Callable[[Iterable[Any]], Iterable[Any]]:
    """A progress bar, where there is a terminal to draw it on and tqdm to draw it."""
    if not sys.stderr.isatty():
        return iter
    try:
        import tqdm
    except ImportError:
        return iter
    bar: Callable[[Iterable[Any]], Iterable[Any]] = tqdm.tqdm
    return bar


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 1 on a mismatch, 2 where PyTorch is missing."""
    options = _parser().parse_args(arguments)
    try:
        import torch
    except ImportError:
        print("fuzzing compares with PyTorch: pip install torch==2.13.0", file=sys.stderr)
        return 2
    if options.as_gpu:
        as_gpu.take()
    report = run(
        options.seed,
        options.count,
        options.ndim,
        options.mode,
        first=options.first,
        progress=_progress(),
    )
    where = ", as on GPUs" if options.as_gpu else ""
    print(f"seed {options.seed}, PyTorch {torch.__version__}{where}: {report}")
    return 1 if report.failure else 0


if __name__ == "__main__":
    sys.exit(main())
