## The windows of a sliding pooling that cover an element: output o does where a tap k of it has
## o * stride - pad + k * dilation = element.
<%def name="functions()"></%def>

## The outputs that may cover element `out`: a range, with gaps where the window is dilated.
<%def name="start(axis, out)"><% row = along(axis) %>
const ${spec.position} place_${axis} = (${out}) + (${spec.position})g.pad_${axis};
const ${spec.position} ${axis}0 = (place_${axis} < ${row.reach}) ? 0 : (place_${axis} - ${row.reach}) / ${row.stride} + 1;
const ${spec.position} last_${axis} = place_${axis} / ${row.stride} + 1;
const ${spec.position} ${axis}1 = (last_${axis} < (${spec.position})g.in_${axis}) ? last_${axis} : (${spec.position})g.in_${axis};
</%def>

## Opens a loop over those that do; the caller closes it.
<%def name="taps(axis)"><% row = along(axis) %>
for (${spec.position} ${axis} = ${axis}0; ${axis} < ${axis}1; ++${axis}) {
% if row.dilation > 1:
    if ((place_${axis} - ${axis} * ${row.stride}) % ${row.dilation}) continue;
% endif
</%def>

## The one divisor that was given.
<%def name="divisor(axes)" buffered="True" filter="trim">g.divisor</%def>
