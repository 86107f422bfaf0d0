"""PoCL's binaries: one compilation serves both the launch and the cached binary.

PoCL compiles a kernel for the work-group size of its first launch, and for any size when its binary
is fetched. A binary that also holds the function for any size under the path of that for one size
is launched without a further compilation.

Source: ``lib/CL/pocl_binary.c`` and ``pocl_cache_kernel_cachedir_path`` in ``lib/CL/pocl_cache.c``
of PoCL 3.0 and 3.1. A file is two strings, its path and its content, each preceded by its length.
"""

from __future__ import annotations

import re
import struct

#: The header, up to the file that holds the program's intermediate representation.
_HEADER = re.compile(
    rb"poclbin\0.{24,40}?[A-P]{2}/[A-P]{37}\0(?:.{8})?(?=\x0b\0\0\0/program\.bc)", re.DOTALL
)
#: The sizes in bytes of the kernel with its files, and of its files.
_SIZES = struct.Struct("<QQ")
_LENGTH = struct.Struct("<I")

#: The folder of the function for any work-group, and the suffixes of the folders for one size: for
#: ranges of any size, and for small ones.
_ANY, _RANGES = b"0-0-0", (b"-goffs0", b"-goffs0-smallgrid")


def for_group(binary: bytes, name: str, group: tuple[int, ...]) -> bytes | None:
    """Add to a kernel's binary its function for any work-group as that for one size.

    Args:
        binary: a program's ``CL_PROGRAM_BINARIES``.
        name: the kernel.
        group: the work-group size along one to three axes.

    Returns:
        The binary, or None if its format is unknown.

    Example:
        >>> for_group(b"ELF", "zero", (64, 4)) is None
        True
    """
    header = _HEADER.match(binary)
    if header is None:
        return None
    _, start = _string(binary, header.end())
    _, start = _string(binary, start)
    if start + _SIZES.size > len(binary):
        return None
    whole, files = _SIZES.unpack_from(binary, start)
    if start + whole != len(binary) or files > whole:
        return None
    kernel = name.encode()
    path = b"/%s/%s/%s.so" % (kernel, _ANY, kernel)
    at = binary.find(_LENGTH.pack(len(path)) + path, len(binary) - files)
    if at < 0:
        return None
    _, content_at = _string(binary, at)
    content, _ = _string(binary, content_at)
    size = b"%d-%d-%d" % (*group, 1, 1)[:3]
    added = b"".join(
        _file(b"/%s/%s/%s.so" % (kernel, size + ranges, kernel), content) for ranges in _RANGES
    )
    sizes = _SIZES.pack(whole + len(added), files + len(added))
    return binary[:start] + sizes + binary[start + _SIZES.size :] + added


def _string(binary: bytes, at: int) -> tuple[bytes, int]:
    """The string at a position, and the position after it."""
    if at + _LENGTH.size > len(binary):
        return b"", len(binary)
    (length,) = _LENGTH.unpack_from(binary, at)
    start = at + _LENGTH.size
    return binary[start : start + length], start + length


def _file(path: bytes, content: bytes) -> bytes:
    """The bytes of a file: path and content, each preceded by its length."""
    return b"".join(_LENGTH.pack(len(part)) + part for part in (path, content))
