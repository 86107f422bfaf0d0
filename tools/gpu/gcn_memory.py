"""What AMD's accesses to memory do."""

from __future__ import annotations

from .gcn import Instruction, State, Step
from .gcn_operands import integer, target
from .item import EmulationError
from .values import MASK, signed


def access(i: Instruction, kind: str, width: int) -> Step:
    """A load or a store of global memory."""
    operands = [text for text in i.operands if not text.startswith(("offset", "glc", "slc", "dlc"))]
    offset = next((int(t.partition(":")[2]) for t in i.operands if t.startswith("offset")), 0)
    if not i.name.startswith("global_"):
        raise EmulationError("an access to memory unknown to the emulator")
    base = operands[2]
    register = operands[1] if kind == "load" else operands[0]
    if base == "off":
        place = integer(register, 64)
    else:
        scalar, vector = integer(base, 64), integer(register)

        def place(s: State) -> int:
            return scalar(s) + vector(s)

    count, high = width // 8, "d16_hi" in i.name
    if kind == "load":
        write, before = target(operands[0], max(width, 32)), integer(operands[0])
        has_sign = "sbyte" in i.name or "sshort" in i.name

        def load(s: State) -> None:
            value = int.from_bytes(s.memory.read(place(s) + offset, count), "little")
            if has_sign:
                value = signed(value, width) & MASK
            if "d16" in i.name:
                value = before(s) & 0xFFFF | value << 16 if high else before(s) & 0xFFFF0000 | value
            write(s, value)

        return load
    read = integer(operands[1], max(width, 32))
    shift = 16 if high else 0

    def store(s: State) -> None:
        value = read(s) >> shift & ((1 << width) - 1)
        s.memory.write(place(s) + offset, value.to_bytes(count, "little"))

    return store


def local(i: Instruction) -> Step:
    """Local memory, of which one item sees what it wrote itself."""
    if i.name.startswith("ds_write"):
        return lambda s: None
    width = 64 if "2" in i.name.removesuffix("_b32") or "b64" in i.name else 32
    write = target(i.operands[0], width)
    return lambda s: write(s, 0)
