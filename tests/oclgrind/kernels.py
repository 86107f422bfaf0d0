"""What runs under Oclgrind: every skeleton and operator on small shapes, or a broken kernel.

    oclgrind ... python kernels.py DIALECT clean SHARD SHARDS
    oclgrind ... python kernels.py DIALECT planted read|write

The last line of the output says how many kernels ran, and gave the oracle's numbers.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import spaces
from cases import GENTLE, Case, random_values
from family import Operator, moved, ran
from family_cases import (
    OPERATORS,
    adaptive_gradient,
    gradient,
    lp,
    unpool,
    weighted_gradient,
)
from skeletons import (
    ANY_BLOCK,
    SKELETONS,
    check,
    combinations,
    divisors,
    fitting,
    value_kinds,
    wider,
)

import clpool
from clpool import modes, tuning
from clpool.codegen import render
from clpool.codegen.spec import KernelSpec
from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import ArgumentValueError
from clpool.runtime import capabilities, device, dispatch, programs, traits

#: Pads, partial tiles and vectors, dilation, every ndim, bands of rows, a bounded loop.
SMALL = (
    Case("2d", (1, 2, 5, 37), (3, 2), (2, 2), ((1, 2), (1, 0))),
    Case("1d", (2, 1, 21), (3,), (1,), ((2, 2),), 2, True),
    Case("3d", (1, 2, 3, 4, 7), (2, 2, 3), (1, 2, 2), 1, (2, 1, 1)),
    Case("inside", (1, 2, 4, 9), (2, 2), (2, 2)),
    Case("shared", (1, 2, 7, 19), (5, 3), (1, 1), ((2, 2), (1, 1))),
    Case("row", (1, 1, 3, 40), (2, 17), (1, 2), ((0, 1), (8, 8))),
    Case("long", (1, 1, 4, 18), (33, 3), (1, 2), ((17, 16), (1, 1))),
)

#: Beside the family's operators: weights of the taps' own, rows of several vectors and of less.
GRADIENTS = (
    weighted_gradient("soft_pool#d", (5, 13), 3, 2, 1, 1, True),
    weighted_gradient("stochastic_pool#d_inference", (3, 4, 7), 2, 2, 1),
    gradient("max", (4, 70), 3, 2, 1),
    gradient("avg", (5, 37), (2, 3), (1, 3), (1, 0), 1, True, count_include_pad=False),
    gradient("sum", (3, 3), 2, 1, 1),
    gradient("min", (5, 32), 3, 1, 1),
    gradient("max", (4, 32), 2),
)

#: Results of whole vectors, so that they can be stored past the cache.
STREAMED = (
    lp(2, (9, 64), 3, 2, 1),
    lp(2, (9, 64), 3, 1, 1),
    lp(2.5, (9, 64), 3, 1, 1),
    gradient("avg", (8, 64), 2, 2),
    unpool((4, 16), (8, 32), 2),
)

#: Gradients that read indices, and indices that no kernel may follow.
CHOSEN = (gradient("max", (5, 13), 3, 2, 1), adaptive_gradient("max", (5, 9), (3, 4)))
WILD = (2**62, -(2**63), 2**31, -1)

#: What is broken: the text in the kernel's source, and what it is replaced by.
PLANTED = {
    "read": ("w >= (int)g.in_w", "w > (int)g.in_w"),
    "write": ("store1(y + at,", "store1(y + at + 1,"),
}

#: What has been noted as running.
_noted: set[str] = set()


def clean(shard: int, shards: int, dialect: str) -> int:
    """Run this shard's share of the kernels; how many different ones ran."""
    specs: set[KernelSpec | None] = set()
    names = [n for n in ELEMENT_TYPES if n != "bfloat16" or "ml_dtypes" in sys.modules]
    for number, (skeleton, mode, indices) in enumerate(combinations()):
        note(skeleton.name)
        for place in range(2):
            count = 2 * number + place
            if count % shards != shard:
                continue
            entry = modes.find(mode)
            taken = [name for name in names if ELEMENT_TYPES[name].kind in entry.kinds]
            turn = (count + count // len(taken)) % len(taken)
            name = taken[turn] if place or "float32" not in taken else "float32"
            element = ELEMENT_TYPES[name]
            case = fitting(skeleton, SMALL[(number + number // 4 + place) % len(SMALL)])
            kind = "ties" if "ties" in value_kinds(mode) else GENTLE
            plain = random_values(np.random.default_rng(count), case.shape, element.numpy, kind)
            options: dict = {}
            if entry.selects:
                options = {"indices": indices, "nan": ("propagate", "ignore")[place]}
                options["index_dtype"] = ("int64", "int32")[place]
            elif entry.divides:
                options = divisors(element)[place]
            elif entry.widens and place:
                options = {"dtype": wider(element)}
            specs.add(check(skeleton, case, plain, mode, **options))
    for number, operator in enumerate(OPERATORS + GRADIENTS):
        if number % shards == shard:
            note(operator.function)
            specs |= family(operator, number, names, dialect)
    note("every candidate of a tuner")
    specs |= spaces.run_all(dialect, shard, shards)
    met = {spec.template for spec in specs if spec}
    portable = {"outputs", "outputs_listed", "tile_listed", "group"}
    expected = portable if dialect == "portable" else {"outputs"}
    if missing := expected - met:
        raise SystemExit(f"no kernel of {missing} ran")
    if shard == 0:
        note("wrong indices")
        specs |= refusing()
    if dialect == "clang" and shard == 0:
        note("nontemporal stores")
        specs |= nontemporal()
    return len(specs - {None})


def note(what: str) -> None:
    """Say what runs, once."""
    if what not in _noted:
        _noted.add(what)
        sys.stdout.write(f"at {what}\n")
        sys.stdout.flush()


def family(operator: Operator, number: int, names: list[str], dialect: str) -> set[KernelSpec]:
    """Run one of the family's operators, channels first and last, and what it ran.

    Blocks and teams are those of GPUs, whose dialect is the portable one.
    """
    taken = [
        name
        for name in names
        if (operator.floats if ELEMENT_TYPES[name].is_float else operator.integers)
    ]
    found = set()
    for place, last in enumerate((False, True)):
        name = taken[(number + number // len(taken)) % len(taken)] if place else operator.usual
        forced = [{"variant": "direct", "width": 4}, {"variant": "rows", "items": 5}]
        forced += [{"variant": "runs", "items": 5}] * (not last)
        if dialect == "portable":
            unpools = "unpool" in operator.function
            forced += [{"variant": "outputs", "width": n, "schedule": ANY_BLOCK} for n in (1, 4)]
            forced += [{"variant": "group"}] * (unpools or not operator.is_gradient)
            forced += [{"variant": "outputs", "width": 4}] * unpools
            listed = operator.function.startswith(("adaptive", "fractional"))
            forced += [{"variant": "tile"}] * (listed and not last and not operator.is_gradient)
        forced += [{"network": False}] * operator.function.startswith(("median_pool", "mode_pool"))
        for params in forced:
            found |= ran(operator, 4, last, name, tile=16, **params)
    return found


def nontemporal() -> set[KernelSpec]:
    """Run what is stored past the cache, however small; what ran."""
    found = set()
    for operator in STREAMED:
        for last in (False, True):
            found |= ran(operator, 8, last, variant="rows", width=4, tile=16, nontemporal=1)
    missing = {"rows", "rows_down", "channels", "scatter"} - {
        s.template for s in found if s.nontemporal
    }
    if missing:
        raise SystemExit(f"nothing was stored past the cache by {missing}")
    return found


def refusing() -> set[KernelSpec]:
    """Run gradients on indices far beyond their planes, which are refused; what ran."""
    found: set[KernelSpec] = set()
    cases = itertools.product(CHOSEN, ("rows", "direct", "outputs"), (False, True))
    for (operator, variant, last), value in zip(cases, itertools.cycle(WILD), strict=False):
        forced = {"variant": variant, "width": 4, "tile": 8, "items": 3}
        ran(operator, 4, last, **forced)
        found |= {launch.spec for plan in dispatch._plans.values() for launch in plan._launches}
        plain = operator.arrays(np.random.default_rng(1), np.dtype(np.float32), "normal", (2, 4))
        plain[1][..., ::2] = value
        arrays = [moved(array, operator.ndim) if last else array for array in plain]
        with tuning.forced(**forced), contextlib.suppress(ArgumentValueError):
            operator.call(arrays, last)
            raise SystemExit(f"{operator} took {value}")
    missing = {"rows_covering", "channels", "direct", "outputs", "outputs_listed"}
    missing = {*missing, "look", "look_rows"} - {spec.template for spec in found}
    if missing:
        raise SystemExit(f"no index was looked at by {missing}")
    return found


def interpreted(spec: KernelSpec) -> str:
    """A kernel's source for the interpreter.

    It does not know what asking for a cache line is, and takes the gaps of a state that is copied
    for values.
    """
    source = render.render(spec).replace("__builtin_prefetch(", "(void)(")
    parts = ["value", *spec.mode.fields] + ["index"] * bool(spec.index)
    members = " ".join(f"found[slot].{part} = acc.{part};" for part in parts)
    return source.replace("found[slot] = acc;", members)


def planted(kind: str) -> int:
    """Run one kernel whose source touches one element too many."""
    right, wrong = PLANTED[kind]

    def broken(spec):
        source = render.render(spec)
        if right not in source:
            raise SystemExit(f"nothing to break: {right!r} is not in\n{source}")
        return source.replace(right, wrong)

    programs.render = broken
    case = Case("planted", (1, 1, 6), (3,), (1,), 1)
    skeleton = next(s for s in SKELETONS if s.name == "direct")
    try:
        check(skeleton, case, np.arange(6, dtype=np.float32).reshape(case.shape), "max")
    except AssertionError as error:
        sys.stdout.write(f"wrong results, as planted: {error}\n")
    return 1


def main() -> None:
    """Refuse any other device: what it computes would prove nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dialect", choices=["portable", "clang"])
    parser.add_argument("what", choices=["clean", "planted"])
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    if not capabilities.is_interpreter(device.default_device()):
        raise SystemExit(f"this is not Oclgrind: {[d.name for d in clpool.devices() if d.default]}")
    traits.dialect = lambda unit: arguments.dialect
    programs.render = interpreted
    if arguments.what == "clean":
        count = clean(*map(int, arguments.rest), arguments.dialect)
    else:
        count = planted(*arguments.rest)
    sys.stdout.write(f"kernels: {count}\n")


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        import ml_dtypes  # noqa: F401  # bfloat16 is left out without it
    main()
