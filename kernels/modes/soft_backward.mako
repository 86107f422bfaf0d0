## Its share of the weights flows to a tap, and more of it to those above the result.
<%def name="combine()">a.value + b.value</%def>

<%def name="map(lanes)">
    ((forward_input == -INFINITY) | (weight_sum == 0)) ? ${lanes.splat("0", spec.accumulator)} \
        : tap * (exp(forward_input - window_max) / weight_sum) * (1 + (forward_input - window_mean))
</%def>
