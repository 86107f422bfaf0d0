## Tiles of columns, and the windows of a tile on one row of the input.
## in: ow0.
## out: w0, in_w, columns, last_vector, counts; inner, last_inner; run.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="few" file="/cpu/rows/short_row.mako"/>

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
