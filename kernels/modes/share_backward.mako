## More flows to taps above half the result, less below; nothing to what was below zero.
<%def name="combine()">a.value + b.value</%def>

<%def name="lift(lanes)">
    ((total == 0) | (own < 0)) ? ${lanes.splat("0", spec.accumulator)} : tap * ((2 * own - mean) / total)
</%def>
