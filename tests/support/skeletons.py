"""Every kernel skeleton that can be selected: how to make it run, and how to check its results."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from cases import GENTLE, VALUE_KINDS, Case, assert_exact, assert_sum_close

import clpool
from clpool import modes, reference, tuning
from clpool.codegen.spec import KernelSpec
from clpool.dtypes import ElementType
from clpool.runtime import arrays
from clpool.runtime.registers import register_bytes

#: Elements of poison around every output, which no kernel may touch.
GUARD = 64

#: Blocks of any size, so that the width that is forced is the one that runs; and however few.
ANY_BLOCK = replace(tuning.SCHEDULE, item_registers=2**12, item_states=2**10, unit_groups=0)

#: Output columns held at once: few, so that small shapes have several tiles and a partial one.
TILE = 16


@dataclass(frozen=True)
class Skeleton:
    """One way of computing: the forced tuning, the memory that selects it, what must have run.

    ``aligned`` says whether vectors lie at multiples of their size; ``channels`` replaces the
    cases' own where the layout is "last"; ``indices`` lists whether indices are returned.
    """

    name: str
    template: str
    variant: str
    width: int
    layout: str = "first"
    aligned: bool = False
    channels: int = 0
    indices: tuple[bool, ...] = (False, True)

    def __str__(self) -> str:
        return self.name


SKELETONS = (
    Skeleton("direct", "direct", "direct", 1),
    Skeleton("last_scalar", "direct", "direct", 1, "last", channels=3),
    Skeleton("last_vector", "direct", "direct", 4, "last", channels=8),
    Skeleton("last_aligned", "direct", "direct", 4, "last", aligned=True, channels=8),
    Skeleton("outputs", "outputs", "outputs", 1),
    Skeleton("outputs_aligned", "outputs", "outputs", 4, aligned=True),
    Skeleton("outputs_pixel", "outputs", "outputs", 1, "last", channels=3),
    Skeleton("outputs_last", "outputs", "outputs", 4, "last", aligned=True, channels=8),
    Skeleton("outputs_beside", "outputs", "outputs", 4, "last", channels=8),
    Skeleton("outputs_overlap", "outputs", "outputs", 4, "last", channels=7),
    Skeleton("tile", "tile", "tile", 4),
    Skeleton("tile_aligned", "tile", "tile", 4, aligned=True),
    Skeleton("rows", "rows", "rows", 8),
    Skeleton("channels", "channels", "rows", 4, "last", channels=53),
)


def combinations(names: Collection[str] = ()) -> Iterator[tuple[Skeleton, str, bool]]:
    """Every skeleton with every registered mode, or those of ``names``, as far as it serves them.

    With and without indices, where the mode selects a tap.

    Raises:
        LookupError: a mode is registered that has no reference to be compared with.
    """
    missing = set(modes.MODES) - set(reference.REFERENCES)
    if missing:
        raise LookupError(f"modes without an entry in reference.REFERENCES: {sorted(missing)}")
    for skeleton in SKELETONS:
        for mode in map(modes.find, names or modes.MODES):
            for indices in skeleton.indices:
                if mode.selects or not indices:
                    yield skeleton, mode.name, indices


def value_kinds(mode: str) -> tuple[str, ...]:
    """The kinds of values that the mode's results must be right for, in any order of the taps."""
    entry = modes.find(mode)
    return VALUE_KINDS if entry.selects or entry.sums else (GENTLE,)


def fitting(skeleton: Skeleton, case: Case) -> Case | None:
    """The case itself, or one of the same window whose shape selects the skeleton, if any does."""
    shape = list(case.shape)
    if skeleton.layout == "last":
        shape[-1 - case.ndim] = skeleton.channels
    elif skeleton.aligned:
        for shape[-1] in range(case.shape[-1], case.shape[-1] + 100):
            found = replace(case, shape=tuple(shape))
            outputs = found.window.output_shape(found.shape[-case.ndim :])
            if shape[-1] % skeleton.width == 0 and outputs[-1] % skeleton.width == 0:
                return found
        return None
    return replace(case, shape=tuple(shape))


