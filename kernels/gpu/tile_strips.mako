## Strips of outputs along the rows of a tile, each reduced in registers by runs of taps.
## in: what tile_stage leaves; runs, by axis.
## out: the local arrays hold windows along the rows.
<%namespace name="tiles" file="/gpu/tile_place.mako"/>

## What a state consists of, as its local arrays are called.
<%def name="parts()"><% return ["value", *spec.mode.fields] + ["index"] * bool(spec.index) %></%def>

## Combines the runs of taps of an axis into windows. Each run is a copy first: with Mesa 22.3 a
## function changes the very argument that it is given.
<%def name="combined(axis)">
% for name, left, right in runs[axis].steps:
state1 ${name} = ${left};
${name} = combine1(${name}, ${right});
% endfor
</%def>

## Where the strip at hand lies: its first element w, the columns of its plane, the flat index.
<%def name="marks()"><% step = spec.block[-1] * spec.stride[-1] %>
const ${spec.position} w = w0 + (${spec.position})(strip * ${step});
<%
    columns, outer = f"({tiles.unsigned()})g.in_w", spec.axes[:-1]
    columns = f"({tiles.inside(outer)}) ? {columns} : 0" if outer else columns
    rows = "".join(f" + {axis} * ({spec.position})g.flat_{axis}" for axis in outer)
%>\
const ${tiles.unsigned()} columns = ${columns};
% if spec.index:
const ${spec.position} flat = (${spec.position})g.origin${rows} + w;
% endif
</%def>

## The state of the tap at a distance from the strip's first one.
<%def name="tap(place)" buffered="True" filter="trim"><%
    vector, lane = divmod((spec.alignment_phase or 0) + place, spec.width)
    element = f"part{vector}.s{lane:x}" if spec.width > 1 else f"part{vector}"
    one = f"tap1({element}{', ' + plus('flat', place) if spec.index else ''})"
    if spec.index or spec.mode.fields:
        one = f"present1(({tiles.unsigned()}){atom(plus('w', place))} < columns, {one})"
%>${one}</%def>

## Along the rows: work-items side by side have rows below each other, and write where they read.
<%def name="along_rows()"><%
    strip, width, own = spec.block[-1], spec.width, runs["w"]
    lanes, read = lanes_of(width), -(-((spec.alignment_phase or 0) + own.extent) // width)
    values = [f"{name}.value" for name in own.windows]
    each = [", ".join(values[n : n + width]) for n in range(0, strip, width)]
    joined = [f"({lanes.value})({names})" for names in each]
    begin = f"row + {times('strip', strip * own.stride)}"
%>
// Along the rows, in strips of ${strip} outputs.
const uint strips_w = (uint)g.lines * (uint)g.strips_w;
for (uint first = 0; first < strips_w; first += items) {
    const uint number = min(first + item, strips_w - 1);
    ${tiles.split("number", "strip", "line", "lines")}
    ${tiles.row()}
    const __local ${lanes.value} *const from = vectors + ${over(begin, width)};
% for n in range(read):
    const ${lanes.value} part${n} = from[${n}];
% endfor
% if spec.index or spec.mode.fields:
    ${marks()}
% endif
% for place in own.distances:
    const state1 run1_${place} = ${tap(place)};
% endfor
    ${combined("w")}
    // All have read what is written now.
    barrier(CLK_LOCAL_MEM_FENCE);
    if (first + item < strips_w) {
        const uint to = row + ${times("strip", strip)};
% for n, vector in enumerate(joined if width > 1 else values):
        vectors[${plus(over("to", width), n)}] = ${vector};
% endfor
% for part in parts()[1:]:
%   for n, window in enumerate(own.windows):
        ${part}[${plus("to", n)}] = ${window}.${part};
%   endfor
% endfor
    }
}
barrier(CLK_LOCAL_MEM_FENCE);
</%def>
