## A block of outputs per item, by a flat index over channels, row, rows and planes.
## in: the kernel's arguments.
## out: channel, ow, oh, od; x_plane, y_plane, plane_list.

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

## The first output of the item's block, and the plane it lies in, the first of `each`.
<%def name="item(each=1)">
// The block of this item. The range is rounded up to whole groups.
const uint item = get_global_id(0);
if (item >= (uint)g.blocks) return;
% if spec.has_channels:
${split("item", "pixels", "c", "first" if spec.overlaps else "channel", spec.width)}
% if spec.overlaps:
// The last vector overlaps the one before.
const ${spec.position} channel = min(first, (${spec.position})g.inner - ${spec.width});
% endif
${places("pixels", each)}
% else:
${places("item", each)}
% endif
</%def>

## The first output of a block by its number, without channels, and the plane it lies in.
<%def name="places(rest, each=1)">
<% names = ["lines", "slices"][: spec.ndim - 1] + ["planes"] %>\
% for axis, count, left in zip(reversed(spec.axes), reversed(spec.block), names):
${split(rest, left, axis, "o" + axis, count)}
<% rest = left %>\
% endfor
${planes("planes", each)}
</%def>

## Where plane number `number` lies, or the first of so many.
<%def name="planes(number, each=1)"><%
    several = each > 1
    count, name = ("blocks_planes",) * 2 if several else ("outer1", "outer")
    divided = f"quotient({number}, g.factor_{name}, g.shift_{name})"
    inner = f"{number} - outer0 * (uint)g.{count}"
%>
// Where its ${"first plane" if several else "plane"} lies.
const uint outer0 = ${divided if spec.block else f"{number} / (uint)g.outer1"};
const uint outer1 = ${times(inner, each) if several else inner};
const ${spec.offset} x_plane = ${plane("x")};
const ${spec.offset} y_plane = ${plane("y")};
% if spec.window == "listed" and not spec.whole_planes:
const ${spec.offset} plane_list = g.list_offset + ${along_planes("list")};
% endif
</%def>

<%def name="plane(array)" buffered="True" filter="trim">
    g.${array}_offset + ${along_planes(array)}${" + channel" if spec.has_channels else ""}
</%def>

<%def name="along_planes(array)" buffered="True" filter="trim"><% to = spec.offset %>
    (${to})outer0 * g.${array}_outer0 + (${to})outer1 * g.${array}_outer1
</%def>
