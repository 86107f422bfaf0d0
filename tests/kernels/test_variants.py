"""Every skeleton that can be selected, forced: all modes, dtypes, windows, on poisoned memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
import own_modes
import pytest
from cases import CASES, Case, random_values
from element_types import needed
from other_devices import traits_as
from skeletons import (
    SKELETONS,
    Skeleton,
    check,
    combinations,
    divisors,
    fitting,
    value_kinds,
    wider,
)

import clpool
from clpool import modes
from clpool.codegen.render import render
from clpool.dtypes import ELEMENT_TYPES, ElementType
from clpool.schedule.geometry import Geometry

#: One of each class: the storage types, the computed floats, both ends of the integers.
DTYPES = ("float32", "float16", "bfloat16", "float64", "int8", "uint16", "int64")
OTHERS = tuple(name for name in ELEMENT_TYPES if name not in DTYPES)

#: A mode without a reference ends collection here.
COMBINATIONS = tuple(combinations())


def groups() -> list[list[Case]]:
    """The cases that share a window, hence a kernel; neighbours in the list differ in ndim."""
    found: dict[tuple, list[Case]] = defaultdict(list)
    for case in CASES:
        window = case.window
        found[window.kernel, window.stride, window.dilation].append(case)
    ndims = [[g for g in found.values() if g[0].ndim == ndim] for ndim in (1, 2, 3)]
    positions = [((n + 0.5) / len(ndim), group) for ndim in ndims for n, group in enumerate(ndim)]
    return [group for _, group in sorted(positions, key=lambda entry: entry[0])]


GROUPS = groups()


def groups_for(skeleton: Skeleton) -> list[list[Case]]:
    """The windows a skeleton can be given: blocks serve what fits in registers.

    Tiles serve those that have a tap.
    """
    if skeleton.template == "tile":
        tapped = [g for g in GROUPS if all(0 not in case.shape for case in g)]
        return [g for g in tapped if any(fitting(skeleton, case) for case in g)]
    if skeleton.template != "outputs":
        return GROUPS
    small = [g for g in GROUPS if g[0].window.extent[-1] <= 8 and prod(g[0].kernel) <= 64]
    span = [3 * g[0].window.stride[-1] + g[0].window.extent[-1] for g in small]
    small = [g for g, n in zip(small, span, strict=True) if n * prod(g[0].kernel[:-1]) < 64]
    return [g for g in small if any(fitting(skeleton, case) and 0 not in case.shape for case in g)]


def values(case: Case, name: str, number: int, mode: str = "max") -> np.ndarray:
    """Random elements of a kind that rotates with ``number`` among those for the mode."""
    rng = np.random.default_rng([number, len(case.name)])
    kinds = value_kinds(mode)
    return random_values(rng, case.shape, ELEMENT_TYPES[name].numpy, kinds[number % len(kinds)])


def taken(mode: str, names: Sequence[str]) -> list[str]:
    """The dtypes among these that the mode takes."""
    return [name for name in names if ELEMENT_TYPES[name].kind in modes.find(mode).kinds]


def options_for(mode: str, indices: bool, name: str, number: int) -> list[dict]:
    """What one kernel of a mode is asked: policies rotate, an average's divisors all occur."""
    element, entry = ELEMENT_TYPES[name], modes.find(mode)
    if entry.divides:
        *counted, third, fourth = divisors(element)[:2] + divisors(element)[2:][-2:]
        return [*counted, (third, fourth)[number % 2]]
    if entry.widens:
        return [{}, {"dtype": wider(element)}] if number % 2 else [{}]
    if not entry.selects:
        return [{}]
    nan = "ignore" if element.is_float and number % 2 else "propagate"
    return [{"indices": indices, "index_dtype": ("int64", "int32")[number // 2 % 2], "nan": nan}]


def check_group(skeleton, mode, indices, name, group, number):
    """Run every case of one window through one skeleton; the specs that ran."""
    needed(name)
    ran = set()
    for place, case in enumerate(group):
        shaped = fitting(skeleton, case)
        if shaped is None:
            continue
        plain = values(shaped, name, number + place, mode)
        for options in options_for(mode, indices, name, number):
            ran.add(check(skeleton, shaped, plain, mode, **options))
    return ran - {None}


def with_dtypes(
    combinations: Sequence[tuple[Skeleton, str, bool]] = COMBINATIONS,
) -> Iterator[tuple[Skeleton, str, bool, ElementType, int, int]]:
    """Every combination with a first dtype and three others; a window and a number that rotate."""
    windows: dict[str, int] = defaultdict(int)
    turns: dict[str, int] = defaultdict(int)
    for place, (skeleton, mode, indices) in enumerate(combinations):
        names = taken(mode, DTYPES)
        others = [1 + (turns[mode] + 2 * n) % max(len(names) - 1, 1) for n in range(3)]
        turns[mode] += 1
        for turn in [0, *dict.fromkeys(others)][: len(names)]:
            window = windows[skeleton.name] % len(groups_for(skeleton))
            element = ELEMENT_TYPES[names[turn]]
            yield skeleton, mode, indices, element, window, place + 5 * turn
            windows[skeleton.name] += 1


@pytest.mark.cover(
    ("skeleton", "element.size"), ("skeleton", "mode"), ("mode", "indices"), "element", "window"
)
@pytest.mark.parametrize(
    ("skeleton", "mode", "indices", "element", "window", "number"),
    [pytest.param(*c, id=f"{c[0]}-{c[1]}{'-indices' * c[2]}-{c[3].name}") for c in with_dtypes()],
)
def test_skeleton_equals_the_oracle(skeleton, mode, indices, element, window, number):
    """The skeleton that was forced runs, and gives the oracle's numbers for a whole window."""
    ran = check_group(skeleton, mode, indices, element.name, groups_for(skeleton)[window], number)
    allowed = (
        {"rows", "rows_down", "rows_running"}
        if skeleton.template == "rows"
        else {skeleton.template}
    )
    assert ran
    assert {spec.template for spec in ran} <= allowed


def check_other_dtype(skeleton, mode, indices, name, cases=None):
    """Run the first cases of a window, or all, in a dtype of a class that has been tested."""
    number = SKELETONS.index(skeleton) + OTHERS.index(name)
    group = groups_for(skeleton)[(7 * number) % len(groups_for(skeleton))]
    check_group(skeleton, mode, indices, name, group[:cases], number)


def further(name):
    """The modes that take another dtype, but for extrema, and sums, whose snippet averages have."""
    return [
        mode for mode in modes.MODES if mode not in ("max", "min", "sum") and taken(mode, [name])
    ]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("skeleton", SKELETONS, ids=str)
def test_other_dtypes(skeleton, name):
    """The dtypes of a class that has been tested: an extremum each, and all further modes."""
    number = SKELETONS.index(skeleton) + OTHERS.index(name)
    check_other_dtype(skeleton, ("max", "min")[number % 2], skeleton.indices[-1], name)
    for mode in further(name):
        check_other_dtype(skeleton, mode, False, name, 1)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("skeleton", SKELETONS, ids=str)
def test_every_ndim(skeleton, ndim):
    """Each skeleton pools one, two and three axes, with and without indices."""
    group = next(g for g in GROUPS if g[0].ndim == ndim)
    for indices in skeleton.indices:
        check_group(skeleton, "max", indices, "float32", group, ndim)


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("nan", ["propagate", "ignore"])
@pytest.mark.parametrize("skeleton", SKELETONS, ids=str)
def test_nan_policies(skeleton, nan, mode):
    """Both policies, among values where NaN, infinities and ties abound."""
    case = fitting(skeleton, next(case for case in CASES if case.name == "2d_resnet_stem"))
    for seed in range(3):
        plain = random_values(np.random.default_rng(seed), case.shape, np.float32, "special")
        for indices in skeleton.indices:
            check(skeleton, case, plain, mode, indices=indices, nan=nan)


@pytest.mark.parametrize("nan", ["propagate", "ignore"])
@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("skeleton", [s for s in SKELETONS if s.template == "outputs"], ids=str)
def test_doubles_as_keys(skeleton, mode, nan):
    """Blocks compare doubles as integers: NaN, infinities and the ends of the numbers too."""
    needed("float64")
    case = fitting(skeleton, next(case for case in CASES if case.name == "2d_resnet_stem"))
    for seed, kind in enumerate(("special", "lowest", "extreme")):
        plain = random_values(np.random.default_rng(seed), case.shape, np.float64, kind)
        assert check(skeleton, case, plain, mode, nan=nan).integer_compare


@pytest.mark.parametrize(
    ("name", "case_name"), [("float32", "2d_resnet_stem"), ("int8", "3d_halving")]
)
@pytest.mark.parametrize("skeleton", SKELETONS, ids=str)
def test_64_bit_positions(skeleton, name, case_name, monkeypatch):
    """The kernels for planes beyond 2^31 elements give the same on a small one."""
    monkeypatch.setattr(Geometry, "is_wide", lambda self: True)
    case = fitting(skeleton, next(case for case in CASES if case.name == case_name))
    plain = values(case, name, 1)
    for indices in skeleton.indices:
        spec = check(skeleton, case, plain, "max", indices=indices)
        assert spec.wide
        assert "const long w0" in render(spec)
    if False in skeleton.indices:
        assert check(skeleton, case, plain, "avg", count_include_pad=False).wide


@pytest.mark.parametrize("mode", ["min", "avg"])
@pytest.mark.parametrize("name", ["float32", "float16"])
@pytest.mark.parametrize("skeleton", SKELETONS, ids=str)
def test_portable_dialect(skeleton, name, mode, monkeypatch):
    """What GPUs are given runs here too: plain OpenCL C without a compiler's extensions."""
    pocl = "Portable Computing" in clpool.default_device().platform.name
    if pocl and (str(skeleton), name) == ("channels", "float16"):
        pytest.skip("PoCL dies of vload_half16 and vstore_half16; it is never given them")
    traits_as(monkeypatch, dialect="portable")
    group = groups_for(skeleton)[(3 * SKELETONS.index(skeleton)) % len(groups_for(skeleton))]
    for indices in skeleton.indices:
        if modes.find(mode).selects or not indices:
            for spec in check_group(skeleton, mode, indices, name, group, 1):
                assert spec.dialect == "portable"


def test_every_window_meets_every_skeleton():
    """The rotation leaves no pair of skeleton and window out, nor one of skeleton and dtype."""
    met, dtypes = defaultdict(set), defaultdict(set)
    for skeleton, _, _, element, window, _ in with_dtypes():
        met[skeleton.name].add(window)
        dtypes[skeleton.name].add(element.name)
    assert all(found == set(DTYPES) for found in dtypes.values())
    for skeleton in SKELETONS:
        if len(skeleton.indices) == 2:
            assert met[skeleton.name] == set(range(len(groups_for(skeleton)))), skeleton


@pytest.fixture(scope="module", params=list(own_modes.DOCUMENTS))
def own(request):
    """A mode of each kind, registered as the documents show it."""
    if not own_modes.IN_CHECKOUT:
        pytest.skip("needs the checkout's documents")
    with own_modes.registered(request.param) as mode:
        yield mode


def of_ones_own(mode):
    """Of a mode's combinations, for each skeleton one in turn, with and without indices."""
    found = defaultdict(list)
    for entry in with_dtypes([*combinations([mode])]):
        found[entry[0], entry[2]].append(entry)
    return [each[SKELETONS.index(s) % len(each)] for (s, _), each in found.items()]


def other_of_ones_own(skeleton, mode):
    """One of the other dtypes that the mode takes, in turn, if it takes any."""
    names = [name for name in OTHERS if mode in further(name)]
    return names[SKELETONS.index(skeleton) % len(names) :][:1] if names else []


@pytest.mark.parametrize("skeleton", SKELETONS, ids=str)
def test_a_mode_of_ones_own_passes_these_checks(own, skeleton):
    """What is asked of the package's modes is asked of one that is registered."""
    for one, *rest in of_ones_own(own.name):
        if one is skeleton:
            test_skeleton_equals_the_oracle(skeleton, *rest)
    for name in other_of_ones_own(skeleton, own.name):
        check_other_dtype(skeleton, own.name, False, name, 1)


def test_every_registered_mode_meets_everything(own):
    """These checks take each mode in every ndim, layout and element type."""
    for entries in ([*with_dtypes([*combinations()])], of_ones_own(own.name)):
        met = defaultdict(set)
        for skeleton, mode, indices, element, window, _ in entries:
            ndim = groups_for(skeleton)[window][0].ndim
            met[mode] |= {ndim, skeleton.layout, element.name, indices}
        for mode, found in met.items():
            also = {name for name in OTHERS if mode in further(name)}
            if mode == own.name:
                assert also == {name for s in SKELETONS for name in other_of_ones_own(s, mode)}
            asked = {False, modes.find(mode).selects}
            expected = {1, 2, 3, "first", "last", *taken(mode, DTYPES), *asked}
            assert found | also == expected | also
            assert mode != own.name or found | also >= {*taken(mode, ELEMENT_TYPES)}
