"""Single instructions of NVIDIA and AMD, on registers."""

from __future__ import annotations

import struct

import pytest

from clpool.tools.gpu import gcn, gcn_vector, sass, sass_steps
from clpool.tools.gpu.item import Launch, Memory
from clpool.tools.gpu.values import bits64, bits_of, signed, whole

EMPTY = Memory(Launch((), (1, 1, 1), (1, 1, 1)))
MOST = 2**32 - 1


def nvidia(line: str, registers: dict[int, int], carries: tuple[int, ...] = ()) -> sass.State:
    """The registers after one instruction; predicates of these numbers hold before it."""
    text = f"\t.section\t.text.k,\n        /*0000*/                   {line} ;\n"
    program = sass.parse(text)
    (step,) = sass_steps.steps(program)
    assert not isinstance(step, str), step
    state = sass.State(EMPTY, {0: bytes(range(64))}, {"SR_TID.X": 9})
    for number, value in registers.items():
        state.registers[number] = value
    for number in carries:
        state.predicates[number] = True
    step(state)
    return state


@pytest.mark.parametrize(
    ("line", "registers", "expected"),
    [
        ("IADD3 R4, R1, -R2, R3", {1: 5, 2: 7, 3: 1}, MOST),
        ("IMAD R4, R1, R2, R3", {1: 3, 2: MOST, 3: 10}, 7),
        ("IMAD.HI.U32 R4, R1, R2, RZ", {1: 2**31, 2: 6}, 3),
        ("IMAD.MOV.U32 R4, RZ, RZ, c[0x0][0x4]", {}, 0x07060504),
        ("LEA R4, R1, R2, 0x3", {1: 5, 2: 1}, 41),
        ("LEA.HI R4, R1, R2, R3, 0x4", {1: 3 << 28, 2: 10, 3: 1}, 29),
        ("LEA.HI.SX32 R4, R1, 0x1, 0x1f", {1: MOST - 7}, MOST - 2),
        ("LOP3.LUT R4, R1, R2, R3, 0xc0, !PT", {1: 12, 2: 10}, 8),
        ("LOP3.LUT R4, R1, R2, R3, 0x96, !PT", {1: 12, 2: 10, 3: 1}, 7),
        ("SHF.R.S32.HI R4, RZ, 0x1f, R1", {1: 2**31}, MOST),
        ("SHF.L.U64.HI R4, R1, 0x5, R2", {1: 3 << 30, 2: 1}, 56),
        ("SHF.R.U32.HI R4, RZ, 0x1e, R1", {1: 3 << 30}, 3),
        ("SEL R4, R1, 0x7, !P0", {1: 1}, 1),
        ("IMNMX R4, R1, R2, PT", {1: MOST, 2: 5}, MOST),
        ("IMNMX.U32 R4, R1, R2, !PT", {1: MOST, 2: 5}, MOST),
        ("VIMNMX.U16x2 R4, R1, R2, !PT", {1: 0x00050002, 2: 0x00030004}, 0x00050004),
        ("VIADDMNMX R4, R1, -R2, 0x2, PT", {1: 5, 2: 9}, MOST - 3),
        ("PRMT R4, R1, 0x5410, R2", {1: 0x11112222, 2: 0x33334444}, 0x44442222),
        ("SGXT.U32 R4, R1, 0x8", {1: 0x1FF}, 0xFF),
        ("I2F.U32.RP R4, R1", {1: 2**24 + 1}, bits_of(2.0**24 + 2)),
        ("F2I.FTZ.U32.TRUNC.NTZ R4, R1", {1: bits_of(7.9)}, 7),
        ("FMNMX R4, R1, -INF , !PT", {1: bits_of(float("nan"))}, bits_of(float("-inf"))),
        ("FADD R4, |R1|, -R2", {1: bits_of(-3.0), 2: bits_of(1.0)}, bits_of(2.0)),
        ("FFMA R4, R1, R2, 1", {1: bits_of(2.0), 2: bits_of(3.0)}, bits_of(7.0)),
        ("FSEL R4, R1, 1.5, P0", {1: 1}, bits_of(1.5)),
        ("MUFU.RCP R4, R1", {1: bits_of(4.0)}, bits_of(0.25)),
        ("HADD2.F32 R4, -RZ, R1.H1_H1", {1: 0x3C00 << 16}, bits_of(1.0)),
        ("F2FP.PACK_AB R4, R1, R2", {1: bits_of(1.0), 2: bits_of(2.0)}, 0x3C004000),
        ("S2R R4, SR_TID.X", {}, 9),
        ("P2R R4, PR, R1, 0x1", {1: 6}, 6),
    ],
)
def test_an_instruction_of_nvidia(line: str, registers: dict[int, int], expected: int) -> None:
    """Register 4 after it."""
    assert nvidia(line, registers).registers[4] == expected


