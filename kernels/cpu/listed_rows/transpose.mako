## Turns lines, `stride` apart, into columns: as many of both as a vector has lanes.
## in: get and put of the width.
## out: the function transpose of the width.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>

<%def name="transpose(lanes, base, name)"><%
    n, of = lanes.n, lanes.of(base)
    stages = [apart for apart in (1, 2, 4, 8) if apart < n]
%>
static void transpose${name}${n}(${base} *lines, const int stride)
{
% for row in range(n):
    const ${of} of0_${row} = get${name}${n}(${plus("lines", times("stride", row))});
% endfor
% for number, apart in enumerate(stages):
%   for row in range(n):
<%
    other = lambda lane: n * bool(lane & apart)
    lanes_of_row = [(lane & ~apart) | (row & apart) | other(lane) for lane in range(n)]
%>\
    const ${of} of${number + 1}_${row} = ${dialect.shuffle(of, f"of{number}_{row & ~apart}",
        f"of{number}_{row | apart}", lanes_of_row)};
%   endfor
% endfor
% for row in range(n):
    put${name}${n}(${plus("lines", times("stride", row))}, of${len(stages)}_${row});
% endfor
}
</%def>
