## More flows to taps above half the result, less below; nothing to what was below zero.
<%def name="combine()">a.value + b.value</%def>

<%def name="map(lanes)">
    ((weight_sum == 0) | (forward_input < 0)) ? ${lanes.splat("0", spec.accumulator)} : tap \
        * ((2 * forward_input - window_mean) / weight_sum)
</%def>
