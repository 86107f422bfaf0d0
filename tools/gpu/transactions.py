"""The work of a card's memory for the accesses of a launch, counted by waves; pure.

A wave is as many consecutive items of a work-group as share an instruction. Its lanes that have a
label in common execute one instruction, which asks the first-level cache for segments, memory for
lines, and local memory for words of its banks.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from .accesses import Trace
from .devices import Card

#: Vectors that are not aligned to their width, by the target's first letters: read in assembly.
_UNALIGNED = {
    "gfx": {"whole_from": 1},
    "dg2": {"whole_from": 4, "least": 4},
    "skl": {"whole_from": 4, "least": 4},
}


@dataclass(frozen=True)
class Memory:
    """How a card takes the accesses of a wave.

    Args:
        wave: items that share an instruction.
        line: bytes that memory is read and written in.
        segment: bytes that the first-level cache gives in a clock.
        widest: bytes of an item's widest load; ``widest_store``, of its widest store.
        banked: bytes that local memory gives in a clock, a word of four bytes from each bank.
        whole_from: the alignment from which on vectors of any width are one access.
        least: bytes of the pieces of other vectors, unless their alignment is larger.
    """

    wave: int
    line: int
    segment: int
    widest: int = 16
    widest_store: int = 16
    banked: int = 128
    whole_from: int = 16
    least: int = 1

    @classmethod
    def of(cls, card: Card) -> Memory:
        """The memory of a card.

        Raises:
            ValueError: the card is software.
        """
        if card.peaks is None:
            raise ValueError(f"{card.name} has no peaks: it is software")
        rule = _UNALIGNED.get(card.target[:3], {})
        peaks = card.peaks
        banked = peaks.local_bytes or peaks.cache_bytes
        return cls(card.wave, card.line, peaks.cache_bytes, banked=banked, **rule)

    def compiled(self, load: int, store: int) -> Memory:
        """The memory as a kernel uses it whose widest load and store have so many bytes."""
        widest, widest_store = min(load, self.widest), min(store, self.widest_store)
        return replace(self, widest=widest, widest_store=widest_store)

    def piece(self, width: int, alignment: int, store: bool = False) -> int:
        """The bytes of each of the instructions that make an access of ``width`` bytes.

        >>> nvidia = Memory(wave=32, line=32, segment=128)
        >>> nvidia.piece(16, 16), nvidia.piece(16, 4), nvidia.piece(32, 32)
        (16, 4, 16)
        """
        widest = self.widest_store if store else self.widest
        known = widest if alignment >= self.whole_from else max(alignment, self.least)
        return math.gcd(width, min(known, widest))


@dataclass(frozen=True)
class Transactions:
    """The work of a launch, by what it is counted in.

    Args:
        waves: with items of the launch; ``active``, those that access memory.
        busy: lanes that access memory.
        requests: instructions of waves that access memory.
        asked: bytes that lanes ask for.
        lines: bytes of the lines of all requests, each line counted once a request.
        segments: clocks of the first-level cache.
        read, written: bytes of the lines of the launch, each line counted once.
        local: clocks of local memory.
        stored: bytes that lanes store; ``most_stored``, the most of one.
    """

    wave: int
    waves: int
    active: int
    busy: int
    requests: int
    asked: int
    lines: int
    segments: int
    read: int
    written: int
    local: int
    stored: int
    most_stored: int

    @property
    def lanes(self) -> float:
        """The busy lanes of active waves, as a share."""
        return self.busy / (self.active * self.wave)

    @property
    def useful(self) -> float:
        """The results, as a share of those that the lanes of active waves could store."""
        return self.stored / (self.active * self.wave * self.most_stored)


def transactions(trace: Trace, memory: Memory) -> Transactions:
    """The work of a launch on a card."""
    wave, lane, waves = trace.waves(memory.wave)
    piece_of, address, width, request = _requests(trace, memory, wave)
    lanes_a_segment = np.maximum(memory.segment // width, 1)
    store = trace.store[piece_of]
    stored = np.bincount(trace.item, trace.width * trace.store)
    return Transactions(
        wave=memory.wave,
        waves=waves,
        active=_count(wave),
        busy=_count(trace.item),
        requests=_count(request),
        asked=int(width.sum()),
        lines=memory.line * _count(*_touched(address, width, memory.line, request)),
        segments=_count(
            *_touched(address, width, memory.segment, request, lane[piece_of] // lanes_a_segment)
        ),
        read=memory.line * _count(*_touched(address[~store], width[~store], memory.line)),
        written=memory.line * _count(*_touched(address[store], width[store], memory.line)),
        local=0 if trace.local is None else _local_clocks(trace.local, memory),
        stored=int(stored.sum()),
        most_stored=int(stored.max(initial=1)),
    )


def _requests(
    trace: Trace, memory: Memory, wave: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What :func:`_pieces` finds, and of each piece the number of the instruction of its wave."""
    piece_of, address, width = _pieces(trace, memory)
    # Pieces of the same number, in lanes of one wave that have a label in common.
    first = np.flatnonzero(np.diff(piece_of, prepend=-1))
    number = np.arange(piece_of.size) - np.repeat(first, np.diff(first, append=piece_of.size))
    label, _ = _ranked(trace.label)
    request, _ = _ranked(_combined(wave[piece_of], label[piece_of], number))
    return piece_of, address, width, request


