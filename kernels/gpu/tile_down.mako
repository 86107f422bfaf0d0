## Down the rows of a tile whose windows have been reduced along them, strip by strip.
## in: what tile_strips leaves; runs, by axis; at, where a strip begins in the local arrays.
## out: run and window by number of reduced(); the local arrays hold windows of two axes.
<%namespace name="tiles" file="/gpu/tile_place.mako"/>
<%namespace name="strips" file="/gpu/tile_strips.mako"/>

## Reduces a strip along an axis whose neighbours lie `step` apart.
<%def name="reduced(axis, step)">
% for part in strips.parts():
<% base = spec.position if part == "index" else spec.accumulator %>\
const __local ${base} *from_${part} = ${part} + at;
% endfor
% for place in range(runs[axis].extent):
%   if place in runs[axis].distances:
state1 run1_${place};
%     for part in strips.parts():
run1_${place}.${part} = *from_${part};
%     endfor
%   endif
%   if place + 1 < runs[axis].extent:
%     for part in strips.parts():
from_${part} += ${step};
%     endfor
%   endif
% endfor
${strips.combined(axis)}
</%def>

## Down the rows of each slice of three axes: work-items side by side have neighbouring columns, and
## write where they read.
<%def name="rows()"><%
    strip, own = spec.block[1], runs["h"]
    row = lambda n: plus("to", f"{n} * pitch" if n > 1 else "pitch" if n else 0)
%>
// Down the rows of each slice, in strips of ${strip} outputs.
const uint strips_h = (uint)g.slices * (uint)g.strips_h * (uint)g.columns;
for (uint first = 0; first < strips_h; first += items) {
    const uint number = min(first + item, strips_h - 1);
    ${tiles.split("number", "rest", "column", "columns")}
    ${tiles.split("rest", "strip", "slice", "slices")}
    const uint pitch = g.pitch, begin = slice * (uint)g.span_h;
    const uint at = (begin + ${times("strip", strip * own.stride)}) * pitch + column;
    ${reduced("h", "pitch")}
    // All have read what is written now.
    barrier(CLK_LOCAL_MEM_FENCE);
    if (first + item < strips_h) {
        const uint to = (begin + ${times("strip", strip)}) * pitch + column;
% for n, window in enumerate(own.windows):
%   for part in strips.parts():
        ${part}[${row(n)}] = ${window}.${part};
%   endfor
% endfor
    }
}
barrier(CLK_LOCAL_MEM_FENCE);
</%def>
