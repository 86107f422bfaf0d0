"""Programs and kernels past pyopencl's own caches.

pyopencl keeps the programs of some drivers, and Python code for every kernel, in the user's cache
folder, and raises whatever goes wrong there: a folder that cannot be written, a damaged file, an
entry of another processor. clpool keeps its binaries itself and launches kernels without that code.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pyopencl as cl

_lock = threading.RLock()


class _Memory(dict[Any, Any]):
    """What pyopencl's cache of code for kernels is asked for, in this process alone."""

    store_if_not_present = dict.setdefault


@contextmanager
def without_caches() -> Iterator[None]:
    """Whatever builds programs or makes kernels inside neither reads nor writes a cache.

    Nor does it warn of what a compiler says, as some do of every kernel.
    """
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", cl.CompilerWarning)
        before, cl._PYOPENCL_NO_CACHE = cl._PYOPENCL_NO_CACHE, True
        try:
            invoker: Any = import_module("pyopencl.invoker")
            if not hasattr(invoker, "invoker_cache"):  # imported just now, when it opens none
                invoker.invoker_cache = _Memory()
            yield
        finally:
            cl._PYOPENCL_NO_CACHE = before


def kernel(program: cl.Program, name: str) -> cl.Kernel:
    """A new kernel object of a program.

    Raises:
        pyopencl.Error: the program has no such kernel.
    """
    with without_caches():
        return cl.Kernel(program, name)
