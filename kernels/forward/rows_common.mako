## What the rows variants share: bands of output rows, tiles of columns, and the way out.
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="output" file="output.mako"/>

## The band of output rows that this item computes.
<%def name="band()">
const ${spec.position} lines = g.out_d * g.out_h;
const uint outer = get_global_id(0) / (uint)g.bands;
const ${spec.position} band = get_global_id(0) % (uint)g.bands;
const ${spec.position} first_line = band * lines / (${spec.position})g.bands;
const ${spec.position} last_line = (band + 1) * lines / (${spec.position})g.bands;
${output.planes()}
</%def>

## The elements a row buffer needs for a tile of outputs, whole vectors read past its end.
<%def name="buffer_length()">${spec.tile * along("w").stride + along("w").reach + spec.width}</%def>

## The columns of one tile: `columns` outputs from `ow0`; of the `span` buffered elements, which
## start at column `w0`, `begin` to `end` lie inside the input.
<%def name="tile()"><% n = spec.width %>
${window.start("w", "ow0")}
const int columns = (g.out_w - ow0 < ${spec.tile}) ? g.out_w - ow0 : ${spec.tile};
const int span = (columns + ${n - 1}) / ${n} * ${n * along("w").stride} + ${along("w").reach};
const int begin = (w0 >= 0) ? 0 : (-w0 < span) ? -w0 : span;
const int end = (g.in_w - w0 < span) ? g.in_w - w0 : span;
% if spec.divisor in ("padded", "valid"):
${spec.accumulator} counts[${spec.tile}];
for (int c = 0; c < columns; ++c) {
    ${window.start("w", "ow0 + c")}
    counts[c] = ${window.count("w")};
}
for (int c = columns; c < (columns + ${n - 1}) / ${n} * ${n}; ++c) counts[c] = 1;
% endif
</%def>

## The part of the divisor that a whole output line shares.
<%def name="line_count()">
% if spec.mode.divides:
const ${spec.accumulator} line_count = ${window.divisor(spec.axes[:-1])};
% endif
</%def>

## Finishes and stores the vector of states `acc` for columns c and following.
<%def name="emit()"><% n = spec.width; many = lanes_of(n) %>
% if spec.divisor in ("padded", "valid"):
const ${many.value} count = line_count * get${n}(counts + c);
% elif spec.mode.divides:
const ${many.value} count = line_count;
% endif
const ${many.value} finished = ${output.finished(many, "acc", "count")};
const long at = y_row + ow0 + c;
if (c + ${n} <= columns) {
    store${n}(y + g.y_offset + at, finished);
% if spec.index:
    store_index${n}(indices + g.index_offset + at, acc.index);
% endif
} else {
    ${spec.accumulator} last[${n}];
    put${n}(last, finished);
    for (int lane = 0; lane < columns - c; ++lane) store1(y + g.y_offset + at + lane, last[lane]);
% if spec.index:
    ${spec.position} last_index[${n}];
    put_index${n}(last_index, acc.index);
    for (int lane = 0; lane < columns - c; ++lane)
        store_index1(indices + g.index_offset + at + lane, last_index[lane]);
% endif
}
</%def>
