## The average of the taps, each with its own size as its weight: what stochastic pooling draws on
## average. States hold the average rather than the sum of squares, so that nothing overflows.
<%def name="map(lanes)">
    (tap < 0) ? ${lanes.splat("0", spec.accumulator)} : tap
</%def>

<%def name="tap(lanes)">
    one.mean = value;
</%def>

<%def name="identity(lanes)">
    none.mean = ${lanes.splat("0", spec.accumulator)};
</%def>

<%def name="combine(lanes)">
    const ${lanes.value} whole = a.value + b.value;
    a.mean = (whole == 0) ? ${lanes.splat("0", spec.accumulator)} : a.mean * (a.value / whole) \
        + b.mean * (b.value / whole);
    a.value = whole;
</%def>

<%def name="finalize(lanes)">\
    ${"state.value" if spec.mode.option("gives") == "weight_sum" else "state.mean"}\
</%def>
