"""The types of the public functions' parameters and results, for the stubs of the package.

Only stubs import this module: programs that run do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, SupportsIndex, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyopencl.array as cla


class Exchanged(Protocol):
    """An array of another library on the CPU, which has DLPack's protocol."""

    def __dlpack__(self, *, stream: None = None) -> Any: ...

    def __dlpack_device__(self) -> tuple[Any, int]: ...


#: numpy in, numpy out; ``pyopencl.array.Array`` in, ``Array`` out; any other library's in, its out.
ArrayT = TypeVar("ArrayT", npt.NDArray[Any], cla.Array, Exchanged)

#: One number for all spatial axes, or one per axis.
Size: TypeAlias = SupportsIndex | Sequence[SupportsIndex]

#: The lengths of an array's axes.
Shape: TypeAlias = Sequence[SupportsIndex]

#: The output's length on each spatial axis; None keeps the input's.
OutputSize: TypeAlias = SupportsIndex | Sequence[SupportsIndex | None] | None

NamedPadding: TypeAlias = Literal["valid", "same", "same_lower"]

#: Elements on both sides, a (begin, end) pair per axis, or a name.
Padding: TypeAlias = Size | Sequence[Sequence[SupportsIndex]] | NamedPadding

DataFormat: TypeAlias = Literal["channels_first", "channels_last"]

NanPolicy: TypeAlias = Literal["propagate", "ignore"]

IndexName: TypeAlias = Literal["int64", "int32"]

#: int64 or int32, as a type, a dtype or a name.
IndexDType: TypeAlias = (
    type[np.int64] | type[np.int32] | np.dtype[np.int64] | np.dtype[np.int32] | IndexName
)

#: Output lengths as fractions of the input's, between 0 and 1.
Ratio: TypeAlias = float | tuple[float, ...] | list[float]

#: The random numbers of fractional pooling, on the host or on the device.
Samples: TypeAlias = npt.NDArray[Any] | cla.Array

#: Boundaries of cells: a rising sequence from 0 to the input's length per axis.
Boundaries: TypeAlias = Sequence[Sequence[SupportsIndex] | npt.NDArray[Any]]

#: The seed of random numbers.
Seed: TypeAlias = int | np.integer[Any]