def _local_clocks(trace: Trace, memory: Memory) -> int:
    """The clocks of local memory: in each a bank gives one word, to all lanes that want it.

    As many lanes as all banks have bytes for are served at a time.
    """
    wave, lane, _ = trace.waves(memory.wave)
    piece_of, address, width, request = _requests(trace, memory, wave)
    turn, turns = _ranked(
        _combined(request, lane[piece_of] // np.maximum(memory.banked // np.maximum(width, 4), 1))
    )
    words = np.maximum(width // 4, 1)
    whose = np.repeat(np.arange(words.size), words)
    word = address[whose] // 4 + np.arange(whose.size) - np.repeat(np.cumsum(words) - words, words)
    banks = memory.banked // 4
    _, first = np.unique(_combined(turn[whose], word), return_index=True)
    wanted = np.bincount(turn[whose][first] * banks + word[first] % banks, minlength=turns * banks)
    return int(wanted.reshape(turns, banks).max(axis=1).sum())


def _pieces(trace: Trace, memory: Memory) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The accesses as instructions make them: whose each one is, its address and its width."""
    facts = _combined(trace.width, trace.alignment, trace.store.astype(np.int64))
    _, first, kind = np.unique(facts, return_index=True, return_inverse=True)
    kinds = zip(trace.width[first], trace.alignment[first], trace.store[first], strict=True)
    widths = [memory.piece(int(n), int(at), bool(store)) for n, at, store in kinds]
    width = np.array(widths, np.int64)[kind.reshape(-1)]
    pieces = trace.width // width
    whose = np.repeat(np.arange(pieces.size), pieces)
    number = np.arange(whose.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return whose, trace.address[whose] + number * width[whose], width[whose]


def _touched(
    address: np.ndarray, width: np.ndarray, size: int, *keys: np.ndarray
) -> tuple[np.ndarray, ...]:
    """The segments of this size that accesses touch, first and last of each, with its keys."""
    ends = np.concatenate([address // size, (address + width - 1) // size])
    return (ends, *(np.concatenate([key, key]) for key in keys))


def _combined(*keys: np.ndarray) -> np.ndarray:
    """A number for each combination of keys, equal where all of them are."""
    combined, size = np.zeros(keys[0].size, np.int64), 1
    for key in keys:
        low = int(key.min(initial=0))
        lengths = int(key.max(initial=0)) - low + 1
        if size * lengths >= 2**63:
            combined, size = _ranked(combined)
        if size * lengths >= 2**63:
            key, lengths = _ranked(key)
            low = 0
        combined = combined * lengths + (key - low)
        size *= lengths
    return combined


def _ranked(key: np.ndarray) -> tuple[np.ndarray, int]:
    """The places of a key's values among all its different ones, and the number of these."""
    values, places = np.unique(key, return_inverse=True)
    return places.reshape(-1), max(values.size, 1)


def _count(*keys: np.ndarray) -> int:
    """The different combinations of keys."""
    ordered = np.sort(_combined(*keys))  # sooner done than numpy's table of unique numbers
    return int(np.count_nonzero(np.diff(ordered))) + bool(ordered.size)


def item_widths(trace: Trace, memory: Memory, item: int) -> tuple[Counter[int], Counter[int]]:
    """The loads and the stores of an item as instructions make them, by their width in bits."""
    whose, _, width = _pieces(trace, memory)
    own, store = trace.item[whose] == item, trace.store[whose]
    loads, stores = (Counter((8 * width[own & (store == kind)]).tolist()) for kind in (False, True))
    return loads, stores
