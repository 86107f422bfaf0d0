## The tile of a work-group: where it lies, its local memory, and the way of the input into it.
## in: the kernel's arguments; runs, by axis.
## out: item; ow, oh, od, w0, h0, d0 of the tile's first output; outer0, outer1, tile_x of its
##     first plane, planes from there on; local arrays of
##     the state's parts, of which value holds elements.
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>

## Splits `rest` by a number of the geometry: what is left, and the place among so many.
<%def name="split(rest, left, place, count)">
const uint ${left} = quotient(${rest}, g.factor_${count}, g.shift_${count});
const uint ${place} = ${rest} - ${left} * (uint)g.${count};
</%def>

## The first output of the work-group's tile, and its first plane; its local memory.
<%def name="place()">
// The tile of this work-group.
const uint item = get_local_id(0);
const uint tile = get_global_id(0) / ${spec.thresholds.group_items};
<% rest = "tile" %>\
% for axis, left in zip(spec.axes[::-1], ("lines", "slices", "several")):
<% left = "several" if axis == spec.axes[0] else left %>\
${split(rest, left, f"tile_{axis}", f"blocks_{axis}")}
const ${spec.position} o${axis} = tile_${axis} * (uint)g.tile_${axis};
${window.start(axis, "o" + axis)}
<% rest = left %>\
% endfor
${split("several", "outer0", "block", "blocks_planes")}
const uint outer1 = block * (uint)g.planes, planes = (uint)g.outer1 - outer1;
const __global ${spec.dtype.storage} *const tile_x = x + (${flat.plane("x")});
// What has been reduced, at the first element of each window; at first the elements.
__local ${lanes_of(spec.width).value} rows_value[${spec.tile // spec.width}];
__local ${spec.accumulator} *const value = (__local ${spec.accumulator} *)rows_value;
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
    lead, several = spec.alignment_phase or 0, spec.thresholds.tile_loads
    unsigned = "ulong" if spec.wide else "uint"
%>
// The tile and its halo.
const uint units = (uint)g.lines * (uint)g.units;
for (uint first = item; first < units; first += ${group * several}) {
% for n in range(several):
    ${one(lanes, n, group, lead, unsigned)}
% endfor
% for n in range(several):
<% place = f"value + line{n} * (uint)g.pitch + {times(f'unit{n}', spec.loads)}" %>\
    if (${plus("first", n * group)} < units) *${f"(__local {lanes.value} *)" if lanes.n > 1 else ""}(${place}) = read${n};
% endfor
}
</%def>

## Reads unit number `n` of a work-item's.
<%def name="one(lanes, n, group, lead, unsigned)">
${lanes.value} read${n};
uint line${n}, unit${n};
{
    const uint number = ${plus("first", n * group)};
    ${split("number", "line", "unit", "units")}
    line${n} = line;
    unit${n} = unit;
<% rest = "line" %>\
% for axis, left in [(a, "slice" if a != spec.axes[0] else "own") for a in spec.axes[-2::-1]]:
    ${split(rest, left, "at_" + axis, "span_" + axis)}
    const ${spec.position} ${axis} = ${axis}0 + (${spec.position})at_${axis};
<% rest = left %>\
% endfor
    const ${spec.position} w = ${plus("w0", -lead)} + (${spec.position})${times("unit", spec.loads)};
    const int in = ${" & ".join(["(number < units)", f"({rest} < planes)"] + [f"(({unsigned}){a} < ({unsigned})g.in_{a})" for a in spec.axes])};
    const ${spec.offset} at = in ? ${" + ".join([f"(int){rest} * g.x_outer1"] + [f"{a} * g.x_{a}" for a in spec.axes[:-1]] + ["w"])} : 0;
    read${n} = ${taps.mapped(lanes, "tile_x + at")};
    read${n} = in ? read${n} : ${lanes.splat(identity, spec.accumulator)};
}
</%def>
