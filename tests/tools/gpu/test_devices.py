"""The data of the cards."""

from __future__ import annotations

import pytest

from clpool.tools.gpu.devices import CARDS, Card

cards = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
NAMES = "RTX 3060, RTX 3080, RTX 4090, A100, H100, H200, MI210, RX 6700, RX 7900 XTX, Arc A770"
MORE = "Iris Xe, UHD 620, Apple M2, Mali-G78, Adreno 740, llvmpipe"


def test_the_cards_are_those_of_five_vendors_and_one_of_software() -> None:
    """Each by its short name."""
    assert [*CARDS] == f"{NAMES}, {MORE}".split(", ")
    assert len({card.traits.vendor for card in CARDS.values()}) == 7
    assert [card.name for card in CARDS.values() if card.peaks is None] == ["llvmpipe"]


@cards
def test_the_numbers_of_a_card_agree(card: Card) -> None:
    """Limits are consistent, and every number has a source."""
    traits, peaks = card.traits, card.peaks
    assert (traits.device_class, traits.dialect) == ("gpu", "portable")
    assert traits.simd_width in (0, card.wave)
    assert card.wave <= traits.max_group <= max(traits.max_items)
    assert traits.allocation_bytes <= traits.memory_bytes
    assert traits.fp64 == bool(traits.native_widths[-1])
    assert card.source
    if peaks is not None:
        assert peaks.source
        assert (peaks.double_lanes > 0) == traits.fp64
        assert peaks.units % peaks.caches == 0 or peaks.caches % peaks.units == 0
        # A cache gives more than memory does, and arithmetic outruns a copy's two bytes.
        assert peaks.cache_bandwidth > peaks.bandwidth
        assert 2 < peaks.budget < 50


@pytest.mark.parametrize(
    ("name", "budget"),
    [("RTX 3060", 17.7), ("RX 6700", 17.6), ("Arc A770", 15.4), ("UHD 620", 5.6), ("H200", 6.0)],
)
def test_the_budget_is_lane_instructions_per_byte(name: str, budget: float) -> None:
    """The budget of a card: lanes · units · GHz / (GB/s)."""
    peaks = CARDS[name].peaks
    assert peaks is not None
    assert peaks.budget == pytest.approx(budget, abs=0.05)
