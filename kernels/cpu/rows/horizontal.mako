## Tiles of columns, and the windows of a tile on one row of the input.
## in: ow0; for reduce() row, slot, kept, plane, readable, readable_end, and flat_row with indices.
## out: w0, in_w, columns, last_vector, counts; inner, last_inner; run; steps, and row number slot
##     of kept.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="few" file="/cpu/rows/short_row.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="doubling" file="/cpu/rows/doubling.mako"/>

## One tile: `columns` outputs from `ow0`, whose windows start at column `w0` of the `in_w` of the
## input.
<%def name="tile()"><% n, stride = spec.width, along("w").stride %>
// A tile of output columns: its windows start at column w0.
${window.start("w", "ow0")}
const ${spec.position} in_w = g.in_w;
const int columns = (g.out_w - ow0 < ${spec.tile}) ? g.out_w - ow0 : ${spec.tile};
const int last_vector = (columns < ${n}) ? 0 : columns - ${n};
% if spec.divisor in ("padded", "valid"):
// The taps along the row that the averages count.
${spec.accumulator} counts[${spec.tile}];
for (int c = 0; c < columns; ++c) {
    ${window.start("w", "ow0 + c")}
    counts[c] = ${window.count("w")};
}
for (int c = columns; c < ${n}; ++c) counts[c] = 1;
% endif
</%def>

## The vectors of a tile's outputs, from `inner` to `last_inner`, whose taps are all inside the
## input.
<%def name="inside()"><% n, stride = spec.width, along("w").stride %>
% if not spec.long_row:
// Vectors of outputs from inner to last_inner have all their taps inside the row.
const int inner = (w0 >= 0) ? 0 : ${("-w0" if stride * n == 1
    else f"({stride * n - 1} - w0) / {stride * n}" + f" * {n}" * (n > 1))};
const int fitting = (columns < ${n} || in_w - w0 < ${few.length()}) ? -1 \
    : ${over(f"in_w - w0 - {few.length()}", stride)};
const int last_inner = (fitting < last_vector) ? fitting : last_vector;
% endif
</%def>

## What a long row's windows need besides the kept rows.
<%def name="scratch()">
% if spec.long_row:
doubled_row run[1];
% endif
</%def>

## Reduces the windows of a tile on `row` into kept row number `slot`.
<%def name="reduce()">
const ${lanes_of(spec.width).index} steps = ${lanes_of(spec.width).steps(along("w").stride)};
% if spec.long_row:
${doubling.windows()}
% else:
// Windows inside the row.
${rows.vectors("inner", "last_inner")}
    const ${spec.position} w1 = w0 + ${times("c", along("w").stride)};
    ${ahead.read("row + w1", spec.width * along("w").stride)}
    ${few.windows("inside")}
    put_state${spec.width}(kept + slot, c, part);
}
// Windows that overhang it.
for (int vector = 0; vector < columns; vector += ${spec.width}) {
    if (vector == inner && inner <= last_inner) {
        vector = last_inner;
        continue;
    }
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} w1 = w0 + ${times("c", along("w").stride)};
    ${ahead.read("row + w1", spec.width * along("w").stride)}
    if (${few.in_plane("row", "row")}) {
        ${few.windows("beside")}
        put_state${spec.width}(kept + slot, c, part);
    } else {
        ${few.windows("apart")}
        put_state${spec.width}(kept + slot, c, part);
    }
}
% endif
</%def>
