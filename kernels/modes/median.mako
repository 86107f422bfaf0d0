## The median of a window: the lower of the two middle taps, or the mean of both.
<%! from math import prod %>
<%namespace name="keys" file="/common/sort_keys.mako"/>
<%namespace name="taps" file="/common/window_loop.mako"/>

<%def name="find()"><%
    average, size = spec.mode.option("gives") == "mean", prod(spec.kernel)
    middle, next = (size - 1) // 2, min((size + 1) // 2, size - 1)
    bits = 8 * spec.accumulator_size
    unused = {"float16": 13, "bfloat16": 16}.get(spec.dtype.name, 0)
%>
% if spec.mode.option("by") == "network":
    ${keys.gather(balanced=True)}
    ${keys.sort(size, {middle, next} if average else {middle})}
    const key found = k[${middle}];
%   if average:
    const key upper = (count & 1) ? found : k[${next}];
%   endif
% else:
    ${keys.each()}
        nans |= ${keys.is_nan()};
        ++count;
    ${taps.done()}
    // The largest number that at most half of the keys lie below, bit by bit.
    key found = 0;
    for (int bit = ${bits - 1}; bit >= ${unused}; --bit) {
        const key higher = found | ((key)1 << bit);
        ${spec.position} below = 0;
        ${keys.each()}
            below += key_of(tap) < higher;
        ${taps.done()}
        if (below <= (count - 1) / 2) found = higher;
    }
%   if average:
    ${spec.position} within = 0;
    key upper = ~(key)0;
    ${keys.each()}
        const key other = key_of(tap);
        within += other <= found;
        if (other > found && other < upper) upper = other;
    ${taps.done()}
    if (within > count / 2) upper = found;
%   endif
% endif
</%def>

<%def name="value()" buffered="True" filter="trim">
% if spec.mode.option("gives") == "mean":
${mean("value_of(found)", "value_of(upper)")}
% else:
value_of(found)
% endif
</%def>

## The mean of two numbers: halves of large ones, which lose no bit; the half of a sum of small
## ones, which do not overflow.
<%def name="mean(low, high)" buffered="True" filter="trim">
(fabs(${low}) + fabs(${high}) > 1) ? ${low} / 2 + ${high} / 2 : (${low} + ${high}) / 2
</%def>
