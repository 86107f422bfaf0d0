## Stores past the cache, whose addresses are multiples of 16 bytes.
## in: the address and the value given.
## out: stores.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>

## In the longest pieces that the address allows: fewer stores, and less to be cut out of vectors
## before.
<%def name="store(lanes, base, address, value)" buffered="True" filter="trim"><%
    n, sizes = lanes.n, [(bytes, bytes // scalar_size(base)) for bytes in (64, 32, 16)]
    # Longer vectors than OpenCL's have a type only as whole ones.
    sizes = [(bytes, lanes) for bytes, lanes in sizes if lanes == n or lanes < n and lanes <= 16]
%>
% for bytes, whole in sizes:
%   if len(sizes) > 1:
${"" if loop.first else "} else "}${(f"if (((ulong)({address}) & {bytes - 1}) == 0) "
    if bytes > 16 else "")}{
%   endif
%   for first in range(0, n, whole):
${dialect.nontemporal(f"{base}{whole}", plus(atom(address) if first else address, first),
    dialect.part(value, first, whole) if n > whole else value)};
%   endfor
% endfor
% if len(sizes) > 1:
}
% endif
</%def>
