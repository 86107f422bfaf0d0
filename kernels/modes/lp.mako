## The p-norm: the p-th root of the sum of p-th powers, of the taps or of their magnitudes.
<%def name="lift(lanes)"><% tap = "tap" if spec.mode.option("sign") == "signed" else "fabs(tap)" %>
% if spec.mode.option("norm") == "1":
    ${tap}
% elif spec.mode.option("norm") == "2":
    tap * tap
% else:
    pow(${tap}, ${lanes.splat("power", spec.accumulator)})
% endif
</%def>

<%def name="combine()">a.value + b.value</%def>

<%def name="finish(lanes)"><%
    sum = "total.value"
    if spec.mode.divides:
        taps = " * ".join(map(str, spec.kernel))
        sum = f"total.value * ({lanes.splat(taps, spec.accumulator)} / count)"
%>
% if spec.mode.option("norm") == "1":
    ${sum}
% elif spec.mode.option("norm") == "2":
    sqrt(${sum})
% else:
    pow(${sum}, 1 / ${lanes.splat("power", spec.accumulator)})
% endif
</%def>
