## Plain OpenCL C 1.2, for every device.
<%def name="typedefs(types)"></%def>

<%def name="alone()" buffered="True"></%def>

<%def name="apart()" buffered="True"></%def>

<%def name="vload(base, width, space, address)" buffered="True" filter="trim">
    vload${width}(0, ${address})
</%def>

<%def name="vstore(base, width, space, address, value)" buffered="True" filter="trim">
    vstore${width}(${value}, 0, ${address})
</%def>

<%def name="nontemporal(type, address, value)" buffered="True" filter="trim">
    *(__global ${type} *)${atom(address)} = ${value}
</%def>

<%def name="convert(type, value)" buffered="True" filter="trim">convert_${type}(${value})</%def>

<%def name="interleave(type, width, vectors, number)" buffered="True" filter="trim"><%
    places = [divmod(number * width + lane, len(vectors))[::-1] for lane in range(width)]
%>
% if len(vectors) == 1:
${vectors[0]}
% else:
(${type})(${", ".join(f"{vectors[vector]}.s{lane:x}" for vector, lane in places)})
% endif
</%def>

<%def name="shuffle(type, first, second, lanes)" buffered="True" filter="trim"><%
    n = len(lanes)
    of = [f"{first if lane < n else second}.s{lane % n:x}" for lane in lanes]
%>(${type})(${", ".join(of)})</%def>

<%def name="unroll()">
#pragma unroll
</%def>
