## The way out of a tile: strips along the outermost axis, and the outputs of them that exist.
## in: what tile_strips and tile_down leave; runs, by axis.
## out: stores.
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="tiles" file="/gpu/tile_place.mako"/>
<%namespace name="down" file="/gpu/tile_down.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="divisors" file="/gpu/tile_divisor.mako"/>

## Reduces and stores every strip.
<%def name="outputs()"><%
    axis, row = spec.axes[0], lambda name: f"({spec.position}){name}"
    counts = ["planes"] + [f"strips_{axis}"] * (spec.ndim > 1)
    counts += ["tile_h"] * (spec.ndim > 2) + ["columns"]
    exists = ["own < planes", f"ow + {row('column')} < {row('g.out_w')}"]
    exists += [f"oh + {row('line')} < {row('g.out_h')}"] * (spec.ndim > 2)
%>
// The outputs, work-items side by side with neighbouring columns.
const uint strips = ${" * ".join(f"(uint)g.{name}" for name in counts)};
for (uint number = item; number < strips; number += items) {
    ${tiles.split("number", "rest" if spec.ndim > 1 else "own", "column", "columns")}
% if spec.ndim > 2:
    ${tiles.split("rest", "strips_left", "line", "tile_h")}
% endif
% if spec.ndim > 1:
    ${tiles.split("strips_left" if spec.ndim > 2 else "rest", "own", "strip", "strips_" + axis)}
% endif
    if (${" && ".join(exists)}) {
        ${strip(axis)}
    }
}
</%def>

## Reduces and stores one strip along the outermost axis.
<%def name="strip(axis)"><%
    several, count = spec.ndim > 1, spec.block[0]
    first = times("strip", count * spec.stride[0])
    begin = plus(f"own * (uint)g.span_{axis}", first) if several else "own"
    begin = f"(({begin}) * (uint)g.span_h + line)" if spec.ndim > 2 else atom(begin)
    places = [f"({spec.offset})own * g.y_outer1", f"ow + ({spec.position})column"]
    places += [f"(oh + ({spec.position})line) * g.y_h"] * (spec.ndim > 2)
    places += [f"begin * g.y_{axis}"] * several
%>
const uint pitch = g.pitch, at = ${begin} * pitch + column;
% if spec.ndim > 2:
const uint slice_pitch = (uint)g.span_h * pitch;
% endif
${down.reduced(axis if several else "h", "slice_pitch" if spec.ndim > 2 else "pitch")}
// Where the strip lies in the result, and how many of its outputs exist.
% if several:
const ${spec.position} begin = o${axis} + (${spec.position})${atom(times("strip", count))};
const ${spec.position} left = (${spec.position})g.out_${axis} - begin;
% endif
const ${spec.offset} to = ${flat.plane("y")} + ${" + ".join(places)};
__global ${spec.out.storage} *y_to = y + to;
% if spec.index:
__global ${spec.index_storage} *index_to = indices + (g.index_offset - g.y_offset) + to;
% endif
% for n, name in enumerate(runs[axis if several else "h"].windows):
${f"if ({n} < left) " if several else ""}{
    ${divisors.divided(n, count)}
    store1(y_to, ${output.finalized(lanes_of(1), name, "count")});
%   if spec.index:
    store_index1(index_to, ${name}.index);
%   endif
}
%   if n + 1 < count and several:
y_to += g.y_${axis};
%     if spec.index:
index_to += g.y_${axis};
%     endif
%   endif
% endfor
</%def>
