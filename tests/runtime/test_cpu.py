"""Which processor's defaults a device is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import clpool
from clpool import tuning
from clpool.problem.forward import sliding
from clpool.runtime import capabilities, cpu
from clpool.runtime.traits import traits_of
from clpool.schedule import specialise

LINUX = """\
vendor_id\t: {vendor}
cpu family\t: {family}
model\t\t: {model}
model name\t: A Processor of model 85 @ 2.50GHz
"""


@pytest.mark.parametrize("vendor", ["GenuineIntel", "AuthenticAMD"])
@pytest.mark.parametrize("family", [6, 25])
@pytest.mark.parametrize("model", [8, 85, 143])
def test_a_processor_is_known_by_vendor_family_and_model(
    vendor: str, family: int, model: int
) -> None:
    """As Linux describes it, and as Windows does."""
    skylake = (vendor, family, model) == ("GenuineIntel", 6, 85)
    expected = "skylake-server" if skylake else None
    assert cpu.known(LINUX.format(vendor=vendor, family=family, model=model)) == expected
    windows = f"AMD64 Intel64 Family {family} Model {model} Stepping 7, {vendor}"
    assert cpu.known(windows) == expected


@pytest.mark.parametrize(
    "text", ["", "aarch64 ", "arm64 arm", "model : 85", "vendor_id : GenuineIntel"]
)
def test_a_processor_that_is_not_described_is_not_known(text: str) -> None:
    """Others have the defaults of all CPUs."""
    assert cpu.known(text) is None


def test_every_known_processor_has_defaults() -> None:
    """Under the name that they are known by."""
    assert set(cpu.KNOWN.values()) < set(tuning.DEFAULTS)


ARM = """\
processor\t: {number}
BogoMIPS\t: {number}50.00
Features\t: fp asimd evtstrm aes{more}
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x3
CPU part\t: 0xd0c
CPU revision\t: 1

"""


def test_arm_is_described() -> None:
    """By who made it, its part and what it can do, which are those of all its cores."""
    text = ARM.format(number=0, more="") + ARM.format(number=1, more="")
    found = cpu.described(text)
    assert found.count("\n") == 5
    assert all(name in found for name in ("implementer\t: 0x41", "part\t: 0xd0c", "asimd"))
    assert found != cpu.described(text.replace("aes", "aes sve"))
    assert found == cpu.described(text + ARM.format(number=2, more=""))
    assert cpu.described("processor\t: 0\nisa\t: rv64imafdc\n") == ""


@pytest.mark.parametrize(("kind", "nontemporal"), [("cpu", True), ("skylake-server", False)])
def test_large_results_bypass_the_cache_where_that_is_fast(kind: str, nontemporal: bool) -> None:
    """From 8 MiB on, on processors whose stores past the cache are fast; or by force."""
    unit = clpool.default_device()
    if capabilities.dialect(unit) != "clang":
        pytest.skip("only kernels for clang's CPUs bypass the cache")
    like = replace(traits_of(unit), tuning_class=kind)
    options = (True, None, "propagate", False, "int64", None)
    for planes, large in ((128, True), (64, False)):  # results of 8 and of 4 MiB
        problem = sliding(
            (1, planes, 256, 256),
            np.dtype("float32"),
            2,
            "max",
            (2, 2, 0, 1, False),
            options,
            "channels_first",
        )
        spec = specialise.dense_spec(problem, like, {})
        assert spec.nontemporal == (nontemporal and large)
    forced = specialise.dense_spec(problem, like, {"nontemporal": 1})
    assert forced.nontemporal


def test_a_processor_is_asked_for_by_cpus_only() -> None:
    """A GPU has the defaults of all GPUs."""
    assert cpu.tuning_class("gpu") == "gpu"
    assert cpu.tuning_class("cpu") in {"cpu", *cpu.KNOWN.values()}
