"""What a driver refuses is no end: other kernels, smaller chunks, and errors that say it all."""

from __future__ import annotations

import os
import subprocess
import sys
from math import prod
from textwrap import dedent

import pyopencl as cl
import pyopencl.array as cla
import pytest
from cases import assert_exact
from driver import CODES, WINDOW, Driver, drawn, is_scalar, pooled
from other_devices import traits_as

import clpool
from clpool import modes, reference, tuning
from clpool.errors import BuildError, ClpoolError, DeviceError
from clpool.runtime import capabilities, device, dispatch


def test_what_is_no_refusal_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that no other kernel avoids comes as it is, at once."""
    driver = Driver(monkeypatch, launches=lambda *launch: CODES.INVALID_COMMAND_QUEUE)
    with pytest.raises(cl.LogicError, match="INVALID_COMMAND_QUEUE"):
        pooled(drawn())
    assert len(driver.refused) == 1
    driver.launches = lambda *launch: 0
    pooled(drawn())
    assert not is_scalar(driver.launched[-1][0])


@pytest.mark.parametrize("how", ["builds", "launches"])
def test_a_driver_that_refuses_all(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is that of the first kernel and names the others; later all is well again."""
    driver = Driver(monkeypatch)
    if how == "builds":
        driver.builds = lambda label: True
    else:
        driver.launches = lambda *launch: CODES.INVALID_WORK_GROUP_SIZE
    for _ in range(2):
        with pytest.raises(BuildError if how == "builds" else DeviceError) as caught:
            pooled(drawn())
        first, *others = dict.fromkeys(driver.refused)
        assert is_scalar(others[-1])
        message = str(caught.value)
        assert isinstance(caught.value.__cause__, cl.Error)
        assert first in message.splitlines()[0]
        assert all(label in message.split("Simpler kernels")[1] for label in others)
        assert how == "launches" or "\n   1 " in message
    driver.builds, driver.launches = (lambda label: False), (lambda *launch: 0)
    dispatch._plans.clear()
    pooled(drawn())
    assert not is_scalar(driver.launched[-1][0])


def test_a_compiler_that_is_older_than_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """PoCL 3.0 compiles nothing on Zen 5: the error says so instead of listing a source."""
    driver = Driver(monkeypatch, builds=lambda label: True)
    driver.log = "error: unknown target CPU 'generic'"
    with pytest.raises(BuildError, match="pip install 'clpool") as caught:
        pooled(drawn())
    first = str(caught.value).splitlines()[0]
    assert device.default_device().driver_version in first
    assert "does not know this processor" in first
    assert "__kernel" not in str(caught.value)


@pytest.mark.parametrize("how", ["builds", "launches"])
def test_a_forced_kernel_is_not_replaced(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test or a tuner forces runs, or is an error."""
    driver = Driver(monkeypatch)
    if how == "builds":
        driver.builds = lambda label: not is_scalar(label)
    else:
        driver.launches = lambda label, *launch: CODES.INVALID_KERNEL * (not is_scalar(label))
    with tuning.forced(variant="rows", width=8):
        for _ in range(2):
            with pytest.raises(BuildError if how == "builds" else cl.LogicError) as caught:
                pooled(drawn())
            assert "Simpler" not in str(caught.value)
    assert len(set(driver.refused)) == 1
    pooled(drawn())


@pytest.mark.parametrize("wrapped", [True, False], ids=["wrapped", "copied"])
def test_little_memory(
    wrapped: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Buffers that cannot be made are made smaller, by the same kernel; too small is an error."""
    if not wrapped:
        traits_as(monkeypatch, shares_host_memory=lambda: False)
    x = drawn(shape=(4, 8, 64, 64))
    driver = Driver(monkeypatch, largest=x.nbytes // 5)
    for _ in range(2):
        pooled(x)
    assert len(driver.launched) == 16
    assert len({label for label, _, _ in driver.launched}) == 1
    assert len(caplog.records) == 3
    assert all("taking chunks of" in record.getMessage() for record in caplog.records)
    driver.largest = 3
    clpool.release_memory()
    for _ in range(2):
        with pytest.raises(DeviceError, match=r"too little memory .*MEM_OBJECT_ALLOCATION"):
            pooled(x)
    driver.largest = x.nbytes
    pooled(x)


def test_ranges_that_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range that the driver refuses on device arrays is cut, too."""
    too_large = CODES.INVALID_GLOBAL_WORK_SIZE
    driver = Driver(monkeypatch, kind="gpu")
    driver.launches = lambda label, size, group: too_large * (prod(size) > 300)
    x = drawn(shape=(4, 8, 20, 20))
    found = clpool.max_pool2d(cla.to_device(device.default_queue(), x), 3, 2, 1)
    assert_exact(found.get(), reference.pool(x, WINDOW, "max"))
    assert len(driver.launched) > 1
    assert driver.refused


SMALL_GROUPS = """
    import numpy as np, clpool
    from clpool.runtime import capabilities, traits
    capabilities.device_class = traits.device_class = lambda unit: {kind!r}
    x = np.arange(2 * 3 * 40 * 40, dtype=np.float32).reshape(2, 3, 40, 40)
    blocks = x.reshape(2, 3, 20, 2, 20, 2)
    y, indices = clpool.max_pool2d(x, 2, return_indices=True)
    assert (y == blocks.max((3, 5))).all()
    taps = np.sort(blocks.swapaxes(3, 4).reshape(*y.shape, 4))
    assert (clpool.median_pool2d(x, 2) == taps[..., 1]).all()
    assert (clpool.adaptive_max_pool2d(x, 1)[..., 0, 0] == x.max((2, 3))).all()
    assert (clpool.avg_pool2d_backward(4 * y, x.shape, 2) == y.repeat(2, 2).repeat(2, 3)).all()
    flows = clpool.max_pool2d_backward(y, indices, x.shape, 2)
    assert (flows == np.where(y.repeat(2, 2).repeat(2, 3) == x, x, 0)).all()
    assert (clpool.max_unpool2d(y, indices, 2) == flows).all()
    assert (clpool.max_unpool2d_backward(flows, indices) == y).all()
    print("right")
"""


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_a_device_of_small_groups(kind: str) -> None:
    """PoCL told to take groups of one item pools all the same."""
    if not capabilities.is_pocl(clpool.default_device()):
        pytest.skip("POCL_MAX_WORK_GROUP_SIZE is PoCL's")
    done = subprocess.run(
        [sys.executable, "-c", dedent(SMALL_GROUPS.format(kind=kind))],
        env=os.environ | {"POCL_MAX_WORK_GROUP_SIZE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.stdout, done.returncode) == ("right\n", 0), done.stderr


def test_a_kernel_that_does_not_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a broken mode has the numbered source, the compiler's log, and the cause."""
    source = '<%def name="combine()">a.value + nowhere_declared</%def>'
    monkeypatch.setattr(modes, "MODES", dict(modes.MODES))
    modes.register(modes.Mode("broken", lambda element, nan: "0", source=source))
    with pytest.raises(BuildError) as caught:
        clpool.pool(drawn(), (2, 2), "broken")
    message = str(caught.value)
    assert isinstance(caught.value, ClpoolError)
    assert isinstance(caught.value.__cause__, cl.Error)
    assert "\n   1 " in message
    assert message.count("nowhere_declared") >= 2, "in the source, and in the log"
    assert "error" in message
    pooled(drawn())
