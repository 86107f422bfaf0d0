## The tile of a work-group: where it lies, and its local memory.
## in: the kernel's arguments; line for row().
## out: item of items; ow, oh, od, w0, h0, d0 of the tile's first output; outer0, outer1 of its
##     first plane, and planes from there on; h_out, d_out, the elements of the tile before the
##     first that may lie in the plane; local arrays of the state's parts, value of elements.
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

## Splits number `line` of the tile's rows in the plane: the plane, `own`, where the row lies in the
## input, and its first element in local memory, `row`.
<%def name="row()"><% rest, own = "line", "own" if spec.ndim > 1 else "line" %>\
% for axis in spec.axes[-2::-1]:
<% left = "own" if axis == spec.axes[0] else "slice" %>\
${split(rest, left, "in_" + axis, "valid_" + axis)}
const uint at_${axis} = ${axis}_out + in_${axis};
const ${spec.position} ${axis} = ${axis}0 + (${spec.position})at_${axis};
<% rest = left %>\
% endfor
<%
    for axis in spec.axes[:-1]:
        own = f"({own} * (uint)g.span_{axis} + at_{axis})"
%>\
const uint row = ${own} * (uint)g.pitch;
</%def>

## Elements of the tile along an axis before the first one that may lie in the plane.
<%def name="out(axis, first, span)">
const uint ${axis}_out = min((uint)max(-(${first}), (${spec.position})0), ${span});
</%def>

## The first output of the work-group's tile, and its first plane; its local memory.
<%def name="place()"><% rest, lanes = "tile", lanes_of(spec.width) %>
// The tile of this work-group.
const uint item = get_local_id(0), items = g.items;
const uint tile = quotient(get_global_id(0), g.factor_items, g.shift_items);
% for axis, left in zip(spec.axes[::-1], ("lines", "slices", "several")):
<% left = "several" if axis == spec.axes[0] else left %>\
${split(rest, left, f"tile_{axis}", f"blocks_{axis}")}
const ${spec.position} o${axis} = tile_${axis} * (uint)g.tile_${axis};
${window.start(axis, "o" + axis)}
<% rest = left %>\
% endfor
${split("several", "outer0", "block", "blocks_planes")}
const uint outer1 = block * (uint)g.planes, planes = (uint)g.outer1 - outer1;
% for axis in spec.axes[:-1]:
${out(axis, axis + "0", f"(uint)(g.span_{axis} - g.valid_{axis})")}
% endfor
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
