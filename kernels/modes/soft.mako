## The average of the taps, each with the weight exp(tap - largest). States hold the weights
## relative to their own largest tap, and the average rather than the sum, so that nothing
## overflows.
<%def name="tap(lanes)">
<% zero, one = (lanes.splat(digit, spec.accumulator) for digit in "01") %>
    one.low = (value == -INFINITY) ? ${lanes.splat("INFINITY", spec.accumulator)} : value;
    one.weight = (value == -INFINITY) ? ${zero} : ${one};
    one.mean = (value == -INFINITY) ? ${zero} : value;
</%def>

<%def name="identity(lanes)">
    none.low = ${lanes.splat("INFINITY", spec.accumulator)};
    none.weight = ${lanes.splat("0", spec.accumulator)};
    none.mean = ${lanes.splat("0", spec.accumulator)};
</%def>

<%def name="combine(lanes)">
<% zero, one = (lanes.splat(digit, spec.accumulator) for digit in "01") %>
    const ${lanes.value} larger = ((b.value > a.value) | (b.value != b.value)) ? b.value : a.value;
    const ${lanes.value} left = a.weight * ((a.value == larger) ? ${one} : exp(a.value - larger));
    const ${lanes.value} right = b.weight * ((b.value == larger) ? ${one} : exp(b.value - larger));
    a.value = larger;
    a.low = (b.low < a.low) ? b.low : a.low;
    a.weight = left + right;
    a.mean = (a.weight == 0) ? ${zero} : a.mean * (left / a.weight) + b.mean * (right / a.weight);
</%def>

## All taps at hand, -inf where there is none: the largest first, then a weight for each, scaled so
## that no sum of taps overflows.
<%def name="whole(lanes, taps, state)"><%
    of = lambda value: lanes.splat(value, spec.accumulator)
    zero, absent = of("0"), lambda tap: f"{tap} == -INFINITY"
    scale = of(f"0x1p-{len(taps).bit_length()}f")
%>
${state}.value = ${taps[0]};
${state}.low = ${of("INFINITY")};
${state}.weight = ${zero};
% for tap in taps[1:]:
${state}.value = fmax(${state}.value, ${tap});
% endfor
${lanes.value} sum = ${zero}, weight;
% for tap in taps:
${state}.low = fmin(${state}.low, (${absent(tap)}) ? ${of("INFINITY")} : ${tap});
weight = (${absent(tap)}) ? ${zero} : exp(${tap} - ${state}.value);
${state}.weight += weight;
sum += weight * ${scale} * ((${absent(tap)}) ? ${zero} : ${tap});
% endfor
${state}.mean = sum / (${state}.weight * ${scale});
</%def>

<%def name="finalize(lanes)">
% if spec.mode.option("gives") == "weight_sum":
    state.weight
% else:
    ((state.value != state.value) | (state.value == INFINITY)) \
        ? ${lanes.splat("NAN", spec.accumulator)}
        : (state.weight == 0) ? state.value
        : (state.mean < state.low) ? state.low : (state.mean > state.value) \
            ? state.value : state.mean
% endif
</%def>
