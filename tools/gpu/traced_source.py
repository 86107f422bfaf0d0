"""A kernel's source with its accesses to global and to local memory noted, for a CPU's OpenCL.

Every load and store through a pointer to such memory, or of a local array, is marked, by name:
those that the source declares. ``traced.cl`` defines the marks, and loops anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

#: What a traced kernel takes after its own arguments: see ``traced_begin``.
ARGUMENTS = (
    "__global ulong *traced_counts",
    "const __global ulong *traced_starts",
    "__global ulong2 *traced_noted",
)

_HEADER = Path(__file__).with_name("traced.cl")
_TOKEN = re.compile(r"\s+|\w+|[-+*/%&|^<>=!]=|<<|>>|&&|\|\||->|\+\+|--|.", re.DOTALL)
_POINTER = re.compile(r"__(?:global|local)\b[\w\s]*\*\s*(?:const\b|restrict\b|\s)*(\w+)")
_ARRAY = re.compile(r"__local\b[\w\s]*?(\w+)\s*\[")
_FUNCTION = re.compile(r"^static\b[^;{=]*?\b(\w+)\s*\(", re.MULTILINE)
_KERNEL = re.compile(r"(__kernel\b[^{]*?\bvoid\s+(\w+)\s*\(([^{]*))\)\s*\{")
_VECTOR = re.compile(r"\b(v(load|store)(?:_half)?(\d*)(?:_rt[enpz])?)\s*\(")
_CAST = re.compile(r"\(\s*(?:const\s+)?(?:u?(?:char|short|int|long)|float|double)\d*\s*\)")
_WORDS_BEFORE_AN_OPERAND = {"return", "else", "case"}
_QUALIFIERS = {"const", "__global", "restrict"}
_CLOSING = {"(": ")", "[": "]"}


def traced(source: str) -> str:
    """The source, with every access to global or local memory noted.

    The kernel takes :data:`ARGUMENTS` after its own, and every function ``traced``, the item that
    notes.
    """
    code = re.sub(r"//.*|#pragma unroll.*", "", source)
    marked = _marked(_TOKEN.findall(code), {*_POINTER.findall(code), *_ARRAY.findall(code)})
    for name in _FUNCTION.findall(code):
        marked = re.sub(
            rf"^(static\b[^;{{=]*?\b){name}\s*\((void\b)?", rf"\1{name}(@", marked, flags=re.M
        )
        marked = re.sub(rf"\b{name}\s*\((?!@)", f"{name}(traced, ", marked)
        marked = marked.replace("(@", "(traced_item *traced, ")
    marked = re.sub(r"\(((?:traced_item \*)?traced), \)", r"(\1)", marked)
    marked = _VECTOR.sub(lambda m: f"TRACED_V{m[2].upper()}({m[3] or 1}, {m[1]}, ", marked)
    begin = "traced_begin(traced_counts, traced_starts, traced_noted)"
    more = "".join(f",\n    {argument}" for argument in ARGUMENTS)
    kernel = rf"\1{more})\n{{\n    traced_item traced_own = {begin}, *traced = &traced_own;"
    return _HEADER.read_text(encoding="utf-8") + _KERNEL.sub(kernel, marked)


@dataclass(frozen=True)
class Argument:
    """An argument of a kernel: its type, whether it points to an array, and to one that is read."""

    name: str
    type: str
    pointer: bool
    constant: bool


def kernel_of(source: str) -> tuple[str, list[Argument]]:
    """The name of a source's kernel, and its arguments in their order."""
    found = _KERNEL.search(re.sub(r"//.*", "", source))
    if found is None:
        raise ValueError("the source has no kernel")
    return found[2], [_argument(text) for text in found[3].split(",")]


def _argument(text: str) -> Argument:
    """An argument from its declaration."""
    words = [word for word in re.findall(r"\w+", text) if word not in _QUALIFIERS]
    return Argument(words[-1], words[-2], "*" in text, bool(re.search(r"\bconst\b", text)))


def _marked(tokens: list[str], pointers: set[str]) -> str:
    """The text of tokens, with accesses by these pointers in marks."""
    text, place, before = "", 0, ""
    while place < len(tokens):
        token = tokens[place]
        end = place + 1
        if token in pointers and tokens[end : end + 1] == ["["] and not _declares(before):
            end = _end_of_group(tokens, end)
            inner = token + "[" + _marked(tokens[place + 2 : end - 1], pointers) + "]"
            text += _access(inner, tokens, end)
        elif token == "*" and _is_prefix(before, text):
            end = _end_of_operand(tokens, end)
            text += _access("*" + _marked(tokens[place + 1 : end], pointers), tokens, end)
        else:
            text += token
        if not tokens[end - 1].isspace():
            before = tokens[end - 1]
        place = end
    return text


def _access(place: str, tokens: list[str], end: int) -> str:
    """The mark of a place in memory that ends before this token: a store where it is assigned."""
    assigned = next((token for token in tokens[end:] if not token.isspace()), "") == "="
    return f"TRACED_{'STORE' if assigned else 'LOAD'}({place})"


def _declares(before: str) -> bool:
    """Whether a name is declared, not used: a type stands before it."""
    return bool(re.fullmatch(r"[A-Za-z_]\w*", before)) and before not in _WORDS_BEFORE_AN_OPERAND


def _is_prefix(before: str, text: str) -> bool:
    """Whether an asterisk follows an operator, a bracket or a cast: no product, no declaration."""
    if before == ")":
        return bool(_CAST.fullmatch(text.rstrip()[text.rfind("(") :]))
    if before == "]":
        return False
    return not re.fullmatch(r"\w+", before) or before in _WORDS_BEFORE_AN_OPERAND


def _end_of_group(tokens: list[str], place: int) -> int:
    """The place behind the bracket that closes the one at ``place``."""
    depth, opening = 0, tokens[place]
    for at in range(place, len(tokens)):
        depth += (tokens[at] == opening) - (tokens[at] == _CLOSING[opening])
        if depth == 0:
            return at + 1
    raise ValueError(f"a bracket is not closed: {''.join(tokens[place : place + 20])}")


def _end_of_operand(tokens: list[str], place: int) -> int:
    """The place behind a name, a group, or a cast and what it casts."""
    while tokens[place].isspace():
        place += 1
    if tokens[place] != "(":
        return place + 1
    end = _end_of_group(tokens, place)
    is_cast = "".join(tokens[place : end - 1]).rstrip().endswith("*")
    return _end_of_operand(tokens, end) if is_cast else end
