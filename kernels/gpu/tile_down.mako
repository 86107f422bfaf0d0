## Down the rows of a tile that were reduced along, strip by strip, and the way out.
## in: what tile_stage leaves, the local arrays reduced along the rows; runs, by axis.
## out: stores.
<%namespace name="stage" file="/gpu/tile_stage.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="strips" file="/gpu/tile_strips.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## Reduces a strip along an axis from local memory at `at`, where its lines lie `step` apart.
<%def name="reduced(axis, step)">
% for part in strips.parts():
const __local ${spec.position if part == "index" else spec.accumulator} *${part}_at = ${part} + at;
% endfor
% for place in range(runs[axis].extent):
%   if place in runs[axis].distances:
state1 run1_${place};
%     for part in strips.parts():
run1_${place}.${part} = *${part}_at;
%     endfor
%   endif
%   for part in strips.parts():
${part}_at += ${step};
%   endfor
% endfor
${strips.combined(axis)}
</%def>

## Down the rows of each slice of three axes, written where they are read.
<%def name="rows()"><% strip, own, group = spec.block[1], runs["h"], spec.thresholds.group_items %>
// Down the rows of each slice, in strips of ${strip} outputs.
const uint columns = (uint)g.slices * (uint)g.strips_h * (uint)g.tile_w;
for (uint first = 0; first < columns; first += ${group}) {
    const uint number = min(first + item, columns - 1);
    ${stage.split("number", "rest", "column", "tile_w")}
    ${stage.split("rest", "strip", "slice", "slices")}
    const uint begin = slice * (uint)g.span_h;
    const uint pitch = g.pitch, at = (begin + strip * ${strip * own.stride}) * pitch + column;
    ${reduced("h", "pitch")}
    barrier(CLK_LOCAL_MEM_FENCE);
    if (first + item < columns) {
        const uint to = (begin + ${times("strip", strip)}) * pitch + column;
% for n, window in enumerate(own.windows):
%   for part in strips.parts():
        ${part}[${plus("to", n and f"{n} * pitch" if n > 1 else "pitch" if n else 0)}] = ${window}.${part};
%   endfor
% endfor
    }
}
barrier(CLK_LOCAL_MEM_FENCE);
</%def>

## Reduces along the outermost axis, and stores the outputs that exist.
<%def name="outputs()"><%
    group, outer, inner = spec.thresholds.group_items, spec.axes[0], spec.axes[1:-1]
    step = "pitch" if spec.ndim < 3 else "slice_pitch"
    counts = [f"(uint)g.{name}" for name in ("planes", f"strips_{outer}" if spec.ndim > 1 else "", *(f"tile_{a}" for a in spec.axes[1:]), "tile_w" if spec.ndim == 1 else "") if name]
%>
// The outputs, neighbouring columns side by side.
const uint strips = ${" * ".join(counts)};
for (uint number = item; number < strips; number += ${group}) {
    ${stage.split("number", "left_w" if spec.ndim > 1 else "own", "column", "tile_w")}
% if spec.ndim == 3:
    ${stage.split("left_w", "left_h", "line", "tile_h")}
% endif
% if spec.ndim > 1:
    ${stage.split("left_h" if spec.ndim == 3 else "left_w", "own", "strip", "strips_" + outer)}
% endif
    if (${" && ".join(["own < planes", f"ow + ({spec.position})column < ({spec.position})g.out_w"] + [f"oh + ({spec.position})line < ({spec.position})g.out_h"] * (spec.ndim == 3))}) {
        ${strip()}
    }
}
</%def>

## A strip of outputs, from local memory to the result.
<%def name="strip()"><%
    outer, first = spec.axes[0], spec.block[0] * spec.stride[0]
    begin = {1: "own", 2: f"(own * (uint)g.span_h + strip * {first})", 3: f"((own * (uint)g.span_d + strip * {first}) * (uint)g.span_h + line)"}[spec.ndim]
    count, down = spec.block[0], outer if spec.ndim > 1 else "h"
    inside = [f"ow + ({spec.position})column"] + [f"(oh + ({spec.position})line) * g.y_h"] * (spec.ndim == 3)
    inside += [f"begin_{outer} * g.y_{outer}"] * (spec.ndim > 1)
%>
% if spec.ndim > 1:
const ${spec.position} begin_${outer} = o${outer} + (${spec.position})${times("strip", count)}, left = (${spec.position})g.out_${outer} - begin_${outer};
% endif
const uint pitch = g.pitch, at = ${begin} * pitch + column;
% if spec.ndim == 3:
const uint slice_pitch = (uint)g.span_h * pitch;
% endif
${reduced(down, "slice_pitch" if spec.ndim == 3 else "pitch")}
// Where the strip lies in the result, and how many of its outputs exist.
const ${spec.offset} to = ${flat.plane("y")} + (${spec.offset})own * g.y_outer1 + ${" + ".join(inside)};
__global ${spec.out.storage} *y_to = y + to;
% if spec.index:
__global ${spec.index_storage} *index_to = indices + (g.index_offset - g.y_offset) + to;
% endif
% for n, name in enumerate(runs[down].windows):
${f"if ({n} < left) " if spec.ndim > 1 else ""}{
    ${divisor(n, count)}
    store1(y_to, ${output.finalized(lanes_of(1), name, "count")});
%   if spec.index:
    store_index1(index_to, ${name}.index);
%   endif
}
%   if spec.ndim > 1:
y_to += g.y_${outer};
%     if spec.index:
index_to += g.y_${outer};
%     endif
%   endif
% endfor
</%def>

## The divisor of output number `n` of a strip of so many.
<%def name="divisor(n, count)"><%
    at = {"w": "column", "h": "line"} if spec.ndim == 3 else {"w": "column"}
    places = {a: plus(f"{a}0", f"({spec.position})({times(at[a], s) if a in at else plus(times('strip', count * s), n * s)})") for a, s in zip(spec.axes, spec.stride)}
%>
% if spec.mode.divides:
%   if spec.divisor == "given":
const ${spec.accumulator} count = g.divisor;
%   else:
const ${spec.accumulator} count = ${" * ".join(f"({spec.accumulator}){window.count(a, places[a])}" for a in spec.axes)};
%   endif
% endif
</%def>
