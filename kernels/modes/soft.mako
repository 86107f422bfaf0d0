## The average of the taps, each with the weight exp(tap - largest). States hold the weights
## relative to their own largest tap, and the average rather than the sum, so that nothing
## overflows.
<%namespace name="exponential" file="/common/exponential.mako"/>
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
## that no sum of taps overflows; 0 where there is none, also beside a largest of -inf.
<%def name="whole(lanes, taps, state)"><%
    of = lambda value: lanes.splat(value, spec.accumulator)
    zero, bits = of("0"), len(taps).bit_length()
    log2e = of("M_LOG2E" + "_F" * (spec.accumulator == "float"))
%>
${state}.value = ${taps[0]};
${state}.low = ${of("INFINITY")};
${state}.weight = ${zero};
% for tap in taps[1:]:
${state}.value = fmax(${state}.value, ${tap});
% endfor
const ${lanes.value} largest = (${state}.value == -INFINITY) ? ${zero} : ${state}.value;
${lanes.value} sum = ${zero}, weight;
% for tap in taps:
<% absent = f"{tap} == -INFINITY" %>\
${state}.low = fmin(${state}.low, (${absent}) ? ${of("INFINITY")} : ${tap});
weight = ${exponential.of(lanes, f"({tap} - largest) * {log2e} - {bits}")};
${state}.weight += weight;
sum += weight * ((${absent}) ? ${zero} : ${tap});
% endfor
${state}.mean = sum / ${state}.weight;
% if spec.mode.option("gives") == "weight_sum":
${state}.weight *= ${of(f"0x1p{bits}f")};
% endif
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
