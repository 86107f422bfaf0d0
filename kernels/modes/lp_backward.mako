## (x / y)^(p-1) of the gradient flows to a tap x of a norm y; nothing where y is 0.
<%namespace name="magnitude" file="/common/magnitude.mako"/>
<%namespace name="powers" file="/common/pow.mako"/>
<%def name="combine()">a.value + b.value</%def>

<%def name="map(lanes)"><%
    norm, signed = spec.mode.option("norm"), spec.mode.option("sign") == "signed"
    flow = "tap"
    if "count" in spec.mode.inputs:
        taps = " * ".join(f"{size}" for size in spec.kernel)
        flow = f"tap * ({lanes.splat(taps, spec.accumulator)} / count)"
    zero = lanes.splat("0", spec.accumulator)
    one = lanes.splat("1", spec.accumulator)
    if norm == "p":
        base = "forward_input" if signed else magnitude.of(lanes, "forward_input")
        share = powers.of(lanes, f"{base} / forward_output", "power - 1")
    else:
        share = " * ".join(["(forward_input / forward_output)"] * (int(norm) - 1)) or one
    # An even norm's odd power keeps the sign by itself.
    sign = "" if signed or norm in "24" else f" * ((forward_input < 0) ? -{one} : {one})"
%>
    (${"forward_output == 0" if signed else "(forward_output == 0) | (forward_input == 0)"}) \
        ? ${zero} : ${flow}${sign} * (${share})
</%def>
