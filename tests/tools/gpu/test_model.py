"""The model's judgements of cases: their stand-ins, their records, their table and figure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clpool.runtime.capabilities import is_pocl
from clpool.runtime.device import default_queue
from clpool.tools.gpu import model
from clpool.tools.gpu.bound import Instructions
from clpool.tools.gpu.cases import CASES, Case, chosen
from clpool.tools.gpu.devices import CARDS
from clpool.tools.gpu.stand_in import arrays, stand_in

pytest.importorskip("ml_dtypes", reason="ml_dtypes (the extra 'bfloat16') is not installed")

ONE = model.Judgement(
    *("B max 2x2 s2", "H200", "max_2x2", (64, 4, 1)), 0.5, 0.4, 6.0, 0.5, 1.0, 90.0, 0.8, "issue"
)


def test_a_stand_in_is_small_whatever_the_units() -> None:
    """Its taps are about so many also on a card of many units, which shares a whole case out."""
    (case,) = chosen(["A max"])
    for card in ("UHD 620", "H200", "Arc A770"):
        small, _, chunk = stand_in(case, CARDS[card].traits)
        assert small.shape == (1, 8, 112, 112)
        assert chunk.launches == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stand_in_has_the_same_kernel_and_rows(case: Case) -> None:
    """And the same work-group, on no more planes."""
    traits = CARDS["H200"].traits
    small, spec, chunk = stand_in(case, traits)
    assert small.sizes == case.sizes
    assert small.shape[:2] <= case.shape[:2]
    whole, chunks = case.schedule(traits)
    assert (spec, chunk.group) == (whole, chunks[0].group)
    tiles = ("planes", "tile_d", "tile_h", "tile_w")
    form, expected = (dict(one.blocks) for one in (chunk, chunks[0]))
    assert [form.get(name) for name in tiles] == [expected.get(name) for name in tiles]
    if case.channels_last:
        assert small.shape[1] == case.shape[1]


def test_indices_are_taps() -> None:
    """What a gradient reads beside its input lies in the layout of that."""
    (case,) = chosen(["gradient of B channels last"])
    small = replace(case, shape=(1, 4, 8, 8))
    indices = arrays(small)["indices"]
    assert indices.shape == (1, 4, 4, 4)
    assert indices.min() >= 0
    assert indices.max() < 64
    assert arrays(chosen(["B max 2x2 s2"])[0]) == {}


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    """With its groups as tuples."""
    path = tmp_path / "out" / "model.json"
    model.write(path, [ONE])
    assert model.read(path) == [ONE]
    assert json.loads(path.read_text(encoding="utf-8"))["cases"][0]["card"] == "H200"


def test_the_table_has_both_shares() -> None:
    """An unknown number of instructions is marked at the limit."""
    before = replace(ONE, share=0.3)
    unknown = replace(ONE, card="MI210", instructions=None, limit="memory")
    head, known, other = model.table([ONE, unknown], [before]).splitlines()
    assert head.split()[:4] == ["case", "card", "before", "share"]
    assert known.split()[4:8] == ["H200", "30%", "80%", "issue"]
    assert other.split()[4:7] == ["MI210", "80%", "memory?"]


def test_the_figure_is_drawn(tmp_path: Path) -> None:
    """With and without an older record."""
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'image') is not installed")
    for name, before in (("one.png", []), ("two.png", [replace(ONE, share=0.3)])):
        model.draw(tmp_path / name, [ONE], before)
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.device
def test_a_case_is_judged_on_every_card() -> None:
    """Instructions set the limit where they are many; software and missing types are left out."""
    if not is_pocl(default_queue().device):
        pytest.skip("marks are clang's C, and groups a GPU's: PoCL")
    case = replace(chosen(["A float64"])[0], shape=(1, 2, 16, 16))
    cards = [CARDS[name] for name in ("H200", "MI210", "Arc A770", "llvmpipe")]
    queue = default_queue()
    many = list(model.judged(case, cards, queue, lambda *_: Instructions(1e5)))
    assert [j.card for j in many] == ["H200", "MI210"]
    assert {j.limit for j in many} == {"issue"}
    assert {j.case for j in many} == {"A float64"}
    unknown = list(model.judged(case, cards, queue, lambda *_: None))
    assert all(j.instructions is None and j.limit != "issue" for j in unknown)
    assert all(old.share > new.share for old, new in zip(unknown, many, strict=True))
