## The tile of a work-group: where it lies, and its local memory.
## in: the kernel's arguments; line for row().
## out: item; ow, oh, od, w0, h0, d0 of the tile's first output; outer0, outer1 of its first plane,
##     and planes from there on; local arrays of the state's parts, of which value holds elements.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

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