def guarded(shape: tuple[int, ...], dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """An aligned array full of poison (NaN, or -1), and the larger memory that it lies in."""
    count = math.prod(shape)
    memory = arrays.empty_host((count + 2 * GUARD,), (1,), dtype)
    memory[...] = np.nan if dtype.kind not in "iu" else np.array(-1).astype(dtype)
    return memory[GUARD : GUARD + count].reshape(shape), memory


def laid_out(skeleton: Skeleton, plain: np.ndarray, ndim: int) -> np.ndarray:
    """``plain`` (channels first) in memory as the skeleton needs it: whole vectors, or beside."""
    if skeleton.layout == "last":
        plain = np.moveaxis(plain, -1 - ndim, -1)
    beside = int(skeleton.width > 1 and not skeleton.aligned)
    memory = arrays.empty_host((plain.size + beside,), (1,), plain.dtype)
    view = memory[beside:].reshape(plain.shape)
    view[...] = plain
    return view


def check(
    skeleton: Skeleton,
    case: Case,
    plain: np.ndarray,
    mode: str,
    *,
    indices: bool = False,
    index_dtype: str = "int64",
    nan: str = "propagate",
    dtype: Any = None,
    **divisor: Any,
) -> KernelSpec | None:
    """Pool into poisoned memory, compare with the oracle; the spec that ran, None if none did."""
    x = laid_out(skeleton, plain, case.ndim)
    context = f"{skeleton} {case} {mode} {plain.dtype} indices={indices} nan={nan} {divisor}"
    forced = {"variant": skeleton.variant, "width": skeleton.width, "schedule": ANY_BLOCK}
    with tuning.forced(**forced, tile=TILE, items=5):
        plan = clpool.plan(
            x.shape,
            x.dtype,
            case.kernel,
            mode,
            case.stride,
            case.padding,
            case.dilation,
            case.ceil_mode,
            indices,
            nan=nan,
            index_dtype=index_dtype,
            result_dtype=dtype,
            data_format="channels_last" if skeleton.layout == "last" else "channels_first",
            **divisor,
        )
    dtypes = [plan.problem.out.numpy] + [np.dtype(index_dtype)] * indices
    outs = [guarded(plan.output_shape, one) for one in dtypes]
    plan(x, out=tuple(out for out, _ in outs) if indices else outs[0][0])
    for _, memory in outs:
        fence = np.concatenate([memory[:GUARD], memory[-GUARD:]])
        intact = (
            fence == -1 if fence.dtype.kind == "i" else fence == np.array(-1).astype(fence.dtype)
        )
        assert (intact | (fence != fence)).all(), f"{context}: written beside the output"
    found = [np.moveaxis(out, -1, -1 - case.ndim) for out, _ in outs]
    if skeleton.layout == "first":
        found = [out for out, _ in outs]
    if not modes.find(mode).selects:
        options = {**divisor, **({} if dtype is None else {"dtype": dtype})}
        assert_sum_close(found[0], plain, case.window, mode, context=context, **options)
    else:
        expected = reference.pool(
            plain, case.window, mode, return_indices=True, index_dtype=index_dtype, nan=nan
        )
        for one, other in zip(found, expected, strict=False):
            assert_exact(one, other, context)
    specs = [launch.spec for launch in plan._launches]
    for spec in specs:
        assert_ran(skeleton, spec, plan.output_shape[-1], context)
    return specs[0] if specs else None


def assert_ran(skeleton: Skeleton, spec: KernelSpec, columns: int, context: str) -> None:
    """The spec is one of this skeleton's kernels, not of one that stood in for it."""
    template, width = skeleton.template, skeleton.width
    if template == "rows":
        template = (
            "rows_down" if spec.fits_registers else "rows_running" if spec.uses_van_herk else "rows"
        )
        width = min(width, 2 ** (columns.bit_length() - 1))  # no wider than the row
    position = spec.position_size if spec.index else 0
    if 8 in (spec.accumulator_size, position):  # lanes of 8 bytes lie in one register
        here = register_bytes(clpool.default_device())
        width = min(width, max(here // max(spec.accumulator_size, position), 1))
    expected = (template, width, skeleton.layout, skeleton.aligned)
    ran = (spec.template, spec.width, spec.layout, spec.alignment_phase is not None)
    assert ran == expected, f"{context}: ran {spec.label}"


def divisors(element: ElementType) -> list[dict[str, Any]]:
    """An average's options: taps counted with and without padding, and given divisors."""
    given = (3, 7) if element.kind == "uint" else (3, -1, -7)
    counted = [{"count_include_pad": True}, {"count_include_pad": False}]
    return [*counted, *({"divisor_override": number} for number in given)]


def wider(element: ElementType) -> str:
    """A wider dtype of the same kind, for a sum's result; the widest stays itself."""
    if element.is_float:
        return "float64" if element.size >= 4 else "float32"
    return f"{element.kind}{min(element.size * 32, 64)}"
