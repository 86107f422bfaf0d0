## What one member of a team reduces: every so manieth tap of a window, several loads at a time.
## in: member; x, g, x_plane; what window.start() and window.valid() leave.
## out: acc.
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>

## The tap of the row at hand at a place, combined into state number `n`.
<%def name="tap(lanes, n, place)">
{
    const ${spec.position} w = ${window.place("w", place)};
    acc${n} = combine${lanes.n}(acc${n}, ${taps.tap(lanes, "row + w" + (" * g.x_w" if spec.layout == "last" else ""))});
}
</%def>

## Reduces the member's taps. Members lie along the row first, as far as windows are wide.
<%def name="share(lanes, members)"><%
    position, loads = spec.position, spec.thresholds.team_loads
    across = members if spec.ndim == 1 else min(members, spec.thresholds.team_row)
    down = members // across
    joined = [f"acc{n}" for n in range(loads)]
%>
// Every ${across}th tap of ${"every" if down == 1 else f"every {down}th"} row, ${loads} at a time.
state${lanes.n} ${", ".join(f"acc{n} = identity{lanes.n}()" for n in range(loads))};
% if spec.ndim > 1:
const ${position} lines = ${" * ".join(f"n_{axis}" for axis in spec.axes[:-1])};
for (${position} line = ${f"member / {across}" if down > 1 else 0}; line < lines; line += ${down}) {
%   if spec.ndim == 3:
    const ${position} d = ${window.place("d", "line / n_h")}, h = ${window.place("h", "line % n_h")};
%   else:
    const ${position} h = ${window.place("h", "line")};
%   endif
% endif
    const __global ${spec.dtype.storage} *row = x + x_plane${"".join(f" + {axis} * g.x_{axis}" for axis in spec.axes[:-1])};
    ${position} tap = ${f"member % {across}" if down > 1 else "member"};
    for (; tap + ${(loads - 1) * across} < n_w; tap += ${loads * across}) {
% for n in range(loads):
        ${tap(lanes, n, plus("tap", n * across))}
% endfor
    }
    for (; tap < n_w; tap += ${across}) ${tap(lanes, 0, "tap")}
% if spec.ndim > 1:
}
% endif
% while len(joined) > 1:
%   for a, b in zip(joined[::2], joined[1::2]):
${a} = ${merge.merging(lanes)}(${a}, ${b});
%   endfor
<% joined = joined[::2] %>\
% endwhile
state${lanes.n} acc = acc0;
</%def>
