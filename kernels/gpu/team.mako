## What one member of a team reduces: every so manieth tap of a window, several loads at a time.
## in: member; portion, where there are several; x, g, x_plane; what window.start() and
##     window.valid() leave, but of whole planes.
## out: acc0.
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="own" file="/gpu/team_rows.mako"/>

## Combines the tap of the row at hand at a place into state number `n`.
<%def name="tap(lanes, n, place)"><%
    pixel = "row + w * g.x_w"
    value = taps.mapped(lanes, pixel)
    index = ""
    if spec.index:
        flat = f"({spec.position})g.origin + w" if spec.whole_planes else taps.flat()
        index = ", " + lanes.splat(flat, spec.position)
%>
{
    const ${spec.position} w = ${place if spec.whole_planes else window.place("w", place)};
    acc${n} = combine${lanes.n}(acc${n}, tap${lanes.n}(${value}${index}));
}
</%def>

## Reduces the member's taps. Members lie along the row first, as far as windows are wide.
<%def name="share(lanes, members)"><%
    position, loads = spec.position, spec.thresholds.team_loads
    one_row = spec.ndim == 1 or spec.whole_planes
    across = members if one_row else min(members, spec.thresholds.team_row)
    down = members // across
    joined = [f"acc{n}" for n in range(loads)]
%>
% if spec.whole_planes:
const ${position} n_w = ${" * ".join(f"({position})g.in_{axis}" for axis in spec.axes)};
% endif
// Every ${across}th tap of ${("a row" if one_row else "every row" if down == 1
    else f"every {down}th row")}, ${loads} at a time.
% for name in joined:
state${lanes.n} ${name} = identity${lanes.n}();
% endfor
% if not one_row:
${own.rows(across, down)}
% elif spec.in_portions:
${own.part("n_w")}
% endif
<% outer = () if one_row else spec.axes[:-1] %>\
    const ${spec.offset} row = x_plane${"".join(f" + {axis} * g.x_{axis}" for axis in outer)};
<%
    first, end = f"member % {across}" if down > 1 else "member", "n_w"
    if spec.in_portions and one_row:
        first, end = plus("begin", first), "end"
%>\
    ${position} tap = ${first};
    for (; tap + ${(loads - 1) * across} < ${end}; tap += ${loads * across}) {
% for n in range(loads):
        ${tap(lanes, n, plus("tap", n * across))}
% endfor
    }
    for (; tap < ${end}; tap += ${across}) ${tap(lanes, 0, "tap")}
% if not one_row:
}
% endif
% while len(joined) > 1:
%   for a, b in zip(joined[::2], joined[1::2]):
${a} = ${merge.merging(lanes)}(${a}, ${b});
%   endfor
<% joined = joined[::2] %>\
% endwhile
</%def>
