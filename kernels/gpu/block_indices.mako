## Whether the indices that a block reads are taps of their own windows.
## in: what block_rows leaves; refused.
## out: the error flag.
<%namespace name="checks" file="/common/index_check.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="elements" file="/gpu/block_elements.mako"/>

## Looks at every index whose window has a tap, in a block of rows that has the first of these.
<%def name="every()"><%
    lanes = lanes_of(spec.width if spec.layout == "last" else 1)
    outer, rows = block.axes[:-1], list(enumerate(block.rows))
    begun = [(n, row) for n, row in rows if all(a.begins(place) for a, place in zip(outer, row))]
    others = [(n, row) for n, row in rows if (n, row) not in begun]
    near = [f"(o{a.name} < ({spec.position})g.begin_{a.name} + {along(a.name).extent - 1})"
        for a in outer if not all(a.begins(place) for place in a.distances)]
%>
// Whether every index is a tap of its own window.
${checks.begin(lanes)}
% for number, row in begun:
${look(lanes, number, row)}
% endfor
% if near:
if (${" | ".join(near)}) {
    // Windows that begin before the plane, or in a block that has none of their taps.
% for number, row in others:
    ${look(lanes, number, row)}
% endfor
}
% endif
${checks.end(lanes)}
</%def>

## Looks at the indices of row `number`.
<%def name="look(lanes, number, row)">
{
% for axis, place in zip(block.axes, row):
    ${window.own(axis.name, plus(axis.name + "0", place))}
% endfor
% for distance in block.row.distances:
    {
        ${window.own("w", plus("w0", distance))}
        if (${" && ".join([*(f"in_{a.name}{a.number(p)} && far_{a.name} >= 0"
            for a, p in zip(block.axes, row)),
            f"in_w{block.row.number(distance)} && far_w >= 0"])}) {
            ${checks.look(lanes, elements.joined("indices", number, [distance], "", ""),
                first(lanes), lanes.splat("far_w", spec.position) if lanes.n > 1 else "far_w")}
        }
    }
% endfor
}
</%def>

<%def name="first(lanes)" buffered="True" filter="trim"><%
    flat = f"({spec.position})g.origin + first_w" + "".join(
        f" + first_{axis} * ({spec.position})g.flat_{axis}" for axis in spec.axes[:-1])
%>${lanes.splat(flat, spec.position) if lanes.n > 1 else flat}</%def>
