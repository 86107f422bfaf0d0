"""Bypasses pyopencl's caches of programs and kernel code.

pyopencl caches the programs of some drivers, and Python code for every kernel, in the user's cache
folder, and raises on a folder that is not writable, a damaged file, an entry of another processor.
clpool caches binaries itself and launches kernels without that code.
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
    """A replacement of pyopencl's on-disk cache of kernel code, in this process alone."""

    store_if_not_present = dict.setdefault


@contextmanager
def without_caches() -> Iterator[None]:
    """Disable pyopencl's caches and compiler warnings within this context."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", cl.CompilerWarning)
        before, cl._PYOPENCL_NO_CACHE = cl._PYOPENCL_NO_CACHE, True
        try:
            invoker: Any = import_module("pyopencl.invoker")
            if not hasattr(invoker, "invoker_cache"):  # imported just now: it opens no cache then
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
