"""Arrays of other libraries on the CPU: taken where they lie, by DLPack, and given back in kind.

numpy and pyopencl arrays pass as they are: what is described here begins where a function refuses
a type that has ``__dlpack__``. The function is called once more on numpy arrays of the same memory.

Source: https://data-apis.org/array-api/latest/design_topics/data_interchange.html
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ..dtypes import ELEMENT_TYPES
from ..errors import ArgumentTypeError
from ..runtime.arrays import AnyArray
from ..runtime.validate import OtherKind, is_other

Function = TypeVar("Function", bound=Callable[..., Any])

#: The parameters of public functions that take arrays; those of other frameworks' conventions.
ARRAYS = frozenset({"x", "grad", "indices", "y", "_random_samples"})
_NAMES = ARRAYS | {"inputs", "data"}
#: DLPack's devices whose memory the host reads: its own, and pinned for CUDA and for ROCm.
HOSTS = frozenset({1, 3, 11})


def of_any_kind(function: Function) -> Function:
    """The function, of arrays of other libraries, too; results are of the first one's kind."""

    @functools.wraps(function)
    def taking(*arguments: Any, **keywords: Any) -> Any:
        try:
            return function(*arguments, **keywords)
        except OtherKind:
            pass
        return _exchanged(function, arguments, keywords)

    return taking  # type: ignore[return-value]


def _exchanged(
    function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """The results of a function of numpy arrays, called with arrays of other libraries."""
    given = dict(zip(inspect.signature(function).parameters, arguments, strict=False)) | keywords
    found = function(**{name: _view(value, name) for name, value in given.items()})
    if given.get("out") is not None:
        return given["out"]
    first = next(given[name] for name in given if name in _NAMES and is_other(given[name]))
    return tuple(like(y, first) for y in found) if isinstance(found, tuple) else like(found, first)


def view(x: Any, name: str) -> np.ndarray:
    """A numpy array of the memory of another library's; read-only where that is.

    Raises:
        ArgumentTypeError: its memory is a device's, or it has a gradient, or no numpy dtype.
    """
    kind = f"{type(x).__module__.partition('.')[0]}.{type(x).__name__}"
    try:
        number = int(x.__dlpack_device__()[0])
        if number in HOSTS:
            if not _is_bfloat16(x):
                return np.from_dlpack(x)
            bits = np.from_dlpack(x.view(_namespace(x).int16))
            return bits.view(ELEMENT_TYPES["bfloat16"].numpy)
    except (BufferError, RuntimeError, TypeError, ValueError, ImportError) as error:
        raise ArgumentTypeError(f"{name} is a {kind} that numpy cannot read: {error}") from error
    raise ArgumentTypeError(
        f"{name} is a {kind} in a device's memory (DLPack's device type {number}); pooled are "
        "arrays on the CPU, and pyopencl's: copy it to the CPU first"
    )


def like(result: np.ndarray, x: Any) -> Any:
    """An array of the kind of ``x`` with the memory of a result."""
    namespace = _namespace(x)
    if result.dtype.name == "bfloat16":
        return namespace.from_dlpack(result.view(np.int16)).view(namespace.bfloat16)
    return namespace.from_dlpack(result)


def _view(value: Any, name: str) -> Any:
    """An argument, as numpy's if it is an array of another library's, or a pair of such."""
    if name == "out" and isinstance(value, (tuple, list)):
        return tuple(_view(one, f"out[{number}]") for number, one in enumerate(value))
    takes = name in _NAMES or name in ("out", "out[0]", "out[1]")
    return view(value, name) if takes and is_other(value) else value


def _is_bfloat16(x: AnyArray) -> bool:
    return str(x.dtype).rpartition(".")[2] == "bfloat16"


def _namespace(x: Any) -> Any:
    """The functions of an array's library."""
    asked = getattr(x, "__array_namespace__", None)
    return asked() if asked else importlib.import_module(type(x).__module__.partition(".")[0])
