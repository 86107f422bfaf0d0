## The p-norm: the p-th root of the sum of p-th powers, of the taps or of their magnitudes.
<%namespace name="magnitude" file="/common/magnitude.mako"/>
<%namespace name="powers" file="/common/pow.mako"/>
<%def name="map(lanes)"><%
    norm = spec.mode.option("norm")
    signed = spec.mode.option("sign") == "signed" or norm in "24"
    tap = "tap" if signed else magnitude.of(lanes, "tap")
%>
% if norm == "p":
    ${powers.of(lanes, tap, "power")}
% else:
    ${" * ".join([tap] * int(norm))}
% endif
</%def>

<%def name="combine()">a.value + b.value</%def>

<%def name="finalize(lanes)"><%
    sum = "state.value"
    if spec.mode.divides:
        taps = " * ".join(f"{size}" for size in spec.kernel)
        sum = f"state.value * ({lanes.splat(taps, spec.accumulator)} / count)"
    nan = lanes.splat("NAN", spec.accumulator)
    roots = {
        "1": sum,
        "2": f"sqrt({sum})",
        "3": f"(({sum} < 0) & ({sum} > -INFINITY)) ? {nan} : cbrt({magnitude.of(lanes, sum)})",
        "4": f"sqrt(sqrt({sum}))",
    }
%>
    ${roots.get(spec.mode.option("norm")) or powers.of(lanes, sum, "1 / power")}
</%def>
