"""Skips PoCL's header of builtin functions, a megabyte, where a kernel calls none of them.

PoCL passes over the header where its guard is defined; types and macros come from another one.
"""

from __future__ import annotations

import re

#: What the header defines first, as an option of the compiler.
GUARD = "-D_OPENCL_H_"

_DECLARED = ("get_global_id", "get_global_size")

#: Its declarations of the functions that most kernels call, and call alone.
INSTEAD = "".join(
    f"size_t __attribute__((overloadable, const)) {name}(uint);\n" for name in _DECLARED
)

#: What looks like a call and is a macro of the other header, or an attribute.
_NO_CALLS = re.compile("as_.*|aligned|ext_vector_type|intel_.*")


def is_needed(source: str) -> bool:
    """Whether a kernel calls what neither its source defines nor :data:`INSTEAD` declares.

    Example:
        >>> is_needed("__kernel void zero(__global int *y) { y[get_global_id(0)] = 0; }")
        False
        >>> is_needed("__kernel void root(__global float *y) { y[0] = sqrt(y[0]); }")
        True
    """
    text = re.sub("//.*", "", source)
    called = set(re.findall(r"\b([a-z]\w*)\(", text))
    defined = set(re.findall(r"^(?:static|__kernel) .*?\b(?!__)(\w+)\(", text, re.MULTILINE))
    return any(not _NO_CALLS.fullmatch(name) for name in called - defined - {*_DECLARED})
