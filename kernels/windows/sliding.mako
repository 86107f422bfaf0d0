## A window of fixed size: tap k of output o lies at o * stride - pad + k * dilation.
## in: g.
## out: d0, h0, w0 of start(); a loop over d, h or w; first and n of valid().
<%def name="functions()">
// How many taps of one axis lie before a position at this distance behind the first tap.
static int taps_before(const ${spec.position} distance, const int taps, const int dilation)
{
    const ${spec.position} count = (distance + dilation - 1) / dilation;
    return (distance <= 0) ? 0 : (count < taps) ? count : taps;
}
</%def>

## Where the window of output `out` starts; it may lie in the padding.
<%def name="start(axis, out)">
const ${spec.position} ${axis}0 = ${times(out, along(axis).stride)} \
    - (${spec.position})g.pad_${axis};
</%def>

## Where the windows of a block of outputs start, whose first one is `out`.
<%def name="base(axis, out)">${start(axis, out)}</%def>

## Opens a loop over the valid taps of one axis; the caller closes it.
<%def name="taps(axis)">
% if along(axis).kernel > spec.thresholds.bounded_taps:
<% size = f"{along(axis).kernel}, {along(axis).dilation}" %>
const int end_k${axis} = taps_before((${spec.position})g.in_${axis} - ${axis}0, ${size});
for (int k${axis} = taps_before(-${axis}0, ${size}); k${axis} < end_k${axis}; ++k${axis}) {
    const ${spec.position} ${axis} = ${axis}0 + ${times("k" + axis, along(axis).dilation)};
% else:
for (int k${axis} = 0; k${axis} < ${along(axis).kernel}; ++k${axis}) {
    const ${spec.position} ${axis} = ${axis}0 + ${times("k" + axis, along(axis).dilation)};
    if (${axis} < 0 || ${axis} >= (${spec.position})g.in_${axis}) continue;
% endif
</%def>

## The number of taps of a window on one axis that an average counts.
<%def name="count(axis, start=None)" buffered="True" filter="trim"><%
    size, start = f"{along(axis).kernel}, {along(axis).dilation}", atom(start or axis + "0")
%>
% if spec.divisor == "padded":
taps_before((${spec.position})g.padded_end_${axis} - ${start}, ${size})
% else:
(taps_before((${spec.position})g.in_${axis} - ${start}, ${size}) - taps_before(-${start}, ${size}))
% endif
</%def>

## The product of the counts of these axes, or the one divisor that was given.
<%def name="divisor(axes)" buffered="True" filter="trim">
% if spec.divisor == "given":
g.divisor
% else:
${" * ".join(f"({spec.accumulator}){count(axis)}" for axis in axes) or 1}
% endif
</%def>

## The number of valid taps on one axis, and where tap number `tap` of them lies.
<%def name="valid(axis)"><% size = f"{along(axis).kernel}, {along(axis).dilation}" %>
const int first_${axis} = taps_before(-${axis}0, ${size});
const ${spec.position} n_${axis} = taps_before((${spec.position})g.in_${axis} - ${axis}0, ${size}) \
    - first_${axis};
</%def>

<%def name="place(axis, tap)" buffered="True" filter="trim">
    ${axis}0 + ${times(plus("first_" + axis, tap), along(axis).dilation)}
</%def>
