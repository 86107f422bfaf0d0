## The average of the taps, each with the weight exp(tap - largest). States hold the weights relative
## to their own largest tap, and the average rather than the sum, so that nothing overflows.
<%def name="begin(lanes)"><% zero, one = lanes.splat("0", spec.accumulator), lanes.splat("1", spec.accumulator) %>
    one.low = (value == -INFINITY) ? ${lanes.splat("INFINITY", spec.accumulator)} : value;
    one.weight = (value == -INFINITY) ? ${zero} : ${one};
    one.mean = (value == -INFINITY) ? ${zero} : value;
</%def>

<%def name="empty(lanes)">
    none.low = ${lanes.splat("INFINITY", spec.accumulator)};
    none.weight = ${lanes.splat("0", spec.accumulator)};
    none.mean = ${lanes.splat("0", spec.accumulator)};
</%def>

<%def name="merge(lanes)"><% zero, one = lanes.splat("0", spec.accumulator), lanes.splat("1", spec.accumulator) %>
    const ${lanes.value} largest = ((b.value > a.value) | (b.value != b.value)) ? b.value : a.value;
    const ${lanes.value} left = a.weight * ((a.value == largest) ? ${one} : exp(a.value - largest));
    const ${lanes.value} right = b.weight * ((b.value == largest) ? ${one} : exp(b.value - largest));
    a.value = largest;
    a.low = (b.low < a.low) ? b.low : a.low;
    a.weight = left + right;
    a.mean = (a.weight == 0) ? ${zero} : a.mean * (left / a.weight) + b.mean * (right / a.weight);
</%def>

<%def name="finish(lanes)">
% if spec.mode.option("gives") == "total":
    total.weight
% else:
    ((total.value != total.value) | (total.value == INFINITY)) ? ${lanes.splat("NAN", spec.accumulator)}
        : (total.weight == 0) ? total.value
        : (total.mean < total.low) ? total.low : (total.mean > total.value) ? total.value : total.mean
% endif
</%def>
