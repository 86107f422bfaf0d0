## Strips of outputs along an axis of a tile, each reduced in registers by runs of taps.
## in: what tile_stage leaves; runs, by axis.
## out: stores.
<%namespace name="stage" file="/gpu/tile_stage.mako"/>
<%namespace name="places" file="/gpu/tile_marks.mako"/>

<%def name="parts()"><% return ["value", *spec.mode.fields] + ["index"] * bool(spec.index) %></%def>

## Combines the runs of taps of an axis into windows.
<%def name="combined(axis)">
% for name, left, right in runs[axis].steps:
const state1 ${name} = combine1(${left}, ${right});
% endfor
</%def>

## Along the rows: work-items side by side have neighbouring rows, and write where they read.
<%def name="along_rows()"><%
    strip, width, lead = spec.block[-1], spec.width, spec.alignment_phase or 0
    group, own = spec.thresholds.group_items, runs["w"]
    vectors = range(-(-(lead + own.extent) // width))
    marked, unsigned = spec.index or spec.mode.fields, "ulong" if spec.wide else "uint"
    lanes = lanes_of(width)
    element = lambda place: f"part{(lead + place) // width}" + (f".s{(lead + place) % width:x}" if width > 1 else "")
    results = [own.windows[n : n + width] for n in range(0, strip, width)]
%>
// Along the rows, in strips of ${strip} outputs.
const uint rows = (uint)g.lines * (uint)g.strips_w;
for (uint first = 0; first < rows; first += ${group}) {
    const uint number = min(first + item, rows - 1);
    ${stage.split("number", "strip", "line", "lines")}
    const uint row = line * (uint)g.pitch;
    const __local ${lanes.value} *const from = rows_value + ${f"(row + strip * {strip * own.stride}) / {width}" if width > 1 else f"row + strip * {strip * own.stride}"};
% for n in vectors:
    const ${lanes.value} part${n} = from[${n}];
% endfor
% if marked:
    ${places.marks(strip * own.stride)}
% endif
% for place in own.distances:
<% index = f", {plus('flat', place)}" if spec.index else "" %>\
    const state1 run1_${place} = ${f"present1(({unsigned})({plus('w', place)}) < inside, tap1({element(place)}{index}))" if marked else f"tap1({element(place)})"};
% endfor
    ${combined("w")}
    barrier(CLK_LOCAL_MEM_FENCE);
    if (first + item < rows) {
        const uint to = row + ${times("strip", strip)};
% for n, names in enumerate(results):
        rows_value[${plus(f"to / {width}" if width > 1 else "to", n)}] = ${f"({lanes.value})({', '.join(f'{name}.value' for name in names)})" if width > 1 else f"{names[0]}.value"};
% endfor
% for name in parts()[1:]:
%   for n, window in enumerate(own.windows):
        ${name}[${plus("to", n)}] = ${window}.${name};
%   endfor
% endfor
    }
}
barrier(CLK_LOCAL_MEM_FENCE);
</%def>
