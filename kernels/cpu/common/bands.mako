## What the CPU skeletons share: an item's band of output lines, loops over vectors, kept rows.
## in: item, items, g; next for plane(), and what it leaves for readable().
## out: lines, all, first, last; outer, line, stop, next; readable, readable_end; loops over c.
<%namespace name="items" file="/common/work_items.mako"/>

## The output lines of this item, `first` to `last`, counted through all planes.
<%def name="band()">
// The band of output lines of this item, counted through all planes.
const ${spec.position} lines = ${items.lines()};
const long all = lines * (long)(g.outer0 * g.outer1);
const long first = all * item / items;
const long last = all * (item + 1) / items;
</%def>

## The states of a row that are in use, whole vectors.
<%def name="used()" buffered="True" filter="trim">
    (g.out_w < ${spec.tile}) ? ${plus("(int)g.out_w", spec.width - 1)} : ${spec.tile}
</%def>

## The plane that line `next` lies in, and this item's lines of it, `line` to `stop`.
<%def name="plane()">
// The plane of line number next, and the lines of the band in it.
const uint outer = next / lines;
${spec.position} line = next % lines;
const ${spec.position} stop = (last - next < lines - line) ? line + (last - next) : lines;
next += stop - line;
${items.planes()}
</%def>

## From and to which element, counted from the plane's first, memory may be read: other planes lie
## around.
<%def name="readable()">
// Memory from readable to readable_end, counted from the plane, belongs to the input.
const long earlier = outer0 * g.x_outer0 + outer1 * g.x_outer1;
const long later = (g.outer0 - 1) * g.x_outer0 + (g.outer1 - 1) * g.x_outer1 - earlier;
const long readable = (earlier > 0) ? -earlier : 0;
const long readable_end \
    = ${" + ".join(["((later > 0) ? later : 0)",
    *(f"(g.in_{axis} - 1) * g.x_{axis}" for axis in spec.axes[:-1])])} + g.in_w;
</%def>

## Opens a loop over vectors of outputs from column `first` to column `last`. The last one begins
## there, over some of those before.
<%def name="vectors(first, last)"><% n = spec.width %>
for (int c = ${first}; c <= ${last}; \
    c = (c + ${n} < ${last} || c >= ${last}) ? c + ${n} : ${last}) {
</%def>

## Opens a loop over whole vectors of kept rows, some beyond the tile: for what is combined in
## place, which must not happen twice.
<%def name="whole_vectors()">
for (int c = 0; c < columns; c += ${spec.width}) {
</%def>

## A statement of a number, for numbers 1 to `count`, written out where they are few: not every
## compiler unrolls a loop.
<%def name="each(name, count, statement)">
% if count <= spec.thresholds.unrolled:
%   for number in range(1, count):
${statement(number)}
%   endfor
% else:
for (int ${name} = 1; ${name} < ${count}; ++${name}) ${statement(name)}
% endif
</%def>

## What combines states of which the first surely has a tap, unless neither has one.
<%def name="combine_ordered()" buffered="True" filter="trim">
    ${"combine_ordered" if spec.index else "combine"}${spec.width}
</%def>

## Where the row at hand is kept, and what tells it from others.
<%def name="slot()" buffered="True" filter="trim"><%
    height = f"h % {spec.ring}" if spec.ring else "kh"
%>\
    ${(0 if spec.ndim == 1 else height if spec.ndim == 2
        else f"kd * {spec.ring or along('h').kernel} + {height}")}</%def>

<%def name="row_number()" buffered="True" filter="trim">
    ${{1: "0", 2: "h", 3: f"d * ({spec.position})g.in_h + h"}[spec.ndim]}
</%def>
