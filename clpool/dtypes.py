"""The element types that are pooled, and their storage and arithmetic types in OpenCL C.

``float16`` and ``bfloat16`` are storage types: they are computed in ``float``, which
needs no ``cl_khr_fp16``. Sums of integers run in 64 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .errors import ArgumentTypeError


@dataclass(frozen=True)
class ElementType:
    """One element type: its numpy name and its OpenCL faces.

    ``storage`` is the type in memory, ``compute`` the type a maximum is taken in,
    ``total`` the type sums run in; ``lowest`` and ``highest`` are literals of ``compute``.
    """

    name: str
    kind: str
    size: int
    storage: str
    compute: str
    total: str
    lowest: str
    highest: str

    @property
    def is_float(self) -> bool:
        """Whether values may be NaN or infinite."""
        return self.kind == "float"

    @cached_property
    def numpy(self) -> np.dtype:
        """The numpy dtype; bfloat16 needs the optional package ml_dtypes."""
        if self.name == "bfloat16":
            import ml_dtypes

            return np.dtype(ml_dtypes.bfloat16)
        return np.dtype(self.name)


def _integer(bits: int, signed: bool) -> ElementType:
    storage = ("" if signed else "u") + {8: "char", 16: "short", 32: "int", 64: "long"}[bits]
    limit = {8: "CHAR", 16: "SHRT", 32: "INT", 64: "LONG"}[bits]
    return ElementType(
        name=f"{'' if signed else 'u'}int{bits}",
        kind="int" if signed else "uint",
        size=bits // 8,
        storage=storage,
        compute=storage,
        # Unsigned also for signed elements: sums wrap modulo 2^64, and only unsigned may.
        total="ulong",
        lowest=f"{limit}_MIN" if signed else "0",
        highest=f"{limit}_MAX" if signed else f"U{limit}_MAX",
    )


def _float(name: str, size: int, storage: str, compute: str) -> ElementType:
    return ElementType(name, "float", size, storage, compute, compute, "-INFINITY", "INFINITY")


ELEMENT_TYPES: dict[str, ElementType] = {
    element.name: element
    for element in [
        _float("float16", 2, "half", "float"),
        _float("bfloat16", 2, "ushort", "float"),
        _float("float32", 4, "float", "float"),
        _float("float64", 8, "double", "double"),
        *(_integer(bits, signed) for signed in (True, False) for bits in (8, 16, 32, 64)),
    ]
}

#: Element types by dtype, because numpy builds a dtype's name at each access: filled by
#: :func:`element_type`.
KNOWN: dict[np.dtype, ElementType] = {}


def element_type(dtype: np.dtype, argument: str = "x") -> ElementType:
    """The :class:`ElementType` of a numpy dtype, of any byte order.

    Raises:
        ArgumentTypeError: the dtype is not poolable (complex, bool, object, ...).
    """
    found = KNOWN.get(dtype)
    if found is None:
        found = ELEMENT_TYPES.get(dtype.name)
        if found is None:
            raise ArgumentTypeError(
                f"{argument} has dtype {dtype}, which cannot be pooled; "
                f"allowed: {', '.join(ELEMENT_TYPES)}"
            )
        KNOWN[dtype] = found
    return found