def test_carries_join_words() -> None:
    """A sum of 64 bits in two instructions, and a difference."""
    state = nvidia("IADD3 R4, P0, R1, R2, RZ", {1: MOST, 2: 2})
    assert (state.registers[4], state.predicates[0]) == (1, True)
    assert nvidia("IMAD.X R4, R1, 0x1, R2, P0", {1: 1, 2: 2}, (0,)).registers[4] == 4
    assert nvidia("IADD3 R4, P0, R1, -R2, RZ", {1: 5, 2: 0}).predicates[0]
    assert not nvidia("IADD3 R4, P0, R1, -R2, RZ", {1: 5, 2: 6}).predicates[0]


def test_comparisons_of_wide_integers_take_the_lower_words_answer() -> None:
    """Where the upper words are equal."""
    line = "ISETP.GE.AND.EX P1, PT, R1, R2, PT, P0"
    assert nvidia(line, {1: 3, 2: 3}, (0,)).predicates[1]
    assert not nvidia(line, {1: 3, 2: 3}).predicates[1]
    assert nvidia(line, {1: 3, 2: MOST}).predicates[1]


def test_division_checks_only_extreme_numbers() -> None:
    """The slow path is for those."""
    for a, b, slow in ((1.0, 9.0, False), (1.0, 1e-38, True), (float("inf"), 2.0, True)):
        state = nvidia("FCHK P0, R1, R2", {1: bits_of(a), 2: bits_of(b)})
        assert state.predicates[0] == slow


def amd(line: str, vector: dict[int, int], scalar: dict[int, int] | None = None) -> gcn.State:
    """The registers after one instruction."""
    program = gcn.parse(f"\t{line}\n\t.section\t.rodata\n")
    (step,) = gcn_vector.steps(program)
    assert not isinstance(step, str), step
    state = gcn.State(EMPTY)
    state.scalar[gcn.EXEC] = 1
    for file, given in ((state.vector, vector), (state.scalar, scalar or {})):
        for number, value in given.items():
            file[number] = value
    step(state)
    return state


@pytest.mark.parametrize(
    ("line", "vector", "expected"),
    [
        ("v_sub_nc_u32_e32 v4, v1, v2", {1: 5, 2: 7}, MOST - 1),
        ("v_mul_hi_u32 v4, v1, v2", {1: 2**31, 2: 6}, 3),
        ("v_add3_u32 v4, v1, v2, -1", {1: 5, 2: 7}, 11),
        ("v_lshl_add_u32 v4, v1, 2, v2", {1: 5, 2: 7}, 27),
        ("v_bfe_u32 v4, v1, 10, 10", {1: 5 << 10 | 3}, 5),
        ("v_ashrrev_i32_e32 v4, 31, v1", {1: 2**31}, MOST),
        ("v_perm_b32 v4, v1, v2, 0x5040100", {1: 0x33334444, 2: 0x11112222}, 0x44442222),
        ("v_alignbit_b32 v4, v1, v2, 7", {1: 3, 2: 256}, 3 << 25 | 2),
        (
            "v_div_fixup_f32 v4, v1, v2, v3",
            {1: bits_of(2.5), 2: bits_of(2.0), 3: bits_of(5.0)},
            bits_of(2.5),
        ),
        (
            "v_div_fixup_f32 v4, v1, 0, v3",
            {1: bits_of(2.5), 3: bits_of(5.0)},
            bits_of(float("inf")),
        ),
        ("v_max_i32_e32 v4, v1, v2", {1: MOST, 2: 5}, 5),
        ("v_cndmask_b32_e64 v4, v1, v2, s6", {1: 5, 2: 7}, 5),
        ("v_max_f32_e32 v4, v1, v2", {1: bits_of(float("nan")), 2: bits_of(2.0)}, bits_of(2.0)),
        ("v_fma_f32 v4, v1, -v2, 1.0", {1: bits_of(2.0), 2: bits_of(3.0)}, bits_of(-5.0)),
        (
            "v_fmac_f32_e32 v4, v1, v2",
            {4: bits_of(1.0), 1: bits_of(2.0), 2: bits_of(3.0)},
            bits_of(7.0),
        ),
        ("v_add_f32_e64 v4, |v1|, -1.0", {1: bits_of(-3.0)}, bits_of(2.0)),
        ("v_ldexp_f32 v4, v1, v2", {1: bits_of(3.0), 2: MOST}, bits_of(1.5)),
        ("v_cvt_f32_u32_e32 v4, v1", {1: 3}, bits_of(3.0)),
        ("v_cvt_u32_f32_e32 v4, v1", {1: bits_of(-3.5)}, 0),
        ("v_cvt_f32_f16_e32 v4, v1", {1: 0xFFFF3C00}, bits_of(1.0)),
        (
            "v_and_b32_sdwa v4, v1, v2 dst_sel:DWORD src0_sel:WORD_1 src1_sel:DWORD",
            {1: 0xF0003, 2: 7},
            7,
        ),
        ("v_pack_b32_f16 v4, v1, v2", {1: 0x11, 2: 0x22}, 0x220011),
    ],
)
def test_an_instruction_of_amd(line: str, vector: dict[int, int], expected: int) -> None:
    """Vector register 4 after it."""
    assert amd(line, vector).vector[4] == expected


