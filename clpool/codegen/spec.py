"""The spec of a kernel: the values compiled into it; frozen, hashable: a cache key and a label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

from ..dtypes import ElementType
from ..modes import TAP_SOURCES, Mode
from ..tuning import SOURCE, SourceThresholds
from .element_traits import ElementTraits
from .labels import label_of
from .row_traits import WindowRows

#: How an average's divisor is found: one number for all windows, by counting taps, or in a list.
DIVISORS = ("given", "padded", "valid", "listed")

#: The variants of skeletons of single modes that have a template of their own.
OWN_VARIANTS = {
    "scatter": ("outputs", "group"),
    "take": ("rows", "outputs"),
    "look": ("rows",),
    "rank": ("outputs",),
}


@dataclass(frozen=True)
class KernelSpec(WindowRows, ElementTraits):
    """Everything that is built into a kernel. Sizes are not: they are run-time arguments.

    Args:
        mode: the monoid.
        kernel, stride, dilation: the window, one number per spatial axis; 0 where it is listed.
        window: how the taps of an output are found, a file of ``kernels/windows``.
        dtype: the input's element type; ``out``, the result's.
        layout: "first" (the row is dense) or "last" (the channels are).
        index: the dtype of returned indices, or None; ``input_index``, that of indices read.
        nan: "propagate" or "ignore".
        divisor: one of :data:`DIVISORS`, or None where nothing is divided.
        wide: whether positions inside a plane need 64 bits.
        alignment_phase: None where rows start anywhere. A number says that every row starts at a
            multiple of the vector width, and every window that many elements behind one.
        nontemporal: whether whole vectors of the result bypass the cache.
        phases: of the windows that cover an element, where a plane's first element lies in a
            stride, along each axis; rows_covering is made for that along the row alone.
        narrow: whether every offset into the arrays fits into 32 bits.
        block: outputs of a work-item along each axis, where a flat index counts work-items; of a
            strip (tile).
        loads: elements of the aligned vectors that a row is read in (outputs, tile), or a plane
            (group).
        whole_planes: whether a window is a plane of one stride, taken as one row (group).
        in_portions: whether several work-groups reduce the taps of an output, a portion each, and a
            second kernel joins their states (group).
        variant, width, tile: see :class:`clpool.tuning.TuningParams`; ``tile``, elements of local
            memory (tile) or states of it (tile_listed), work-items of a team (group) and planes of
            a work-item (outputs_listed), too.
        dialect: "clang" or "portable", which vector constructs the compiler takes.
        thresholds: numbers that change the source.
    """

    mode: Mode
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    dtype: ElementType
    out: ElementType
    layout: str = "first"
    window: str = "sliding"
    index: str | None = None
    input_index: str | None = None
    nan: str = "propagate"
    divisor: str | None = None
    wide: bool = False
    alignment_phase: int | None = None
    nontemporal: bool = False
    phases: tuple[int, ...] = ()
    narrow: bool = False
    block: tuple[int, ...] = ()
    loads: int = 1
    whole_planes: bool = False
    in_portions: bool = False
    variant: str = "direct"
    width: int = 1
    tile: int = 256
    dialect: str = "portable"
    thresholds: SourceThresholds = SOURCE

    @cached_property
    def axes(self) -> str:
        """The names of the spatial axes, outermost first."""
        return "dhw"[3 - self.ndim :]

    @cached_property
    def phase(self) -> int:
        """The phase along the row."""
        return self.phases[-1] if self.phases else 0

    @cached_property
    def accumulator(self) -> str:
        """The OpenCL type taps are combined in."""
        if self.integer_compare:
            return {2: "short", 4: "int", 8: "long"}[self.dtype.size]
        if self.template == "rank_outputs" and self.dtype.size <= 2 and not self.dtype.is_float:
            return "int"
        if not self.mode.sums:
            return self.dtype.compute
        if self.short_sums:
            return "int" if self.dtype.kind == "int" else "uint"
        return self.out.total

    @cached_property
    def short_sums(self) -> bool:
        """Whether sums of integers fit into 32 bits, and so do the divisors."""
        small = self.dtype.size <= 2 and self.out == self.dtype and not self.dtype.is_float
        return (
            self.variant in ("outputs", "tile")
            and self.narrow
            and small
            and prod(self.kernel) < 2**15
        )

    @cached_property
    def accumulator_size(self) -> int:
        """Bytes of one accumulator."""
        return scalar_size(self.accumulator)

    @cached_property
    def state_size(self) -> int:
        """Bytes of one state."""
        parts = (1 + len(self.mode.fields)) * self.accumulator_size
        return parts + (scalar_size(self.position) if self.index else 0)

    @cached_property
    def stored_state_size(self) -> int:
        """Bytes of a state, or of a vector of them, as a structure in memory."""
        parts = [self.accumulator_size] * (1 + len(self.mode.fields))
        parts += [self.position_size] * bool(self.index)
        return self.width * max(parts) * len(parts)

    @cached_property
    def single(self) -> bool:
        """Whether a vector must lie in one register: where values or positions have 8 bytes.

        LLVM 14 (PoCL 3.0) ends the process where converted or combined masks choose among lanes of
        8 bytes that lie in two.
        """
        carried = self.index or self.input_index
        return 8 in (self.accumulator_size, self.position_size if carried else 0)

    @cached_property
    def position(self) -> str:
        """The OpenCL type of positions inside a plane."""
        return "long" if self.wide else "int"

    @cached_property
    def offset(self) -> str:
        """The OpenCL type of offsets into the arrays, and of sizes."""
        return "int" if self.narrow else "long"

    @cached_property
    def position_size(self) -> int:
        """Bytes of a position."""
        return scalar_size(self.position)

    @cached_property
    def index_storage(self) -> str:
        """The OpenCL type of returned indices."""
        return "long" if self.index == "int64" else "int"

    @cached_property
    def index_size(self) -> int:
        """The bytes of a returned index."""
        return 8 if self.index == "int64" else 4

    @cached_property
    def input_index_storage(self) -> str:
        """The OpenCL type of the indices read."""
        return "long" if self.input_index == "int64" else "int"

    def in_words(self, index: str | None) -> bool:
        """Whether indices of this dtype are read and written as pairs of 32-bit words."""
        return bool(self.block) and index == "int64" and not self.wide

    def aligned_bytes(self, lanes: int) -> int:
        """The bytes at whose multiples aligned vectors lie, and what holds their indices."""
        carried = [
            8 if index == "int64" else 4 for index in (self.index, self.input_index) if index
        ]
        whole = [min(lanes * size, 16) for size in carried]
        return max(lanes * max(self.dtype.size, self.out.size), *whole, 0)

    @cached_property
    def tap_sources(self) -> list[str]:
        """The arrays read beside the input, in their order as arguments."""
        return [
            name for name in TAP_SOURCES if name in set(self.mode.inputs) - self.mode.output_aligned
        ]

    @cached_property
    def nan_fallback(self) -> bool:
        """Whether taps are compared as if none were NaN, and again where one is."""
        orders = self.mode.ordering is not None and self.dtype.is_float and not self.integer_compare
        plain = self.template in ("rows_down", "outputs") and self.nan == "propagate"
        return plain and orders and self.index is None

    @cached_property
    def lists(self) -> bool:
        """Whether the kernel reads lists: of windows' bounds, or of divisors."""
        return self.window == "listed" or self.divisor == "listed"

    @cached_property
    def template(self) -> str:
        """The skeleton that this spec renders, a name in ``template_paths.SKELETONS``."""
        if self.mode.skeleton:
            own = self.variant in OWN_VARIANTS.get(self.mode.skeleton, ())
            return f"{self.mode.skeleton}_{self.variant}" if own else self.mode.skeleton
        if self.variant == "outputs" and self.window == "listed":
            return "outputs_listed"
        if self.variant == "tile" and self.window == "listed":
            return "tile_listed"
        if self.variant in ("group", "outputs", "tile"):
            return self.variant
        if self.layout == "last":
            return "channels" if self.variant == "rows" else "direct"
        if self.variant == "runs":
            return "runs"
        if self.variant == "rows":
            if self.window != "sliding":
                return f"rows_{self.window}"
            if self.fits_registers:
                return "rows_down"
            return "rows_running" if self.uses_van_herk else "rows"
        return "direct"

    @cached_property
    def has_channels(self) -> bool:
        """Whether the innermost axis may be channels."""
        return self.layout == "last" and not self.by_planes

    @cached_property
    def overlaps(self) -> bool:
        """Whether the last vector of channels overlaps the one before, of any number of them."""
        blocks = self.variant == "outputs" and self.window != "listed" and self.layout == "last"
        return blocks and self.width > 1 and self.alignment_phase is None

    @cached_property
    def by_planes(self) -> bool:
        """Whether every plane is pooled alone, for any innermost axis."""
        return self.mode.skeleton not in (None, "rank", "look") and self.variant != "outputs"

    @cached_property
    def no_auto_vectorise(self) -> bool:
        """Whether items are groups of their own, where Intel's compiler looks for neighbours."""
        return self.variant in ("rows", "runs") or self.template == "scatter"

    @cached_property
    def label(self) -> str:
        """A short name that tells specs apart, a valid OpenCL and Python identifier."""
        return label_of(self)


def scalar_size(name: str) -> int:
    """Bytes of an OpenCL scalar type."""
    return {"char": 1, "short": 2, "int": 4, "float": 4, "long": 8, "double": 8}[
        name.removeprefix("u")
    ]
