## (x / y)^(p-1) of the gradient flows to a tap x of a norm y; nothing where y is 0.
<%def name="combine()">a.value + b.value</%def>

<%def name="lift(lanes)"><%
    exponent = lanes.splat("power - 1", spec.accumulator)
    scale = "1"
    if "count" in spec.mode.takes:
        taps = " * ".join(map(str, spec.kernel))
        scale = f"{lanes.splat(taps, spec.accumulator)} / count"
    zero = lanes.splat("0", spec.accumulator)
    one = lanes.splat("1", spec.accumulator)
%>
% if spec.mode.option("sign") == "signed":
    (result == 0) ? ${zero} : tap * (${scale}) * pow(own / result, ${exponent})
% else:
    ((result == 0) | (own == 0)) ? ${zero} : tap * ((own < 0) ? -${one} : ${one}) * pow(fabs(own) / result, ${exponent})
% endif
</%def>
