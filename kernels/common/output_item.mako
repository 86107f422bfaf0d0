## An item per output, or per small vector of channels: which one, and where it lies. A flat index
## counts outputs, or their columns, rows and planes, so that compilers make vectors of neighbours.
## in: the kernel's arguments.
## out: channel, ow, oh, od; x_plane, y_plane, plane_list; without a flat index plane.
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>

## Position `ow` of row `line` of plane `outer` of the output; items beyond the output leave.
<%def name="position(ow='get_global_id(0)')">
// The output of this item.
const ${spec.position} ow = ${ow};
const ${spec.position} line = get_global_id(1);
const uint outer = get_global_id(2);
// The range is rounded up to whole groups.
if (ow >= g.out_w || line >= ${items.lines()} || outer >= g.outer0 * g.outer1) return;
</%def>

## The functions of a flat index.
<%def name="functions()">
% if spec.block:
// ---- Blocks: where they lie.
${flat.functions()}
% endif
</%def>

## The output of an item, and its plane.
<%def name="item()">
% if spec.block:
${flat.item()}
% else:
%   if spec.has_channels:
const uint vectors = ${over("(uint)g.inner", spec.width)};
${position("get_global_id(0) / vectors")}
const ${spec.position} channel = ${times("(get_global_id(0) % vectors)", spec.width)};
%   else:
${position()}
%   endif
${items.place()}
${flat.planes("outer")}
const __global ${spec.dtype.storage} *plane = x + x_plane;
% endif
</%def>

## Where the output of an item lies in memory.
<%def name="at()" buffered="True" filter="trim"><%
    places = [f"o{axis} * g.y_{axis}" for axis in spec.axes[:-1]]
    places.append("ow * g.y_w" if spec.layout == "last" else "ow")
%>y_plane + ${" + ".join(places)}</%def>
