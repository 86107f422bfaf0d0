<%!
    #: So many statements are written out one by one.
    FEW = 16
%>
## What the CPU skeletons share: an item's share of the output lines, tiles of columns, kept rows,
## and the way out.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="output" file="output.mako"/>

## The output lines of this item, `first` to `last`, counted through all planes.
<%def name="share()">
const ${spec.position} lines = g.out_d * g.out_h;
const long all = lines * (long)(g.outer0 * g.outer1);
const long first = all * get_global_id(0) / get_global_size(0);
const long last = all * (get_global_id(0) + 1) / get_global_size(0);
</%def>

## The plane that line `next` lies in, and this item's lines of it, `line` to `stop`.
<%def name="plane()">
const uint outer = next / lines;
${spec.position} line = next % lines;
const ${spec.position} stop = (last - next < lines - line) ? line + (last - next) : lines;
next += stop - line;
${output.planes()}
</%def>

## The elements that a vector of windows spans.
<%def name="length()" buffered="True" filter="trim">${(spec.width - 1) * along("w").stride + along("w").reach}</%def>

## One tile: `columns` outputs from `ow0`, whose windows start at column `w0`. The vectors of outputs
## from `inner` to `last_inner` have all their taps inside the input, which has `in_w` columns.
<%def name="tile()"><% n, stride = spec.width, along("w").stride %>
${window.start("w", "ow0")}
const ${spec.position} in_w = g.in_w;
const int columns = (g.out_w - ow0 < ${spec.tile}) ? g.out_w - ow0 : ${spec.tile};
const int last_vector = (columns < ${n}) ? 0 : columns - ${n};
const int inner = (w0 >= 0) ? 0 : (${stride * n - 1} - w0) / ${stride * n} * ${n};
const int fitting = (columns < ${n} || in_w - w0 < ${length()}) ? -1 : (in_w - w0 - ${length()}) / ${stride};
const int last_inner = (fitting < last_vector) ? fitting : last_vector;
% if spec.divisor in ("padded", "valid"):
${spec.accumulator} counts[${spec.tile}];
for (int c = 0; c < columns; ++c) {
    ${window.start("w", "ow0 + c")}
    counts[c] = ${window.count("w")};
}
for (int c = columns; c < ${n}; ++c) counts[c] = 1;
% endif
</%def>

## Opens a loop over vectors of outputs from column `first` to column `last`. The last one begins
## there, over some of those before.
<%def name="vectors(first, last)"><% n = spec.width %>
for (int c = ${first}; c <= ${last}; c = (c + ${n} < ${last} || c >= ${last}) ? c + ${n} : ${last}) {
</%def>

## A statement for numbers 1 to `count`, written out where they are few: not every compiler
## unrolls a loop.
<%def name="each(name, count, statement)">
% if count <= FEW:
%   for number in range(1, count):
${statement.replace("$", str(number))}
%   endfor
% else:
for (int ${name} = 1; ${name} < ${count}; ++${name}) ${statement.replace("$", name)}
% endif
</%def>

## Where the row at hand is kept, and what tells it from others.
<%def name="slot()" buffered="True" filter="trim"><%
    own = f"h % {spec.ring}" if spec.ring else "kh"
%>${0 if spec.rank == 1 else own if spec.rank == 2 else f"kd * {spec.ring or along('h').kernel} + {own}"}</%def>

<%def name="row_number()" buffered="True" filter="trim">${{1: "0", 2: "h", 3: f"d * ({spec.position})g.in_h + h"}[spec.rank]}</%def>

## Reduces the windows of a tile on `row` into kept row number `slot`. Vectors of windows that
## overhang the input are read from a copy with the identity around it.
<%def name="horizontal()"><%
    n, row = spec.width, along("w")
    power = ", as_double(g.power)" if spec.accumulator == "double" else ", as_float((int)g.power)"
    power = power if "power" in spec.mode.takes else ""
    lifted = lambda lanes, value: f"lift{lanes}({value}{power})" if spec.mode.lifts else value
    inside = lambda tap: f", steps + (w1 + flat_row + {tap})" if spec.index else ""
    placed = lambda tap: f", place{n}(steps + (w1 + {tap}), in_w, flat_row)" if spec.index else ""
    whole = -(-(n * row.stride + row.reach) // n) * n
    later = lambda tap: lifted(n, f"later{n}(row + w1 + {tap})")
%>
% if spec.index:
const ${lanes_of(n).index} steps = ${lanes_of(n).steps(row.stride)};
% endif
${vectors("inner", "last_inner")}
    const ${spec.position} w1 = w0 + c * ${row.stride};
    state${n} acc = tap${n}(${lifted(n, f"every{n}(row + w1)")}${inside(0)});
    ${each("kw", row.kernel, f"acc = combine{n}(acc, tap{n}({later(f'$ * {row.dilation}')}{inside(f'$ * {row.dilation}')}));")}
    put_state${n}(kept + slot, c, acc);
}
for (int vector = 0; vector < columns; vector += ${n}) {
    if (vector == inner && inner <= last_inner) {
        vector = last_inner;
        continue;
    }
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} w1 = w0 + c * ${row.stride};
    ${spec.accumulator} edge[${whole}];
    for (int in = 0; in < ${whole}; in += ${n}) put${n}(edge + in, identity${n}().value);
    int in = (w1 < 0) ? -w1 : 0;
    const int end = (in_w - w1 < ${length()}) ? in_w - w1 : ${length()};
    for (; in + ${n} <= end; in += ${n}) put${n}(edge + in, ${lifted(n, f"load{n}(row + w1 + in)")});
    for (; in < end; ++in) edge[in] = ${lifted(1, "load1(row + w1 + in)")};
    state${n} acc = tap${n}(pick${n}(edge)${placed(0)});
    ${each("kw", row.kernel, f"acc = combine{n}(acc, tap{n}(pick{n}(edge + $ * {row.dilation}){placed(f'$ * {row.dilation}')}));")}
    put_state${n}(kept + slot, c, acc);
}
</%def>

## Where the line at hand goes, and the part of the divisor that a whole output line shares.
<%def name="line_ends()">
__global ${spec.out.storage} *to = y + g.y_offset + y_row + ow0;
% if spec.index:
__global ${spec.index_storage} *index_to = indices + g.index_offset + y_row + ow0;
% endif
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
if (columns >= ${n}) {
    store${n}(to + c, finished);
% if spec.index:
    store_index${n}(index_to + c, acc.index);
% endif
} else {
    ${spec.accumulator} edge[${n}];
    put${n}(edge, finished);
% if spec.index:
    ${spec.position} edge_index[${n}];
    put_index${n}(edge_index, acc.index);
% endif
    for (int lane = 0; lane < columns - c; ++lane) {
        store1(to + c + lane, edge[lane]);
% if spec.index:
        store_index1(index_to + c + lane, edge_index[lane]);
% endif
    }
}
</%def>
