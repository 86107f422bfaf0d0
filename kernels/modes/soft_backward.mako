## Its share of the weights flows to a tap, and more of it to those above the result.
<%def name="combine()">a.value + b.value</%def>

<%def name="lift(lanes)">
    ((own == -INFINITY) | (total == 0)) ? ${lanes.splat("0", spec.accumulator)} : tap * (exp(own - largest) / total) * (1 + (own - mean))
</%def>
