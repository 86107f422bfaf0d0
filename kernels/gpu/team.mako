## What one member of a team reduces: every so manieth tap of a window, or aligned vector of taps,
## several loads at a time.
## in: member; portion, where there are several; x, g, x_plane; what window.start() and
##     window.valid() leave, but of whole planes.
## out: acc0.
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="taps" file="/gpu/team_taps.mako"/>
<%namespace name="own" file="/gpu/team_rows.mako"/>

## Reduces the member's taps. Members lie along the row first, as far as windows are wide.
<%def name="share(lanes, members)"><%
    position, loads = spec.position, spec.thresholds.team_loads
    one_row = spec.ndim == 1 or spec.whole_planes
    across = members if one_row else min(members, spec.thresholds.team_row)
    down = members // across
    joined = [f"acc{n}" for n in range(loads)]
    what = "vector" if spec.loads > 1 else "tap"
    one, count = (taps.vector, "vectors") if spec.loads > 1 else (taps.tap, "n_w")
%>
% if spec.whole_planes:
const ${position} n_w = ${" * ".join(f"({position})g.in_{axis}" for axis in spec.axes)};
% endif
% if spec.loads > 1:
const ${position} vectors = n_w / ${spec.loads};
% endif
// Every ${across}th ${what} of ${("a row" if one_row else "every row" if down == 1
    else f"every {down}th row")}, ${loads} at a time.
% for name in joined:
state${lanes.n} ${name} = identity${lanes.n}();
% endfor
% if not one_row:
${own.rows(across, down)}
% elif spec.in_portions:
${own.part(count)}
% endif
<% outer = () if one_row else spec.axes[:-1] %>\
    const ${spec.offset} row = x_plane${"".join(f" + {axis} * g.x_{axis}" for axis in outer)};
<%
    first, end = f"member % {across}" if down > 1 else "member", count
    if spec.in_portions and one_row:
        first, end = plus("begin", first), "end"
%>\
    ${position} at = ${first};
    for (; at + ${(loads - 1) * across} < ${end}; at += ${loads * across}) {
% for n in range(loads):
        ${one(lanes, n, plus("at", n * across))}
% endfor
    }
    for (; at < ${end}; at += ${across}) ${one(lanes, 0, "at")}
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
