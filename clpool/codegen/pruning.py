"""Removes the unused parts of a source: functions, types, and members of the geometry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

#: How a line begins that heads a section.
HEADING = "// ----"

_TYPE = re.compile(r"typedef .*?(\w+)(?:\s*__attribute__\(\(.*\)\))?;\Z", re.DOTALL)
_FUNCTION = re.compile(r"static (?:__attribute__\(\(\w+\)\) )?\w+ (\w+)\(")
_READ = re.compile(r"\bg\.(\w+)")
_DECLARED = re.compile(r" +(?:int|long) (\w+);")


@dataclass(frozen=True)
class _Block:
    """A declaration with the comment above it, or a heading, comment or directive alone."""

    text: str

    @cached_property
    def code(self) -> str:
        """The text without comments."""
        return re.sub(r"//.*", "", self.text).strip()

    @property
    def name(self) -> str | None:
        """The declared type or function; None of a kernel, a directive or a comment."""
        found = _TYPE.match(self.code) or _FUNCTION.match(self.code)
        return found and found[1]

    @property
    def words(self) -> set[str]:
        """The identifiers of the code."""
        return set(re.findall(r"[A-Za-z_]\w*", self.code))


def pruned(source: str) -> str:
    """A tidy source without declarations that its kernel does not reach.

    >>> lines = ["static int one(void) { return 1; }", "__kernel void k(void) { }"]
    >>> print(pruned(chr(10).join(lines)), end="")
    __kernel void k(void) { }
    """
    blocks = list(_blocks(source))
    reached = _reached(blocks)
    kept = [block for block in blocks if block.name is None or block.name in reached]
    read = {member for block in kept for member in _READ.findall(block.code)}
    headed = _headed(kept)
    texts = [_without(block, read) if block.name == "geometry" else block.text for block in headed]
    return re.sub(r"\n{3,}", "\n\n", "".join(texts)).strip() + "\n"


def members(source: str) -> tuple[str, ...]:
    """The members of a pruned source's geometry, in their order."""
    declared = (block.text for block in _blocks(source) if block.name == "geometry")
    return tuple(_DECLARED.findall(next(declared, "")))


def _without(struct: _Block, read: set[str]) -> str:
    """The text of a struct without the members that nothing reads."""
    lines = ((line, _DECLARED.match(line)) for line in struct.text.splitlines(keepends=True))
    return "".join(line for line, found in lines if not found or found[1] in read)


def _blocks(source: str) -> Iterator[_Block]:
    lines: list[str] = []
    depth = 0
    for line in source.splitlines():
        lines.append(line)
        code = line.split("//")[0].strip()
        depth += code.count("{") - code.count("}")
        alone = not line or line.startswith(("#pragma", HEADING))
        whole = code[-1:] in (";", "}") and not code.startswith("#")
        if depth == 0 and (alone or whole):
            yield _Block("\n".join(lines) + "\n")
            lines = []
    if lines:
        yield _Block("\n".join(lines) + "\n")


def _headed(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """The blocks without the headings of empty sections."""
    heading: _Block | None = None
    for block in blocks:
        if block.text.startswith(HEADING):
            heading = _Block(f"\n{block.text}\n")
        elif heading is None:
            yield block
        elif block.code:
            yield from (heading, block)
            heading = None


def _reached(blocks: Iterable[_Block]) -> set[str]:
    """The names that the kernel uses, directly or by way of others."""
    named = {block.name: block.words for block in blocks if block.name}
    found: set[str] = set()
    waiting = {word for block in blocks if not block.name for word in block.words} & named.keys()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= (named[name] & named.keys()) - found
    return found
