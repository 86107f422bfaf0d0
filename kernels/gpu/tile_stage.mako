## The way of the input into a tile's local memory.
## in: what tile_place leaves.
## out: the elements of the tile and its halo in value.
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="tiles" file="/gpu/tile_place.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>

## Reads the tile, several loads at a time, the identity beside the plane.
<%def name="read()"><%
    lanes, group = lanes_of(spec.loads), spec.thresholds.group_items
    several = range(spec.thresholds.tile_loads)
%>
// The tile and its halo.
const ${spec.offset} plane = ${flat.plane("x")};
const uint units = (uint)g.lines * (uint)g.units;
for (uint first = item; first < units; first += ${group * len(several)}) {
% for n in several:
    ${lanes.value} read${n};
    uint to${n};
    {
        ${one(lanes, n, plus("first", n * group))}
    }
% endfor
<% cast = f"(__local {lanes.value} *)" if lanes.n > 1 else "" %>\
% for n in several:
    if (${plus("first", n * group)} < units) *${cast}(value + to${n}) = read${n};
% endfor
}
</%def>

## Reads a unit of elements, number `number` of the tile, as the item's number `n`.
<%def name="one(lanes, n, number)"><%
    own = "own" if spec.ndim > 1 else "line"
    rows = [f"{axis} * g.x_{axis}" for axis in spec.axes[:-1]]
    at = [f"({spec.offset}){own} * g.x_outer1", *rows, "w"]
    first, column = plus("w0", -(spec.alignment_phase or 0)), atom(times("unit", lanes.n))
%>
const uint number = ${number};
${tiles.split("number", "line", "unit", "units")}
to${n} = line * (uint)g.pitch + ${times("unit", lanes.n)};
${tiles.row()}
const ${spec.position} w = ${first} + (${spec.position})${column};
const int in = (number < units) & (${own} < planes) & ${tiles.inside(spec.axes)};
const ${spec.offset} at = in ? ${" + ".join(at)} : 0;
read${n} = ${taps.mapped(lanes, "plane + at")};
read${n} = in ? read${n} : ${lanes.splat(identity, spec.accumulator)};
</%def>