def test_two_words_at_once() -> None:
    """Products, sums and moves of 64 bits, with carries where there are any."""
    state = amd("v_mad_u64_u32 v[4:5], s6, v1, v2, v[2:3]", {1: MOST, 2: MOST, 3: 1})
    total = MOST * MOST + (1 << 32 | MOST)
    assert (state.vector[4] | state.vector[5] << 32) == total % 2**64
    state = amd("v_add_co_ci_u32_e64 v4, s6, v1, v2, s7", {1: MOST, 2: 1}, {7: 1})
    assert (state.vector[4], state.scalar[6]) == (1, 1)
    state = amd("v_pk_mov_b32 v[4:5], s[6:7], s[8:9] op_sel:[1, 0]", {}, {6: 1, 7: 2, 8: 3, 9: 4})
    assert state.vector[4:6] == [2, 3]
    doubled = struct.unpack("<II", struct.pack("<Q", bits64(2.5)))
    state = amd("v_add_f64 v[4:5], v[1:2], 1.0", {1: doubled[0], 2: doubled[1]})
    assert state.vector[4] | state.vector[5] << 32 == bits64(3.5)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("s_addk_i32 s6, 0x100", 0x105),
        ("s_addk_i32 s6, 0xfffe", 3),
        ("s_mulk_i32 s6, 0x7", 35),
        ("s_mulk_i32 s6, 0xffff", MOST - 4),
    ],
)
def test_a_scalar_constant_of_16_bits_has_a_sign(line: str, expected: int) -> None:
    """The register that it is added to, or multiplied by, held 5."""
    assert amd(line, {}, {6: 5}).scalar[6] == expected


def test_masks_of_lanes() -> None:
    """A condition masks the lane, and the saved mask brings it back."""
    state = amd("s_and_saveexec_b32 s6, s7", {}, {7: 0})
    assert (state.scalar[6], state.scalar[gcn.EXEC], state.condition) == (1, 0, False)
    state = amd("s_andn2_saveexec_b32 s6, s6", {}, {6: 1, gcn.EXEC: 0})
    assert (state.scalar[6], state.scalar[gcn.EXEC]) == (0, 1)
    assert amd("v_cmp_u_f32_e32 vcc_lo, v1, v1", {1: bits_of(1.0)}).scalar[gcn.VCC] == 0
    assert amd("v_cmp_ngt_f32_e64 s6, v1, v2", {1: bits_of(float("nan"))}).scalar[6] == 1


def test_numbers_of_so_many_bits() -> None:
    """Two's complement, and floats to the nearest integer that there is."""
    assert [signed(n, 8) for n in (0x7F, 0x80, 0x1FF)] == [127, -128, -1]
    assert whole(-1.5, 32, False) == 0
    assert whole(3e9, 32, True) == 2**31 - 1
    assert whole(float("nan"), 32, True) == 0
    assert bits_of(1e300) == 0x7F800000
