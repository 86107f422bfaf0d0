## The sum of the taps; for an average, divided by the count of them. Integers sum modulo 2^64.
<%def name="combine()">a.value + b.value</%def>

<%def name="finalize(lanes)">
% if spec.dtype.is_float:
    state.value / count
% elif spec.dtype.kind == "uint" or spec.short_sums:
    (count == 0) ? 0 : state.value / ((count == 0) ? 1 : count)
% else:
    ## Truncates toward zero. A divisor of -1 negates, which the lowest integer survives.
    (count == 0) ? 0 : (count == (ulong)-1) ? -state.value
        : as_${lanes.of("ulong")}(as_${lanes.of("long")}(state.value)
        / as_${lanes.of("long")}(((count == 0) | (count == (ulong)-1)) ? 1 : count))
% endif
</%def>
