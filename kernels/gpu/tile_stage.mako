## The tile of a work-group: where it lies, its local memory, and the way of the input into it.
## in: the kernel's arguments.
## out: item; ow, oh, od, w0, h0, d0 of the tile's first output; outer0, outer1 of its first plane,
##     and planes from there on; local arrays of the state's parts, of which value holds elements.
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>

<%def name="unsigned()"><% return "ulong" if spec.wide else "uint" %></%def>

## Whether these places along some axes lie in the plane.
<%def name="inside(axes)" buffered="True" filter="trim"><%
    each = [f"(({unsigned()}){axis} < ({unsigned()})g.in_{axis})" for axis in axes]
%>${" & ".join(each)}</%def>

## Splits `rest` by a number of the geometry: what is left, and the place among so many.
<%def name="split(rest, left, place, count)">
const uint ${left} = quotient(${rest}, g.factor_${count}, g.shift_${count});
const uint ${place} = ${rest} - ${left} * (uint)g.${count};
</%def>

## Splits row number `line` of the tile: its plane there, `own`, and where it lies in the input.
<%def name="row()"><% rest = "line" %>\
% for axis in spec.axes[-2::-1]:
<% left = "own" if axis == spec.axes[0] else "slice" %>\
${split(rest, left, "at_" + axis, "span_" + axis)}
const ${spec.position} ${axis} = ${axis}0 + (${spec.position})at_${axis};
<% rest = left %>\
% endfor
</%def>

## The first output of the work-group's tile, and its first plane; its local memory.
<%def name="place()"><% rest, lanes = "tile", lanes_of(spec.width) %>
// The tile of this work-group.
const uint item = get_local_id(0);
const uint tile = get_global_id(0) / ${spec.thresholds.group_items};
% for axis, left in zip(spec.axes[::-1], ("lines", "slices", "several")):
<% left = "several" if axis == spec.axes[0] else left %>\
${split(rest, left, f"tile_{axis}", f"blocks_{axis}")}
const ${spec.position} o${axis} = tile_${axis} * (uint)g.tile_${axis};
${window.start(axis, "o" + axis)}
<% rest = left %>\
% endfor
${split("several", "outer0", "block", "blocks_planes")}
const uint outer1 = block * (uint)g.planes, planes = (uint)g.outer1 - outer1;
// The states of runs of taps by the first of them; before that, of elements.
__local ${lanes.value} vectors[${spec.tile // spec.width}];
__local ${spec.accumulator} *const value = (__local ${spec.accumulator} *)vectors;
% for name in spec.mode.fields:
__local ${spec.accumulator} ${name}[${spec.tile}];
% endfor
% if spec.index:
__local ${spec.position} index[${spec.tile}];
% endif
</%def>

## Reads the tile, several loads at a time, the identity beside the plane.
<%def name="read()"><%
    lanes, group = lanes_of(spec.loads), spec.thresholds.group_items
    several = range(spec.thresholds.tile_loads)
%>
// The tile and its halo.
const ${spec.offset} plane = ${flat.plane("x")};
const uint units = (uint)g.lines * (uint)g.units;
for (uint first = item; first < units; first += ${group * len(several)}) {
% for n in several:
    ${lanes.value} read${n};
    uint to${n};
    {
        ${one(lanes, n, plus("first", n * group))}
    }
% endfor
<% cast = f"(__local {lanes.value} *)" if lanes.n > 1 else "" %>\
% for n in several:
    if (${plus("first", n * group)} < units) *${cast}(value + to${n}) = read${n};
% endfor
}
</%def>

## Reads a unit of elements, number `number` of the tile, as the item's number `n`.
<%def name="one(lanes, n, number)"><%
    own = "own" if spec.ndim > 1 else "line"
    rows = [f"{axis} * g.x_{axis}" for axis in spec.axes[:-1]]
    at = [f"({spec.offset}){own} * g.x_outer1", *rows, "w"]
    first, column = plus("w0", -(spec.alignment_phase or 0)), atom(times("unit", lanes.n))
%>
const uint number = ${number};
${split("number", "line", "unit", "units")}
to${n} = line * (uint)g.pitch + ${times("unit", lanes.n)};
${row()}
const ${spec.position} w = ${first} + (${spec.position})${column};
const int in = (number < units) & (${own} < planes) & ${inside(spec.axes)};
const ${spec.offset} at = in ? ${" + ".join(at)} : 0;
read${n} = ${taps.mapped(lanes, "plane + at")};
read${n} = in ? read${n} : ${lanes.splat(identity, spec.accumulator)};
</%def>
