"""Skips PoCL's builtin header of a megabyte in builds of kernels that do not need it.

PoCL skips it if its include guard is defined; types and macros come from another header. The
machine code is the same.
"""

from __future__ import annotations

import re

#: The header's include guard, as a compiler option.
GUARD = "-D_OPENCL_H_"

_DECLARED = ("get_global_id", "get_global_size")

#: Declarations of the only builtin functions that most kernels call.
INSTEAD = "".join(
    f"size_t __attribute__((overloadable, const)) {name}(uint);\n" for name in _DECLARED
)

#: Names before a parenthesis that are no builtin functions: macros of the other header, attributes.
_NO_CALLS = re.compile("as_.*|aligned|ext_vector_type|intel_.*")


def is_needed(source: str) -> bool:
    """Whether a kernel calls a function that neither its source nor :data:`INSTEAD` declares.

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
