## The windows of a sliding pooling that cover an element: output o does where a tap k of it has
## o * stride - pad + k * dilation = element.
## in: g; od, oh, ow for begun().
## out: place, and first and last output of start(); a loop over d, h or w; first and far of own().
<%def name="functions()"></%def>

## The outputs that may cover element `out`: a range, with gaps where the window is dilated.
<%def name="start(axis, out)"><% row = along(axis) %>
const ${spec.position} place_${axis} = ${out} + (${spec.position})g.pad_${axis};
const ${spec.position} ${axis}0 = (place_${axis} < ${row.extent}) ? 0 \
    : ${over(f"place_{axis} - {row.extent}", row.stride)} + 1;
const ${spec.position} last_${axis} = ${over("place_" + axis, row.stride)} + 1;
const ${spec.position} ${axis}1 = (last_${axis} < (${spec.position})g.in_${axis}) ? last_${axis} \
    : (${spec.position})g.in_${axis};
</%def>

## The output that the block of elements from `out` on counts its covering ones from.
<%def name="base(axis, out)">
<% start = plus(f"{out} + ({spec.position})g.pad_{axis}", -spec.phases[spec.axes.index(axis)]) %>\
const ${spec.position} ${axis}0 = ${over(start, along(axis).stride)};
</%def>

## Opens a loop over those that do, from the first or a later one on; the caller closes it.
<%def name="taps(axis, first=None)"><% row = along(axis) %>
for (${spec.position} ${axis} = ${first or axis + "0"}; ${axis} < ${axis}1; ++${axis}) {
% if row.dilation > 1:
    if ((place_${axis} - ${times(axis, row.stride)}) % ${row.dilation}) continue;
% endif
</%def>

## The first of those whose first valid tap it is: tap 0, or any beside the plane's begin.
<%def name="begun(axis)" buffered="True" filter="trim"><% row = along(axis) %>
(o${axis} < (${spec.position})g.begin_${axis} + ${row.dilation}) ? ${axis}0 \
    : ${over(plus("place_" + axis, row.stride - 1), row.stride)}
</%def>

## The first valid tap of the window of output `out`, and how far the last one lies behind it; -1 if
## none does.
<%def name="own(axis, out, lanes=None)"><%
    row, position = along(axis), spec.position
    type, gap = lanes.index if lanes else position, row.dilation
    taps = f"before_{axis}" if gap == 1 else f"(before_{axis} + {gap - 1}) / {gap} * {gap}"
%>
const ${type} start_${axis} = ${times(out, row.stride)} - (${position})g.pad_${axis};
const ${type} before_${axis} = (${position})g.begin_${axis} - start_${axis};
const ${type} first_${axis} = start_${axis} + ((before_${axis} > 0) ? ${taps} : 0);
const ${type} behind_${axis} = (${position})g.padded_end_${axis} - 1 - start_${axis};
const ${type} last_tap_${axis} = start_${axis} \
    + ((behind_${axis} < ${row.extent - 1}) ? behind_${axis} : ${row.extent - 1});
const ${type} far_${axis} = (last_tap_${axis} < first_${axis}) ? -1 : last_tap_${axis} \
    - first_${axis};
</%def>

## The one divisor that was given.
<%def name="divisor(axes)" buffered="True" filter="trim">g.divisor</%def>
