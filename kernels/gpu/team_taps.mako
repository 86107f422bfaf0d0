## Taps of a member of a team, one or an aligned vector of them, combined into one of its states.
## in: x, g, x_plane, row; d and h of a row at hand.
## out: acc of that number.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>

## Combines the tap of the row at hand at a place into state number `n`.
<%def name="tap(lanes, n, place)">
{
    const ${spec.position} w = ${place if spec.whole_planes else window.place("w", place)};
    ${combined(lanes, n, taps.mapped(lanes, "row + w * g.x_w"), "w")}
}
</%def>

## Combines the taps of vector number `place` of a plane into the states in turn, one lane each.
<%def name="vector(lanes, n, place)"><%
    states = spec.thresholds.team_loads
%>
{
    const ${spec.position} first = ${times(place, spec.loads)};
    const ${lanes_of(spec.loads).value} part = load${spec.loads}(x + row + first);
% for lane in range(spec.loads):
    ${combined(lanes, (n * spec.loads + lane) % states, taps.mapped(lanes, "",
        f"part.s{lane:x}"), plus("first", lane))}
% endfor
}
</%def>

<%def name="combined(lanes, n, value, w)"><%
    flat = f"({spec.position})g.origin + {w}" if spec.whole_planes else taps.flat()
    index = ", " + lanes.splat(flat, spec.position) if spec.index else ""
%>
acc${n} = combine${lanes.n}(acc${n}, tap${lanes.n}(${value}${index}));
</%def>
