## The average of the taps, each with its own size as its weight: what stochastic pooling draws on
## average. States hold the average rather than the sum of squares, so that nothing overflows.
<%def name="lift(lanes)">
    (tap < 0) ? ${lanes.splat("0", spec.accumulator)} : tap
</%def>

<%def name="begin(lanes)">
    one.mean = value;
</%def>

<%def name="empty(lanes)">
    none.mean = ${lanes.splat("0", spec.accumulator)};
</%def>

<%def name="merge(lanes)">
    const ${lanes.value} whole = a.value + b.value;
    a.mean = (whole == 0) ? ${lanes.splat("0", spec.accumulator)} : a.mean * (a.value / whole) + b.mean * (b.value / whole);
    a.value = whole;
</%def>

<%def name="finish(lanes)">${"total.value" if spec.mode.option("gives") == "total" else "total.mean"}</%def>
