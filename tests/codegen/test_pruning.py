"""What is left of a source: nothing that its kernel does not reach."""

from __future__ import annotations

import re

import pytest

from clpool.codegen.kernel_arguments import MEMBERS
from clpool.codegen.pruning import members, pruned
from clpool.codegen.render import render
from clpool.codegen.spec import KernelSpec
from clpool.tools.golden import SPECS

SOURCE = """// A head comment.

#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));

// A pair.
typedef struct {
    float value;
} pair;

// Calls unused, and is used by nobody; nor is unused then.
static float orphan(const pair one)
{
    return unused(one.value);
}

static float unused(const float value) { return value; }
static float used(const float value) { return value; }

static __attribute__((noinline)) void k_item(const __global float *x)
{
    if (x) {
        // unused() and pair are words of a comment.
        used(*(const __global float8_any *)(x));
    }
}

#if __has_attribute(intel_vec_len_hint)
__attribute__((intel_vec_len_hint(1)))
#endif
__kernel void k(const __global float *x)
{
    k_item(x);
}
"""


def test_what_is_not_reached_goes_with_its_comment() -> None:
    """Functions, types and vectors of types; single lines, structs, bodies of several lines."""
    source = pruned(SOURCE)
    for gone in ("orphan", "static float unused", "int8_any", "typedef struct", "// A pair."):
        assert gone in SOURCE
        assert gone not in source
    kept = ("// A head comment.", "#pragma", "float8_any __attr", "static float used", "#endif")
    assert all(text in source for text in kept)
    assert source.endswith(SOURCE[SOURCE.index("static __attribute__") :])
    assert pruned(source) == source


def test_headings_of_empty_sections_go() -> None:
    """A heading stays where a declaration below it does, and nothing of others does."""
    source = pruned(
        "// ---- One.\n\nstatic void one(void) { }\n\n// ---- Two.\n// ---- Three.\n"
        "// Of three.\nstatic void three(void) { }\n\n__kernel void k(void) { three(); }\n"
    )
    assert source == (
        "// ---- Three.\n\n// Of three.\nstatic void three(void) { }\n\n"
        "__kernel void k(void) { three(); }\n"
    )


def test_order_and_blank_lines_stay() -> None:
    """Groups that lie together stay together, and no gap is left."""
    source = pruned(SOURCE)
    assert "\n\n\n" not in source
    assert source.index("#pragma") < source.index("float8_any") < source.index("used")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_every_function_and_type_is_used(spec: KernelSpec) -> None:
    """By a call, or by a name in the code: once more than where it is declared."""
    code = re.sub(r"//.*", "", render(spec))
    functions = re.findall(r"^static .*?(\w+)\((?!\()", code, re.MULTILINE)
    types = re.findall(r"^(?:typedef .*?|\} )(\w+)(?: __attribute__.*)?;$", code, re.MULTILINE)
    assert functions
    assert "geometry" in types
    for name in functions:
        assert len(re.findall(rf"\b{name}\(", code)) > 1, name
    for name in types:
        assert len(re.findall(rf"\b{name}\b", code)) > 1, name


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.label)
def test_every_member_is_read(spec: KernelSpec) -> None:
    """The geometry of a kernel holds what its code reads, in the order of all members."""
    source = render(spec)
    found = members(source)
    read = set(re.findall(r"\bg\.(\w+)", re.sub(r"//.*", "", source)))
    assert found == tuple(name for name in MEMBERS if name in read)
    assert read <= MEMBERS.keys()
    assert 0 < len(found) < len(MEMBERS)


def test_members_are_read_from_the_geometry_alone() -> None:
    """Other structs have members, too; a source without a geometry has none."""
    assert members("typedef struct {\n    long in_w; // w\n} other;\n") == ()
    assert members("typedef struct {\n    long in_w; // w\n    long x_w;\n} geometry;\n") == (
        *("in_w", "x_w"),
    )
