"""The members of the argument by which kernels know sizes, strides and offsets."""

from __future__ import annotations

_OF_ARRAYS = {
    "x_offset": "first element of x",
    "y_offset": "first element of y",
    "index_offset": "first element of indices",
    "origin": "flat index of the first element of x",
    "divisor": "of every average: a number, no distance",
    "outer0": "length of the outermost batch axis",
    "x_outer0": "stride of that in x",
    "y_outer0": "stride of that in y",
    "outer1": "length of the inner batch axis",
    "x_outer1": "stride of that in x",
    "y_outer1": "stride of that in y",
    "inner": "channels, the innermost axis; 1 if there is none",
    "indices_shift": "from an element of x to that of indices",
    "forward_output_shift": "from an element of x to that of forward_output",
    "window_max_shift": "from an element of x to that of window_max",
    "window_mean_shift": "from an element of x to that of window_mean",
    "weight_sum_shift": "from an element of x to that of weight_sum",
    "output_aligned_offset": "first element of the input that lies as y does",
    "power": "bits of the exponent of a norm: a number, no distance",
    "list_offset": "first number of the lists",
    "list_outer0": "stride of the outermost batch axis in the lists",
    "list_outer1": "stride of the inner batch axis in the lists",
}

#: Those of a flat index over blocks of outputs: of channels, of the inner batch axis, of all.
_OF_BLOCKS = {
    "blocks": "blocks of outputs in all",
    "blocks_c": "blocks of channels",
    "factor_c": "factor that divides by blocks_c",
    "shift_c": "shift of that",
    "factor_outer": "factor that divides by outer1",
    "shift_outer": "shift of that",
    "portions": "portions of the taps of an output",
    "factor_portions": "factor that divides by that number",
    "shift_portions": "shift of that",
}

#: Those of tiles in local memory, whose numbers items are counted by.
_OF_TILES = {
    "planes": "planes of a tile",
    "blocks_planes": "blocks of so many planes of the inner batch axis",
    "items": "work-items of a group",
    "lines": "rows of a tile, of all of its planes",
    "rows": "rows of outputs, of all planes",
    "slices": "slices of a tile, of all of its planes",
    "units": "loads of a row of a tile",
    "columns": "outputs of a row of a tile, at most",
    "pitch": "elements from a row of a tile to the next, in local memory",
    **{
        f"{name}_{count}": f"{name} that divides by {count}"
        for count in ("items", "blocks_planes", "lines", "slices", "units", "columns")
        for name in ("factor", "shift")
    },
}

#: Those of each pooled axis.
_OF_AXES = {
    "in": "length in x",
    "out": "length in y",
    "pad": "padding before x",
    "begin": "position of the first output",
    "padded_end": "position behind the padding after x",
    "x": "stride in x",
    "y": "stride in y",
    "flat": "stride in a flat index",
    "list": "first bound in the lists",
    "count": "first counted number in the lists",
    "step": "stride of outputs in their whole plane",
    "blocks": "blocks of outputs",
    "factor": "factor that divides by that number",
    "shift": "shift of that",
    "tile": "outputs of a tile",
    "span": "elements of a tile and its halo",
    "valid": "elements of a tile that may lie in x",
    "strips": "strips of outputs of a tile",
    **{
        f"{name}_{count}": f"{name} that divides by {count}"
        for count in ("blocks", "tile", "valid", "strips", "flat")
        for name in ("factor", "shift")
    },
}

#: The possible members of the kernels' ``geometry`` argument, each a signed integer that counts
#: elements, and their meanings. A kernel's has those that its source reads, in this order.
MEMBERS = (
    _OF_ARRAYS
    | _OF_BLOCKS
    | _OF_TILES
    | {
        f"{name}_{axis}": f"{axis}: {meaning}"
        for axis in "dhw"
        for name, meaning in _OF_AXES.items()
    }
)
