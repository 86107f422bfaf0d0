## From work-items to places in memory: what an item of a kernel is for.
## in: outer for planes(); line for place() and line(), which take what planes() leaves.
## out: outer0, outer1, plane, y_plane, plane_list; od, oh; d0, h0, y_row.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The output lines of a plane.
<%def name="lines()" buffered="True" filter="trim">
    ${" * ".join(f"g.out_{axis}" for axis in spec.axes[:-1]) or 1}
</%def>

## Plane number `outer` of the input, and the offset of that of the output.
<%def name="planes()">
// Where the plane lies.
const uint outer0 = outer / (uint)g.outer1;
const uint outer1 = outer % (uint)g.outer1;
const __global ${spec.dtype.storage} *plane = x \
    + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
% if spec.window == "listed":
const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
% endif
const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
</%def>

## The output position (od, oh) of output row `line`.
<%def name="place()">
% if spec.ndim == 3:
const ${spec.position} od = line / (${spec.position})g.out_h;
const ${spec.position} oh = line % (${spec.position})g.out_h;
% elif spec.ndim == 2:
const ${spec.position} oh = line;
% endif
</%def>

## The output position of output row `line`, and where its windows start.
<%def name="line()">
${place()}
% for axis in spec.axes[:-1]:
${window.start(axis, "o" + axis)}
% endfor
const long y_row = y_plane${"".join(f" + o{axis} * g.y_{axis}" for axis in spec.axes[:-1])};
</%def>
