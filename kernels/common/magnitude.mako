## Magnitudes by their bits: PoCL 3.0 has no code for fabs of sixteen lanes on znver3 with AVX-512.
## in: an accumulator in lanes.
## out: the expression of its magnitude.
<%def name="of(lanes, value)" buffered="True" filter="trim"><%
    double = spec.accumulator == "double"
    bits, rest = ("ulong", "LONG_MAX") if double else ("uint", "INT_MAX")
%>
as_${lanes.of(spec.accumulator)}(as_${lanes.of(bits)}(${value}) & ${rest})
</%def>
