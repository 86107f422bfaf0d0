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

## The first valid tap of the window of output `out`, and how far the last one lies behind it; -1 if none does.
<%def name="own(axis, out)"><% row, position = along(axis), spec.position %>
const ${position} start_${axis} = (${out}) * ${row.stride} - (${position})g.pad_${axis};
const ${position} before_${axis} = (${position})g.begin_${axis} - start_${axis};
const ${position} first_${axis} = start_${axis} + ((before_${axis} > 0) ? ${f"before_{axis}" if row.dilation == 1 else f"(before_{axis} + {row.dilation - 1}) / {row.dilation} * {row.dilation}"} : 0);
const ${position} end_${axis} = (start_${axis} + ${row.reach} < (${position})g.limit_${axis}) ? start_${axis} + ${row.reach} : (${position})g.limit_${axis};
const ${position} far_${axis} = (end_${axis} > first_${axis}) ? end_${axis} - 1 - first_${axis} : -1;
</%def>

## The one divisor that was given.
<%def name="divisor(axes)" buffered="True" filter="trim">g.divisor</%def>
