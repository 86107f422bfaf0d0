## A block of outputs per item, by a flat index over channels, row, rows and planes.
## in: the kernel's arguments; block.
## out: channel, ow, oh, od; x_plane, y_plane.

<%def name="functions()">
// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}
</%def>

## Takes the number of a block along one axis off `rest`; leaves what is left as `left`.
<%def name="split(rest, left, axis, out, by)">
const uint ${left} = quotient(${rest}, g.factor_${axis}, g.shift_${axis});
const ${spec.position} ${out} = ${times(f"(int)({rest} - {left} * (uint)g.blocks_{axis})", by)};
</%def>

## The first output of the item's block, and the plane it lies in.
<%def name="item()">
// The block of this item. The range is rounded up to whole groups.
const uint item = get_global_id(0);
if (item >= (uint)g.blocks) return;
% if spec.layout == "last":
${split("item", "pixels", "c", "channel", spec.width)}
${places("pixels")}
% else:
${places("item")}
% endif
</%def>

## The first output of a block by its number, without channels, and the plane it lies in.
<%def name="places(rest)">
% for axis, left in zip(reversed(block.axes), ("lines", "slices", "planes")):
<% left = "planes" if axis is block.axes[0] else left %>\
${split(rest, left, axis.name, "o" + axis.name, axis.outputs)}
<% rest = left %>\
% endfor
${plane_of("planes")}
</%def>

## Where plane number `planes` lies.
<%def name="plane_of(planes)">
// Where its plane lies.
const uint outer0 = quotient(${planes}, g.factor_outer, g.shift_outer);
const uint outer1 = ${planes} - outer0 * (uint)g.outer1;
const ${spec.offset} x_plane = ${plane("x")};
const ${spec.offset} y_plane = ${plane("y")};
% if spec.window == "listed" and not spec.whole_planes:
const ${spec.offset} plane_list = g.list_offset + (${spec.offset})outer0 * g.list_outer0 \
    + (${spec.offset})outer1 * g.list_outer1;
% endif
</%def>

<%def name="plane(array)" buffered="True" filter="trim"><%
    to = spec.offset
%>\
    g.${array}_offset + (${to})outer0 * g.${array}_outer0 + (${to})outer1 \
        * g.${array}_outer1${" + channel" if spec.layout == "last" else ""}</%def>
