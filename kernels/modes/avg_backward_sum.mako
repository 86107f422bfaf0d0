## The gradient that flows in equal parts from windows of one divisor, divided once. The sum may be
## too large where its parts are not, so another one is kept, of gradients scaled down.
<%def name="begin(lanes)">
    one.scaled = value * 0x1p-32f;
</%def>

<%def name="empty(lanes)">
    none.scaled = ${lanes.splat("0", spec.accumulator)};
</%def>

<%def name="merge(lanes)">
    a.value += b.value;
    a.scaled += b.scaled;
</%def>

<%def name="finish(lanes)"><%
    fits = "(total.value - total.value == 0)"
    one, back = (lanes.splat(number, spec.accumulator) for number in ("1", "0x1p32f"))
%>
    (${fits} ? total.value : total.scaled) / count * (${fits} ? ${one} : ${back})
</%def>
