## Windows whose bounds are listed, two numbers for each output of an axis: begin and end.
## in: g, list, plane_list.
## out: bounds, begin and end of start(); a loop over d, h or w; first and far of own().
<%def name="functions()"></%def>

## Where the window of output `out` begins and ends; of several outputs each has a `tag`.
<%def name="start(axis, out, tag='')"><% bounds = f"bounds_{axis}{tag}" %>
const __global int *${bounds} = list + plane_list + g.list_${axis} + 2 * ${atom(out)};
const ${spec.position} ${axis}0${tag} = ${bounds}[0] - (${spec.position})g.pad_${axis};
const ${spec.position} ${axis}1${tag} = ${bounds}[1] - (${spec.position})g.pad_${axis};
</%def>

## Opens a loop over the taps of one axis, from the first or a later one on; the caller closes it.
<%def name="taps(axis, first=None)">
for (${spec.position} ${axis} = ${first or axis + "0"}; ${axis} < ${axis}1; ++${axis}) {
</%def>

## Of a gradient, the first of those that do not hold the element before.
<%def name="begun(axis, tag='')" buffered="True" filter="trim">
(o${axis} == (${spec.position})g.begin_${axis}) ? ${axis}0 : bounds_${axis}${tag}[-1] \
    - (${spec.position})g.pad_${axis}
</%def>

## Where the window of output `out` of the pooling begins, and how far its last tap lies behind
## that: of a gradient, whose lists are of others.
<%def name="own(axis, out)">
const __global int *own_${axis} = list + g.list_offset + g.count_${axis} + 2 * ${atom(out)};
const ${spec.position} first_${axis} = own_${axis}[0] + (${spec.position})g.begin_${axis};
const ${spec.position} far_${axis} = own_${axis}[1] - own_${axis}[0] - 1;
</%def>

## The product of the taps on these axes, or the one divisor that was given.
<%def name="divisor(axes)" buffered="True" filter="trim">
% if spec.divisor == "given":
g.divisor
% else:
${" * ".join(f"({spec.accumulator})({axis}1 - {axis}0)" for axis in axes)}
% endif
</%def>

## The number of taps on one axis, and where tap number `tap` of them lies.
<%def name="valid(axis)">
const ${spec.position} n_${axis} = ${axis}1 - ${axis}0;
</%def>

<%def name="place(axis, tap)" buffered="True" filter="trim">${plus(axis + "0", tap)}</%def>
