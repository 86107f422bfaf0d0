## Stores past the cache, whose addresses are multiples of 16 bytes.
## in: the address and the value given.
## out: stores.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>

## In the longest pieces that the address allows: fewer stores, and less to be cut out of vectors before.
## In pieces of 16, 32 and 64 bytes, ms: max 3x3 s2 with indices, PoCL 3.0: 4.03 3.92 3.93, Intel: 4.03
## 3.95 3.88; max 2x2 s2 with indices 4.16 4.00 3.94, 4.25 3.96 4.04; without indices the same.
<%def name="store(lanes, base, address, value)" buffered="True" filter="trim"><%
    n, sizes = lanes.n, [(bytes, bytes // scalar_size(base)) for bytes in (64, 32, 16)]
    # Longer vectors than OpenCL's have a type only as whole ones.
    sizes = [(bytes, lanes) for bytes, lanes in sizes if lanes == n or lanes < n and lanes <= 16]
%>
% for bytes, whole in sizes:
%   if len(sizes) > 1:
${"" if loop.first else "} else "}${f"if (((ulong)({address}) & {bytes - 1}) == 0) " if bytes > 16 else ""}{
%   endif
%   for first in range(0, n, whole):
${dialect.stream(f"{base}{whole}", plus(atom(address) if first else address, first), dialect.part(value, first, whole) if n > whole else value)};
%   endfor
% endfor
% if len(sizes) > 1:
}
% endif
</%def>
